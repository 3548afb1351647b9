// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/source.h"

#include "app/comparator/postgressource.h"
#include "app/comparator/sqlitesource.h"

#include <cstdlib>
#include <fstream>

namespace crossfade {

std::string_view sourceKindWord(SourceKind kind)
{
    return kind == SourceKind::Sqlite ? "SQLITE" : "POSTGRESQL";
}

TableView tableView(const Mapping &mapping, Platform side)
{
    const MappedTable &table = mapping.table(side);
    TableView view{table.table, table.key, mapping.keyKind, {}, table.changedColumn};
    for (const MappedField &field : mapping.comparedFields())
        view.columns.push_back(field.column(side));
    return view;
}

namespace {

Failure cannotSync()
{
    return fail(ErrorKind::Conflict, "a source of this kind cannot be synced");
}

} // namespace

Result<std::vector<SourceRow>> Source::changedSince(const TableView &, const std::optional<ChangePlace> &, int)
{
    return cannotSync();
}

Result<std::optional<ChangePlace>> Source::lastChange(const TableView &)
{
    return cannotSync();
}

Result<std::vector<WrittenRow>> Source::write(const TableView &, const std::vector<RowWrite> &)
{
    return cannotSync();
}

Result<std::string> readSecret(const std::optional<SecretReference> &reference)
{
    if (!reference) return std::string();
    if (!reference->fromFile) {
        const char *value = std::getenv(reference->name.c_str());
        if (value) return std::string(value);
        return fail(ErrorKind::Unavailable,
                    "the environment variable " + reference->name + " is not set");
    }
    std::ifstream file(reference->name);
    std::string line(4'096, '\0');
    if (!file)
        return fail(ErrorKind::Unavailable,
                    "the secret file " + reference->name + " cannot be read");
    file.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(file.gcount()));
    return line.substr(0, line.find_first_of("\r\n"));
}

Result<std::unique_ptr<Source>> connectSource(const SourceSettings &settings, Access access)
{
    if (settings.kind == SourceKind::Sqlite) return connectSqlite(settings, access);
    return connectPostgres(settings, access);
}

} // namespace crossfade
