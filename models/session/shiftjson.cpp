// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/shiftjson.h"

#include "models/session/jsonread.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<const char *, 24> InputFields{
    "policy_name", "target_system", "target_platform", "max_shift_percentage", "shift_increment",
    "steps", "guards", "stabilization_seconds", "interval_seconds", "change_windows", "freezes", "on_breach",
    "proposal_deadline_seconds", "proposal_default", "approval", "approval_above", "second_person",
    "consistency_gate",
    "users_without_id", "move_at", "new_health_url", "legacy_health_url", "salt", "reason"};

NextStepRow nextFromJson(const Json &json)
{
    NextStepRow next;
    if (!json.is_object())
        return next;
    next.action = jsonText(json, "action");
    next.percentage = jsonOptionalNumber(json, "percentage");
    next.earliestAt = jsonInstant(json, "earliest_at");
    next.blockedBy = jsonTexts(json, "blocked_by");
    next.detail = jsonText(json, "detail");
    return next;
}

std::vector<GuardRow::Sample> samplesFromJson(const Json &list)
{
    std::vector<GuardRow::Sample> samples;
    if (!list.is_array())
        return samples;
    for (const Json &item : list)
        samples.push_back({jsonInstant(item, "at").value_or(Instant()),
                           jsonOptionalNumber(item, "value"), jsonText(item, "verdict"),
                           jsonInteger(item, "samples")});
    return samples;
}

} // namespace

ShiftRow shiftFromJson(const Json &json)
{
    ShiftRow row;
    row.state = jsonText(json, "state");
    row.percentage = jsonOptionalNumber(json, "percentage").value_or(0);
    row.target = jsonOptionalNumber(json, "target_percentage");
    row.stepIndex = static_cast<int>(jsonInteger(json, "step_index"));
    row.stepsTotal = static_cast<int>(jsonInteger(json, "steps_total"));
    row.nextStep = jsonOptionalNumber(json, "next_step");
    row.heldCause = jsonText(json, "held_cause");
    row.heldDetail = jsonText(json, "held_detail");
    row.since = jsonInstant(json, "since");
    row.startsAt = jsonInstant(json, "starts_at");
    row.stabilizationEndsAt = jsonInstant(json, "stabilization_ends_at");
    row.approvalId = jsonText(json, "approval_id");
    row.next = nextFromJson(jsonAt(json, "next_action"));
    row.cleared = jsonOptionalNumber(json, "cleared_percentage").value_or(0);
    row.epoch = jsonInteger(json, "epoch");
    return row;
}

Result<PolicyRow> policyRowFromJson(const Json &json)
{
    // Only what an operator writes: the strict reader of inputs would refuse the rest, and a newer
    // service may say more than this console knows.
    Json input = Json::object();
    for (const char *field : InputFields) {
        if (json.is_object() && json.contains(field))
            input[field] = json[field];
    }
    Result<ShiftPolicy> policy = policyFromJson(input, "");
    if (!policy)
        return fail(ErrorKind::Malformed, "A shift policy can't be read: " + policy.error().message);
    PolicyRow row;
    row.policy = std::move(*policy);
    row.policy.id = jsonText(json, "id");
    row.shift = shiftFromJson(jsonAt(json, "shift"));
    row.version = jsonVersion(json);
    row.updatedAt = jsonInstant(json, "updated_at");
    row.changedBy = jsonText(json, "changed_by");
    return row;
}

std::vector<GuardRow> guardRowsFromJson(const Json &items, const ShiftPolicy &policy)
{
    std::vector<GuardRow> rows;
    if (!items.is_array())
        return rows;
    for (const Json &item : items) {
        const std::string id = jsonText(jsonAt(item, "guard"), "id");
        const auto guard = std::find_if(policy.guards.begin(), policy.guards.end(),
                                        [&](const Guard &g) { return g.id == id; });
        if (guard == policy.guards.end())
            continue;
        GuardRow row;
        row.guard = *guard;
        row.verdict = jsonInstant(item, "judged_at") ? jsonText(item, "verdict") : std::string();
        row.value = jsonOptionalNumber(item, "value");
        row.samples = jsonInteger(item, "samples");
        row.reference = jsonOptionalNumber(item, "reference");
        row.pValue = jsonOptionalNumber(item, "p_value");
        row.breaches = static_cast<int>(jsonInteger(item, "breaches"));
        row.tripped = jsonFlag(item, "tripped");
        row.trippedAt = jsonInstant(item, "tripped_at");
        row.judgedAt = jsonInstant(item, "judged_at");
        row.detail = jsonText(item, "detail");
        row.recent = samplesFromJson(jsonAt(item, "recent"));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<GateRow> gateRowsFromJson(const Json &items)
{
    std::vector<GateRow> rows;
    if (!items.is_array())
        return rows;
    for (const Json &item : items)
        rows.push_back({jsonText(item, "gate"), jsonText(item, "status"), jsonText(item, "detail"),
                        jsonInstant(item, "opens_at")});
    return rows;
}

HistoryRow historyFromJson(const Json &json)
{
    HistoryRow row;
    row.id = jsonText(json, "id");
    row.policyId = jsonText(json, "policy_id");
    row.at = jsonInstant(json, "at").value_or(Instant());
    row.from = jsonOptionalNumber(json, "from_percentage").value_or(0);
    row.to = jsonOptionalNumber(json, "to_percentage").value_or(0);
    row.result = jsonText(json, "result");
    row.state = jsonText(json, "state");
    row.error = jsonText(json, "error");
    row.epoch = jsonInteger(json, "epoch");
    row.cause = jsonText(json, "cause");
    row.actor = jsonText(json, "actor");
    row.reason = jsonText(json, "reason");
    return row;
}

DrillReport drillFromJson(const Json &json)
{
    DrillReport report;
    report.events = jsonInteger(json, "events");
    report.recordedFrom = jsonInstant(json, "recorded_from");
    report.recordedTo = jsonInstant(json, "recorded_to");
    const auto standing = [&](const char *field, std::string &state, double &percentage) {
        const Json &at = jsonAt(json, field);
        state = jsonText(at, "state");
        percentage = jsonOptionalNumber(at, "percentage").value_or(0);
    };
    standing("start", report.startState, report.startPercentage);
    standing("end", report.endState, report.endPercentage);
    for (const Json &item : jsonItems(json)) {
        HistoryRow row = historyFromJson(item);
        // As many digits as keep what was at the same moment in its order.
        row.id = std::to_string(100'000 + report.entries.size());
        row.actor = jsonFlag(item, "by_operator") ? "operator" : "runner";
        row.reason = jsonText(item, "detail");
        report.entries.push_back(std::move(row));
    }
    report.truncated = jsonFlag(json, "truncated");
    report.ordersIgnored = jsonInteger(json, "orders_ignored");
    report.guardsWithoutRecord = jsonTexts(json, "guards_without_record");
    return report;
}

} // namespace crossfade
