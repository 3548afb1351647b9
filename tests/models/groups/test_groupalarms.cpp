// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/groupalarms.h"
#include "tests/models/groups/make.h"

#include <gtest/gtest.h>

namespace crossfade::test {
namespace {

// Judges the group's guard second by second and collects when a person was told.
struct Telling {
    UserGroup group = plainGroup();
    GroupStatus status;
    std::size_t users = 30;
    GuardMemory memory;
    GuardTold told;
    std::int64_t second = 1'001;

    std::vector<std::int64_t> of(GuardAlarm alarm, std::size_t times, Verdict verdict) {
        std::vector<std::int64_t> when;
        for (std::size_t i = 0; i < times; ++i, ++second) {
            Judgement judgement;
            judgement.at = at(second);
            judgement.verdict = verdict;
            judgement.from = at(second - 1);
            judgement.to = at(second);
            memory.add(group.guards[0], judgement);
            if (alarmOf(group, status, users, group.guards[0], memory, told) == alarm) when.push_back(second);
        }
        return when;
    }
};

Telling tellingIn(GroupState state, const char *batches = "1M1S1P") {
    Telling telling;
    telling.group.intervalSeconds = 1;
    telling.status = statusIn(state, batches);
    return telling;
}

using Seconds64 = std::vector<std::int64_t>;

TEST(GroupAlarms, aTripIsToldOnceWhereTheMachineDoesNotAct) {
    Telling suspended = tellingIn(GroupState::Suspended);
    EXPECT_EQ(suspended.of(GuardAlarm::Tripped, 20, Verdict::Breach), Seconds64{1'003});
    EXPECT_TRUE(suspended.of(GuardAlarm::Tripped, 5, Verdict::NoData).empty());
    EXPECT_TRUE(suspended.of(GuardAlarm::Tripped, 5, Verdict::Breach).empty()) << "nothing has passed since";
    suspended.of(GuardAlarm::Tripped, 3, Verdict::Pass);
    EXPECT_EQ(suspended.of(GuardAlarm::Tripped, 5, Verdict::Breach).size(), 1U) << "a new trip";
    EXPECT_TRUE(tellingIn(GroupState::Running).of(GuardAlarm::Tripped, 20, Verdict::Breach).empty())
        << "its transition tells";
    Telling shown = tellingIn(GroupState::Suspended);
    shown.group.guards[0].decides = false;
    EXPECT_TRUE(shown.of(GuardAlarm::Tripped, 20, Verdict::Breach).empty());
}

TEST(GroupAlarms, aHoldSpeaksForTheGuardsThatLedToIt) {
    for (const GroupState state : {GroupState::Held, GroupState::RollbackProposed}) {
        Telling telling = tellingIn(GroupState::Running);
        telling.of(GuardAlarm::Tripped, 3, Verdict::Breach);
        telling.status = statusIn(state, "1M1H1P");
        telling.status.since = at(1'003);
        EXPECT_TRUE(telling.of(GuardAlarm::Tripped, 20, Verdict::Breach).empty()) << groupStateWord(state);
        // Another one trips later: nobody was told of that.
        Telling later = tellingIn(state, "1M1H1P");
        EXPECT_EQ(later.of(GuardAlarm::Tripped, 20, Verdict::Breach), Seconds64{1'003}) << groupStateWord(state);
    }
    // Suspended in the moment between the trip and the hold: the trip was not acted on.
    Telling telling = tellingIn(GroupState::Running);
    telling.of(GuardAlarm::Tripped, 3, Verdict::Breach);
    telling.status = statusIn(GroupState::Suspended, "1M1S1P");
    telling.status.since = at(1'003);
    EXPECT_EQ(telling.of(GuardAlarm::Tripped, 20, Verdict::Breach), Seconds64{1'004});
}

TEST(GroupAlarms, silenceIsToldOnceAMinute) {
    for (const GroupState state : {GroupState::Running, GroupState::Suspended, GroupState::Held}) {
        Telling telling = tellingIn(state);
        telling.of(GuardAlarm::Silent, 5, Verdict::Pass);
        EXPECT_EQ(telling.of(GuardAlarm::Silent, 200, Verdict::NoData), Seconds64{1'066}) << groupStateWord(state);
        EXPECT_TRUE(telling.of(GuardAlarm::Silent, 100, Verdict::SourceError).empty()) << groupStateWord(state);
        telling.of(GuardAlarm::Silent, 1, Verdict::TooFew);
        EXPECT_EQ(telling.of(GuardAlarm::Silent, 100, Verdict::Stale).size(), 1U) << "a new silence";
    }
    EXPECT_TRUE(tellingIn(GroupState::Running).of(GuardAlarm::Silent, 150, Verdict::TooFew).empty());
    EXPECT_TRUE(tellingIn(GroupState::Completed, "3M").of(GuardAlarm::Silent, 150, Verdict::NoData).empty())
        << "no batch is under way";
}

TEST(GroupAlarms, timeInWhichNobodyJudgedIsNoSilence) {
    Telling telling = tellingIn(GroupState::Suspended);
    telling.of(GuardAlarm::Silent, 10, Verdict::NoData);
    telling.second += 600; // the service was down
    EXPECT_TRUE(telling.of(GuardAlarm::Silent, 60, Verdict::NoData).empty());
    EXPECT_EQ(telling.of(GuardAlarm::Silent, 10, Verdict::NoData).size(), 1U);
}

TEST(GroupAlarms, whereNobodyIsLeftToMeasureSilenceIsNoAlarm) {
    Telling telling = tellingIn(GroupState::Running, "2M1S");
    telling.group.guards[0].platform = Platform::Legacy;
    EXPECT_TRUE(telling.of(GuardAlarm::Silent, 100, Verdict::NoData).empty()) << "everybody is on NEW";
    telling = tellingIn(GroupState::Running, "2M1S");
    telling.group.guards[0].tolerance = 1;
    EXPECT_TRUE(telling.of(GuardAlarm::Silent, 100, Verdict::NoData).empty()) << "nobody to compare with";
    telling = tellingIn(GroupState::Running, "1M1S1P");
    telling.group.guards[0].platform = Platform::Legacy;
    EXPECT_EQ(telling.of(GuardAlarm::Silent, 100, Verdict::NoData).size(), 1U);
}

// What was told before the service ended is known from what it stored.
TEST(GroupAlarms, judgementsReadBackTellNothingTwice) {
    for (const auto &[alarm, verdict] :
         {std::pair{GuardAlarm::Tripped, Verdict::Breach}, {GuardAlarm::Silent, Verdict::NoData}}) {
        Telling before = tellingIn(GroupState::Suspended);
        ASSERT_EQ(before.of(alarm, 90, verdict).size(), 1U);
        Telling after = tellingIn(GroupState::Suspended);
        for (const Judgement &judgement : before.memory.recent()) {
            after.memory.add(after.group.guards[0], judgement);
            alarmOf(after.group, after.status, after.users, after.group.guards[0], after.memory, after.told);
        }
        after.second = before.second + 600;
        EXPECT_TRUE(after.of(alarm, 90, verdict).empty());
    }
}

TEST(GroupAlarms, whatStillHoldsIsToldAgain) {
    const UserGroup group = plainGroup();
    const auto types = [&](const GroupStatus &status, Verdict verdict, bool tripped) {
        std::string all;
        for (const std::string &type :
             stillAlarming(group, status, 30, factsWith(group, verdict, at(2'000), tripped).guards))
            all += type + " ";
        return all;
    };
    EXPECT_EQ(types(statusIn(GroupState::Held, "1M1H1P"), Verdict::Breach, true), "SHIFT_HELD ");
    EXPECT_EQ(types(statusIn(GroupState::Held, "1M1R1P"), Verdict::Pass, false), "SHIFT_HELD ROLLED_BACK ");
    EXPECT_EQ(types(statusIn(GroupState::RollbackProposed, "1M1H1P"), Verdict::Breach, true), "ROLLBACK_PROPOSED ");
    EXPECT_EQ(types(statusIn(GroupState::Suspended, "1M1S1P"), Verdict::Breach, true), "GUARD_TRIPPED ");
    EXPECT_EQ(types(statusIn(GroupState::Suspended, "1M1S1P"), Verdict::NoData, true), "GUARD_TRIPPED METRICS_SILENT ");
    EXPECT_EQ(types(statusIn(GroupState::Running, "1M1S1P"), Verdict::Stale, false), "METRICS_SILENT ");
    EXPECT_EQ(types(statusIn(GroupState::Running, "1M1S1P"), Verdict::Breach, true), "") << "its transition tells";
    EXPECT_EQ(types(statusIn(GroupState::AwaitingApproval, "1M2P"), Verdict::Pass, false), "APPROVAL_REQUESTED ");
    for (const GroupState state : {GroupState::Draft, GroupState::Completed, GroupState::RolledBack})
        EXPECT_EQ(types(statusIn(state, "3P"), Verdict::NoData, true), "") << groupStateWord(state);
}

} // namespace
} // namespace crossfade::test
