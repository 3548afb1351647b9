// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>

#include <functional>

namespace crossfade::test {
namespace {

// Lets the machine act until it rests, everything green, a look a second.
ShiftStatus walkGreen(const ShiftPolicy &policy, ShiftStatus status,
                      std::vector<double> &percentages, int seconds = 5'000) {
    for (int second = 0; second < seconds; ++second) {
        const ShiftFacts facts = greenFacts(policy, at(2'000 + second));
        const auto transition = advance(policy, status, facts);
        if (!transition) continue;
        if (transition->next.percentage != status.percentage)
            percentages.push_back(transition->next.percentage.percent());
        status = transition->next;
    }
    return status;
}

TEST(Walk, GreenAllTheWayToMax) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(50);
    policy.increment = percent(20);
    const auto started = obey(policy, {}, order(ShiftCommand::Shift), at(2'000));
    ASSERT_TRUE(started);
    std::vector<double> percentages;
    const ShiftStatus end = walkGreen(policy, started->next, percentages);
    EXPECT_EQ(percentages, (std::vector<double>{20, 40, 50}));
    EXPECT_EQ(end.state, ShiftState::Completed);
    EXPECT_EQ(end.cleared, percent(50));
}

TEST(Walk, StopsAtTheAskedTarget) {
    const ShiftPolicy policy = plainPolicy();
    const auto started = obey(policy, {}, order(ShiftCommand::Shift, 12), at(2'000));
    ASSERT_TRUE(started);
    std::vector<double> percentages;
    const ShiftStatus end = walkGreen(policy, started->next, percentages);
    EXPECT_EQ(percentages, (std::vector<double>{5, 10, 12}));
    EXPECT_EQ(end.state, ShiftState::AtTarget);
    const auto further = obey(policy, end, order(ShiftCommand::Shift), at(9'000));
    ASSERT_TRUE(further);
    EXPECT_EQ(goalOf(policy, further->next), percent(100)) << "omitted is max, not the old target";
}

TEST(Walk, TargetZeroIsZero) {
    const ShiftPolicy policy = plainPolicy();
    const auto started = obey(policy, {}, order(ShiftCommand::Shift, 0), at(2'000));
    ASSERT_TRUE(started);
    std::vector<double> percentages;
    const ShiftStatus end = walkGreen(policy, started->next, percentages);
    EXPECT_TRUE(percentages.empty());
    EXPECT_EQ(end.state, ShiftState::AtTarget);
}

TEST(Walk, EachStepBakes) {
    const ShiftPolicy policy = plainPolicy();
    ShiftStatus status = statusIn(ShiftState::Stabilizing, 5);
    EXPECT_FALSE(advance(policy, status, greenFacts(policy, at(1'059))));
    const auto over = advance(policy, status, greenFacts(policy, at(1'060)));
    ASSERT_TRUE(over);
    EXPECT_EQ(over->next.state, ShiftState::Evaluating);
    EXPECT_EQ(over->next.percentage, percent(5)) << "one transition a look";
    const auto step = advance(policy, over->next, greenFacts(policy, at(1'061)));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->next.percentage, percent(10));
    EXPECT_EQ(step->next.stabilizationEndsAt, at(1'121));
    EXPECT_TRUE(step->restartsGuards);
}

TEST(Breach, ProposesWithADeadline) {
    const ShiftPolicy policy = plainPolicy();
    const auto proposed =
        advance(policy, statusIn(ShiftState::Stabilizing, 20), trippedFacts(policy, at(2'000)));
    ASSERT_TRUE(proposed);
    EXPECT_EQ(proposed->next.state, ShiftState::RollbackProposed);
    EXPECT_EQ(proposed->next.percentage, percent(20)) << "nothing moves until somebody decides";
    EXPECT_EQ(proposed->next.deadline, at(2'300));
    EXPECT_TRUE(proposed->opensRollbackApproval);
    EXPECT_EQ(proposed->tripped, &policy.guards[0]);
    EXPECT_FALSE(advance(policy, proposed->next, trippedFacts(policy, at(2'299))));
    const auto nobody = advance(policy, proposed->next, trippedFacts(policy, at(2'300)));
    ASSERT_TRUE(nobody);
    EXPECT_EQ(nobody->next.state, ShiftState::RolledBack);
    EXPECT_EQ(nobody->next.percentage, percent(0));
}

TEST(Breach, TheDefaultMayBeToHold) {
    ShiftPolicy policy = plainPolicy();
    policy.proposalRollsBack = false;
    const auto nobody =
        advance(policy, statusIn(ShiftState::RollbackProposed, 20), greenFacts(policy, at(1'300)));
    ASSERT_TRUE(nobody);
    EXPECT_EQ(nobody->next.state, ShiftState::Held);
    EXPECT_EQ(nobody->next.heldCause, HeldCause::Guard);
    EXPECT_EQ(nobody->next.percentage, percent(20));
    EXPECT_TRUE(nobody->closesApproval);
}

TEST(Breach, ActsByTheStrictestGuard) {
    ShiftPolicy policy = plainPolicy();
    policy.onBreach = OnBreach::Hold;
    policy.guards.push_back(successGuard());
    policy.guards[1].id = "strict";
    policy.guards[1].onBreach = OnBreach::Rollback;
    ShiftFacts facts = trippedFacts(policy, at(2'000));
    EXPECT_EQ(advance(policy, statusIn(ShiftState::Evaluating, 20), facts)->next.state,
              ShiftState::Held);
    facts.guards[1].tripped = true;
    const auto back = advance(policy, statusIn(ShiftState::Evaluating, 20), facts);
    EXPECT_EQ(back->next.state, ShiftState::RolledBack);
    EXPECT_EQ(back->tripped, &policy.guards[1]);
}

// A guard that only holds trips first, one that proposes later: the later one must be heard.
TEST(Breach, AHoldDoesNotSwallowALaterProposal) {
    ShiftPolicy policy = plainPolicy();
    policy.guards[0].onBreach = OnBreach::Hold;
    policy.guards.push_back(successGuard());
    policy.guards[1].id = "proposes";
    policy.guards[1].onBreach = OnBreach::ProposeRollback;
    ShiftFacts facts = trippedFacts(policy, at(2'000));
    const auto held = advance(policy, statusIn(ShiftState::Stabilizing, 20), facts);
    ASSERT_TRUE(held);
    ASSERT_EQ(held->next.heldCause, HeldCause::Guard);
    EXPECT_FALSE(advance(policy, held->next, facts)) << "held once, not at each look";
    facts.guards[1].tripped = true;
    const auto proposed = advance(policy, held->next, facts);
    ASSERT_TRUE(proposed);
    EXPECT_EQ(proposed->next.state, ShiftState::RollbackProposed);
    EXPECT_TRUE(proposed->opensRollbackApproval);
    EXPECT_EQ(proposed->tripped, &policy.guards[1]);

    ShiftStatus asked = proposed->next;
    asked.approvalId = "a1";
    const auto refused = obey(policy, asked, order(ShiftCommand::Reject), at(2'001));
    ASSERT_TRUE(refused);
    EXPECT_FALSE(advance(policy, refused->next, facts)) << "answered: not asked a second time";
    const auto stored = statusFromJson(statusToJson(refused->next));
    ASSERT_TRUE(stored);
    EXPECT_FALSE(advance(policy, *stored, facts)) << "nor after a restart";
    const auto resumed = obey(policy, refused->next, order(ShiftCommand::Resume), at(2'002));
    ASSERT_TRUE(resumed);
    EXPECT_FALSE(resumed->next.rollbackRefused) << "the answer ends with the hold";
    EXPECT_EQ(advance(policy, resumed->next, facts)->next.state, ShiftState::RollbackProposed);
}

TEST(Breach, TheDefaultToHoldIsAnAnswerToo) {
    ShiftPolicy policy = plainPolicy();
    policy.proposalRollsBack = false;
    const ShiftFacts facts = trippedFacts(policy, at(1'300));
    const auto nobody = advance(policy, statusIn(ShiftState::RollbackProposed, 20), facts);
    ASSERT_TRUE(nobody);
    ASSERT_EQ(nobody->next.state, ShiftState::Held);
    EXPECT_FALSE(advance(policy, nobody->next, facts));
}

TEST(Breach, HeldAtZeroHasNothingToLower) {
    const ShiftPolicy policy = plainPolicy();
    EXPECT_FALSE(
        advance(policy, statusIn(ShiftState::Held, 0), trippedFacts(policy, at(2'000))));
}

TEST(Breach, ActsInEveryStateWhereUsersAreServedByNew) {
    ShiftPolicy policy = plainPolicy();
    policy.onBreach = OnBreach::Rollback;
    for (std::size_t i = 0; i < ShiftStateCount; ++i) {
        const auto state = static_cast<ShiftState>(i);
        const auto transition =
            advance(policy, statusIn(state, 20), trippedFacts(policy, at(1'010)));
        const bool rolledBack = transition && transition->next.state == ShiftState::RolledBack;
        EXPECT_EQ(rolledBack, guardsAct(state)) << shiftStateWord(state);
    }
}

// Whoever is left on the target after a rollback to a part is guarded like anybody else.
TEST(Breach, WhereItWentBackItOnlyGoesFurtherBack) {
    ShiftPolicy policy = plainPolicy();
    const auto trips = [&](ShiftState state, double percentage, OnBreach act) {
        policy.onBreach = act;
        return advance(policy, statusIn(state, percentage), trippedFacts(policy, at(1'002)));
    };
    for (const ShiftState state : {ShiftState::RolledBack, ShiftState::Failed}) {
        EXPECT_FALSE(trips(state, 20, OnBreach::Hold)) << "nothing walks: " << shiftStateWord(state);
        const auto proposed = trips(state, 20, OnBreach::ProposeRollback);
        ASSERT_TRUE(proposed) << shiftStateWord(state);
        EXPECT_EQ(proposed->next.state, ShiftState::RollbackProposed);
        EXPECT_TRUE(proposed->opensRollbackApproval);
        const auto back = trips(state, 20, OnBreach::Rollback);
        ASSERT_TRUE(back) << shiftStateWord(state);
        EXPECT_EQ(back->next.percentage, percent(0));
        EXPECT_EQ(back->tripped, &policy.guards[0]);
    }
    EXPECT_FALSE(trips(ShiftState::RollingBack, 20, OnBreach::Hold));
    EXPECT_FALSE(trips(ShiftState::RollingBack, 20, OnBreach::ProposeRollback)) << "it would stand still meanwhile";
    const auto atOnce = trips(ShiftState::RollingBack, 20, OnBreach::Rollback);
    ASSERT_TRUE(atOnce);
    EXPECT_EQ(atOnce->next.state, ShiftState::RolledBack);
    EXPECT_EQ(atOnce->next.percentage, percent(0));
    for (const ShiftState state : {ShiftState::RolledBack, ShiftState::Failed}) {
        for (const OnBreach act : {OnBreach::Hold, OnBreach::ProposeRollback, OnBreach::Rollback})
            EXPECT_FALSE(trips(state, 0, act)) << shiftStateWord(state) << ": nobody is there";
    }
}

// Asked about those, and answered with no, it stays where it went back to: resumed, too.
TEST(Breach, ARollbackToAPartIsTheTargetFromThenOn) {
    ShiftPolicy policy = plainPolicy();
    policy.onBreach = OnBreach::ProposeRollback;
    ShiftOrder down = order(ShiftCommand::Rollback);
    down.target = percent(4);
    const auto back = obey(policy, statusIn(ShiftState::Stabilizing, 20), down, at(1'001));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->next.percentage, percent(4));
    const auto asked = advance(policy, back->next, trippedFacts(policy, at(1'002)));
    ASSERT_TRUE(asked);
    const auto refused = obey(policy, asked->next, order(ShiftCommand::Reject), at(1'003));
    ASSERT_TRUE(refused);
    const auto resumed = obey(policy, refused->next, order(ShiftCommand::Resume), at(1'004));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->next.percentage, percent(4));
    EXPECT_EQ(resumed->next.target, percent(4));
}

TEST(Breach, GuardsActWhereTheDesignSaysSo) {
    for (std::size_t i = 0; i < ShiftStateCount; ++i) {
        const auto state = static_cast<ShiftState>(i);
        const bool exempt = state == ShiftState::Draft || state == ShiftState::Scheduled ||
                            state == ShiftState::Finalized || state == ShiftState::Suspended;
        EXPECT_EQ(guardsAct(state), !exempt) << shiftStateWord(state);
    }
}

TEST(Breach, HeldByAGuardEndsOnlyByAResume) {
    const ShiftPolicy policy = plainPolicy();
    const ShiftStatus held = statusIn(ShiftState::Held, 20);
    EXPECT_FALSE(advance(policy, held, greenFacts(policy, at(90'000))));
    const auto resumed = obey(policy, held, order(ShiftCommand::Resume), at(90'000));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->next.state, ShiftState::Stabilizing);
    EXPECT_EQ(resumed->next.percentage, percent(20));
    EXPECT_TRUE(resumed->restartsGuards);
}

// What a hold waits for, and that it bakes anew once that is there.
TEST(Hold, EndsByItself) {
    const ShiftPolicy policy = plainPolicy();
    const struct {
        HeldCause cause;
        void (*still)(ShiftFacts &);
    } cases[] = {
        {HeldCause::NoEvidence, [](ShiftFacts &facts) { facts.newestEvidence = at(999); }},
        {HeldCause::NoEvidence, [](ShiftFacts &facts) { facts.targetRequestsPerSecond = 0; }},
        {HeldCause::RollbackPath, [](ShiftFacts &facts) { facts.rollbackPath.good = false; }},
    };
    for (const auto &one : cases) {
        ShiftStatus status = statusIn(ShiftState::Held, 20);
        status.heldCause = one.cause;
        ShiftFacts facts = greenFacts(policy, at(2'000));
        one.still(facts);
        EXPECT_FALSE(advance(policy, status, facts)) << heldCauseWord(one.cause);
        const auto ended = advance(policy, status, greenFacts(policy, at(2'001)));
        ASSERT_TRUE(ended) << heldCauseWord(one.cause);
        EXPECT_EQ(ended->next.state, ShiftState::Stabilizing);
        EXPECT_EQ(ended->next.stabilizationEndsAt, at(2'061));
        EXPECT_EQ(ended->next.steppedAt, at(1'000)) << "the evidence that ended it is not thrown away";
    }
}

TEST(Hold, NoEvidenceForTooLong) {
    const ShiftPolicy policy = plainPolicy();
    ShiftStatus status = statusIn(ShiftState::Evaluating, 20);
    ShiftFacts facts = greenFacts(policy, at(1'059));
    facts.newestEvidence.reset();
    facts.targetRequestsPerSecond = 0;
    facts.guards[0].last = judged(Verdict::NoData, at(1'059), 0);
    EXPECT_FALSE(advance(policy, status, facts));
    facts.now = at(1'060);
    const auto held = advance(policy, status, facts);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->next.heldCause, HeldCause::NoEvidence);
}

TEST(Hold, AFreezeHoldsAndItsEndGoesOn) {
    ShiftPolicy policy = plainPolicy();
    policy.freezes = {{at(1'990), at(3'000), "fair"}};
    const auto held =
        advance(policy, statusIn(ShiftState::Evaluating, 5), greenFacts(policy, at(2'000)));
    ASSERT_TRUE(held);
    EXPECT_EQ(held->next.heldCause, HeldCause::Freeze);
    EXPECT_FALSE(advance(policy, held->next, greenFacts(policy, at(2'999))));
    EXPECT_EQ(advance(policy, held->next, greenFacts(policy, at(3'000)))->next.state,
              ShiftState::Stabilizing);
}

TEST(Approval, IsAskedLastAndOnlyWhileAllElseIsGreen) {
    ShiftPolicy policy = plainPolicy();
    policy.approval = StepApproval::EachStep;
    const auto asked =
        advance(policy, statusIn(ShiftState::Evaluating, 5), greenFacts(policy, at(2'000)));
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->next.state, ShiftState::AwaitingApproval);
    EXPECT_TRUE(asked->opensStepApproval);

    ShiftStatus waiting = statusIn(ShiftState::AwaitingApproval, 5);
    ShiftFacts facts = greenFacts(policy, at(2'001));
    ShiftOrder approve = order(ShiftCommand::Approve);
    approve.facts = &facts;
    const auto step = obey(policy, waiting, approve, at(2'001));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->next.percentage, percent(10));
    EXPECT_TRUE(step->closesApproval);
    // Green gates of long ago are no evidence: the runner may have waited for the store since.
    EXPECT_TRUE(obey(policy, waiting, approve, at(2'011)));
    const auto late = obey(policy, waiting, approve, at(2'012));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(late.error().message.find("the gates were last looked at "), 0U) << late.error().message;

    ShiftStatus asking = asked->next;
    asking.approvalId = "a1";
    EXPECT_FALSE(advance(policy, asking, greenFacts(policy, at(88'399))));
    const auto nobody = advance(policy, asking, greenFacts(policy, at(88'400)));
    ASSERT_TRUE(nobody) << "after a day it counts as rejected";
    EXPECT_EQ(nobody->next.state, ShiftState::Suspended);

    facts.targetRequestsPerSecond = 0;
    EXPECT_FALSE(obey(policy, waiting, approve, at(2'001))) << "a gate shut meanwhile";
    EXPECT_FALSE(advance(policy, waiting, facts)) << "but a pause in the traffic is no reason to ask anew";
    facts.rollbackPath.good = false;
    const auto withdrawn = advance(policy, waiting, facts);
    ASSERT_TRUE(withdrawn);
    EXPECT_EQ(withdrawn->next.state, ShiftState::Evaluating);
    EXPECT_TRUE(withdrawn->closesApproval);
    EXPECT_EQ(withdrawn->detail, "proven") << "what says no, not what is only silent";
}

// A question that comes and goes with each request is a new alert each time.
TEST(Approval, StaysOpenWhileOnlyLittleIsMeasured) {
    ShiftPolicy policy = plainPolicy();
    policy.approval = StepApproval::EachStep;
    policy.consistencyGate = ConsistencyGate{{"users"}, 99.5, 3'600};
    const auto stays = [&](double percentage, const std::function<void(ShiftFacts &)> &change) {
        ShiftFacts facts = greenFacts(policy, at(2'000));
        change(facts);
        const ShiftStatus waiting = statusIn(ShiftState::AwaitingApproval, percentage);
        ShiftOrder approve = order(ShiftCommand::Approve);
        approve.facts = &facts;
        EXPECT_FALSE(obey(policy, waiting, approve, at(2'000))) << "nothing is raised meanwhile";
        return !advance(policy, waiting, facts);
    };
    const auto judges = [](Verdict verdict) {
        return [verdict](ShiftFacts &facts) { facts.guards[0].last = judged(verdict, at(2'000), 0); };
    };
    EXPECT_TRUE(stays(5, [](ShiftFacts &facts) { facts.targetRequestsPerSecond = 0; }));
    EXPECT_TRUE(stays(5, [](ShiftFacts &facts) { facts.newestEvidence.reset(); }));
    EXPECT_TRUE(stays(5, [](ShiftFacts &facts) { facts.guards[0].last->samples = 1; }));
    EXPECT_TRUE(stays(0, [](ShiftFacts &facts) { facts.otherMetrics.good = false; }));
    for (const Verdict verdict : {Verdict::TooFew, Verdict::NoData, Verdict::Stale, Verdict::SourceError})
        EXPECT_TRUE(stays(5, judges(verdict))) << verdictWord(verdict);
    EXPECT_FALSE(stays(5, judges(Verdict::Breach)));
    EXPECT_FALSE(stays(0, [](ShiftFacts &facts) { facts.targetHealth.good = false; }));
    for (const double percentage : {0.0, 5.0}) {
        EXPECT_FALSE(stays(percentage, [](ShiftFacts &facts) { facts.rollbackPath.good = false; }));
        EXPECT_FALSE(stays(percentage, [](ShiftFacts &facts) { facts.consistency[0].percentage = 99.0; }));
    }
    policy.approval = StepApproval::None;
    const auto nobody = advance(policy, statusIn(ShiftState::AwaitingApproval, 5), greenFacts(policy, at(2'000)));
    ASSERT_TRUE(nobody);
    EXPECT_EQ(nobody->detail, "no approval is asked for any more");
}

// One request in half a minute: asked once, and approved as soon as one comes.
TEST(Approval, IsAskedOnceOnAQuietSystem) {
    ShiftPolicy policy = plainPolicy();
    policy.approval = StepApproval::EachStep;
    policy.guards = {};
    int asked = 0;
    ShiftStatus status = statusIn(ShiftState::Evaluating, 5);
    for (int second = 2'000; second < 2'600; ++second) {
        ShiftFacts facts = greenFacts(policy, at(second));
        facts.targetRequestsPerSecond = second % 30 < 10 ? 0.1 : 0;
        const auto transition = advance(policy, status, facts);
        if (!transition) continue;
        asked += transition->opensStepApproval;
        status = transition->next;
        if (transition->opensStepApproval) status.approvalId = "a1";
    }
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(status.state, ShiftState::AwaitingApproval);
}

TEST(Approval, IsAskedOnlyForStepsThatEndAboveTheSetShare) {
    ShiftPolicy policy = plainPolicy(); // by 5 %
    policy.approval = StepApproval::Above;
    policy.approvalAbove = percent(10);
    const auto next = [&](double from, std::optional<double> target = std::nullopt) {
        ShiftStatus status = statusIn(ShiftState::Evaluating, from);
        if (target) status.target = percent(*target);
        return advance(policy, status, greenFacts(policy, at(2'000)))->next;
    };
    EXPECT_EQ(next(0).percentage, percent(5));
    EXPECT_EQ(next(5).percentage, percent(10));
    EXPECT_EQ(next(10).state, ShiftState::AwaitingApproval);
    EXPECT_EQ(next(7).state, ShiftState::AwaitingApproval) << "12 % is above";
    EXPECT_EQ(next(7, 9).percentage, percent(9)) << "the target cuts the step";
}

TEST(Approval, AStepMaySayForItselfWhetherItAsks) {
    ShiftPolicy policy = plainPolicy();
    policy.steps = {{percent(1), {}, {}}, {percent(10), {}, {}, true}, {percent(50), {}, {}, false}};
    const auto asks = [&](double from, std::optional<double> target = std::nullopt) {
        ShiftStatus status = statusIn(ShiftState::Evaluating, from);
        if (target) status.target = percent(*target);
        const auto next = advance(policy, status, greenFacts(policy, at(2'000)));
        return next && next->next.state == ShiftState::AwaitingApproval;
    };
    EXPECT_FALSE(asks(0));
    EXPECT_TRUE(asks(1));
    EXPECT_TRUE(asks(1, 9.99)) << "a target just before it is no way round it";
    EXPECT_FALSE(asks(1, 1));
    EXPECT_FALSE(asks(10));
    EXPECT_FALSE(asks(50)) << "beyond the steps as the policy says";
    policy.approval = StepApproval::EachStep;
    EXPECT_TRUE(asks(0));
    EXPECT_FALSE(asks(10)) << "this one is excepted";
    EXPECT_TRUE(asks(50));
}

TEST(Approval, AWaitingOneDoesNotStopTheGuards) {
    ShiftPolicy policy = plainPolicy();
    policy.approval = StepApproval::EachStep;
    for (const OnBreach act : {OnBreach::Hold, OnBreach::ProposeRollback, OnBreach::Rollback}) {
        policy.onBreach = act;
        const ShiftStatus waiting = statusIn(ShiftState::AwaitingApproval, 20);
        const auto tripped = advance(policy, waiting, trippedFacts(policy, at(2'000)));
        ASSERT_TRUE(tripped);
        EXPECT_TRUE(tripped->closesApproval) << "the question about the step is no longer open";
        EXPECT_EQ(tripped->next.state, act == OnBreach::Hold ? ShiftState::Held
                                       : act == OnBreach::ProposeRollback
                                           ? ShiftState::RollbackProposed
                                           : ShiftState::RolledBack);
        EXPECT_EQ(tripped->opensRollbackApproval, act == OnBreach::ProposeRollback);
    }
}

TEST(Restart, TimeSpentDownIsNoStabilization) {
    const ShiftPolicy policy = plainPolicy();
    for (const ShiftState state : {ShiftState::Stabilizing, ShiftState::Evaluating}) {
        const auto again = restarted(policy, statusIn(state, 5), at(50'000));
        ASSERT_TRUE(again) << shiftStateWord(state);
        EXPECT_EQ(again->next.state, ShiftState::Stabilizing);
        EXPECT_EQ(again->next.percentage, percent(5));
        EXPECT_EQ(again->next.stabilizationEndsAt, at(50'060));
        EXPECT_EQ(again->next.steppedAt, at(50'000)) << "evidence from before does not count";
    }
    for (const ShiftState state :
         {ShiftState::Draft, ShiftState::Suspended, ShiftState::RolledBack, ShiftState::Completed,
          ShiftState::Finalized, ShiftState::RollbackProposed})
        EXPECT_FALSE(restarted(policy, statusIn(state, 5), at(50'000))) << shiftStateWord(state);
}

TEST(Status, IsStoredWhole) {
    for (std::size_t i = 0; i < ShiftStateCount; ++i) {
        ShiftStatus status = statusIn(static_cast<ShiftState>(i), 12.34);
        status.target = percent(0);
        status.overridden = {Gate::Traffic, Gate::Window};
        status.heldDetail = "why";
        status.rollbackRefused = i % 2 == 0;
        status.askedBy = "ann";
        status.sessions = changedTo(startedAt({}), percent(12.34), at(900));
        const auto read = statusFromJson(statusToJson(status));
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, status);
    }
    Json older = statusToJson(statusIn(ShiftState::Held, 20));
    older.erase("rollback_refused");
    older.erase("asked_by");
    older.erase("sessions");
    ASSERT_TRUE(statusFromJson(older));
    EXPECT_TRUE(statusFromJson(older)->rollbackRefused) << "as it was meant when it was stored";
    Json broken = statusToJson(ShiftStatus());
    broken["state"] = "NO_SUCH";
    EXPECT_FALSE(statusFromJson(broken));
    EXPECT_FALSE(statusFromJson(Json()));
}

} // namespace
} // namespace crossfade::test
