// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/significance.h"
#include "models/shift/guard.h"

#include <algorithm>

namespace crossfade {

namespace {

// Estimated beyond 10 000, so that one may come out a little above the other.
Proportion spared(const UserCounts &users) {
    const std::uint64_t tried = users.tried.count();
    return {tried - std::min(tried, users.failed.count()), tried};
}

double shareOf(const Guard &guard, Proportion spared) {
    const double good = 100.0 * static_cast<double>(spared.hits) / static_cast<double>(spared.trials);
    return guard.metric == Metric::ErrorRate ? 100 - good : good;
}

} // namespace

void readUsers(const Guard &guard, const UserCounts &ours, const UserCounts &theirs, WindowReading &reading) {
    const Proportion mine = spared(ours);
    reading.samples = mine.trials;
    if (mine.trials > 0) reading.value = shareOf(guard, mine);
    if (!guard.isRelative()) return;
    const Proportion others = spared(theirs);
    reading.referenceSamples = others.trials;
    if (others.trials > 0) reading.reference = shareOf(guard, others);
    reading.pValue = belowByMoreThan(mine, others, *guard.tolerance / 100);
}

} // namespace crossfade
