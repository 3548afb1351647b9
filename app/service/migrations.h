// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/storeconnection.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// Numbered scripts NNNN_name.sql of one part of the store ("service" or the service's own name).
struct MigrationSet {
    std::string part;
    std::filesystem::path directory;
    std::int64_t last = 0; // the newest script's number
};

// Of resources/sql/<service>: the kit's own and the service's, for "sqlite" or "postgres".
std::vector<MigrationSet> migrationSets(const std::filesystem::path &service, const std::string &dialect);

// Brings the store to the newest schema, all scripts in one transaction. Refuses (Conflict) a store
// migrated further than these scripts go, unless every script beyond says ("-- oldest: N") that programs
// which end at N may use it. SQLite: under its write lock; a store that already holds
// data is first copied to <store>.before-migration.
Result<void> migrateSqlite(StoreConnection &database, const std::filesystem::path &store,
                           const std::vector<MigrationSet> &sets);
// PostgreSQL: under a lock that lasts as long as the transaction, so that one process at a time migrates.
Result<void> migratePostgres(StoreConnection &database, const std::vector<MigrationSet> &sets);
// Whether a program with these scripts, which runs already, may go on with a store that another has migrated
// meanwhile: Conflict if a script beyond them says that they do not suffice.
Result<void> requireReadable(Database &database, const std::vector<MigrationSet> &sets);
// Whether the store stands where these scripts end; says what does not fit.
Result<void> requireMigrated(StoreConnection &database, const std::vector<MigrationSet> &sets);

} // namespace crossfade
