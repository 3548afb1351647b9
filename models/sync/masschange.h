// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/percentage.h"
#include "models/core/platform.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// How much of what is in sync may change in one pass before somebody must look. Up to the least counts nothing stops:
// a table of ten users may lose one.
struct MassLimits {
    Percentage deletes = Percentage::fromHundredths(1'000);
    Percentage changes = Percentage::fromHundredths(5'000);
    std::int64_t leastDeletes = 20;
    std::int64_t leastChanges = 1'000;
    bool operator==(const MassLimits &) const = default;
};

// What a pass has seen of one side so far. `known`: rows of it that were in sync when the pass began.
struct SideCounts {
    std::int64_t known = 0;
    std::int64_t deleted = 0;
    std::int64_t changed = 0;
    std::optional<std::int64_t> rows; // it holds now; none while not all were seen
};

// Why the sync stops before it carries these changes to the other side, for people; nothing if it need not.
std::optional<std::string> massChange(Platform side, const SideCounts &counts, const MassLimits &limits);

} // namespace crossfade
