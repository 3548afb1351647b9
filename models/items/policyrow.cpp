// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/policyrow.h"

#include <array>
#include <string_view>

namespace crossfade {

namespace {

template <std::size_t N>
bool isOneOf(const std::string &word, const std::array<std::string_view, N> &words)
{
    for (const std::string_view other : words) {
        if (word == other)
            return true;
    }
    return false;
}

constexpr std::array<std::string_view, 4> Walking{"STABILIZING", "EVALUATING", "AWAITING_APPROVAL",
                                                  "HELD"};

constexpr std::array<std::string_view, 6> OnTheWay{"SCHEDULED",         "STABILIZING", "EVALUATING",
                                                   "AWAITING_APPROVAL", "AT_TARGET",   "COMPLETED"};

} // namespace

bool isMoving(const ShiftRow &shift)
{
    return isOneOf(shift.state, Walking) || shift.state == "ROLLING_BACK"
        || shift.state == "ROLLBACK_PROPOSED" || shift.state == "SUSPENDED";
}

bool holdsForTarget(const ShiftRow &told, const ShiftRow &now, double target)
{
    return (now.state == told.state || isOneOf(now.state, OnTheWay))
        && now.percentage >= told.percentage && now.percentage < target && now.target == told.target;
}

bool holdsForCommand(ShiftCommand command, const ShiftRow &told, const ShiftRow &now)
{
    // These stop a shift or ease its next step wherever it stands.
    if (command == ShiftCommand::Suspend || command == ShiftCommand::Override)
        return fitsState(command, now);
    return now.state == told.state && now.percentage == told.percentage && now.heldCause == told.heldCause;
}

bool fitsState(ShiftCommand command, const ShiftRow &shift)
{
    const std::optional<ShiftState> state = shiftStateFromWord(shift.state);
    if (!state || (command == ShiftCommand::Rollback && shift.percentage <= 0))
        return false;
    return fits(*state, command);
}

bool isDeletable(const ShiftRow &shift)
{
    return shift.state == "DRAFT" || shift.state == "FINALIZED"
        || (shift.state == "ROLLED_BACK" && shift.percentage <= 0);
}

ShiftPolicy newPolicyTemplate()
{
    ShiftPolicy policy;
    policy.targetSystem = "*";
    Guard success;
    success.id = "success";
    success.threshold = 99.5;
    Guard latency;
    latency.id = "p95";
    latency.metric = Metric::Latency;
    latency.statistic = Statistic::P95;
    latency.comparison = Comparison::AtMost;
    latency.threshold = 400;
    latency.minSamples = 200;
    policy.guards = {success, latency};
    return policy;
}

std::vector<FieldError> policyProblems(const ShiftPolicy &policy)
{
    Json body = policyToJson(policy);
    body.erase("id");
    if (policy.salt.empty())
        body.erase("salt"); // the service makes one
    const Result<ShiftPolicy> read = policyFromJson(body, "salt");
    return read ? std::vector<FieldError>() : read.error().fields;
}

} // namespace crossfade
