// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/percentage.h"
#include "models/core/platform.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// How many deletions of one mapping repairs make within a day before somebody is asked. Up to the least counts no share
// stops: a table of ten users may lose one. A mapping may have other ones.
struct DeletionLimits {
    std::int64_t least = 20;
    Percentage share = Percentage::fromHundredths(1'000); // of the rows of the side they are made on
    std::int64_t most = 1'000;
    bool operator==(const DeletionLimits &) const = default;
};

struct DeletionCounts {
    std::optional<std::int64_t> source; // rows of the side that counts; none: it could not be counted in time
    std::optional<std::int64_t> target; // of the other one
    std::optional<std::int64_t> lastSource; // of the side that counts, when nobody had to be asked; none: not known
    std::int64_t done = 0;    // within the last day
    std::int64_t waiting = 0; // approved, with the one that is judged
};

struct AskFirst {
    enum class Cause {
        Uncounted, // nobody knows whether the source lost its rows
        Emptied,   // it did, or most of them
        TooMany,
    };
    Cause cause = Cause::TooMany;
    std::string why; // for people
    bool operator==(const AskFirst &) const = default;
};
// Why somebody must confirm a deletion before it is made; nothing if nobody need. A source that lost its rows would
// otherwise take them from the other side too.
std::optional<AskFirst> askBeforeDeleting(Platform authoritative, const DeletionCounts &counts,
                                          const DeletionLimits &limits = {});

// The rows to hold the next count against: those of now, unless they are so few that somebody is asked first.
std::optional<std::int64_t> rowsToRemember(std::optional<std::int64_t> last, std::optional<std::int64_t> now);

} // namespace crossfade
