// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

namespace crossfade {

inline bool isFullForm()
{
    return std::getenv("CROSSFADE_FULL") != nullptr;
}

// What a test's randomness comes from; it is printed, and CROSSFADE_SEED gives it again: "7", or "7:33" for the round 33
// alone where a test has rounds. Without that it is always the same in the short form and another each time in the full.
struct TestSeed {
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> round;
};

inline TestSeed testSeed(const char *test)
{
    TestSeed result;
    if (const char *given = std::getenv("CROSSFADE_SEED")) {
        const std::string text = given;
        const std::size_t colon = text.find(':');
        result.seed = std::strtoull(text.c_str(), nullptr, 10);
        if (colon != std::string::npos) result.round = std::strtoull(text.c_str() + colon + 1, nullptr, 10);
    } else if (isFullForm()) {
        result.seed = std::random_device()();
    }
    std::printf("%s: CROSSFADE_SEED=%llu\n", test, static_cast<unsigned long long>(result.seed));
    std::fflush(stdout);
    return result;
}

} // namespace crossfade
