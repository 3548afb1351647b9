// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A manual repair task. Words are the service's.
struct RepairRow {
    struct Field {
        std::string name;
        std::optional<std::string> before; // none: SQL NULL
        std::optional<std::string> after;
        bool sensitive = false;
        bool operator==(const Field &) const = default;
    };
    struct Event {
        std::optional<Instant> at;
        std::string status;
        std::string actor;
        std::string note;
        bool operator==(const Event &) const = default;
    };

    std::string id;
    std::string entityType;
    std::string entityId;
    std::vector<std::string> differenceIds;
    std::string action;         // INSERT UPDATE DELETE
    std::string targetPlatform; // LEGACY NEW
    std::string status; // PENDING ASSIGNED APPROVED REJECTED EXECUTING VERIFIED FAILED STALE UNDONE
    std::string assignedTo;
    std::string assignedRole; // who has it, where that is no person
    std::string requestedBy;
    std::optional<Instant> requestedAt;
    std::string decidedBy;
    std::optional<Instant> decidedAt;
    std::string decisionReason;
    std::optional<Instant> endedAt;
    std::vector<Field> fields;
    std::string statement;
    std::string condition;
    std::string sentence;
    std::string verification; // detail of the fresh comparison
    std::string error;
    std::string reason;
    std::vector<Event> history;
    std::string version;

    const std::string &assignee() const { return assignedTo.empty() ? assignedRole : assignedTo; } // "": nobody
    bool isOpen() const; // neither verified, rejected nor undone
    bool awaitsDecision() const; // can be approved or rejected
    bool operator==(const RepairRow &) const = default;
};

// What would happen now: the service looks at the target again.
struct RepairPreview {
    std::string repairId;
    std::string sentence;
    std::string statement;
    std::vector<std::optional<std::string>> parameters; // none: NULL
    std::string condition;
    // No value: NULL. No list: no row.
    using Values = std::vector<std::pair<std::string, std::optional<std::string>>>;
    std::optional<Values> before;
    std::optional<Values> after;
    bool stillAsSeen = true;
    std::string detail;
};

enum class RepairInbox { Open, Mine, Unassigned, ForApproval, Failed, Done };
inline constexpr int RepairInboxCount = 6;
bool belongsTo(const RepairRow &repair, RepairInbox inbox, const std::string &subject);

} // namespace crossfade
