// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/reference/database.h"

#include <libpq-fe.h>
#include <mariadb/mysql.h>
#include <sqlite3.h>

#include <cstdlib>
#include <stdexcept>

namespace {

class Sqlite : public ReferenceDatabase {
public:
    explicit Sqlite(const std::string &file)
    {
        if (sqlite3_open(file.c_str(), &m_db) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
        sqlite3_busy_timeout(m_db, 20'000);
        run("PRAGMA synchronous=OFF");
    }
    ~Sqlite() override { sqlite3_close_v2(m_db); }
    std::vector<Row> query(const std::string &sql) override
    {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(m_db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(m_db) + (" in " + sql));
        std::vector<Row> rows;
        int code = 0;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            Row &row = rows.emplace_back();
            for (int i = 0; i < sqlite3_column_count(statement); ++i) {
                const auto *cell = reinterpret_cast<const char *>(sqlite3_column_text(statement, i));
                row.emplace_back(cell ? cell : "");
            }
        }
        sqlite3_finalize(statement);
        if (code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(m_db) + (" in " + sql));
        return rows;
    }
    std::string atText() const override { return "at"; }

private:
    sqlite3 *m_db = nullptr;
};

class Postgres : public ReferenceDatabase {
public:
    explicit Postgres(const std::string &url)
        : m_connection(PQconnectdb(url.c_str()))
    {
        if (PQstatus(m_connection) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(m_connection));
        run("SET timezone = 'UTC'");
    }
    ~Postgres() override { PQfinish(m_connection); }
    std::vector<Row> query(const std::string &sql) override
    {
        PGresult *result = PQexec(m_connection, sql.c_str());
        const ExecStatusType status = PQresultStatus(result);
        std::vector<Row> rows(static_cast<std::size_t>(PQntuples(result)));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (int j = 0; j < PQnfields(result); ++j)
                rows[i].emplace_back(PQgetvalue(result, static_cast<int>(i), j));
        }
        const std::string problem = PQresultErrorMessage(result);
        PQclear(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(problem + " in " + sql);
        return rows;
    }
    std::string atText() const override { return "to_char(at, 'YYYY-MM-DD HH24:MI:SS.MS')"; }

private:
    PGconn *m_connection;
};

class Mariadb : public ReferenceDatabase {
public:
    // mariadb://USER@HOST:PORT/NAME, without a password
    explicit Mariadb(const std::string &url)
        : m_handle(mysql_init(nullptr))
    {
        const std::size_t user = url.find("//") + 2, host = url.find('@') + 1, port = url.find(':', host) + 1,
                          name = url.find('/', port) + 1;
        mysql_options(m_handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        if (!mysql_real_connect(m_handle, url.substr(host, port - host - 1).c_str(),
                                url.substr(user, host - user - 1).c_str(), "", url.substr(name).c_str(),
                                static_cast<unsigned>(std::atoi(url.c_str() + port)), nullptr, 0))
            throw std::runtime_error(mysql_error(m_handle));
        run("SET time_zone = '+00:00'");
    }
    ~Mariadb() override { mysql_close(m_handle); }
    std::vector<Row> query(const std::string &sql) override
    {
        if (mysql_real_query(m_handle, sql.data(), sql.size()) != 0)
            throw std::runtime_error(mysql_error(m_handle) + (" in " + sql));
        MYSQL_RES *result = mysql_store_result(m_handle);
        std::vector<Row> rows;
        while (const MYSQL_ROW cells = result ? mysql_fetch_row(result) : nullptr) {
            Row &row = rows.emplace_back();
            for (unsigned i = 0; i < mysql_num_fields(result); ++i)
                row.emplace_back(cells[i] ? cells[i] : "");
        }
        mysql_free_result(result);
        return rows;
    }
    std::string atText() const override { return "date_format(at, '%Y-%m-%d %H:%i:%s.%f')"; }

private:
    MYSQL *m_handle;
};

} // namespace

std::unique_ptr<ReferenceDatabase> openReferenceDatabase(const std::string &kind, const std::string &place)
{
    if (kind == "SQLITE") return std::make_unique<Sqlite>(place);
    if (kind == "POSTGRESQL") return std::make_unique<Postgres>(place);
    return std::make_unique<Mariadb>(place);
}
