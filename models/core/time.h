// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
// A moment of UTC, to the millisecond: what is stored and sent. Never read from the clock here.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

inline Instant instantFromMs(std::int64_t ms) { return Instant(Milliseconds(ms)); }
inline std::int64_t toMs(Instant instant) { return instant.time_since_epoch().count(); }

// RFC 3339 in UTC with milliseconds, "2026-11-21T14:02:11.250Z".
std::string formatInstant(Instant instant);
// Any RFC 3339 form: offset or Z, 0 to 9 fraction digits (cut to milliseconds). A leap second :60
// counts as the following second. What lies outside the years 0001 to 9999 of UTC is refused: it
// could not be written again.
Result<Instant> parseInstant(std::string_view text);

// Half open [start, end); an absent bound is open.
struct TimeWindow {
    std::optional<Instant> start;
    std::optional<Instant> end;

    bool contains(Instant at) const { return (!start || *start <= at) && (!end || at < *end); }
    bool isEmpty() const { return start && end && *end <= *start; }
    bool operator==(const TimeWindow &) const = default;
};

} // namespace crossfade
