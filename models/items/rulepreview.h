// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// What a change would move, as the router counted it over the known users.
struct RulePreview {
    struct Side {
        std::int64_t count = 0;
        std::vector<std::pair<std::string, std::int64_t>> byReason;
        std::vector<std::string> sample;
    };
    std::string id;
    std::int64_t knownUsers = 0;
    Side toNew;
    Side toLegacy;
    std::optional<std::int64_t> held;           // none: unknown
    std::optional<std::int64_t> strandedWrites; // none: unknown, which is not 0
    struct Warning {
        std::string rule; // its name
        std::string text; // the router's sentence
    };
    std::vector<Warning> warnings;
};

} // namespace crossfade
