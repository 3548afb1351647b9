// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/sqlite.h"

#include <filesystem>
#include <string>
#include <vector>

namespace crossfade {

// Numbered scripts NNNN_name.sql of one part of the store ("service" or the service's own name).
struct MigrationSet {
    std::string part;
    std::filesystem::path directory;
};

// Brings the store to the newest schema, all scripts in one transaction under its write lock. A
// store that already holds data is first copied to <store>.before-migration. Refuses (Conflict) a
// store migrated further than these scripts go.
Result<void> migrate(SqliteDatabase &database, const std::filesystem::path &store,
                     const std::vector<MigrationSet> &sets);

} // namespace crossfade
