// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/mariadb.h"

#include <algorithm>
#include <utility>

#include <mariadb/mysql.h>

namespace crossfade {

namespace {

constexpr std::size_t FirstCellBytes = 256;
constexpr unsigned BinaryCharset = 63;

// The protocol tells texts from bytes by the character set alone.
const char *textOr(const MYSQL_FIELD &field, const char *text, const char *bytes)
{
    return field.charsetnr == BinaryCharset ? bytes : text;
}

std::string typeWord(const MYSQL_FIELD &field)
{
    switch (field.type) {
    case MYSQL_TYPE_TINY:
        return "tinyint";
    case MYSQL_TYPE_SHORT:
        return "smallint";
    case MYSQL_TYPE_INT24:
        return "mediumint";
    case MYSQL_TYPE_LONG:
        return "int";
    case MYSQL_TYPE_LONGLONG:
        return "bigint";
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
        return "decimal";
    case MYSQL_TYPE_FLOAT:
        return "float";
    case MYSQL_TYPE_DOUBLE:
        return "double";
    case MYSQL_TYPE_TIMESTAMP:
        return "timestamp";
    case MYSQL_TYPE_DATETIME:
        return "datetime";
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
        return "date";
    case MYSQL_TYPE_TIME:
        return "time";
    case MYSQL_TYPE_YEAR:
        return "year";
    case MYSQL_TYPE_BIT:
        return "bit";
    case MYSQL_TYPE_GEOMETRY:
        return "geometry";
    case MYSQL_TYPE_JSON:
        return "json";
    case MYSQL_TYPE_STRING:
        return textOr(field, "char", "binary");
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
        return textOr(field, "text", "blob");
    default:
        break;
    }
    return textOr(field, "varchar", "varbinary");
}

} // namespace

// Where the library writes a column of the row it reads.
struct MariadbStatement::Cell {
    std::string buffer = std::string(FirstCellBytes, '\0');
    unsigned long length = 0;
    my_bool isNull = 0;

    MYSQL_BIND bind()
    {
        MYSQL_BIND result{};
        result.buffer_type = MYSQL_TYPE_STRING;
        result.buffer = buffer.data();
        result.buffer_length = buffer.size();
        result.length = &length;
        result.is_null = &isNull;
        return result;
    }
};

MariadbStatement::MariadbStatement(MariadbConnection &connection, st_mysql_stmt *statement)
    : m_connection(&connection)
    , m_statement(statement)
{
}

MariadbStatement::MariadbStatement(MariadbStatement &&other) noexcept
    : m_connection(other.m_connection)
    , m_statement(std::exchange(other.m_statement, nullptr))
    , m_cells(std::move(other.m_cells))
    , m_unread(other.m_unread)
{
}

MariadbStatement::~MariadbStatement()
{
    if (!m_statement) return;
    if (m_unread && !m_connection->isBroken()) {
        // The library would read the rest of the rows, however many.
        m_connection->killOnServer();
        m_connection->cutOff();
    }
    mysql_stmt_close(m_statement);
}

Error MariadbStatement::error() const
{
    if (const unsigned code = mysql_stmt_errno(m_statement); code != 0)
        return m_connection->errorOf(code, mysql_stmt_error(m_statement));
    // What the server says in the place of a row the library notes with the connection alone.
    st_mysql *handle = m_connection->m_handle.get();
    return m_connection->errorOf(mysql_errno(handle), mysql_error(handle));
}

std::size_t MariadbStatement::parameters() const
{
    return mysql_stmt_param_count(m_statement);
}

std::vector<MariadbResultColumn> MariadbStatement::described() const
{
    std::vector<MariadbResultColumn> columns;
    MYSQL_RES *description = mysql_stmt_result_metadata(m_statement);
    if (!description) return columns;
    for (unsigned i = 0; i < mysql_num_fields(description); ++i) {
        const MYSQL_FIELD &field = *mysql_fetch_field_direct(description, i);
        columns.push_back({field.name, typeWord(field), static_cast<int>(field.decimals),
                           (field.flags & UNSIGNED_FLAG) != 0, (field.flags & NOT_NULL_FLAG) == 0});
    }
    mysql_free_result(description);
    return columns;
}

bool MariadbStatement::bindParameters(const std::vector<Value> &values)
{
    std::vector<MYSQL_BIND> binds(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        binds[i].buffer_type = values[i] ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
        if (!values[i]) continue;
        binds[i].buffer = const_cast<char *>(values[i]->data()); // only read from
        binds[i].buffer_length = values[i]->size();
    }
    return binds.empty() || mysql_stmt_bind_param(m_statement, binds.data()) == 0;
}

bool MariadbStatement::bindCells()
{
    std::vector<MYSQL_BIND> binds;
    for (const auto &cell : m_cells)
        binds.push_back(cell->bind());
    return binds.empty() || mysql_stmt_bind_result(m_statement, binds.data()) == 0;
}

Result<void> MariadbStatement::execute(const std::vector<Value> &values)
{
    if (mysql_stmt_param_count(m_statement) != values.size())
        return fail(ErrorKind::Internal, "MariaDB: the count of parameters does not fit");
    if (auto begun = m_connection->beginStatement(); !begun) return begun;
    if (!bindParameters(values)) return fail(error());
    int failed = 0;
    m_connection->drive([&] { return mysql_stmt_execute_start(&failed, m_statement); },
                        [&](int events) { return mysql_stmt_execute_cont(&failed, m_statement, events); });
    if (failed != 0) return fail(error());
    m_cells.clear();
    for (unsigned i = mysql_stmt_field_count(m_statement); i > 0; --i)
        m_cells.push_back(std::make_unique<Cell>());
    m_unread = !m_cells.empty();
    if (!bindCells()) return fail(error());
    return {};
}

// A value that was longer than its room; the room stays.
Result<void> MariadbStatement::fetchLonger()
{
    bool grown = false;
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        Cell &cell = *m_cells[i];
        if (cell.isNull || cell.length <= cell.buffer.size()) continue;
        cell.buffer.resize(cell.length);
        grown = true;
        MYSQL_BIND bind = cell.bind();
        if (mysql_stmt_fetch_column(m_statement, &bind, static_cast<unsigned>(i), 0) != 0) return fail(error());
    }
    if (grown && !bindCells()) return fail(error());
    return {};
}

Result<bool> MariadbStatement::next()
{
    if (!m_unread) return false;
    // Here it is also noticed that they are wanted no longer: rows that are there are read without a wait.
    if (auto may = m_connection->mayWaitForRow(); !may) return fail(may.error());
    int code = 0;
    m_connection->drive([&] { return mysql_stmt_fetch_start(&code, m_statement); },
                        [&](int events) { return mysql_stmt_fetch_cont(&code, m_statement, events); });
    if (code == MYSQL_NO_DATA) {
        m_unread = false;
        return false;
    }
    if (code != 0 && code != MYSQL_DATA_TRUNCATED) {
        m_unread = false; // the server has said its last word of this statement
        return fail(error());
    }
    if (auto longer = fetchLonger(); !longer) return fail(longer.error());
    return true;
}

std::optional<std::string_view> MariadbStatement::cell(std::size_t column) const
{
    const Cell &cell = *m_cells[column];
    if (cell.isNull) return std::nullopt;
    return std::string_view(cell.buffer.data(), std::min<std::size_t>(cell.length, cell.buffer.size()));
}

std::int64_t MariadbStatement::affected() const
{
    return static_cast<std::int64_t>(mysql_stmt_affected_rows(m_statement));
}

} // namespace crossfade
