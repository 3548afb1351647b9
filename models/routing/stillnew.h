// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/decision.h"
#include "models/routing/snapshot.h"

#include <string>
#include <vector>

namespace crossfade {

// What was just rolled back, and so whose place is asked for. Everything, or these policies and groups.
struct RolledBackScope {
    bool everything = false;
    std::vector<std::string> policyIds;
    std::vector<std::string> groupIds;
};

// One line of the decision table that still serves somebody of them by NEW.
struct StillNew {
    static constexpr std::size_t MostNames = 5;

    Reason reason = Reason::MasterNew;
    std::int64_t count = 0;         // rules, lists, groups or policies; 0 for a switch
    std::vector<std::string> names; // of the first of them, where they have one
    std::string detail;             // one sentence
    bool operator==(const StillNew &) const = default;
};

// What decides after the act, as its transaction reads it; rules and gray lists, which no rollback touches, are
// the snapshot's. Covers of groups may come without their members: those are the snapshot's too.
struct AfterRollback {
    Switches switches;
    std::vector<PolicyCover> policies;
    std::vector<GroupCover> groups;
    const Snapshot *snapshot = nullptr;
};

// In the order of the table. Where line 2 decides nothing else is told: everybody is on NEW by it. User rules are
// counted whatever their times are; of every other rule only what holds at `now` counts.
std::vector<StillNew> stillNew(const AfterRollback &after, const RolledBackScope &scope, Instant now);
Json stillNewToJson(const std::vector<StillNew> &all);

} // namespace crossfade
