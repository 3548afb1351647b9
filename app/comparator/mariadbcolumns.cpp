// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of a table in MariaDB: which there are, what identifies a row, how their values are written down.
#include "app/comparator/mariadbsourceimpl.h"

#include <cstdlib>

namespace crossfade {

namespace {

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

} // namespace

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
    if (isQueryRelation(table)) return queryColumns(table);
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

Result<MariadbForms> MariadbSource::formsOf(const std::string &table)
{
    if (const auto known = m_forms.find(table); known != m_forms.end()) return known->second;
    if (isQueryRelation(table)) return queryForms(table);
    Result<MariadbStatement> answer =
        begun("SELECT column_name, CONCAT(data_type, IF(column_type LIKE '%unsigned%', ' unsigned', "
              "'')), coalesce(datetime_precision, numeric_scale, 0) FROM "
              "information_schema.columns WHERE table_schema = "
              "coalesce(nullif(?, ''), database()) AND table_name = ?",
              {schemaOf(table), nameOf(table)});
    if (!answer) return fail(answer.error());
    MariadbForms forms;
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

} // namespace crossfade
