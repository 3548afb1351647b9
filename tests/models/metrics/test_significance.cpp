// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/significance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace crossfade::test {
namespace {

double upper(double z) {
    return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

Histogram of(const std::vector<std::uint32_t> &values) {
    Histogram histogram;
    for (const std::uint32_t value : values)
        histogram.add(value);
    return histogram;
}

// The closed form that Farrington and Manning give for the likeliest pair (appendix 1 of their paper), with
// groups 1 = ours, 2 = theirs and the difference p1 - p2 = s0: another way than the one that is tested.
double farringtonManningZ(double x1, double n1, double x2, double n2, double s0) {
    const double p1 = x1 / n1;
    const double p2 = x2 / n2;
    const double theta = n2 / n1;
    const double a = 1 + theta;
    const double b = -(1 + theta + p1 + theta * p2 + s0 * (theta + 2));
    const double c = s0 * s0 + s0 * (2 * p1 + theta + 1) + p1 + theta * p2;
    const double d = -p1 * s0 * (1 + s0);
    const double third = b / (3 * a);
    const double v = third * third * third - b * c / (6 * a * a) + d / (2 * a);
    const double u = std::copysign(std::sqrt(third * third - c / (3 * a)), v);
    const double w = (std::numbers::pi + std::acos(std::clamp(v / (u * u * u), -1.0, 1.0))) / 3;
    const double q1 = 2 * u * std::cos(w) - third;
    const double q2 = q1 - s0;
    return (p1 - p2 - s0) / std::sqrt(q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2);
}

// gsDesign's documentation of testBinomial(): 20 of 30 against 10 of 30, z = 2.581989.
TEST(Significance, ProportionsAsGsDesignPublishesThem) {
    EXPECT_NEAR(belowByMoreThan({10, 30}, {20, 30}, 0), upper(2.581989), 1e-6);
    EXPECT_NEAR(belowByMoreThan({20, 30}, {10, 30}, 0), upper(-2.581989), 1e-6);
}

// Example 4 of Miettinen and Nurminen (Statistics in Medicine 4, 1985): of 0/10 against 0/20 the 95 %
// limits of the difference are -0.1658 and 0.2844; gsDesign's tests hold z = 1.959962 at the lower and
// -1.959865 at 0.2843608, with their factor N / (N - 1) in the variance, which is not in ours.
TEST(Significance, TheMarginAsMiettinenAndNurminenPublishIt) {
    const double factor = std::sqrt(30.0 / 29.0);
    // At the upper limit, known to seven digits: how unlikely so small a difference is.
    EXPECT_NEAR(1 - belowByMoreThan({0, 20}, {0, 10}, 0.2843608), upper(1.959865 * factor), 1e-6);
    // The lower one is known to four.
    EXPECT_NEAR(1 - belowByMoreThan({0, 10}, {0, 20}, 0.1658), upper(1.959962 * factor), 1e-4);
}

RC_GTEST_PROP(Significance, ProportionsAgreeWithTheClosedForm, ()) {
    const auto n1 = *rc::gen::inRange<std::uint64_t>(20, 5'000);
    const auto n2 = *rc::gen::inRange<std::uint64_t>(20, 5'000);
    const auto x1 = *rc::gen::inRange<std::uint64_t>(1, n1);
    const auto x2 = *rc::gen::inRange<std::uint64_t>(1, n2);
    const double margin = *rc::gen::inRange(0, 500) / 1000.0;
    const double z = farringtonManningZ(static_cast<double>(x1), static_cast<double>(n1),
                                        static_cast<double>(x2), static_cast<double>(n2), -margin);
    const double p = belowByMoreThan({x1, n1}, {x2, n2}, margin);
    RC_ASSERT(std::abs(p - upper(-z)) < 1e-6);
}

RC_GTEST_PROP(Significance, MoreToleranceIsNeverMoreAlarm, ()) {
    const auto n1 = *rc::gen::inRange<std::uint64_t>(1, 2'000);
    const auto n2 = *rc::gen::inRange<std::uint64_t>(1, 2'000);
    const Proportion ours{*rc::gen::inRange<std::uint64_t>(0, n1 + 1), n1};
    const Proportion theirs{*rc::gen::inRange<std::uint64_t>(0, n2 + 1), n2};
    double last = 0;
    for (const double margin : {0.0, 0.005, 0.05, 0.2, 0.5}) {
        const double p = belowByMoreThan(ours, theirs, margin);
        RC_ASSERT(p >= 0 && p <= 1);
        RC_ASSERT(p >= last - 1e-9);
        last = p;
    }
}

TEST(Significance, WithoutASampleNothingSpeaksAgainstIt) {
    EXPECT_EQ(belowByMoreThan({0, 0}, {5, 10}, 0), 1);
    EXPECT_EQ(belowByMoreThan({0, 10}, {0, 0}, 0), 1);
    EXPECT_EQ(tendsToBeGreater({}, of({1}), 1), 1);
    EXPECT_EQ(hasHeavierTail(of({1}), {}, 1, 0.95), 1);
    EXPECT_GE(belowByMoreThan({10, 10}, {10, 10}, 0), 0.5);
    EXPECT_GE(belowByMoreThan({0, 10}, {0, 10}, 0), 0.5);
    EXPECT_EQ(tendsToBeGreater(of({7, 7, 7}), of({7, 7}), 1), 1);
}

// SciPy's documentation of mannwhitneyu, method "asymptotic": U = 17, two-sided p = 0.11134688653314041.
// (Values below 64 have a bin of their own.)
TEST(Significance, RanksAsSciPyPublishesThem) {
    const Histogram males = of({19, 22, 16, 29, 24});
    const Histogram females = of({20, 11, 17, 12});
    EXPECT_NEAR(tendsToBeGreater(males, females, 1), 0.11134688653314041 / 2, 1e-6);
    // The other way round the continuity correction stands on the other side of the mean.
    EXPECT_NEAR(tendsToBeGreater(females, males, 1), upper((3 - 10 - 0.5) / std::sqrt(200.0 / 12)), 1e-6);
}

// R's documentation of wilcox.test: ozone in May against August of its data set airquality (Chambers, Cleveland,
// Kleiner, Tukey: Graphical Methods for Data Analysis, 1983), with ties within the months and between them: W = 127.5,
// two-sided p = 0.0001208, printed to four digits. A rank test knows only the order: each value stands here as its
// place among all, which has a bin of its own.
TEST(Significance, RanksWithTiesAsRPublishesThem) {
    const std::vector<std::uint32_t> may{41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14, 18,
                                         14, 34, 6,  30, 11, 1,  11, 4, 32, 23, 45, 115, 37};
    const std::vector<std::uint32_t> august{39, 9,  16, 78, 35, 66, 122, 89,  110, 44, 28,  65, 22,
                                            59, 23, 31, 44, 21, 9,  45,  168, 73,  76, 118, 84, 85};
    std::vector<std::uint32_t> order = may;
    order.insert(order.end(), august.begin(), august.end());
    std::ranges::sort(order);
    order.erase(std::ranges::unique(order).begin(), order.end());
    ASSERT_LT(order.size(), 64U);
    const auto places = [&](std::vector<std::uint32_t> values) {
        for (std::uint32_t &value : values)
            value = static_cast<std::uint32_t>(std::ranges::lower_bound(order, value) - order.begin());
        return of(values);
    };
    EXPECT_NEAR(2 * tendsToBeGreater(places(august), places(may), 1), 0.0001208, 5e-8);
    EXPECT_GT(tendsToBeGreater(places(may), places(august), 1), 0.9999);
}

// By hand: ours {1, 2, 2}, theirs {2, 2, 3, 4}: a tie of 4, U = 2 pairs tied twice over = 2,
// mean 6, variance 12/12 x (8 - 60/42).
TEST(Significance, TiesAreCorrectedFor) {
    const double deviation = std::sqrt(8 - 60.0 / 42);
    EXPECT_NEAR(tendsToBeGreater(of({2, 2, 3, 4}), of({1, 2, 2}), 1), upper((10 - 6 - 0.5) / deviation), 1e-9);
    EXPECT_NEAR(tendsToBeGreater(of({1, 2, 2}), of({2, 2, 3, 4}), 1), upper((2 - 6 - 0.5) / deviation), 1e-9);
}

TEST(Significance, TheFactorIsWhatIsTolerated) {
    Histogram slow;
    Histogram fast;
    for (std::uint32_t i = 0; i < 2'000; ++i) {
        fast.add(10'000 + 10 * i);
        slow.add(11'000 + 11 * i); // 10 % more
    }
    EXPECT_LT(tendsToBeGreater(slow, fast, 1), 1e-6);
    EXPECT_LT(tendsToBeGreater(slow, fast, 1.02), 0.01);
    EXPECT_GT(tendsToBeGreater(slow, fast, 1.10), 0.05);
    EXPECT_GT(tendsToBeGreater(slow, fast, 1.20), 0.99);
    EXPECT_GT(tendsToBeGreater(fast, slow, 1), 0.99);
}

// One request in ten takes ten times as long: the ranks hardly move, the tail does.
TEST(Significance, ATailThatGrewIsSeen) {
    Histogram sick;
    Histogram well;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        well.add(10'000 + 10 * i);
        sick.add(i % 10 == 0 ? 150'000 : 10'000 + 10 * i);
    }
    EXPECT_GT(tendsToBeGreater(sick, well, 1.1), 0.5);
    EXPECT_LT(hasHeavierTail(sick, well, 1.1, 0.95), 1e-6);
    EXPECT_GT(hasHeavierTail(well, sick, 1.1, 0.95), 0.99);
}

} // namespace
} // namespace crossfade::test
