// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/weeklywindow.h"
#include "models/routing/rule.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What an operator writes of a rule; the rest comes from the service.
struct RuleInput {
    RuleType kind = RuleType::User;
    std::string name;
    std::string target; // user or system id; empty for time rules
    Platform platform = Platform::New;
    std::string reason;
    TimeWindow window;
    std::optional<WeeklyWindow> recurrence; // of time rules only
    int priority = 100;
    bool active = true;
    bool operator==(const RuleInput &) const = default;
};

// How a shown row differs from what the service holds.
enum class RuleEdit { None, Added, Changed, Deleted };

struct RuleRow {
    std::string id; // "new:1" while it is only here
    RuleInput input;
    std::optional<Instant> updatedAt;
    std::string changedBy;
    std::string version;
    RuleEdit edit = RuleEdit::None;
    // What the service or the check of the input says about this row, in words.
    std::vector<FieldError> problems;
    bool operator==(const RuleRow &) const = default;
};

// Limits of the service, told before it has to: pointers as in its answers ("/config_name").
inline constexpr std::size_t MaxRuleNameBytes = 200;
inline constexpr std::size_t MaxRuleReasonBytes = 1'000;
inline constexpr int MaxRulePriority = 1'000'000;
std::vector<FieldError> ruleProblems(const RuleInput &input);
// The first message at a field, empty if it is well.
std::string problemAt(const std::vector<FieldError> &problems, std::string_view pointer);

// One finding of the check over all rules: what it is and which row it is about.
struct RuleFinding {
    std::string ruleId;
    std::string ruleName;
    std::string code; // NEVER_APPLIES, NEVER_RECURS, SHADOWED, CONTRADICTED
    std::string otherName;
    bool operator==(const RuleFinding &) const = default;
};
// Of rules of one kind for the same user or system, the deciding ones (by priority, then id) first.
std::vector<RuleFinding> findingsOfSubject(const std::vector<const RuleRow *> &rules, Instant now);

} // namespace crossfade
