// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/sqlitesource.h"

#include "app/comparator/digestsql.h"
#include "app/comparator/sqlitedigest.h"
#include "app/comparator/sqliteread.h"
#include "app/comparator/statement.h"
#include "app/comparator/writingsource.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace crossfade {

namespace {

class SqliteSource : public WritingSource {
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
    Result<std::optional<std::string>> repeatedKey(const TableView &view) override;
    Result<double> number(const std::string &sql) override;
    Result<Size> size(const TableView &view) override;
    Result<std::unique_ptr<RowStream>> stream(const TableView &view,
                                              const std::optional<std::string> &after,
                                              std::optional<std::int64_t> last) override;
    Result<std::vector<SourceRow>> fetch(const TableView &view,
                                         const std::vector<std::string> &keys) override;
    Result<std::vector<SourceRow>> fetchSettled(const TableView &view, const std::vector<std::string> &keys) override;
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
    Result<std::vector<std::string>> sampleKeys(const TableView &view, const SamplePick &pick) override;
    Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                int limit) override;
    Result<std::optional<ChangePlace>> lastChange(const TableView &view) override;
    Result<std::chrono::microseconds> databaseTime() override;
    Result<void> keepForeignKeys() override { return m_connection->run("PRAGMA foreign_keys = ON"); }
    void interrupt() override { m_connection->interrupt(); }

protected:
    Result<void> begin() override { return m_connection->run("BEGIN IMMEDIATE"); }
    Result<std::int64_t> execute(const SqlStatement &statement) override;
    Result<void> commit() override { return m_connection->run("COMMIT"); }
    void rollBack() override { (void)m_connection->run("ROLLBACK"); }

private:
    Result<std::vector<Column>> queryColumns(const std::string &relation);
    Result<std::vector<SourceRow>> rowsOf(const TableView &view, const std::string &rest,
                                          const std::vector<SqlParameter> &parameters, std::size_t columns);
    std::unique_ptr<SqliteConnection> m_connection;
};

Result<std::vector<Column>> SqliteSource::columns(const std::string &table)
{
    if (isQueryRelation(table)) return queryColumns(table);
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

// By itself first: what is no whole query could become one between the parentheses.
Result<std::vector<Column>> SqliteSource::queryColumns(const std::string &relation)
{
    const auto refused = [](const Error &error) {
        return error.kind == ErrorKind::Conflict ? Error{ErrorKind::Invalid, error.message, {}, {}} : error;
    };
    const Result<SqliteStatement> alone = m_connection->prepare(std::string(queryOf(relation)));
    if (!alone) return fail(refused(alone.error()));
    if (alone->parameters() > 0) return fail(ErrorKind::Invalid, "the query has a place for a parameter");
    const Result<SqliteStatement> query = m_connection->prepare("SELECT * FROM " + relation + " AS r");
    if (!query) return fail(refused(query.error()));
    return query->columns();
}

Result<std::optional<std::string>> SqliteSource::repeatedKey(const TableView &view)
{
    const std::string key = "CAST(" + keyText(view) + " AS TEXT)";
    Result<SqliteStatement> query = m_connection->prepare(
        "SELECT " + key + " FROM " + quotedTable(view.table) + " AS r WHERE " + eachKeyColumn(view, " IS NOT NULL") +
        " GROUP BY " + key + " COLLATE BINARY HAVING count(*) > 1 LIMIT 1");
    if (!query) return fail(query.error());
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    return *row ? query->cell(0) : Cell();
}

Result<double> SqliteSource::number(const std::string &sql)
{
    Result<SqliteStatement> query = m_connection->prepare(sql);
    if (!query) return fail(query.error());
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row || query->columns().size() != 1) return noSingleNumber();
    const Cell value = query->cell(0);
    const Result<bool> more = query->step();
    if (!more) return fail(more.error());
    return *more ? noSingleNumber() : numberOf(value);
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
                                                        const std::optional<std::string> &after,
                                                        std::optional<std::int64_t>)
{
    const Result<std::vector<Column>> all = columns(view.table);
    if (!all) return fail(all.error());
    const auto key = std::ranges::find(*all, view.key, &Column::name);
    if (key == all->end())
        return fail(ErrorKind::Conflict, relationName(view.table) + " has no column " + view.key);
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
    return rowsOf(view, " WHERE " + where, parameters, view.columns.size());
}

// There is one writer at a time: once this one may write, nothing is under way.
Result<std::vector<SourceRow>> SqliteSource::fetchSettled(const TableView &view, const std::vector<std::string> &keys)
{
    if (Result<void> begun = begin(); !begun) return fail(begun.error());
    Result<std::vector<SourceRow>> rows = fetch(view, keys);
    rollBack();
    return rows;
}

// With the storage classes of so many columns after the key.
Result<std::vector<SourceRow>> SqliteSource::rowsOf(const TableView &view, const std::string &rest,
                                                    const std::vector<SqlParameter> &parameters, std::size_t columns)
{
    Result<SqliteStatement> query = m_connection->prepare(selectOf(view) + rest);
    if (!query) return fail(query.error());
    if (Result<void> bound = query->bind(parameters); !bound) return fail(bound.error());
    std::vector<SourceRow> rows;
    for (;;) {
        const Result<bool> more = query->step();
        if (!more) return fail(more.error());
        if (!*more) return rows;
        SourceRow &row = rows.emplace_back();
        if (Result<void> read = readRow(*query, view, row.row); !read) return fail(read.error());
        for (std::size_t i = 0; i < columns; ++i)
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

Result<std::vector<std::string>> SqliteSource::sampleKeys(const TableView &view, const SamplePick &pick)
{
    TableView keys = view;
    keys.columns.clear();
    keys.fields.clear();
    keys.changedColumn.reset();
    return SqliteDigester(*m_connection, keys, selectOf(keys)).sampleKeys(pick);
}

Result<std::int64_t> SqliteSource::execute(const SqlStatement &statement)
{
    Result<SqliteStatement> prepared = m_connection->prepare(statement.sql);
    if (!prepared) return fail(prepared.error());
    if (Result<void> bound = prepared->bind(statement.parameters); !bound) return fail(bound.error());
    const std::int64_t before = m_connection->allChanges();
    if (const Result<bool> done = prepared->step(); !done) return fail(done.error());
    // Where nothing was changed the count of the statement before would still stand.
    return m_connection->allChanges() == before ? 0 : m_connection->changes();
}

Result<std::vector<SourceRow>> SqliteSource::changedSince(const TableView &view,
                                                          const std::optional<ChangePlace> &from, int limit)
{
    const Result<std::vector<Column>> all = columns(view.table);
    if (!all) return fail(all.error());
    const auto key = std::ranges::find(*all, view.key, &Column::name);
    if (key == all->end())
        return fail(ErrorKind::Conflict, relationName(view.table) + " has no column " + view.key);
    const std::string order = orderOf(view, key->type);
    const std::string column = quotedIdentifier(*view.changedColumn);
    std::string where = " WHERE " + column + " IS NOT NULL AND " + eachKeyColumn(view, " IS NOT NULL");
    std::vector<SqlParameter> parameters;
    if (from) {
        where += from->key ? " AND (" + column + ", " + order + ") > (?1, ?2)" : " AND " + column + " >= ?1";
        parameters.push_back({from->value, from->storage});
        if (from->key) parameters.push_back(keyParameter(view, *from->key));
    }
    return rowsOf(view, where + " ORDER BY " + column + ", " + order + " LIMIT " + std::to_string(limit), parameters,
                  view.columns.size() + 1);
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

// That of this machine: SQLite works within the process.
Result<std::chrono::microseconds> SqliteSource::databaseTime()
{
    const Result<std::string> seconds = m_connection->text("SELECT strftime('%s', 'now')");
    if (!seconds) return fail(seconds.error());
    return std::chrono::seconds(std::strtoll(seconds->c_str(), nullptr, 10));
}

} // namespace

Result<std::unique_ptr<Source>> connectSqlite(const SourceSettings &settings, Access access)
{
    Result<std::unique_ptr<SqliteConnection>> connection = SqliteConnection::open(settings, access);
    if (!connection) return fail(connection.error());
    return std::make_unique<SqliteSource>(std::move(*connection));
}

} // namespace crossfade
