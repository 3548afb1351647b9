// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/routingjson.h"

#include "models/core/jsontext.h"
#include "models/core/weeklyjson.h"

namespace crossfade {

namespace {

const std::vector<std::string_view> TypeWords{"USER_BASED", "SYSTEM_BASED", "TIME_BASED"};
const std::vector<std::string_view> PlatformWords{"LEGACY", "NEW", "BOTH"};
constexpr std::int64_t MostPriority = 1'000'000;

Json instantOrNull(const std::optional<Instant> &instant)
{
    return instant ? Json(formatInstant(*instant)) : Json();
}

void appendInstant(std::string &out, const std::optional<Instant> &instant)
{
    if (!instant) {
        out += "null";
        return;
    }
    out += '"';
    out += formatInstant(*instant); // has nothing to escape
    out += '"';
}

// A time rule has no target; the others must name a user or a system.
void readTarget(JsonReader &in, Rule &rule)
{
    if (rule.type != RuleType::Time) {
        rule.target = in.id("target_entity");
        return;
    }
    if (in.has("target_entity")) in.reject("target_entity", "must be null for a TIME_BASED rule");
    in.ignore("target_entity");
}

void readRecurrence(JsonReader &in, Rule &rule, const ZoneSource &zones)
{
    const Json *object = in.optionalObject("recurrence");
    if (!object) return;
    if (rule.type != RuleType::Time) {
        in.reject("recurrence", "must be null for a rule that is not TIME_BASED");
        return;
    }
    JsonReader one(*object, in.pointerTo("recurrence"), in);
    Recurrence recurrence{readWeeklyWindow(one), nullptr};
    one.finish();
    const std::string &zone = recurrence.weekly.timeZone;
    if (!zone.empty()) recurrence.zone = zones(zone);
    if (!zone.empty() && !recurrence.zone)
        one.reject("time_zone", "must be the IANA name of a time zone, as Europe/Berlin");
    rule.recurrence = std::move(recurrence);
}

} // namespace

Json ruleInputToJson(const Rule &rule)
{
    return Json{{"config_name", rule.name},
                {"config_type", ruleTypeWord(rule.type)},
                {"target_entity", rule.type == RuleType::Time ? Json() : Json(rule.target)},
                {"target_platform", platformWord(rule.platform)},
                {"reason", rule.reason},
                {"start_time", instantOrNull(rule.window.start)},
                {"end_time", instantOrNull(rule.window.end)},
                {"recurrence", rule.recurrence ? weeklyWindowToJson(rule.recurrence->weekly) : Json()},
                {"priority", rule.priority},
                {"active", rule.active}};
}

Json ruleToJson(const Rule &rule)
{
    Json json = ruleInputToJson(rule);
    json["id"] = rule.id;
    json["created_at"] = formatInstant(rule.createdAt);
    json["updated_at"] = formatInstant(rule.updatedAt);
    json["changed_by"] = rule.changedBy;
    json["version"] = rule.version;
    return json;
}

// In the order of the names, as the library writes them.
void appendRuleText(std::string &out, const Rule &rule)
{
    out += rule.active ? R"({"active":true,"changed_by":)" : R"({"active":false,"changed_by":)";
    appendJson(out, rule.changedBy);
    out += R"(,"config_name":)";
    appendJson(out, rule.name);
    out += R"(,"config_type":)";
    appendJson(out, ruleTypeWord(rule.type));
    out += R"(,"created_at":)";
    appendInstant(out, rule.createdAt);
    out += R"(,"end_time":)";
    appendInstant(out, rule.window.end);
    out += R"(,"id":)";
    appendJson(out, rule.id);
    out += R"(,"priority":)";
    appendJson(out, rule.priority);
    out += R"(,"reason":)";
    appendJson(out, rule.reason);
    out += R"(,"recurrence":)";
    out += rule.recurrence ? dumpJson(weeklyWindowToJson(rule.recurrence->weekly)) : "null";
    out += R"(,"start_time":)";
    appendInstant(out, rule.window.start);
    out += R"(,"target_entity":)";
    if (rule.type == RuleType::Time)
        out += "null";
    else
        appendJson(out, rule.target);
    out += R"(,"target_platform":)";
    appendJson(out, platformWord(rule.platform));
    out += R"(,"updated_at":)";
    appendInstant(out, rule.updatedAt);
    out += R"(,"version":)";
    appendJson(out, rule.version);
    out += '}';
}

std::string ruleText(const Rule &rule)
{
    std::string text;
    appendRuleText(text, rule);
    return text;
}

Rule readRuleInput(JsonReader &in, const ZoneSource &zones)
{
    Rule rule;
    rule.name = in.name("config_name");
    rule.type = static_cast<RuleType>(in.word("config_type", TypeWords));
    readTarget(in, rule);
    rule.platform = static_cast<Platform>(in.word("target_platform", PlatformWords));
    rule.reason = in.optionalText("reason", MaxReasonBytes).value_or(std::string());
    rule.window = {in.optionalInstant("start_time"), in.optionalInstant("end_time")};
    readRecurrence(in, rule, zones);
    rule.priority = in.optionalInteger("priority", 0, MostPriority).value_or(100);
    rule.active = in.optionalBoolean("active").value_or(true);
    return rule;
}

Result<Rule> ruleFromJson(const Json &json, const ZoneSource &zones)
{
    JsonReader in(json);
    Rule rule = readRuleInput(in, zones);
    rule.id = in.id("id");
    rule.createdAt = in.optionalInstant("created_at").value_or(Instant());
    rule.updatedAt = in.optionalInstant("updated_at").value_or(Instant());
    rule.changedBy = in.text("changed_by", 200);
    rule.version = in.integer("version", 1, std::numeric_limits<std::int64_t>::max());
    if (auto error = in.finish()) return fail(*error);
    return rule;
}

Json patchedRuleInput(const Rule &rule, const Json &patch)
{
    Json merged = ruleInputToJson(rule);
    if (!patch.is_object()) return patch;
    for (const auto &[field, value] : patch.items())
        merged[field] = value;
    return merged;
}

Json warningsToJson(const std::vector<RuleWarning> &warnings)
{
    Json list = Json::array();
    for (const RuleWarning &warning : warnings)
        list.push_back({{"code", warning.code},
                        {"message", warning.message},
                        {"rule_id", warning.ruleId.empty() ? Json() : Json(warning.ruleId)},
                        {"pointer", warning.pointer.empty() ? Json() : Json(warning.pointer)}});
    return list;
}

} // namespace crossfade
