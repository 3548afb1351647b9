// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/percentage.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace crossfade {
namespace {

TEST(Percentage, TakesAtMostTwoDecimals)
{
    EXPECT_EQ(Percentage::fromPercent(33.33)->hundredths(), 3333);
    EXPECT_EQ(Percentage::fromPercent(0)->hundredths(), 0);
    EXPECT_EQ(Percentage::fromPercent(100)->hundredths(), 10'000);
    EXPECT_EQ(Percentage::fromPercent(0.01)->hundredths(), 1);
    EXPECT_FALSE(Percentage::fromPercent(33.333));
    EXPECT_FALSE(Percentage::fromPercent(0.001));
}

TEST(Percentage, RefusesWhatIsNoShare)
{
    for (const double bad : {-0.01, 100.01, std::nan(""), std::numeric_limits<double>::infinity()})
        EXPECT_FALSE(Percentage::fromPercent(bad)) << bad;
}

TEST(Percentage, NeverLeavesItsRange)
{
    const Percentage ninety = Percentage::fromHundredths(9'000);
    EXPECT_EQ((ninety + ninety).hundredths(), 10'000);
    EXPECT_EQ((Percentage() - ninety).hundredths(), 0);
    EXPECT_EQ(Percentage::fromHundredths(-5).hundredths(), 0);
}

TEST(Percentage, TextIsTheShortestExactForm)
{
    EXPECT_EQ(Percentage::fromHundredths(2500).text(), "25");
    EXPECT_EQ(Percentage::fromHundredths(2550).text(), "25.5");
    EXPECT_EQ(Percentage::fromHundredths(5).text(), "0.05");
    EXPECT_EQ(Percentage::fromHundredths(10'000).text(), "100");
}

RC_GTEST_PROP(Percentage, EveryHundredthSurvivesTheNumber, ())
{
    const auto hundredths = *rc::gen::inRange(0, 10'001);
    const auto back = Percentage::fromPercent(Percentage::fromHundredths(hundredths).percent());
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->hundredths() == hundredths);
}

RC_GTEST_PROP(Percentage, StepsAddUpExactly, ())
{
    const auto step = *rc::gen::inRange(1, 2000);
    const auto count = *rc::gen::inRange(0, 10'000 / step + 1);
    Percentage sum;
    for (int i = 0; i < count; ++i)
        sum = sum + Percentage::fromHundredths(step);
    RC_ASSERT(sum.hundredths() == step * count);
}

} // namespace
} // namespace crossfade
