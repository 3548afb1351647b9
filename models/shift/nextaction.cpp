// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/changewindows.h"
#include "models/shift/shiftmachine.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 23> CauseWords{
    "STARTED",           "STEPPED",      "STABILIZED",    "REACHED_TARGET",  "COMPLETED",
    "HELD_BY_GUARD",     "HELD_BY_GATE", "HELD_ENDED",    "APPROVAL_OPENED", "APPROVAL_WITHDRAWN",
    "PROPOSED_ROLLBACK", "ROLLED_BACK",  "ROLLBACK_STEP", "REJECTED",        "SUSPENDED",
    "RESUMED",           "OVERRIDDEN",   "RETARGETED",    "FINALIZED",       "RESTARTED",
    "TOOK_OVER",         "SCHEDULED",    "START_REFUSED"};

NextAction waiting(NextAction::Kind kind, std::string detail) {
    NextAction action;
    action.kind = kind;
    action.detail = std::move(detail);
    return action;
}

// The latest moment at which the blocked gates say they open; nothing if one of them cannot say.
std::optional<Instant> latestOpening(const std::vector<GateReport> &gates, Instant now) {
    Instant latest = now;
    for (const GateReport &report : gates) {
        if (report.state != GateState::Blocked || report.gate == Gate::Approval) continue;
        // What only time and traffic after the step can show has no hour of its own while it runs.
        const bool follows = report.gate == Gate::Evidence || report.gate == Gate::Traffic ||
                             report.gate == Gate::Guards;
        if (!report.opensAt && follows) continue;
        if (!report.opensAt) return std::nullopt;
        latest = std::max(latest, *report.opensAt);
    }
    return latest;
}

// With everybody on one platform there is nobody to compare with: the shift ends by a person's word. The guard that
// waits for that in vain, if nothing else is in the way.
const Guard *withoutReference(const ShiftStatus &status, const ShiftFacts &facts, const std::vector<GateReport> &gates) {
    const GateReport *gate = firstBlocked(gates);
    const bool whole = status.percentage.hundredths() == Percentage::Whole;
    if (!whole || !gate || gate->gate != Gate::Guards) return nullptr;
    const Guard *alone = nullptr;
    for (const GuardFact &fact : facts.guards) {
        if (!fact.guard->decides || (fact.last && fact.last->verdict == Verdict::Pass)) continue;
        const bool missing = fact.last && (fact.last->verdict == Verdict::NoData || fact.last->verdict == Verdict::TooFew);
        if (!fact.guard->isRelative() || !missing) return nullptr;
        alone = fact.guard;
    }
    return alone;
}

NextAction overrideGuards(const Guard &guard) {
    NextAction action = waiting(NextAction::Kind::Operator,
                                "at 100 % nobody is left to compare " + guardTitle(guard) +
                                    " with: override the gate GUARDS to complete, or roll back");
    action.blockedBy = {Gate::Guards};
    return action;
}

NextAction whileWalking(const ShiftPolicy &policy, const ShiftStatus &status,
                        const ShiftFacts &facts) {
    const Percentage goal = goalOf(policy, status);
    const Percentage next = nextStop(policy, status.percentage, goal);
    const std::vector<GateReport> gates = gatesFor(policy, status, facts);
    NextAction action;
    action.kind = NextAction::Kind::Step;
    action.percentage = next;
    for (const GateReport &report : gates) {
        if (report.state == GateState::Blocked) action.blockedBy.push_back(report.gate);
    }
    action.earliestAt = latestOpening(gates, facts.now);
    const GateReport *gate = firstBlocked(gates);
    action.detail = gate ? gate->detail : "every gate is green";
    if (next > status.percentage) return action;
    const bool baked = !status.stabilizationEndsAt || facts.now >= *status.stabilizationEndsAt;
    const Guard *alone = baked ? withoutReference(status, facts, gates) : nullptr;
    if (alone) return overrideGuards(*alone);
    action.kind = NextAction::Kind::Wait;
    action.percentage.reset();
    if (!gate) action.detail = "the target is reached once its guards have held";
    return action;
}

NextAction whileHeldStill(const ShiftPolicy &policy, const ShiftStatus &status,
                          const ShiftFacts &facts) {
    const bool byGuard = !status.heldCause || *status.heldCause == HeldCause::Guard ||
                         *status.heldCause == HeldCause::Engine;
    if (byGuard) return waiting(NextAction::Kind::Operator, status.heldDetail);
    const std::vector<GateReport> gates = gatesFor(policy, status, facts);
    if (const Guard *alone = withoutReference(status, facts, gates)) return overrideGuards(*alone);
    NextAction action = waiting(NextAction::Kind::Wait, status.heldDetail);
    for (const GateReport &report : gates) {
        const bool waitsForIt = report.gate != Gate::Approval && report.gate != Gate::Stabilization;
        if (report.state == GateState::Blocked && waitsForIt) action.blockedBy.push_back(report.gate);
    }
    return action;
}

NextAction whileGoingBack(const ShiftPolicy &policy, const ShiftStatus &status) {
    NextAction action = waiting(NextAction::Kind::Wait, "rolls back step by step");
    action.percentage = previousStop(policy, status.percentage, status.rollbackFloor);
    action.earliestAt = status.steppedAt + Seconds(policy.intervalSeconds);
    return action;
}

// The calendar says when it lets the next step through; where users are on the target already they
// bake once more from then on.
NextAction whileHeldByCalendar(const ShiftPolicy &policy, const ShiftStatus &status, Instant now) {
    const CalendarStanding calendar = calendarAt(policy, now);
    NextAction action = waiting(NextAction::Kind::Wait, calendar.detail);
    const Percentage next = nextStop(policy, status.percentage, goalOf(policy, status));
    if (next > status.percentage) action.percentage = next;
    if (!calendar.open) action.blockedBy = {Gate::Window};
    action.earliestAt = calendar.opensAt;
    return action;
}

} // namespace

std::string_view shiftCauseWord(ShiftCause cause) {
    return CauseWords[static_cast<std::size_t>(cause)];
}

bool isHistory(ShiftCause cause) {
    return cause != ShiftCause::Stabilized && cause != ShiftCause::ApprovalWithdrawn;
}

std::string_view nextActionWord(NextAction::Kind kind) {
    switch (kind) {
    case NextAction::Kind::Step:
        return "STEP";
    case NextAction::Kind::Wait:
        return "WAIT";
    case NextAction::Kind::Approval:
        return "APPROVAL";
    case NextAction::Kind::Operator:
        return "OPERATOR";
    case NextAction::Kind::None:
        return "NONE";
    }
    return "NONE";
}

NextAction nextAction(const ShiftPolicy &policy, const ShiftStatus &status,
                      const ShiftFacts &facts) {
    switch (status.state) {
    case ShiftState::Stabilizing:
    case ShiftState::Evaluating:
        return whileWalking(policy, status, facts);
    case ShiftState::AwaitingApproval: {
        NextAction action = whileWalking(policy, status, facts);
        action.kind = NextAction::Kind::Approval;
        return action;
    }
    case ShiftState::RollbackProposed: {
        NextAction action = waiting(NextAction::Kind::Approval, policy.proposalRollsBack
                                                                    ? "rolls back if nobody answers"
                                                                    : "holds if nobody answers");
        action.earliestAt = status.deadline;
        action.percentage = status.rollbackFloor;
        return action;
    }
    case ShiftState::Held:
        return isCalendar(status.heldCause) ? whileHeldByCalendar(policy, status, facts.now)
                                            : whileHeldStill(policy, status, facts);
    case ShiftState::RollingBack:
        return whileGoingBack(policy, status);
    case ShiftState::Draft:
        return waiting(NextAction::Kind::Operator, "not started");
    case ShiftState::Scheduled: {
        NextAction action = waiting(NextAction::Kind::Wait, "waits for its start");
        action.earliestAt = status.startsAt;
        action.percentage = nextStop(policy, status.percentage, goalOf(policy, status));
        return action;
    }
    case ShiftState::Suspended:
        return waiting(NextAction::Kind::Operator, "suspended by an operator");
    case ShiftState::AtTarget:
        return waiting(NextAction::Kind::Operator, "the target is reached");
    case ShiftState::RolledBack:
        return waiting(NextAction::Kind::Operator, "rolled back");
    case ShiftState::Completed:
        return waiting(NextAction::Kind::Operator, "max is reached; it can be finalized");
    case ShiftState::Failed:
        return waiting(NextAction::Kind::Operator, "the engine refused");
    case ShiftState::Finalized:
        return waiting(NextAction::Kind::None, "finalized");
    }
    return {};
}

} // namespace crossfade
