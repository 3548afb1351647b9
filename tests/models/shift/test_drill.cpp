// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/liverun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace crossfade::test {
namespace {

ShiftPolicy drilled() {
    ShiftPolicy policy = plainPolicy();
    policy.stabilizationSeconds = 30;
    policy.guards[0].windowSeconds = 20;
    return policy;
}

// Through the store's form, as a service drills it.
std::vector<RecordedEvent> stored(const std::vector<RecordedEvent> &events) {
    std::vector<RecordedEvent> read;
    for (const RecordedEvent &event : events) {
        const auto json = parseJson(dumpJson(recordedToJson(event)));
        RecordedEvent again;
        again.kind = event.kind;
        again.at = event.at;
        again.shiftVersion = event.shiftVersion;
        EXPECT_TRUE(json && readRecorded(*json, again)) << dumpJson(recordedToJson(event));
        read.push_back(std::move(again));
    }
    return read;
}

DrillOutcome drill(const ShiftPolicy &policy, const std::vector<RecordedEvent> &events) {
    Drill drill(policy);
    for (const RecordedEvent &event : stored(events))
        drill.take(event);
    return drill.outcome();
}

std::vector<std::string> lines(const DrillOutcome &outcome) {
    std::vector<std::string> all;
    for (const DrillEntry &entry : outcome.entries)
        all.push_back(LiveRun::line(entry.at, entry.from, entry.to, entry.state, entry.cause,
                                    entry.detail));
    return all;
}

const DrillEntry *first(const DrillOutcome &outcome, ShiftCause cause) {
    const auto found = std::ranges::find(outcome.entries, cause, &DrillEntry::cause);
    return found == outcome.entries.end() ? nullptr : &*found;
}

// A walk to 15 %, then NEW fails until the rollback that nobody answered.
LiveRun badNight() {
    LiveRun live(drilled());
    EXPECT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(140);
    live.successPercent = 60;
    live.run(400);
    return live;
}

TEST(Drill, ThePolicyOfTheRecordDoesWhatTheLiveRunDid) {
    const LiveRun live = badNight();
    EXPECT_EQ(live.status().state, ShiftState::RolledBack);
    const DrillOutcome outcome = drill(live.policy(), live.events());
    EXPECT_EQ(lines(outcome), live.history());
    EXPECT_GT(live.history().size(), 5U);
    EXPECT_EQ(outcome.start.state, ShiftState::Draft);
    EXPECT_EQ(outcome.end.state, live.status().state);
    EXPECT_EQ(outcome.end.percentage, live.status().percentage);
    EXPECT_TRUE(outcome.withoutRecord.empty());
    EXPECT_EQ(outcome.ordersThatDidNotFit, 0U);
    EXPECT_FALSE(outcome.truncated);
}

TEST(Drill, AStricterPolicySaysWhatItWouldHaveDoneAndWhen) {
    const LiveRun live = badNight();
    ShiftPolicy atOnce = live.policy();
    atOnce.onBreach = OnBreach::Rollback;
    const DrillOutcome outcome = drill(atOnce, live.events());
    const DrillEntry *back = first(outcome, ShiftCause::RolledBack);
    ASSERT_NE(back, nullptr);
    EXPECT_EQ(back->guardId, "success");
    EXPECT_EQ(back->to, percent(0));
    const DrillOutcome asLive = drill(live.policy(), live.events());
    const DrillEntry *proposed = first(asLive, ShiftCause::ProposedRollback);
    ASSERT_NE(proposed, nullptr);
    EXPECT_EQ(back->at, proposed->at) << "where the live run only proposed it";
    ShiftPolicy patient = live.policy();
    patient.guards[0].threshold = 50;
    EXPECT_EQ(first(drill(patient, live.events()), ShiftCause::ProposedRollback), nullptr);
    ShiftPolicy quick = live.policy();
    quick.guards[0].breaches = 1;
    const DrillOutcome sooner = drill(quick, live.events());
    EXPECT_LT(first(sooner, ShiftCause::ProposedRollback)->at, proposed->at);
}

TEST(Drill, WhatWasNotRecordedIsNeverGreen) {
    const LiveRun live = badNight();
    ShiftPolicy other = live.policy();
    Guard latency = successGuard();
    latency.id = "p99";
    latency.metric = Metric::Latency;
    latency.statistic = Statistic::P99;
    latency.comparison = Comparison::AtMost;
    latency.threshold = 1e6;
    other.guards.push_back(latency);
    const DrillOutcome outcome = drill(other, live.events());
    EXPECT_THAT(outcome.withoutRecord, testing::ElementsAre("p99"));
    ASSERT_NE(first(outcome, ShiftCause::HeldByGate), nullptr);
    EXPECT_EQ(first(outcome, ShiftCause::HeldByGate)->heldCause, HeldCause::NoEvidence);
    for (const DrillEntry &entry : outcome.entries)
        EXPECT_LE(entry.to, percent(5)) << "past the first step nothing is proven";
}

TEST(Drill, AnotherIntervalJudgesLessOften) {
    const LiveRun live = badNight();
    ShiftPolicy slow = live.policy();
    slow.intervalSeconds = 40;
    const DrillOutcome slowly = drill(slow, live.events());
    const DrillEntry *late = first(slowly, ShiftCause::ProposedRollback);
    const DrillOutcome asLive = drill(live.policy(), live.events());
    const DrillEntry *proposed = first(asLive, ShiftCause::ProposedRollback);
    ASSERT_NE(proposed, nullptr);
    if (late) {
        EXPECT_GT(late->at, proposed->at);
    }
}

TEST(Drill, ALaterStepComesAtItsOwnTimeThoughNothingWasRecordedThere) {
    LiveRun live(drilled());
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift, 5)));
    live.run(300); // at its target long since; a look is kept every ten seconds
    ShiftPolicy longer = live.policy();
    longer.stabilizationSeconds = 77;
    const DrillOutcome outcome = drill(longer, live.events());
    const DrillEntry *step = first(outcome, ShiftCause::Stepped);
    const DrillEntry *there = first(outcome, ShiftCause::ReachedTarget);
    ASSERT_NE(step, nullptr);
    ASSERT_NE(there, nullptr);
    EXPECT_GE(there->at - step->at, Seconds(77));
    EXPECT_LE(there->at - step->at, Seconds(77 + 10));
}

TEST(Drill, ActsOfPeopleThatDoNotFitAreCounted) {
    LiveRun live(drilled());
    ASSERT_TRUE(live.command(order(ShiftCommand::Shift)));
    live.run(50);
    live.successPercent = 10;
    live.run(60);
    ASSERT_EQ(live.status().state, ShiftState::RollbackProposed);
    ASSERT_TRUE(live.command(order(ShiftCommand::Approve)));
    ShiftPolicy holds = live.policy();
    holds.onBreach = OnBreach::Hold;
    const DrillOutcome outcome = drill(holds, live.events());
    EXPECT_EQ(outcome.ordersThatDidNotFit, 1U) << "nobody was asked";
    EXPECT_EQ(outcome.end.state, ShiftState::Held);
}

TEST(Drill, IsBounded) {
    ShiftPolicy policy = drilled();
    policy.guards.clear();
    Drill drill(policy);
    RecordedEvent event;
    event.kind = RecordedEvent::Kind::Order;
    event.status = statusIn(ShiftState::Stabilizing, 5);
    for (int i = 0; i < 3'000; ++i) {
        event.at = at(2'000 + i);
        event.shiftVersion = i;
        event.order = order(i % 2 ? ShiftCommand::Resume : ShiftCommand::Suspend);
        drill.take(event);
    }
    EXPECT_TRUE(drill.outcome().truncated);
    EXPECT_EQ(drill.outcome().entries.size(), Drill::MostEntries);
}

TEST(Drill, NothingRecordedDoesNothing) {
    const DrillOutcome outcome = drill(drilled(), {});
    EXPECT_EQ(outcome.events, 0U);
    EXPECT_FALSE(outcome.first);
    EXPECT_TRUE(outcome.entries.empty());
}

TEST(Recording, QuestionsToPrometheusAreToldApart) {
    Guard guard;
    guard.metric = Metric::Promql;
    guard.source = "main";
    guard.expression = "up";
    std::vector<std::string> measures{measureOf(guard)};
    guard.expression = "up == 1";
    measures.push_back(measureOf(guard));
    guard.expression = "up";
    guard.samplesExpression = " == 1"; // run together, the two read like the one before
    measures.push_back(measureOf(guard));
    guard.source = "other";
    measures.push_back(measureOf(guard));
    std::ranges::sort(measures);
    EXPECT_EQ(std::ranges::adjacent_find(measures), measures.end());
    EXPECT_EQ(measures.size(), 4U);
}

TEST(Recording, WhatIsNoNumberIsRecordedAsTheSourcesError) {
    RecordedEvent event = recordedLook(greenFacts(plainPolicy(), at(2'000)), {}, 1);
    event.judged = true;
    WindowReading odd;
    odd.value = std::numeric_limits<double>::quiet_NaN();
    odd.samples = 500;
    event.readings.push_back({"m", odd});
    const WindowReading again = stored({event}).at(0).readings.at(0).reading;
    EXPECT_EQ(judgeWindow(successGuard(), again, at(2'000)).verdict, Verdict::SourceError);
    EXPECT_EQ(judgeWindow(successGuard(), odd, at(2'000)).detail,
              judgeWindow(successGuard(), again, at(2'000)).detail);
}

TEST(Recording, AClockThatWasOffIsOffInADrillToo) {
    RecordedEvent event = recordedLook(greenFacts(plainPolicy(), at(2'000)), {}, 1);
    event.judged = true;
    WindowReading reading;
    reading.value = 100;
    reading.samples = 500;
    reading.clockFault = "the clock of agent a is 7.0 s ahead";
    event.readings.push_back({"m", reading});
    const WindowReading again = stored({event}).at(0).readings.at(0).reading;
    EXPECT_EQ(judgeWindow(successGuard(), again, at(2'000)).verdict, Verdict::Stale);
    EXPECT_EQ(again.clockFault, reading.clockFault);
}

TEST(Recording, WhatIsNotWhatWasWrittenIsRefused) {
    const Json good = recordedToJson(recordedLook(greenFacts(plainPolicy(), at(2'000)), {}, 1));
    RecordedEvent event;
    EXPECT_TRUE(readRecorded(good, event));
    for (const auto &[key, value] : good.items()) {
        if (key == "gap") continue; // what was recorded before there were any has none
        Json without = good;
        without.erase(key);
        EXPECT_FALSE(readRecorded(without, event)) << key;
    }
    Json odd = good;
    odd["readings"] = Json::array({1});
    EXPECT_FALSE(readRecorded(odd, event));
    EXPECT_FALSE(readRecorded(Json("text"), event));
}

// Whatever the world, the people and the machine do: the record, drilled, gives the same history.
RC_GTEST_PROP(AnyDrill, OfTheSamePolicyIsTheLiveRun, ()) {
    ShiftPolicy policy = drilled();
    policy.max = percent(*rc::gen::inRange(1, 101));
    policy.increment = percent(*rc::gen::inRange(1, 60));
    policy.stabilizationSeconds = *rc::gen::inRange(0, 60);
    policy.intervalSeconds = *rc::gen::inRange(1, 20);
    policy.onBreach = static_cast<OnBreach>(*rc::gen::inRange(0, 3));
    policy.proposalRollsBack = *rc::gen::arbitrary<bool>();
    policy.proposalDeadlineSeconds = *rc::gen::inRange(1, 100);
    if (*rc::gen::inRange(0, 4) == 0) policy.approval = StepApproval::EachStep;
    if (*rc::gen::inRange(0, 3) == 0) policy.freezes = {{at(1'060), at(1'200), "fair", {}}};
    LiveRun live(policy);
    live.command(order(ShiftCommand::Shift));
    for (int i = *rc::gen::inRange(0, 12); i > 0; --i) {
        live.run(*rc::gen::inRange(0, 120));
        live.successPercent = *rc::gen::element(100.0, 98.0, 0.0);
        live.samples = static_cast<std::uint64_t>(*rc::gen::element(1'000, 3, 0));
        live.sourceFails = *rc::gen::inRange(0, 5) == 0;
        live.traffic = *rc::gen::inRange(0, 5) != 0;
        live.otherHealthy = *rc::gen::inRange(0, 5) != 0;
        if (*rc::gen::inRange(0, 6) == 0) live.restart(*rc::gen::inRange(0, 200));
        if (*rc::gen::inRange(0, 2) == 0) {
            ShiftOrder asked = order(
                static_cast<ShiftCommand>(*rc::gen::inRange(0, static_cast<int>(ShiftCommandCount))),
                *rc::gen::inRange(0, 101));
            asked.mode = *rc::gen::element(RollbackMode::Immediate, RollbackMode::Stepwise);
            asked.gate = static_cast<Gate>(*rc::gen::inRange(0, static_cast<int>(GateCount)));
            live.command(asked);
        }
    }
    const DrillOutcome outcome = drill(policy, live.events());
    RC_ASSERT(lines(outcome) == live.history());
    RC_ASSERT(outcome.ordersThatDidNotFit == 0U);
    if (outcome.events > 0) {
        RC_ASSERT(outcome.end == live.status() || !outcome.end.approvalId.empty());
    }
}

} // namespace
} // namespace crossfade::test
