// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/rulesjson.h"

#include "models/core/weeklyjson.h"
#include "models/items/zones.h"
#include "models/session/jsonread.h"

#include <cmath>

namespace crossfade {

namespace {

Platform platformAt(const Json &json, std::string_view field, Platform fallback)
{
    return platformFromWord(jsonText(json, field)).value_or(fallback);
}

std::optional<WeeklyWindow> recurrenceOf(const Json &json)
{
    if (!json.is_object())
        return std::nullopt;
    JsonReader in(json);
    return readWeeklyWindow(in);
}

RulePreview::Side sideFromJson(const Json &json, const Json &sample)
{
    RulePreview::Side side;
    side.count = jsonInteger(json, "count");
    const Json &reasons = jsonAt(json, "by_reason");
    if (reasons.is_object())
        for (const auto &[reason, count] : reasons.items())
            side.byReason.emplace_back(reason,
                                       count.is_number_integer() ? count.get<std::int64_t>() : 0);
    if (sample.is_array())
        for (const Json &id : sample)
            if (const auto *text = id.get_ptr<const std::string *>())
                side.sample.push_back(*text);
    return side;
}

} // namespace

RuleRow ruleRowFromJson(const Json &json)
{
    RuleRow row;
    row.id = jsonText(json, "id");
    row.input.kind = ruleTypeFromWord(jsonText(json, "config_type")).value_or(RuleType::User);
    row.input.name = jsonText(json, "config_name");
    row.input.target = jsonText(json, "target_entity");
    row.input.platform = platformAt(json, "target_platform", Platform::New);
    row.input.reason = jsonText(json, "reason");
    row.input.window = {jsonInstant(json, "start_time"), jsonInstant(json, "end_time")};
    row.input.recurrence = recurrenceOf(jsonAt(json, "recurrence"));
    row.input.priority = static_cast<int>(jsonInteger(json, "priority", 100));
    row.input.active = jsonFlag(json, "active", true);
    row.updatedAt = jsonInstant(json, "updated_at");
    row.changedBy = jsonText(json, "changed_by");
    row.version = jsonVersion(json);
    return row;
}

Json ruleToJson(const RuleInput &input)
{
    const auto bound = [](const std::optional<Instant> &at) {
        return at ? Json(formatInstant(*at)) : Json();
    };
    Json json = Json::object();
    json["config_name"] = input.name;
    json["config_type"] = std::string(ruleTypeWord(input.kind));
    json["target_entity"] = input.kind == RuleType::Time ? Json() : Json(input.target);
    json["target_platform"] = std::string(platformWord(input.platform));
    json["reason"] = input.reason;
    json["start_time"] = bound(input.window.start);
    json["end_time"] = bound(input.window.end);
    // An older router knows no such field.
    if (input.recurrence)
        json["recurrence"] = weeklyWindowToJson(*input.recurrence);
    json["priority"] = input.priority;
    json["active"] = input.active;
    return json;
}

Switches switchesOf(const Json &json)
{
    Switches switches;
    switches.master = masterFromWord(jsonText(json, "master")).value_or(Master::Off);
    switches.defaultPlatform = platformAt(json, "default_platform", Platform::New);
    switches.forwardOnly = jsonFlag(json, "forward_only");
    switches.dualWrite = jsonFlag(json, "dual_write");
    switches.aggregation = jsonFlag(json, "aggregation");
    switches.insertsToNew = jsonFlag(json, "inserts_to_new");
    switches.notInLegacyToNew = jsonFlag(json, "not_in_legacy_to_new");
    switches.holdInconsistent = jsonFlag(json, "hold_inconsistent");
    if (jsonAt(json, "id_threshold").is_number_integer())
        switches.idThreshold = jsonInteger(json, "id_threshold", 0);
    switches.readCompare = Percentage::fromPercent(jsonOptionalNumber(json, "read_compare_percent").value_or(0))
                               .value_or(Percentage());
    switches.updatedAt = jsonInstant(json, "updated_at").value_or(Instant{});
    switches.changedBy = jsonText(json, "changed_by");
    switches.version = jsonInteger(json, "version", 1);
    return switches;
}

RulePreview previewFromJson(const Json &json)
{
    RulePreview preview;
    preview.id = jsonText(json, "id");
    preview.knownUsers = jsonInteger(json, "known_users");
    preview.toNew = sideFromJson(jsonAt(json, "to_new"), jsonAt(json, "sample_to_new"));
    preview.toLegacy = sideFromJson(jsonAt(json, "to_legacy"), jsonAt(json, "sample_to_legacy"));
    preview.held = jsonOptionalInteger(json, "held");
    preview.strandedWrites = jsonOptionalInteger(json, "stranded_writes");
    const Json &warnings = jsonAt(json, "warnings");
    if (warnings.is_array()) {
        for (const Json &one : warnings)
            preview.warnings.push_back({jsonText(one, "config_name"), jsonText(one, "message")});
    }
    return preview;
}

std::vector<TraceLine> traceFromJson(const Json &decision)
{
    std::vector<TraceLine> lines;
    const Json &trace = jsonAt(decision, "trace");
    if (trace.is_array())
        for (const Json &line : trace)
            lines.push_back({jsonText(line, "line"), jsonText(line, "condition"),
                             jsonFlag(line, "applies"), jsonFlag(line, "decides"),
                             jsonText(line, "detail"),
                             jsonAt(line, "found").is_boolean() ? std::optional(jsonFlag(line, "found")) : std::nullopt});
    return lines;
}

std::optional<PolicyCover> coverOfPolicy(const Json &policy)
{
    const Json &shift = jsonAt(policy, "shift");
    if (jsonText(shift, "state") == "DRAFT" || jsonText(policy, "id").empty())
        return std::nullopt;
    PolicyCover cover;
    cover.id = jsonText(policy, "id");
    cover.name = jsonText(policy, "policy_name");
    cover.targetSystem = jsonText(policy, "target_system");
    cover.targetPlatform = platformAt(policy, "target_platform", Platform::New);
    const double percent = jsonOptionalNumber(shift, "percentage").value_or(0);
    cover.percentage = Percentage::fromHundredths(std::llround(percent * 100));
    cover.salt = jsonText(policy, "salt");
    cover.usersWithoutId = platformAt(policy, "users_without_id", Platform::Legacy);
    return cover;
}

Rule ruleForDecision(const RuleRow &row)
{
    Rule rule;
    rule.id = row.id;
    rule.name = row.input.name;
    rule.type = row.input.kind;
    rule.target = row.input.target;
    rule.platform = row.input.platform;
    rule.reason = row.input.reason;
    rule.window = row.input.window;
    if (row.input.recurrence)
        rule.recurrence = Recurrence{*row.input.recurrence, desktopZone(row.input.recurrence->timeZone)};
    rule.priority = row.input.priority;
    rule.active = row.input.active;
    return rule;
}

} // namespace crossfade
