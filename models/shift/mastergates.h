// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/shift/gates.h"
#include "models/shift/syncreading.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What must hold before everybody is sent to NEW (system.md 1.3), in the order it is asked.
enum class MasterGate { Policies, Consistency, Backfill, DeadLetters, ReverseSync };
constexpr std::size_t MasterGateCount = 5;
std::string_view masterGateWord(MasterGate gate);
std::optional<MasterGate> masterGateFromWord(std::string_view word);

// Unknown is not green: what nobody measures is no evidence.
enum class MasterGateState { Open, Blocked, Unknown, Overridden };
std::string_view masterGateStateWord(MasterGateState state);

struct MasterGateReport {
    MasterGate gate = MasterGate::Policies;
    MasterGateState state = MasterGateState::Unknown;
    std::string detail; // one sentence
    // The same without what an error says this time: another error text is the same cause, another check is not.
    std::string cause = {};
    bool operator==(const MasterGateReport &) const = default;
};

// Somebody answers for a gate as it was shown to him: it lapses with the cause it was given for.
struct MasterOverride {
    MasterGate gate = MasterGate::Policies;
    std::string detail; // of the report
    std::string by;
    Instant at{};
    std::string reason;
    std::string cause = {}; // of the report; empty in what was stored before there was one: the detail is it
    bool operator==(const MasterOverride &) const = default;
};

// Where a shift policy stands.
struct PolicyStanding {
    std::string name;
    ShiftState state = ShiftState::Draft;
    Platform target = Platform::New;
    Percentage percentage;
};

// A check that a policy's consistency gate names, by the strictest of those that name it.
struct CheckDemand {
    ConsistencyFact fact; // at first only its name: what was measured is filled in
    double minimumPercentage = 0;
    Seconds maxAge{0};
};
std::vector<CheckDemand> checkDemands(const std::vector<ShiftPolicy> &policies);

struct MasterFacts {
    Instant now{};
    std::vector<PolicyStanding> policies;
    bool unreadablePolicy = false;
    bool comparator = false; // one is configured
    std::vector<CheckDemand> checks;
    SyncFact syncs;
};

// Every gate, in its order.
std::vector<MasterGateReport> masterGates(const MasterFacts &facts,
                                          const std::vector<MasterOverride> &overrides);
// The first that is neither open nor overridden, if any.
const MasterGateReport *firstClosed(const std::vector<MasterGateReport> &gates);

// The evidence of an approval: {gates, overrides}.
Json masterEvidenceToJson(const std::vector<MasterGateReport> &gates,
                          const std::vector<MasterOverride> &overrides);
std::vector<MasterOverride> masterOverridesOf(const Json &evidence);

} // namespace crossfade
