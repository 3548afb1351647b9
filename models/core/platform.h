// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace crossfade {

enum class Platform { Legacy, New, Both };

constexpr std::string_view platformWord(Platform platform)
{
    switch (platform) {
    case Platform::Legacy: return "LEGACY";
    case Platform::New: return "NEW";
    case Platform::Both: return "BOTH";
    }
    return "LEGACY";
}

constexpr std::optional<Platform> platformFromWord(std::string_view word)
{
    if (word == "LEGACY") return Platform::Legacy;
    if (word == "NEW") return Platform::New;
    if (word == "BOTH") return Platform::Both;
    return std::nullopt;
}

// LEGACY for NEW and NEW for LEGACY; BOTH has no other side and answers LEGACY.
constexpr Platform otherPlatform(Platform platform)
{
    return platform == Platform::Legacy ? Platform::New : Platform::Legacy;
}

} // namespace crossfade
