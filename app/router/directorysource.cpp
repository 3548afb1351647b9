// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"

#include "app/router/secretreference.h"

namespace crossfade {

namespace {

std::string inQuotes(std::string_view name, char quote)
{
    std::string text(1, quote);
    for (const char c : name) {
        if (c == quote) text += quote;
        text += c;
    }
    return text + quote;
}

// schema.table: each part quoted on its own.
std::string tableInQuotes(std::string_view name, char quote)
{
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return inQuotes(name, quote);
    return inQuotes(name.substr(0, dot), quote) + "." + inQuotes(name.substr(dot + 1), quote);
}

} // namespace

std::string directorySelect(const DirectoryConfig &config, const DirectoryFilter &filter)
{
    const char quote = config.kind == DirectoryKind::Mariadb ? '`' : '"';
    std::string sql = "SELECT " + inQuotes(config.idColumn, quote);
    for (const std::string &attribute : config.attributes)
        sql += ", " + inQuotes(attribute, quote);
    sql += " FROM " + tableInQuotes(config.table, quote);
    return filter.condition.empty() ? sql : sql + " WHERE " + filter.condition;
}

Result<std::string> directorySecret(const DirectoryConfig &config)
{
    return referencedSecret({config.secretEnv, config.secretFile});
}

Result<void> readDirectory(const DirectoryConfig &config, const CancelFlag &cancelled, const IdSink &sink,
                           const DirectoryFilter &filter)
{
    if (config.kind == DirectoryKind::Sqlite) return readSqliteDirectory(config, cancelled, sink, filter);
    if (config.kind == DirectoryKind::Mariadb) return readMariadbDirectory(config, cancelled, sink, filter);
    return readPostgresDirectory(config, cancelled, sink, filter);
}

} // namespace crossfade
