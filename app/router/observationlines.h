// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/time.h"
#include "models/core/platform.h"
#include "models/routing/decision.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace crossfade {

// One observation as it was told, each field within its bounds. The texts live until the next one is read.
struct ToldObservation {
    Instant at{};
    Platform platform = Platform::Legacy;
    std::optional<std::string_view> systemId;
    std::optional<std::string_view> userId;
    struct Decided {
        Reason reason = Reason::DefaultRouting;
        std::optional<std::string_view> policyId;
    };
    std::optional<Decided> decided; // by whom it was served, where that is told
    std::optional<double> score;    // present: a score of 1 to 5, not a request
    std::int64_t status = 0;        // 0: no answer at all
    double latencyMs = 0;
    std::optional<bool> ok;
};

// Of the time it is taken at: older ones are refused, and those further ahead of the clock.
inline constexpr Seconds OldestObservation{120};
inline constexpr Seconds AheadObservation{5};
inline constexpr double LongestLatencyMs = 600'000;
inline constexpr double LeastScore = 1;
inline constexpr double MostScore = 5;

// One of a list, with its faults by name; `take` is asked whether there are any or not.
void readObservation(JsonReader &in, Instant now, const std::function<void(const ToldObservation &)> &take);

// NDJSON of at most `most` observations, as whoever measures sends them all day long: at a
// tenth of what it costs to read them into a tree of values. False where a line is not plainly right, or only might not
// be: then what was handed out counts for nothing, and the reader that can name each fault has to read them all.
bool readPlainLines(std::string_view lines, Instant now, std::size_t most,
                    const std::function<void(const ToldObservation &)> &take);

} // namespace crossfade
