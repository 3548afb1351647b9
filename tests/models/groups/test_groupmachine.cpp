// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/core/zonetables.h"
#include "tests/models/groups/make.h"

#include <gtest/gtest.h>

namespace crossfade::test {
namespace {

GroupStatus taken(const std::optional<GroupTransition> &transition, GroupCause cause) {
    EXPECT_TRUE(transition.has_value());
    if (!transition) return {};
    EXPECT_EQ(groupCauseWord(transition->cause), groupCauseWord(cause)) << transition->detail;
    return transition->next;
}

GroupStatus obeyed(const UserGroup &group, const GroupStatus &status, GroupOrder order, std::size_t users = 30) {
    const auto transition = obey(group, status, order, users, at(2'000));
    EXPECT_TRUE(transition.has_value()) << (transition ? "" : transition.error().message);
    return transition ? transition->next : GroupStatus();
}

// A status of each state that could be: with a batch under way where there may be one.
GroupStatus anyOf(GroupState state) {
    switch (state) {
    case GroupState::Draft:
        return statusIn(state, "");
    case GroupState::Running:
        return statusIn(state, "1M1S1P");
    case GroupState::Held:
        return statusIn(state, "1M1H1P");
    case GroupState::Suspended:
        return statusIn(state, "1M1S1P");
    case GroupState::Completed:
        return statusIn(state, "3M");
    case GroupState::RolledBack:
        return statusIn(state, "2R1P");
    case GroupState::AwaitingApproval:
        return statusIn(state, "2M1P");
    case GroupState::RollbackProposed:
        return statusIn(state, "1M1H1P");
    }
    return {};
}

} // namespace

TEST(GroupCommands, everyCellOfTheTable) {
    // As system.md 1.5 reads: what an operator may do where.
    const struct {
        GroupState state;
        std::vector<GroupCommand> allowed;
    } cells[] = {
        {GroupState::Draft, {GroupCommand::Shift}},
        {GroupState::Running, {GroupCommand::Suspend, GroupCommand::Rollback, GroupCommand::RollbackBatch}},
        {GroupState::Held,
         {GroupCommand::Suspend, GroupCommand::Resume, GroupCommand::Rollback, GroupCommand::RollbackBatch}},
        {GroupState::Suspended, {GroupCommand::Resume, GroupCommand::Rollback, GroupCommand::RollbackBatch}},
        {GroupState::Completed, {GroupCommand::Rollback, GroupCommand::RollbackBatch}},
        {GroupState::RolledBack, {GroupCommand::Shift, GroupCommand::Rollback}},
        {GroupState::AwaitingApproval,
         {GroupCommand::Suspend, GroupCommand::Rollback, GroupCommand::RollbackBatch, GroupCommand::Approve,
          GroupCommand::Reject}},
        {GroupState::RollbackProposed,
         {GroupCommand::Rollback, GroupCommand::RollbackBatch, GroupCommand::Approve, GroupCommand::Reject}},
    };
    int looked = 0;
    for (const auto &[state, allowed] : cells) {
        for (std::size_t i = 0; i < GroupCommandCount; ++i) {
            const auto command = static_cast<GroupCommand>(i);
            const bool expected = std::ranges::find(allowed, command) != allowed.end();
            EXPECT_EQ(fits(state, command), expected) << groupStateWord(state) << " " << groupCommandWord(command);
            const std::size_t batch = command == GroupCommand::Approve ? 2 : 0; // the one that was asked about
            const auto done = obey(plainGroup(), anyOf(state), {command, batch}, 30, at(2'000));
            EXPECT_EQ(done.has_value(), expected) << groupStateWord(state) << " " << groupCommandWord(command);
            if (!done) {
                EXPECT_EQ(done.error().kind, ErrorKind::Conflict);
            }
            ++looked;
        }
    }
    EXPECT_EQ(looked, 56);
}

TEST(GroupMachine, walksThroughItsBatches) {
    const UserGroup group = plainGroup();
    GroupStatus status = obeyed(group, statusIn(GroupState::Draft, ""), {GroupCommand::Shift, 0}, 25);
    EXPECT_EQ(status.batches.text(), "3P");
    for (std::size_t batch = 0; batch < 3; ++batch) {
        const std::int64_t start = 2'000 + static_cast<std::int64_t>(batch) * 100;
        status = taken(advance(group, status, factsWith(group, Verdict::Pass, at(start))), GroupCause::BatchMoved);
        EXPECT_EQ(status.batch, batch);
        EXPECT_EQ(status.batches.at(batch), BatchState::Moving);
        status = taken(advance(group, status, factsWith(group, Verdict::Pass, at(start))), GroupCause::BatchSettles);
        EXPECT_EQ(currentPlatform(group, status), Platform::Legacy);
        // Not before it has settled, however well the guards look.
        EXPECT_FALSE(advance(group, status, factsWith(group, Verdict::Pass, at(start + 29))).has_value());
        EXPECT_FALSE(advance(group, status, factsWith(group, Verdict::TooFew, at(start + 31))).has_value());
        status =
            taken(advance(group, status, factsWith(group, Verdict::Pass, at(start + 31))), GroupCause::BatchProven);
        EXPECT_FALSE(status.batch.has_value());
    }
    EXPECT_EQ(usersOnTarget(group, status, 25), 25U);
    EXPECT_EQ(currentPlatform(group, status), Platform::Legacy);
    status = taken(advance(group, status, factsWith(group, Verdict::Pass, at(3'000))), GroupCause::Completed);
    EXPECT_EQ(currentPlatform(group, status), Platform::New);
    EXPECT_FALSE(advance(group, status, factsWith(group, Verdict::Breach, at(3'100), true)).has_value());
}

TEST(GroupMachine, anEmptyGroupIsNoSuccess) {
    const auto refused = obey(plainGroup(), statusIn(GroupState::Draft, ""), {GroupCommand::Shift, 0}, 0, at(1));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
}

TEST(GroupMachine, tooManyBatchesAreRefused) {
    UserGroup group = plainGroup();
    group.batchSize = 1;
    const auto refused = obey(group, statusIn(GroupState::Draft, ""), {GroupCommand::Shift, 0}, MostBatches + 1, at(1));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/batch_size");
}

TEST(GroupMachine, aBreachHoldsTheBatchOrTakesItBack) {
    UserGroup group = plainGroup();
    const GroupStatus settling = statusIn(GroupState::Running, "1M1S1P");
    // At once, not only when it has settled.
    auto held = advance(group, settling, factsWith(group, Verdict::Breach, at(1'005), true));
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(held->next.batches.text(), "1M1H1P");
    EXPECT_EQ(held->next.state, GroupState::Held);
    EXPECT_EQ(held->next.hold, GroupHold::Guard);
    EXPECT_EQ(held->tripped, &group.guards[0]);
    EXPECT_EQ(usersOnTarget(group, held->next, 30), 20U);
    // It ends by an operator only.
    EXPECT_FALSE(advance(group, held->next, factsWith(group, Verdict::Pass, at(9'000))).has_value());
    const GroupStatus resumed = obeyed(group, held->next, {GroupCommand::Resume, 0});
    EXPECT_EQ(resumed.batches.text(), "1M1S1P");
    EXPECT_EQ(resumed.settlesAt, at(2'030));
    group.onBreach = OnBreach::Rollback;
    auto back = advance(group, settling, factsWith(group, Verdict::Breach, at(1'005), true));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->next.batches.text(), "1M1R1P");
    EXPECT_FALSE(back->next.batch.has_value());
    EXPECT_EQ(usersOnTarget(group, back->next, 30), 10U);
    // The guard's own word goes before the group's.
    group.guards[0].onBreach = OnBreach::Hold;
    back = advance(group, settling, factsWith(group, Verdict::Breach, at(1'005), true));
    EXPECT_EQ(back->next.batches.text(), "1M1H1P");
}

TEST(GroupMachine, ofTwoTrippedGuardsTheStricterOneActs) {
    UserGroup group = plainGroup();
    Guard strict = successGuard();
    strict.id = "strict";
    strict.onBreach = OnBreach::Rollback;
    group.guards.push_back(strict);
    const GroupStatus settling = statusIn(GroupState::Running, "1M1S1P");
    // Both at once: that it stands second does not matter.
    const auto back = advance(group, settling, factsWith(group, Verdict::Breach, at(1'005), true));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->next.batches.text(), "1M1R1P");
    EXPECT_EQ(back->tripped, &group.guards[1]);
    // One after the other: what is held already is taken back, and stays held.
    GroupFacts facts = factsWith(group, Verdict::Breach, at(1'005), true);
    facts.guards[1].tripped = false;
    const auto held = advance(group, settling, facts);
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(held->next.batches.text(), "1M1H1P");
    EXPECT_FALSE(advance(group, held->next, facts).has_value());
    facts.guards[1].tripped = true;
    const auto later = advance(group, held->next, facts);
    ASSERT_TRUE(later.has_value());
    EXPECT_EQ(later->next.batches.text(), "1M1R1P");
    EXPECT_EQ(later->next.state, GroupState::Held);
    EXPECT_EQ(later->next.hold, GroupHold::Guard);
    EXPECT_FALSE(advance(group, later->next, facts).has_value());
}

TEST(GroupMachine, aGuardThatIsOnlyShownIsInNobodysWay) {
    UserGroup group = plainGroup();
    group.guards[0].decides = false;
    const GroupStatus settling = statusIn(GroupState::Running, "1S2P");
    taken(advance(group, settling, factsWith(group, Verdict::Breach, at(1'031), true)), GroupCause::BatchProven);
}

TEST(GroupMachine, withoutEvidenceItHoldsAndSettlesAnewByItself) {
    const UserGroup group = plainGroup();
    const GroupStatus settling = statusIn(GroupState::Running, "1S2P");
    EXPECT_FALSE(advance(group, settling, factsWith(group, Verdict::NoData, at(1'089))).has_value());
    const GroupStatus held =
        taken(advance(group, settling, factsWith(group, Verdict::NoData, at(1'090))), GroupCause::HeldForEvidence);
    EXPECT_EQ(held.hold, GroupHold::NoEvidence);
    EXPECT_FALSE(advance(group, held, factsWith(group, Verdict::Stale, at(2'000))).has_value());
    // One good window after the hold is not a batch that has settled.
    const GroupStatus on =
        taken(advance(group, held, factsWith(group, Verdict::Pass, at(2'000))), GroupCause::HeldEnded);
    EXPECT_EQ(on.state, GroupState::Running);
    EXPECT_FALSE(on.hold.has_value());
    EXPECT_EQ(on.batches.text(), "1S2P");
    EXPECT_EQ(on.settlesAt, at(2'030));
    EXPECT_EQ(on.movedAt, held.movedAt) << "what was seen of the batch since it moved still counts";
    EXPECT_FALSE(advance(group, on, factsWith(group, Verdict::Pass, at(2'029))).has_value());
    const GroupStatus moved =
        taken(advance(group, on, factsWith(group, Verdict::Pass, at(2'030))), GroupCause::BatchProven);
    EXPECT_EQ(moved.batches.text(), "1M2P");
    // Gone again, it holds again; a breach while it settles anew holds it at once.
    EXPECT_FALSE(advance(group, on, factsWith(group, Verdict::NoData, at(2'089))).has_value());
    taken(advance(group, on, factsWith(group, Verdict::NoData, at(2'090))), GroupCause::HeldForEvidence);
    taken(advance(group, on, factsWith(group, Verdict::Breach, at(2'001), true)), GroupCause::HeldByGuard);
}

TEST(GroupMachine, waitsForItsTime) {
    UserGroup group = plainGroup();
    group.startAt = at(5'000);
    group.freezes = {{at(6'000), at(7'000), "fair"}};
    const GroupStatus status = statusIn(GroupState::Running);
    for (const std::int64_t second : {4'999, 6'000, 6'999}) {
        EXPECT_FALSE(advance(group, status, factsWith(group, Verdict::Pass, at(second))).has_value()) << second;
        EXPECT_NE(whatWaits(group, at(second)), "");
    }
    for (const std::int64_t second : {5'000, 5'999, 7'000})
        taken(advance(group, status, factsWith(group, Verdict::Pass, at(second))), GroupCause::BatchMoved);
    // From six to seven o'clock of any day, by the clocks of a zone; a freeze goes before.
    group.changeWindows = {{{WeeklyWindow::EveryDay, 6 * 60, 7 * 60, "UTC"}, utcZone()}};
    for (const std::int64_t second : {21'599, 25'200})
        EXPECT_FALSE(advance(group, status, factsWith(group, Verdict::Pass, at(second))).has_value()) << second;
    taken(advance(group, status, factsWith(group, Verdict::Pass, at(21'600))), GroupCause::BatchMoved);
    // What is under way goes on settling.
    taken(advance(group, statusIn(GroupState::Running, "1S2P"), factsWith(group, Verdict::Pass, at(6'500))),
          GroupCause::BatchProven);
}

TEST(GroupMachine, oneBatchIsTakenBack) {
    const UserGroup group = plainGroup();
    GroupStatus status = statusIn(GroupState::Running, "1M1S1P");
    // Another than the one under way: that goes on.
    GroupStatus back = obeyed(group, status, {GroupCommand::RollbackBatch, 0});
    EXPECT_EQ(back.batches.text(), "1R1S1P");
    EXPECT_EQ(back.state, GroupState::Running);
    // At the end what was taken back is missing: no success.
    back = taken(advance(group, statusIn(GroupState::Running, "1R2M"), factsWith(group, Verdict::Pass, at(2'000))),
                 GroupCause::HeldByRolledBack);
    EXPECT_EQ(back.hold, GroupHold::BatchesRolledBack);
    EXPECT_EQ(currentPlatform(group, back), Platform::Legacy);
    back = obeyed(group, back, {GroupCommand::Resume, 0});
    EXPECT_EQ(back.batches.text(), "1P2M");
    // The one under way: the group waits for a person.
    back = obeyed(group, status, {GroupCommand::RollbackBatch, 1});
    EXPECT_EQ(back.batches.text(), "1M1R1P");
    EXPECT_EQ(back.state, GroupState::Held);
    // With others left, these come first.
    back = obeyed(group, back, {GroupCommand::Resume, 0});
    EXPECT_EQ(back.batches.text(), "1M1R1P");
    back = taken(advance(group, back, factsWith(group, Verdict::Pass, at(2'000))), GroupCause::BatchMoved);
    EXPECT_EQ(back.batch, 2U);
    back = obeyed(group, statusIn(GroupState::Completed, "3M"), {GroupCommand::RollbackBatch, 2});
    EXPECT_EQ(back.state, GroupState::Held);
    EXPECT_EQ(currentPlatform(group, back), Platform::Legacy);
    for (const std::size_t batch : {std::size_t{2}, std::size_t{3}}) {
        const auto refused = obey(group, status, {GroupCommand::RollbackBatch, batch}, 30, at(2'000));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().fields.at(0).pointer, "/batch");
    }
}

TEST(GroupMachine, theWholeGroupIsTakenBackAndStartedAgain) {
    const UserGroup group = plainGroup();
    for (const GroupState state :
         {GroupState::Running, GroupState::Held, GroupState::Suspended, GroupState::Completed,
          GroupState::AwaitingApproval, GroupState::RollbackProposed}) {
        const GroupStatus back = obeyed(group, anyOf(state), {GroupCommand::Rollback, 0});
        EXPECT_EQ(back.state, GroupState::RolledBack);
        EXPECT_EQ(usersOnTarget(group, back, 30), 0U);
        EXPECT_FALSE(back.batch.has_value());
        EXPECT_FALSE(advance(group, back, factsWith(group, Verdict::Pass, at(9'000))).has_value());
        EXPECT_EQ(obeyed(group, back, {GroupCommand::Shift, 0}).batches.text(), "3P");
    }
}

TEST(GroupMachine, aPersonIsAskedBeforeTheBatchesThatSaySo) {
    UserGroup group = plainGroup();
    group.approval = GroupApproval::FirstBatch;
    const auto asked = advance(group, statusIn(GroupState::Running), factsWith(group, Verdict::Pass, at(2'000)));
    ASSERT_TRUE(asked.has_value());
    EXPECT_EQ(asked->opens, GroupQuestion::Batch);
    EXPECT_EQ(asked->batch, 0U);
    const GroupStatus waiting = taken(asked, GroupCause::ApprovalOpened);
    EXPECT_EQ(waiting.state, GroupState::AwaitingApproval);
    EXPECT_EQ(waiting.deadline, at(2'000 + 86'400));
    EXPECT_EQ(usersOnTarget(group, waiting, 30), 0U);
    EXPECT_FALSE(advance(group, waiting, factsWith(group, Verdict::Pass, at(9'000))).has_value());
    // For the batch that was shown, and no other.
    EXPECT_FALSE(obey(group, waiting, {GroupCommand::Approve, 1}, 30, at(2'001)).has_value());
    const GroupStatus moving = obeyed(group, waiting, {GroupCommand::Approve, 0});
    EXPECT_EQ(moving.state, GroupState::Running);
    EXPECT_EQ(moving.batches.text(), "1G2P");
    EXPECT_FALSE(moving.deadline.has_value());
    // The next ones move by themselves, unless each is asked about.
    const GroupStatus second = statusIn(GroupState::Running, "1M2P");
    taken(advance(group, second, factsWith(group, Verdict::Pass, at(2'000))), GroupCause::BatchMoved);
    group.approval = GroupApproval::EachBatch;
    taken(advance(group, second, factsWith(group, Verdict::Pass, at(2'000))), GroupCause::ApprovalOpened);
}

TEST(GroupMachine, whoeverIsNotAnsweredMovesNobody) {
    UserGroup group = plainGroup();
    group.approval = GroupApproval::EachBatch;
    const GroupStatus waiting = statusIn(GroupState::AwaitingApproval, "1M2P");
    for (const auto &status : {obeyed(group, waiting, {GroupCommand::Reject, 1}),
                               taken(advance(group, waiting, factsWith(group, Verdict::Pass, at(1'300))),
                                     GroupCause::Rejected)}) {
        EXPECT_EQ(status.state, GroupState::Suspended);
        EXPECT_EQ(status.batches.text(), "1M2P");
    }
    // With its time the question goes, and comes again.
    group.freezes = {{at(1'100), at(1'200), "fair"}};
    EXPECT_FALSE(obey(group, waiting, {GroupCommand::Approve, 1}, 30, at(1'100)).has_value());
    const GroupStatus withdrawn = taken(advance(group, waiting, factsWith(group, Verdict::Pass, at(1'100))),
                                        GroupCause::ApprovalWithdrawn);
    EXPECT_FALSE(advance(group, withdrawn, factsWith(group, Verdict::Pass, at(1'150))).has_value());
    taken(advance(group, withdrawn, factsWith(group, Verdict::Pass, at(1'200))), GroupCause::ApprovalOpened);
    group.freezes.clear();
    group.approval = GroupApproval::None;
    taken(advance(group, waiting, factsWith(group, Verdict::Pass, at(1'100))), GroupCause::ApprovalWithdrawn);
}

TEST(GroupMachine, aRollbackIsProposedAndAnswered) {
    UserGroup group = plainGroup();
    group.onBreach = OnBreach::ProposeRollback;
    const auto proposed = advance(group, statusIn(GroupState::Running, "1M1S1P"),
                                  factsWith(group, Verdict::Breach, at(1'005), true));
    ASSERT_TRUE(proposed.has_value());
    EXPECT_EQ(proposed->opens, GroupQuestion::Rollback);
    EXPECT_EQ(proposed->tripped, &group.guards[0]);
    const GroupStatus asked = taken(proposed, GroupCause::ProposedRollback);
    EXPECT_EQ(asked.batches.text(), "1M1H1P");
    EXPECT_EQ(asked.deadline, at(1'305));
    EXPECT_FALSE(advance(group, asked, factsWith(group, Verdict::Breach, at(1'304), true)).has_value());
    // Approved, or by default: that batch is back, and the group waits for a person.
    for (const GroupStatus &back : {obeyed(group, asked, {GroupCommand::Approve, 1}),
                                    taken(advance(group, asked, factsWith(group, Verdict::Breach, at(1'305), true)),
                                          GroupCause::BatchRolledBack)}) {
        EXPECT_EQ(back.batches.text(), "1M1R1P");
        EXPECT_EQ(back.state, GroupState::Held);
        EXPECT_FALSE(back.batch.has_value());
    }
    // Rejected: it stays where it is, and is not asked about again until it is resumed.
    GroupStatus kept = obeyed(group, asked, {GroupCommand::Reject, 1});
    EXPECT_EQ(kept.batches.text(), "1M1H1P");
    EXPECT_FALSE(advance(group, kept, factsWith(group, Verdict::Breach, at(9'000), true)).has_value());
    kept = obeyed(group, kept, {GroupCommand::Resume, 0});
    taken(advance(group, kept, factsWith(group, Verdict::Breach, at(9'000), true)), GroupCause::ProposedRollback);
    group.proposalRollsBack = false;
    taken(advance(group, asked, factsWith(group, Verdict::Breach, at(1'305), true)), GroupCause::RollbackRefused);
    // A stricter guard waits for no answer; a held batch may be asked about by a guard that trips later.
    group.guards[0].onBreach = OnBreach::Rollback;
    taken(advance(group, asked, factsWith(group, Verdict::Breach, at(1'100), true)), GroupCause::BatchRolledBack);
    group.guards[0].onBreach = OnBreach::ProposeRollback;
    taken(advance(group, statusIn(GroupState::Held, "1M1H1P"), factsWith(group, Verdict::Breach, at(1'100), true)),
          GroupCause::ProposedRollback);
}

TEST(GroupMachine, aRestartSettlesAnew) {
    const UserGroup group = plainGroup();
    for (const char *batches : {"1M1S1P", "1M1G1P"}) {
        const auto anew = restarted(group, statusIn(GroupState::Running, batches), at(5'000));
        ASSERT_TRUE(anew.has_value());
        EXPECT_EQ(anew->next.batches.text(), "1M1S1P");
        EXPECT_EQ(anew->next.settlesAt, at(5'030));
        EXPECT_EQ(anew->next.movedAt, at(5'000));
    }
    EXPECT_FALSE(restarted(group, statusIn(GroupState::Held, "1M1H1P"), at(5'000)).has_value());
    // A question stays open, its deadline as it was.
    for (const GroupState state : {GroupState::AwaitingApproval, GroupState::RollbackProposed})
        EXPECT_FALSE(restarted(group, anyOf(state), at(5'000)).has_value());
    EXPECT_FALSE(restarted(group, statusIn(GroupState::Running, "1M2P"), at(5'000)).has_value());
    EXPECT_FALSE(restarted(group, statusIn(GroupState::Suspended, "1M1S1P"), at(5'000)).has_value())
        << "its resume settles the batch anew";
}

TEST(GroupStatusJson, comesBack) {
    for (std::size_t i = 0; i < GroupStateCount; ++i) {
        GroupStatus status = anyOf(static_cast<GroupState>(i));
        status.holdDetail = "why";
        status.approvalId = "a1";
        status.askedBy = "ann";
        status.rollbackRefused = i % 2 == 0;
        const auto back = groupStatusFromJson(groupStatusToJson(status));
        ASSERT_TRUE(back.has_value()) << groupStatusToJson(status).dump();
        EXPECT_TRUE(*back == status);
    }
    Json wrong = groupStatusToJson(anyOf(GroupState::Running));
    wrong["batch"] = 3; // there are three
    EXPECT_FALSE(groupStatusFromJson(wrong).has_value());
    wrong = groupStatusToJson(anyOf(GroupState::Running));
    wrong["state"] = "FLYING";
    EXPECT_FALSE(groupStatusFromJson(wrong).has_value());
}

} // namespace crossfade::test
