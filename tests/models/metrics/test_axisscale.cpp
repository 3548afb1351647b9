// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/axisscale.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

TEST(AxisScale, RatesEndAtOneHundred)
{
    const AxisScale scale = axisScale(99.41, 99.98, 4, 0, 100);
    EXPECT_DOUBLE_EQ(scale.high, 100);
    EXPECT_NEAR(scale.low, 99.4, 1e-9);
    EXPECT_EQ(scale.decimals, 1);
    EXPECT_EQ(scale.ticks().size(), 4U);
}

TEST(AxisScale, AFlatLineStillHasAnAxis)
{
    for (const double value : {0.0, 100.0, 152.0}) {
        const AxisScale scale = axisScale(value, value, 4, 0, value == 100 ? std::optional(100.0) : std::nullopt);
        EXPECT_LT(scale.low, scale.high) << value;
        EXPECT_LE(scale.low, value);
        EXPECT_GE(scale.high, value);
        EXPECT_GE(scale.low, 0);
    }
}

TEST(AxisScale, LatenciesGetRoundSteps)
{
    const AxisScale scale = axisScale(38, 262, 3, 0);
    EXPECT_DOUBLE_EQ(scale.low, 0);
    EXPECT_DOUBLE_EQ(scale.step, 100);
    EXPECT_DOUBLE_EQ(scale.high, 300);
}

RC_GTEST_PROP(AxisScale, HoldsWhatItIsGiven, ())
{
    const double a = *rc::gen::inRange(-100'000, 100'000) / 7.0;
    const double b = *rc::gen::inRange(-100'000, 100'000) / 7.0;
    const AxisScale scale = axisScale(std::min(a, b), std::max(a, b), 4);
    RC_ASSERT(scale.low <= std::min(a, b) + 1e-6);
    RC_ASSERT(scale.high >= std::max(a, b) - 1e-6);
    RC_ASSERT(scale.ticks().size() >= 2U);
    RC_ASSERT(scale.ticks().size() <= 8U);
}

TEST(TimeTicks, AreWholeTimesOfTheLocalClock)
{
    constexpr std::int64_t Minute = 60'000;
    constexpr std::int64_t Offset = 5 * 60 * Minute + 45 * Minute; // Nepal
    const std::int64_t from = 1'763'733'917'123;
    const auto ticks = timeTicks(from, from + 60 * Minute, Offset, 7);
    ASSERT_GE(ticks.size(), 5U);
    ASSERT_LE(ticks.size(), 7U);
    for (const std::int64_t tick : ticks) {
        EXPECT_EQ((tick + Offset) % (10 * Minute), 0);
        EXPECT_GE(tick, from);
        EXPECT_LE(tick, from + 60 * Minute);
    }
}

TEST(TimeTicks, FewerThanAskedNeverMore)
{
    for (const std::int64_t range : {5'000LL, 300'000LL, 3'600'000LL, 86'400'000LL, 40 * 86'400'000LL})
        EXPECT_LE(timeTicks(123'456'789, 123'456'789 + range, 3'600'000, 6).size(), 7U) << range;
}

} // namespace
} // namespace crossfade
