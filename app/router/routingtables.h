// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/routing/snapshot.h"

#include <span>
#include <string>
#include <vector>

namespace crossfade {

// The rows of rule, switches and policy_cover as domain values.
namespace routingtables {

// The columns of a rule in the order ruleOf() expects them.
extern const char *const RuleColumns;
Rule ruleOf(const SqlRow &row);
Result<void> putRule(Database &db, const Rule &rule);
Result<void> putRules(Database &db, std::span<const RulePtr> rules); // in one statement: of different ids
// Those of these ids that there are, in the order of the ids.
Result<std::vector<RulePtr>> rulesOf(Database &db, const std::vector<std::string> &ids);
Result<void> removeRule(Database &db, std::string_view id);

Result<Switches> switches(Database &db);
Result<void> putSwitches(Database &db, const Switches &switches);

Result<std::vector<PolicyCover>> covers(Database &db);
Result<std::optional<PolicyCover>> cover(Database &db, std::string_view policyId);
Result<void> putCover(Database &db, const PolicyCover &cover); // Conflict: its system is covered
Result<void> removeCover(Database &db, std::string_view policyId);

Result<std::vector<GroupCover>> groupCovers(Database &db); // without their members
Result<std::optional<GroupCover>> groupCover(Database &db, std::string_view groupId); // likewise
Result<void> putGroupCover(Database &db, const GroupCover &cover);
Result<void> removeGroupCover(Database &db, std::string_view groupId);

} // namespace routingtables

} // namespace crossfade
