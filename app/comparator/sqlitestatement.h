// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace crossfade {

class SqliteConnection;

class SqliteStatement {
public:
    SqliteStatement(SqliteConnection &connection, sqlite3_stmt *statement);
    SqliteStatement(SqliteStatement &&other) noexcept;
    SqliteStatement &operator=(SqliteStatement &&) = delete;
    ~SqliteStatement();

    Result<void> bind(const std::vector<SqlParameter> &parameters);
    Result<bool> step(); // whether there is a row
    char storage(int column) const;
    // As text; a real number in its shortest exact form, a blob as \x and hexadecimal digits.
    Cell cell(int column) const;
    void read(int column, Cell &cell) const; // the same, into what is there already
    std::int64_t integer(int column) const;
    int parameters() const;
    std::vector<Column> columns() const; // of its rows, with the type that was declared for what is a table's column

private:
    SqliteConnection *m_connection;
    sqlite3_stmt *m_statement;
};

// A connection whose every step ends within the statement timeout.
class SqliteConnection {
public:
    static Result<std::unique_ptr<SqliteConnection>> open(const SourceSettings &settings,
                                                          Access access);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection &) = delete;
    SqliteConnection &operator=(const SqliteConnection &) = delete;

    Result<SqliteStatement> prepare(const std::string &sql);
    Result<void> run(const std::string &sql);
    Result<std::string> text(const std::string &sql); // the first cell of the first row
    std::int64_t changes() const;    // of the last statement that changed rows
    std::int64_t allChanges() const; // since the connection began, those of triggers too
    void interrupt() { m_interrupted = true; }
    Error error(int code) const;

private:
    friend class SqliteStatement;
    SqliteConnection() = default;
    static int watch(void *self); // not zero: end the statement

    sqlite3 *m_database = nullptr;
    std::atomic<bool> m_interrupted = false;
    std::chrono::seconds m_timeout{60};
    std::chrono::steady_clock::time_point m_deadline;
};

} // namespace crossfade
