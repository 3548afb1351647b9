// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/people.h"
#include "app/sandbox/sqlconnection.h"

#include <cstdint>

namespace crossfade {

// Creates and fills one platform's database, in one transaction; a database that holds users
// already is left as it is. Answers the number of users in it.
Result<std::int64_t> seedLegacy(SqlConnection &db, const People &people, std::int64_t users);
Result<std::int64_t> seedNew(SqlConnection &db, const People &people, std::int64_t users);

} // namespace crossfade
