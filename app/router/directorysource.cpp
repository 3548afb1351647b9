// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"

#include "app/router/secretreference.h"

namespace crossfade {

namespace {

std::string inQuotes(std::string_view name)
{
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + "\"";
}

// schema.table: each part quoted on its own.
std::string tableInQuotes(std::string_view name)
{
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return inQuotes(name);
    return inQuotes(name.substr(0, dot)) + "." + inQuotes(name.substr(dot + 1));
}

} // namespace

std::string directorySelect(const DirectoryConfig &config, const DirectoryFilter &filter)
{
    std::string sql = "SELECT " + inQuotes(config.idColumn);
    for (const std::string &attribute : config.attributes)
        sql += ", " + inQuotes(attribute);
    sql += " FROM " + tableInQuotes(config.table);
    return filter.condition.empty() ? sql : sql + " WHERE " + filter.condition;
}

Result<std::string> directorySecret(const DirectoryConfig &config)
{
    return referencedSecret({config.secretEnv, config.secretFile});
}

} // namespace crossfade
