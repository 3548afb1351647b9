// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/snapshot.h"
#include "models/shift/guard.h"
#include "models/shift/policy.h"
#include "models/shift/status.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// How a guard stands now. `guard` outlives it.
struct GuardFact {
    const Guard *guard = nullptr;
    std::optional<Judgement> last;
    bool tripped = false;
};

// What a probe or another service answered lately; absent reasons are shown to the operator.
struct Fact {
    bool good = false;
    std::string detail;
};

struct ConsistencyFact {
    std::string checkName;
    std::optional<double> percentage;
    std::optional<Instant> checkedAt;
    std::string error; // not empty: the comparator did not answer, or knows no such check
};

// Everything the gates look at, gathered by the runner. Nothing here is older than its own
// interval.
struct ShiftFacts {
    Instant now{};
    std::vector<GuardFact> guards;
    std::optional<Instant> newestEvidence; // latest request this policy sent to its target
    double targetRequestsPerSecond = 0;    // of the policy's requests on its target
    std::vector<ConsistencyFact> consistency;
    Fact targetHealth; // the target's health URL, good 3 of 3
    Fact otherMetrics; // fresh metrics of the platform that serves now
    // The store takes writes, the other platform is healthy, what carries changes back to it is near enough, the
    // previous epoch is stored.
    Fact rollbackPath;
    // Of a policy that covers nobody yet: the cover it takes over from, or why it cannot start.
    std::optional<PolicyCover> takesOver;
    std::string startRefused;
};

enum class GateState { Open, Blocked, NotNeeded, Overridden };
std::string_view gateStateWord(GateState state);

struct GateReport {
    Gate gate = Gate::Window;
    GateState state = GateState::Blocked;
    std::string detail;             // one sentence
    std::optional<Instant> opensAt; // when it will open if all goes on as now
};

// Why the check does not count as consistent: not answered, never done, too old, or below. Empty
// if it does.
std::string consistencyProblem(const ConsistencyFact &fact, double minimumPercentage,
                               Seconds maxAge, Instant now);

// Every gate of the next step in its order. Approval is looked at last and is Open only by
// `approved`, never by the facts.
std::vector<GateReport> gatesFor(const ShiftPolicy &policy, const ShiftStatus &status,
                                 const ShiftFacts &facts, bool approved = false);
// The first gate that is Blocked, if any.
const GateReport *firstBlocked(const std::vector<GateReport> &gates);

} // namespace crossfade
