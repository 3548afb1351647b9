// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/significance.h"
#include "models/shift/guard.h"

#include <algorithm>

namespace crossfade {

namespace {

std::optional<double> percentileOf(Statistic statistic) {
    switch (statistic) {
    case Statistic::P50:
        return 0.50;
    case Statistic::P95:
        return 0.95;
    case Statistic::P99:
        return 0.99;
    case Statistic::Rate:
    case Statistic::Mean:
        break;
    }
    return std::nullopt;
}

double slowerChance(const Guard &guard, const Slot &ours, const Slot &theirs) {
    const double factor = 1 + *guard.tolerance / 100;
    const double ranks = tendsToBeGreater(ours.latency, theirs.latency, factor);
    const auto q = percentileOf(guard.statistic);
    if (!q) return ranks;
    const double tail = hasHeavierTail(ours.latency, theirs.latency, factor, *q);
    return std::min(1.0, 2 * std::min(ranks, tail));
}

} // namespace

void readRelative(const Guard &guard, const Slot &ours, const Slot &theirs,
                  WindowReading &reading) {
    const auto seconds = std::chrono::duration<double>(reading.to - reading.from).count();
    const double span = std::max(seconds, 1.0);
    reading.samples = ours.samples(guard.metric);
    if (reading.samples > 0) reading.value = ours.value(guard.metric, guard.statistic, span);
    reading.referenceSamples = theirs.samples(guard.metric);
    if (reading.referenceSamples > 0)
        reading.reference = theirs.value(guard.metric, guard.statistic, span);
    reading.pValue = guard.metric == Metric::Latency
                         ? slowerChance(guard, ours, theirs)
                         : belowByMoreThan({ours.ok, ours.count}, {theirs.ok, theirs.count},
                                           *guard.tolerance / 100);
}

} // namespace crossfade
