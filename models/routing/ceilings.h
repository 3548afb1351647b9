// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/snapshot.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace crossfade {

// The share that may be served at most, and since when.
struct Ceiling {
    Percentage percentage;
    Instant since{};
    bool operator==(const Ceiling &) const = default;
};
// The lower of two; of equal ones the older.
Ceiling lowest(const Ceiling &a, const Ceiling &b);
Percentage servedShare(Percentage stored, const Ceiling &ceiling);

// Which batches of a group are back at its initial platform.
struct GroupCeiling {
    bool all = false;
    std::set<std::size_t> batches; // none where all are
    bool operator==(const GroupCeiling &) const = default;
};

// What may be served at most, whatever the store says: made by rollbacks that the store does not know of yet.
// Lowering commutes: in any order, and any of them twice, they come to the same.
struct Ceilings {
    std::map<std::string, Ceiling, std::less<>> policies;    // by id
    std::map<std::string, GroupCeiling, std::less<>> groups; // by id
    bool switches = false; // a master NEW is off, forward only as well
    bool forwardOnly = false; // that alone is off
    bool legacy = false;      // the master switch is at LEGACY

    bool empty() const { return policies.empty() && groups.empty() && !switches && !forwardOnly && !legacy; }
    bool operator==(const Ceilings &) const = default;
};
Ceilings lowest(Ceilings a, const Ceilings &b);

// What is served: the stored state, of each share the lower of the stored one and its ceiling. The epoch is that of
// the stored state.
Snapshot servedUnder(const Snapshot &stored, const Ceilings &ceilings);

} // namespace crossfade
