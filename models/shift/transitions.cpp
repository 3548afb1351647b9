// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/transitions.h"

#include "models/shift/takeover.h"

#include <algorithm>

namespace crossfade::transitions {

ShiftTransition to(const Look &look, ShiftState state, ShiftCause cause, std::string detail) {
    ShiftTransition transition;
    transition.next = look.status;
    transition.next.state = state;
    transition.next.since = look.facts.now;
    transition.next.heldCause.reset();
    transition.next.heldDetail.clear();
    transition.next.rollbackRefused = false;
    transition.next.stabilizationEndsAt.reset();
    transition.next.startsAt.reset();
    transition.next.deadline.reset();
    transition.next.approvalId.clear();
    transition.closesApproval = !look.status.approvalId.empty();
    transition.cause = cause;
    transition.detail = std::move(detail);
    return transition;
}

ShiftTransition stabilize(const Look &look, ShiftCause cause, std::string detail) {
    ShiftTransition transition = to(look, ShiftState::Stabilizing, cause, std::move(detail));
    transition.next.steppedAt = look.facts.now;
    transition.next.stabilizationEndsAt =
        look.facts.now + Seconds(stabilizationSecondsAt(look.policy, transition.next.percentage));
    return transition;
}

ShiftTransition hold(const Look &look, HeldCause heldCause, ShiftCause cause, std::string detail) {
    ShiftTransition transition = to(look, ShiftState::Held, cause, detail);
    transition.next.heldCause = heldCause;
    transition.next.heldDetail = std::move(detail);
    transition.failed = true;
    return transition;
}

ShiftTransition refuseRollback(const Look &look, std::string detail) {
    ShiftTransition transition =
        hold(look, HeldCause::Guard, ShiftCause::Rejected, std::move(detail));
    transition.next.rollbackRefused = true;
    return transition;
}

ShiftTransition rollBackNow(const Look &look, Percentage floor, std::string detail) {
    ShiftTransition transition =
        to(look, ShiftState::RolledBack, ShiftCause::RolledBack, std::move(detail));
    transition.next.percentage = std::min(floor, look.status.percentage);
    // Whatever holds it there and is resumed does not walk back up to what was asked for before.
    if (floor > Percentage()) transition.next.target = transition.next.percentage;
    transition.next.cleared = std::min(look.status.cleared, transition.next.percentage);
    transition.next.steppedAt = look.facts.now;
    transition.next.overridden.clear();
    transition.restartsGuards = true;
    return transition;
}

ShiftTransition goOn(const Look &look, ShiftCause cause, std::string detail) {
    if (look.status.percentage > Percentage()) return stabilize(look, cause, std::move(detail));
    ShiftTransition transition = to(look, ShiftState::Evaluating, cause, std::move(detail));
    transition.next.steppedAt = look.facts.now;
    return transition;
}

Result<ShiftTransition> takeOver(const Look &look, const PolicyCover &from, Percentage target) {
    if (const auto possible = canTakeOver(look.policy, from); !possible)
        return fail(possible.error());
    if (target < from.percentage)
        return invalid("/target_percentage", "must not be below the " + from.percentage.text() +
                                                 " % that it takes over: roll back afterwards");
    ShiftStatus taken = look.status;
    taken.percentage = from.percentage;
    ShiftTransition transition =
        goOn({look.policy, taken, look.facts}, ShiftCause::TookOver,
             "takes over " + from.percentage.text() + " % from " + from.name);
    transition.next.target = target;
    transition.restartsGuards = true;
    transition.takesOver = from;
    return transition;
}

Step takeStep(const Look &look) {
    const Percentage next =
        nextStop(look.policy, look.status.percentage, goalOf(look.policy, look.status));
    if (next <= look.status.percentage) return std::nullopt;
    const Percentage held = look.status.percentage;
    ShiftTransition transition = stabilize(look, ShiftCause::Stepped, {});
    transition.next.cleared = held;
    transition.next.percentage = next;
    transition.next.stabilizationEndsAt =
        look.facts.now + Seconds(stabilizationSecondsAt(look.policy, next));
    transition.next.overridden.clear();
    transition.restartsGuards = true;
    transition.detail = held == Percentage() ? "first step, " + next.text() + " %"
                                             : "guards held at " + held.text() + " %";
    return transition;
}

} // namespace crossfade::transitions
