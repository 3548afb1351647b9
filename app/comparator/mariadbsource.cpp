// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/mariadbsource.h"

#include "app/comparator/digestsql.h"
#include "app/comparator/mariadbform.h"
#include "app/comparator/mariadbread.h"
#include "app/comparator/statement.h"
#include "app/comparator/writingsource.h"
#include "app/service/mariadb.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace crossfade {

namespace {

using Forms = MariadbForms;

std::string quotedName(std::string_view name)
{
    return quotedIdentifier(name, quoteOf(SourceKind::Mariadb));
}

std::string quotedPlace(const TableView &view)
{
    return quotedTable(view.table, quoteOf(SourceKind::Mariadb));
}

std::string schemaOf(const std::string &table)
{
    const std::size_t dot = table.find('.');
    return dot == std::string::npos ? std::string() : table.substr(0, dot);
}

std::string nameOf(const std::string &table)
{
    const std::size_t dot = table.find('.');
    return dot == std::string::npos ? table : table.substr(dot + 1);
}

class MariadbSource : public WritingSource {
public:
    static Result<std::unique_ptr<Source>> open(const SourceSettings &settings, Access access);

    Result<std::string> serverVersion() override
    {
        return (m_connection->isMariadb() ? "MariaDB " : "MySQL ") + m_connection->serverVersion();
    }
    Result<std::vector<Column>> columns(const std::string &table) override;
    Result<Size> size(const TableView &view) override;
    Result<std::unique_ptr<RowStream>> stream(const TableView &view, const std::optional<std::string> &after,
                                              std::optional<std::int64_t> last) override;
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
    bool isReusable() const override { return !m_cancelled && !m_connection->isBroken(); }
    bool refresh() override
    {
        m_forms.clear();
        return m_connection->limitStatements(m_statementTime) && m_connection->run("DO 0");
    }
    Result<std::vector<std::string>> sampleKeys(const TableView &view, const SamplePick &pick) override;
    Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                int limit) override;
    Result<std::optional<ChangePlace>> lastChange(const TableView &view) override;
    Result<std::chrono::microseconds> databaseTime() override;
    void interrupt() override { m_cancelled = true; }

protected:
    Result<void> begin() override;
    Result<std::int64_t> execute(const SqlStatement &statement) override;
    Result<std::vector<std::int64_t>> executeAll(const std::vector<const SqlStatement *> &statements) override;
    Result<void> commit() override { return m_connection->run("COMMIT"); }
    void rollBack() override { (void)m_connection->run("ROLLBACK"); }

private:
    using Values = std::vector<MariadbStatement::Value>;
    Result<MariadbStatement> begun(const std::string &sql, const Values &values = {});
    static Values valuesOf(const SqlStatement &statement);
    struct UniqueIndex {
        int columns = 0;
        std::set<std::string> whole; // of them those that it holds all of
    };
    Result<std::map<std::string, UniqueIndex>> uniqueIndexes(const std::string &table); // by name
    Result<Forms> formsOf(const std::string &table);
    Result<MariadbRead> reading(const TableView &view);
    Result<HashForms> hashForms(const TableView &view);
    Result<std::vector<SegmentDigest>> askSegments(const std::string &sql);
    Result<std::vector<SourceRow>> rowsOf(const MariadbRead &read, const std::string &rest, const Values &values);
    Result<void> each(const std::string &sql,
                      const std::function<void(const MariadbStatement &)> &visit);

    std::atomic<bool> m_cancelled = false;
    std::chrono::milliseconds m_statementTime{};
    std::optional<bool> m_logsRows; // as its log for replicas is kept; asked once
    std::unique_ptr<MariadbConnection> m_connection;
    std::map<std::string, Forms> m_forms;
};

Result<std::unique_ptr<Source>> MariadbSource::open(const SourceSettings &settings, Access access)
{
    Result<MariadbTarget> target = parseMariadbUrl(settings.location);
    if (!target)
        return fail(ErrorKind::Unavailable, "MariaDB: the location " + target.error().message);
    Result<std::string> password = readSecret(settings.secret);
    if (!password) return fail(password.error());
    target->password = std::move(*password);
    target->application = "crossfade-comparator";
    target->readOnly = access == Access::Read;
    target->connectTime = settings.connectTimeout;
    target->statementTime = settings.statementTimeout;
    auto self = std::make_unique<MariadbSource>();
    self->m_statementTime = settings.statementTimeout;
    self->m_connection =
        std::make_unique<MariadbConnection>(std::move(*target), self->m_cancelled);
    if (auto connected = self->m_connection->connect(); !connected) return fail(connected.error());
    // Keys are sorted by all of their bytes, however long an index allows them to be.
    if (auto set = self->m_connection->run("SET SESSION max_sort_length = 16384"); !set)
        return fail(set.error());
    return std::unique_ptr<Source>(std::move(self));
}

Result<MariadbStatement> MariadbSource::begun(const std::string &sql, const Values &values)
{
    Result<MariadbStatement> statement = m_connection->prepare(sql);
    if (!statement) return statement;
    if (auto executed = statement->execute(values); !executed) return fail(executed.error());
    return statement;
}

// Asked with the names as they are: joined to one another these views would open every table of the server.
Result<std::map<std::string, MariadbSource::UniqueIndex>> MariadbSource::uniqueIndexes(const std::string &table)
{
    Result<MariadbStatement> answer = begun(
        "SELECT index_name, column_name, sub_part IS NULL FROM information_schema.statistics WHERE table_schema = "
        "coalesce(nullif(?, ''), database()) AND table_name = ? AND non_unique = 0",
        {schemaOf(table), nameOf(table)});
    if (!answer) return fail(answer.error());
    std::map<std::string, UniqueIndex> result;
    for (;;) {
        const Result<bool> more = answer->next();
        if (!more) return fail(more.error());
        if (!*more) return result;
        UniqueIndex &index = result[cellOf(*answer, 0).value_or("")];
        ++index.columns;
        const Cell column = cellOf(*answer, 1); // none of an expression
        if (column && cellOf(*answer, 2) == "1") index.whole.insert(*column);
    }
}

Result<std::vector<Column>> MariadbSource::columns(const std::string &table)
{
    const auto indexes = uniqueIndexes(table);
    if (!indexes) return fail(indexes.error());
    Result<MariadbStatement> answer =
        begun("SELECT column_name, column_type, is_nullable, data_type, privileges FROM information_schema.columns "
              "WHERE table_schema = coalesce(nullif(?, ''), database()) AND table_name = ? ORDER BY ordinal_position",
              {schemaOf(table), nameOf(table)});
    if (!answer) return fail(answer.error());
    std::vector<Column> result;
    const auto text = [&](std::size_t i) { return cellOf(*answer, i).value_or(std::string()); };
    for (;;) {
        const Result<bool> more = answer->next();
        if (!more) return fail(more.error());
        if (!*more) return result;
        Column column{text(0), text(1), text(2) == "YES", false};
        column.readable = text(4).find("select") != std::string::npos;
        column.comparable = mariadbForm(text(3)) != MariadbForm::Unsupported;
        for (const auto &[name, index] : *indexes) {
            if (!index.whole.contains(column.name)) continue;
            column.key |= index.columns == 1;
            column.unique.push_back(name + "/" + std::to_string(index.columns));
        }
        result.push_back(std::move(column));
    }
}

Result<Forms> MariadbSource::formsOf(const std::string &table)
{
    if (const auto known = m_forms.find(table); known != m_forms.end()) return known->second;
    Result<MariadbStatement> answer =
        begun("SELECT column_name, CONCAT(data_type, IF(column_type LIKE '%unsigned%', ' unsigned', "
              "'')), coalesce(datetime_precision, numeric_scale, 0) FROM "
              "information_schema.columns WHERE table_schema = "
              "coalesce(nullif(?, ''), database()) AND table_name = ?",
              {schemaOf(table), nameOf(table)});
    if (!answer) return fail(answer.error());
    Forms forms;
    for (;;) {
        const Result<bool> more = answer->next();
        if (!more) return fail(more.error());
        if (!*more) break;
        const std::string type = cellOf(*answer, 1).value_or("");
        const std::size_t blank = type.find(' ');
        MariadbColumn &column = forms[cellOf(*answer, 0).value_or("")];
        column.form = mariadbForm(type.substr(0, blank));
        column.digits = std::atoi(cellOf(*answer, 2).value_or("0").c_str());
        column.beyondSigned = type == "bigint unsigned";
    }
    return m_forms[table] = std::move(forms);
}

Result<MariadbRead> MariadbSource::reading(const TableView &view)
{
    const Result<Forms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    return mariadbReading(view, *forms);
}

Result<Source::Size> MariadbSource::size(const TableView &view)
{
    const std::string whole = "IF(" + eachKeyColumn(view, " IS NOT NULL", '`') + ", 1, NULL)";
    Result<MariadbStatement> answer = begun("SELECT count(" + whole + "), count(*) - count(" + whole +
                                            ") FROM " + quotedPlace(view));
    if (!answer) return fail(answer.error());
    const Result<bool> row = answer->next();
    if (!row) return fail(row.error());
    Size size;
    if (*row) {
        size.rows = std::strtoll(cellOf(*answer, 0).value_or("").c_str(), nullptr, 10);
        size.withoutKey = std::strtoll(cellOf(*answer, 1).value_or("").c_str(), nullptr, 10);
        if (const Result<bool> end = answer->next(); !end) return fail(end.error());
    }
    return size;
}

Result<std::unique_ptr<RowStream>> MariadbSource::stream(const TableView &view,
                                                         const std::optional<std::string> &after,
                                                         std::optional<std::int64_t> last)
{
    Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    std::string sql = read->select + " WHERE " + eachKeyColumn(view, " IS NOT NULL", '`');
    Values values;
    // A number as a text would be compared as a double, which takes 2^53 + 1 for 2^53.
    if (after && read->whole) sql += " AND " + read->key + " > " + *after;
    if (after && !read->whole) {
        sql += " AND " + read->key + " > CAST(? AS BINARY)";
        values.emplace_back(*after);
    }
    // What was asked for and is not read would take the connection with it.
    if (last && read->whole) sql += " AND " + read->key + " <= " + std::to_string(*last);
    // However long all of it takes: each row is waited for by the connection's own bound.
    if (auto free = m_connection->limitStatements(std::chrono::milliseconds(0)); !free)
        return fail(free.error());
    Result<MariadbStatement> statement = begun(sql + " ORDER BY " + read->key, values);
    if (!statement) return fail(statement.error());
    return std::make_unique<MariadbStream>(std::move(*statement), std::move(*read));
}

Result<std::vector<SourceRow>> MariadbSource::fetch(const TableView &view,
                                                    const std::vector<std::string> &keys)
{
    if (keys.empty()) return std::vector<SourceRow>();
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    if (auto limited = m_connection->limitStatements(m_statementTime); !limited)
        return fail(limited.error());
    std::string places;
    Values values;
    for (const std::string &key : keys) {
        const auto parts = splitKey(key, view.moreKeys.size() + 1);
        if (!parts) continue; // of no row
        if (!read->whole) values.insert(values.end(), parts->begin(), parts->end());
        if (view.moreKeys.empty()) places += (places.empty() ? "" : ", ") + (read->whole ? key : "?");
        else places += (places.empty() ? "" : " OR ") + eachKeyColumn(view, " = ?", '`');
    }
    if (places.empty()) return std::vector<SourceRow>();
    // By the columns as they are, for the index; what a collation takes for equal is left out below.
    const std::string left = read->whole ? read->key : quotedName(view.key);
    Result<std::vector<SourceRow>> found =
        rowsOf(*read, " WHERE " + (view.moreKeys.empty() ? left + " IN (" + places + ")" : places), values);
    if (!found) return found;
    const std::set<std::string> asked(keys.begin(), keys.end());
    std::erase_if(*found, [&](const SourceRow &row) { return !asked.contains(row.row.key); });
    return found;
}

Result<std::vector<SourceRow>> MariadbSource::rowsOf(const MariadbRead &read, const std::string &rest,
                                                     const Values &values)
{
    Result<MariadbStatement> statement = begun(read.select + rest, values);
    if (!statement) return fail(statement.error());
    std::vector<SourceRow> rows;
    for (;;) {
        const Result<bool> more = statement->next();
        if (!more) return fail(more.error());
        if (!*more) return rows;
        SourceRow &row = rows.emplace_back();
        read.read(*statement, row.row);
        for (std::size_t i = 0; i < row.row.cells.size(); ++i)
            row.storage += row.row.cells[i] ? mariadbStorage(read.forms[i]) : 'n';
    }
}

Result<void> MariadbSource::each(const std::string &sql,
                                 const std::function<void(const MariadbStatement &)> &visit)
{
    if (auto limited = m_connection->limitStatements(m_statementTime); !limited) return limited;
    Result<MariadbStatement> statement = begun(sql);
    if (!statement) return fail(statement.error());
    for (;;) {
        const Result<bool> more = statement->next();
        if (!more) return fail(more.error());
        if (!*more) return {};
        visit(*statement);
    }
}

Result<bool> MariadbSource::digests(const TableView &view)
{
    const Result<Forms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    const auto key = forms->find(view.key);
    if (key == forms->end() || view.fields.size() != view.columns.size()) return false;
    if (!view.moreKeys.empty()) return false;
    if (key->second.form != MariadbForm::Integer || key->second.beyondSigned) return false;
    return std::ranges::all_of(view.columns,
                               [&](const std::string &column) { return forms->contains(column); });
}

Result<std::optional<std::int64_t>> MariadbSource::firstKey(const TableView &view, std::int64_t from)
{
    std::optional<std::int64_t> key;
    const Result<void> asked = each(firstKeySql(SourceKind::Mariadb, view, from),
                                    [&](const MariadbStatement &row) { key = integerOf(row, 0); });
    if (!asked) return fail(asked.error());
    return key;
}

Result<std::vector<SegmentDigest>> MariadbSource::askSegments(const std::string &sql)
{
    std::vector<SegmentDigest> result;
    const Result<void> asked = each(sql, [&](const MariadbStatement &row) {
        result.push_back({integerOf(row, 0), integerOf(row, 1), digestOf(row, 3).value_or(0),
                          integerOf(row, 1) == integerOf(row, 2)});
    });
    if (!asked) return fail(asked.error());
    return result;
}

Result<std::vector<SegmentDigest>> MariadbSource::segments(const TableView &view, DigestKind,
                                                           const KeyRange &range,
                                                           const std::vector<KeyRange> &only)
{
    const Result<Forms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    return askSegments(
        segmentsSql(SourceKind::Mariadb, view, mariadbDigest(view, *forms), range, only));
}

Result<std::vector<RowDigest>> MariadbSource::rowDigests(const TableView &view, DigestKind,
                                                         const std::vector<KeyRange> &ranges)
{
    const Result<Forms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    std::vector<RowDigest> result;
    const std::string sql = rowDigestsSql(SourceKind::Mariadb, view, mariadbDigest(view, *forms), ranges);
    const Result<void> asked = each(sql, [&](const MariadbStatement &row) {
        result.push_back({integerOf(row, 0), digestOf(row, 1)});
    });
    if (!asked) return fail(asked.error());
    return result;
}

Result<bool> MariadbSource::hashesKeys(const TableView &view)
{
    const Result<Forms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    const auto known = [&](const std::string &column) { return forms->contains(column); };
    return view.fields.size() == view.columns.size() && std::ranges::all_of(view.columns, known) &&
           std::ranges::all_of(view.keyColumns(), known);
}

Result<HashForms> MariadbSource::hashForms(const TableView &view)
{
    const Result<Forms> forms = formsOf(view.table);
    if (!forms) return fail(forms.error());
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    return HashForms{SourceKind::Mariadb, read->text, mariadbKeyHash(read->text),
                     mariadbKeyDigest(view, *forms, read->text)};
}

Result<std::vector<SegmentDigest>> MariadbSource::hashCells(const TableView &view, DigestKind,
                                                            const HashPick &pick)
{
    const Result<HashForms> forms = hashForms(view);
    if (!forms) return fail(forms.error());
    return askSegments(hashCellsSql(view, *forms, pick));
}

Result<std::vector<KeyDigest>> MariadbSource::hashRows(const TableView &view, DigestKind, const HashPick &pick)
{
    const Result<HashForms> forms = hashForms(view);
    if (!forms) return fail(forms.error());
    std::vector<KeyDigest> result;
    const Result<void> asked = each(hashRowsSql(view, *forms, pick), [&](const MariadbStatement &row) {
        result.push_back({cellOf(row, 0).value_or(std::string()), digestOf(row, 1)});
    });
    if (!asked) return fail(asked.error());
    return result;
}

// Of sets a key comes once for each member: it is each once that is counted.
Result<std::vector<std::string>> MariadbSource::sampleKeys(const TableView &view, const SamplePick &pick)
{
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    if (auto limited = m_connection->limitStatements(m_statementTime); !limited) return fail(limited.error());
    Result<MariadbStatement> statement = begun(sampleKeysSql(SourceKind::Mariadb, view, read->text, pick));
    if (!statement) return fail(statement.error());
    std::set<std::string> keys;
    for (;;) {
        const Result<bool> more = statement->next();
        if (!more) return fail(more.error());
        if (!*more) return std::vector<std::string>(keys.begin(), keys.end());
        keys.insert(cellOf(*statement, 0).value_or(std::string()));
        if (static_cast<std::int64_t>(keys.size()) > pick.most) return tooManySampled();
    }
}

// Without the locks on gaps between rows: writers beside each other, each with keys of its own, would wait for each
// other's. What is written is held against what was seen by each statement itself.
Result<void> MariadbSource::begin()
{
    if (auto limited = m_connection->limitStatements(m_statementTime); !limited) return limited;
    // A server that logs statements instead of rows refuses to write at that level.
    if (!m_logsRows) {
        m_logsRows = true; // also one that has no such setting any more
        (void)each("SELECT CASE WHEN @@log_bin = 1 AND @@binlog_format = 'STATEMENT' THEN 1 ELSE 0 END",
                   [this](const MariadbStatement &row) { m_logsRows = cellOf(row, 0) != "1"; });
    }
    if (*m_logsRows) {
        if (auto set = m_connection->run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"); !set) return set;
    }
    return m_connection->run("START TRANSACTION");
}

MariadbSource::Values MariadbSource::valuesOf(const SqlStatement &statement)
{
    Values values;
    for (const SqlParameter &parameter : statement.parameters) {
        values.push_back(parameter.value);
        if (parameter.value && parameter.storage == 'f')
            values.back() = exactSingle(*parameter.value);
        if (parameter.value && parameter.storage == 'b' && parameter.value->starts_with("\\x"))
            values.back() = parameter.value->substr(2); // the statement says UNHEX
    }
    return values;
}

Result<std::int64_t> MariadbSource::execute(const SqlStatement &statement)
{
    Result<MariadbStatement> done = begun(statement.sql, valuesOf(statement));
    if (!done) return fail(done.error());
    return done->affected();
}

// Those of one text after each other are prepared once: half of the trips.
Result<std::vector<std::int64_t>> MariadbSource::executeAll(const std::vector<const SqlStatement *> &statements)
{
    std::vector<std::int64_t> changed;
    std::optional<MariadbStatement> prepared;
    const SqlStatement *before = nullptr;
    for (const SqlStatement *statement : statements) {
        if (!before || before->sql != statement->sql) {
            prepared.reset();
            Result<MariadbStatement> next = m_connection->prepare(statement->sql);
            if (!next) return fail(next.error());
            prepared.emplace(std::move(*next));
        }
        before = statement;
        if (Result<void> done = prepared->execute(valuesOf(*statement)); !done) return fail(done.error());
        changed.push_back(prepared->affected());
    }
    return changed;
}

Result<std::vector<SourceRow>> MariadbSource::changedSince(const TableView &view,
                                                           const std::optional<ChangePlace> &from, int limit)
{
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    if (auto limited = m_connection->limitStatements(m_statementTime); !limited) return fail(limited.error());
    const std::string column = quotedName(*view.changedColumn);
    std::string where = " WHERE " + column + " IS NOT NULL AND " + eachKeyColumn(view, " IS NOT NULL", '`');
    Values values;
    if (from) {
        const std::string place = mariadbParameter(read->changedForm);
        where += " AND " + column + " >= " + place;
        values.emplace_back(from->value);
        if (from->key) { // the first condition is the index's
            where += " AND (" + column + " > " + place + " OR " + read->key + " > " +
                     (read->whole ? *from->key : "CAST(? AS BINARY)") + ")";
            values.emplace_back(from->value);
            if (!read->whole) values.emplace_back(*from->key);
        }
    }
    Result<std::vector<SourceRow>> rows =
        rowsOf(*read, where + " ORDER BY " + column + ", " + read->key + " LIMIT " + std::to_string(limit), values);
    if (!rows) return rows;
    for (SourceRow &row : *rows)
        row.storage += 't';
    return rows;
}

Result<std::optional<ChangePlace>> MariadbSource::lastChange(const TableView &view)
{
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    const std::string last = "MAX(" + quotedName(*view.changedColumn) + ")";
    std::optional<ChangePlace> place;
    const Result<void> asked = each("SELECT " + mariadbText(read->changedForm, last) + " FROM " + quotedPlace(view),
                                    [&](const MariadbStatement &row) {
                                        if (Cell value = cellOf(row, 0)) place = ChangePlace{*value, 't', {}};
                                    });
    if (!asked) return fail(asked.error());
    return place;
}

Result<std::chrono::microseconds> MariadbSource::databaseTime()
{
    std::chrono::microseconds now{};
    const Result<void> asked = each("SELECT CAST(CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED) AS CHAR)",
                                    [&](const MariadbStatement &row) { now = std::chrono::microseconds(integerOf(row, 0)); });
    if (!asked) return fail(asked.error());
    return now;
}

} // namespace

Result<std::unique_ptr<Source>> connectMariadb(const SourceSettings &settings, Access access)
{
    return MariadbSource::open(settings, access);
}

} // namespace crossfade
