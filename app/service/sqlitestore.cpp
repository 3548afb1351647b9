// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/sqlitestore.h"

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
