// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/throttle.h"

#include "models/consistency/batchpace.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace crossfade {
namespace {

using std::chrono::milliseconds;

TEST(Throttle, LeavesBatchesAloneWithoutALimit)
{
    EXPECT_EQ(secondsOfBatch(0.5, std::nullopt), 0.5);
    EXPECT_EQ(secondsOfBatch(0.5, milliseconds(2'000)), 0.5);
    EXPECT_EQ(secondsOfBatch(0.5, milliseconds(40)), 0.04);
    EXPECT_EQ(restAfter(milliseconds(90'000), std::nullopt), milliseconds(0));
    EXPECT_EQ(shorterOf(std::nullopt, std::nullopt), std::nullopt);
    EXPECT_EQ(shorterOf(milliseconds(7), std::nullopt), milliseconds(7));
    EXPECT_EQ(shorterOf(std::nullopt, milliseconds(7)), milliseconds(7));
    EXPECT_EQ(shorterOf(milliseconds(9), milliseconds(7)), milliseconds(7));
}

TEST(Throttle, TakesSilenceForTooMuch)
{
    const LoadQuery query{"SELECT 1", 10};
    EXPECT_FALSE(isTooMuch(query, 10));
    EXPECT_TRUE(isTooMuch(query, 10.5));
    EXPECT_TRUE(isTooMuch(query, std::nullopt));
    EXPECT_TRUE(isTooMuch(query, std::numeric_limits<double>::quiet_NaN()));
    EXPECT_TRUE(isTooMuch(query, std::numeric_limits<double>::infinity()));
}

RC_GTEST_PROP(Throttle, RestsAsLongAsItTookTooLong, ())
{
    const auto took = *rc::gen::inRange(0, 100'000);
    const auto limit = *rc::gen::inRange(1, 20'000);
    const milliseconds rest = restAfter(milliseconds(took), milliseconds(limit));
    RC_ASSERT(rest >= milliseconds(0) && rest <= LongestRest);
    RC_ASSERT((rest.count() == 0) == (took <= limit));
    if (took > limit && took - limit <= LongestRest.count()) RC_ASSERT(rest.count() == took - limit);
}

// Whatever the speed of a database is, batches come to last no longer than asked.
RC_GTEST_PROP(Throttle, MakesBatchesAsShortAsAsked, ())
{
    const double speed = *rc::gen::inRange(2'000, 1'000'000); // rows a second
    const double seconds = secondsOfBatch(0.5, milliseconds(*rc::gen::inRange(50, 400)));
    BatchPace pace({});
    pace.aim(seconds);
    for (int i = 0; i < 40; ++i)
        pace.learn(pace.target(), 0, static_cast<double>(pace.target()) / speed);
    RC_ASSERT(static_cast<double>(pace.target()) / speed <= seconds * 1.01);
}

} // namespace
} // namespace crossfade
