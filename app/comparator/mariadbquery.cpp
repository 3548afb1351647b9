// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of MariaDB that a query finds in the place of a table, and whether a key repeats in them.
#include "app/comparator/mariadbsourceimpl.h"

#include "app/comparator/statement.h"

namespace crossfade {

// By itself first: what is no whole query could become one between the parentheses.
Result<std::vector<Column>> MariadbSource::queryColumns(const std::string &relation)
{
    const auto refused = [](const Error &error) {
        return error.kind == ErrorKind::Conflict ? Error{ErrorKind::Invalid, error.message, {}, {}} : error;
    };
    {
        const Result<MariadbStatement> alone = m_connection->prepare(std::string(queryOf(relation)));
        if (!alone) return fail(refused(alone.error()));
        if (alone->parameters() > 0) return fail(ErrorKind::Invalid, "the query has a place for a parameter");
    }
    const Result<MariadbStatement> query = m_connection->prepare("SELECT * FROM " + relation + " AS r");
    if (!query) return fail(refused(query.error()));
    std::vector<Column> result;
    for (const MariadbResultColumn &column : query->described()) {
        result.push_back({column.name, column.type + (column.isUnsigned ? " unsigned" : ""), column.nullable});
        result.back().comparable = mariadbForm(column.type) != MariadbForm::Unsupported;
    }
    return result;
}

Result<MariadbForms> MariadbSource::queryForms(const std::string &relation)
{
    const Result<MariadbStatement> query = m_connection->prepare("SELECT * FROM " + relation + " AS r");
    if (!query) return fail(query.error());
    MariadbForms forms;
    for (const MariadbResultColumn &column : query->described())
        forms[column.name] = {mariadbForm(column.type), column.digits, column.type == "bigint" && column.isUnsigned};
    return m_forms[relation] = std::move(forms);
}

Result<std::optional<std::string>> MariadbSource::repeatedKey(const TableView &view)
{
    const Result<MariadbRead> read = reading(view);
    if (!read) return fail(read.error());
    std::optional<std::string> repeated;
    const Result<void> asked =
        each("SELECT MIN(" + read->text + ") FROM " + quotedTable(view.table, quoteOf(SourceKind::Mariadb)) + " AS r WHERE " +
                 eachKeyColumn(view, " IS NOT NULL", '`') + " GROUP BY " + read->key + " HAVING count(*) > 1 LIMIT 1",
             [&](const MariadbStatement &row) { repeated = cellOf(row, 0); });
    if (!asked) return fail(asked.error());
    return repeated;
}

Result<double> MariadbSource::number(const std::string &sql)
{
    std::vector<Cell> values;
    const Result<void> asked = each(sql, [&](const MariadbStatement &row) {
        if (values.size() < 2) values.push_back(row.columns() == 1 ? cellOf(row, 0) : Cell());
    });
    if (!asked) return fail(asked.error());
    if (values.size() != 1) return noSingleNumber();
    return numberOf(values.front());
}

} // namespace crossfade
