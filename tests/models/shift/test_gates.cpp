// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace crossfade::test {
namespace {

std::vector<std::string> words(const std::vector<GateReport> &reports) {
    std::vector<std::string> all;
    for (const GateReport &report : reports)
        all.emplace_back(gateWord(report.gate));
    return all;
}

const GateReport &reportOf(const std::vector<GateReport> &reports, Gate gate) {
    for (const GateReport &report : reports) {
        if (report.gate == gate) return report;
    }
    ADD_FAILURE() << gateWord(gate) << " is not asked";
    return reports.front();
}

TEST(Gates, TheirOrder) {
    const ShiftPolicy policy = plainPolicy();
    const ShiftFacts facts = greenFacts(policy, at(2'000));
    EXPECT_THAT(words(gatesFor(policy, statusIn(ShiftState::Evaluating, 5), facts)),
                ::testing::ElementsAre("WINDOW", "STABILIZATION", "EVIDENCE", "TRAFFIC", "GUARDS",
                                       "CONSISTENCY", "SAMPLES", "ROLLBACK_PATH", "APPROVAL"));
    EXPECT_THAT(words(gatesFor(policy, statusIn(ShiftState::Evaluating, 0), facts)),
                ::testing::ElementsAre("WINDOW", "NEW_HEALTH", "LEGACY_METRICS", "CONSISTENCY",
                                       "ROLLBACK_PATH", "APPROVAL"));
}

// What shuts each gate, and only that one, of all that were open.
struct Shut {
    Gate gate;
    double percentage;
    std::function<void(ShiftPolicy &, ShiftStatus &, ShiftFacts &)> by;
};

TEST(Gates, EachIsShutByItsOwnFact) {
    const Instant now = at(2'000);
    const Shut cases[] = {
        {Gate::Window, 5,
         [&](auto &policy, auto &, auto &) {
             policy.freezes = {{at(1'999), at(2'001), "fair"}};
         }},
        {Gate::Stabilization, 5,
         [&](auto &, auto &status, auto &) { status.stabilizationEndsAt = at(2'001); }},
        {Gate::Evidence, 5, [&](auto &, auto &, auto &facts) { facts.newestEvidence = at(999); }},
        {Gate::Evidence, 5, [&](auto &, auto &, auto &facts) { facts.newestEvidence.reset(); }},
        {Gate::Traffic, 5, [&](auto &, auto &, auto &facts) { facts.targetRequestsPerSecond = 0; }},
        {Gate::Guards, 5,
         [&](auto &, auto &, auto &facts) { facts.guards[0].last = judged(Verdict::Stale, now); }},
        {Gate::Guards, 5, [&](auto &, auto &, auto &facts) { facts.guards[0].tripped = true; }},
        {Gate::Guards, 5,
         [&](auto &, auto &, auto &facts) {
             facts.guards[0].last = judged(Verdict::Pass, at(999));
         }},
        {Gate::Consistency, 5,
         [&](auto &, auto &, auto &facts) { facts.consistency[0].percentage = 99.49; }},
        {Gate::Consistency, 5,
         [&](auto &, auto &, auto &facts) { facts.consistency[0].error = "gone"; }},
        {Gate::Consistency, 0,
         [&](auto &, auto &, auto &facts) { facts.consistency[0].checkedAt = at(-1'601); }},
        {Gate::Consistency, 0, [&](auto &, auto &, auto &facts) { facts.consistency.clear(); }},
        {Gate::Samples, 5, [&](auto &, auto &, auto &facts) { facts.guards[0].last->samples = 9; }},
        {Gate::RollbackPath, 5,
         [&](auto &, auto &, auto &facts) {
             facts.rollbackPath = {false, "LEGACY is ill"};
         }},
        {Gate::NewHealth, 0, [&](auto &, auto &, auto &facts) { facts.targetHealth.good = false; }},
        {Gate::LegacyMetrics, 0,
         [&](auto &, auto &, auto &facts) { facts.otherMetrics.good = false; }},
        {Gate::Approval, 0,
         [&](auto &policy, auto &, auto &) { policy.approval = StepApproval::EachStep; }},
    };
    for (const Shut &one : cases) {
        ShiftPolicy policy = plainPolicy();
        policy.consistencyGate = ConsistencyGate{{"users"}, 99.5, 3'600};
        ShiftStatus status = statusIn(ShiftState::Evaluating, one.percentage);
        ShiftFacts facts = greenFacts(policy, now);
        ASSERT_EQ(firstBlocked(gatesFor(policy, status, facts)), nullptr);
        one.by(policy, status, facts);
        const std::vector<GateReport> reports = gatesFor(policy, status, facts);
        for (const GateReport &report : reports)
            EXPECT_EQ(report.state == GateState::Blocked, report.gate == one.gate)
                << gateWord(one.gate) << ": " << gateWord(report.gate) << " " << report.detail;
        EXPECT_FALSE(advance(policy, status, facts) &&
                     advance(policy, status, facts)->next.percentage > status.percentage)
            << "stepped through " << gateWord(one.gate);
    }
}

TEST(Gates, AGuardThatOnlyShowsIsNeverInTheWay) {
    ShiftPolicy policy = plainPolicy();
    policy.guards[0].decides = false;
    ShiftFacts facts = trippedFacts(policy, at(2'000));
    const std::vector<GateReport> reports =
        gatesFor(policy, statusIn(ShiftState::Evaluating, 5), facts);
    EXPECT_EQ(firstBlocked(reports), nullptr);
    EXPECT_EQ(reportOf(reports, Gate::Guards).state, GateState::NotNeeded);
}

TEST(Gates, AnOverrideOpensItsGateAlone) {
    const ShiftPolicy policy = plainPolicy();
    ShiftStatus status = statusIn(ShiftState::Evaluating, 5);
    status.overridden = {Gate::Traffic};
    ShiftFacts facts = greenFacts(policy, at(2'000));
    facts.targetRequestsPerSecond = 0;
    facts.rollbackPath.good = false;
    const std::vector<GateReport> reports = gatesFor(policy, status, facts);
    EXPECT_EQ(reportOf(reports, Gate::Traffic).state, GateState::Overridden);
    ASSERT_NE(firstBlocked(reports), nullptr);
    EXPECT_EQ(firstBlocked(reports)->gate, Gate::RollbackPath);
}

// A policy that was edited since the look: what the look did not judge is no evidence.
TEST(Gates, AGuardThatWasNotLookedAtIsNotGreen) {
    ShiftPolicy policy = plainPolicy();
    const ShiftPolicy before = policy;
    const ShiftFacts facts = greenFacts(before, at(2'000));
    const ShiftStatus status = statusIn(ShiftState::Evaluating, 5);
    ASSERT_EQ(firstBlocked(gatesFor(policy, status, facts)), nullptr);
    policy.guards[0].threshold = 99.9;
    ASSERT_NE(firstBlocked(gatesFor(policy, status, facts)), nullptr);
    EXPECT_EQ(firstBlocked(gatesFor(policy, status, facts))->gate, Gate::Guards);
    ShiftOrder approve = order(ShiftCommand::Approve);
    approve.facts = &facts;
    policy.approval = StepApproval::EachStep;
    const auto stepped = obey(policy, statusIn(ShiftState::AwaitingApproval, 5), approve, at(2'000));
    ASSERT_FALSE(stepped);
    EXPECT_EQ(stepped.error().message, "GUARDS is not green: authentication_success_rate: not judged since the step");
}

// A step's own number of samples is what counts there, also where it is the smaller one.
TEST(Gates, AStepIsJudgedByItsOwnNumberOfSamples) {
    ShiftPolicy policy = plainPolicy();
    policy.guards[0].minSamples = 100;
    policy.steps = {{percent(5), {}, 20}, {percent(10), {}, 500}, {percent(20), {}, {}}};
    WindowReading reading;
    reading.from = at(1'940);
    reading.to = at(2'000);
    reading.value = 100.0;
    const auto stepsAt = [&](double percentage, std::uint64_t samples) {
        reading.samples = samples;
        ShiftFacts facts = greenFacts(policy, at(2'000));
        facts.guards[0].last = judgeWindow(guardAt(policy, percent(percentage), policy.guards[0]), reading, at(2'000));
        return firstBlocked(gatesFor(policy, statusIn(ShiftState::Evaluating, percentage), facts)) == nullptr;
    };
    EXPECT_FALSE(stepsAt(5, 19));
    EXPECT_TRUE(stepsAt(5, 20));
    EXPECT_FALSE(stepsAt(10, 499));
    EXPECT_TRUE(stepsAt(10, 500));
    EXPECT_FALSE(stepsAt(20, 99));
    EXPECT_TRUE(stepsAt(20, 100));
    // One that wants more waits for them, and does not look away from a breach until then.
    reading.value = 50.0;
    reading.samples = 100;
    EXPECT_EQ(judgeWindow(guardAt(policy, percent(10), policy.guards[0]), reading, at(2'000)).verdict, Verdict::Breach);
}

// A check of the comparator is one sample, however many the guard or the step asks for.
TEST(Gates, AConsistencyGuardIsNotHeldUpByCounts) {
    ShiftPolicy policy = plainPolicy();
    Guard guard = successGuard();
    guard.metric = Metric::Consistency;
    guard.checkName = "users";
    guard.minSamples = 100;
    policy.guards = {guard};
    policy.steps = {{percent(5), {}, 500}, {percent(10), {}, {}}};
    WindowReading reading;
    reading.value = 100.0;
    reading.samples = 1;
    reading.from = at(1'940);
    reading.to = at(2'000);
    const Judgement judgement = judgeWindow(policy.guards[0], reading, at(2'000));
    EXPECT_EQ(judgement.verdict, Verdict::Pass) << judgement.detail;
    ShiftFacts facts = greenFacts(policy, at(2'000));
    facts.guards[0].last = judgement;
    EXPECT_EQ(firstBlocked(gatesFor(policy, statusIn(ShiftState::Evaluating, 5), facts)), nullptr);
    reading.samples = 0;
    reading.newest = at(1'000);
    EXPECT_EQ(judgeWindow(policy.guards[0], reading, at(2'000)).verdict, Verdict::Stale);
}

TEST(NextStep, EarliestTimeComesFromTheRequestRate) {
    ShiftPolicy policy = plainPolicy();
    policy.guards[0].minSamples = 200;
    ShiftFacts facts = greenFacts(policy, at(2'000));
    facts.targetRequestsPerSecond = 10;
    facts.guards[0].last = judged(Verdict::Pass, at(2'000), 100);
    const ShiftStatus status = statusIn(ShiftState::Evaluating, 5);
    const NextAction action = nextAction(policy, status, facts);
    EXPECT_EQ(action.kind, NextAction::Kind::Step);
    EXPECT_EQ(action.percentage, percent(10));
    EXPECT_EQ(action.earliestAt, at(2'010)); // 100 more at 10 a second
    EXPECT_THAT(action.blockedBy, ::testing::ElementsAre(Gate::Samples));
    facts.targetRequestsPerSecond = 1; // 60 a window: 200 never come together
    EXPECT_FALSE(nextAction(policy, status, facts).earliestAt);
}

TEST(NextStep, AHoldThatEndsByItselfSaysWhatItWaitsFor) {
    const ShiftPolicy policy = plainPolicy();
    ShiftStatus status = statusIn(ShiftState::Held, 5);
    status.heldCause = HeldCause::RollbackPath;
    status.heldDetail = "LEGACY is ill";
    ShiftFacts facts = greenFacts(policy, at(2'000));
    facts.rollbackPath = {false, "LEGACY is ill"};
    const NextAction action = nextAction(policy, status, facts);
    EXPECT_EQ(action.kind, NextAction::Kind::Wait);
    EXPECT_EQ(action.detail, "LEGACY is ill");
    EXPECT_THAT(action.blockedBy, ::testing::ElementsAre(Gate::RollbackPath));
}

TEST(NextStep, GoingBackStepwiseSaysWhereAndWhen) {
    const ShiftPolicy policy = plainPolicy(); // judged each 10 s
    const NextAction action =
        nextAction(policy, statusIn(ShiftState::RollingBack, 15), greenFacts(policy, at(1'003)));
    EXPECT_EQ(action.kind, NextAction::Kind::Wait);
    EXPECT_EQ(action.percentage, percent(10));
    EXPECT_EQ(action.earliestAt, at(1'010));
}

TEST(NextStep, AFreezeSaysWhenItEnds) {
    ShiftPolicy policy = plainPolicy();
    policy.freezes = {{at(1'990), at(3'000), "fair"}};
    const NextAction action =
        nextAction(policy, statusIn(ShiftState::Evaluating, 5), greenFacts(policy, at(2'000)));
    EXPECT_EQ(action.earliestAt, at(3'000));
    EXPECT_EQ(action.detail, "freeze: fair");
}

} // namespace
} // namespace crossfade::test
