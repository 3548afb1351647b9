// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metrics/slot.h"
#include "models/metrics/usersketch.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace crossfade {

// What an agent counted of one cohort in one second.
struct AgentSlot {
    std::int64_t second = 0;
    Cohort cohort;       // of an agent; of a policy that is known
    std::string groupId; // whose members sent these requests; "": of no group that is known
    std::size_t batch = 0;
    bool onTarget = false; // the group's
    bool moved = false;    // whether the batch had, when this came in
    Slot slot;
    UserCounts users; // none: they were not told
};

} // namespace crossfade
