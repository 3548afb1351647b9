// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace crossfade {

inline constexpr int MostSyncRetries = 5;

// How long to wait before the `retry`th attempt after the first (1, 2, …): 1 s, doubled each time, up to 300 s; and
// up to a quarter more, by `chance` in [0, 1), so that what failed together does not come back together. Never more
// than 300 s.
std::chrono::milliseconds retryDelay(int retry, double chance);
// Whether an attempt that failed after so many retries was the last one.
bool isLastRetry(int retries);

} // namespace crossfade
