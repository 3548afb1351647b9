// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/incremental.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using Stage = IncrementalPlace::Stage;

TEST(Incremental, LooksAtKeysOftenEnough)
{
    using std::chrono::hours;
    EXPECT_FALSE(isKeyPassDue(0, hours(1)));
    EXPECT_FALSE(isKeyPassDue(8, hours(23)));
    EXPECT_TRUE(isKeyPassDue(9, hours(0))); // the tenth
    EXPECT_TRUE(isKeyPassDue(0, hours(24)));
}

TEST(Incremental, ReadsAgainTwiceTheLag)
{
    EXPECT_EQ(overlapFor(Milliseconds(0)), std::chrono::seconds(60));
    EXPECT_EQ(overlapFor(Milliseconds(30'000)), std::chrono::seconds(60));
    EXPECT_EQ(overlapFor(Milliseconds(90'001)), std::chrono::seconds(181));
}

TEST(Incremental, GoesOnWhereItWas)
{
    const IncrementalPlace places[] = {
        {},
        {Stage::NewChanges, "7", "2026-01-01 00:00:00+00", 't', std::nullopt, 0},
        {Stage::LegacyChanges, "a|5:b-", "12", 'i', std::nullopt, 0},
        {Stage::OpenDifferences, "", "", 't', std::nullopt, 0},
        {Stage::Keys, std::nullopt, "", 't', "\x02h123", 4'000'000'000},
        {Stage::End, std::nullopt, "", 't', "9", 3},
    };
    for (const IncrementalPlace &place : places)
        EXPECT_EQ(incrementalPlace(incrementalText(place)), place) << incrementalText(place);
    EXPECT_EQ(incrementalPlace(std::nullopt), IncrementalPlace());
    for (const char *broken : {"", "77", "1:9-0:1:t-1:0", "9:1", "1:1-0:", "-"})
        EXPECT_EQ(incrementalPlace(std::string(broken)), IncrementalPlace()) << broken;
}

TEST(Incremental, CountsWhatWasNotLookedAtAsItWas)
{
    CheckCounts looked;
    looked.matched = 5;
    looked.missing = 2;
    looked.different = 1;
    const CheckCounts all = withCarried(looked, 1, 1'000);
    EXPECT_EQ(all.matched, 996);
    EXPECT_EQ(all.total(), 999) << "a hot row is on neither side";
    EXPECT_EQ(consistency(all)->hundredths(), 9'969);
    // More rows by now than when they were counted: what was looked at counts.
    EXPECT_EQ(withCarried(looked, 0, 3).matched, 5);
    EXPECT_EQ(withCarried({}, 0, 0).matched, 0);
    EXPECT_FALSE(consistency(withCarried({}, 0, 0)));
}

} // namespace
} // namespace crossfade
