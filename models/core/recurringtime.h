// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/zonetable.h"

#include <optional>
#include <string>

namespace crossfade {

// A time that comes again: each hour (at the minutes of `minute`), day, or week, in a zone.
struct RecurringTime {
    enum class Every { Hour, Day, Week };
    Every every = Every::Day;
    int minute = 0;  // after midnight
    int weekday = 0; // 0 is Monday
    std::string timeZone = "UTC";
    bool operator==(const RecurringTime &) const = default;
};

// The first time after `after`. Each day has one, whatever is done to the clocks: a time of the repeated hour is the first
// of the two, one of the skipped hour is the moment at which clocks jump. Of hours each one has its own, so that between
// two of them there is an hour, also in the repeated hour; none where clocks skip.
std::optional<Instant> nextTime(const RecurringTime &time, Instant after, const ZoneTable &zone);

// {"every": "HOURLY" | "DAILY" | "WEEKLY", "at": "02:30", "weekday": "MON" or null, "time_zone": "Europe/Berlin"}
Json recurringTimeJson(const RecurringTime &time);
// Reads those fields; mistakes go to the reader. That the zone exists is not looked at.
RecurringTime readRecurringTime(JsonReader &in);

} // namespace crossfade
