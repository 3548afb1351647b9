// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/retry.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds First{1'000};
constexpr std::chrono::milliseconds Longest{300'000};
constexpr int DoublingsToLongest = 9; // 512 s

} // namespace

std::chrono::milliseconds retryDelay(int retry, double chance)
{
    const std::chrono::milliseconds plain = First * (1 << std::clamp(retry - 1, 0, DoublingsToLongest));
    const double part = std::clamp(chance, 0.0, 1.0) / 4;
    const auto jitter = static_cast<std::int64_t>(static_cast<double>(plain.count()) * part);
    return std::min(plain + std::chrono::milliseconds(jitter), Longest);
}

bool isLastRetry(int retries)
{
    return retries >= MostSyncRetries;
}

} // namespace crossfade
