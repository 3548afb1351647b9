// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/grouptransitions.h"

#include "models/shift/shiftmachine.h"

#include <algorithm>

namespace crossfade {

using namespace grouptransitions;

namespace {

OnBreach actOf(const UserGroup &group, const Guard &guard) {
    return guard.onBreach.value_or(group.onBreach);
}

std::string sentenceOf(const GuardFact &fact, std::size_t batch) {
    return named(batch) + ": " + guardTitle(*fact.guard) + ": " +
           (fact.last ? fact.last->detail : std::string("tripped"));
}

GroupTransition propose(const UserGroup &group, const GroupStatus &status, std::string detail, Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::ProposedRollback, std::move(detail));
    enter(transition, GroupState::RollbackProposed, now);
    transition.next.deadline = now + Seconds(group.proposalDeadlineSeconds);
    transition.opens = GroupQuestion::Rollback;
    transition.failed = true;
    return transition;
}

GroupTransition breach(const UserGroup &group, const GroupStatus &status, const GuardFact &fact, Instant now) {
    const std::size_t batch = *status.batch;
    const OnBreach act = actOf(group, *fact.guard);
    const bool back = act == OnBreach::Rollback;
    const std::string detail = sentenceOf(fact, batch);
    GroupTransition transition =
        act == OnBreach::ProposeRollback
            ? propose(group, status, detail, now)
            : hold(status, GroupHold::Guard, back ? GroupCause::BatchRolledBack : GroupCause::HeldByGuard, detail, now);
    transition.next.batches.set(batch, back ? BatchState::RolledBack : BatchState::Held);
    if (back) transition.next.batch.reset();
    transition.tripped = fact.guard;
    return transition;
}

// The tripped guard that asks for the strictest act, null if none did.
const GuardFact *strictestTripped(const UserGroup &group, const GroupFacts &facts) {
    const GuardFact *worst = nullptr;
    for (const GuardFact &fact : facts.guards) {
        if (!fact.guard->decides || !fact.tripped) continue;
        if (!worst || actOf(group, *fact.guard) > actOf(group, *worst->guard)) worst = &fact;
    }
    return worst;
}

// What was missing is there: with it the batch has only begun to prove itself.
GroupTransition settleAnew(const UserGroup &group, const GroupStatus &status, Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::HeldEnded,
                                              named(*status.batch) + " settles anew: its guards find evidence again");
    settle(group, transition, now);
    enter(transition, GroupState::Running, now);
    return transition;
}

// The first guard that lets no batch through, null if all do.
const GuardFact *notPassed(const GroupFacts &facts) {
    const auto blocks = [](const GuardFact &fact) {
        return fact.guard->decides && (!fact.last || fact.last->verdict != Verdict::Pass);
    };
    const auto found = std::ranges::find_if(facts.guards, blocks);
    return found == facts.guards.end() ? nullptr : &*found;
}

std::optional<GroupTransition> judgeBatch(const UserGroup &group, const GroupStatus &status,
                                          const GroupFacts &facts) {
    if (const GuardFact *tripped = strictestTripped(group, facts)) return breach(group, status, *tripped, facts.now);
    if (facts.now < status.settlesAt) return std::nullopt;
    const GuardFact *missing = notPassed(facts);
    if (!missing && status.state == GroupState::Held) return settleAnew(group, status, facts.now);
    if (!missing) {
        GroupTransition transition = transitionOf(status, GroupCause::BatchProven, named(*status.batch) + " has moved");
        transition.next.batches.set(*status.batch, BatchState::Moved);
        transition.next.batch.reset();
        return transition;
    }
    if (status.state == GroupState::Held || facts.now < status.settlesAt + MaxSilence) return std::nullopt;
    GroupTransition transition =
        hold(status, GroupHold::NoEvidence, GroupCause::HeldForEvidence,
                named(*status.batch) + ": " + guardTitle(*missing->guard) + ": " +
                    (missing->last ? missing->last->detail : std::string("not judged yet")),
                facts.now);
    transition.next.batches.set(*status.batch, BatchState::Held);
    return transition;
}

// It ends by a person only; but a guard that only holds must not keep a stricter one, tripped later, from
// acting.
std::optional<GroupTransition> whileHeldByGuard(const UserGroup &group, const GroupStatus &status,
                                                const GroupFacts &facts) {
    const GuardFact *tripped = strictestTripped(group, facts);
    if (!status.batch || !tripped) return std::nullopt;
    const OnBreach act = actOf(group, *tripped->guard);
    const bool asked = act == OnBreach::ProposeRollback && status.rollbackRefused;
    if (act == OnBreach::Hold || asked) return std::nullopt;
    return breach(group, status, *tripped, facts.now);
}

std::optional<GroupTransition> whileProposed(const UserGroup &group, const GroupStatus &status,
                                             const GroupFacts &facts) {
    const GuardFact *tripped = strictestTripped(group, facts);
    if (tripped && actOf(group, *tripped->guard) == OnBreach::Rollback)
        return breach(group, status, *tripped, facts.now);
    if (!status.deadline || facts.now < *status.deadline) return std::nullopt;
    constexpr const char *Nobody = "nobody answered within the deadline";
    if (!group.proposalRollsBack) return refuseRollback(status, Nobody, facts.now);
    return takeProposedBack(status, Nobody, facts.now);
}

bool needsApproval(const UserGroup &group, const GroupStatus &status) {
    if (group.approval != GroupApproval::FirstBatch) return group.approval == GroupApproval::EachBatch;
    return status.batches.count(BatchState::Moved) == 0; // none is under way when the next one moves
}

GroupTransition withdraw(const GroupStatus &status, std::string why, Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::ApprovalWithdrawn, std::move(why));
    transition.batch = status.batches.first(BatchState::Pending);
    enter(transition, GroupState::Running, now);
    return transition;
}

// The question is about a batch that would move now: with its time it goes.
std::optional<GroupTransition> whileAwaiting(const UserGroup &group, const GroupStatus &status, Instant now) {
    if (status.deadline && now >= *status.deadline)
        return rejectBatch(status, "nobody answered within the deadline", now);
    std::string waits = whatWaits(group, now);
    if (waits.empty() && needsApproval(group, status)) return std::nullopt;
    if (waits.empty()) waits = "no approval is asked for any more";
    return withdraw(status, std::move(waits), now);
}

GroupTransition ask(const GroupStatus &status, std::size_t batch, Instant now) {
    GroupTransition transition =
        transitionOf(status, GroupCause::ApprovalOpened, named(batch) + " waits for its approval");
    transition.batch = batch;
    enter(transition, GroupState::AwaitingApproval, now);
    transition.next.deadline = now + StepApprovalDeadline;
    transition.opens = GroupQuestion::Batch;
    return transition;
}

std::optional<GroupTransition> moveNext(const UserGroup &group, const GroupStatus &status, Instant now) {
    const auto next = status.batches.first(BatchState::Pending);
    if (!next && status.batches.count(BatchState::RolledBack) > 0)
        return hold(status, GroupHold::BatchesRolledBack, GroupCause::HeldByRolledBack,
                    std::to_string(status.batches.count(BatchState::RolledBack)) +
                        " batches are rolled back: resume moves them again",
                    now);
    if (!next) {
        GroupTransition transition = transitionOf(status, GroupCause::Completed, "all batches have moved");
        enter(transition, GroupState::Completed, now);
        return transition;
    }
    if (!whatWaits(group, now).empty()) return std::nullopt;
    if (needsApproval(group, status)) return ask(status, *next, now);
    return moveBatch(group, status, *next, named(*next) + " moves", now);
}

} // namespace

std::optional<GroupTransition> advance(const UserGroup &group, const GroupStatus &status,
                                       const GroupFacts &facts) {
    switch (status.state) {
    case GroupState::Draft:
    case GroupState::Suspended:
    case GroupState::Completed:
    case GroupState::RolledBack:
        return std::nullopt;
    case GroupState::AwaitingApproval:
        return whileAwaiting(group, status, facts.now);
    case GroupState::RollbackProposed:
        return whileProposed(group, status, facts);
    case GroupState::Held:
        if (status.hold == GroupHold::Guard) return whileHeldByGuard(group, status, facts);
        if (status.hold != GroupHold::NoEvidence) return std::nullopt;
        break;
    case GroupState::Running:
        break;
    }
    if (!status.batch) return moveNext(group, status, facts.now);
    if (status.batches.at(*status.batch) == BatchState::Moving) {
        GroupTransition transition =
            transitionOf(status, GroupCause::BatchSettles, named(*status.batch) + " settles");
        settle(group, transition, facts.now);
        return transition;
    }
    return judgeBatch(group, status, facts);
}

std::optional<GroupTransition> restarted(const UserGroup &group, const GroupStatus &status, Instant now) {
    // Suspended, nothing proves itself: the resume settles the batch anew.
    if (status.state == GroupState::Suspended) return std::nullopt;
    if (!status.batch || status.batches.at(*status.batch) == BatchState::Held) return std::nullopt;
    GroupTransition transition =
        transitionOf(status, GroupCause::Restarted,
                     "the service was restarted: " + named(*status.batch) + " settles anew");
    settle(group, transition, now);
    transition.next.movedAt = now;
    return transition;
}

std::optional<GroupTransition> askedAnew(const GroupStatus &status, Instant now) {
    if (status.state != GroupState::AwaitingApproval) return std::nullopt;
    return withdraw(status, "what was asked can no longer be answered", now);
}

} // namespace crossfade
