// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"

#include <atomic>
#include <cstdint>

namespace crossfade {

// What is kept of events and of the keys of requests, and how much of the rest goes in one transaction.
struct RetentionLimits {
    std::int64_t events = 1'000'000;
    std::chrono::hours eventsKept{7 * 24};
    std::chrono::hours keysKept{24};
    std::int64_t portion = 5'000; // rows: a few ms, so that changes and rollbacks between two of them wait no longer
};

struct Forgotten {
    std::int64_t events = 0;
    std::int64_t keys = 0;
};

// Removes everything that is too old, in as many short transactions as it takes, with whatever waits for the
// store in between: however much came since the last time, it is gone by the end of this. Ends early once
// `stopping`. Not from the writer thread.
Result<Forgotten> forgetOld(Store &store, const RetentionLimits &limits, const std::atomic<bool> &stopping);

} // namespace crossfade
