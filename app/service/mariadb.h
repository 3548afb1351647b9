// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/mariadbtarget.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct st_mysql;
struct st_mysql_stmt;

namespace crossfade {

class MariadbConnection;

// A column of a statement's rows, in the words of information_schema.
struct MariadbResultColumn {
    std::string name;
    std::string type; // its data_type: "bigint", "varchar", "blob"
    int digits = 0;   // of a fraction
    bool isUnsigned = false;
    bool nullable = true;
};

// A statement and its rows, one at a time: memory does not grow with them. One at a time a connection,
// and never longer than it.
class MariadbStatement {
public:
    // A text, a number or null; the server takes a text for what the column is.
    using Value = std::optional<std::string>;

    MariadbStatement(MariadbStatement &&other) noexcept;
    MariadbStatement &operator=(MariadbStatement &&) = delete;
    ~MariadbStatement(); // with rows unread it is ended on the server, and the connection with it

    Result<void> execute(const std::vector<Value> &values = {});
    Result<bool> next(); // whether there is a row; each is waited for as long as for a statement
    std::size_t columns() const { return m_cells.size(); }
    std::size_t parameters() const;
    std::vector<MariadbResultColumn> described() const; // the columns of the rows it will have, also before it is executed
    // Of the row, until next(); nothing for NULL.
    std::optional<std::string_view> cell(std::size_t column) const;
    std::int64_t affected() const; // rows found by the condition, changed or not

private:
    friend class MariadbConnection;
    struct Cell;
    MariadbStatement(MariadbConnection &connection, st_mysql_stmt *statement);
    Error error() const;
    bool bindParameters(const std::vector<Value> &values);
    bool bindCells();
    Result<void> fetchLonger();

    MariadbConnection *m_connection;
    st_mysql_stmt *m_statement;
    std::vector<std::unique_ptr<Cell>> m_cells;
    bool m_unread = false;
};

// A session of libmariadb: utf8mb4, UTC, strict, read only if the target says so. Every wait is bounded,
// and ends soon once `cancelled` is set: the statement is then killed on the server. After that, or after
// any loss, the connection is of no further use. Errors hold no password and no value of a row.
class MariadbConnection {
public:
    using Cancelled = std::atomic<bool>;

    // `cancelled` lives longer than the connection.
    MariadbConnection(MariadbTarget target, const Cancelled &cancelled);
    ~MariadbConnection();
    MariadbConnection(const MariadbConnection &) = delete;
    MariadbConnection &operator=(const MariadbConnection &) = delete;

    Result<void> connect();
    Result<void> run(const std::string &sql); // one statement without parameters or rows
    // How long the server works on a statement of this session, 0: as long as it takes. No trip if it is so.
    Result<void> limitStatements(std::chrono::milliseconds time);
    Result<MariadbStatement> prepare(const std::string &sql);
    bool isBroken() const { return m_broken; }
    bool isEncrypted() const;
    bool isMariadb() const; // else MySQL
    std::string serverVersion() const;
    // The number of the last error, the server's or the library's own; 0 before the first.
    unsigned lastCode() const { return m_lastCode; }

private:
    friend class MariadbStatement;
    using Clock = std::chrono::steady_clock;
    struct Free {
        void operator()(st_mysql *handle) const;
    };
    void setOptions();
    void setTls();
    Result<void> signIn();
    Result<void> greet();
    Result<void> query(const std::string &sql);
    void watchForLoss() const;
    Error errorOf(unsigned code, const char *message);
    Result<void> begin(std::chrono::milliseconds limit);
    Result<void> beginStatement();
    Result<void> mayWait(std::chrono::milliseconds limit);
    Result<void> mayWaitForRow();
    void unblock() const;
    void boundHandshake(int socket) const;
    int wait(int wanted);
    // A call of the library from its _start to the end of its _cont.
    template <class Start, class GoOn>
    void drive(Start start, GoOn goOn)
    {
        for (int wanted = start(); wanted != 0;)
            wanted = goOn(wait(wanted));
    }
    void killOnServer() const;
    void cutOff();

    const MariadbTarget m_target;
    const Cancelled &m_cancelled;
    std::unique_ptr<st_mysql, Free> m_handle;
    Clock::time_point m_deadline{};
    unsigned long m_session = 0; // the server's number of it, 0 until it is there
    bool m_killed = false;
    bool m_timedOut = false;
    bool m_broken = false;
    unsigned m_lastCode = 0;
    std::chrono::milliseconds m_limit{-1}; // of the session, as the server was told
};

} // namespace crossfade
