// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/group.h"

#include <algorithm>

namespace crossfade {

namespace {

const std::vector<std::string_view> Sides{"LEGACY", "NEW"};
const std::vector<std::string_view> ApprovalWords{"NONE", "FIRST_BATCH", "EACH_BATCH"};
constexpr const char *JudgedFields[] = {"guards",           "success_thresholds", "rollback_conditions",
                                        "monitoring_metrics", "interval_seconds", "change_windows",
                                        "freezes"};

// Guards and times are those of a policy: one reader, the same words, the same pointers.
Result<ShiftPolicy> judgedPart(const Json &body, const ZoneSource &zones) {
    Json policy{{"policy_name", "group"}, {"target_system", "*"}};
    for (const char *field : JudgedFields) {
        if (const auto it = body.find(field); it != body.end()) policy[field] = *it;
    }
    return policyFromJson(policy, "group", zones);
}

void checkGuards(JsonReader &in, const std::vector<Guard> &guards) {
    for (const Guard &guard : guards) {
        if (isOfComparator(guard.metric))
            in.reject("guards", std::string(metricWord(guard.metric)) + " is not measured per batch");
    }
}

// A guard that names no platform is about where the batch goes, not about NEW as with policies: else the
// users who have not moved yet would vouch for those who have. What `guards` gives comes first, in its order;
// the named thresholds and metrics after it name no platform.
void judgeTheTarget(const Json &body, UserGroup &group) {
    const auto given = body.find("guards");
    const std::size_t written = given != body.end() && given->is_array() ? given->size() : 0;
    for (std::size_t i = 0; i < group.guards.size(); ++i) {
        const bool named = i < written && (*given)[i].contains("platform") && !(*given)[i].at("platform").is_null();
        if (!named) group.guards[i].platform = group.targetPlatform;
    }
}

// What happens on a breach, and which people are asked.
void readAnswers(JsonReader &in, UserGroup &group) {
    if (const auto word = in.optionalWord("on_breach", {"HOLD", "PROPOSE_ROLLBACK", "ROLLBACK"}))
        group.onBreach = static_cast<OnBreach>(*word);
    group.proposalDeadlineSeconds =
        in.optionalInteger("proposal_deadline_seconds", 1, 86'400).value_or(group.proposalDeadlineSeconds);
    group.proposalRollsBack = in.optionalWord("proposal_default", {"ROLLBACK", "HOLD"}) != std::size_t{1};
    if (const auto word = in.optionalWord("approval", ApprovalWords))
        group.approval = static_cast<GroupApproval>(*word);
    group.secondPerson = in.optionalBoolean("second_person").value_or(false);
}

void takeJudgedPart(JsonReader &in, const Json &body, const ZoneSource &zones, UserGroup &group,
                    std::vector<FieldError> &errors) {
    for (const char *field : JudgedFields)
        in.ignore(field);
    if (!body.is_object()) return;
    Result<ShiftPolicy> judged = judgedPart(body, zones);
    if (!judged) {
        errors = judged.error().fields;
        return;
    }
    group.guards = std::move(judged->guards);
    judgeTheTarget(body, group);
    group.changeWindows = std::move(judged->changeWindows);
    group.freezes = std::move(judged->freezes);
    group.intervalSeconds = judged->intervalSeconds;
    checkGuards(in, group.guards);
}

} // namespace

bool asksLess(const UserGroup &after, const UserGroup &before) {
    if (before.approval == GroupApproval::None) return false;
    return after.approval < before.approval || (before.secondPerson && !after.secondPerson);
}

std::size_t batchCount(const UserGroup &group, std::size_t users) {
    const auto size = static_cast<std::size_t>(group.batchSize);
    return (users + size - 1) / size;
}

std::size_t batchUsers(const UserGroup &group, std::size_t users, std::size_t batch) {
    const auto size = static_cast<std::size_t>(group.batchSize);
    return std::min(size, users - std::min(users, batch * size));
}

Result<UserGroup> groupFromJson(const Json &body, const ZoneSource &zones,
                                const std::vector<std::string> *attributes) {
    JsonReader in(body);
    UserGroup group;
    group.name = in.name("group_name", 100);
    if (const Json *criteria = in.optionalObject("criteria"))
        group.criteria = readCriteria(*criteria, in.pointerTo("criteria"), in, attributes);
    if (const auto side = in.optionalWord("initial_platform", Sides))
        group.initialPlatform = static_cast<Platform>(*side);
    group.targetPlatform = otherPlatform(group.initialPlatform);
    if (const auto side = in.optionalWord("target_platform", Sides))
        group.targetPlatform = static_cast<Platform>(*side);
    if (group.targetPlatform == group.initialPlatform)
        in.reject("target_platform", "must not be the initial platform");
    group.batchSize = in.optionalInteger("batch_size", 1, MostInBatch).value_or(group.batchSize);
    group.batchIntervalSeconds =
        in.optionalInteger("batch_interval_seconds", 0, 7 * 86'400).value_or(group.batchIntervalSeconds);
    group.startAt = in.optionalInstant("start_at");
    readAnswers(in, group);
    in.ignore("reason");
    std::vector<FieldError> judged;
    takeJudgedPart(in, body, zones, group, judged);
    auto error = in.finish();
    if (!error && judged.empty()) return group;
    if (!error) error = Error{ErrorKind::Invalid, judged.front().pointer + " " + judged.front().message, {}, {}};
    error->fields.insert(error->fields.end(), judged.begin(), judged.end());
    return fail(*error);
}

Json groupToJson(const UserGroup &group) {
    ShiftPolicy judged;
    judged.guards = group.guards;
    judged.changeWindows = group.changeWindows;
    judged.freezes = group.freezes;
    const Json policy = policyToJson(judged);
    return Json{{"id", group.id},
                {"group_name", group.name},
                {"criteria", group.criteria ? criteriaToJson(*group.criteria) : Json()},
                {"initial_platform", platformWord(group.initialPlatform)},
                {"target_platform", platformWord(group.targetPlatform)},
                {"batch_size", group.batchSize},
                {"batch_interval_seconds", group.batchIntervalSeconds},
                {"start_at", group.startAt ? Json(formatInstant(*group.startAt)) : Json()},
                {"change_windows", policy.at("change_windows")},
                {"freezes", policy.at("freezes")},
                {"guards", policy.at("guards")},
                {"interval_seconds", group.intervalSeconds},
                {"on_breach", onBreachWord(group.onBreach)},
                {"proposal_deadline_seconds", group.proposalDeadlineSeconds},
                {"proposal_default", group.proposalRollsBack ? "ROLLBACK" : "HOLD"},
                {"approval", ApprovalWords[static_cast<std::size_t>(group.approval)]},
                {"second_person", group.secondPerson}};
}

} // namespace crossfade
