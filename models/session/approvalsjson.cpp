// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/approvalsjson.h"

#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"

namespace crossfade {

namespace {

std::vector<std::optional<double>> numbers(const Json &list, std::size_t count)
{
    std::vector<std::optional<double>> out(count);
    if (!list.is_array())
        return out;
    for (std::size_t i = 0; i < count && i < list.size(); ++i)
        if (list[i].is_number())
            out[i] = list[i].get<double>();
    return out;
}

std::optional<ApprovalEvidence> evidenceFromJson(const Json &json)
{
    if (!json.is_object())
        return std::nullopt;
    ApprovalEvidence evidence;
    const Json &guard = jsonAt(json, "guard");
    evidence.guardId = jsonText(guard, "id");
    evidence.metric = jsonText(guard, "metric");
    evidence.statistic = jsonText(guard, "statistic");
    evidence.platform = jsonText(guard, "platform");
    evidence.comparison = jsonText(guard, "comparison");
    evidence.threshold = jsonOptionalNumber(guard, "threshold").value_or(0);
    evidence.tolerance = jsonOptionalNumber(guard, "tolerance");
    evidence.expression = jsonText(guard, "expression");
    evidence.windowSeconds = jsonInteger(guard, "window_seconds", 60);
    evidence.trippedAt = jsonInstant(json, "tripped_at");
    const Json &values = jsonAt(json, "values");
    if (values.is_array())
        for (const Json &value : values)
            evidence.windows.push_back({jsonInstant(value, "at").value_or(Instant()),
                                        jsonOptionalNumber(value, "value"),
                                        jsonInteger(value, "samples"), jsonText(value, "verdict")});
    const Json &series = jsonAt(json, "series");
    for (const std::string &at : jsonTexts(series, "t"))
        evidence.seriesAt.push_back(parseInstant(at).value_or(Instant()));
    evidence.seriesNew = numbers(jsonAt(series, "new"), evidence.seriesAt.size());
    evidence.seriesLegacy = numbers(jsonAt(series, "legacy"), evidence.seriesAt.size());
    return evidence;
}

std::vector<MasterGateRow> gatesFromJson(const Json &evidence)
{
    std::vector<MasterGateRow> rows;
    const Json &gates = jsonAt(evidence, "gates");
    if (!gates.is_array())
        return rows;
    for (const Json &gate : gates) {
        MasterGateRow row{jsonText(gate, "gate"), jsonText(gate, "status"), jsonText(gate, "detail"), {}, {}};
        const Json &answers = jsonAt(evidence, "overrides");
        for (std::size_t i = 0; row.status == "OVERRIDDEN" && answers.is_array() && i < answers.size(); ++i)
            if (jsonText(answers[i], "gate") == row.gate) {
                row.overriddenBy = jsonText(answers[i], "by");
                row.overrideReason = jsonText(answers[i], "reason");
            }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

ApprovalRow approvalFromJson(const Json &json)
{
    ApprovalRow row;
    row.id = jsonText(json, "id");
    row.kind = jsonText(json, "kind");
    row.state = jsonText(json, "state");
    row.policyId = jsonText(json, "policy_id");
    row.policyName = jsonText(json, "policy_name");
    if (const Json &group = jsonAt(json, "group"); group.is_object()) {
        row.policyName = jsonText(group, "name");
        row.batch = BatchAsked{jsonText(group, "id"), jsonInteger(group, "batch"), jsonInteger(group, "users")};
    }
    row.requestedBy = jsonText(json, "requested_by");
    row.requestedAt = jsonInstant(json, "requested_at").value_or(Instant());
    row.deadline = jsonInstant(json, "deadline").value_or(Instant());
    row.defaultAction = jsonText(json, "default_action");
    row.summary = jsonText(json, "summary");
    if (row.isMasterSwitch())
        row.gates = gatesFromJson(jsonAt(json, "evidence"));
    else
        row.evidence = evidenceFromJson(jsonAt(json, "evidence"));
    if (const Json &change = jsonAt(json, "switches"); change.is_object())
        row.switches = SwitchesAsked{switchesOf(jsonAt(change, "before")), switchesOf(jsonAt(change, "after"))};
    const Json &effect = jsonAt(json, "effect");
    row.fromPercentage = jsonOptionalNumber(effect, "from_percentage").value_or(0);
    row.toPercentage = jsonOptionalNumber(effect, "to_percentage").value_or(0);
    row.decidedBy = jsonText(json, "decided_by");
    row.decidedAt = jsonInstant(json, "decided_at");
    row.decisionReason = jsonText(json, "decision_reason");
    row.secondPerson = jsonFlag(json, "second_person");
    row.version = jsonVersion(json);
    return row;
}

AlertRow alertFromJson(const Json &json)
{
    AlertRow row;
    row.id = jsonText(json, "id");
    row.type = jsonText(json, "type");
    row.severity = jsonText(json, "severity");
    row.message = jsonText(json, "message");
    row.subjectType = jsonText(json, "subject_type");
    row.subjectId = jsonText(json, "subject_id");
    row.raisedAt = jsonInstant(json, "raised_at").value_or(Instant());
    row.lastRaisedAt = jsonInstant(json, "last_raised_at").value_or(row.raisedAt);
    row.count = jsonInteger(json, "count", 1);
    row.acknowledgedBy = jsonText(json, "acknowledged_by");
    row.acknowledgedAt = jsonInstant(json, "acknowledged_at");
    return row;
}

} // namespace crossfade
