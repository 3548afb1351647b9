// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metrics/histogram.h"

#include <cstdint>

namespace crossfade {

// Of `trials` requests, `hits` did what is counted.
struct Proportion {
    std::uint64_t hits = 0;
    std::uint64_t trials = 0;
};

// Each answers a one-sided p-value: how likely a difference at least as bad as the one seen is if `ours`
// is in truth no worse than `theirs` by more than is tolerated. Without a sample on either side it is 1:
// nothing speaks against it.

// The score test of Farrington and Manning (Statistics in Medicine 9, 1990) of
// H0: p(ours) - p(theirs) >= -margin, 0 <= margin < 1. Its variance is that of the likeliest pair of
// proportions that lie exactly `margin` apart; with margin 0 it is the pooled two-proportion z-test.
double belowByMoreThan(Proportion ours, Proportion theirs, double margin);

// Mann and Whitney's rank test, tie-corrected, with continuity correction, on histogram bins: whether
// `ours` tends to be greater than `theirs` times `factor` (>= 1). Bins are compared, not microseconds: two
// values of one bin are a tie.
double tendsToBeGreater(const Histogram &ours, const Histogram &theirs, double factor);

// The quantile test (Johnson, Verrill, Moore: Two-sample rank tests for detecting changes that occur in a
// small proportion of the treated population, Biometrics 43, 1987) by its normal approximation: whether more
// of `ours` than of `theirs` times `factor` lies above the q-quantile of both together. It sees a tail that
// grew while most requests are as fast as ever, to which a rank test is nearly blind. 0 < q < 1.
double hasHeavierTail(const Histogram &ours, const Histogram &theirs, double factor, double q);

} // namespace crossfade
