// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/people.h"

#include <string>

namespace crossfade {

// The databases of both platforms in a sandbox's folder.
struct SandboxDatabases {
    std::string legacy;
    std::string newPlatform;      // SQLite file or postgresql URL
    std::string newWithoutSecret; // the same without a password, as it may be shown
    std::string newPassword;      // "" if the URL has none
};

SandboxDatabases databasesIn(const std::string &dir, const std::string &postgresUrl);
// Fills both, side by side, unless they hold users already. Answers the number of LEGACY's users.
Result<std::int64_t> prepareDatabases(const SandboxDatabases &databases, const People &people,
                                      std::int64_t users);

} // namespace crossfade
