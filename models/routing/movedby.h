// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Whom it moves that something which decides is taken away, or takes the place of something else: what has to move
// nobody is asked here before it is done. A move is a change of the primary platform.

// Those whom one line of the table decides for before the change, and who would be served by the other platform.
struct MovedBy {
    Reason reason = Reason::DefaultRouting; // of the decision before the change
    std::optional<std::uint64_t> count;     // users, entities, interfaces or rules; none: nobody can count them
    bool operator==(const MovedBy &) const = default;
};

// Of the requests of one system (empty: of those that have no policy of their own), in the order of the table.
// The master switches, which end, hide nobody; of rules that hold for a time it is looked what comes after them, and
// before those that are still to come at `now`. Where a policy decides before the change it is at 0 % or 100 %.
std::vector<MovedBy> movedBy(const Snapshot &before, const Snapshot &after, std::string_view systemId, Instant now);
// "HELD_INCONSISTENT 3, NO_KEY"
std::string movedByText(const std::vector<MovedBy> &moved);

// How many members of the group are served otherwise without it, through whatever system they come.
std::uint64_t movedWithoutGroup(const Snapshot &snapshot, const GroupCover &group, Instant now);

} // namespace crossfade
