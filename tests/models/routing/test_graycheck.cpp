// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/graycheck.h"

#include <gtest/gtest.h>

using namespace crossfade;

TEST(GrayResults, haveWordsThatComeBack)
{
    for (const GrayResult result : {GrayResult::Unchecked, GrayResult::Equal, GrayResult::Different,
                                    GrayResult::Missing, GrayResult::Extra, GrayResult::Absent, GrayResult::NoKey})
        EXPECT_EQ(grayResultFromWord(grayResultWord(result)), result);
    EXPECT_EQ(grayResultWord(GrayResult::NoKey), "NO_KEY");
    EXPECT_FALSE(grayResultFromWord("equal").has_value());
    EXPECT_FALSE(grayResultFromWord("").has_value());
}

TEST(GrayResults, whatIsNotEqualIsAskedForLessAndLess)
{
    EXPECT_EQ(nextGrayLook(GrayResult::Different, 1), Seconds(5));
    EXPECT_EQ(nextGrayLook(GrayResult::Missing, 2), Seconds(10));
    EXPECT_EQ(nextGrayLook(GrayResult::Extra, 10), Seconds(2'560));
    EXPECT_EQ(nextGrayLook(GrayResult::Absent, 11), Seconds(3'600));
    EXPECT_EQ(nextGrayLook(GrayResult::Different, 1'000'000'000), Seconds(3'600));
    EXPECT_EQ(nextGrayLook(GrayResult::Different, 0), Seconds(5));
}

TEST(GrayResults, whatIsSettledIsNotAskedForAgain)
{
    EXPECT_FALSE(nextGrayLook(GrayResult::Equal, 1).has_value());
    EXPECT_FALSE(nextGrayLook(GrayResult::NoKey, 1).has_value());
}
