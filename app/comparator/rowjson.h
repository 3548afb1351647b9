// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/core/json.h"
#include "models/core/percentage.h"
#include "models/core/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// Cells of the service's own store as JSON.
inline Json textOrNull(const SqlRow &row, std::size_t column)
{
    return row.isNull(column) ? Json() : Json(row.text(column));
}
inline Json integerOrNull(const SqlRow &row, std::size_t column)
{
    return row.isNull(column) ? Json() : Json(row.integer(column));
}
inline Json timeOrNull(const SqlRow &row, std::size_t column)
{
    return row.isNull(column) ? Json() : Json(formatInstant(instantFromMs(row.integer(column))));
}
inline Json percentOrNull(const SqlRow &row, std::size_t column)
{
    return row.isNull(column) ? Json()
                              : Json(Percentage::fromHundredths(row.integer(column)).percent());
}
// A cell that holds JSON; null if it holds none.
inline Json jsonOrNull(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return nullptr;
    Json value = Json::parse(row.text(column), nullptr, false);
    return value.is_discarded() ? Json() : value;
}
// For LIKE with a backslash as ESCAPE: holds this text; in small letters, as what it is held against has to be.
inline std::string likePattern(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return pattern + "%";
}
inline SqlValue sqlText(const std::optional<std::string> &text)
{
    return text ? SqlValue(*text) : SqlValue(nullptr);
}

} // namespace crossfade
