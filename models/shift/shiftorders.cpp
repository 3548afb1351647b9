// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/refusals.h"
#include "models/shift/transitions.h"

namespace crossfade {

using namespace transitions;

namespace {

constexpr std::chrono::hours FarthestStart{366 * 24};
constexpr Seconds OldestLook{10}; // at the gates, for an approval to be carried out by it

Failure doesNotFit(const ShiftStatus &status, ShiftCommand command) {
    return fail(refused(refusals::CommandDoesNotFit,
                        {std::string(shiftCommandWord(command)), std::string(shiftStateWord(status.state))}));
}

Result<ShiftTransition> schedule(const Look &look, Instant startAt, Percentage target) {
    if (look.status.state != ShiftState::Draft && look.status.state != ShiftState::Scheduled)
        return fail(refused(refusals::StartedAlready));
    if (startAt <= look.facts.now) return invalid("/start_at", "must lie ahead");
    if (startAt - look.facts.now > FarthestStart)
        return invalid("/start_at", "must be at most a year ahead");
    ShiftTransition transition = to(look, ShiftState::Scheduled, ShiftCause::Scheduled,
                                    "starts at " + formatInstant(startAt));
    transition.next.startsAt = startAt;
    transition.next.target = target;
    return transition;
}

Result<ShiftTransition> obeyShift(const Look &look, const ShiftOrder &order) {
    const Percentage target = order.target.value_or(look.policy.max);
    if (target > look.policy.max)
        return invalid("/target_percentage",
                       "must not be above max_shift_percentage, " + look.policy.max.text());
    const bool notStarted =
        look.status.state == ShiftState::Draft || look.status.state == ShiftState::Scheduled;
    if (order.startAt) return schedule(look, *order.startAt, target);
    if (order.takesOver && notStarted) return takeOver(look, *order.takesOver, target);
    const bool sameGoal = !notStarted && target == goalOf(look.policy, look.status);
    // At rest there is something to do even towards the same goal: max may have been raised since.
    const bool reached =
        look.status.state == ShiftState::AtTarget || look.status.state == ShiftState::Completed;
    const bool resting = look.status.state == ShiftState::RolledBack ||
                         look.status.state == ShiftState::Failed ||
                         (reached && look.status.percentage < target);
    if (sameGoal && !resting)
        return fail(refused(refusals::AlreadyGoesThere, {target.text()}));
    if (target < look.status.percentage) {
        ShiftTransition back =
            rollBackNow(look, target, "an operator lowered the target to " + target.text() + " %");
        back.next.target = target;
        return back;
    }
    const bool walking = look.status.state == ShiftState::Stabilizing ||
                         look.status.state == ShiftState::Evaluating ||
                         look.status.state == ShiftState::Held;
    ShiftTransition transition;
    if (walking) { // only the goal changes: what runs or holds goes on as it was
        transition.next = look.status;
        transition.cause = ShiftCause::Retargeted;
        transition.detail = "target " + target.text() + " %";
    } else {
        transition = look.status.state == ShiftState::AwaitingApproval ||
                             look.status.state == ShiftState::AtTarget
                         ? to(look, ShiftState::Evaluating, ShiftCause::Retargeted,
                              "target " + target.text() + " %")
                         : goOn(look, ShiftCause::Started, "target " + target.text() + " %");
        transition.restartsGuards = transition.cause == ShiftCause::Started;
    }
    transition.next.target = target;
    return transition;
}

Result<ShiftTransition> obeyRollback(const Look &look, const ShiftOrder &order) {
    const Percentage floor = order.target.value_or(Percentage());
    if (floor > look.status.percentage)
        return invalid("/target_percentage",
                       "must not be above the present " + look.status.percentage.text() + " %");
    if (order.mode == RollbackMode::Stepwise && floor < look.status.percentage) {
        ShiftTransition transition =
            to(look, ShiftState::RollingBack, ShiftCause::RollbackStep, "one step back");
        transition.next.rollbackFloor = floor;
        transition.next.percentage = previousStop(look.policy, look.status.percentage, floor);
        transition.next.cleared = std::min(look.status.cleared, transition.next.percentage);
        transition.next.steppedAt = look.facts.now;
        transition.next.overridden.clear();
        transition.restartsGuards = true;
        return transition;
    }
    return rollBackNow(look, floor, "an operator rolled back to " + floor.text() + " %");
}

Result<ShiftTransition> obeyApprove(const Look &look, const ShiftOrder &order) {
    if (look.status.state == ShiftState::RollbackProposed)
        return rollBackNow(look, look.status.rollbackFloor, "the proposed rollback was approved");
    if (!order.facts) return fail(refused(refusals::GatesUnknown));
    // The runner looks several times a second, unless the store keeps it waiting (an import): whatever became
    // of NEW meanwhile, nobody has seen it.
    if (look.facts.now - order.facts->now > OldestLook)
        return fail(refused(refusals::GatesOld, {formatInstant(order.facts->now)}));
    ShiftFacts facts = *order.facts; // as seen last; the step is taken now
    facts.now = look.facts.now;
    const Look now{look.policy, look.status, facts};
    const std::vector<GateReport> gates = gatesFor(look.policy, look.status, facts, true);
    if (const GateReport *gate = firstBlocked(gates))
        return fail(refused(refusals::GateNotGreen, {std::string(gateWord(gate->gate)), gate->detail}));
    Step step = takeStep(now);
    if (!step) return fail(refused(refusals::NoStep));
    return *step;
}

Result<ShiftTransition> obeyReject(const Look &look) {
    if (look.status.state == ShiftState::RollbackProposed)
        return refuseRollback(look, "the proposed rollback was rejected");
    return to(look, ShiftState::Suspended, ShiftCause::Rejected, "the step was rejected");
}

Result<ShiftTransition> obeyOverride(const Look &look, const ShiftOrder &order) {
    // Evidence that the step cannot be undone is never waived; nor is a person's consent.
    if (order.gate == Gate::RollbackPath || order.gate == Gate::Approval)
        return invalid("/gate", std::string(gateWord(order.gate)) + " cannot be overridden");
    ShiftTransition transition;
    transition.next = look.status;
    transition.next.overridden.insert(order.gate);
    transition.cause = ShiftCause::Overridden;
    transition.detail = std::string(gateWord(order.gate)) + " overridden for the next step";
    return transition;
}

} // namespace

Result<ShiftTransition> obey(const ShiftPolicy &policy, const ShiftStatus &status,
                             const ShiftOrder &order, Instant now) {
    if (!fits(status.state, order.command)) return doesNotFit(status, order.command);
    ShiftFacts facts;
    facts.now = now;
    const Look look{policy, status, facts};
    switch (order.command) {
    case ShiftCommand::Shift:
        return obeyShift(look, order);
    case ShiftCommand::Suspend:
        if (status.state == ShiftState::Scheduled) // it covers nobody yet, so it has nowhere to stop
            return to(look, ShiftState::Draft, ShiftCause::Suspended, "the start was called off");
        return to(look, ShiftState::Suspended, ShiftCause::Suspended, "suspended");
    case ShiftCommand::Resume: {
        ShiftTransition transition =
            goOn(look, ShiftCause::Resumed, "resumed at " + status.percentage.text() + " %");
        transition.restartsGuards = true;
        return transition;
    }
    case ShiftCommand::Rollback:
        return obeyRollback(look, order);
    case ShiftCommand::Override:
        return obeyOverride(look, order);
    case ShiftCommand::Finalize:
        return to(look, ShiftState::Finalized, ShiftCause::Finalized,
                  "finalized at " + status.percentage.text() + " %");
    case ShiftCommand::Approve:
        return obeyApprove(look, order);
    case ShiftCommand::Reject:
        return obeyReject(look);
    }
    return doesNotFit(status, order.command);
}

} // namespace crossfade
