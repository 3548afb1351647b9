// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What a clock on the wall shows, to the millisecond.
using WallTime = std::chrono::local_time<Milliseconds>;

// From `at` on, wall clocks are `offset` ahead of UTC (negative: behind).
struct ZoneTransition {
    Instant at{};
    Seconds offset{0};
    bool operator==(const ZoneTransition &) const = default;
};

// The offsets of one time zone, immutable and handed in: nothing here reads the zone files of a system.
// Whoever makes a table lists every transition until LastYear, the rule in force repeated as long as
// needed; with that every moment has an answer, because the calendar, weekdays included, repeats every
// 400 years: what lies at or after 2500 is looked up so many times 400 years earlier.
class ZoneTable {
public:
    static constexpr int LastYear = 2501; // transitions before its first day are in the table

    // `transitions` in any order; `before` is the offset until the first of them.
    ZoneTable(std::string name, Seconds before, std::vector<ZoneTransition> transitions);

    const std::string &name() const { return m_name; } // "Europe/Berlin"

    // The stretch of one offset around a moment, half open; min() and max() where it has no bound.
    struct Period {
        Instant begin{};
        Instant end{};
        Seconds offset{0};
    };
    Period periodAt(Instant at) const;
    WallTime wallTimeAt(Instant at) const;
    // The latest time the wall clocks have shown until then, that moment included: after clocks were set back
    // it stands still until they catch up.
    WallTime latestWallTimeAt(Instant at) const;

    // The first moment at which the zone's wall clocks have reached `wall`. A time that occurs twice is
    // reached at its first occurrence, one that is skipped at the moment it is skipped. A later wall time
    // is never reached earlier than an earlier one.
    Instant firstReaching(WallTime wall) const;

private:
    std::string m_name;
    Seconds m_before;
    std::vector<ZoneTransition> m_transitions; // ascending
};
using ZonePtr = std::shared_ptr<const ZoneTable>;

// Null for a name it does not know.
using ZoneSource = std::function<ZonePtr(std::string_view name)>;

} // namespace crossfade
