// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/core/json.h"
#include "models/core/percentage.h"
#include "models/routing/switches.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class ApprovalKind { Rollback, ShiftStep, MasterSwitch };
enum class ApprovalState { Open, Approved, Rejected, Expired };
std::string_view approvalKindWord(ApprovalKind kind);
std::string_view approvalStateWord(ApprovalState state);

// What an approval of the master switch carries out: exactly this, over exactly that version.
struct SwitchesChange {
    std::int64_t version = 1;
    Switches before;
    Switches after;
};

// A question to a person. An answer is final, the first one wins.
struct Approval {
    std::string id;
    ApprovalKind kind = ApprovalKind::Rollback;
    ApprovalState state = ApprovalState::Open;
    std::string policyId; // empty of MasterSwitch, and of groups
    std::string policyName;
    std::string requestedBy;
    Instant requestedAt{};
    Instant deadline{};
    bool defaultApproves = true; // what happens when nobody answers
    std::string summary;
    Json evidence; // null: none
    Percentage from;
    Percentage to;
    std::string groupId; // of a user group's batch: of a step that it moves, of a rollback that it goes back
    std::string groupName;
    std::int64_t batch = 0;
    std::int64_t users = 0; // of that batch
    bool secondPerson = false; // then whoever asked cannot approve
    std::optional<SwitchesChange> change; // of MasterSwitch
    std::string decidedBy;
    std::optional<Instant> decidedAt;
    std::string decisionReason;
    std::int64_t version = 1;
    std::int64_t seq = 0;
};

Json approvalToJson(const Approval &approval);

namespace approvalrecords {

// Emits approval.opened and tells of it (approvalalert.h), until it is closed.
Result<void> open(WriteTransaction &tx, Approval approval);
Result<Approval> find(Database &db, std::string_view id);   // NotFound
// Other evidence of an open one; emits approval.changed.
Result<void> keepEvidence(WriteTransaction &tx, Approval approval, Json evidence);
Result<std::optional<Approval>> openMasterSwitch(Database &db);
// Ends an open approval and emits approval.closed; Conflict, naming who, if it is no longer open.
Result<Approval> close(WriteTransaction &tx, std::string_view id, ApprovalState state,
                       std::string_view by, std::string_view reason);
// Newest first.
Result<std::vector<Approval>> list(Database &db, std::optional<std::string> state,
                                   std::optional<std::string> kind, std::int64_t before,
                                   std::int64_t limit);
Result<std::int64_t> count(Database &db, std::optional<std::string> state,
                           std::optional<std::string> kind);

} // namespace approvalrecords

} // namespace crossfade
