// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a sample of a table says about all of its rows.
#pragma once

#include "models/consistency/verdict.h"
#include "models/core/percentage.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace crossfade {

// Of each bound alone: how often at least it is on the right side of the truth, or nearly so.
inline constexpr double SampleConfidence = 0.95;
inline constexpr std::int64_t MostSampled = 100'000; // rows of a sample

// A share of all rows, between 0 and 1.
struct ShareBounds {
    double lower = 0;
    double upper = 1;
    bool operator==(const ShareBounds &) const = default;
};
// Of `population` rows `sampled` were drawn without putting back, and `good` of these are good: the bounds of the share of
// good ones among all, each at SampleConfidence.
//
// Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22,
// 1927) with the variance of a draw without putting back, p(1 − p)/n · (N − n)/(N − 1) (W. G. Cochran, Sampling
// Techniques, 3rd ed., 1977, section 3.2): the same as of n(N − 1)/(N − n) rows of an endless table. Where that variance
// of the number seen is under 25 (fewer than some 25 rows differ, or hardly one was left out) the score is too sure: of
// 539 good rows and no other it would say 99.5 %, and be wrong in 6.7 % of all cases; elsewhere in at most 6.6 %. There the bound is the exact one of
// the hypergeometric distribution (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934), of an endless table 0.05^(1/n):
// so it takes 598 good rows to show 99.5 %.
ShareBounds shareBounds(std::int64_t good, std::int64_t sampled, std::int64_t population);

// Wilson's interval alone, of so many rows of an endless table, for a quantile of the normal distribution.
ShareBounds scoreBounds(double share, double rows, double quantile);

enum class SampleOutcome { Above, Below, Undecided };
std::string_view sampleOutcomeWord(SampleOutcome outcome); // ABOVE, BELOW, UNDECIDED

struct SampleVerdict {
    Percentage lower; // rounded down
    Percentage upper; // rounded up: what is shown is what was judged by
    SampleOutcome outcome = SampleOutcome::Undecided;
    std::int64_t population = 0; // rows of the union of both sides, as far as the sample tells
};

// What a finished run over a sample knows.
struct SampleFacts {
    CheckCounts counts;
    std::optional<std::int64_t> larger; // rows of the larger side; none: it is reckoned from the sample
    std::int64_t bound = 0;             // the last hash of a key in the sample
    bool complete = true;               // false: rows were not judged; that is never above, nor below
};
// ABOVE: the lower bound is at least the threshold. BELOW: the upper one is under it. A sample of nothing is UNDECIDED,
// unless there is nothing to be drawn from.
SampleVerdict sampleVerdict(const SampleFacts &facts, Percentage threshold);
// As a run's status: undecided is never taken for consistent.
CheckStatus checkStatusOf(SampleOutcome outcome);

// The last hash that is in a sample of about `size` of so many rows.
std::int64_t sampleBound(std::int64_t size, std::int64_t population);

} // namespace crossfade
