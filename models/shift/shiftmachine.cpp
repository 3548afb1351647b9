// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/shiftmachine.h"

#include <algorithm>

namespace crossfade {

namespace {

struct Look {
    const ShiftPolicy &policy;
    const ShiftStatus &status;
    const ShiftFacts &facts;
};
using Step = std::optional<ShiftTransition>;

ShiftTransition to(const Look &look, ShiftState state, ShiftCause cause, std::string detail) {
    ShiftTransition transition;
    transition.next = look.status;
    transition.next.state = state;
    transition.next.since = look.facts.now;
    transition.next.heldCause.reset();
    transition.next.heldDetail.clear();
    transition.next.stabilizationEndsAt.reset();
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

ShiftTransition rollBackNow(const Look &look, Percentage floor, std::string detail) {
    ShiftTransition transition =
        to(look, ShiftState::RolledBack, ShiftCause::RolledBack, std::move(detail));
    transition.next.percentage = std::min(floor, look.status.percentage);
    transition.next.cleared = std::min(look.status.cleared, transition.next.percentage);
    transition.next.steppedAt = look.facts.now;
    transition.next.overridden.clear();
    transition.restartsGuards = true;
    return transition;
}

// The strictest act that a tripped deciding guard asks for.
struct Trip {
    const Guard *guard = nullptr;
    OnBreach act = OnBreach::Hold;
    std::string detail;
};

std::optional<Trip> trippedGuard(const Look &look) {
    std::optional<Trip> worst;
    for (const GuardFact &fact : look.facts.guards) {
        if (!fact.guard->decides || !fact.tripped) continue;
        const OnBreach act = fact.guard->onBreach.value_or(look.policy.onBreach);
        if (!worst || act > worst->act)
            worst = Trip{fact.guard, act,
                         std::string(metricWord(fact.guard->metric)) +
                             " tripped: " + (fact.last ? fact.last->detail : std::string())};
    }
    return worst;
}

Step onTrip(const Look &look) {
    if (!guardsAct(look.status.state)) return std::nullopt;
    const std::optional<Trip> trip = trippedGuard(look);
    if (!trip) return std::nullopt;
    const bool heldByGuard =
        look.status.state == ShiftState::Held && look.status.heldCause == HeldCause::Guard;
    const bool proposed = look.status.state == ShiftState::RollbackProposed;
    const bool nothingToLower = look.status.percentage == Percentage();
    std::optional<ShiftTransition> result;
    if (trip->act == OnBreach::Rollback && !nothingToLower) {
        result = rollBackNow(look, Percentage(), trip->detail);
    } else if (heldByGuard || proposed) {
        return std::nullopt; // a person was asked, or has decided to keep it held
    } else if (trip->act == OnBreach::ProposeRollback && !nothingToLower) {
        result = to(look, ShiftState::RollbackProposed, ShiftCause::ProposedRollback, trip->detail);
        result->next.deadline = look.facts.now + Seconds(look.policy.proposalDeadlineSeconds);
        result->next.rollbackFloor = Percentage();
        result->opensRollbackApproval = true;
        result->failed = true;
    } else {
        result = hold(look, HeldCause::Guard, ShiftCause::HeldByGuard, trip->detail);
    }
    result->tripped = trip->guard;
    return result;
}

std::optional<HeldCause> heldCauseOf(Gate gate) {
    switch (gate) {
    case Gate::Window:
        return HeldCause::Freeze;
    case Gate::Consistency:
        return HeldCause::Consistency;
    case Gate::NewHealth:
    case Gate::LegacyMetrics:
        return HeldCause::Health;
    case Gate::RollbackPath:
        return HeldCause::RollbackPath;
    case Gate::Evidence:
    case Gate::Traffic:
    case Gate::Guards:
    case Gate::Samples:
    case Gate::Stabilization:
    case Gate::Approval:
        return std::nullopt;
    }
    return std::nullopt;
}

// Whether what is asked is reached: nothing above the present percentage is wanted.
bool atGoal(const Look &look) {
    return look.status.percentage >= goalOf(look.policy, look.status);
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

Step arrive(const Look &look) {
    const bool whole = look.status.percentage >= look.policy.max;
    ShiftTransition transition = to(look, whole ? ShiftState::Completed : ShiftState::AtTarget,
                                    whole ? ShiftCause::Completed : ShiftCause::ReachedTarget,
                                    "guards held at " + look.status.percentage.text() + " %");
    transition.next.cleared = look.status.percentage;
    transition.next.overridden.clear();
    return transition;
}

// At the goal only what is measured counts: nothing is going to be stepped or approved.
bool neededToArrive(Gate gate) {
    switch (gate) {
    case Gate::Stabilization:
    case Gate::Evidence:
    case Gate::Traffic:
    case Gate::Guards:
    case Gate::Samples:
        return true;
    case Gate::Window:
    case Gate::NewHealth:
    case Gate::LegacyMetrics:
    case Gate::Consistency:
    case Gate::RollbackPath:
    case Gate::Approval:
        return false;
    }
    return false;
}

// What is wanting where too little was measured.
bool isEvidence(Gate gate) {
    return gate == Gate::Evidence || gate == Gate::Traffic || gate == Gate::Guards ||
           gate == Gate::Samples;
}

Step waitedTooLong(const Look &look, const GateReport &gate) {
    if (!isEvidence(gate.gate) || look.facts.now - look.status.since < MaxSilence)
        return std::nullopt;
    return hold(look, HeldCause::NoEvidence, ShiftCause::HeldByGate, gate.detail);
}

Step evaluate(const Look &look) {
    std::vector<GateReport> gates = gatesFor(look.policy, look.status, look.facts);
    if (atGoal(look)) {
        if (look.status.percentage == Percentage()) return arrive(look);
        std::erase_if(gates, [](const GateReport &report) { return !neededToArrive(report.gate); });
        const GateReport *gate = firstBlocked(gates);
        return gate ? waitedTooLong(look, *gate) : arrive(look);
    }
    const GateReport *gate = firstBlocked(gates);
    if (!gate) return takeStep(look);
    if (gate->gate == Gate::Approval) {
        ShiftTransition transition = to(look, ShiftState::AwaitingApproval,
                                        ShiftCause::ApprovalOpened, "every other gate is green");
        transition.next.deadline = look.facts.now + StepApprovalDeadline;
        transition.opensStepApproval = true;
        return transition;
    }
    if (const auto cause = heldCauseOf(gate->gate))
        return hold(look, *cause, ShiftCause::HeldByGate, gate->detail);
    return waitedTooLong(look, *gate);
}

// A hold that ends by itself: by what it waits for. The tripped guard's ends only by a person.
bool stillHeld(const Look &look) {
    const HeldCause cause = look.status.heldCause.value_or(HeldCause::Guard);
    if (cause == HeldCause::Guard || cause == HeldCause::Engine) return true;
    const std::vector<GateReport> gates = gatesFor(look.policy, look.status, look.facts);
    return std::ranges::any_of(gates, [&](const GateReport &report) {
        if (report.state != GateState::Blocked) return false;
        return cause == HeldCause::NoEvidence ? isEvidence(report.gate)
                                              : heldCauseOf(report.gate) == cause;
    });
}

// From rest or a stop: bake again where users already are, else straight to the gates.
ShiftTransition goOn(const Look &look, ShiftCause cause, std::string detail) {
    if (look.status.percentage > Percentage()) return stabilize(look, cause, std::move(detail));
    ShiftTransition transition = to(look, ShiftState::Evaluating, cause, std::move(detail));
    transition.next.steppedAt = look.facts.now;
    return transition;
}

Step whileHeld(const Look &look) {
    if (stillHeld(look)) return std::nullopt;
    return goOn(look, ShiftCause::HeldEnded, "no longer held: " + look.status.heldDetail);
}

Step whileAwaiting(const Look &look) {
    if (look.status.deadline && look.facts.now >= *look.status.deadline)
        return to(look, ShiftState::Suspended, ShiftCause::Rejected,
                  "nobody answered within the deadline");
    const std::vector<GateReport> gates = gatesFor(look.policy, look.status, look.facts);
    const GateReport *gate = firstBlocked(gates);
    if (gate && gate->gate == Gate::Approval) return std::nullopt;
    return to(look, ShiftState::Evaluating, ShiftCause::ApprovalWithdrawn,
              gate ? gate->detail : std::string("no approval is asked for any more"));
}

Step whileProposed(const Look &look) {
    if (!look.status.deadline || look.facts.now < *look.status.deadline) return std::nullopt;
    if (look.policy.proposalRollsBack)
        return rollBackNow(look, look.status.rollbackFloor, "nobody answered within the deadline");
    return hold(look, HeldCause::Guard, ShiftCause::Rejected,
                "nobody answered within the deadline");
}

Step whileRollingBack(const Look &look) {
    if (look.facts.now - look.status.steppedAt < Seconds(look.policy.intervalSeconds))
        return std::nullopt;
    const Percentage below =
        previousStop(look.policy, look.status.percentage, look.status.rollbackFloor);
    if (below <= look.status.rollbackFloor)
        return rollBackNow(look, look.status.rollbackFloor, "stepwise rollback is done");
    ShiftTransition transition =
        to(look, ShiftState::RollingBack, ShiftCause::RollbackStep, "one step back");
    transition.next.percentage = below;
    transition.next.cleared = std::min(look.status.cleared, below);
    transition.next.steppedAt = look.facts.now;
    return transition;
}

} // namespace

std::optional<ShiftTransition> advance(const ShiftPolicy &policy, const ShiftStatus &status,
                                       const ShiftFacts &facts) {
    const Look look{policy, status, facts};
    if (Step trip = onTrip(look)) return trip;
    switch (status.state) {
    case ShiftState::Stabilizing:
        if (status.stabilizationEndsAt && facts.now < *status.stabilizationEndsAt)
            return std::nullopt;
        return to(look, ShiftState::Evaluating, ShiftCause::Stabilized, "stabilization is over");
    case ShiftState::Evaluating:
        return evaluate(look);
    case ShiftState::AwaitingApproval:
        return whileAwaiting(look);
    case ShiftState::Held:
        return whileHeld(look);
    case ShiftState::RollbackProposed:
        return whileProposed(look);
    case ShiftState::RollingBack:
        return whileRollingBack(look);
    case ShiftState::Draft:
    case ShiftState::Scheduled:
    case ShiftState::AtTarget:
    case ShiftState::Suspended:
    case ShiftState::RolledBack:
    case ShiftState::Completed:
    case ShiftState::Finalized:
    case ShiftState::Failed:
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<ShiftTransition> restarted(const ShiftPolicy &policy, const ShiftStatus &status,
                                         Instant now) {
    if (status.state != ShiftState::Stabilizing && status.state != ShiftState::Evaluating)
        return std::nullopt;
    ShiftFacts facts;
    facts.now = now;
    return goOn({policy, status, facts}, ShiftCause::Restarted, "the service was restarted");
}

namespace {

Failure doesNotFit(const ShiftStatus &status, ShiftCommand command) {
    return fail(ErrorKind::Conflict, std::string(shiftCommandWord(command)) +
                                         " does not fit the state " +
                                         std::string(shiftStateWord(status.state)));
}

Result<ShiftTransition> obeyShift(const Look &look, const ShiftOrder &order) {
    const Percentage target = order.target.value_or(look.policy.max);
    if (target > look.policy.max)
        return invalid("/target_percentage",
                       "must not be above max_shift_percentage, " + look.policy.max.text());
    const bool sameGoal =
        look.status.state != ShiftState::Draft && target == goalOf(look.policy, look.status);
    // At rest there is something to do even towards the same goal: max may have been raised since.
    const bool reached =
        look.status.state == ShiftState::AtTarget || look.status.state == ShiftState::Completed;
    const bool resting = look.status.state == ShiftState::RolledBack ||
                         look.status.state == ShiftState::Failed ||
                         (reached && look.status.percentage < target);
    if (sameGoal && !resting)
        return fail(ErrorKind::Conflict, "the shift already goes to " + target.text() + " %");
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
    if (!order.facts) return fail(ErrorKind::Conflict, "the gates are not known yet");
    const Look now{look.policy, look.status, *order.facts};
    const std::vector<GateReport> gates = gatesFor(look.policy, look.status, *order.facts, true);
    if (const GateReport *gate = firstBlocked(gates))
        return fail(ErrorKind::Conflict,
                    std::string(gateWord(gate->gate)) + " is not green: " + gate->detail);
    Step step = takeStep(now);
    if (!step) return fail(ErrorKind::Conflict, "there is no step to take");
    return *step;
}

Result<ShiftTransition> obeyReject(const Look &look) {
    if (look.status.state == ShiftState::RollbackProposed)
        return hold(look, HeldCause::Guard, ShiftCause::Rejected,
                    "the proposed rollback was rejected");
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
