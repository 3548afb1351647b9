// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

struct pg_conn;
struct pg_result;

namespace crossfade {

class PgResult {
public:
    explicit PgResult(pg_result *result)
        : m_result(result)
    {
    }
    PgResult(PgResult &&other) noexcept;
    PgResult &operator=(PgResult &&other) noexcept;
    ~PgResult();
    int rows() const;
    Cell cell(int row, int column) const;
    std::string text(int row, int column) const
    {
        return cell(row, column).value_or(std::string());
    }
    std::int64_t affected() const;

private:
    pg_result *m_result;
};

// A session in UTC and ISO dates. Every call ends by the statement timeout of the server, or a
// little later by our own when the server does not answer at all; the connection is of no use after
// that.
class PgConnection {
public:
    static Result<std::unique_ptr<PgConnection>> open(const SourceSettings &settings,
                                                      Access access);
    ~PgConnection();
    PgConnection(const PgConnection &) = delete;
    PgConnection &operator=(const PgConnection &) = delete;

    Result<PgResult> run(const std::string &sql, const std::vector<Cell> &parameters = {});
    void interrupt() { m_interrupted = true; } // noticed within 100 ms

private:
    PgConnection() = default;
    Result<void> wait();
    Error error(const pg_result *result) const;
    void cancel();

    pg_conn *m_connection = nullptr;
    std::chrono::milliseconds m_patience{};
    std::atomic<bool> m_interrupted = false;
    bool m_broken = false;
};

} // namespace crossfade
