// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/pgkey.h"

#include "app/comparator/statement.h"
#include "models/core/ids.h"

#include <charconv>

namespace crossfade {

std::string pgJoinedText(const TableView &view)
{
    std::string text;
    for (const std::string &column : view.keyColumns())
        text += (text.empty() ? "" : " || '|' || ") + ("replace(replace(r." + quotedIdentifier(column)) +
                "::text, E'\\\\', E'\\\\\\\\'), '|', E'\\\\|')";
    return "(" + text + ")";
}

bool isBigint(const std::string &text)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size();
}

bool isPgInteger(const std::string &type)
{
    return type == "smallint" || type == "integer" || type == "bigint";
}

PgKeyForm pgKeyForm(const TableView &view, const std::string &type, bool bytewise)
{
    // Qualified: by its bare name ORDER BY would take the selected text instead of the column.
    const std::string column = "r." + quotedIdentifier(view.key);
    PgKeyForm form{column + "::text", column, "", "", column, type == "uuid"};
    if (view.keyKind == KeyKind::Integer) {
        form.element = isPgInteger(type) ? "bigint" : "numeric";
        form.after = "::" + form.element;
        if (!isPgInteger(type)) form.order = form.lookup = column + "::numeric";
        return form;
    }
    const bool text = type == "text" || type.starts_with("character varying");
    form.order = (text ? column : column + "::text") + (text && bytewise ? "" : " COLLATE \"C\"");
    form.element = form.uuid ? "uuid" : "text";
    if (!text && !form.uuid) form.lookup = column + "::text";
    return form;
}

std::string pgElement(const std::string &type)
{
    if (isPgInteger(type)) return "bigint";
    return type == "uuid" ? type : "text";
}

bool fitsPgType(const std::string &text, const std::string &type)
{
    if (isPgInteger(type)) return isBigint(text);
    return type != "uuid" || isUuid(text);
}

std::string pgSelect(const TableView &view, const PgKeyForm &form)
{
    std::string text = "SELECT " + form.select;
    for (const std::string &column : view.columns)
        text += ", " + quotedIdentifier(column) + "::text";
    text += view.changedColumn ? ", " + quotedIdentifier(*view.changedColumn) + "::text"
                               : ", NULL::text";
    return text + " FROM " + quotedTable(view.table) + " AS r";
}

void readPgRow(const PgResult &result, int index, std::size_t columns, KeyedRow &row)
{
    result.read(index, 0, row.key);
    row.cells.resize(columns);
    for (std::size_t i = 0; i < columns; ++i)
        result.read(index, static_cast<int>(i) + 1, row.cells[i]);
    result.read(index, static_cast<int>(columns) + 1, row.changed);
}

} // namespace crossfade
