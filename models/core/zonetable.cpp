// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/zonetable.h"

#include <algorithm>

namespace crossfade {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;

// 400 years of the Gregorian calendar: a whole number of weeks.
constexpr days Cycle{146'097};
constexpr Instant FoldFrom{sys_days(year(ZoneTable::LastYear - 1) / 1 / 1)};

// How far a moment lies beyond what is listed, in whole cycles.
Milliseconds foldOf(Instant at)
{
    if (at < FoldFrom) return Milliseconds(0);
    return ((at - FoldFrom) / Cycle + 1) * Milliseconds(Cycle);
}

// No zone was ever further from UTC: the zones on both sides of the date line are at most 16 hours off.
constexpr std::chrono::hours MostOffset{26};

} // namespace

ZoneTable::ZoneTable(std::string name, Seconds before, std::vector<ZoneTransition> transitions)
    : m_name(std::move(name))
    , m_before(before)
    , m_transitions(std::move(transitions))
{
    std::ranges::sort(m_transitions, {}, &ZoneTransition::at);
}

ZoneTable::Period ZoneTable::periodAt(Instant at) const
{
    const Milliseconds fold = foldOf(at);
    const auto next = std::ranges::upper_bound(m_transitions, at - fold, {}, &ZoneTransition::at);
    Period period{Instant::min(), Instant::max(), m_before};
    if (next != m_transitions.begin()) {
        period.begin = std::prev(next)->at + fold;
        period.offset = std::prev(next)->offset;
    }
    if (next != m_transitions.end()) period.end = next->at + fold;
    return period;
}

WallTime ZoneTable::wallTimeAt(Instant at) const
{
    return WallTime(at.time_since_epoch() + periodAt(at).offset);
}

WallTime ZoneTable::latestWallTimeAt(Instant at) const
{
    Period period = periodAt(at);
    WallTime latest(at.time_since_epoch() + period.offset);
    // Longer ago than any clocks were ever set back, they cannot have shown more.
    const Instant farBack = at - 2 * MostOffset;
    while (period.begin > farBack) {
        const Instant before = period.begin - Milliseconds(1);
        period = periodAt(before);
        latest = std::max(latest, WallTime(before.time_since_epoch() + period.offset));
    }
    return latest;
}

Instant ZoneTable::firstReaching(WallTime wall) const
{
    const Instant asUtc(wall.time_since_epoch());
    Period period = periodAt(asUtc - MostOffset);
    for (;;) {
        const Instant reached = std::max(period.begin, asUtc - period.offset);
        if (reached < period.end) return reached;
        period = periodAt(period.end);
    }
}

} // namespace crossfade
