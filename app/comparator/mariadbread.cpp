// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/mariadbread.h"

#include <cstdlib>

namespace crossfade {

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
