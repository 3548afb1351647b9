// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/recurringtime.h"

#include <optional>

namespace crossfade {

// When a check runs by itself: at a time that comes again, else every so many seconds.
struct CheckFrequency {
    std::optional<RecurringTime> at;
    std::int64_t seconds = 3'600;
    bool operator==(const CheckFrequency &) const = default;
};

// The next time after `after`; `zone` is that of `at`. Whoever was away for several times makes up for one.
std::optional<Instant> nextRunTime(const CheckFrequency &frequency, Instant after, const ZoneTable *zone);

// {"every": "SECONDS", "seconds": 300}, or as recurringTimeJson().
Json checkFrequencyJson(const CheckFrequency &frequency);
// Of the field `check_frequency`; none where it is absent or null. With `zones` a zone must be one of them.
std::optional<CheckFrequency> readCheckFrequency(JsonReader &parent, const ZoneSource &zones = {});
// What checkFrequencyJson() made; none for anything else.
std::optional<CheckFrequency> checkFrequencyFromText(const std::string &text);

} // namespace crossfade
