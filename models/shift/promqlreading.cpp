// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/promqlreading.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr Seconds MostAhead{5}; // of the source's clock
constexpr double MostSamples = 1e15;

// Why the answer cannot be judged; empty if it can.
std::string faultOf(const Guard &guard, const PromAnswer &answer, Instant now) {
    if (!answer.error.empty()) return guard.source + ": " + answer.error;
    if (answer.at && *answer.at > now + MostAhead) return guard.source + ": its clock is ahead of this one's";
    return {};
}

// Samples count only when they are told of the window itself.
void readSamples(const Guard &guard, const PromAnswer &answer, WindowReading &reading) {
    if (!answer.value || !answer.at) return;
    if (*answer.value < 0) {
        reading.sourceError = guard.source + ": the number of samples is negative";
        return;
    }
    if (*answer.at < reading.from) {
        reading.newest = std::min(reading.newest.value_or(*answer.at), *answer.at);
        return;
    }
    reading.samples = static_cast<std::uint64_t>(std::min(*answer.value, MostSamples));
}

} // namespace

WindowReading promqlReading(const Guard &guard, const PromqlFact &fact, Instant steppedAt, Instant now) {
    WindowReading reading;
    reading.to = now;
    reading.from = std::min(now, std::max(now - Seconds(guard.windowSeconds), steppedAt));
    reading.sourceError = faultOf(guard, fact.value, now);
    if (reading.sourceError.empty() && fact.samples) reading.sourceError = faultOf(guard, *fact.samples, now);
    if (!reading.sourceError.empty()) return reading;
    reading.newest = fact.value.at;
    if (fact.value.at && *fact.value.at >= reading.from) reading.value = fact.value.value;
    if (reading.value && fact.samples) readSamples(guard, *fact.samples, reading);
    return reading;
}

} // namespace crossfade
