// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/sqlitedigest.h"

#include "app/comparator/digestsql.h"
#include "app/comparator/statement.h"
#include "models/consistency/normalform.h"

#include <limits>
#include <set>

namespace crossfade {

namespace {

std::string sqliteText(const std::string &text)
{
    return quotedIdentifier(text, '\'');
}

// Which cells are picked, from the first one named on; empty: all.
std::vector<bool> cellsOf(const HashPick &pick)
{
    if (pick.only.empty()) return {};
    std::vector<bool> cells(static_cast<std::size_t>((pick.part.high >> pick.onlyShift) - pick.firstNamed() + 1));
    for (const std::int64_t index : pick.only)
        cells[static_cast<std::size_t>(index)] = true;
    return cells;
}

} // namespace

std::string sqliteSchema(const std::string &table)
{
    const std::size_t dot = table.find('.');
    return dot == std::string::npos ? "main" : table.substr(0, dot);
}

std::string sqliteName(const std::string &table)
{
    const std::size_t dot = table.find('.');
    return dot == std::string::npos ? table : table.substr(dot + 1);
}

Result<bool> sqliteDigests(SqliteConnection &connection, const TableView &view)
{
    if (view.fields.size() != view.columns.size() || !view.moreKeys.empty()) return false;
    // A column of whole numbers may hold anything else all the same, which no range would find.
    const Result<std::string> others =
        connection.text("SELECT EXISTS (SELECT 1 FROM " + quotedTable(view.table) + " WHERE typeof(" +
                        quotedIdentifier(view.key) + ") NOT IN ('integer', 'null'))");
    if (!others) return fail(others.error());
    return *others == "0";
}

// A column that holds values of several types may hold 1 beside '1', which are two keys of one text.
Result<bool> sqliteHashesKeys(SqliteConnection &connection, const TableView &view)
{
    if (view.fields.size() != view.columns.size()) return false;
    std::string several;
    for (const std::string &column : view.keyColumns()) {
        const std::string type = "typeof(" + quotedIdentifier(column) + ")";
        several += (several.empty() ? "min(" : " OR min(") + type + ") <> max(" + type + ") OR max(" + type +
                   ") = 'blob'";
    }
    const Result<std::string> mixed =
        connection.text("SELECT coalesce(" + several + ", 0) FROM " + quotedTable(view.table) + " WHERE " +
                        eachKeyColumn(view, " IS NOT NULL"));
    if (!mixed) return fail(mixed.error());
    return *mixed == "0";
}

SqliteDigester::SqliteDigester(SqliteConnection &connection, const TableView &view, std::string select)
    : m_connection(connection)
    , m_view(view)
    , m_select(std::move(select))
{
}

void SqliteDigester::appendCells(std::string &text, const SqliteStatement &row)
{
    for (std::size_t i = 0; i < m_view.columns.size(); ++i) {
        row.read(static_cast<int>(i) + 1, m_cell);
        appendDigestText(text, m_view.fields[i], m_cell);
    }
}

Result<void> SqliteDigester::each(const KeyRange &range, const std::function<void(const RowDigest &)> &visit)
{
    const std::string key = quotedIdentifier(m_view.key);
    Result<SqliteStatement> query =
        m_connection.prepare(m_select + " WHERE " + key + " BETWEEN ? AND ? ORDER BY " + key);
    if (!query) return fail(query.error());
    const auto bound = query->bind({{std::to_string(range.low), 'i'}, {std::to_string(range.high), 'i'}});
    if (!bound) return bound;
    std::string text;
    for (;;) {
        const Result<bool> more = query->step();
        if (!more) return fail(more.error());
        if (!*more) return {};
        const std::int64_t number = query->integer(0);
        text = std::to_string(number) + ",";
        appendCells(text, *query);
        visit({number, halfMd5(text)});
    }
}

Result<std::vector<SegmentDigest>> SqliteDigester::segments(const KeyRange &range,
                                                            const std::vector<KeyRange> &only)
{
    std::vector<SegmentDigest> result;
    for (const KeyRange &keys : only) {
        const Result<void> read = each(keys, [&](const RowDigest &row) {
            const std::int64_t index = (row.key - range.low) / range.width;
            if (result.empty() || result.back().index != index) result.push_back({index, 0, 0, true});
            ++result.back().rows;
            result.back().digest ^= *row.digest;
        });
        if (!read) return fail(read.error());
    }
    return result;
}

Result<std::vector<RowDigest>> SqliteDigester::rows(const std::vector<KeyRange> &ranges)
{
    std::vector<RowDigest> result;
    for (const KeyRange &range : ranges) {
        const Result<void> read = each(range, [&](const RowDigest &row) { result.push_back(row); });
        if (!read) return fail(read.error());
    }
    return result;
}

// Whether the look is to be made of pages, and can be.
Result<bool> SqliteDigester::isPaged()
{
    const Result<std::string> mode = m_connection.text("PRAGMA journal_mode");
    if (!mode) return fail(mode.error());
    if (*mode == "wal") return false; // readers hold up nobody
    if (isQueryRelation(m_view.table)) return false; // its rows have no place to go on from
    const std::string name = sqliteText(sqliteName(m_view.table));
    const std::string schema = sqliteText(sqliteSchema(m_view.table));
    const Result<std::string> paged = m_connection.text(
        "SELECT EXISTS (SELECT 1 FROM pragma_table_list WHERE schema = " + schema + " AND name = " + name +
        " COLLATE NOCASE AND type = 'table' AND wr = 0) AND NOT EXISTS (SELECT 1 FROM pragma_table_info(" + name +
        ", " + schema + ") WHERE lower(name) = '_rowid_')");
    if (!paged) return fail(paged.error());
    return *paged == "1";
}

// One look at all rows that have a key, in whatever order they stand.
Result<void> SqliteDigester::eachKeyed(const std::function<Result<void>(const SqliteStatement &)> &visit)
{
    const Result<bool> paged = isPaged();
    if (!paged) return fail(paged.error());
    std::string sql = m_select + " WHERE " + eachKeyColumn(m_view, " IS NOT NULL");
    if (*paged) {
        const std::string from = " FROM " + quotedTable(m_view.table);
        sql.insert(m_select.size() - from.size(), ", _rowid_");
        sql += " AND _rowid_ > ?1 ORDER BY _rowid_ LIMIT " + std::to_string(SqlitePageRows);
    }
    const int rowid = static_cast<int>(m_view.columns.size()) + 2;
    std::string after = std::to_string(std::numeric_limits<std::int64_t>::min());
    for (int rows = SqlitePageRows; rows == SqlitePageRows;) {
        Result<SqliteStatement> query = m_connection.prepare(sql);
        if (!query) return fail(query.error());
        if (*paged) {
            const std::vector<SqlParameter> parameters(1, SqlParameter{after, 'i'});
            if (Result<void> bound = query->bind(parameters); !bound) return bound;
        }
        for (rows = 0;; ++rows) {
            const Result<bool> more = query->step();
            if (!more) return fail(more.error());
            if (!*more) break;
            if (*paged) after = std::to_string(query->integer(rowid));
            if (Result<void> visited = visit(*query); !visited) return visited;
        }
        if (!*paged) return {};
    }
    return {};
}

Result<void> SqliteDigester::eachHashed(const HashPick &pick, const VisitHashed &visit)
{
    const std::vector<bool> chosen = cellsOf(pick);
    std::string text;
    return eachKeyed([&](const SqliteStatement &row) -> Result<void> {
        row.read(0, m_cell);
        const auto hash = static_cast<std::int64_t>(halfMd5(*m_cell) >> (64 - KeyHashBits));
        if (hash < pick.part.low || hash > pick.part.high) return {};
        const std::int64_t named = (hash >> pick.onlyShift) - pick.firstNamed();
        if (!chosen.empty() && !chosen[static_cast<std::size_t>(named)]) return {};
        text.clear();
        appendEncoded(text, m_cell);
        std::string key = *m_cell;
        appendCells(text, row);
        visit((hash >> pick.part.shift) - pick.part.firstCell(), {std::move(key), halfMd5(text)});
        return {};
    });
}

// Of sets a key comes once for each member.
Result<std::vector<std::string>> SqliteDigester::sampleKeys(const SamplePick &pick)
{
    const std::string before = sampleText(pick.seed);
    std::set<std::string> keys;
    const Result<void> read = eachKeyed([&](const SqliteStatement &row) -> Result<void> {
        row.read(0, m_cell);
        if (!m_cell) return {};
        const auto hash = static_cast<std::int64_t>(halfMd5(before + *m_cell) >> (64 - KeyHashBits));
        if (hash <= pick.bound) keys.insert(*m_cell);
        if (static_cast<std::int64_t>(keys.size()) > pick.most) return tooManySampled();
        return {};
    });
    if (!read) return fail(read.error());
    return std::vector<std::string>(keys.begin(), keys.end());
}

Result<std::vector<SegmentDigest>> SqliteDigester::hashCells(const HashPick &pick)
{
    const HashPart &part = pick.part;
    std::vector<SegmentDigest> cells(static_cast<std::size_t>(part.lastCell() - part.firstCell() + 1));
    const Result<void> read = eachHashed(pick, [&](std::int64_t index, const KeyDigest &row) {
        SegmentDigest &cell = cells[static_cast<std::size_t>(index)];
        cell.index = index;
        ++cell.rows;
        cell.digest ^= *row.digest;
    });
    if (!read) return fail(read.error());
    std::erase_if(cells, [](const SegmentDigest &cell) { return cell.rows == 0; });
    return cells;
}

Result<std::vector<KeyDigest>> SqliteDigester::hashRows(const HashPick &pick)
{
    std::vector<KeyDigest> result;
    const Result<void> read =
        eachHashed(pick, [&](std::int64_t, KeyDigest row) { result.push_back(std::move(row)); });
    if (!read) return fail(read.error());
    return result;
}

} // namespace crossfade
