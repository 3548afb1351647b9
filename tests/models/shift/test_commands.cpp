// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>

namespace crossfade::test {
namespace {

using S = ShiftState;

// The table as people are told it, written a second time: state, then the commands that fit.
struct Row {
    S state;
    const char *fits; // of: shift suspend resume rollback override finalize approve reject
};
constexpr Row Table[] = {
    {S::Draft, "x-------"},
    {S::Scheduled, "xx------"},
    {S::Stabilizing, "xx-xx---"},
    {S::Evaluating, "xx-xx---"},
    {S::AwaitingApproval, "xx-xx-xx"},
    {S::AtTarget, "xx-x----"},
    {S::Held, "xxxxx---"},
    {S::Suspended, "--xx----"},
    {S::RollbackProposed, "---x--xx"},
    {S::RollingBack, "---x----"},
    {S::RolledBack, "x--x-x--"},
    {S::Completed, "xx-x-x--"},
    {S::Finalized, "--------"},
    {S::Failed, "x--x-x--"},
};

TEST(Commands, EveryCellOfTheTable) {
    static_assert(std::size(Table) == ShiftStateCount);
    ShiftPolicy policy = plainPolicy();
    policy.approval = StepApproval::EachStep;
    const ShiftFacts facts = greenFacts(policy, at(2'000));
    for (const Row &row : Table) {
        for (std::size_t i = 0; i < ShiftCommandCount; ++i) {
            const auto command = static_cast<ShiftCommand>(i);
            const bool expected = row.fits[i] == 'x';
            EXPECT_EQ(fits(row.state, command), expected)
                << shiftStateWord(row.state) << " " << shiftCommandWord(command);
            ShiftStatus status = statusIn(row.state, 20);
            status.target = percent(30);
            ShiftOrder asked = order(command);
            if (command == ShiftCommand::Shift) asked.target = percent(40);
            asked.facts = &facts;
            const auto answer = obey(policy, status, asked, at(2'000));
            EXPECT_EQ(answer.has_value(), expected)
                << shiftStateWord(row.state) << " " << shiftCommandWord(command)
                << (answer ? "" : ": " + answer.error().message);
            const ErrorKind kind = answer ? ErrorKind::Conflict : answer.error().kind;
            EXPECT_EQ(kind, ErrorKind::Conflict)
                << shiftStateWord(row.state) << shiftCommandWord(command);
        }
    }
}

TEST(Commands, RollbackIsAllowedWhereverUsersMayBeOnNew) {
    for (const S state :
         {S::Stabilizing, S::Evaluating, S::AwaitingApproval, S::AtTarget, S::Held, S::Suspended,
          S::RollbackProposed, S::RollingBack, S::RolledBack, S::Completed, S::Failed}) {
        const auto back =
            obey(plainPolicy(), statusIn(state, 20), order(ShiftCommand::Rollback), at(2'000));
        ASSERT_TRUE(back) << shiftStateWord(state);
        EXPECT_EQ(back->next.percentage, percent(0));
        EXPECT_EQ(back->next.state, S::RolledBack);
        EXPECT_EQ(back->next.cleared, percent(0));
    }
}

TEST(Commands, RollbackNeverRaises) {
    const auto back = obey(plainPolicy(), statusIn(S::Completed, 20),
                           order(ShiftCommand::Rollback, 21), at(2'000));
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().kind, ErrorKind::Invalid);
    EXPECT_EQ(back.error().fields.at(0).pointer, "/target_percentage");
}

TEST(Commands, ALowerTargetIsARollback) {
    const auto back = obey(plainPolicy(), statusIn(S::Stabilizing, 20),
                           order(ShiftCommand::Shift, 10), at(2'000));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->next.percentage, percent(10));
    EXPECT_EQ(back->next.state, S::RolledBack);
    EXPECT_EQ(back->cause, ShiftCause::RolledBack);
}

TEST(Commands, MaxIsAHardCap) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(50);
    const auto above = obey(policy, {}, order(ShiftCommand::Shift, 50.01), at(2'000));
    ASSERT_FALSE(above);
    EXPECT_EQ(above.error().kind, ErrorKind::Invalid);
    EXPECT_TRUE(obey(policy, {}, order(ShiftCommand::Shift, 50), at(2'000)));
}

TEST(Commands, StartingTwiceIsAConflict) {
    const ShiftPolicy policy = plainPolicy();
    const auto started = obey(policy, {}, order(ShiftCommand::Shift), at(2'000));
    ASSERT_TRUE(started);
    const auto again = obey(policy, started->next, order(ShiftCommand::Shift), at(2'001));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
}

TEST(Commands, StepwiseRollbackGoesStopByStop) {
    const ShiftPolicy policy = plainPolicy();
    ShiftOrder stepwise = order(ShiftCommand::Rollback, 3);
    stepwise.mode = RollbackMode::Stepwise;
    auto transition = obey(policy, statusIn(S::Completed, 20), stepwise, at(2'000));
    ASSERT_TRUE(transition);
    ShiftStatus status = transition->next;
    std::vector<double> percentages{status.percentage.percent()};
    for (int second = 1; second < 100; ++second) {
        const auto step = advance(policy, status, greenFacts(policy, at(2'000 + second)));
        if (!step) continue;
        status = step->next;
        percentages.push_back(status.percentage.percent());
    }
    EXPECT_EQ(percentages, (std::vector<double>{15, 10, 5, 3}));
    EXPECT_EQ(status.state, S::RolledBack);
}

TEST(Commands, ARejectedRollbackStaysHeldWithoutAskingAgain) {
    const ShiftPolicy policy = plainPolicy();
    const auto rejected =
        obey(policy, statusIn(S::RollbackProposed, 20), order(ShiftCommand::Reject), at(2'000));
    ASSERT_TRUE(rejected);
    EXPECT_EQ(rejected->next.state, S::Held);
    EXPECT_EQ(rejected->next.percentage, percent(20));
    EXPECT_FALSE(advance(policy, rejected->next, trippedFacts(policy, at(2'001))));
}

TEST(Commands, SomeGatesCannotBeOverridden) {
    for (const Gate gate : {Gate::RollbackPath, Gate::Approval}) {
        ShiftOrder over = order(ShiftCommand::Override);
        over.gate = gate;
        EXPECT_FALSE(obey(plainPolicy(), statusIn(S::Evaluating, 20), over, at(2'000)))
            << gateWord(gate);
    }
    ShiftOrder over = order(ShiftCommand::Override);
    over.gate = Gate::Samples;
    const auto done = obey(plainPolicy(), statusIn(S::Evaluating, 20), over, at(2'000));
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->next.overridden.contains(Gate::Samples));
    EXPECT_EQ(done->next.state, S::Evaluating);
    const auto stepped = advance(plainPolicy(), done->next, greenFacts(plainPolicy(), at(2'001)));
    EXPECT_FALSE(stepped && !stepped->next.overridden.empty()) << "for the next step only";
}

TEST(Commands, TheRestOfTheBakeTimeCanBeAnsweredFor) {
    const ShiftPolicy policy = plainPolicy();
    const ShiftStatus baking = statusIn(S::Stabilizing, 5); // until 1'060
    ASSERT_FALSE(advance(policy, baking, greenFacts(policy, at(1'010))));
    ShiftOrder over = order(ShiftCommand::Override);
    over.gate = Gate::Stabilization;
    const auto done = obey(policy, baking, over, at(1'011));
    ASSERT_TRUE(done);
    const auto evaluating = advance(policy, done->next, greenFacts(policy, at(1'012)));
    ASSERT_TRUE(evaluating);
    EXPECT_EQ(evaluating->next.state, S::Evaluating);
    const auto stepped = advance(policy, evaluating->next, greenFacts(policy, at(1'013)));
    ASSERT_TRUE(stepped);
    EXPECT_EQ(stepped->next.percentage, percent(10));
    EXPECT_FALSE(advance(policy, stepped->next, greenFacts(policy, at(1'014)))) << "the next one bakes";
}

TEST(Commands, AfterARaisedMaxACompletedShiftGoesOn) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(20);
    const ShiftStatus completed = statusIn(S::Completed, 20);
    EXPECT_FALSE(obey(policy, completed, order(ShiftCommand::Shift), at(2'000)))
        << "it is there already";
    policy.max = percent(50);
    const auto on = obey(policy, completed, order(ShiftCommand::Shift), at(2'000));
    ASSERT_TRUE(on);
    EXPECT_EQ(on->next.state, S::Stabilizing);
    EXPECT_EQ(on->next.percentage, percent(20)) << "a command never steps";
}

} // namespace
} // namespace crossfade::test
