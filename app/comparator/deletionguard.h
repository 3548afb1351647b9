// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/repairstore.h"
#include "app/service/store.h"
#include "models/consistency/deletionlimits.h"

#include <optional>
#include <string>

namespace crossfade {

// Repairs that delete, held against what is known of both sides: of a mapping, over all of its repairs.
namespace deletionguard {

struct Rows {
    std::optional<std::int64_t> legacy; // none: could not be counted in time
    std::optional<std::int64_t> fresh;
    std::optional<std::int64_t> side(Platform platform) const { return platform == Platform::Legacy ? legacy : fresh; }
};
Result<Rows> countRows(EntityReader &reader);
// What a check has counted; what is so little that somebody has to be asked changes nothing.
Result<void> learn(Database &db, const std::string &mappingId, const Rows &rows);

// Before the deletion is made, in the same process: takes one of the confirmed ones where it needs one. Conflict with
// what is to be done where somebody has to be asked.
Result<void> permit(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows);
// The same of one that is asked for once more, by somebody who may confirm how many deletions of the mapping are open.
Result<void> request(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows,
                     std::optional<std::int64_t> confirmed, const std::string &reason);

} // namespace deletionguard
} // namespace crossfade
