// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/meeting.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace crossfade {

namespace {

// A week, and what clocks may stand still at its beginning.
constexpr std::chrono::days WholeWeek{9};
// Of two rules of one zone: so that a week without its skipped hour is among them.
constexpr std::chrono::days TwoWeeks{16};
// Of one moment that is looked at, against a glance at a rule.
constexpr std::size_t LookUnits = 16;

// Looks at each moment from `at` to `until` at which one of them changes.
std::optional<bool> meetWithin(const Rule &a, const Rule &b, Instant at, Instant until, Effort &effort)
{
    while (at < until) {
        if (!effort.spend(LookUnits)) return std::nullopt;
        if (a.holds(at) && b.holds(at)) return true;
        const std::optional<Instant> mine = nextChange(a, at);
        const std::optional<Instant> others = nextChange(b, at);
        if (!mine && !others) return false;
        at = std::min(mine.value_or(until), others.value_or(until));
    }
    return false;
}

// Until when the clocks of a zone stand still that were set back at the beginning of a period.
Instant standingUntil(const ZoneTable &zone, const ZoneTable::Period &period)
{
    if (period.begin == Instant::min()) return period.begin;
    const Seconds before = zone.periodAt(period.begin - Milliseconds(1)).offset;
    return period.begin + std::max(before - period.offset, Seconds(0));
}

// While the offsets of both zones stay, every week is like the other: of each two offsets one week is looked
// at, wherever they come again only what is on while clocks that were set back stand still.
std::optional<bool> meetOfTwoZones(const Rule &a, const Rule &b, Instant at, Instant end, Effort &effort)
{
    const ZoneTable &zoneA = *a.recurrence->zone;
    const ZoneTable &zoneB = *b.recurrence->zone;
    std::vector<std::pair<Seconds, Seconds>> seen;
    while (at < end) {
        if (!effort.spend(LookUnits)) return std::nullopt;
        const ZoneTable::Period periodA = zoneA.periodAt(at);
        const ZoneTable::Period periodB = zoneB.periodAt(at);
        const Instant until = std::min({periodA.end, periodB.end, end});
        const std::pair offsets(periodA.offset, periodB.offset);
        Instant look = std::min(until, at + WholeWeek);
        if (std::ranges::find(seen, offsets) != seen.end())
            look = std::min(until, std::max(standingUntil(zoneA, periodA), standingUntil(zoneB, periodB)));
        else if (until - at >= WholeWeek)
            seen.push_back(offsets);
        const std::optional<bool> meet = meetWithin(a, b, at, look, effort);
        if (!meet || *meet) return meet;
        at = until;
    }
    return false;
}

} // namespace

std::optional<bool> everMeet(const Rule &a, const Rule &b, Instant now, Effort &effort)
{
    const Instant at = std::max({now, a.window.start.value_or(now), b.window.start.value_or(now)});
    const Instant horizon = at + std::chrono::days(366 * MeetingYears);
    const Instant end = std::min({horizon, a.window.end.value_or(horizon), b.window.end.value_or(horizon)});
    if (at >= end) return false;
    if (!a.recurrence && !b.recurrence) return true;
    // The one that comes again has few changes until it holds.
    if (!a.recurrence || !b.recurrence) return meetWithin(a, b, at, end, effort);
    if (!a.recurrence->zone || !b.recurrence->zone) return false;
    if (a.recurrence->weekly.timeZone == b.recurrence->weekly.timeZone)
        return meetWithin(a, b, at, std::min(end, at + TwoWeeks), effort);
    return meetOfTwoZones(a, b, at, end, effort);
}

} // namespace crossfade
