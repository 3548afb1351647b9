// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/sqlitestatement.h"

#include "app/service/writerefusal.h"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <utility>

namespace crossfade {

namespace {

constexpr int StepsBetweenLooks = 2'000;

std::string hexText(const unsigned char *bytes, int size)
{
    static constexpr char Digits[] = "0123456789abcdef";
    std::string text = "\\x";
    for (int i = 0; i < size; ++i) {
        text += Digits[bytes[i] >> 4];
        text += Digits[bytes[i] & 15];
    }
    return text;
}

std::string realText(double value)
{
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return std::string(buffer.data(), written.ptr);
}

// "": not by a rule that other writes can satisfy.
std::string refusalOf(int code, const std::string &message)
{
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) return writerefusal::Unique;
    // ON DELETE RESTRICT is a trigger of its own.
    const bool restricted = code == SQLITE_CONSTRAINT_TRIGGER && message == "FOREIGN KEY constraint failed";
    return code == SQLITE_CONSTRAINT_FOREIGNKEY || restricted ? writerefusal::ForeignKey : std::string();
}

int bindOne(sqlite3_stmt *statement, int index, const SqlParameter &parameter)
{
    if (!parameter.value) return sqlite3_bind_null(statement, index);
    const std::string &text = *parameter.value;
    const char *end = text.data() + text.size();
    if (parameter.storage == 'i') {
        std::int64_t number = 0;
        const auto read = std::from_chars(text.data(), end, number);
        if (read.ec == std::errc() && read.ptr == end)
            return sqlite3_bind_int64(statement, index, number);
    }
    if (parameter.storage == 'r') {
        double number = 0;
        const auto read = std::from_chars(text.data(), end, number);
        if (read.ec == std::errc() && read.ptr == end)
            return sqlite3_bind_double(statement, index, number);
    }
    if (parameter.storage == 'b' && text.starts_with("\\x")) {
        std::string bytes;
        for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
            unsigned byte = 0;
            std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
            bytes += static_cast<char>(byte);
        }
        return sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    }
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

} // namespace

SqliteStatement::SqliteStatement(SqliteConnection &connection, sqlite3_stmt *statement)
    : m_connection(&connection)
    , m_statement(statement)
{
}

SqliteStatement::SqliteStatement(SqliteStatement &&other) noexcept
    : m_connection(other.m_connection)
    , m_statement(std::exchange(other.m_statement, nullptr))
{
}

SqliteStatement::~SqliteStatement()
{
    sqlite3_finalize(m_statement);
}

Result<void> SqliteStatement::bind(const std::vector<SqlParameter> &parameters)
{
    int index = 0;
    for (const SqlParameter &parameter : parameters) {
        const int code = bindOne(m_statement, ++index, parameter);
        if (code != SQLITE_OK) return fail(m_connection->error(code));
    }
    return {};
}

Result<bool> SqliteStatement::step()
{
    m_connection->m_deadline = std::chrono::steady_clock::now() + m_connection->m_timeout;
    if (m_connection->m_interrupted) return fail(ErrorKind::Cancelled, "cancelled");
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return fail(m_connection->error(code));
}

char SqliteStatement::storage(int column) const
{
    switch (sqlite3_column_type(m_statement, column)) {
    case SQLITE_INTEGER:
        return 'i';
    case SQLITE_FLOAT:
        return 'r';
    case SQLITE_BLOB:
        return 'b';
    case SQLITE_NULL:
        return 'n';
    default:
        return 't';
    }
}

Cell SqliteStatement::cell(int column) const
{
    switch (storage(column)) {
    case 'n':
        return std::nullopt;
    case 'i':
        return std::to_string(sqlite3_column_int64(m_statement, column));
    case 'r':
        return realText(sqlite3_column_double(m_statement, column));
    case 'b': {
        const auto *bytes =
            static_cast<const unsigned char *>(sqlite3_column_blob(m_statement, column));
        return hexText(bytes, sqlite3_column_bytes(m_statement, column));
    }
    default:
        break;
    }
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    if (!text) return std::string();
    return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

void SqliteStatement::read(int column, Cell &cell) const
{
    if (storage(column) != 't') {
        cell = this->cell(column);
        return;
    }
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    if (!cell) cell.emplace();
    cell->assign(text ? text : "",
                 static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

std::int64_t SqliteStatement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

int SqliteStatement::parameters() const
{
    return sqlite3_bind_parameter_count(m_statement);
}

std::vector<Column> SqliteStatement::columns() const
{
    std::vector<Column> result;
    for (int i = 0; i < sqlite3_column_count(m_statement); ++i) {
        const char *name = sqlite3_column_name(m_statement, i);
        const char *type = sqlite3_column_decltype(m_statement, i);
        result.push_back({name ? name : "", type ? type : ""});
    }
    return result;
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const SourceSettings &settings,
                                                                 Access access)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(settings.location, ignored))
        return fail(ErrorKind::Unavailable, "there is no database file " + settings.location);
    std::unique_ptr<SqliteConnection> self(new SqliteConnection);
    self->m_timeout = settings.statementTimeout;
    self->m_deadline = std::chrono::steady_clock::now() + self->m_timeout;
    const int flags = (access == Access::Write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                      SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(settings.location.c_str(), &self->m_database, flags, nullptr);
    if (code != SQLITE_OK) return fail(self->error(code));
    sqlite3_busy_timeout(
        self->m_database,
        static_cast<int>(std::chrono::milliseconds(settings.connectTimeout).count()));
    sqlite3_progress_handler(self->m_database, StepsBetweenLooks, &SqliteConnection::watch,
                             self.get());
    // Else a column that is gone would be read as a text holding its name.
    sqlite3_db_config(self->m_database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    // Reads the file's head: what is no database says so here.
    if (Result<std::string> look = self->text("SELECT count(*) FROM sqlite_master"); !look)
        return fail(ErrorKind::Unavailable, settings.location + ": " + look.error().message);
    return self;
}

SqliteConnection::~SqliteConnection()
{
    sqlite3_close_v2(m_database);
}

int SqliteConnection::watch(void *self)
{
    const auto *connection = static_cast<SqliteConnection *>(self);
    return connection->m_interrupted || std::chrono::steady_clock::now() > connection->m_deadline;
}

Error SqliteConnection::error(int code) const
{
    if (m_interrupted) return {ErrorKind::Cancelled, "cancelled", {}, {}};
    if (code == SQLITE_INTERRUPT)
        return {ErrorKind::Timeout, "the statement took longer than its timeout", {}, {}};
    const std::string message = m_database ? sqlite3_errmsg(m_database) : sqlite3_errstr(code);
    const bool busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    const int exactly = m_database ? sqlite3_extended_errcode(m_database) : code;
    return {busy ? ErrorKind::Unavailable : ErrorKind::Conflict, message, {}, {}, refusalOf(exactly, message)};
}

Result<SqliteStatement> SqliteConnection::prepare(const std::string &sql)
{
    sqlite3_stmt *statement = nullptr;
    const int code = sqlite3_prepare_v2(m_database, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return fail(error(code));
    return SqliteStatement(*this, statement);
}

Result<void> SqliteConnection::run(const std::string &sql)
{
    // A ROLLBACK must come through also after an interrupt.
    m_deadline = std::chrono::steady_clock::now() + m_timeout;
    const int code = sqlite3_exec(m_database, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(error(code));
    return {};
}

Result<std::string> SqliteConnection::text(const std::string &sql)
{
    Result<SqliteStatement> statement = prepare(sql);
    if (!statement) return fail(statement.error());
    const Result<bool> row = statement->step();
    if (!row) return fail(row.error());
    return *row ? statement->cell(0).value_or(std::string()) : std::string();
}

std::int64_t SqliteConnection::changes() const
{
    return sqlite3_changes64(m_database);
}

std::int64_t SqliteConnection::allChanges() const
{
    return sqlite3_total_changes64(m_database);
}

} // namespace crossfade
