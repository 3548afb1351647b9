// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/database.h"

#include <cstdlib>

namespace crossfade {

bool SqlRow::isNull(std::size_t column) const
{
    return std::holds_alternative<std::nullptr_t>(m_values[column]);
}

std::int64_t SqlRow::integer(std::size_t column) const
{
    const SqlValue &value = m_values[column];
    if (const auto *integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto *number = std::get_if<double>(&value)) return static_cast<std::int64_t>(*number);
    if (const auto *text = std::get_if<std::string>(&value))
        return std::strtoll(text->c_str(), nullptr, 10);
    return 0;
}

double SqlRow::number(std::size_t column) const
{
    const SqlValue &value = m_values[column];
    if (const auto *integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto *number = std::get_if<double>(&value)) return *number;
    if (const auto *text = std::get_if<std::string>(&value)) return std::strtod(text->c_str(), nullptr);
    return 0;
}

std::string SqlRow::text(std::size_t column) const
{
    const SqlValue &value = m_values[column];
    if (const auto *text = std::get_if<std::string>(&value)) return *text;
    if (const auto *integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto *number = std::get_if<double>(&value)) return std::to_string(*number);
    return {};
}

} // namespace crossfade
