// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/rulecolumns.h"
#include "models/routing/ruleimport.h"

namespace crossfade {

namespace {

// Enough to see what kind of change it is; all of them are in the file and, once done, in the history.
constexpr std::size_t MostChanges = 200;

Json changeToJson(const RuleRowChange &change)
{
    const Rule &rule = *change.after;
    return {{"row", change.row},
            {"action", change.before ? "UPDATE" : "CREATE"},
            {"id", rule.id},
            {"config_name", rule.name},
            {"target_entity", rule.type == RuleType::Time ? Json() : Json(rule.target)},
            {"target_platform", platformWord(rule.platform)},
            {"fields", changedFields(change)}};
}

Json errorsToJson(const RuleImportReport &report)
{
    Json list = Json::array();
    for (const RuleRowError &error : report.errors)
        list.push_back({{"row", error.row},
                        {"column", error.column.empty() ? Json() : Json(error.column)},
                        {"message", error.message}});
    return list;
}

} // namespace

std::vector<std::string> changedFields(const RuleRowChange &change)
{
    std::vector<std::string> names;
    if (!change.before) return names;
    const Json before = ruleInputToJson(*change.before);
    const Json after = ruleInputToJson(*change.after);
    for (const RuleColumn &column : RuleColumns) {
        const std::string name(column.name);
        if (column.use == RuleColumn::Use::Input && before.value(name, Json()) != after.value(name, Json()))
            names.push_back(name);
    }
    return names;
}

Json importReportToJson(const RuleImportReport &report)
{
    Json warnings = Json::array();
    for (const RuleRowWarning &warning : report.warnings) {
        Json one = warningsToJson({warning.warning}).front();
        one["row"] = warning.row;
        one["config_name"] = warning.name;
        warnings.push_back(std::move(one));
    }
    Json changes = Json::array();
    for (std::size_t i = 0; i < report.changes.size() && i < MostChanges; ++i)
        changes.push_back(changeToJson(report.changes[i]));
    return {{"rows", report.rows},
            {"created", report.created},
            {"updated", report.updated},
            {"unchanged", report.unchanged},
            {"errors", errorsToJson(report)},
            {"errors_total", report.errorCount},
            {"warnings", std::move(warnings)},
            {"warnings_total", report.warningCount},
            {"changes", std::move(changes)}};
}

} // namespace crossfade
