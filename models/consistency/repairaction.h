// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/difference.h"
#include "models/consistency/mapping.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What makes a difference go away: written to `target` only, the side that is not authoritative.
struct RepairPlan {
    RepairAction action = RepairAction::Update;
    Platform target = Platform::New;
    bool operator==(const RepairPlan &) const = default;
};
RepairPlan planRepair(DifferenceType type, Platform authoritative);

enum class RepairStatus {
    Pending,
    Assigned,
    Approved,
    Rejected,
    Executing,
    Verified,
    Failed,
    Stale,
    Undone
};
enum class RepairCommand {
    Assign,
    Approve,
    Reject,
    Begin,   // the worker takes it up
    Verify,  // written and seen equal
    Fail,    // the database refused, or still unequal afterwards
    Outdate, // a side no longer holds what was seen; nothing was written
    Recover, // nothing was written, and it waits once more: found EXECUTING at a start, or put off
    Retry,   // an operator, after a fresh look
    Withdraw, // an approved one that still waits for its time is taken back
    Undo,    // what was there before was written back
};

std::string_view repairStatusWord(RepairStatus status);
std::optional<RepairStatus> repairStatusFromWord(std::string_view word);
std::string_view repairCommandWord(RepairCommand command);
// The state after the command, or nothing if it does not fit: the whole table is data.
std::optional<RepairStatus> afterCommand(RepairStatus status, RepairCommand command);
bool isFinal(RepairStatus status);

// One sentence for people: "Update email, name of USER u-17 on NEW to what LEGACY holds."
std::string repairSentence(const RepairPlan &plan, std::string_view entityType,
                           std::string_view entityId, const std::vector<std::string> &fields);
// Of a member of a set: "Add permission "read" to USER u-17 on NEW, as LEGACY has it."
std::string memberSentence(const RepairPlan &plan, std::string_view entityType, std::string_view entityId,
                           std::string_view field, std::string_view member);

} // namespace crossfade
