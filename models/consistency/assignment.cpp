// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/assignment.h"

#include <algorithm>

namespace crossfade {

namespace {

const std::vector<std::string_view> AssignableRoles{"operator", "approver"};
const std::vector<std::string_view> RuleTypes{"MISSING", "EXTRA", "DIFFERENT"};
constexpr std::size_t WordBytes = 128; // as of data types and fields in a mapping
constexpr std::size_t PersonBytes = 200;

Json orNull(const std::string &text)
{
    return text.empty() ? Json() : Json(text);
}

AssignmentRule readRule(const Json &object, std::string pointer, JsonReader &parent)
{
    JsonReader in(object, std::move(pointer), parent);
    AssignmentRule rule;
    rule.dataType = in.optionalText("data_type", WordBytes).value_or("");
    rule.field = in.optionalText("field", WordBytes).value_or("");
    for (const char *name : {"data_type", "field"}) {
        if (in.has(name) && object.at(name) == "") in.reject(name, "must not be empty: leave it out for any");
    }
    if (const auto word = in.optionalWord("difference_type", RuleTypes))
        rule.type = differenceTypeFromWord(RuleTypes[*word]);
    if (!rule.field.empty() && rule.type && *rule.type != DifferenceType::Different)
        in.reject("field", "only rows that are DIFFERENT are so in a field: the rule would never apply");
    rule.to = readAssignee(in);
    in.finish();
    return rule;
}

} // namespace

std::string assigneeText(const Assignee &to)
{
    return to.role.empty() ? to.person : "the role " + to.role;
}

bool fits(const AssignmentRule &rule, const AssignmentFacts &facts)
{
    if (!rule.dataType.empty() && rule.dataType != facts.dataType) return false;
    if (rule.type && *rule.type != facts.type) return false;
    return rule.field.empty() || std::ranges::find(facts.fields, rule.field) != facts.fields.end();
}

std::optional<std::size_t> firstFit(const std::vector<AssignmentRule> &rules, const AssignmentFacts &facts)
{
    const auto found = std::ranges::find_if(rules, [&](const AssignmentRule &rule) { return fits(rule, facts); });
    if (found == rules.end()) return std::nullopt;
    return static_cast<std::size_t>(found - rules.begin());
}

Assignee readAssignee(JsonReader &in)
{
    Assignee to;
    if (in.has("assigned_role")) {
        to.role = AssignableRoles[in.word("assigned_role", AssignableRoles)];
        if (in.optionalText("assigned_to", PersonBytes))
            in.reject("assigned_to", "a person or a role is named, not both");
        return to;
    }
    in.ignore("assigned_role");
    to.person = in.name("assigned_to", PersonBytes);
    return to;
}

std::vector<AssignmentRule> readAssignmentRules(JsonReader &in)
{
    std::vector<AssignmentRule> rules;
    if (const Json *list = in.optionalArray("rules", MostAssignmentRules)) {
        for (std::size_t i = 0; i < list->size(); ++i)
            rules.push_back(readRule((*list)[i], in.pointerTo("rules") + "/" + std::to_string(i), in));
    } else if (!in.has("rules")) {
        in.reject("rules", "is required");
    }
    return rules;
}

Json assignmentRulesJson(const std::vector<AssignmentRule> &rules)
{
    Json list = Json::array();
    for (const AssignmentRule &rule : rules)
        list.push_back({{"data_type", orNull(rule.dataType)},
                        {"field", orNull(rule.field)},
                        {"difference_type", rule.type ? Json(differenceTypeWord(*rule.type)) : Json()},
                        {"assigned_to", orNull(rule.to.person)},
                        {"assigned_role", orNull(rule.to.role)}});
    return list;
}

} // namespace crossfade
