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

// Repairs that delete, and undos of those that inserted, held against what is known of both sides: of a mapping, over all
// of its repairs.
namespace deletionguard {

struct Rows {
    std::optional<std::int64_t> legacy; // none: could not be counted in time
    std::optional<std::int64_t> fresh;
    std::optional<std::int64_t> side(Platform platform) const { return platform == Platform::Legacy ? legacy : fresh; }
};
Result<Rows> countRows(EntityReader &reader);
// What a check has counted; what is so little that somebody has to be asked changes nothing.
Result<void> learn(Database &db, const std::string &mappingId, const Rows &rows);

// Why a deletion is not made before somebody has confirmed it.
struct Stop {
    std::string why;
    bool tooMany = false;  // it is no matter of this one alone
    std::int64_t open = 0; // deletions of the mapping
};
// Conflict with what is to be done about it: each repair has its own way.
Error refusal(const std::string &repairId, RepairAction action, const Stop &stop);

// Before the deletion is made, in the same process: takes one of the confirmed ones where there are some.
struct Permit {
    std::optional<Stop> stop;
    bool confirmed = false; // it took one
};
Result<Permit> permit(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows);
// The confirmation that was taken for a deletion which was not made, and is still to be.
Result<void> giveBack(Database &db, const std::string &mappingId);
// Of one that is asked for (an undo) or asked for once more, by somebody who may confirm how many deletions of the mapping
// are open. Conflict where that is another number, or somebody has to confirm it and does not.
Result<void> request(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows,
                     std::optional<std::int64_t> confirmed, const std::string &reason);

} // namespace deletionguard
} // namespace crossfade
