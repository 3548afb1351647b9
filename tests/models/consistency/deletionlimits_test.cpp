// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/deletionlimits.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using AskCause = AskFirst::Cause;

std::optional<AskCause> askCauseOf(const DeletionCounts &counts)
{
    const auto ask = askBeforeDeleting(Platform::Legacy, counts);
    return ask ? std::optional(ask->cause) : std::nullopt;
}

// source, target, source last time, done, waiting
TEST(DeletionLimits, ASourceThatLostItsRowsIsAskedFor)
{
    EXPECT_EQ(askBeforeDeleting(Platform::Legacy, {0, 4, 4, 0, 1}),
              (AskFirst{AskCause::Emptied, "LEGACY is empty, and held 4 rows last time"}));
    EXPECT_EQ(askBeforeDeleting(Platform::New, {0, 4, {}, 0, 1}), (AskFirst{AskCause::Emptied, "NEW is empty"}));
    EXPECT_EQ(askBeforeDeleting(Platform::Legacy, {499, 1'000, 1'000, 0, 1}),
              (AskFirst{AskCause::Emptied, "LEGACY holds 499 rows, under half of the 1000 of last time"}));
    EXPECT_EQ(askCauseOf({500, 1'000, 1'000, 0, 1}), std::nullopt) << "half is not under half";
    EXPECT_EQ(askCauseOf({4, 9, 9, 0, 1}), std::nullopt) << "of so few half says nothing";
    EXPECT_EQ(askCauseOf({0, 4, 0, 0, 1}), std::nullopt) << "somebody said that it is meant to be empty";
}

TEST(DeletionLimits, FewerRowsThanTheOtherSideAloneAreNoReason)
{
    EXPECT_EQ(askCauseOf({100, 1'000'000, 100, 0, 1}), std::nullopt);
    EXPECT_EQ(askCauseOf({100, 1'000'000, {}, 0, 1}), std::nullopt);
}

TEST(DeletionLimits, CountAndShareAreLimited)
{
    EXPECT_EQ(askCauseOf({30, 30, 30, 10, 10}), std::nullopt) << "no share of up to twenty";
    EXPECT_EQ(askBeforeDeleting(Platform::Legacy, {200, 190, 200, 10, 11}),
              (AskFirst{AskCause::TooMany, "21 deletions on NEW within a day are more than 10 % of its 200 rows"}));
    EXPECT_EQ(askCauseOf({210, 200, 210, 10, 11}), std::nullopt) << "ten per cent at most";
    EXPECT_EQ(askCauseOf({1'000'000, 1'000'000, {}, 500, 500}), std::nullopt);
    EXPECT_EQ(askBeforeDeleting(Platform::Legacy, {1'000'000, 1'000'000, {}, 500, 501}),
              (AskFirst{AskCause::TooMany, "1001 deletions on NEW within a day are more than 1000"}));
}

TEST(DeletionLimits, WhatCouldNotBeCountedIsAskedFor)
{
    EXPECT_EQ(askBeforeDeleting(Platform::Legacy, {{}, 10, 10, 0, 1}),
              (AskFirst{AskCause::Uncounted, "the rows of LEGACY could not be counted in time"}));
    EXPECT_EQ(askCauseOf({10, {}, 10, 0, 20}), std::nullopt) << "its share does not matter yet";
    EXPECT_EQ(askCauseOf({10, {}, 10, 0, 21}), AskCause::Uncounted);
}

TEST(DeletionLimits, TheLastCountIsThatOfNowUnlessSomebodyMustSaySo)
{
    EXPECT_EQ(rowsToRemember({}, 7), 7);
    EXPECT_EQ(rowsToRemember(100, 50), 50);
    EXPECT_EQ(rowsToRemember(100, 49), 100);
    EXPECT_EQ(rowsToRemember(100, {}), 100);
    EXPECT_EQ(rowsToRemember(5, 0), 5);
    EXPECT_EQ(rowsToRemember({}, 0), std::nullopt);
    EXPECT_EQ(rowsToRemember(0, 30), 30);
}

} // namespace
} // namespace crossfade
