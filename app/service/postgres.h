// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/interruption.h"
#include "app/service/postgresconnect.h"
#include "app/service/storeconnection.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace crossfade {

// A connection of libpq, every wait bounded. Lost, it is made anew by the next use that begins
// something; what was begun on the lost one fails to its end.
class PostgresDatabase : public StoreConnection {
public:
    enum class Mode { ReadOnly, ReadWrite };
    static Result<std::unique_ptr<PostgresDatabase>> open(PostgresTarget target, Mode mode);
    ~PostgresDatabase() override;
    PostgresDatabase(const PostgresDatabase &) = delete;
    PostgresDatabase &operator=(const PostgresDatabase &) = delete;

    Result<std::vector<SqlRow>> query(std::string_view sql, const Parameters &values = {}) override;
    Result<void> each(std::string_view sql, const Parameters &values,
                      const std::function<bool(const SqlRow &)> &visit) override;
    Result<std::int64_t> execute(std::string_view sql, const Parameters &values = {}) override;
    void interrupt() override;
    Result<void> script(const std::string &sql) override;
    Result<void> beginRead() override;
    Result<void> beginWrite() override;
    Result<void> commit() override;
    void rollback() override;
    bool inTransaction() const override;
    bool isConnected() const override;
    Result<Tables> tables() override;
    Result<void> renumber() override;

protected:
    PostgresDatabase(PostgresTarget target, Mode mode);
    Result<void> ensureConnected();
    // The first thing on each new connection; an error gives the connection up.
    virtual Result<void> greet() { return {}; }

private:
    struct Bound; // parameters as libpq takes them
    Result<void> begin(const char *sql);
    Result<void> connect();
    void drop();
    Result<void> ready();
    Result<void> clear();
    Result<PostgresRows> run(std::string_view sql, const Parameters &values, bool keep);
    Result<PostgresRows> runOnce(const std::string &text, const Bound &bound, bool keep);
    Result<PostgresRows> runKept(const std::string &text, const Bound &bound);
    Result<PostgresRows> runText(const std::string &text, const Bound &bound);
    Result<PostgresRows> runPlain(const std::string &text);
    Result<PostgresRows> answer();
    Result<PostgresRows> checked(PostgresRows rows, std::chrono::steady_clock::duration took);
    bool hitByLateCancel(const Error &error);
    Result<void> eachOfCursor(const std::string &cursor, std::string_view sql, const Parameters &values,
                              const std::function<bool(const SqlRow &)> &visit);
    Result<void> fetchAll(const std::string &cursor, const std::function<bool(const SqlRow &)> &visit);
    Error lost(const std::string &what);

    PostgresTarget m_target;
    Mode m_mode;
    PostgresHandle m_handle;
    bool m_begun = false; // between begin…() and commit() or rollback(), whatever the connection does
    std::chrono::steady_clock::time_point m_nextTry{};
    std::map<std::string, std::string, std::less<>> m_kept; // statement and types → its name
    std::int64_t m_cursors = 0;
    bool m_cancelledByOthers = false; // the last statement, by a cancel that was not meant for it
    Interruption m_interruption;
};

} // namespace crossfade
