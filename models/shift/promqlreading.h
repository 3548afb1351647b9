// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metrics/promanswer.h"
#include "models/shift/guard.h"

namespace crossfade {

// What a PROMQL guard's source said last, to the expression and to the one that counts the samples.
struct PromqlFact {
    PromAnswer value;
    std::optional<PromAnswer> samples; // absent: the guard does not count
};

// The window is what lies after the step of [now - window, now): a value that is older than that is stale,
// for it may be of another share. A value of the future comes from a clock that cannot be trusted.
WindowReading promqlReading(const Guard &guard, const PromqlFact &fact, Instant steppedAt, Instant now);

} // namespace crossfade
