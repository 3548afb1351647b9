// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/postgressource.h"

#include "app/comparator/pgstream.h"
#include "app/comparator/postgressourceimpl.h"
#include "app/comparator/statement.h"
#include "models/core/ids.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <map>

namespace crossfade {

namespace {

std::string arrayLiteral(const std::vector<std::string> &items)
{
    std::string text = "{";
    for (const std::string &item : items) {
        if (text.size() > 1) text += ',';
        text += '"';
        for (const char c : item) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

} // namespace

Result<std::vector<Column>> PostgresSource::columns(const std::string &table)
{
    if (isQueryRelation(table)) return queryColumns(table);
    Result<PgResult> answer = m_connection->run(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, EXISTS (SELECT "
        "1 FROM "
        "pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred "
        "IS NULL "
        "AND i.indexprs IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum), "
        "has_column_privilege(a.attrelid, a.attnum, 'SELECT'), (SELECT "
        "string_agg(i.indexrelid::regclass::text || '/' || i.indnkeyatts, E'\\n') FROM pg_index i WHERE "
        "i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND "
        "i.indexprs IS NULL AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT "
        "a.attisdropped "
        "ORDER BY a.attnum",
        {quotedTable(table)});
    if (!answer) return fail(answer.error());
    std::vector<Column> result;
    for (int i = 0; i < answer->rows(); ++i) {
        result.push_back({answer->text(i, 0), answer->text(i, 1), answer->text(i, 2) == "t",
                          answer->text(i, 3) == "t", answer->text(i, 4) == "t"});
        appendLines(answer->text(i, 5), result.back().unique);
    }
    return result;
}

Result<PgKeyForm> PostgresSource::joinedForm(const TableView &view)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    const std::string text = pgJoinedText(view);
    PgKeyForm form{text, text + " COLLATE \"C\"", "", "", ""};
    for (const std::string &column : view.keyColumns()) {
        const auto type = types->find(column);
        if (type == types->end())
            return fail(ErrorKind::Conflict,
                        "there is no column " + column + " in " + relationName(view.table));
        form.types.push_back(type->second);
    }
    return form;
}

Result<PgKeyForm> PostgresSource::form(const TableView &view)
{
    if (!view.moreKeys.empty()) return joinedForm(view);
    if (isQueryRelation(view.table)) return queryForm(view);
    const std::string name = quotedTable(view.table);
    if (const auto known = m_forms.find(name); known != m_forms.end()) return known->second;
    Result<PgResult> answer = m_connection->run(
        "SELECT format_type(a.atttypid, NULL), CASE WHEN a.attcollation = 100 THEN d.datcollate "
        "ELSE (SELECT collname FROM pg_collation WHERE oid = a.attcollation) END IN ('C', 'POSIX') "
        "FROM pg_attribute a, pg_database d WHERE d.datname = current_database() "
        "AND a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped",
        {name, view.key});
    if (!answer) return fail(answer.error());
    if (answer->rows() == 0)
        return fail(ErrorKind::Conflict,
                    "there is no column " + view.key + " in " + relationName(view.table));
    return m_forms[name] = pgKeyForm(view, answer->text(0, 0), answer->text(0, 1) == "t");
}

Result<Source::Size> PostgresSource::size(const TableView &view)
{
    const std::string key =
        view.moreKeys.empty() ? quotedIdentifier(view.key) : pgJoinedText(view);
    Result<PgResult> answer = m_connection->run("SELECT count(" + key + "), count(*) - count(" +
                                                key + ") FROM " + quotedTable(view.table) + " AS r");
    if (!answer) return fail(answer.error());
    return Size{std::strtoll(answer->text(0, 0).c_str(), nullptr, 10),
                std::strtoll(answer->text(0, 1).c_str(), nullptr, 10)};
}

Result<std::unique_ptr<RowStream>> PostgresSource::stream(const TableView &view,
                                                          const std::optional<std::string> &after,
                                                          std::optional<std::int64_t>)
{
    const Result<PgKeyForm> key = form(view);
    if (!key) return fail(key.error());
    Result<PgResult> begun = m_connection->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (!begun) return fail(begun.error());
    auto stream = std::make_unique<PgStream>(*m_connection, view.columns.size());
    std::string where = " WHERE " + eachKeyColumn(view, " IS NOT NULL");
    if (after) where += " AND " + key->order + " > $1" + key->after;
    std::vector<Cell> parameters;
    if (after) parameters.push_back(*after);
    Result<PgResult> declared =
        m_connection->run("DECLARE crossfade_rows NO SCROLL CURSOR FOR " + pgSelect(view, *key) +
                              where + " ORDER BY " + key->order,
                          parameters);
    if (!declared) return fail(declared.error());
    return stream;
}

// By the columns as they are, for the index. A text that cannot be of a column's type is no key of it.
Result<PgResult> PostgresSource::ask(const TableView &view, const PgKeyForm &key,
                                     const std::vector<std::string> &keys, const std::string &rest)
{
    if (key.types.empty()) {
        std::vector<std::string> possible;
        std::ranges::copy_if(keys, std::back_inserter(possible), [&](const std::string &text) {
            if (key.uuid) return isUuid(text);
            return key.element != "bigint" || isBigint(text);
        });
        return m_connection->run(pgSelect(view, key) + " WHERE " + key.lookup + " = ANY($1::" +
                                     key.element + "[])" + rest,
                                 {arrayLiteral(possible)});
    }
    std::vector<std::vector<std::string>> parts(key.types.size());
    for (const std::string &text : keys) {
        const auto split = splitKey(text, key.types.size());
        if (!split) continue;
        bool possible = true;
        for (std::size_t i = 0; i < key.types.size(); ++i)
            possible = possible && fitsPgType((*split)[i], key.types[i]);
        for (std::size_t i = 0; possible && i < key.types.size(); ++i)
            parts[i].push_back((*split)[i]);
    }
    std::string columns;
    std::string arrays;
    std::vector<Cell> parameters;
    const std::vector<std::string> names = view.keyColumns();
    for (std::size_t i = 0; i < key.types.size(); ++i) {
        const char *comma = i == 0 ? "" : ", ";
        const std::string element = pgElement(key.types[i]);
        columns += comma + ("r." + quotedIdentifier(names[i])) + (element == "text" ? "::text" : "");
        arrays += comma + ("$" + std::to_string(i + 1)) + "::" + element + "[]";
        parameters.emplace_back(arrayLiteral(parts[i]));
    }
    return m_connection->run(pgSelect(view, key) + " WHERE (" + columns +
                                 ") IN (SELECT * FROM unnest(" + arrays + "))" + rest,
                             parameters);
}

// The transactions that write to the table for a process like this one, with its account; those of `of` only.
Result<std::vector<std::string>> PostgresSource::ourWriters(const TableView &view, const std::vector<std::string> *of)
{
    std::vector<Cell> parameters{quotedTable(view.table)};
    if (of) parameters.emplace_back(arrayLiteral(*of));
    Result<PgResult> answer = m_connection->run(
        "SELECT DISTINCT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND a.datid = "
        "l.database WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.granted AND l.relation = "
        "to_regclass($1) AND a.datname = current_database() AND a.usename = current_user AND a.application_name = "
        "current_setting('application_name') AND a.pid <> pg_backend_pid()" +
            std::string(of ? " AND l.virtualtransaction = ANY($2::text[])" : ""),
        parameters);
    if (!answer) return fail(answer.error());
    std::vector<std::string> writers;
    for (int i = 0; i < answer->rows(); ++i)
        writers.push_back(answer->text(i, 0));
    return writers;
}

// A row that is only just being added is seen by nobody, and so has no lock that could be waited for.
Result<void> PostgresSource::awaitOurWriters(const TableView &view)
{
    const auto deadline = std::chrono::steady_clock::now() + m_connection->patience();
    Result<std::vector<std::string>> left = ourWriters(view, nullptr);
    while (left && !left->empty()) {
        if (std::chrono::steady_clock::now() > deadline)
            return fail(ErrorKind::Timeout, "what was written before has not come to an end within the statement timeout");
        if (Result<void> rested = ran("SELECT pg_sleep(0.02)"); !rested) return rested;
        const std::vector<std::string> before = std::move(*left);
        left = ourWriters(view, &before);
    }
    return left ? Result<void>() : fail(left.error());
}

// One row after the other, each lock given back before the next is waited for: whoever waits for several can be in a
// deadlock with others, whose work would then be what is undone. Here a statement is a transaction of its own.
Result<std::vector<SourceRow>> PostgresSource::fetchSettled(const TableView &view, const std::vector<std::string> &keys)
{
    if (Result<void> ended = awaitOurWriters(view); !ended) return fail(ended.error());
    if (Result<void> patient = ran("SET lock_timeout = 0"); !patient) return fail(patient.error());
    std::vector<SourceRow> rows;
    std::optional<Error> failed;
    for (std::size_t i = 0; i < keys.size() && !failed; ++i) {
        Result<std::vector<SourceRow>> found = fetchRows(view, {keys[i]}, " FOR UPDATE");
        if (found) std::ranges::move(*found, std::back_inserter(rows));
        else failed = found.error();
    }
    const Result<void> asBefore = ran("RESET lock_timeout");
    if (failed) return fail(*failed);
    if (!asBefore) return fail(asBefore.error());
    return rows;
}

Result<std::vector<SourceRow>> PostgresSource::fetchRows(const TableView &view, const std::vector<std::string> &keys,
                                                         const std::string &rest)
{
    const Result<PgKeyForm> key = form(view);
    if (!key) return fail(key.error());
    std::vector<SourceRow> rows;
    Result<PgResult> answer = ask(view, *key, keys, rest);
    if (!answer) return fail(answer.error());
    for (int i = 0; i < answer->rows(); ++i) {
        SourceRow &row = rows.emplace_back();
        readPgRow(*answer, i, view.columns.size(), row.row);
        for (const Cell &cell : row.row.cells)
            row.storage += cell ? 't' : 'n';
    }
    return rows;
}

Result<PostgresSource::Types> PostgresSource::typesOf(const std::string &table)
{
    if (const auto known = m_types.find(table); known != m_types.end()) return known->second;
    if (isQueryRelation(table)) return queryTypes(table);
    Result<PgResult> answer =
        m_connection->run("SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE "
                          "attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
                          {quotedTable(table)});
    if (!answer) return fail(answer.error());
    Types types;
    for (int i = 0; i < answer->rows(); ++i)
        types[answer->text(i, 0)] = answer->text(i, 1);
    return m_types[table] = std::move(types);
}

Result<std::int64_t> PostgresSource::execute(const SqlStatement &statement)
{
    std::vector<Cell> values;
    for (const SqlParameter &parameter : statement.parameters)
        values.push_back(parameter.value);
    const Result<PgResult> done = m_connection->run(statement.sql, values);
    if (!done) return fail(done.error());
    return done->affected();
}

Result<std::vector<SourceRow>> PostgresSource::changedSince(const TableView &view,
                                                            const std::optional<ChangePlace> &from, int limit)
{
    const Result<PgKeyForm> key = form(view);
    if (!key) return fail(key.error());
    const std::string column = "r." + quotedIdentifier(*view.changedColumn);
    std::string where = " WHERE " + column + " IS NOT NULL AND " + eachKeyColumn(view, " IS NOT NULL");
    std::vector<Cell> parameters;
    if (from && from->key) {
        where += " AND (" + column + ", " + key->order + ") > ($1, $2" + key->after + ")";
        parameters = {from->value, *from->key};
    } else if (from) {
        where += " AND " + column + " >= $1";
        parameters = {from->value};
    }
    Result<PgResult> answer =
        m_connection->run(pgSelect(view, *key) + where + " ORDER BY " + column + ", " + key->order + " LIMIT " +
                              std::to_string(limit),
                          parameters);
    if (!answer) return fail(answer.error());
    std::vector<SourceRow> rows;
    for (int i = 0; i < answer->rows(); ++i) {
        SourceRow &row = rows.emplace_back();
        readPgRow(*answer, i, view.columns.size(), row.row);
        for (const Cell &cell : row.row.cells)
            row.storage += cell ? 't' : 'n';
        row.storage += 't';
    }
    return rows;
}

Result<std::optional<ChangePlace>> PostgresSource::lastChange(const TableView &view)
{
    const std::string column = quotedIdentifier(*view.changedColumn);
    Result<PgResult> answer =
        m_connection->run("SELECT max(" + column + ")::text FROM " + quotedTable(view.table) + " AS r");
    if (!answer) return fail(answer.error());
    Cell value;
    answer->read(0, 0, value);
    return value ? std::optional(ChangePlace{*value, 't', {}}) : std::nullopt;
}

Result<std::chrono::microseconds> PostgresSource::databaseTime()
{
    Result<PgResult> answer = m_connection->run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
    if (!answer) return fail(answer.error());
    return std::chrono::microseconds(pgInteger(*answer, 0, 0));
}

Result<std::unique_ptr<Source>> connectPostgres(const SourceSettings &settings, Access access)
{
    Result<std::unique_ptr<PgConnection>> connection = PgConnection::open(settings, access);
    if (!connection) return fail(connection.error());
    return std::make_unique<PostgresSource>(std::move(*connection));
}

Result<void> checkPostgresUrl(const std::string &url)
{
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
        return fail(ErrorKind::Invalid, "must begin with postgresql://");
    char *problem = nullptr;
    PQconninfoOption *options = PQconninfoParse(url.c_str(), &problem);
    if (!options) {
        std::string message = problem ? problem : "is not a PostgreSQL URL";
        PQfreemem(problem);
        return fail(ErrorKind::Invalid, message.substr(0, message.find('\n')));
    }
    bool password = false;
    for (const PQconninfoOption *option = options; option->keyword; ++option)
        password |= std::string_view(option->keyword).ends_with("password") && option->val &&
                    *option->val;
    PQconninfoFree(options);
    if (password) return fail(ErrorKind::Invalid, "must not hold a password: name it by `secret`");
    return {};
}

} // namespace crossfade
