// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/mariadbread.h"

#include "app/comparator/statement.h"

#include <cstdlib>

namespace crossfade {

namespace {

std::string quotedColumn(std::string_view name)
{
    return quotedIdentifier(name, quoteOf(SourceKind::Mariadb));
}

// A part of joinedKey(); 92 is \, which a sql_mode may take for an escape.
std::string joinedPart(const std::string &text)
{
    const std::string escape = "CHAR(92 USING utf8mb4)";
    return "REPLACE(REPLACE(" + text + ", " + escape + ", CONCAT(" + escape + ", " + escape +
           ")), '|', CONCAT(" + escape + ", '|'))";
}

} // namespace

Cell cellOf(const MariadbStatement &statement, std::size_t column)
{
    const auto text = statement.cell(column);
    return text ? Cell(std::string(*text)) : Cell();
}

std::int64_t integerOf(const MariadbStatement &statement, std::size_t column)
{
    return std::strtoll(cellOf(statement, column).value_or("").c_str(), nullptr, 10);
}

std::optional<std::uint64_t> digestOf(const MariadbStatement &statement, std::size_t column)
{
    const Cell text = cellOf(statement, column);
    if (!text) return std::nullopt;
    return std::strtoull(text->c_str(), nullptr, 10);
}

void MariadbRead::read(const MariadbStatement &statement, KeyedRow &row) const
{
    row.key = cellOf(statement, 0).value_or(std::string());
    row.cells.resize(forms.size());
    for (std::size_t i = 0; i < forms.size(); ++i)
        row.cells[i] = mariadbCell(forms[i], statement.cell(i + 1));
    row.changed = cellOf(statement, forms.size() + 1);
}

Result<MariadbRead> mariadbReading(const TableView &view, const MariadbForms &forms)
{
    MariadbRead read;
    read.view = view;
    read.select = "SELECT ";
    std::optional<Error> missing;
    const auto form = [&](const std::string &column) {
        const auto found = forms.find(column);
        if (found != forms.end()) return found->second.form;
        missing = Error{ErrorKind::Conflict,
                        "there is no column " + column + " in " + relationName(view.table), {}, {}};
        return MariadbForm::Text;
    };
    const std::string key = quotedColumn(view.key);
    const MariadbForm keyForm = form(view.key);
    std::string keyText = mariadbText(keyForm, key);
    if (!view.moreKeys.empty()) {
        keyText.clear();
        for (const std::string &column : view.keyColumns())
            keyText += (keyText.empty() ? "" : ", '|', ") +
                       joinedPart(mariadbText(form(column), quotedColumn(column)));
        keyText = "CONCAT(" + keyText + ")"; // null where a part is
    }
    read.text = keyText;
    read.select += keyText;
    for (const std::string &column : view.columns) {
        read.forms.push_back(form(column));
        read.select += ", " + mariadbRead(read.forms.back(), quotedColumn(column));
    }
    read.select += ", ";
    if (view.changedColumn) read.changedForm = form(*view.changedColumn);
    read.select += view.changedColumn ? mariadbText(read.changedForm, quotedColumn(*view.changedColumn)) : "NULL";
    read.select += " FROM " + quotedTable(view.table, quoteOf(SourceKind::Mariadb)) + " AS r";
    read.whole = view.keyKind == KeyKind::Integer;
    if (!read.whole) read.key = "CAST(" + keyText + " AS BINARY)";
    else if (keyForm == MariadbForm::Integer || keyForm == MariadbForm::Decimal) read.key = key;
    else read.key = "CAST(" + key + " AS DECIMAL(65, 0))";
    if (missing) return fail(*missing);
    return read;
}

MariadbStream::MariadbStream(MariadbStatement statement, MariadbRead read)
    : m_statement(std::move(statement))
    , m_read(std::move(read))
{
}

Result<bool> MariadbStream::next(KeyedRow &row)
{
    const Result<bool> more = m_statement.next();
    if (more && *more) m_read.read(m_statement, row);
    return more;
}

} // namespace crossfade
