// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/significance.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace crossfade {

namespace {

struct Pair {
    std::uint64_t ours = 0;
    std::uint64_t theirs = 0;
};
using Bins = std::map<std::uint16_t, Pair>; // ascending

// The chance that a standard normal value is z or greater.
double upperTail(double z) {
    return 0.5 * std::erfc(z / std::sqrt(2.0));
}

double real(std::uint64_t count) {
    return static_cast<double>(count);
}

std::uint16_t stretchedBin(std::uint16_t bin, double factor) {
    if (factor == 1) return bin;
    const double stretched = Histogram::middleOf(bin) * factor;
    return Histogram::binOf(static_cast<std::uint32_t>(std::min(std::round(stretched), 4e9)));
}

Bins sideBySide(const Histogram &ours, const Histogram &theirs, double factor) {
    Bins bins;
    for (const auto &[bin, count] : ours.bins())
        bins[bin].ours += count;
    for (const auto &[bin, count] : theirs.bins())
        bins[stretchedBin(bin, factor)].theirs += count;
    return bins;
}

// How fast the log-likelihood of the pair (theirs - margin, theirs) grows with `theirs`. It falls
// strictly, so that its root, the likeliest pair, is the only one.
double slope(Proportion a, Proportion b, double margin, double theirs) {
    const double ours = theirs - margin;
    const auto term = [](Proportion side, double p) {
        const double hits = side.hits == 0 ? 0 : real(side.hits) / p;
        const std::uint64_t misses = side.trials - side.hits;
        return hits - (misses == 0 ? 0 : real(misses) / (1 - p));
    };
    return term(a, ours) + term(b, theirs);
}

double likeliest(Proportion ours, Proportion theirs, double margin) {
    double low = margin;
    double high = 1;
    // As fine as a double goes.
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        (slope(ours, theirs, margin, middle) > 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

} // namespace

double belowByMoreThan(Proportion ours, Proportion theirs, double margin) {
    if (ours.trials == 0 || theirs.trials == 0) return 1;
    const double difference =
        real(ours.hits) / real(ours.trials) - real(theirs.hits) / real(theirs.trials);
    const double p = likeliest(ours, theirs, margin);
    const double variance =
        (p - margin) * (1 - p + margin) / real(ours.trials) + p * (1 - p) / real(theirs.trials);
    // Everybody succeeded, or nobody did: no difference was seen at all.
    if (variance <= 1e-18) return 0.5;
    return upperTail(-(difference + margin) / std::sqrt(variance));
}

double tendsToBeGreater(const Histogram &ours, const Histogram &theirs, double factor) {
    if (ours.isEmpty() || theirs.isEmpty()) return 1;
    const double n = real(ours.count());
    const double m = real(theirs.count());
    const double all = n + m;
    double before = 0; // of theirs
    double u = 0;      // pairs in which ours is greater, a tie counts half
    double ties = 0;
    for (const auto &[bin, pair] : sideBySide(ours, theirs, factor)) {
        u += real(pair.ours) * (before + real(pair.theirs) / 2);
        before += real(pair.theirs);
        const double tied = real(pair.ours + pair.theirs);
        ties += tied * tied * tied - tied;
    }
    const double variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
    if (variance <= 0) return 1; // all in one bin
    return upperTail((u - n * m / 2 - 0.5) / std::sqrt(variance));
}

double hasHeavierTail(const Histogram &ours, const Histogram &theirs, double factor, double q) {
    if (ours.isEmpty() || theirs.isEmpty()) return 1;
    const std::uint64_t all = ours.count() + theirs.count();
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * real(all)));
    std::uint64_t seen = 0;
    Pair upTo; // the bin of the quantile included
    for (const auto &[bin, pair] : sideBySide(ours, theirs, factor)) {
        upTo.ours += pair.ours;
        upTo.theirs += pair.theirs;
        seen += pair.ours + pair.theirs;
        if (seen >= rank) break;
    }
    return belowByMoreThan({upTo.ours, ours.count()}, {upTo.theirs, theirs.count()}, 0);
}

} // namespace crossfade
