// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/groupmachine.h"

#include "models/shift/shiftmachine.h"

#include <algorithm>

namespace crossfade {

namespace {

GroupTransition from(const GroupStatus &status, GroupCause cause, std::string detail) {
    GroupTransition transition;
    transition.next = status;
    transition.cause = cause;
    transition.batch = status.batch;
    transition.detail = std::move(detail);
    return transition;
}

void enter(GroupTransition &transition, GroupState state, Instant now) {
    transition.next.state = state;
    transition.next.since = now;
    transition.next.hold.reset();
    transition.next.holdDetail.clear();
}

// To be told to people: they count from one.
std::string named(std::size_t batch) {
    return "batch " + std::to_string(batch + 1);
}

void settle(const UserGroup &group, GroupTransition &transition, Instant now) {
    transition.next.batches.set(*transition.next.batch, BatchState::Settling);
    transition.next.settlesAt = now + Seconds(group.batchIntervalSeconds);
}

GroupTransition hold(const GroupStatus &status, GroupHold why, GroupCause cause, std::string detail, Instant now) {
    GroupTransition transition = from(status, cause, detail);
    enter(transition, GroupState::Held, now);
    transition.next.hold = why;
    transition.next.holdDetail = std::move(detail);
    transition.failed = true;
    return transition;
}

bool takesBack(const UserGroup &group, const Guard &guard) {
    return guard.onBreach ? *guard.onBreach == OnBreach::Rollback : group.rollsBackOnBreach;
}

GroupTransition breach(const UserGroup &group, const GroupStatus &status, const GuardFact &fact, Instant now) {
    const std::size_t batch = *status.batch;
    const bool back = takesBack(group, *fact.guard);
    GroupTransition transition = hold(status, GroupHold::Guard,
                                      back ? GroupCause::BatchRolledBack : GroupCause::HeldByGuard,
                                      named(batch) + ": " + guardTitle(*fact.guard) + ": " +
                                          (fact.last ? fact.last->detail : std::string("tripped")),
                                      now);
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
        if (!worst || (takesBack(group, *fact.guard) && !takesBack(group, *worst->guard))) worst = &fact;
    }
    return worst;
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
    if (!missing) {
        GroupTransition transition = from(status, GroupCause::BatchProven, named(*status.batch) + " has moved");
        transition.next.batches.set(*status.batch, BatchState::Moved);
        transition.next.batch.reset();
        if (status.state == GroupState::Held) enter(transition, GroupState::Running, facts.now);
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
// taking the batch back.
std::optional<GroupTransition> whileHeldByGuard(const UserGroup &group, const GroupStatus &status,
                                                const GroupFacts &facts) {
    const GuardFact *tripped = strictestTripped(group, facts);
    if (!status.batch || !tripped || !takesBack(group, *tripped->guard)) return std::nullopt;
    return breach(group, status, *tripped, facts.now);
}

std::optional<GroupTransition> moveNext(const UserGroup &group, const GroupStatus &status, Instant now) {
    const auto next = status.batches.first(BatchState::Pending);
    if (!next && status.batches.count(BatchState::RolledBack) > 0)
        return hold(status, GroupHold::BatchesRolledBack, GroupCause::HeldByRolledBack,
                    std::to_string(status.batches.count(BatchState::RolledBack)) +
                        " batches are rolled back: resume moves them again",
                    now);
    if (!next) {
        GroupTransition transition = from(status, GroupCause::Completed, "all batches have moved");
        enter(transition, GroupState::Completed, now);
        return transition;
    }
    if (!whatWaits(group, now).empty()) return std::nullopt;
    GroupTransition transition = from(status, GroupCause::BatchMoved, named(*next) + " moves");
    transition.batch = next;
    transition.next.batch = next;
    transition.next.batches.set(*next, BatchState::Moving);
    transition.next.movedAt = now;
    transition.next.settlesAt = now + Seconds(group.batchIntervalSeconds);
    return transition;
}

} // namespace

std::optional<GroupTransition> advance(const UserGroup &group, const GroupStatus &status,
                                       const GroupFacts &facts) {
    const bool awaitsEvidence = status.state == GroupState::Held && status.hold == GroupHold::NoEvidence;
    if (status.state == GroupState::Held && status.hold == GroupHold::Guard) return whileHeldByGuard(group, status, facts);
    if (status.state != GroupState::Running && !awaitsEvidence) return std::nullopt;
    if (!status.batch) return moveNext(group, status, facts.now);
    if (status.batches.at(*status.batch) == BatchState::Moving) {
        GroupTransition transition = from(status, GroupCause::BatchSettles, named(*status.batch) + " settles");
        settle(group, transition, facts.now);
        return transition;
    }
    return judgeBatch(group, status, facts);
}

std::optional<GroupTransition> restarted(const UserGroup &group, const GroupStatus &status, Instant now) {
    if (!status.batch || status.batches.at(*status.batch) == BatchState::Held) return std::nullopt;
    GroupTransition transition =
        from(status, GroupCause::Restarted, "the service was restarted: " + named(*status.batch) + " settles anew");
    settle(group, transition, now);
    transition.next.movedAt = now;
    return transition;
}

namespace {

GroupTransition start(const UserGroup &group, const GroupStatus &status, std::size_t users, Instant now) {
    GroupTransition transition = from(status, GroupCause::Started, "started");
    if (status.state == GroupState::Draft)
        transition.next.batches = BatchTable(batchCount(group, users));
    transition.next.batches.replace(BatchState::RolledBack, BatchState::Pending);
    enter(transition, GroupState::Running, now);
    return transition;
}

GroupTransition resume(const UserGroup &group, const GroupStatus &status, Instant now) {
    GroupTransition transition = from(status, GroupCause::Resumed, "resumed");
    enter(transition, GroupState::Running, now);
    if (status.batch) {
        settle(group, transition, now);
        transition.next.movedAt = now;
    } else if (status.batches.count(BatchState::Pending) == 0) {
        // Only what was rolled back is left: whoever resumes means that.
        transition.next.batches.replace(BatchState::RolledBack, BatchState::Pending);
    }
    return transition;
}

GroupTransition rollBack(const GroupStatus &status, Instant now) {
    GroupTransition transition = from(status, GroupCause::RolledBack, "every batch is back");
    for (const BatchState state :
         {BatchState::Moving, BatchState::Settling, BatchState::Moved, BatchState::Held})
        transition.next.batches.replace(state, BatchState::RolledBack);
    transition.next.batch.reset();
    enter(transition, GroupState::RolledBack, now);
    transition.batch.reset();
    return transition;
}

Result<GroupTransition> rollBackBatch(const GroupStatus &status, std::size_t batch, Instant now) {
    if (batch >= status.batches.size())
        return invalid("/batch", "must be below " + std::to_string(status.batches.size()));
    if (!isOnTarget(status.batches.at(batch)))
        return invalid("/batch", "is " + std::string(batchStateWord(status.batches.at(batch))) +
                                     ": it has nobody to take back");
    GroupTransition transition = from(status, GroupCause::BatchRolledBack, named(batch) + " is back");
    transition.batch = batch;
    transition.next.batches.set(batch, BatchState::RolledBack);
    const bool current = status.batch == batch;
    if (current) transition.next.batch.reset();
    // The batch under way goes on settling; with it, or without one, the group waits for a person.
    if (status.state == GroupState::Completed || (current && status.state == GroupState::Running)) {
        enter(transition, GroupState::Held, now);
        transition.next.hold = GroupHold::BatchesRolledBack;
        transition.next.holdDetail = transition.detail;
    }
    if (current && status.state == GroupState::Held) {
        transition.next.hold = GroupHold::BatchesRolledBack;
        transition.next.holdDetail = transition.detail;
    }
    return transition;
}

} // namespace

Result<GroupTransition> obey(const UserGroup &group, const GroupStatus &status, const GroupOrder &order,
                             std::size_t users, Instant now) {
    if (!fits(status.state, order.command))
        return fail(ErrorKind::Conflict, "a group that is " + std::string(groupStateWord(status.state)) +
                                             " takes no " + std::string(groupCommandWord(order.command)));
    switch (order.command) {
    case GroupCommand::Shift:
        // Nobody moved is no success.
        if (users == 0) return fail(ErrorKind::Conflict, "the group has no members");
        if (batchCount(group, users) > MostBatches)
            return invalid("/batch_size", "makes more than 100000 batches of this group");
        return start(group, status, users, now);
    case GroupCommand::Suspend: {
        GroupTransition transition = from(status, GroupCause::Suspended, "suspended");
        enter(transition, GroupState::Suspended, now);
        return transition;
    }
    case GroupCommand::Resume:
        return resume(group, status, now);
    case GroupCommand::Rollback:
        return rollBack(status, now);
    case GroupCommand::RollbackBatch:
        return rollBackBatch(status, order.batch, now);
    }
    return fail(ErrorKind::Internal, "no such command");
}

} // namespace crossfade
