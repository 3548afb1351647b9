// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Mistakes seen in other systems that walk traffic over, each as the test it would have failed.
#include "tests/models/shift/liverun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

ShiftPolicy trapPolicy() {
    ShiftPolicy policy = plainPolicy();
    policy.stabilizationSeconds = 20;
    policy.guards[0].windowSeconds = 20;
    return policy;
}

std::size_t breachesUntil(const LiveRun &live, const Guard &guard) {
    std::size_t count = 0;
    for (const RecordedEvent &event : live.events()) {
        for (const RecordedReading &one : event.readings)
            count += judgeWindow(guard, one.reading, event.at).verdict == Verdict::Breach;
    }
    return count;
}

TEST(Traps, ARunThatEndsWithoutMeasurementsIsNoSuccess) {
    for (int kind = 0; kind < 3; ++kind) {
        ShiftPolicy policy = trapPolicy();
        policy.max = percent(5);
        LiveRun live(policy);
        if (kind == 0) live.traffic = false;
        if (kind == 1) live.samples = 9; // one too few
        if (kind == 2) live.sourceFails = true;
        ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
        live.run(600);
        EXPECT_EQ(live.status().state, ShiftState::Held) << kind;
        EXPECT_EQ(live.status().heldCause, HeldCause::NoEvidence) << kind;
        EXPECT_EQ(live.status().cleared, percent(0)) << kind;
        for (const std::string &line : live.history())
            EXPECT_EQ(line.find("COMPLETED"), std::string::npos) << line;
    }
}

TEST(Traps, ThreeFailuresTripOnTheThird) {
    LiveRun live(trapPolicy());
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(12);
    live.successPercent = 50;
    while (live.status().state != ShiftState::RollbackProposed && live.now() < at(2'000))
        live.run(1);
    EXPECT_EQ(live.status().state, ShiftState::RollbackProposed);
    EXPECT_EQ(breachesUntil(live, live.policy().guards[0]), 3U);
}

TEST(Traps, TwoFailuresAndARecoveryTripNothing) {
    LiveRun live(trapPolicy());
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(12);
    for (int round = 0; round < 5; ++round) {
        live.successPercent = 50;
        const std::size_t before = breachesUntil(live, live.policy().guards[0]);
        while (breachesUntil(live, live.policy().guards[0]) < before + 2)
            live.run(1);
        live.successPercent = 100;
        live.run(40);
    }
    EXPECT_GE(breachesUntil(live, live.policy().guards[0]), 10U) << "ten in all, never three together";
    for (const std::string &line : live.history())
        EXPECT_EQ(line.find("tripped"), std::string::npos) << line;
}

TEST(Traps, TheCapIsNeverOvershot) {
    ShiftPolicy policy = trapPolicy();
    policy.max = percent(50);
    policy.increment = percent(20);
    LiveRun live(policy);
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(600);
    EXPECT_EQ(live.status().state, ShiftState::Completed);
    EXPECT_EQ(live.status().percentage, percent(50));
    std::vector<std::string> steps;
    for (const std::string &line : live.history()) {
        if (line.find(" STEPPED ") != std::string::npos) steps.push_back(line.substr(line.find(' ') + 1, 5));
    }
    EXPECT_THAT(steps, testing::ElementsAre("0 20 ", "20 40", "40 50"));
}

TEST(Traps, TargetZeroIsZeroAndNotUnset) {
    LiveRun live(trapPolicy());
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift, 0)));
    live.run(300);
    EXPECT_EQ(live.status().percentage, percent(0));
    EXPECT_EQ(live.status().state, ShiftState::AtTarget);
}

TEST(Traps, AWaitingApprovalDoesNotStopTheGuards) {
    ShiftPolicy policy = trapPolicy();
    policy.approval = StepApproval::EachStep;
    LiveRun live(policy);
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(5);
    ASSERT_TRUE(live.command(order(ShiftCommand::Approve)));
    live.run(60);
    ASSERT_EQ(live.status().state, ShiftState::AwaitingApproval);
    ASSERT_EQ(live.status().percentage, percent(5));
    live.successPercent = 0;
    live.run(60);
    EXPECT_EQ(live.status().state, ShiftState::RollbackProposed);
    EXPECT_FALSE(live.command(order(ShiftCommand::Approve)) &&
                 live.status().percentage > percent(5))
        << "what is approved now is the rollback";
    EXPECT_EQ(live.status().percentage, percent(0));
}

// Whatever the steps become while it stands anywhere: one look raises it to the next stop at most,
// and only where the bake time of the present share is over.
RC_GTEST_PROP(Traps, EditedStepsNeverJump, ()) {
    ShiftPolicy edited = trapPolicy();
    edited.max = percent(*rc::gen::inRange(1, 101));
    edited.increment = percent(*rc::gen::inRange(1, 101));
    int last = 0;
    for (int i = *rc::gen::inRange(0, 6); i > 0 && last < edited.max.percent(); --i) {
        last += *rc::gen::inRange(1, 30);
        if (last <= edited.max.percent()) edited.steps.push_back({percent(last), {}, {}});
    }
    const int now = *rc::gen::inRange(1, 101);
    ShiftStatus status = statusIn(ShiftState::Stabilizing, now);
    RC_ASSERT(!advance(edited, status, greenFacts(edited, at(1'059))));
    status = statusIn(ShiftState::Evaluating, now);
    const auto step = advance(edited, status, greenFacts(edited, at(1'100)));
    RC_ASSERT(step.has_value());
    const Percentage next = step->next.percentage;
    RC_ASSERT(next <= std::max(edited.max, percent(now)));
    if (next == percent(now)) return; // nothing above it any more
    RC_ASSERT(next > percent(now));
    for (const Percentage stop : allStops(edited)) {
        RC_ASSERT(edited.steps.empty() || stop <= percent(now) || stop >= next);
    }
    const bool usedUp = edited.steps.empty() || edited.steps.back().percentage <= percent(now);
    RC_ASSERT(!usedUp || next - percent(now) <= edited.increment);
}

} // namespace
} // namespace crossfade::test
