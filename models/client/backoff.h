// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>

namespace crossfade {

// How long to wait before the `attempt`-th try (from 0): 250 ms, doubling to 10 s, and of that a
// share between a half and the whole, so that many consoles do not come back at the same moment.
// `random` is within [0, 1).
constexpr std::chrono::milliseconds backoffDelay(int attempt, double random)
{
    constexpr long long First = 250;
    constexpr long long Most = 10'000;
    const int doublings = std::clamp(attempt, 0, 10);
    const long long whole = std::min(Most, First << doublings);
    return std::chrono::milliseconds(whole / 2 +
                                     static_cast<long long>(static_cast<double>(whole) / 2 * random));
}

} // namespace crossfade
