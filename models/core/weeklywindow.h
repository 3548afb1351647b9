// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/zonetable.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

inline constexpr int MinutesOfDay = 24 * 60;
// Monday first, as in ISO 8601; the place is the bit in WeeklyWindow::weekdays.
inline constexpr std::array<std::string_view, 7> WeekdayWords{"MON", "TUE", "WED", "THU",
                                                              "FRI", "SAT", "SUN"};
std::string timeOfDayText(int minutes); // "22:00"
std::optional<int> timeOfDayFromText(std::string_view text); // "00:00" to "23:59", nothing else

// A span of wall-clock time that comes again every week, on the weekdays named. A weekday is the one on
// which the span begins: FRI 22:00 to 06:00 ends on Saturday. `to` at or before `from` is a time of the
// next day, so equal times are a whole day: from that time until the same time of the next day.
//
// When clocks are set. A span begins and ends when the zone's wall clocks first reach its times
// (ZoneTable::firstReaching). So
// - a time in the repeated hour counts once, at its first occurrence, and a span stays in one piece;
// - a time in the skipped hour counts as the moment at which clocks jump: a span that begins there begins
//   with the jump, one that ends there ends with it, one that lies inside does not occur that day;
// - a whole skipped day is a long skipped hour: a span that begins and ends in it does not occur, of one that
//   reaches into the day after it that part is left;
// - spans that touch by the clock touch in time: none of a day is lost or counted twice.
struct WeeklyWindow {
    std::uint8_t weekdays = 0; // bits 0 (Monday) to 6; none: it never holds
    int from = 0;              // minutes after midnight, 0 to 1 439
    int to = 0;
    std::string timeZone; // the name of the table that belongs to it

    static constexpr std::uint8_t EveryDay = 0x7f;
    bool on(int weekday) const { return (weekdays >> weekday & 1) != 0; } // 0 is Monday
    // Every day of the week and the whole of it.
    bool isAlways() const { return weekdays == EveryDay && from == to; }
    bool reachesNextDay() const { return to <= from; }
    bool operator==(const WeeklyWindow &) const = default;

    // Pure, without allocation.
    bool contains(Instant at, const ZoneTable &zone) const;
    // The first moment after `after` at which contains() becomes another; none if it never does.
    std::optional<Instant> nextEdge(Instant after, const ZoneTable &zone) const;
};

// The first moment after `after` at which "within both" begins or ends.
std::optional<Instant> nextChange(const TimeWindow &bounds, const WeeklyWindow &weekly,
                                  const ZoneTable &zone, Instant after);

// Whether the clock alone tells that `outer` holds whenever `inner` does; none is "always". Of two zones it
// tells nothing, unless `outer` is always.
bool coversByClock(const std::optional<WeeklyWindow> &outer, const std::optional<WeeklyWindow> &inner);

} // namespace crossfade
