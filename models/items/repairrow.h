// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

    // That it was asked to be taken back, and what came of it.
    struct Undo {
        std::string status; // REQUESTED EXECUTING DONE STALE FAILED
        std::string requestedBy;
        std::optional<Instant> requestedAt;
        std::string reason;
        std::string error;
        std::string verification;
        bool operator==(const Undo &) const = default;
    };

    std::string id;
    std::string mappingId;
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
    bool secondPerson = false; // whoever asked for it may neither approve nor undo it
    std::string decidedBy;
    std::optional<Instant> decidedAt;
    std::string decisionReason;
    std::optional<Instant> executeAt; // of an approved one that waits for its time
    std::string putOff; // of an approved one: why its database refused it for now
    std::optional<Instant> endedAt;
    std::vector<Field> fields;
    std::vector<std::string> repairedFields; // written; none as long as nothing was
    std::string statement;
    std::string condition;
    std::string sentence;
    std::string verification; // detail of the fresh comparison
    std::string error;
    std::string reason;
    std::optional<Undo> undo;
    std::vector<Event> history;
    std::string version;

    const std::string &assignee() const { return assignedTo.empty() ? assignedRole : assignedTo; } // "": nobody
    bool isOpen() const; // neither verified, rejected nor undone
    bool awaitsDecision() const; // can be approved or rejected
    bool waitsForItsTime() const; // approved for later: can still be called off
    bool isUndoing() const;
    bool canBeUndone() const; // something was written, and nobody takes it back yet
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

// Why a deletion was not made before somebody confirms it, and how many of its mapping are open.
struct DeletionStop {
    std::string why;
    std::int64_t open = 0;
};
// From what the comparator says of a repair or an undo that it stopped; nothing: it says something else.
std::optional<DeletionStop> deletionStop(std::string_view error);

// Who looks: tasks of a role are everybody's who has it.
struct InboxOwner {
    std::string subject;
    std::vector<std::string> roles;
    bool operator==(const InboxOwner &) const = default;
};
// The comparator takes no approval, no second try and no undo of whoever asked, where a second person is needed.
bool needsAnother(const RepairRow &repair, const InboxOwner &owner);

enum class RepairInbox { Open, Mine, Unassigned, ForApproval, Failed, Done };
inline constexpr int RepairInboxCount = 6;
bool belongsTo(const RepairRow &repair, RepairInbox inbox, const InboxOwner &owner);

} // namespace crossfade
