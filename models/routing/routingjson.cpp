// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/routingjson.h"

#include "models/routing/decisiontext.h"

namespace crossfade {

namespace {

const std::vector<std::string_view> MasterWords{"OFF", "NEW", "LEGACY"};
const std::vector<std::string_view> SideWords{"LEGACY", "NEW"};
const std::vector<std::string_view> OperationWords{"read", "list", "insert", "update", "delete"};

Platform side(JsonReader &in, std::string_view field)
{
    return static_cast<Platform>(in.word(field, SideWords));
}

// The text where it stands in the JSON, so that a request copies nothing.
std::string_view textOf(const Json &json, const char *field, bool present)
{
    if (!present) return {};
    const auto it = json.find(field);
    return it != json.end() && it->is_string() ? std::string_view(it->get_ref<const std::string &>())
                                               : std::string_view();
}

} // namespace

Json switchesToJson(const Switches &switches)
{
    Json json = switchesChoiceToJson(switches);
    json["updated_at"] = formatInstant(switches.updatedAt);
    json["changed_by"] = switches.changedBy;
    json["version"] = switches.version;
    return json;
}

Json switchesChoiceToJson(const Switches &switches)
{
    return Json{{"master", masterWord(switches.master)},
                {"default_platform", platformWord(switches.defaultPlatform)},
                {"forward_only", switches.forwardOnly},
                {"dual_write", switches.dualWrite},
                {"aggregation", switches.aggregation},
                {"inserts_to_new", switches.insertsToNew},
                {"not_in_legacy_to_new", switches.notInLegacyToNew},
                {"hold_inconsistent", switches.holdInconsistent},
                {"id_threshold", switches.idThreshold ? Json(*switches.idThreshold) : Json()},
                {"read_compare_percent", switches.readCompare.percent()}};
}

Switches readSwitchesInput(JsonReader &in, const Switches &before)
{
    Switches switches = before;
    switches.master = static_cast<Master>(in.word("master", MasterWords));
    switches.defaultPlatform = side(in, "default_platform");
    switches.forwardOnly = in.optionalBoolean("forward_only").value_or(before.forwardOnly);
    switches.dualWrite = in.optionalBoolean("dual_write").value_or(before.dualWrite);
    switches.aggregation = in.optionalBoolean("aggregation").value_or(before.aggregation);
    switches.insertsToNew = in.optionalBoolean("inserts_to_new").value_or(before.insertsToNew);
    switches.notInLegacyToNew = in.optionalBoolean("not_in_legacy_to_new").value_or(before.notInLegacyToNew);
    switches.holdInconsistent = in.optionalBoolean("hold_inconsistent").value_or(before.holdInconsistent);
    const bool none = in.isNull("id_threshold");
    const auto threshold = in.optionalInteger("id_threshold", 0, std::numeric_limits<std::int64_t>::max());
    if (threshold || none) switches.idThreshold = threshold;
    switches.readCompare = in.optionalPercentage("read_compare_percent").value_or(before.readCompare);
    in.ignore("reason");
    return switches;
}

Result<Switches> switchesFromJson(const Json &json)
{
    JsonReader in(json);
    Switches switches = readSwitchesInput(in, {});
    switches.updatedAt = in.optionalInstant("updated_at").value_or(Instant());
    switches.changedBy = in.text("changed_by", 200);
    switches.version = in.integer("version", 1, std::numeric_limits<std::int64_t>::max());
    if (auto error = in.finish()) return fail(*error);
    return switches;
}

Json coverToJson(const PolicyCover &cover)
{
    return Json{{"id", cover.id},
                {"policy_name", cover.name},
                {"target_system", cover.targetSystem},
                {"target_platform", platformWord(cover.targetPlatform)},
                {"percentage", cover.percentage.percent()},
                {"salt", cover.salt},
                {"users_without_id", platformWord(cover.usersWithoutId)},
                {"sessions", sessionSharesToJson(cover.sessions)}};
}

Result<PolicyCover> coverFromJson(const Json &json)
{
    JsonReader in(json);
    PolicyCover cover;
    cover.id = in.id("id");
    cover.name = in.name("policy_name");
    cover.targetSystem = in.text("target_system", 100, 1);
    cover.targetPlatform = side(in, "target_platform");
    cover.percentage = in.optionalPercentage("percentage").value_or(Percentage());
    cover.salt = in.id("salt");
    cover.usersWithoutId = side(in, "users_without_id");
    in.ignore("sessions"); // older ones have none
    const auto sessions = json.is_object() ? json.find("sessions") : json.end();
    if (json.is_object() && sessions != json.end()) {
        auto shares = sessionSharesFromJson(*sessions);
        if (!shares) in.reject("sessions", "is no list of shares");
        cover.sessions = std::move(shares).value_or(SessionShares());
    }
    if (auto error = in.finish()) return fail(*error);
    return cover;
}

Json groupCoverToJson(const GroupCover &cover)
{
    return Json{{"id", cover.id},
                {"group_name", cover.name},
                {"initial_platform", platformWord(cover.initialPlatform)},
                {"target_platform", platformWord(cover.targetPlatform)},
                {"batch_size", cover.batchSize},
                {"members_id", cover.membersId},
                {"moved", cover.moved ? movedText(*cover.moved) : std::string()}};
}

Result<GroupCover> groupCoverFromJson(const Json &json)
{
    JsonReader in(json);
    GroupCover cover;
    cover.id = in.id("id");
    cover.name = in.name("group_name");
    cover.initialPlatform = side(in, "initial_platform");
    cover.targetPlatform = side(in, "target_platform");
    cover.batchSize = static_cast<std::size_t>(in.integer("batch_size", 1, 1'000'000));
    cover.membersId = in.id("members_id");
    auto moved = movedFromText(in.text("moved", 16 << 20));
    if (!moved) in.reject("moved", "is no list of runs");
    if (auto error = in.finish()) return fail(*error);
    cover.moved = std::make_shared<const std::vector<bool>>(std::move(*moved));
    return cover;
}

DecisionRequest readDecisionRequest(JsonReader &in, const Json &json, Instant now)
{
    DecisionRequest request;
    const bool user = in.optionalId("user_id").has_value();
    const bool system = in.optionalId("system_id").has_value();
    const bool entity = in.optionalId("entity_id").has_value();
    const bool interface = in.optionalText("interface", MaxInterfaceBytes).has_value();
    const auto operation = in.optionalWord("operation", OperationWords);
    const auto at = in.optionalInstant("at");
    request.signedInAt = in.optionalInstant("signed_in_at");
    request.userId = textOf(json, "user_id", user);
    request.systemId = textOf(json, "system_id", system);
    request.entityId = textOf(json, "entity_id", entity);
    request.interface = textOf(json, "interface", interface);
    request.operation = static_cast<Operation>(operation.value_or(0));
    request.at = at.value_or(now);
    const bool described = in.has("user_id") || in.has("system_id") || in.has("entity_id") ||
                           in.has("interface") || in.has("operation");
    if (json.is_object() && !described)
        in.reject("", "must describe the request: user_id, system_id, entity_id, interface or operation");
    return request;
}

Json decisionToJson(const Decision &decision)
{
    // Field by field: a list of pairs would be built first, up to ten thousand times a request.
    Json json = Json::object();
    json["platform"] = platformWord(decision.platform);
    json["mode"] = modeWord(decision.mode);
    json["primary"] = platformWord(decision.primary);
    json["reason"] = reasonWord(decision.reason);
    json["rule_reason"] = decision.rule ? Json(decision.rule->reason) : Json();
    json["rule_id"] = decision.rule ? Json(decision.rule->id) : Json();
    json["policy_id"] = decision.policy ? Json(decision.policy->id) : Json();
    json["gray_list"] = decision.grayList ? Json(decision.grayList->name) : Json();
    json["group_id"] = decision.group ? Json(decision.group->id) : Json();
    json["group_batch"] = decision.group ? Json(decision.groupBatch) : Json();
    json["bucket"] = decision.bucket >= 0 ? Json(decision.bucket) : Json();
    json["line"] = lineNumber(decision.line);
    json["epoch"] = decision.epoch;
    return json;
}

Json traceToJson(const std::vector<TraceLine> &trace)
{
    Json list = Json::array();
    for (const TraceLine &line : trace)
        list.push_back({{"line", line.line},
                        {"condition", line.condition},
                        {"applies", line.applies},
                        {"decides", line.decides},
                        {"detail", line.detail},
                        {"found", line.found ? Json(*line.found) : Json()}});
    return list;
}

Json historyToJson(const UserHistoryEntry &entry)
{
    return Json{{"at", formatInstant(entry.at)},
                {"from", platformWord(entry.from)},
                {"to", platformWord(entry.to)},
                {"cause", entry.cause},
                {"actor", entry.actor},
                {"reason", entry.reason},
                {"epoch", entry.epoch}};
}

} // namespace crossfade
