// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

enum class Master { Off, New, Legacy };
std::string_view masterWord(Master master);
std::optional<Master> masterFromWord(std::string_view word);

// The switches that apply to every request.
struct Switches {
    Master master = Master::Off;
    Platform defaultPlatform = Platform::New; // LEGACY or NEW
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
    bool operator==(const Switches &) const = default;
};

} // namespace crossfade
