// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/routingjson.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Rules as a sheet: the columns of a CSV export, and what becomes of them on import. Every column has the
// name of the field in the rule's JSON, so that a row and an object are checked by the same code.
struct RuleColumn {
    enum class Cell {
        Text,  // as it is
        Value, // as JSON writes it: a number, true or false (in any case), an object
    };
    enum class Use {
        Id,      // which rule it is
        Version, // which state of it was exported
        Input,   // what an import sets
        Shown,   // written by the service; an import passes over it
    };
    std::string_view name;
    Cell cell;
    Use use;
};

// In the order they are written. A new field of a rule is one line here.
inline constexpr RuleColumn RuleColumns[] = {
    {"id", RuleColumn::Cell::Text, RuleColumn::Use::Id},
    {"config_name", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"config_type", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"target_entity", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"target_platform", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"priority", RuleColumn::Cell::Value, RuleColumn::Use::Input},
    {"active", RuleColumn::Cell::Value, RuleColumn::Use::Input},
    {"start_time", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"end_time", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"recurrence", RuleColumn::Cell::Value, RuleColumn::Use::Input},
    {"reason", RuleColumn::Cell::Text, RuleColumn::Use::Input},
    {"version", RuleColumn::Cell::Value, RuleColumn::Use::Version},
    {"created_at", RuleColumn::Cell::Text, RuleColumn::Use::Shown},
    {"updated_at", RuleColumn::Cell::Text, RuleColumn::Use::Shown},
    {"changed_by", RuleColumn::Cell::Text, RuleColumn::Use::Shown},
};
const RuleColumn *ruleColumn(std::string_view name); // null: there is none

// The first record of an export, with the byte order mark by which a spreadsheet knows UTF-8; and one rule.
void appendRuleHead(std::string &csv);
void appendRule(std::string &csv, const Rule &rule);

// One row of a sheet: its fields as JSON (a field that the sheet has no column for is absent, an empty
// cell is null). `row` is the number a spreadsheet shows, or the place in an array counted from 1.
using RuleRowSink = std::function<Result<void>(const Json &fields, std::size_t row)>;

// Reads rows as they come. Malformed: no CSV (names line and column) or no JSON. Invalid: a column or field
// that is not known, or stands twice. An error of the sink ends it.
Result<void> readRulesCsv(std::string_view csv, const RuleRowSink &sink);
Result<void> readRulesJson(std::string_view json, const RuleRowSink &sink); // {"rules": […]}

} // namespace crossfade
