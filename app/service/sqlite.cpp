// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/sqlite.h"

#include <sqlite3.h>

#include <mutex>

namespace crossfade {

namespace {

constexpr std::size_t MostKeptStatements = 200;
constexpr int BusyTimeoutMs = 5'000;

ErrorKind kindOf(int code)
{
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return ErrorKind::Conflict;
    case SQLITE_INTERRUPT: return ErrorKind::Cancelled;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY: return ErrorKind::Unavailable;
    default: return ErrorKind::Internal;
    }
}

SqlValue columnValue(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_NULL: return nullptr;
    default: break;
    }
    const void *bytes = sqlite3_column_blob(statement, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return bytes ? std::string(static_cast<const char *>(bytes), size) : std::string();
}

SqlRow currentRow(sqlite3_stmt *statement)
{
    const int count = sqlite3_column_count(statement);
    std::vector<SqlValue> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column)
        values.push_back(columnValue(statement, column));
    return SqlRow(std::move(values));
}

int bindValue(sqlite3_stmt *statement, int index, const SqlValue &value)
{
    if (const auto *integer = std::get_if<std::int64_t>(&value))
        return sqlite3_bind_int64(statement, index, *integer);
    if (const auto *number = std::get_if<double>(&value))
        return sqlite3_bind_double(statement, index, *number);
    if (const auto *text = std::get_if<std::string>(&value))
        return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    return sqlite3_bind_null(statement, index);
}

// What a statement needs to be taken back, and what it sorts, goes to the disk once it is much: in memory it would be as
// large as what is deleted. Beside the store, where the service may write for sure.
void keepTemporaryFilesBeside(const std::filesystem::path &file)
{
    static std::once_flag once; // before there is a second connection
    std::call_once(once, [&] {
        const std::string folder = std::filesystem::absolute(file).parent_path().string();
        sqlite3_temp_directory = sqlite3_mprintf("%s", folder.c_str());
    });
}

} // namespace

void SqliteDatabase::Finalize::operator()(sqlite3_stmt *statement) const
{
    sqlite3_finalize(statement);
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::filesystem::path &file,
                                                             Mode mode, bool durable)
{
    const int flags = (mode == Mode::ReadOnly ? SQLITE_OPEN_READWRITE
                                              : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                      SQLITE_OPEN_NOMUTEX;
    keepTemporaryFilesBeside(file);
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(handle));
    if (code != SQLITE_OK)
        return fail(ErrorKind::Unavailable, "cannot open " + file.string() + ": " +
                                                (handle ? sqlite3_errmsg(handle) : "no memory"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, BusyTimeoutMs);
    std::string setup = "PRAGMA foreign_keys=ON;PRAGMA temp_store=FILE;";
    if (mode == Mode::ReadOnly)
        setup += "PRAGMA query_only=ON;";
    else
        setup += durable ? "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                         : "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;";
    if (auto done = database->script(setup); !done) return fail(done.error());
    return database;
}

SqliteDatabase::~SqliteDatabase()
{
    m_statements.clear();
    sqlite3_close_v2(m_handle);
}

Error SqliteDatabase::lastError() const
{
    return {kindOf(sqlite3_errcode(m_handle)), std::string("database: ") + sqlite3_errmsg(m_handle),
            {}, {}};
}

Result<SqliteDatabase::Statement> SqliteDatabase::take(std::string_view sql)
{
    // Taken out while in use: a nested call with the same text prepares its own.
    if (const auto kept = m_statements.find(sql); kept != m_statements.end()) {
        Statement statement = std::move(kept->second);
        m_statements.erase(kept);
        return statement;
    }
    sqlite3_stmt *prepared = nullptr;
    if (sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) != SQLITE_OK)
        return fail(lastError());
    return Statement(prepared);
}

void SqliteDatabase::keep(std::string_view sql, Statement statement)
{
    sqlite3_reset(statement.get());
    sqlite3_clear_bindings(statement.get());
    if (m_statements.size() < MostKeptStatements)
        m_statements.insert_or_assign(std::string(sql), std::move(statement));
}

Result<void> SqliteDatabase::bind(sqlite3_stmt *statement, const Parameters &values)
{
    if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size()))
        return fail(ErrorKind::Internal, "database: the count of parameters does not fit");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (bindValue(statement, static_cast<int>(i + 1), values[i]) != SQLITE_OK)
            return fail(lastError());
    }
    return {};
}

Result<void> SqliteDatabase::step(std::string_view sql, const Parameters &values,
                                  const std::function<bool(SqlRow &&)> &visit)
{
    if (m_transactionRequired && !inTransaction())
        return fail(ErrorKind::Unavailable, "database: the transaction was given up");
    Result<Statement> statement = take(sql);
    if (!statement) return fail(statement.error());
    Result<void> result = bind(statement->get(), values);
    while (result) {
        const int code = sqlite3_step(statement->get());
        if (code == SQLITE_DONE) break;
        if (code != SQLITE_ROW)
            result = fail(lastError());
        else if (!visit(currentRow(statement->get())))
            break;
    }
    keep(sql, std::move(*statement));
    return result;
}

Result<std::vector<SqlRow>> SqliteDatabase::query(std::string_view sql, const Parameters &values)
{
    std::vector<SqlRow> rows;
    auto done = step(sql, values, [&](SqlRow &&row) {
        rows.push_back(std::move(row));
        return true;
    });
    if (!done) return fail(done.error());
    return rows;
}

Result<void> SqliteDatabase::each(std::string_view sql, const Parameters &values,
                                  const std::function<bool(const SqlRow &)> &visit)
{
    return step(sql, values, visit);
}

Result<std::int64_t> SqliteDatabase::execute(std::string_view sql, const Parameters &values)
{
    auto done = step(sql, values, [](const SqlRow &) { return true; });
    if (!done) return fail(done.error());
    return std::int64_t{sqlite3_changes64(m_handle)};
}

void SqliteDatabase::interrupt()
{
    sqlite3_interrupt(m_handle);
}

bool SqliteDatabase::inTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

void SqliteDatabase::rollback()
{
    if (inTransaction()) static_cast<void>(script("ROLLBACK"));
}

Result<StoreConnection::Tables> SqliteDatabase::tables()
{
    const auto rows = query("SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
                            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~' "
                            "ORDER BY t.name, c.name");
    if (!rows) return fail(rows.error());
    Tables tables;
    for (const SqlRow &row : *rows)
        tables[row.text(0)].push_back(row.text(1));
    return tables;
}

Result<void> SqliteDatabase::script(const std::string &sql)
{
    if (sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return fail(lastError());
    return {};
}

} // namespace crossfade
