// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/alarms.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>

namespace crossfade::test {
namespace {

// Judges a guard second by second from the 2000th on and collects when it was told of.
std::vector<int> toldAt(const ShiftPolicy &policy, const ShiftStatus &status, GuardAlarm alarm,
                        const std::vector<Verdict> &verdicts) {
    GuardMemory memory;
    std::vector<int> told;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto second = static_cast<std::int64_t>(2'000 + i);
        memory.add(policy.guards[0], judged(verdicts[i], at(second)));
        if (alarmOf(policy, status, policy.guards[0], memory) == alarm)
            told.push_back(static_cast<int>(i));
    }
    return told;
}

std::vector<Verdict> times(std::size_t count, Verdict verdict) {
    return std::vector<Verdict>(count, verdict);
}

TEST(Alarms, ATripIsToldOnceWhereTheMachineDoesNotAct) {
    ShiftPolicy policy = plainPolicy();
    const std::vector<Verdict> failing = times(20, Verdict::Breach);
    policy.onBreach = OnBreach::Hold;
    for (const ShiftState state : {ShiftState::Suspended, ShiftState::RolledBack,
                                   ShiftState::RollingBack, ShiftState::Failed,
                                   ShiftState::RollbackProposed, ShiftState::Held}) {
        EXPECT_EQ(toldAt(policy, statusIn(state, 20), GuardAlarm::Tripped, failing),
                  (std::vector<int>{2}))
            << shiftStateWord(state);
        EXPECT_TRUE(toldAt(policy, statusIn(state, 0), GuardAlarm::Tripped, failing).empty())
            << shiftStateWord(state) << ": nobody is there";
    }
    for (const ShiftState state : {ShiftState::Stabilizing, ShiftState::Evaluating,
                                   ShiftState::AwaitingApproval, ShiftState::AtTarget,
                                   ShiftState::Completed})
        EXPECT_TRUE(toldAt(policy, statusIn(state, 20), GuardAlarm::Tripped, failing).empty())
            << shiftStateWord(state) << ": its transition tells";
    policy.onBreach = OnBreach::ProposeRollback;
    EXPECT_EQ(toldAt(policy, statusIn(ShiftState::RollingBack, 20), GuardAlarm::Tripped, failing),
              (std::vector<int>{2}))
        << "it goes back already, and asks nobody";
    for (const ShiftState state : {ShiftState::RolledBack, ShiftState::Failed})
        EXPECT_TRUE(toldAt(policy, statusIn(state, 20), GuardAlarm::Tripped, failing).empty())
            << shiftStateWord(state) << ": it proposes to go back";
    policy.guards[0].onBreach = OnBreach::Rollback;
    EXPECT_TRUE(toldAt(policy, statusIn(ShiftState::RollingBack, 20), GuardAlarm::Tripped, failing).empty());
}

TEST(Alarms, WhereNobodyIsLeftToCompareWithSilenceIsNoAlarm) {
    ShiftPolicy policy = plainPolicy();
    const std::vector<Verdict> silent = times(100, Verdict::NoData);
    const auto told = [&](double percentage) {
        return toldAt(policy, statusIn(ShiftState::Completed, percentage), GuardAlarm::Silent, silent).size();
    };
    EXPECT_EQ(told(100), 1U);
    policy.guards[0].tolerance = 0.5;
    EXPECT_EQ(told(100), 0U);
    EXPECT_EQ(told(95), 1U);
}

TEST(Alarms, WhatStillHoldsIsToldAgain) {
    const ShiftPolicy policy = plainPolicy();
    const auto types = [&](ShiftState state, double percentage, Verdict verdict, bool tripped,
                           std::optional<HeldCause> cause = {}) {
        ShiftStatus status = statusIn(state, percentage);
        if (cause) status.heldCause = cause;
        const std::vector<GuardFact> facts{{&policy.guards[0], judged(verdict, at(2'000)), tripped}};
        std::string all;
        for (const std::string &type : stillAlarming(policy, status, facts))
            all += type + " ";
        return all;
    };
    using S = ShiftState;
    EXPECT_EQ(types(S::Held, 20, Verdict::Breach, true), "SHIFT_HELD ") << "it speaks for its guard";
    EXPECT_EQ(types(S::Held, 20, Verdict::NoData, false, HeldCause::NoEvidence), "SHIFT_HELD ");
    EXPECT_EQ(types(S::Held, 20, Verdict::Pass, false, HeldCause::Freeze), "");
    EXPECT_EQ(types(S::RollbackProposed, 20, Verdict::Breach, true), "ROLLBACK_PROPOSED ");
    for (const S state : {S::Suspended, S::RolledBack, S::Failed}) {
        EXPECT_EQ(types(state, 20, Verdict::Breach, true), "GUARD_TRIPPED ") << shiftStateWord(state);
        EXPECT_EQ(types(state, 0, Verdict::Breach, true), "") << shiftStateWord(state);
    }
    EXPECT_EQ(types(S::Stabilizing, 20, Verdict::Breach, true), "") << "its transition tells";
    for (const S state : {S::Suspended, S::Completed, S::AtTarget, S::Stabilizing})
        EXPECT_EQ(types(state, 20, Verdict::Stale, false), "METRICS_SILENT ") << shiftStateWord(state);
    EXPECT_EQ(types(S::Completed, 20, Verdict::TooFew, false), "");
    EXPECT_EQ(types(S::AwaitingApproval, 20, Verdict::Pass, false), "APPROVAL_REQUESTED ");
    EXPECT_EQ(types(S::AwaitingApproval, 0, Verdict::NoData, false), "APPROVAL_REQUESTED ") << "of the first step too";
    EXPECT_EQ(types(S::AwaitingApproval, 20, Verdict::NoData, false), "APPROVAL_REQUESTED METRICS_SILENT ");
    EXPECT_EQ(types(S::Finalized, 100, Verdict::NoData, true), "");
    EXPECT_EQ(types(S::Draft, 0, Verdict::NoData, false), "");
    ShiftPolicy shown = policy;
    shown.guards[0].decides = false;
    EXPECT_TRUE(stillAlarming(shown, statusIn(S::Suspended, 20), {{&shown.guards[0], judged(Verdict::Breach, at(2'000)), true}})
                    .empty());
}

TEST(Alarms, WhatDoesNotStandIsOver) {
    ShiftPolicy policy = plainPolicy();
    policy.guards.push_back(policy.guards[0]);
    policy.guards[1].id = "second";
    const std::string first = policy.guards[0].id;
    const auto standing = [&](ShiftState state, double percentage, std::vector<bool> tripped,
                              std::optional<HeldCause> cause = {}) {
        ShiftStatus status = statusIn(state, percentage);
        if (cause) status.heldCause = cause;
        std::vector<GuardFact> facts;
        for (std::size_t i = 0; i < tripped.size(); ++i)
            facts.push_back({&policy.guards[i], judged(tripped[i] ? Verdict::Breach : Verdict::Pass, at(2'000)), tripped[i]});
        std::string all;
        for (const StandingAlarm &one : standingAlarms(policy, status, facts))
            all += one.type + (one.guard.empty() ? "" : ":" + one.guard) + (one.reminded ? " " : "? ");
        return all;
    };
    using S = ShiftState;
    const std::string quiet = "GUARD_TRIPPED? METRICS_SILENT? ";
    EXPECT_EQ(standing(S::Held, 20, {true, false}), "SHIFT_HELD " + quiet) << "it speaks for its guards";
    EXPECT_EQ(standing(S::Held, 20, {false, false}, HeldCause::Freeze), quiet + "SHIFT_HELD? ");
    EXPECT_EQ(standing(S::RollbackProposed, 20, {true, false}), "ROLLBACK_PROPOSED " + quiet);
    EXPECT_EQ(standing(S::RollingBack, 20, {true, false}), "GUARD_TRIPPED:" + first + " " + quiet);
    EXPECT_EQ(standing(S::Suspended, 20, {true, true}),
              "GUARD_TRIPPED:" + first + " GUARD_TRIPPED:second GUARD_TRIPPED:" + first + "? GUARD_TRIPPED:second? ");
    EXPECT_EQ(standing(S::Stabilizing, 20, {true, false}), "GUARD_TRIPPED:" + first + "? ") << "still tripped";
    EXPECT_EQ(standing(S::Suspended, 20, {false, true}), "GUARD_TRIPPED:second GUARD_TRIPPED:second? ");
    EXPECT_EQ(standing(S::Suspended, 20, {false}), quiet) << "of the second nothing is known yet";
    EXPECT_EQ(standing(S::Stabilizing, 20, {false, false}), "") << "left: over";
    EXPECT_EQ(standing(S::RolledBack, 0, {true, true}), "") << "nobody is on the target";
    EXPECT_EQ(standing(S::RolledBack, 0, {}), "");
    EXPECT_EQ(standing(S::Finalized, 100, {}), "");
}

TEST(Alarms, SilenceIsToldOnceAMinute) {
    const ShiftPolicy policy = plainPolicy();
    std::vector<Verdict> verdicts = times(5, Verdict::Pass);
    for (const Verdict verdict : {Verdict::NoData, Verdict::Stale, Verdict::SourceError}) {
        const auto part = times(100, verdict);
        verdicts.insert(verdicts.end(), part.begin(), part.end());
    }
    for (const ShiftState state : {ShiftState::Completed, ShiftState::AtTarget,
                                   ShiftState::Suspended, ShiftState::Failed})
        EXPECT_EQ(toldAt(policy, statusIn(state, 20), GuardAlarm::Silent, verdicts),
                  (std::vector<int>{65}))
            << shiftStateWord(state);
    verdicts.push_back(Verdict::Pass);
    const auto again = times(61, Verdict::NoData);
    verdicts.insert(verdicts.end(), again.begin(), again.end());
    EXPECT_EQ(toldAt(policy, statusIn(ShiftState::Completed, 20), GuardAlarm::Silent, verdicts),
              (std::vector<int>{65, 366}))
        << "a new silence is told anew";
}

TEST(Alarms, WhatIsNoSilence) {
    ShiftPolicy policy = plainPolicy();
    const std::vector<Verdict> nothing = times(150, Verdict::NoData);
    const auto told = [&](ShiftStatus status, const std::vector<Verdict> &verdicts) {
        return toldAt(policy, status, GuardAlarm::Silent, verdicts);
    };
    const ShiftStatus resting = statusIn(ShiftState::Completed, 20);
    EXPECT_TRUE(told(resting, times(150, Verdict::TooFew)).empty()) << "little traffic";
    EXPECT_TRUE(told(statusIn(ShiftState::RolledBack, 0), nothing).empty()) << "nobody there";
    ShiftStatus stepped = resting;
    stepped.steppedAt = at(2'050);
    EXPECT_EQ(told(stepped, nothing), (std::vector<int>{110})) << "only since the step";
    policy.guards[0].decides = false;
    EXPECT_TRUE(told(resting, nothing).empty()) << "only shown";
    policy.guards[0].decides = true;
    policy.guards[0].platform = Platform::Legacy;
    EXPECT_TRUE(told(statusIn(ShiftState::Completed, 100), nothing).empty())
        << "nobody is on LEGACY any more";
    EXPECT_EQ(told(resting, nothing), (std::vector<int>{60}));
}

} // namespace
} // namespace crossfade::test
