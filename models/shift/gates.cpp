// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/gates.h"

#include "models/shift/changewindows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace crossfade {

namespace {

struct GateContext {
    const ShiftPolicy &policy;
    const ShiftStatus &status;
    const ShiftFacts &facts;
    bool approved;
};

GateReport open(Gate gate, std::string detail) {
    return {gate, GateState::Open, std::move(detail), std::nullopt};
}
GateReport blocked(Gate gate, std::string detail, std::optional<Instant> opensAt = std::nullopt) {
    return {gate, GateState::Blocked, std::move(detail), opensAt};
}
GateReport notNeeded(Gate gate, std::string detail) {
    return {gate, GateState::NotNeeded, std::move(detail), std::nullopt};
}

std::string percentText(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", value);
    return text;
}

GateReport windowGate(const GateContext &c) {
    const CalendarStanding calendar = calendarAt(c.policy, c.facts.now);
    return calendar.open ? open(Gate::Window, calendar.detail)
                         : blocked(Gate::Window, calendar.detail, calendar.opensAt);
}

GateReport stabilizationGate(const GateContext &c) {
    const auto &ends = c.status.stabilizationEndsAt;
    if (ends && c.facts.now < *ends)
        return blocked(Gate::Stabilization, "stabilization runs", ends);
    return open(Gate::Stabilization, "stabilization is over");
}

GateReport evidenceGate(const GateContext &c) {
    const bool newer = c.facts.newestEvidence && *c.facts.newestEvidence >= c.status.steppedAt;
    return newer ? open(Gate::Evidence, "evidence is newer than the step")
                 : blocked(Gate::Evidence, "no request on the target since the step");
}

GateReport trafficGate(const GateContext &c) {
    return c.facts.targetRequestsPerSecond > 0
               ? open(Gate::Traffic, "requests arrive on the target")
               : blocked(Gate::Traffic, "no traffic on the target");
}

std::string guardName(const Guard &guard) {
    std::string name = guardTitle(guard);
    if (guard.metric == Metric::Latency) name += " " + std::string(statisticWord(guard.statistic));
    return name;
}

GateReport guardsGate(const GateContext &c) {
    int deciding = 0;
    // Those of the policy as it is now: one that was written a moment ago has no fact yet.
    for (const Guard &guard : c.policy.guards) {
        if (!guard.decides) continue;
        ++deciding;
        const auto isOfIt = [&](const GuardFact &fact) { return *fact.guard == guard; };
        const auto fact = std::ranges::find_if(c.facts.guards, isOfIt);
        const bool known = fact != c.facts.guards.end() && fact->last;
        if (!known || fact->last->at < c.status.steppedAt)
            return blocked(Gate::Guards, guardName(guard) + ": not judged since the step");
        if (fact->tripped) return blocked(Gate::Guards, guardName(guard) + ": tripped");
        if (fact->last->verdict != Verdict::Pass)
            return blocked(Gate::Guards, guardName(guard) + ": " +
                                             std::string(verdictWord(fact->last->verdict)) + ", " +
                                             fact->last->detail);
    }
    return deciding == 0 ? notNeeded(Gate::Guards, "no guard decides")
                         : open(Gate::Guards, std::to_string(deciding) + " deciding guards pass");
}

GateReport consistencyGate(const GateContext &c) {
    if (!c.policy.consistencyGate) return notNeeded(Gate::Consistency, "not asked for");
    const ConsistencyGate &gate = *c.policy.consistencyGate;
    for (const std::string &name : gate.checkNames) {
        const auto fact = std::ranges::find(c.facts.consistency, name, &ConsistencyFact::checkName);
        if (fact == c.facts.consistency.end())
            return blocked(Gate::Consistency, name + ": not asked yet");
        const std::string problem = consistencyProblem(
            *fact, gate.minimumPercentage, Seconds(gate.maxAgeSeconds), c.facts.now);
        if (!problem.empty()) return blocked(Gate::Consistency, problem);
    }
    return open(Gate::Consistency, "every check is fresh and high enough");
}

GateReport samplesGate(const GateContext &c) {
    for (const GuardFact &fact : c.facts.guards) {
        if (!fact.guard->decides || !fact.guard->countsSamples()) continue;
        const std::uint64_t needed = minSamplesAt(c.policy, c.status.percentage, *fact.guard);
        const std::uint64_t have = fact.last ? fact.last->samples : 0;
        if (have >= needed) continue;
        std::optional<Instant> opensAt;
        const double rate = c.facts.targetRequestsPerSecond;
        const bool countsRequests =
            fact.guard->metric != Metric::Satisfaction && !isOfComparator(fact.guard->metric) &&
            fact.guard->metric != Metric::Promql && !fact.guard->countsUsers;
        const double fits = rate * static_cast<double>(fact.guard->windowSeconds);
        // Only when the window can ever hold that many at the present rate.
        if (countsRequests && rate > 0 && fits >= static_cast<double>(needed))
            opensAt = c.facts.now + Milliseconds(static_cast<std::int64_t>(std::ceil(
                                        static_cast<double>(needed - have) / rate * 1000)));
        return blocked(Gate::Samples,
                       guardName(*fact.guard) + ": n = " + std::to_string(have) + ", needs " +
                           std::to_string(needed),
                       opensAt);
    }
    return open(Gate::Samples, "every deciding guard has enough samples");
}

GateReport factGate(Gate gate, const Fact &fact) {
    return fact.good ? open(gate, fact.detail) : blocked(gate, fact.detail);
}

GateReport approvalGate(const GateContext &c) {
    const Percentage next =
        nextStop(c.policy, c.status.percentage, goalOf(c.policy, c.status));
    const bool asked = needsApproval(c.policy, next);
    const bool below = c.policy.approval == StepApproval::Above && next <= c.policy.approvalAbove;
    if (!asked && below)
        return notNeeded(Gate::Approval, "no approval asked for up to " +
                                             c.policy.approvalAbove.text() + " %");
    if (!asked) return notNeeded(Gate::Approval, "no approval asked for");
    return c.approved ? open(Gate::Approval, "approved")
                      : blocked(Gate::Approval, "waits for an approval");
}

GateReport reportOf(Gate gate, const GateContext &c) {
    switch (gate) {
    case Gate::Window:
        return windowGate(c);
    case Gate::Stabilization:
        return stabilizationGate(c);
    case Gate::Evidence:
        return evidenceGate(c);
    case Gate::Traffic:
        return trafficGate(c);
    case Gate::Guards:
        return guardsGate(c);
    case Gate::NewHealth:
        return factGate(gate, c.facts.targetHealth);
    case Gate::LegacyMetrics:
        return factGate(gate, c.facts.otherMetrics);
    case Gate::Consistency:
        return consistencyGate(c);
    case Gate::Samples:
        return samplesGate(c);
    case Gate::RollbackPath:
        return factGate(gate, c.facts.rollbackPath);
    case Gate::Approval:
        return approvalGate(c);
    }
    return blocked(gate, {});
}

constexpr std::array LaterSteps{Gate::Window,  Gate::Stabilization, Gate::Evidence,
                                Gate::Traffic, Gate::Guards,        Gate::Consistency,
                                Gate::Samples, Gate::RollbackPath,  Gate::Approval};
// NEW has no traffic yet: nothing there can be measured.
constexpr std::array FirstStep{Gate::Window,      Gate::NewHealth,    Gate::LegacyMetrics,
                               Gate::Consistency, Gate::RollbackPath, Gate::Approval};

} // namespace

std::string_view gateStateWord(GateState state) {
    switch (state) {
    case GateState::Open:
        return "OPEN";
    case GateState::Blocked:
        return "BLOCKED";
    case GateState::NotNeeded:
        return "NOT_NEEDED";
    case GateState::Overridden:
        return "OVERRIDDEN";
    }
    return "BLOCKED";
}

std::string consistencyProblem(const ConsistencyFact &fact, double minimumPercentage,
                               Seconds maxAge, Instant now) {
    const std::string name = fact.checkName + ": ";
    if (!fact.error.empty()) return name + fact.error;
    if (!fact.percentage || !fact.checkedAt) return name + "never checked";
    if (now - *fact.checkedAt > maxAge) return name + "the last check is too old";
    if (*fact.percentage < minimumPercentage)
        return name + percentText(*fact.percentage) + " is below " + percentText(minimumPercentage);
    return {};
}

std::vector<GateReport> gatesFor(const ShiftPolicy &policy, const ShiftStatus &status,
                                 const ShiftFacts &facts, bool approved) {
    const GateContext context{policy, status, facts, approved};
    std::vector<GateReport> reports;
    const auto add = [&](Gate gate) {
        GateReport report = reportOf(gate, context);
        if (report.state == GateState::Blocked && status.overridden.contains(gate))
            report.state = GateState::Overridden;
        reports.push_back(std::move(report));
    };
    if (status.percentage == Percentage())
        std::ranges::for_each(FirstStep, add);
    else
        std::ranges::for_each(LaterSteps, add);
    return reports;
}

const GateReport *firstBlocked(const std::vector<GateReport> &gates) {
    const auto found = std::ranges::find(gates, GateState::Blocked, &GateReport::state);
    return found == gates.end() ? nullptr : &*found;
}

} // namespace crossfade
