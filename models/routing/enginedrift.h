// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/engineinstance.h"

namespace crossfade {

// An epoch of the rule set: one that changed what decides, and when it was stored.
struct RuleEpoch {
    std::int64_t epoch = 0;
    Instant storedAt{};
};

// The oldest one that an instance should serve and did not acknowledge; and the oldest that its log lines should carry
// and do not. Nothing: there is none.
struct MissedEpochs {
    std::optional<RuleEpoch> unacknowledged;
    std::optional<RuleEpoch> unconverged; // looked for only where log lines tell
};

inline constexpr Seconds AcknowledgedWithin{2};
inline constexpr Seconds ConvergedWithin{30};
inline constexpr Seconds HeardWithin{30}; // agents tell each 10 s at the latest
inline constexpr Seconds GoneKept{3'600};
inline constexpr Seconds SilentKept{7 * 24 * 3'600};

// Whether the instance drifts now, and why; the first of the causes in their order. What it missed counts from the
// moment it was stored, this boot was known, or `listeningSince`: from then on the services could have heard of it. A
// drift that stands (EngineInstance::drift) needs no such delay, and keeps its beginning whatever it comes of.
std::optional<EngineDrift> judgeDrift(const EngineInstance &instance, const MissedEpochs &missed,
                                      Instant listeningSince, Instant now);

// Whether it is long enough ago that it was taken away, or told of, to forget it.
bool isForgotten(const EngineInstance &instance, Instant now);

} // namespace crossfade
