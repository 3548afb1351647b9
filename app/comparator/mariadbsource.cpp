// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/mariadbsource.h"

#include "app/comparator/mariadbsourceimpl.h"
#include "app/comparator/statement.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>

namespace crossfade {

namespace {

std::string quotedName(std::string_view name)
{
    return quotedIdentifier(name, quoteOf(SourceKind::Mariadb));
}

std::string quotedPlace(const TableView &view)
{
    return quotedTable(view.table, quoteOf(SourceKind::Mariadb)) + " AS r"; // a query needs a name
}

} // namespace

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

Result<MariadbRead> MariadbSource::reading(const TableView &view)
{
    const Result<MariadbForms> forms = formsOf(view.table);
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

// One row after the other, each lock given back before the next is waited for: whoever waits for several can be in a
// deadlock with others, whose work would then be what is undone. Rows that are only just being added are waited for, too.
Result<std::vector<SourceRow>> MariadbSource::fetchSettled(const TableView &view, const std::vector<std::string> &keys)
{
    std::vector<SourceRow> rows;
    for (const std::string &key : keys) {
        if (Result<void> begun = begin(); !begun) return fail(begun.error());
        Result<std::vector<SourceRow>> found = fetchRows(view, {key}, " FOR UPDATE");
        rollBack();
        if (!found) return found;
        std::ranges::move(*found, std::back_inserter(rows));
    }
    return rows;
}

Result<std::vector<SourceRow>> MariadbSource::fetchRows(const TableView &view, const std::vector<std::string> &keys,
                                                        const std::string &rest)
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
        rowsOf(*read, " WHERE " + (view.moreKeys.empty() ? left + " IN (" + places + ")" : places) + rest, values);
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

Result<std::unique_ptr<Source>> connectMariadb(const SourceSettings &settings, Access access)
{
    return MariadbSource::open(settings, access);
}

} // namespace crossfade
