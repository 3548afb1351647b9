// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace crossfade {

// A value axis with even, round steps.
struct AxisScale {
    double low = 0;
    double high = 1;
    double step = 1;
    int decimals = 0; // that its labels need
    std::vector<double> ticks() const;
    bool operator==(const AxisScale &) const = default;
};

// Holds [low, high] in about `parts` steps of 1, 2, 2.5 or 5 × 10ⁿ; never below `floor` or above
// `ceiling` where they are given (a rate ends at 100).
AxisScale axisScale(double low, double high, int parts, std::optional<double> floor = {},
                    std::optional<double> ceiling = {});

// Whole times within [fromMs, toMs], at most `most`: every 5 s … 1 min … 1 h … 1 d of the local
// clock, which is `offsetMs` ahead of UTC. Never the range divided by n.
std::vector<std::int64_t> timeTicks(std::int64_t fromMs, std::int64_t toMs, std::int64_t offsetMs,
                                    int most);
// The step of those ticks, so that the label knows whether it needs seconds or days.
std::int64_t timeStep(std::int64_t fromMs, std::int64_t toMs, int most);

} // namespace crossfade
