// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/service.h"
#include "app/service/store.h"

#include <filesystem>

namespace crossfade {

// A consistent copy of the store, also of a running service, checked before it takes its name: always one
// SQLite file, whatever the store is, so that it can be put back into the other kind too.
Result<void> backupStore(const StoreOptions &store, const std::filesystem::path &copy);
// Puts a copy in the place of a store no service is using; what was there is kept as
// store.sqlite.replaced in the service's folder. The store gets a new identity: clients' event ids no
// longer fit, so they read everything anew.
Result<void> restoreStore(const std::filesystem::path &copy, const StoreOptions &store);

// The same where the store is a PostgreSQL database.
Result<void> backupPostgres(const StoreOptions &store, const std::filesystem::path &copy);
Result<void> restorePostgres(const std::filesystem::path &copy, const StoreOptions &store);

// argv[0] is "add", "list" or "revoke"; "backup" or "restore". The exit code.
int runTokenCommand(int argc, char **argv, const Service::Identity &identity);
int runBackupCommand(int argc, char **argv, const Service::Identity &identity);

} // namespace crossfade
