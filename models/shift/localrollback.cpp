// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/localrollback.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 4> RollbackScopes{"ALL", "POLICIES", "GROUPS", "SWITCHES"};
constexpr std::size_t MostObjects = 100'000; // of one record: more than there can be
constexpr std::size_t MostText = 8'192;      // bytes of a reason, at four a character
constexpr std::int64_t MostNumber = std::int64_t{1} << 53;
constexpr std::string_view Runner = "runner"; // the service itself

Percentage percentageOf(JsonReader &in, const char *field) {
    return in.optionalPercentage(field).value_or(Percentage());
}

LocalRollback::Policy policyOf(const Json &json, const std::string &pointer, JsonReader &parent) {
    JsonReader in(json, pointer, parent);
    LocalRollback::Policy policy{in.text("policy_id", 100, 1), in.text("policy_name", MostText),
                                 percentageOf(in, "from_percentage"), percentageOf(in, "to_percentage")};
    in.finish();
    return policy;
}

LocalRollback::Group groupOfJson(const Json &json, const std::string &pointer, JsonReader &parent) {
    JsonReader in(json, pointer, parent);
    LocalRollback::Group group;
    group.id = in.text("group_id", 100, 1);
    group.name = in.text("group_name", MostText);
    if (const auto batch = in.optionalInteger("batch", 0, MostNumber)) group.batch = static_cast<std::size_t>(*batch);
    group.users = static_cast<std::size_t>(in.integer("users", 0, MostNumber));
    in.finish();
    return group;
}

} // namespace

std::string_view rollbackScopeWord(RollbackScope scope) {
    return RollbackScopes[static_cast<std::size_t>(scope)];
}

Ceilings ceilingsOf(const LocalRollback &rollback) {
    Ceilings ceilings;
    for (const LocalRollback::Policy &policy : rollback.policies)
        ceilings.policies[policy.id] = {policy.to, rollback.at};
    for (const LocalRollback::Group &group : rollback.groups) {
        GroupCeiling &ceiling = ceilings.groups[group.id];
        if (group.batch)
            ceiling.batches.insert(*group.batch);
        else
            ceiling.all = true;
    }
    // Also where neither was on: what another may have switched on since, unseen from here, goes as well.
    ceilings.switches = rollback.scope == RollbackScope::All ||
                        (rollback.scope == RollbackScope::Switches && !rollback.toLegacy);
    ceilings.legacy = rollback.toLegacy;
    ceilings.forwardOnly = rollback.endsForwardOnly;
    return ceilings;
}

Json localRollbackToJson(const LocalRollback &rollback) {
    Json items = Json::array();
    for (const LocalRollback::Policy &policy : rollback.policies)
        items.push_back({{"policy_id", policy.id},
                         {"policy_name", policy.name},
                         {"from_percentage", policy.from.percent()},
                         {"to_percentage", policy.to.percent()}});
    Json groups = Json::array();
    for (const LocalRollback::Group &group : rollback.groups)
        groups.push_back({{"group_id", group.id},
                          {"group_name", group.name},
                          {"batch", group.batch ? Json(*group.batch) : Json()},
                          {"users", group.users}});
    return {{"id", rollback.id},
            {"at", formatInstant(rollback.at)},
            {"actor", rollback.actor},
            {"request_id", rollback.requestId},
            {"reason", rollback.reason},
            {"scope", rollbackScopeWord(rollback.scope)},
            {"target_percentage", rollback.target.percent()},
            {"epoch", rollback.epoch},
            {"items", std::move(items)},
            {"groups", std::move(groups)},
            {"master_ended", rollback.endsMaster},
            {"forward_only_ended", rollback.endsForwardOnly},
            {"master_to_legacy", rollback.toLegacy},
            {"approval_id", rollback.approvalId.empty() ? Json() : Json(rollback.approvalId)}};
}

std::optional<LocalRollback> localRollbackFromJson(const Json &json) {
    if (!json.is_object()) return std::nullopt;
    JsonReader in(json);
    LocalRollback rollback;
    rollback.id = in.text("id", 200, 1);
    rollback.at = in.optionalInstant("at").value_or(Instant());
    rollback.actor = in.text("actor", MostText);
    rollback.requestId = in.text("request_id", MostText);
    rollback.reason = in.text("reason", MostText);
    rollback.scope = static_cast<RollbackScope>(
        in.word("scope", {RollbackScopes.begin(), RollbackScopes.end()}));
    rollback.target = percentageOf(in, "target_percentage");
    rollback.epoch = in.integer("epoch", 0, MostNumber);
    if (const Json *items = in.optionalArray("items", MostObjects)) {
        for (std::size_t i = 0; i < items->size(); ++i)
            rollback.policies.push_back(policyOf((*items)[i], "/items/" + std::to_string(i), in));
    }
    if (const Json *groups = in.optionalArray("groups", MostObjects)) {
        for (std::size_t i = 0; i < groups->size(); ++i)
            rollback.groups.push_back(groupOfJson((*groups)[i], "/groups/" + std::to_string(i), in));
    }
    rollback.endsMaster = in.optionalBoolean("master_ended").value_or(false);
    rollback.endsForwardOnly = in.optionalBoolean("forward_only_ended").value_or(false);
    rollback.toLegacy = in.optionalBoolean("master_to_legacy").value_or(false);
    rollback.approvalId = in.optionalText("approval_id", 100).value_or("");
    // What a later version adds does not make the rest unreadable: finish() is asked for the others alone.
    for (const auto &[name, value] : json.items())
        in.ignore(name);
    if (in.finish()) return std::nullopt;
    return rollback;
}

bool mayRaise(std::string_view shiftCause, std::string_view actor) {
    constexpr std::array<std::string_view, 6> Raising{"STARTED", "SCHEDULED", "RETARGETED",
                                                      "RESUMED", "TOOK_OVER", "FINALIZED"};
    return actor != Runner && std::ranges::find(Raising, shiftCause) != Raising.end();
}

bool isLifted(Percentage ceiling, Instant rolledBackAt, std::span<const RaisingAct> acts) {
    return std::ranges::any_of(
        acts, [&](const RaisingAct &act) { return act.at > rolledBackAt && act.from <= ceiling; });
}

} // namespace crossfade
