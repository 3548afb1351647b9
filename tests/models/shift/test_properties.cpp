// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

// One thing that happens to a shift: time passes and the runner looks, or a person commands.
struct Happening {
    int seconds = 1;
    int verdict = 0;  // of the guard
    int broken = 0;   // which fact is bad; past the list: none
    int tripped = 0;  // 0: yes
    int command = -1; // one of ShiftCommand, or none
    int target = 0;   // percent
    bool restart = false;
};

rc::Gen<Happening> anyHappening() {
    return rc::gen::build<Happening>(
        rc::gen::set(&Happening::seconds, rc::gen::inRange(1, 90)),
        rc::gen::set(&Happening::verdict, rc::gen::weightedElement<int>(
                                              {{6, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 5}})),
        rc::gen::set(&Happening::broken, rc::gen::inRange(0, 14)),
        rc::gen::set(&Happening::tripped, rc::gen::inRange(0, 12)),
        rc::gen::set(
            &Happening::command,
            rc::gen::weightedOneOf<int>({{4, rc::gen::just(-1)}, {1, rc::gen::inRange(0, 8)}})),
        rc::gen::set(&Happening::target, rc::gen::inRange(0, 101)),
        rc::gen::set(&Happening::restart,
                     rc::gen::map(rc::gen::inRange(0, 20), [](int n) { return n == 0; })));
}

ShiftPolicy anyPolicy() {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(*rc::gen::inRange(1, 101));
    policy.increment = percent(*rc::gen::inRange(1, 101));
    policy.stabilizationSeconds = *rc::gen::inRange(0, 100);
    policy.onBreach = static_cast<OnBreach>(*rc::gen::inRange(0, 3));
    policy.proposalRollsBack = *rc::gen::arbitrary<bool>();
    if (*rc::gen::inRange(0, 4) == 0) policy.approval = StepApproval::EachStep;
    return policy;
}

ShiftFacts factsOf(const ShiftPolicy &policy, const Happening &happening, Instant now) {
    ShiftFacts facts = greenFacts(policy, now);
    const auto verdict = static_cast<Verdict>(happening.verdict);
    facts.guards[0].last = judged(verdict, now);
    facts.guards[0].tripped = happening.tripped == 0 && verdict == Verdict::Breach;
    switch (happening.broken) {
    case 0:
        facts.newestEvidence.reset();
        break;
    case 1:
        facts.targetRequestsPerSecond = 0;
        break;
    case 2:
        facts.rollbackPath.good = false;
        break;
    case 3:
        facts.targetHealth.good = false;
        break;
    case 4:
        facts.otherMetrics.good = false;
        break;
    default:
        break;
    }
    return facts;
}

// A seen change with what caused it.
struct Seen {
    ShiftStatus before;
    ShiftTransition transition;
    ShiftFacts facts;
    std::optional<ShiftCommand> command;
};

std::vector<Seen> live(const ShiftPolicy &policy, const std::vector<Happening> &happenings,
                       ShiftStatus &status) {
    std::vector<Seen> all;
    Instant now = at(1'000);
    for (const Happening &happening : happenings) {
        now += Seconds(happening.seconds);
        const ShiftFacts facts = factsOf(policy, happening, now);
        std::optional<ShiftTransition> transition;
        std::optional<ShiftCommand> command;
        if (happening.restart) {
            transition = restarted(policy, status, now);
        } else if (happening.command >= 0) {
            command = static_cast<ShiftCommand>(happening.command);
            ShiftOrder asked = order(*command, happening.target);
            asked.facts = &facts;
            asked.mode = happening.target % 2 ? RollbackMode::Stepwise : RollbackMode::Immediate;
            asked.gate = static_cast<Gate>(happening.target % static_cast<int>(GateCount));
            if (auto answer = obey(policy, status, asked, now)) transition = *answer;
        } else {
            transition = advance(policy, status, facts);
        }
        if (!transition) continue;
        if (transition->opensRollbackApproval || transition->opensStepApproval)
            transition->next.approvalId = "a";
        all.push_back({status, *transition, facts, command});
        status = transition->next;
    }
    return all;
}

std::vector<Happening> anyLife() {
    auto happenings = *rc::gen::container<std::vector<Happening>>(anyHappening());
    Happening start;
    start.command = 0;
    start.target = 100;
    happenings.insert(happenings.begin(), start);
    return happenings;
}

RC_GTEST_PROP(AnyLife, RisesOnlyByOneStepAndNeverAboveMaxOrGoal, ()) {
    const ShiftPolicy policy = anyPolicy();
    ShiftStatus status;
    for (const Seen &seen : live(policy, anyLife(), status)) {
        const Percentage was = seen.before.percentage;
        const Percentage is = seen.transition.next.percentage;
        RC_ASSERT(is <= policy.max);
        if (is <= was) continue;
        RC_ASSERT(is <= goalOf(policy, seen.before));
        RC_ASSERT(is - was <= policy.increment);
        const bool approved = seen.command == ShiftCommand::Approve;
        RC_ASSERT(!seen.command.has_value() || approved);
    }
}

RC_GTEST_PROP(AnyLife, RisesOnlyWhileTheGuardPassesOrIsOverridden, ()) {
    const ShiftPolicy policy = anyPolicy();
    ShiftStatus status;
    for (const Seen &seen : live(policy, anyLife(), status)) {
        if (seen.transition.next.percentage <= seen.before.percentage) continue;
        RC_ASSERT(!seen.facts.guards[0].tripped || seen.command.has_value());
        RC_ASSERT(seen.facts.rollbackPath.good);
        if (seen.before.percentage == Percentage() || seen.before.overridden.contains(Gate::Guards))
            continue;
        RC_ASSERT(seen.facts.guards[0].last->verdict == Verdict::Pass);
    }
}

RC_GTEST_PROP(AnyLife, FallsOnlyByRollbackOrAPerson, ()) {
    const ShiftPolicy policy = anyPolicy();
    ShiftStatus status;
    for (const Seen &seen : live(policy, anyLife(), status)) {
        if (seen.transition.next.percentage >= seen.before.percentage) continue;
        const ShiftState to = seen.transition.next.state;
        RC_ASSERT(to == ShiftState::RolledBack || to == ShiftState::RollingBack);
        if (seen.command) continue;
        const bool asked = seen.before.state == ShiftState::RollingBack;
        const bool deadline = seen.before.state == ShiftState::RollbackProposed;
        RC_ASSERT(asked || deadline || seen.facts.guards[0].tripped);
    }
}

RC_GTEST_PROP(AnyLife, NobodyLeavesFinalized, ()) {
    const ShiftPolicy policy = anyPolicy();
    ShiftStatus status = statusIn(ShiftState::Finalized, 20);
    RC_ASSERT(live(policy, anyLife(), status).empty());
}

RC_GTEST_PROP(AnyLife, OpenApprovalsBelongToTheStatesThatWait, ()) {
    const ShiftPolicy policy = anyPolicy();
    ShiftStatus status;
    for (const Seen &seen : live(policy, anyLife(), status)) {
        const ShiftState state = seen.transition.next.state;
        const bool waits =
            state == ShiftState::AwaitingApproval || state == ShiftState::RollbackProposed;
        RC_ASSERT(waits == !seen.transition.next.approvalId.empty());
        RC_ASSERT(seen.before.approvalId.empty() ||
                  seen.before.approvalId == seen.transition.next.approvalId ||
                  seen.transition.closesApproval);
    }
}

RC_GTEST_PROP(AnyLife, WhatIsStoredGivesTheSameLifeAgain, ()) {
    const ShiftPolicy policy = anyPolicy();
    const std::vector<Happening> happenings = anyLife();
    ShiftStatus once;
    const std::vector<Seen> seen = live(policy, happenings, once);
    // Every stored status, read back, is the one the next change started from.
    for (std::size_t i = 0; i + 1 < seen.size(); ++i) {
        const auto read = statusFromJson(statusToJson(seen[i].transition.next));
        RC_ASSERT(read.has_value());
        RC_ASSERT(*read == seen[i + 1].before);
    }
    ShiftStatus again;
    live(policy, happenings, again);
    RC_ASSERT(again == once);
}

RC_GTEST_PROP(AnyLife, TheNextActionNeverPromisesMoreThanAStep, ()) {
    const ShiftPolicy policy = anyPolicy();
    ShiftStatus status;
    for (const Seen &seen : live(policy, anyLife(), status)) {
        const NextAction action = nextAction(policy, seen.transition.next, seen.facts);
        if (action.kind != NextAction::Kind::Step || !action.percentage) continue;
        RC_ASSERT(*action.percentage > seen.transition.next.percentage);
        RC_ASSERT(*action.percentage <= goalOf(policy, seen.transition.next));
    }
}

} // namespace
} // namespace crossfade::test
