// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/shift/policy.h"
#include "models/shift/status.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What the runner does next, its earliest time, and what blocks it.
struct NextStepRow {
    std::string action = "NONE"; // STEP WAIT APPROVAL OPERATOR NONE
    std::optional<double> percentage;
    std::optional<Instant> earliestAt;
    std::vector<std::string> blockedBy; // gate words
    std::string detail;
    bool operator==(const NextStepRow &) const = default;
};

// Where the shift of a policy stands, in the words of the API. Percentages are 0 to 100.
struct ShiftRow {
    std::string state = "DRAFT";
    double percentage = 0;
    std::optional<double> target;
    int stepIndex = 0;
    int stepsTotal = 0;
    std::optional<double> nextStep;
    std::string heldCause; // "" = not held
    std::string heldDetail;
    std::optional<Instant> since;
    std::optional<Instant> startsAt; // of SCHEDULED
    std::optional<Instant> stabilizationEndsAt;
    std::string approvalId;
    NextStepRow next;
    double cleared = 0; // up to here guards have held
    std::int64_t epoch = 0;
    bool operator==(const ShiftRow &) const = default;
};

struct PolicyRow {
    ShiftPolicy policy;
    ShiftRow shift;
    std::string version;
    std::optional<Instant> updatedAt;
    std::string changedBy;
    bool operator==(const PolicyRow &) const = default;
};

// Whether the command fits the state, by the table that the service uses; it decides in the end.
bool fitsState(ShiftCommand command, const ShiftRow &shift);
bool isDeletable(const ShiftRow &shift);
bool isMoving(const ShiftRow &shift); // counts as a running shift
// Whether what an operator was told when asked still holds, so that a yes means the same. A walk that
// went on is no surprise; one that stopped, turned back or was sent elsewhere is.
bool holdsForTarget(const ShiftRow &told, const ShiftRow &now, double target);
bool holdsForCommand(ShiftCommand command, const ShiftRow &told, const ShiftRow &now);

// One gate before a step.
struct GateRow {
    std::string gate;
    std::string status; // OPEN BLOCKED NOT_NEEDED OVERRIDDEN
    std::string detail;
    std::optional<Instant> opensAt;
    bool operator==(const GateRow &) const = default;
};

// A policy as a form starts with it.
ShiftPolicy newPolicyTemplate();
// What is wrong with it, with the pointers of the API ("/policy_name", "/guards/0/threshold"):
// the domain's own reader is asked, so that the form knows the service's rules.
std::vector<FieldError> policyProblems(const ShiftPolicy &policy);

} // namespace crossfade
