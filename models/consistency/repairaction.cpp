// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/repairaction.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

struct Transition {
    RepairStatus from;
    RepairCommand command;
    RepairStatus to;
};

using S = RepairStatus;
using C = RepairCommand;
constexpr std::array Transitions{
    Transition{S::Pending, C::Assign, S::Assigned},
    Transition{S::Assigned, C::Assign, S::Assigned},
    Transition{S::Failed, C::Assign, S::Failed},
    Transition{S::Stale, C::Assign, S::Stale},
    Transition{S::Pending, C::Approve, S::Approved},
    Transition{S::Assigned, C::Approve, S::Approved},
    Transition{S::Pending, C::Reject, S::Rejected},
    Transition{S::Assigned, C::Reject, S::Rejected},
    Transition{S::Failed, C::Reject, S::Rejected},
    Transition{S::Stale, C::Reject, S::Rejected},
    Transition{S::Approved, C::Begin, S::Executing},
    Transition{S::Executing, C::Verify, S::Verified},
    Transition{S::Executing, C::Fail, S::Failed},
    Transition{S::Executing, C::Outdate, S::Stale},
    Transition{S::Executing, C::Recover, S::Approved},
    Transition{S::Failed, C::Retry, S::Approved},
    Transition{S::Stale, C::Retry, S::Approved},
    Transition{S::Approved, C::Withdraw, S::Rejected},
    Transition{S::Verified, C::Undo, S::Undone},
    Transition{S::Failed, C::Undo, S::Undone}, // written, but not as it should be
};

constexpr std::array<std::string_view, 9> StatusWords{
    "PENDING", "ASSIGNED", "APPROVED", "REJECTED", "EXECUTING", "VERIFIED", "FAILED", "STALE", "UNDONE"};
constexpr std::array<std::string_view, 11> CommandWords{
    "assign", "approve", "reject", "begin", "verify", "fail", "outdate", "recover", "execute", "reject", "undo"};

std::string joined(const std::vector<std::string> &names)
{
    std::string result;
    for (const std::string &name : names)
        result += (result.empty() ? "" : ", ") + name;
    return result;
}

} // namespace

RepairPlan planRepair(DifferenceType type, Platform authoritative)
{
    const Platform target = otherPlatform(authoritative);
    if (type == DifferenceType::Different) return {RepairAction::Update, target};
    const Platform lacking = type == DifferenceType::Missing ? Platform::New : Platform::Legacy;
    return {lacking == target ? RepairAction::Insert : RepairAction::Delete, target};
}

std::string_view repairStatusWord(RepairStatus status)
{
    return StatusWords[static_cast<std::size_t>(status)];
}

std::optional<RepairStatus> repairStatusFromWord(std::string_view word)
{
    const auto found = std::ranges::find(StatusWords, word);
    if (found == StatusWords.end()) return std::nullopt;
    return static_cast<RepairStatus>(found - StatusWords.begin());
}

std::string_view repairCommandWord(RepairCommand command)
{
    return CommandWords[static_cast<std::size_t>(command)];
}

std::optional<RepairStatus> afterCommand(RepairStatus status, RepairCommand command)
{
    for (const Transition &transition : Transitions) {
        if (transition.from == status && transition.command == command) return transition.to;
    }
    return std::nullopt;
}

bool isFinal(RepairStatus status)
{
    return status == RepairStatus::Verified || status == RepairStatus::Rejected || status == RepairStatus::Undone;
}

std::string memberSentence(const RepairPlan &plan, std::string_view entityType, std::string_view entityId,
                           std::string_view field, std::string_view member)
{
    const std::string what = std::string(field) + " \"" + std::string(member) + "\"";
    const std::string entity = std::string(entityType) + " " + std::string(entityId);
    const std::string target(platformWord(plan.target));
    const std::string source(platformWord(otherPlatform(plan.target)));
    if (plan.action == RepairAction::Insert) return "Add " + what + " to " + entity + " on " + target + ", as " + source + " has it.";
    return "Remove " + what + " from " + entity + " on " + target + ": " + source + " does not have it.";
}

std::string repairSentence(const RepairPlan &plan, std::string_view entityType,
                           std::string_view entityId, const std::vector<std::string> &fields)
{
    const std::string entity = std::string(entityType) + " " + std::string(entityId);
    const std::string target(platformWord(plan.target));
    const std::string source(platformWord(otherPlatform(plan.target)));
    switch (plan.action) {
    case RepairAction::Insert:
        return "Insert " + entity + " into " + target + " as " + source + " holds it.";
    case RepairAction::Delete:
        return "Delete " + entity + " from " + target + ": " + source + " does not hold it.";
    case RepairAction::Update:
        break;
    }
    return "Update " + joined(fields) + " of " + entity + " on " + target + " to what " + source +
           " holds.";
}

} // namespace crossfade
