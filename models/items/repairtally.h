// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/repairrow.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crossfade {

// Which repair tasks a decision on many is for, as the comparator filters them; "" leaves a part out.
struct RepairCriteria {
    std::string action;         // INSERT UPDATE DELETE
    std::string targetPlatform; // LEGACY NEW
    std::string entityType;
    std::string assignedTo;
    std::string assignedRole;
    std::string requestedBy;
    std::string text; // in the entity or the sentence
    bool operator==(const RepairCriteria &) const = default;
};

// What a decision on these tasks would do.
struct RepairTally {
    std::int64_t count = 0; // that can be decided on so
    std::int64_t inserts = 0;
    std::int64_t updates = 0;
    std::int64_t deletes = 0;
    std::int64_t onLegacy = 0;
    std::int64_t onNew = 0;
    std::int64_t ofOthers = 0;   // of these, assigned to somebody else
    std::int64_t ownRequests = 0; // left out: asked for by whoever decides, where a second person must
    std::int64_t notNow = 0;      // left out: in a state that does not take it
    std::vector<std::string> sample; // "USER 204118", the first few
    bool operator==(const RepairTally &) const = default;
};

enum class RepairVerdict { Approve, Reject, Undo };
// Whether the comparator would take it of this one now; why not goes into the tally.
bool takesVerdict(const RepairRow &row, RepairVerdict verdict, const InboxOwner &owner, RepairTally &tally);
RepairTally tallyOf(const std::vector<RepairRow> &rows, RepairVerdict verdict, const InboxOwner &owner);

} // namespace crossfade
