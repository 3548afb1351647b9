// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/sqlitesource.h"

#include "app/comparator/digestsql.h"
#include "app/comparator/sqlitedigest.h"
#include "app/comparator/sqlitestatement.h"
#include "app/comparator/statement.h"

#include <algorithm>
#include <array>

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

// The key as it is told: of several columns joinedKey() in SQL. NULL where a part is.
std::string keyText(const TableView &view)
{
    if (view.moreKeys.empty()) return quotedIdentifier(view.key);
    std::string text;
    for (const std::string &column : view.keyColumns())
        text += (text.empty() ? "" : " || '|' || ") + ("replace(replace(CAST(" + quotedIdentifier(column)) +
                " AS TEXT), '\\', '\\\\'), '|', '\\|')";
    return "(" + text + ")";
}

// How keys are sorted so that the order is the merge's, with the index where the column allows it.
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

// Reads in pages, each a query of its own: the lock that a database without a write-ahead log puts
// on its writers is given back between them. With one, a surrounding transaction keeps the
// snapshot.
class SqliteStream : public RowStream {
public:
    SqliteStream(SqliteConnection &connection, TableView view, std::string order, bool snapshot,
                 std::optional<std::string> after)
        : m_connection(connection)
        , m_view(std::move(view))
        , m_order(std::move(order))
        , m_snapshot(snapshot)
        , m_after(std::move(after))
    {
    }
    ~SqliteStream() override
    {
        m_page.reset();
        if (m_snapshot) (void)m_connection.run("ROLLBACK");
    }

    Result<bool> next(KeyedRow &row) override
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
        return true;
    }

private:
    Result<void> open()
    {
        const std::string where =
            " WHERE " + eachKeyColumn(m_view, " IS NOT NULL") + (m_after ? " AND " + m_order + " > ?1" : "");
        Result<SqliteStatement> page =
            m_connection.prepare(selectOf(m_view) + where + " ORDER BY " + m_order + " LIMIT " +
                                 std::to_string(PageRows));
        if (!page) return fail(page.error());
        m_page.emplace(std::move(*page));
        m_rows = 0;
        return m_after ? m_page->bind({keyParameter(m_view, *m_after)}) : Result<void>();
    }

    SqliteConnection &m_connection;
    TableView m_view;
    std::string m_order;
    bool m_snapshot;
    std::optional<std::string> m_after;
    std::optional<SqliteStatement> m_page;
    int m_rows = 0;
    bool m_ended = false;
};

class SqliteSource : public Source {
public:
    explicit SqliteSource(std::unique_ptr<SqliteConnection> connection)
        : m_connection(std::move(connection))
    {
    }

    Result<std::string> serverVersion() override
    {
        return m_connection->text(
            "SELECT 'SQLite ' || sqlite_version() || ', ' || count(*) || ' tables' "
            "FROM sqlite_master WHERE type = 'table'");
    }
    Result<std::vector<Column>> columns(const std::string &table) override;
    Result<Size> size(const TableView &view) override;
    Result<std::unique_ptr<RowStream>> stream(const TableView &view,
                                              const std::optional<std::string> &after) override;
    Result<std::vector<SourceRow>> fetch(const TableView &view,
                                         const std::vector<std::string> &keys) override;
    Result<bool> digests(const TableView &view) override;
    Result<std::optional<std::int64_t>> firstKey(const TableView &view, std::int64_t from) override;
    Result<std::vector<SegmentDigest>> segments(const TableView &view, DigestKind kind,
                                                const KeyRange &range,
                                                const std::vector<KeyRange> &only) override;
    Result<std::vector<RowDigest>> rowDigests(const TableView &view, DigestKind kind,
                                              const std::vector<KeyRange> &ranges) override;
    Result<bool> hashesKeys(const TableView &view) override;
    Result<std::vector<SegmentDigest>> hashCells(const TableView &view, DigestKind kind,
                                                 const HashPick &pick) override;
    Result<std::vector<KeyDigest>> hashRows(const TableView &view, DigestKind kind, const HashPick &pick) override;
    Result<std::int64_t> change(const SqlStatement &statement) override;
    Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                int limit) override;
    Result<std::optional<ChangePlace>> lastChange(const TableView &view) override;
    Result<std::vector<WrittenRow>> write(const TableView &view, const std::vector<RowWrite> &writes) override;
    void interrupt() override { m_connection->interrupt(); }

private:
    std::unique_ptr<SqliteConnection> m_connection;
};

Result<std::vector<Column>> SqliteSource::columns(const std::string &table)
{
    const std::string schema = sqliteSchema(table);
    const std::string name = sqliteName(table);
    // The only column of the primary key, or of a unique index over all rows.
    Result<SqliteStatement> query = m_connection->prepare(
        "SELECT c.name, c.type, c.\"notnull\", (c.pk = 1 AND (SELECT max(pk) FROM "
        "pragma_table_info(?1, ?2)) = 1) OR EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) i "
        "WHERE i.\"unique\" = 1 AND i.partial = 0 AND (SELECT count(*) FROM "
        "pragma_index_info(i.name, ?2)) "
        "= 1 AND (SELECT name FROM pragma_index_info(i.name, ?2)) = c.name) "
        ", CASE WHEN c.pk > 0 THEN 'primary key/' || (SELECT max(pk) FROM pragma_table_info(?1, ?2)) "
        "END, (SELECT group_concat(i.name || '/' || (SELECT count(*) FROM pragma_index_info(i.name, "
        "?2)), char(10)) FROM pragma_index_list(?1, ?2) i WHERE i.\"unique\" = 1 AND i.partial = 0 AND "
        "EXISTS (SELECT 1 FROM pragma_index_info(i.name, ?2) WHERE name = c.name)) "
        "FROM pragma_table_info(?1, ?2) c ORDER BY c.cid");
    if (!query) return fail(query.error());
    if (Result<void> bound = query->bind({{name}, {schema}}); !bound) return fail(bound.error());
    std::vector<Column> result;
    for (;;) {
        const Result<bool> more = query->step();
        if (!more) return fail(more.error());
        if (!*more) return result;
        Column &column = result.emplace_back();
        column = {query->cell(0).value_or(""), query->cell(1).value_or(""), query->cell(2) == "0",
                  query->cell(3) == "1"};
        if (const Cell primary = query->cell(4)) column.unique.push_back(*primary);
        appendLines(query->cell(5), column.unique);
    }
}

Result<Source::Size> SqliteSource::size(const TableView &view)
{
    const std::string key = keyText(view);
    Result<SqliteStatement> query = m_connection->prepare(
        "SELECT count(" + key + "), count(*) - count(" + key + ") FROM " + quotedTable(view.table));
    if (!query) return fail(query.error());
    if (const Result<bool> row = query->step(); !row) return fail(row.error());
    return Size{query->integer(0), query->integer(1)};
}

Result<std::unique_ptr<RowStream>> SqliteSource::stream(const TableView &view,
                                                        const std::optional<std::string> &after)
{
    const Result<std::vector<Column>> all = columns(view.table);
    if (!all) return fail(all.error());
    const auto key = std::ranges::find(*all, view.key, &Column::name);
    if (key == all->end())
        return fail(ErrorKind::Conflict, "the table " + view.table + " has no column " + view.key);
    const Result<std::string> mode = m_connection->text("PRAGMA journal_mode");
    if (!mode) return fail(mode.error());
    const bool snapshot = *mode == "wal";
    if (snapshot) {
        if (Result<void> begun = m_connection->run("BEGIN"); !begun) return fail(begun.error());
    }
    return std::make_unique<SqliteStream>(*m_connection, view, orderOf(view, key->type), snapshot,
                                          after);
}

Result<std::vector<SourceRow>> SqliteSource::fetch(const TableView &view,
                                                   const std::vector<std::string> &keys)
{
    std::vector<SourceRow> rows;
    if (keys.empty()) return rows;
    std::string where;
    std::vector<SqlParameter> parameters;
    for (const std::string &key : keys) {
        const auto parts = splitKey(key, view.moreKeys.size() + 1);
        if (!parts) continue; // of no row
        for (const std::string &part : *parts)
            parameters.push_back(keyParameter(view, part));
        if (view.moreKeys.empty()) where += where.empty() ? "?" : ", ?";
        else where += (where.empty() ? "" : " OR ") + eachKeyColumn(view, " = ?");
    }
    if (where.empty()) return rows;
    if (view.moreKeys.empty()) where = quotedIdentifier(view.key) + " IN (" + where + ")";
    Result<SqliteStatement> query = m_connection->prepare(selectOf(view) + " WHERE " + where);
    if (!query) return fail(query.error());
    if (Result<void> bound = query->bind(parameters); !bound) return fail(bound.error());
    for (;;) {
        const Result<bool> more = query->step();
        if (!more) return fail(more.error());
        if (!*more) return rows;
        SourceRow &row = rows.emplace_back();
        if (Result<void> read = readRow(*query, view, row.row); !read) return fail(read.error());
        for (std::size_t i = 0; i < view.columns.size(); ++i)
            row.storage += query->storage(static_cast<int>(i) + 1);
    }
}

// Here the digests are ours: the rows do not leave the process.
Result<bool> SqliteSource::digests(const TableView &view)
{
    return sqliteDigests(*m_connection, view);
}

Result<std::optional<std::int64_t>> SqliteSource::firstKey(const TableView &view, std::int64_t from)
{
    Result<SqliteStatement> query =
        m_connection->prepare(firstKeySql(SourceKind::Sqlite, view, from));
    if (!query) return fail(query.error());
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    return *row ? std::optional(query->integer(0)) : std::nullopt;
}

Result<std::vector<SegmentDigest>> SqliteSource::segments(const TableView &view, DigestKind,
                                                          const KeyRange &range,
                                                          const std::vector<KeyRange> &only)
{
    return SqliteDigester(*m_connection, view, selectOf(view)).segments(range, only);
}

Result<std::vector<RowDigest>> SqliteSource::rowDigests(const TableView &view, DigestKind,
                                                        const std::vector<KeyRange> &ranges)
{
    return SqliteDigester(*m_connection, view, selectOf(view)).rows(ranges);
}

Result<bool> SqliteSource::hashesKeys(const TableView &view)
{
    return sqliteHashesKeys(*m_connection, view);
}

Result<std::vector<SegmentDigest>> SqliteSource::hashCells(const TableView &view, DigestKind, const HashPick &pick)
{
    return SqliteDigester(*m_connection, view, selectOf(view)).hashCells(pick);
}

Result<std::vector<KeyDigest>> SqliteSource::hashRows(const TableView &view, DigestKind, const HashPick &pick)
{
    return SqliteDigester(*m_connection, view, selectOf(view)).hashRows(pick);
}

Result<std::int64_t> SqliteSource::change(const SqlStatement &statement)
{
    if (Result<void> begun = m_connection->run("BEGIN IMMEDIATE"); !begun)
        return fail(begun.error());
    const auto undone = [this](Error error) {
        (void)m_connection->run("ROLLBACK");
        return fail(std::move(error));
    };
    std::int64_t changed = 0;
    {
        Result<SqliteStatement> prepared = m_connection->prepare(statement.sql);
        if (!prepared) return undone(prepared.error());
        if (Result<void> bound = prepared->bind(statement.parameters); !bound)
            return undone(bound.error());
        if (const Result<bool> done = prepared->step(); !done) return undone(done.error());
        changed = m_connection->changes();
    }
    if (changed > 1)
        return undone(
            {ErrorKind::Conflict, "more than one row has this key; nothing was written", {}, {}});
    if (Result<void> committed = m_connection->run("COMMIT"); !committed)
        return undone(committed.error());
    return changed;
}

Result<std::vector<SourceRow>> SqliteSource::changedSince(const TableView &view,
                                                          const std::optional<ChangePlace> &from, int limit)
{
    const Result<std::vector<Column>> all = columns(view.table);
    if (!all) return fail(all.error());
    const auto key = std::ranges::find(*all, view.key, &Column::name);
    if (key == all->end())
        return fail(ErrorKind::Conflict, "the table " + view.table + " has no column " + view.key);
    const std::string order = orderOf(view, key->type);
    const std::string column = quotedIdentifier(*view.changedColumn);
    std::string where = " WHERE " + column + " IS NOT NULL AND " + quotedIdentifier(view.key) + " IS NOT NULL";
    std::vector<SqlParameter> parameters;
    if (from) {
        where += from->key ? " AND (" + column + ", " + order + ") > (?1, ?2)" : " AND " + column + " >= ?1";
        parameters.push_back({from->value, from->storage});
        if (from->key) parameters.push_back(keyParameter(view, *from->key));
    }
    Result<SqliteStatement> query = m_connection->prepare(selectOf(view) + where + " ORDER BY " + column + ", " +
                                                          order + " LIMIT " + std::to_string(limit));
    if (!query) return fail(query.error());
    if (Result<void> bound = query->bind(parameters); !bound) return fail(bound.error());
    std::vector<SourceRow> rows;
    for (;;) {
        const Result<bool> more = query->step();
        if (!more) return fail(more.error());
        if (!*more) return rows;
        SourceRow &row = rows.emplace_back();
        if (Result<void> read = readRow(*query, view, row.row); !read) return fail(read.error());
        for (std::size_t i = 0; i <= view.columns.size(); ++i)
            row.storage += query->storage(static_cast<int>(i) + 1);
    }
}

Result<std::optional<ChangePlace>> SqliteSource::lastChange(const TableView &view)
{
    const std::string column = quotedIdentifier(*view.changedColumn);
    Result<SqliteStatement> query =
        m_connection->prepare("SELECT " + column + " FROM " + quotedTable(view.table) + " WHERE " + column +
                              " IS NOT NULL ORDER BY " + column + " DESC LIMIT 1");
    if (!query) return fail(query.error());
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<ChangePlace>();
    return std::optional(ChangePlace{query->cell(0).value_or(""), query->storage(0), {}});
}

Result<std::vector<WrittenRow>> SqliteSource::write(const TableView &view, const std::vector<RowWrite> &writes)
{
    if (Result<void> begun = m_connection->run("BEGIN IMMEDIATE"); !begun) return fail(begun.error());
    const auto undone = [this](Error error) {
        (void)m_connection->run("ROLLBACK");
        return fail(std::move(error));
    };
    std::vector<WrittenRow> result(writes.size());
    for (std::size_t i = 0; i < writes.size(); ++i) {
        Result<SqliteStatement> prepared = m_connection->prepare(writes[i].statement.sql);
        if (!prepared) return undone(prepared.error());
        if (Result<void> bound = prepared->bind(writes[i].statement.parameters); !bound)
            return undone(bound.error());
        const std::int64_t before = m_connection->allChanges();
        if (const Result<bool> done = prepared->step(); !done) return undone(done.error());
        // Where nothing was changed the count of the statement before would still stand.
        result[i].changed = m_connection->allChanges() == before ? 0 : m_connection->changes();
        if (result[i].changed > 1)
            return undone({ErrorKind::Conflict, "more than one row has this key; nothing was written", {}, {}});
    }
    for (std::size_t i = 0; i < writes.size(); ++i) {
        Result<std::vector<SourceRow>> rows = fetch(view, {writes[i].key});
        if (!rows) return undone(rows.error());
        if (!rows->empty()) result[i].now = std::move(rows->front());
    }
    if (Result<void> committed = m_connection->run("COMMIT"); !committed) return undone(committed.error());
    return result;
}

} // namespace

Result<std::unique_ptr<Source>> connectSqlite(const SourceSettings &settings, Access access)
{
    Result<std::unique_ptr<SqliteConnection>> connection = SqliteConnection::open(settings, access);
    if (!connection) return fail(connection.error());
    return std::make_unique<SqliteSource>(std::move(*connection));
}

} // namespace crossfade
