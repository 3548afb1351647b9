// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/differencequery.h"
#include "app/service/store.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A task for each entity that the named differences are of. Nothing is read from the platforms:
// what is to be repaired is what was seen when the differences were confirmed. Invalid (naming the
// id) or Conflict, and then no task at all.
// Each is assigned to whom the first rule that fits names, who is told.
// `authoritative` is the side that counts for these; none: that of their mapping.
Result<Json> createRepairs(WriteTransaction &tx, const Context &context,
                           const std::vector<std::string> &differenceIds, const std::string &reason,
                           std::optional<Platform> authoritative = std::nullopt);

// The ids of the differences that the filter finds and that can have a repair: confirmed, open, hidden by no rule, and
// without one that is under way. Conflict where it finds another number than expected.
Result<std::vector<std::string>> repairable(Database &db, const DifferenceFilter &filter, std::int64_t expected);

} // namespace crossfade
