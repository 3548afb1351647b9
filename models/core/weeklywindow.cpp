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
    // A time has been reached if clocks have shown it or a later one.
    const WallTime wall = zone.latestWallTimeAt(at);
    const local_days day = dayOf(wall);
    const Milliseconds time = wall - day;
    if (on(mondayBased(day)) && time >= minutes(from) && (reachesNextDay() || time < minutes(to))) return true;
    return reachesNextDay() && on(mondayBased(day - days(1))) && time < minutes(to);
}

std::optional<Instant> WeeklyWindow::nextEdge(Instant after, const ZoneTable &zone) const
{
    if (isAlways()) return std::nullopt;
    const local_days today = dayOf(zone.latestWallTimeAt(after));
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

bool coversByClock(const std::optional<WeeklyWindow> &outer, const std::optional<WeeklyWindow> &inner)
{
    if (!outer || outer->isAlways()) return true;
    if (!inner || inner->timeZone != outer->timeZone) return false;
    return (minutesOf(*inner) & ~minutesOf(*outer)).none();
}

} // namespace crossfade
