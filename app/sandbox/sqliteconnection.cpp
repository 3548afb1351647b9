// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/sqlconnection.h"

#include <sqlite3.h>

#include <map>

namespace crossfade {

namespace {

class SqliteConnection : public SqlConnection {
public:
    explicit SqliteConnection(sqlite3 *db)
        : m_db(db)
    {
    }
    ~SqliteConnection() override
    {
        for (const auto &[sql, statement] : m_prepared)
            sqlite3_finalize(statement);
        sqlite3_close(m_db);
    }
    SqliteConnection(const SqliteConnection &) = delete;
    SqliteConnection &operator=(const SqliteConnection &) = delete;

    Result<SqlResult> run(std::string_view sql, const std::vector<SqlText> &values) override
    {
        sqlite3_stmt *statement = prepared(sql);
        if (!statement) return failure();
        for (std::size_t i = 0; i < values.size(); ++i)
            bind(statement, static_cast<int>(i) + 1, values[i]);
        Result<SqlResult> result = step(statement);
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        return result;
    }

    bool isPostgres() const override { return false; }

private:
    sqlite3_stmt *prepared(std::string_view sql)
    {
        if (const auto found = m_prepared.find(sql); found != m_prepared.end())
            return found->second;
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(m_db, sql.data(), static_cast<int>(sql.size()), &statement,
                               nullptr) != SQLITE_OK)
            return nullptr;
        m_prepared.emplace(sql, statement);
        return statement;
    }

    // The values outlive the step, so SQLite need not copy them.
    static void bind(sqlite3_stmt *statement, int index, const SqlText &value)
    {
        if (value)
            sqlite3_bind_text(statement, index, value->data(), static_cast<int>(value->size()),
                              SQLITE_STATIC);
        else
            sqlite3_bind_null(statement, index);
    }

    Result<SqlResult> step(sqlite3_stmt *statement)
    {
        SqlResult result;
        int code = sqlite3_step(statement);
        for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
            std::vector<SqlText> row;
            for (int i = 0; i < sqlite3_column_count(statement); ++i)
                row.push_back(column(statement, i));
            result.rows.push_back(std::move(row));
        }
        if (code != SQLITE_DONE) return failure();
        result.changed = sqlite3_changes64(m_db);
        return result;
    }

    static SqlText column(sqlite3_stmt *statement, int index)
    {
        if (sqlite3_column_type(statement, index) == SQLITE_NULL) return std::nullopt;
        const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, index));
        return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, index)));
    }

    Failure failure() const
    {
        return fail(ErrorKind::Unavailable, std::string("SQLite: ") + sqlite3_errmsg(m_db));
    }

    sqlite3 *m_db;
    std::map<std::string, sqlite3_stmt *, std::less<>> m_prepared;
};

} // namespace

Result<std::unique_ptr<SqlConnection>> openSqlite(const std::string &file)
{
    sqlite3 *db = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    auto connection = std::make_unique<SqliteConnection>(db); // closes it on failure, too
    if (code != SQLITE_OK) return fail(ErrorKind::Unavailable, "cannot open " + file);
    sqlite3_busy_timeout(db, 3'000);
    for (const char *sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"}) {
        if (const auto set = connection->run(sql, {}); !set) return fail(set.error());
    }
    return connection;
}

} // namespace crossfade
