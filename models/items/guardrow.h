// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/shift/guard.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A guard with its latest judgement and those before it.
struct GuardRow {
    struct Sample {
        Instant at;
        std::optional<double> value;
        std::string verdict;
        std::int64_t samples = 0;
        bool operator==(const Sample &) const = default;
    };
    Guard guard;
    std::string verdict; // "" = not judged yet
    std::optional<double> value;
    std::int64_t samples = 0;
    std::optional<double> reference; // of a relative guard: the other platform's value
    std::optional<double> pValue;
    int breaches = 0;
    bool tripped = false;
    std::optional<Instant> trippedAt;
    std::optional<Instant> judgedAt;
    std::string detail;
    std::vector<Sample> recent; // oldest first, at most 180
    bool operator==(const GuardRow &) const = default;
};

} // namespace crossfade
