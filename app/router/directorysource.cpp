// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"

#include <cstdlib>
#include <fstream>

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
    if (!config.secretEnv.empty()) {
        const char *value = std::getenv(config.secretEnv.c_str());
        if (value) return std::string(value);
        return fail(ErrorKind::Unavailable,
                    "the environment variable " + config.secretEnv + " is not set");
    }
    if (config.secretFile.empty()) return std::string();
    std::ifstream in(config.secretFile);
    std::string line;
    constexpr std::size_t MostBytes = 4'096;
    if (!in || !std::getline(in, line) || line.size() > MostBytes)
        return fail(ErrorKind::Unavailable, "the secret file " + config.secretFile + " cannot be read");
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

} // namespace crossfade
