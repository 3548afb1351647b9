// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/service.h"

#include <filesystem>

namespace crossfade {

// A consistent copy of the store, also of a running service, checked before it takes its name.
Result<void> backupStore(const std::filesystem::path &data, const std::filesystem::path &copy);
// Puts a copy into a folder no service is using; what was there is kept as store.sqlite.replaced.
// The store gets a new identity: clients' event ids no longer fit, so they read everything anew.
Result<void> restoreStore(const std::filesystem::path &copy, const std::filesystem::path &data);

// argv[0] is "add", "list" or "revoke"; "backup" or "restore". The exit code.
int runTokenCommand(int argc, char **argv, const Service::Identity &identity);
int runBackupCommand(int argc, char **argv, const Service::Identity &identity);

} // namespace crossfade
