// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/liverun.h"

#include <gtest/gtest.h>

namespace crossfade::test {
namespace {

ShiftOrder startAt(std::int64_t seconds, std::optional<double> target = std::nullopt) {
    ShiftOrder asked = order(ShiftCommand::Shift, target);
    asked.startAt = at(seconds);
    return asked;
}

ShiftStatus scheduled(std::int64_t seconds) {
    const auto waits = obey(plainPolicy(), {}, startAt(seconds, 30), at(2'000));
    EXPECT_TRUE(waits);
    return waits->next;
}

TEST(Scheduled, WaitsForItsTimeAndThenStartsAsIfAsked) {
    const ShiftPolicy policy = plainPolicy();
    const ShiftStatus status = scheduled(3'000);
    EXPECT_EQ(status.state, ShiftState::Scheduled);
    EXPECT_EQ(status.percentage, percent(0));
    EXPECT_FALSE(advance(policy, status, greenFacts(policy, at(2'999))));
    const auto started = advance(policy, status, greenFacts(policy, at(3'000)));
    ASSERT_TRUE(started);
    EXPECT_EQ(started->cause, ShiftCause::Started);
    EXPECT_EQ(started->next.state, ShiftState::Evaluating);
    EXPECT_EQ(started->next.target, percent(30));
    EXPECT_FALSE(started->next.startsAt);
    EXPECT_TRUE(started->restartsGuards);
    const NextAction next = nextAction(policy, status, greenFacts(policy, at(2'500)));
    EXPECT_EQ(next.kind, NextAction::Kind::Wait);
    EXPECT_EQ(next.earliestAt, at(3'000));
    EXPECT_EQ(next.percentage, percent(5));
    EXPECT_EQ(statusFromJson(statusToJson(status)), status);
}

TEST(Scheduled, CanBeMovedStartedAtOnceAndCalledOff) {
    const ShiftPolicy policy = plainPolicy();
    const auto later = obey(policy, scheduled(3'000), startAt(4'000), at(2'100));
    ASSERT_TRUE(later);
    EXPECT_EQ(later->next.startsAt, at(4'000));
    EXPECT_EQ(goalOf(policy, later->next), percent(100)) << "omitted is max, not the old target";
    const auto now = obey(policy, scheduled(3'000), order(ShiftCommand::Shift, 30), at(2'100));
    ASSERT_TRUE(now) << "the same target, but at once";
    EXPECT_EQ(now->next.state, ShiftState::Evaluating);
    const auto off = obey(policy, scheduled(3'000), order(ShiftCommand::Suspend), at(2'100));
    ASSERT_TRUE(off);
    EXPECT_EQ(off->next.state, ShiftState::Draft) << "it covered nobody";
    EXPECT_FALSE(advance(policy, off->next, greenFacts(policy, at(9'000))));
}

TEST(Scheduled, OnlyAheadAndOnlyBeforeTheStart) {
    const ShiftPolicy policy = plainPolicy();
    for (const std::int64_t wrong : {1'999L, 2'000L, 2'000L + 367 * 86'400}) {
        const auto refused = obey(policy, {}, startAt(wrong), at(2'000));
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().fields.at(0).pointer, "/start_at");
    }
    for (const ShiftState state : {ShiftState::Stabilizing, ShiftState::RolledBack}) {
        const auto refused = obey(policy, statusIn(state, 5), startAt(3'000), at(2'000));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
    }
}

TEST(Scheduled, TakesOverAtItsStartAndNotBefore) {
    ShiftPolicy policy = plainPolicy();
    policy.targetSystem = "shop";
    ShiftFacts facts = greenFacts(policy, at(3'000));
    facts.takesOver = PolicyCover{"star", "all", "*", Platform::New, percent(20), "salt",
                                  Platform::Legacy};
    ShiftStatus status = scheduled(3'000);
    const auto taken = advance(policy, status, facts);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->cause, ShiftCause::TookOver);
    EXPECT_EQ(taken->next.percentage, percent(20));
    // By then the policy for all has gone past the target: a person must look.
    facts.takesOver->percentage = percent(40);
    const auto refused = advance(policy, status, facts);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->cause, ShiftCause::StartRefused);
    EXPECT_EQ(refused->next.state, ShiftState::Draft);
    EXPECT_TRUE(refused->failed);
    facts.takesOver.reset();
    facts.startRefused = "\"other\" covers its system";
    EXPECT_EQ(advance(policy, status, facts)->cause, ShiftCause::StartRefused);
}

TEST(Scheduled, DrilledItStartsAtItsTimeToo) {
    LiveRun live(plainPolicy());
    ShiftOrder asked = order(ShiftCommand::Shift, 10);
    asked.startAt = live.now() + Seconds(90);
    ASSERT_TRUE(live.command(asked));
    live.run(300);
    Drill drill(live.policy());
    for (const RecordedEvent &event : live.events())
        drill.take(event);
    std::vector<std::string> lines;
    for (const DrillEntry &entry : drill.outcome().entries)
        lines.push_back(LiveRun::line(entry.at, entry.from, entry.to, entry.state, entry.cause,
                                      entry.detail));
    EXPECT_EQ(lines, live.history());
    EXPECT_GE(lines.size(), 4U);
}

} // namespace
} // namespace crossfade::test
