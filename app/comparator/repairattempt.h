// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/repairengine.h"

namespace crossfade {

// One of several that are carried out together, with the rows it is of.
struct RepairEngine::Attempt {
    const RepairRecord *repair = nullptr;
    EntityPair pair = {};
    WrittenRow written = {};
    bool confirmed = false; // as a deletion it took one that somebody had confirmed
    std::optional<Outcome> outcome = {}; // none: it goes on
};

} // namespace crossfade
