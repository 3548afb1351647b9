// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/syncentity.h"
#include "app/service/store.h"
#include "models/consistency/assignment.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// Who gets the conflicts of a sync to see to that one commit stores.
class ConflictAssignments {
public:
    // Whom the first rule that fits names, who is to be told of this task; nobody where none does.
    Result<Assignee> assign(Database &db, const SyncPlan &plan, const EntityResult &conflict, const std::string &taskId);
    // One alert for each who got some, with how many of this sync wait for him. All of a minute are one alert: a
    // backfill may find a hundred thousand, and the queue of alerts is short.
    Result<void> tell(WriteTransaction &tx, const SyncPlan &plan) const;

private:
    struct Told {
        std::vector<std::string> taskIds;
        std::string entityId; // of the first
    };
    std::optional<std::vector<AssignmentRule>> m_rules; // as this commit finds them
    std::map<std::pair<std::string, std::string>, Told> m_told; // by person and role
};

} // namespace crossfade
