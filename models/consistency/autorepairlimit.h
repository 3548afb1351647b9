// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/percentage.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// How many rows a run may have to be repaired without anybody's word before somebody has to look: so many differences say
// that something else is wrong. Up to the least no share stops: of a table of ten users one may be repaired.
struct AutoRepairLimit {
    std::int64_t least = 20;
    Percentage share = Percentage::fromHundredths(1'000); // of the rows that the run compared
    std::int64_t most = 1'000;
    bool operator==(const AutoRepairLimit &) const = default;
};

// Why nothing of a run is repaired by itself, for people; nothing where it may be. `due` are the rows that would be, of
// `total`.
std::optional<std::string> overAutoRepairLimit(const AutoRepairLimit &limit, std::int64_t due, std::int64_t total);

} // namespace crossfade
