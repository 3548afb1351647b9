// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/zonetable.h"

#include <optional>
#include <string_view>
#include <vector>

namespace crossfade {

// The last line of a zone file: the rule in force after the last transition the file lists (POSIX TZ with
// the hours of RFC 8536, "CET-1CEST,M3.5.0,M10.5.0/3").
struct PosixZone {
    // A day of every year, and when on it by the wall clock that is about to be set.
    struct Day {
        enum class Kind { Weekday, WithoutLeapDay, WithLeapDay };
        Kind kind = Kind::Weekday;
        int month = 1; // Kind::Weekday: the week-th weekday of the month, 5 is the last; 0 is Sunday
        int week = 1;
        int weekday = 0;
        int number = 0; // the others: 1 to 365 never counting 29 February, or 0 to 365 counting it
        Seconds time = std::chrono::hours(2); // -167 to 167 hours
    };
    struct Summer {
        Seconds offset{0};
        Day begin;
        Day end;
    };
    Seconds standard{0}; // east of UTC
    std::optional<Summer> summer;
};

std::optional<PosixZone> parsePosixZone(std::string_view text);
// Both transitions of each of these years, in no order; none without a summer time.
std::vector<ZoneTransition> transitionsOf(const PosixZone &zone, int firstYear, int lastYear);

} // namespace crossfade
