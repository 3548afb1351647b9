// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/graycheck.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 7> GrayResultWords{"UNCHECKED", "EQUAL",  "DIFFERENT", "MISSING",
                                                          "EXTRA",     "ABSENT", "NO_KEY"};
constexpr Seconds FirstGrayLook{5};
constexpr Seconds LongestGrayPause{3'600};

} // namespace

std::string_view grayResultWord(GrayResult result)
{
    return GrayResultWords[static_cast<std::size_t>(result)];
}

std::optional<GrayResult> grayResultFromWord(std::string_view word)
{
    const auto it = std::ranges::find(GrayResultWords, word);
    if (it == GrayResultWords.end()) return std::nullopt;
    return static_cast<GrayResult>(it - GrayResultWords.begin());
}

std::optional<Seconds> nextGrayLook(GrayResult result, std::int64_t looks)
{
    if (result == GrayResult::Equal || result == GrayResult::NoKey) return std::nullopt;
    const std::int64_t doublings = std::clamp<std::int64_t>(looks - 1, 0, 20);
    return std::min(FirstGrayLook * (std::int64_t{1} << doublings), LongestGrayPause);
}

} // namespace crossfade
