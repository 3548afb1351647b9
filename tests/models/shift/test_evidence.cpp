// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Windows that are longer than the bake time: what was measured counts for as long as the share is the same.
#include "tests/models/shift/liverun.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

Guard expressionGuard(std::int64_t windowSeconds) {
    Guard guard;
    guard.id = "own";
    guard.metric = Metric::Promql;
    guard.comparison = Comparison::AtLeast;
    guard.threshold = 50;
    guard.source = "main";
    guard.expression = "good";
    guard.minSamples = 0;
    guard.windowSeconds = windowSeconds;
    return guard;
}

std::size_t timesOf(const LiveRun &live, const std::string &word) {
    return static_cast<std::size_t>(std::ranges::count_if(live.history(), [&](const std::string &line) {
        return line.find(" " + word + " ") != std::string::npos;
    }));
}

TEST(Evidence, AWindowLongerThanTheBakeTimeIsWaitedForOnce) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(5);
    policy.stabilizationSeconds = 120;
    policy.guards = {expressionGuard(300)};
    LiveRun live(policy);
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(250);
    EXPECT_EQ(live.status().state, ShiftState::Held);
    EXPECT_EQ(live.status().heldCause, HeldCause::NoEvidence);
    live.run(600);
    EXPECT_EQ(live.status().state, ShiftState::Completed);
    EXPECT_EQ(timesOf(live, "HELD_BY_GATE"), 1U);
}

// Ten minutes of every twenty are frozen; the window is longer than what lies between.
TEST(Evidence, IsNotThrownAwayByTheCalendar) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(10);
    policy.stabilizationSeconds = 30;
    policy.guards = {expressionGuard(900)};
    for (int i = 0; i < 20; ++i)
        policy.freezes.push_back({at(1'600 + i * 1'200), at(2'200 + i * 1'200), "night"});
    LiveRun live(policy);
    live.lookEvery = Milliseconds(1'000);
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(10'000);
    EXPECT_EQ(live.status().state, ShiftState::Completed);
    EXPECT_EQ(live.status().percentage, percent(10));
}

// A person who resumes has looked at it: from there on evidence is gathered anew.
TEST(Evidence, OfBeforeAResumeDoesNotCount) {
    const ShiftPolicy policy = plainPolicy();
    const auto resumed = obey(policy, statusIn(ShiftState::Held, 5), order(ShiftCommand::Resume), at(5'000));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->next.steppedAt, at(5'000));
}

// With traffic that is enough for its guard, and passes, every shift comes to its end.
RC_GTEST_PROP(Evidence, AShiftWithEnoughOfItEnds, ()) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(10);
    policy.stabilizationSeconds = *rc::gen::inRange(0, 150);
    policy.intervalSeconds = *rc::gen::inRange(1, 30);
    const std::int64_t window = *rc::gen::inRange(5, 400);
    const double rate = *rc::gen::element(0.05, 0.2, 1.0, 40.0);
    if (*rc::gen::arbitrary<bool>()) {
        policy.guards = {expressionGuard(window)};
    } else {
        const auto most = static_cast<int>(rate * static_cast<double>(window));
        RC_PRE(most >= 1);
        policy.guards[0].windowSeconds = window;
        policy.guards[0].minSamples = static_cast<std::uint64_t>(*rc::gen::inRange(1, most + 1));
    }
    LiveRun live(policy);
    live.rate = rate;
    live.lookEvery = Milliseconds(1'000);
    RC_ASSERT(live.command(order(ShiftCommand::Shift)));
    const auto aStop = 2 * policy.stabilizationSeconds + window + 2 * policy.intervalSeconds + 120;
    live.run(static_cast<int>(3 * aStop));
    RC_ASSERT(live.status().state == ShiftState::Completed);
    RC_ASSERT(timesOf(live, "HELD_BY_GATE") <= 2U);
}

} // namespace
} // namespace crossfade::test
