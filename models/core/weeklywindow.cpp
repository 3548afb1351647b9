// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/weeklywindow.h"

#include <bitset>
#include <cstdio>

namespace crossfade {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::weekday;

constexpr int MinutesOfWeek = 7 * MinutesOfDay;
// Skipped days and hours empty a few spans in a row at the most.
constexpr int DaysLookedAhead = 21;
// Longer than any span and any setting of clocks: what lies that far behind cannot matter any more.
constexpr days Undisturbed{4};

int mondayBased(local_days day)
{
    return static_cast<int>(weekday(day).iso_encoding()) - 1;
}

local_days dayOf(WallTime wall)
{
    return std::chrono::floor<days>(wall);
}

struct Span {
    Instant begin{};
    Instant end{};
};

// The span that begins on this day, should it be a day of the window.
Span spanOf(const WeeklyWindow &window, local_days day, const ZoneTable &zone)
{
    const days more(window.reachesNextDay() ? 1 : 0);
    return {zone.firstReaching(day + minutes(window.from)),
            zone.firstReaching(day + more + minutes(window.to))};
}

// While nobody sets the clocks, the wall time says it all.
bool containsWall(const WeeklyWindow &window, WallTime wall)
{
    const local_days day = dayOf(wall);
    const Milliseconds time = wall - day;
    const bool overnight = window.reachesNextDay();
    if (window.on(mondayBased(day)) && time >= minutes(window.from) &&
        (overnight || time < minutes(window.to)))
        return true;
    return overnight && window.on(mondayBased(day - days(1))) && time < minutes(window.to);
}

std::bitset<MinutesOfWeek> minutesOf(const WeeklyWindow &window)
{
    std::bitset<MinutesOfWeek> minutes;
    const int length = window.to - window.from + (window.reachesNextDay() ? MinutesOfDay : 0);
    for (int day = 0; day < 7; ++day) {
        for (int i = 0; window.on(day) && i < length; ++i)
            minutes.set(static_cast<std::size_t>((day * MinutesOfDay + window.from + i) % MinutesOfWeek));
    }
    return minutes;
}

int twoDigits(std::string_view text)
{
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
    return digit(0) * 10 + digit(1);
}

} // namespace

std::string timeOfDayText(int minutes)
{
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", minutes / 60 % 24, minutes % 60);
    return text;
}

std::optional<int> timeOfDayFromText(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const int hours = twoDigits(text.substr(0, 2));
    const int minutes = twoDigits(text.substr(3, 2));
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    return hours * 60 + minutes;
}

bool WeeklyWindow::contains(Instant at, const ZoneTable &zone) const
{
    const ZoneTable::Period period = zone.periodAt(at);
    const WallTime wall(at.time_since_epoch() + period.offset);
    if (period.begin <= at - Undisturbed) return containsWall(*this, wall);
    // After clocks were set back, they may show the day before the one they had already reached.
    for (int i = -1; i <= 1; ++i) {
        const local_days day = dayOf(wall) + days(i);
        if (!on(mondayBased(day))) continue;
        const Span span = spanOf(*this, day, zone);
        if (span.begin <= at && at < span.end) return true;
    }
    return false;
}

std::optional<Instant> WeeklyWindow::nextEdge(Instant after, const ZoneTable &zone) const
{
    if (isAlways()) return std::nullopt;
    const local_days today = dayOf(zone.wallTimeAt(after));
    for (int i = -1; i <= DaysLookedAhead; ++i) {
        const local_days day = today + days(i);
        if (!on(mondayBased(day))) continue;
        const Span span = spanOf(*this, day, zone);
        // Where one span ends and the next begins, nothing changes; nor does an empty one.
        for (const Instant edge : {span.begin, span.end}) {
            if (edge > after && contains(edge, zone) != contains(edge - Milliseconds(1), zone)) return edge;
        }
    }
    return std::nullopt;
}

std::optional<Instant> nextChange(const TimeWindow &bounds, const WeeklyWindow &weekly,
                                  const ZoneTable &zone, Instant after)
{
    if (bounds.isEmpty()) return std::nullopt;
    if (bounds.start && after < *bounds.start) {
        if (weekly.contains(*bounds.start, zone)) return bounds.start;
        after = *bounds.start;
    }
    if (bounds.end && *bounds.end <= after) return std::nullopt;
    const std::optional<Instant> edge = weekly.nextEdge(after, zone);
    if (!bounds.end || (edge && *edge < *bounds.end)) return edge;
    return weekly.contains(*bounds.end - Milliseconds(1), zone) ? bounds.end : std::nullopt;
}

bool coversByClock(const WeeklyWindow &outer, const WeeklyWindow &inner)
{
    return (minutesOf(inner) & ~minutesOf(outer)).none();
}

} // namespace crossfade
