// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of PostgreSQL that a query finds in the place of a table, and whether a key repeats in them.
#include "app/comparator/postgressourceimpl.h"

#include "app/comparator/statement.h"

namespace crossfade {

// By itself first: what is no whole query could become one between the parentheses.
Result<std::vector<Column>> PostgresSource::queryColumns(const std::string &relation)
{
    const auto refused = [](const Error &error) {
        return error.kind == ErrorKind::Conflict ? Error{ErrorKind::Invalid, error.message, {}, {}} : error;
    };
    const Result<PgResult> alone = m_connection->run("EXPLAIN " + std::string(queryOf(relation)));
    if (!alone) return fail(refused(alone.error()));
    const Result<PgResult> answer = m_connection->run("SELECT * FROM " + relation + " AS r LIMIT 0");
    if (!answer) return fail(refused(answer.error()));
    std::vector<Column> result;
    for (const PgResult::Column &column : answer->columns()) {
        const Result<PgResult> type = m_connection->run("SELECT format_type($1::oid, $2::int)",
                                                        {std::to_string(column.type), std::to_string(column.modifier)});
        if (!type) return fail(type.error());
        result.push_back({column.name, type->text(0, 0)});
    }
    return result;
}

Result<PostgresSource::Types> PostgresSource::queryTypes(const std::string &relation)
{
    Result<PgResult> answer = m_connection->run("SELECT * FROM " + relation + " AS r LIMIT 0");
    if (!answer) return fail(answer.error());
    Types types;
    for (const PgResult::Column &column : answer->columns()) {
        Result<PgResult> type = m_connection->run("SELECT format_type($1::oid, NULL)", {std::to_string(column.type)});
        if (!type) return fail(type.error());
        types[column.name] = type->text(0, 0);
    }
    return m_types[relation] = std::move(types);
}

// How a key sorts is not told of a query: it is made to sort by its bytes.
Result<PgKeyForm> PostgresSource::queryForm(const TableView &view)
{
    const Result<Types> types = typesOf(view.table);
    if (!types) return fail(types.error());
    const auto type = types->find(view.key);
    if (type == types->end())
        return fail(ErrorKind::Conflict, "there is no column " + view.key + " in " + relationName(view.table));
    return pgKeyForm(view, type->second, false);
}

Result<std::optional<std::string>> PostgresSource::repeatedKey(const TableView &view)
{
    const Result<PgKeyForm> key = form(view);
    if (!key) return fail(key.error());
    const std::string text = key->select + " COLLATE \"C\"";
    Result<PgResult> answer =
        m_connection->run("SELECT " + text + " FROM " + quotedTable(view.table) + " AS r WHERE " +
                          eachKeyColumn(view, " IS NOT NULL") + " GROUP BY " + text + " HAVING count(*) > 1 LIMIT 1");
    if (!answer) return fail(answer.error());
    if (answer->rows() == 0) return std::optional<std::string>();
    return std::optional(answer->text(0, 0));
}

Result<double> PostgresSource::number(const std::string &sql)
{
    const Result<PgResult> answer = m_connection->run(sql);
    if (!answer) return fail(answer.error());
    if (answer->rows() != 1 || answer->columns().size() != 1) return noSingleNumber();
    Cell value;
    answer->read(0, 0, value);
    return numberOf(value);
}

} // namespace crossfade
