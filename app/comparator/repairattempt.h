// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/repairengine.h"
#include "app/service/writerefusal.h"

namespace crossfade {

// One of several that are carried out together, with the rows it is of.
struct RepairEngine::Attempt {
    const RepairRecord *repair = nullptr;
    EntityPair pair = {};
    WrittenRow written = {};
    bool confirmed = false; // as a deletion it took one that somebody had confirmed
    std::optional<Outcome> outcome = {}; // none: it goes on
};

// Rows that are to exchange values.
struct RepairEngine::Ring {
    std::vector<RepairRecord> repairs;
    std::vector<std::vector<std::size_t>> gives; // of each, the compared fields whose values others want
};

// A rule that other writes may yet satisfy.
inline std::optional<RefusedBy> refusedBy(const Error &error)
{
    if (error.code == writerefusal::ForeignKey) return RefusedBy::ForeignKey;
    return error.code == writerefusal::Unique ? std::optional(RefusedBy::Unique) : std::nullopt;
}

} // namespace crossfade
