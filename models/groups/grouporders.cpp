// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/grouptransitions.h"
#include "models/core/refusals.h"

namespace crossfade {

using namespace grouptransitions;

namespace {

GroupTransition start(const UserGroup &group, const GroupStatus &status, std::size_t users, Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::Started, "started");
    if (status.state == GroupState::Draft)
        transition.next.batches = BatchTable(batchCount(group, users));
    transition.next.batches.replace(BatchState::RolledBack, BatchState::Pending);
    enter(transition, GroupState::Running, now);
    return transition;
}

GroupTransition resume(const UserGroup &group, const GroupStatus &status, Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::Resumed, "resumed");
    enter(transition, GroupState::Running, now);
    transition.next.rollbackRefused = false;
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
    GroupTransition transition = transitionOf(status, GroupCause::RolledBack, "every batch is back");
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
    GroupTransition transition = transitionOf(status, GroupCause::BatchRolledBack, named(batch) + " is back");
    transition.batch = batch;
    transition.next.batches.set(batch, BatchState::RolledBack);
    const bool current = status.batch == batch;
    if (current) transition.next.batch.reset();
    // The batch under way goes on settling; with it, or without one, the group waits for a person.
    const bool proposed = status.state == GroupState::RollbackProposed;
    if (status.state == GroupState::Completed || (current && (status.state == GroupState::Running || proposed)))
        enter(transition, GroupState::Held, now);
    if (transition.next.state == GroupState::Held && (current || status.state == GroupState::Completed)) {
        transition.next.hold = GroupHold::BatchesRolledBack;
        transition.next.holdDetail = transition.detail;
    }
    return transition;
}

// For the batch that was shown, and for no other; and only while nothing else keeps it.
Result<GroupTransition> approve(const UserGroup &group, const GroupStatus &status, std::size_t batch, Instant now) {
    if (status.state == GroupState::RollbackProposed) {
        GroupTransition back = takeProposedBack(status, "the proposed rollback was approved", now);
        back.failed = false; // a person's act
        return back;
    }
    if (status.batches.first(BatchState::Pending) != batch)
        return fail(ErrorKind::Conflict, named(batch) + " is no longer the next one");
    if (const std::string waits = whatWaits(group, now); !waits.empty()) return fail(ErrorKind::Conflict, waits);
    return moveBatch(group, status, batch, named(batch) + " was approved and moves", now);
}

GroupTransition reject(const GroupStatus &status, Instant now) {
    if (status.state != GroupState::RollbackProposed) return rejectBatch(status, "the next batch was rejected", now);
    GroupTransition held = refuseRollback(status, "the proposed rollback was rejected", now);
    held.failed = false;
    return held;
}

} // namespace

Result<GroupTransition> obey(const UserGroup &group, const GroupStatus &status, const GroupOrder &order,
                             std::size_t users, Instant now) {
    if (!fits(status.state, order.command))
        return fail(refused(refusals::GroupTakesNo, {std::string(groupStateWord(status.state)),
                                                     std::string(groupCommandWord(order.command))}));
    switch (order.command) {
    case GroupCommand::Shift:
        // Nobody moved is no success.
        if (users == 0) return fail(refused(refusals::GroupIsEmpty));
        if (batchCount(group, users) > MostBatches)
            return invalid("/batch_size", "makes more than 100000 batches of this group");
        return start(group, status, users, now);
    case GroupCommand::Suspend: {
        GroupTransition transition = transitionOf(status, GroupCause::Suspended, "suspended");
        enter(transition, GroupState::Suspended, now);
        return transition;
    }
    case GroupCommand::Resume:
        return resume(group, status, now);
    case GroupCommand::Rollback:
        return rollBack(status, now);
    case GroupCommand::RollbackBatch:
        return rollBackBatch(status, order.batch, now);
    case GroupCommand::Approve:
        return approve(group, status, order.batch, now);
    case GroupCommand::Reject:
        return reject(status, now);
    }
    return fail(ErrorKind::Internal, "no such command");
}

} // namespace crossfade
