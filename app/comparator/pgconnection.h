// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

#include <atomic>
#include <memory>
#include <span>
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
    struct Column {
        std::string name;
        unsigned type = 0; // its number among the database's types
        int modifier = -1; // of the type: a length, a precision
    };
    std::vector<Column> columns() const;
    // Into what is there already: a cell of the row before has room for this one.
    void read(int row, int column, Cell &cell) const;
    void read(int row, int column, std::string &text) const; // "" for NULL
    std::string text(int row, int column) const
    {
        std::string result;
        read(row, column, result);
        return result;
    }
    std::size_t bytes() const; // in memory
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

    enum class Format { Text = 0, Binary = 1 }; // of the result
    Result<PgResult> run(const std::string &sql, const std::vector<Cell> &parameters = {},
                         Format format = Format::Text);
    // The two halves of run(): between them the server works on the statement, and the connection
    // takes no other.
    Result<void> send(const std::string &sql, const std::vector<Cell> &parameters = {},
                      Format format = Format::Text);
    Result<PgResult> receive();
    // Statements that follow each other without waiting for an answer in between, for what they change; within a
    // transaction of whoever asks. The rows that each changed, or the first error: what comes after it was not done.
    Result<std::vector<std::int64_t>> runAhead(const std::vector<const SqlStatement *> &statements);
    // The same, where rows that are inserted alike, one after the other, are told in one statement.
    Result<std::vector<std::int64_t>> runTogether(const std::vector<const SqlStatement *> &statements);
    std::chrono::milliseconds patience() const { return m_patience; } // with one statement
    // After a LISTEN: whether something was said within that time, however often; an error once the connection is lost.
    Result<bool> notified(std::chrono::milliseconds limit);
    bool answers(); // within the time that a connection may take
    bool isReusable() const; // neither lost nor interrupted, and in no transaction
    void interrupt() { m_interrupted = true; } // noticed within 100 ms

private:
    PgConnection() = default;
    Result<void> wait();
    Result<std::vector<std::int64_t>> insertTogether(std::span<const SqlStatement *const> rows);
    Result<void> sendAhead(const SqlStatement &statement, bool again);
    Result<void> receiveAhead(std::vector<std::int64_t> &changed, const std::vector<bool> &prepares);
    Failure lost();
    Error error(const pg_result *result) const;
    void cancel();

    pg_conn *m_connection = nullptr;
    std::chrono::milliseconds m_patience{};
    std::chrono::milliseconds m_connectTime{};
    std::atomic<bool> m_interrupted = false;
    bool m_broken = false;
};

} // namespace crossfade
