// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace crossfade {
namespace {

constexpr std::uint32_t Highest = 134'000'000; // below what counts as the longest

TEST(Histogram, BelowSixtyFourMicrosecondsItIsExact) {
    for (std::uint32_t us = 0; us < 64; ++us) {
        Histogram histogram;
        histogram.add(us);
        EXPECT_NEAR(*histogram.quantile(1), us, 0.5) << us;
    }
}

TEST(Histogram, NothingHasNoQuantile) {
    EXPECT_FALSE(Histogram().quantile(0.5));
}

TEST(Histogram, OtherTextIsRefused) {
    for (const char *text :
         {"x", "1", "1:", ":1", "1:1,", "2:1,1:1", "1:1,1:1", "99999:1", "1:0", "1:-1", "1:1 "})
        EXPECT_FALSE(Histogram::fromText(text)) << text;
    EXPECT_TRUE(Histogram::fromText(""));
}

RC_GTEST_PROP(HistogramError, IsAtMostTwoPercent, ()) {
    const auto us = *rc::gen::inRange<std::uint32_t>(1, Highest);
    const double middle = Histogram::middleOf(Histogram::binOf(us));
    RC_ASSERT(std::abs(middle - us) <= std::max(0.5, 0.02 * us));
}

// Against the sorted values themselves, by nearest rank.
RC_GTEST_PROP(HistogramError, QuantilesAreThoseOfTheValues, ()) {
    auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(
        rc::gen::inRange<std::uint32_t>(0, 3'000'000)));
    Histogram histogram;
    for (const std::uint32_t value : values)
        histogram.add(value);
    std::ranges::sort(values);
    for (const double q : {0.5, 0.95, 0.99, 1.0}) {
        const auto rank =
            static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
        const double exact = values[std::max<std::size_t>(rank, 1) - 1];
        RC_ASSERT(std::abs(*histogram.quantile(q) - exact) <= std::max(0.5, 0.02 * exact));
    }
}

RC_GTEST_PROP(HistogramMerge, IsAsIfAllHadBeenAddedToOne, ()) {
    const auto a =
        *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
    const auto b =
        *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
    Histogram left;
    Histogram right;
    Histogram whole;
    for (const std::uint32_t value : a) {
        left.add(value);
        whole.add(value);
    }
    for (const std::uint32_t value : b) {
        right.add(value);
        whole.add(value);
    }
    left.merge(right);
    RC_ASSERT(left.text() == whole.text());
    RC_ASSERT(left.count() == a.size() + b.size());
    const auto read = Histogram::fromText(whole.text());
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->text() == whole.text());
}

TEST(HistogramBins, AreTakenOnlyInTheirLayout) {
    EXPECT_EQ(Histogram::fromBins({})->count(), 0U);
    EXPECT_EQ(Histogram::fromBins({{0, 2}, {735, 1}})->text(), "0:2,735:1");
    for (const std::vector<Histogram::Bin> &bad :
         {std::vector<Histogram::Bin>{{5, 0}}, {{5, 1}, {5, 1}}, {{6, 1}, {5, 1}}, {{736, 1}}})
        EXPECT_FALSE(Histogram::fromBins(bad));
}

RC_GTEST_PROP(AnyHistogram, CanHaveTheSumItHas, (const std::vector<std::uint32_t> &values)) {
    Histogram histogram;
    std::uint64_t sum = 0;
    for (const std::uint32_t value : values) {
        histogram.add(value);
        sum += value;
    }
    RC_ASSERT(histogram.canSumTo(sum));
}

TEST(HistogramSums, AreBoundedByTheBins) {
    Histogram histogram;
    histogram.add(63, 2);  // a bin of its own
    histogram.add(64);     // 64 and 65
    EXPECT_FALSE(histogram.canSumTo(189));
    EXPECT_TRUE(histogram.canSumTo(190) && histogram.canSumTo(191));
    EXPECT_FALSE(histogram.canSumTo(192));
    histogram.add(600'000'000); // counts as 134 s, and may be anything above
    EXPECT_TRUE(histogram.canSumTo(600'000'190));
    EXPECT_FALSE(histogram.canSumTo(131'000'000));
    EXPECT_TRUE(Histogram().canSumTo(0));
    EXPECT_FALSE(Histogram().canSumTo(1));
}

RC_GTEST_PROP(HistogramMemory, IsBoundedWhateverIsAdded, ()) {
    Histogram histogram;
    for (int i = 0; i < 5'000; ++i)
        histogram.add(static_cast<std::uint32_t>(i) * 858'993U);
    histogram.add(*rc::gen::arbitrary<std::uint32_t>());
    RC_ASSERT(histogram.bins().size() < 1'000U);
}

} // namespace
} // namespace crossfade
