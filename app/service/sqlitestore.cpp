// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/sqlitestore.h"

#include "app/service/backupfile.h"
#include "app/service/sqlite.h"

namespace crossfade {

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(StoreOptions options, Environment environment)
{
    std::unique_ptr<SqliteStore> store(
        new SqliteStore(std::move(options), std::move(environment)));
    if (auto started = store->start(); !started) return fail(started.error());
    return store;
}

Result<std::unique_ptr<StoreConnection>> SqliteStore::openWriter()
{
    std::error_code error;
    // Looked at before the file comes to be: a store put aside stays as it is.
    if (!std::filesystem::exists(file(), error)) {
        if (auto fresh = checkNotLost(); !fresh) return fail(fresh.error());
    }
    if (m_options.serves) forgetHalfReplaced(file()); // no restore is under way: the folder is ours
    auto database =
        SqliteDatabase::open(file(), SqliteDatabase::Mode::ReadWrite, m_options.durable);
    if (!database) return fail(database.error());
    auto migrated = migrateSqlite(**database, file(), migrationSets(m_options.migrations, "sqlite"));
    if (!migrated) return fail(migrated.error());
    return std::unique_ptr<StoreConnection>(std::move(*database));
}

double SqliteStore::sizeInBytes()
{
    double bytes = 0;
    for (const char *end : {"", "-wal"}) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(file().string() + end, error);
        if (!error) bytes += static_cast<double>(size);
    }
    return bytes;
}

Result<std::unique_ptr<StoreConnection>> SqliteStore::openReader() const
{
    auto database = SqliteDatabase::open(file(), SqliteDatabase::Mode::ReadOnly);
    if (!database) return fail(database.error());
    return std::unique_ptr<StoreConnection>(std::move(*database));
}

} // namespace crossfade
