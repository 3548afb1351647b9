// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/assignment.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// The stored list, in order.
Result<std::vector<AssignmentRule>> assignmentRules(Database &db);

// Tells who got repairs to see to: one alert for each, however many they are, as the queue of alerts is short and
// holds those of checks, too.
class AssignmentNews {
public:
    void add(const Assignee &to, const Json &repair); // as it is now
    Result<void> tell(WriteTransaction &tx, const std::string &assignedBy) const;

private:
    std::map<std::pair<std::string, std::string>, std::vector<Json>> m_repairs; // by person and role
};

} // namespace crossfade
