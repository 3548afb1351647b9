// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/difference.h"
#include "models/core/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Who has to see to a repair: a person, or whoever has a role; one of the two.
struct Assignee {
    std::string person;
    std::string role; // operator, approver
    bool operator==(const Assignee &) const = default;
};
// For people: "ann", "the role approver".
std::string assigneeText(const Assignee &to);

// What is left out of a rule fits everything.
struct AssignmentRule {
    std::string dataType;
    std::string field; // fits a repair that writes this field, so never one of a whole row
    std::optional<DifferenceType> type;
    Assignee to;
    bool operator==(const AssignmentRule &) const = default;
};

struct AssignmentFacts {
    std::string_view dataType;
    DifferenceType type = DifferenceType::Different;
    const std::vector<std::string> &fields; // that differ; none: the whole row
};

constexpr std::size_t MostAssignmentRules = 200;

bool fits(const AssignmentRule &rule, const AssignmentFacts &facts);
// The place of the first rule that fits; nothing where none does.
std::optional<std::size_t> firstFit(const std::vector<AssignmentRule> &rules, const AssignmentFacts &facts);

// {"assigned_to"} or {"assigned_role"} of a body: exactly one of the two.
Assignee readAssignee(JsonReader &in);
// The list "rules" of a body, in its order.
std::vector<AssignmentRule> readAssignmentRules(JsonReader &in);
Json assignmentRulesJson(const std::vector<AssignmentRule> &rules);

} // namespace crossfade
