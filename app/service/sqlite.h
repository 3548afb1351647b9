// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/storeconnection.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace crossfade {

// A connection of the sqlite3 C API with its prepared statements kept.
class SqliteDatabase : public StoreConnection {
public:
    enum class Mode { ReadOnly, ReadWrite };
    static Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path &file, Mode mode,
                                                        bool durable = true);
    ~SqliteDatabase() override;
    SqliteDatabase(const SqliteDatabase &) = delete;
    SqliteDatabase &operator=(const SqliteDatabase &) = delete;

    Result<std::vector<SqlRow>> query(std::string_view sql, const Parameters &values = {}) override;
    Result<void> each(std::string_view sql, const Parameters &values,
                      const std::function<bool(const SqlRow &)> &visit) override;
    Result<std::int64_t> execute(std::string_view sql, const Parameters &values = {}) override;
    void interrupt() override;
    Result<void> script(const std::string &sql) override;
    Result<void> beginRead() override { return script("BEGIN"); }
    Result<void> beginWrite() override { return script("BEGIN IMMEDIATE"); }
    Result<void> commit() override { return script("COMMIT"); }
    void rollback() override;
    bool inTransaction() const override;
    Result<Tables> tables() override;

private:
    struct Finalize {
        void operator()(sqlite3_stmt *statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    explicit SqliteDatabase(sqlite3 *handle) : m_handle(handle) {}
    Error lastError() const;
    Result<Statement> take(std::string_view sql);
    void keep(std::string_view sql, Statement statement);
    Result<void> bind(sqlite3_stmt *statement, const Parameters &values);
    Result<void> step(std::string_view sql, const Parameters &values,
                      const std::function<bool(SqlRow &&)> &visit);

    sqlite3 *m_handle;
    std::map<std::string, Statement, std::less<>> m_statements;
};

} // namespace crossfade
