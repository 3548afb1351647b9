// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/changewindows.h"
#include "models/shift/transitions.h"

#include <algorithm>

namespace crossfade {

using namespace transitions;

namespace {

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
        if (!guardActs(look.policy, look.status, *fact.guard)) continue;
        const OnBreach act = fact.guard->onBreach.value_or(look.policy.onBreach);
        if (!worst || act > worst->act)
            worst = Trip{fact.guard, act,
                         guardTitle(*fact.guard) + " tripped: " + (fact.last ? fact.last->detail : std::string())};
    }
    return worst;
}

Step onTrip(const Look &look) {
    const std::optional<Trip> trip = trippedGuard(look);
    if (!trip) return std::nullopt;
    const bool heldByGuard =
        look.status.state == ShiftState::Held && look.status.heldCause == HeldCause::Guard;
    const bool proposed = look.status.state == ShiftState::RollbackProposed;
    const bool nothingToLower = look.status.percentage == Percentage();
    // A guard that only holds must not keep a stricter one, tripped later, from asking.
    const bool asksNothingNew =
        look.status.rollbackRefused || nothingToLower || trip->act == OnBreach::Hold;
    std::optional<ShiftTransition> result;
    if (trip->act == OnBreach::Rollback && !nothingToLower) {
        result = rollBackNow(look, Percentage(), trip->detail);
    } else if (proposed || (heldByGuard && asksNothingNew)) {
        return std::nullopt; // a person was asked, has decided to keep it held, or need not be
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

std::optional<HeldCause> heldCauseOf(const Look &look, Gate gate) {
    switch (gate) {
    case Gate::Window:
        return calendarAt(look.policy, look.facts.now).cause;
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

// The bake time is a gate like the others: a person may answer for its rest.
bool isStabilized(const Look &look) {
    const auto &ends = look.status.stabilizationEndsAt;
    return !ends || look.facts.now >= *ends || look.status.overridden.contains(Gate::Stabilization);
}

// Whether what is asked is reached: nothing above the present percentage is wanted.
bool atGoal(const Look &look) {
    return look.status.percentage >= goalOf(look.policy, look.status);
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
    if (const auto cause = heldCauseOf(look, gate->gate))
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
        if (isCalendar(cause)) return report.gate == Gate::Window;
        return cause == HeldCause::NoEvidence ? isEvidence(report.gate)
                                              : heldCauseOf(look, report.gate) == cause;
    });
}

// The freeze that held is over, outside the windows; or the other way round.
Step heldByOtherCalendar(const Look &look) {
    if (!isCalendar(look.status.heldCause)) return std::nullopt;
    const CalendarStanding calendar = calendarAt(look.policy, look.facts.now);
    if (calendar.cause == look.status.heldCause) return std::nullopt;
    return hold(look, calendar.cause, ShiftCause::HeldByGate, calendar.detail);
}

Step whileHeld(const Look &look) {
    if (stillHeld(look)) return heldByOtherCalendar(look);
    ShiftTransition ended = goOn(look, ShiftCause::HeldEnded, "no longer held: " + look.status.heldDetail);
    // It bakes anew, but what was measured of this share stays evidence: thrown away with each hold, a window
    // longer than the bake time would never be whole.
    ended.next.steppedAt = look.status.steppedAt;
    return ended;
}

// Whether only too little was measured just now. With a request in half a minute that is so at most looks: the
// question stays, and is answered (obeyApprove) while all is green.
bool isSilent(const Look &look, Gate gate) {
    switch (gate) {
    case Gate::Evidence:
    case Gate::Traffic:
    case Gate::Samples:
    case Gate::LegacyMetrics:
        return true;
    case Gate::Guards:
        return std::ranges::none_of(look.facts.guards, [](const GuardFact &fact) {
            return fact.guard->decides && (fact.tripped || (fact.last && fact.last->verdict == Verdict::Breach));
        });
    case Gate::Window:
    case Gate::Stabilization:
    case Gate::NewHealth:
    case Gate::Consistency:
    case Gate::RollbackPath:
    case Gate::Approval:
        return false;
    }
    return false;
}

Step whileAwaiting(const Look &look) {
    if (look.status.deadline && look.facts.now >= *look.status.deadline)
        return to(look, ShiftState::Suspended, ShiftCause::Rejected,
                  "nobody answered within the deadline");
    const std::vector<GateReport> gates = gatesFor(look.policy, look.status, look.facts);
    const auto says = [&](const GateReport &report) {
        return report.state == GateState::Blocked && report.gate != Gate::Approval && !isSilent(look, report.gate);
    };
    const auto no = std::ranges::find_if(gates, says);
    const bool asked = gates.back().state == GateState::Blocked;
    if (asked && no == gates.end()) return std::nullopt;
    return to(look, ShiftState::Evaluating, ShiftCause::ApprovalWithdrawn,
              no == gates.end() ? std::string("no approval is asked for any more") : no->detail);
}

Step whileProposed(const Look &look) {
    if (!look.status.deadline || look.facts.now < *look.status.deadline) return std::nullopt;
    if (look.policy.proposalRollsBack)
        return rollBackNow(look, look.status.rollbackFloor, "nobody answered within the deadline");
    return refuseRollback(look, "nobody answered within the deadline");
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

// As an operator's start would go now; what refuses it makes it a draft again, for a person to look at.
Step whileScheduled(const Look &look) {
    if (!look.status.startsAt || look.facts.now < *look.status.startsAt) return std::nullopt;
    ShiftOrder start;
    start.target = look.status.target;
    start.takesOver = look.facts.takesOver ? &*look.facts.takesOver : nullptr;
    Result<ShiftTransition> started =
        look.facts.startRefused.empty() ? obey(look.policy, look.status, start, look.facts.now)
                                        : fail(ErrorKind::Conflict, look.facts.startRefused);
    if (started) return std::move(*started);
    ShiftTransition refused = to(look, ShiftState::Draft, ShiftCause::StartRefused,
                                 "it did not start: " + started.error().message);
    refused.failed = true;
    return refused;
}

} // namespace

bool guardActs(const ShiftPolicy &policy, const ShiftStatus &status, const Guard &guard) {
    if (!guardsAct(status.state)) return false;
    if (guardsStop(status.state)) return true;
    if (status.percentage == Percentage()) return false; // nobody is left to take back
    const OnBreach act = guard.onBreach.value_or(policy.onBreach);
    // On its way back nothing waits for an answer: it would stand still meanwhile.
    return status.state == ShiftState::RollingBack ? act == OnBreach::Rollback : act != OnBreach::Hold;
}

std::optional<ShiftTransition> advance(const ShiftPolicy &policy, const ShiftStatus &status,
                                       const ShiftFacts &facts) {
    const Look look{policy, status, facts};
    if (Step trip = onTrip(look)) return trip;
    switch (status.state) {
    case ShiftState::Stabilizing:
        if (!isStabilized(look)) return std::nullopt;
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
    case ShiftState::Scheduled:
        return whileScheduled(look);
    case ShiftState::Draft:
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

std::optional<ShiftTransition> askedAnew(const ShiftPolicy &policy, const ShiftStatus &status, Instant now) {
    if (status.state != ShiftState::AwaitingApproval) return std::nullopt;
    ShiftFacts facts;
    facts.now = now;
    return to({policy, status, facts}, ShiftState::Evaluating, ShiftCause::ApprovalWithdrawn,
              "what was asked can no longer be answered");
}

} // namespace crossfade
