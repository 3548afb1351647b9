// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/sqliteread.h"

#include "app/comparator/sqlitedigest.h"
#include "app/comparator/statement.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr int PageRows = SqlitePageRows;

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

bool hasTextAffinity(const std::string &type)
{
    const std::string word = upper(type);
    return word.find("CHAR") != std::string::npos || word.find("TEXT") != std::string::npos ||
           word.find("CLOB") != std::string::npos;
}

} // namespace

std::string keyText(const TableView &view)
{
    if (view.moreKeys.empty()) return quotedIdentifier(view.key);
    std::string text;
    for (const std::string &column : view.keyColumns())
        text += (text.empty() ? "" : " || '|' || ") + ("replace(replace(CAST(" + quotedIdentifier(column)) +
                " AS TEXT), '\\', '\\\\'), '|', '\\|')";
    return "(" + text + ")";
}

std::string orderOf(const TableView &view, const std::string &type)
{
    if (!view.moreKeys.empty()) return keyText(view) + " COLLATE BINARY";
    const std::string column = quotedIdentifier(view.key);
    if (view.keyKind == KeyKind::Integer)
        return hasTextAffinity(type) ? "CAST(" + column + " AS INTEGER)" : column;
    const std::string text = hasTextAffinity(type) ? column : "CAST(" + column + " AS TEXT)";
    return text + " COLLATE BINARY";
}

std::string selectOf(const TableView &view)
{
    std::string text = "SELECT " + keyText(view);
    for (const std::string &column : view.columns)
        text += ", " + quotedIdentifier(column);
    text += view.changedColumn ? ", " + quotedIdentifier(*view.changedColumn) : ", NULL";
    return text + " FROM " + quotedTable(view.table);
}

SqlParameter keyParameter(const TableView &view, const std::string &key)
{
    return {key, view.keyKind == KeyKind::Integer ? 'i' : 't'};
}

Result<void> readRow(const SqliteStatement &statement, const TableView &view, KeyedRow &row)
{
    if (statement.storage(0) == 'b')
        return fail(ErrorKind::Conflict, "the key column " + view.key + " holds binary values");
    const int count = static_cast<int>(view.columns.size());
    row.key = statement.cell(0).value_or(std::string());
    row.cells.resize(view.columns.size());
    for (int i = 0; i < count; ++i)
        statement.read(i + 1, row.cells[static_cast<std::size_t>(i)]);
    statement.read(count + 1, row.changed);
    return {};
}

SqliteStream::SqliteStream(SqliteConnection &connection, TableView view, std::string order, bool snapshot,
                           std::optional<std::string> after)
    : m_connection(connection)
    , m_view(std::move(view))
    , m_order(std::move(order))
    , m_snapshot(snapshot)
    , m_after(std::move(after))
{
}

SqliteStream::~SqliteStream()
{
    m_page.reset();
    if (m_snapshot) (void)m_connection.run("ROLLBACK");
}

Result<bool> SqliteStream::next(KeyedRow &row)
{
    if (m_ended) return false;
    if (!m_page) {
        if (Result<void> opened = open(); !opened) return fail(opened.error());
    }
    const Result<bool> more = m_page->step();
    if (!more) return fail(more.error());
    if (!*more) {
        m_page.reset();
        m_ended = m_rows < PageRows;
        return m_ended ? Result<bool>(false) : next(row);
    }
    if (Result<void> read = readRow(*m_page, m_view, row); !read) return fail(read.error());
    ++m_rows;
    m_after = row.key;
    if (!m_view.set) return true;
    if (m_page->storage(1) == 'b')
        return fail(ErrorKind::Conflict, "the member column " + m_view.columns.front() + " holds binary values");
    m_afterMember = m_page->cell(3).value_or(std::string());
    return true;
}

Result<void> SqliteStream::open()
{
    const std::string where =
        " WHERE " + eachKeyColumn(m_view, " IS NOT NULL") + (m_after ? " AND " + m_order + " > ?1" : "");
    Result<SqliteStatement> page =
        m_connection.prepare(m_view.set ? memberPage()
                                        : selectOf(m_view) + where + " ORDER BY " + m_order + " LIMIT " +
                                              std::to_string(PageRows));
    if (!page) return fail(page.error());
    m_page.emplace(std::move(*page));
    m_rows = 0;
    if (!m_after) return {};
    std::vector<SqlParameter> parameters{keyParameter(m_view, *m_after)};
    if (m_afterMember) parameters.push_back({*m_afterMember, 't'});
    return m_page->bind(parameters);
}

// A key has many rows: a page that ends among them goes on with the next member. The text that members are sorted by is
// read, too.
std::string SqliteStream::memberPage() const
{
    const std::string column = quotedIdentifier(m_view.columns.front());
    const std::string member = "CAST(" + column + " AS TEXT)";
    std::string where = " WHERE " + eachKeyColumn(m_view, " IS NOT NULL") + " AND " + column + " IS NOT NULL";
    if (m_after && !m_afterMember) where += " AND " + m_order + " > ?1";
    if (m_afterMember)
        where += " AND " + m_order + " >= ?1 AND (" + m_order + " > ?1 OR " + member + " COLLATE BINARY > ?2)";
    const std::string changed = m_view.changedColumn ? quotedIdentifier(*m_view.changedColumn) : "NULL";
    return "SELECT " + keyText(m_view) + ", " + column + ", " + changed + ", " + member + " FROM " +
           quotedTable(m_view.table) + where + " ORDER BY " + m_order + ", " + member + " COLLATE BINARY LIMIT " +
           std::to_string(PageRows);
}

} // namespace crossfade
