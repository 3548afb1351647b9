// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/grouptransitions.h"

namespace crossfade::grouptransitions {

std::string named(std::size_t batch) {
    return "batch " + std::to_string(batch + 1);
}

GroupTransition transitionOf(const GroupStatus &status, GroupCause cause, std::string detail) {
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
    transition.next.deadline.reset();
}

void settle(const UserGroup &group, GroupTransition &transition, Instant now) {
    transition.next.batches.set(*transition.next.batch, BatchState::Settling);
    transition.next.settlesAt = now + Seconds(group.batchIntervalSeconds);
}

GroupTransition hold(const GroupStatus &status, GroupHold why, GroupCause cause, std::string detail, Instant now) {
    GroupTransition transition = transitionOf(status, cause, detail);
    enter(transition, GroupState::Held, now);
    transition.next.hold = why;
    transition.next.holdDetail = std::move(detail);
    transition.failed = true;
    return transition;
}

GroupTransition moveBatch(const UserGroup &group, const GroupStatus &status, std::size_t batch, std::string detail,
                          Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::BatchMoved, std::move(detail));
    if (status.state != GroupState::Running) enter(transition, GroupState::Running, now);
    transition.batch = batch;
    transition.next.batch = batch;
    transition.next.batches.set(batch, BatchState::Moving);
    transition.next.movedAt = now;
    transition.next.settlesAt = now + Seconds(group.batchIntervalSeconds);
    transition.next.rollbackRefused = false;
    return transition;
}

GroupTransition takeProposedBack(const GroupStatus &status, const std::string &why, Instant now) {
    const std::size_t batch = *status.batch;
    GroupTransition transition =
        hold(status, GroupHold::Guard, GroupCause::BatchRolledBack, named(batch) + " is back: " + why, now);
    transition.next.batches.set(batch, BatchState::RolledBack);
    transition.next.batch.reset();
    return transition;
}

GroupTransition refuseRollback(const GroupStatus &status, const std::string &why, Instant now) {
    GroupTransition transition = hold(status, GroupHold::Guard, GroupCause::RollbackRefused,
                                      named(*status.batch) + " stays held: " + why, now);
    transition.next.rollbackRefused = true;
    return transition;
}

GroupTransition rejectBatch(const GroupStatus &status, const std::string &why, Instant now) {
    GroupTransition transition = transitionOf(status, GroupCause::Rejected, why);
    enter(transition, GroupState::Suspended, now);
    transition.batch = status.batches.first(BatchState::Pending);
    return transition;
}

} // namespace crossfade::grouptransitions
