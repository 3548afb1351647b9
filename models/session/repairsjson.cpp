// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/consistencyjson.h"
#include "models/session/jsonread.h"

namespace crossfade {

namespace {

std::optional<RepairPreview::Values> valuesFromJson(const Json &json)
{
    if (!json.is_object())
        return std::nullopt;
    RepairPreview::Values values;
    for (const auto &[field, value] : json.items()) {
        const auto *text = value.get_ptr<const std::string *>();
        values.emplace_back(field, text ? std::optional<std::string>(*text) : std::nullopt);
    }
    return values;
}

RepairRow::Undo undoFromJson(const Json &json)
{
    return {jsonText(json, "status"),
            jsonText(json, "requested_by"),
            jsonInstant(json, "requested_at"),
            jsonText(json, "reason"),
            jsonText(json, "error"),
            jsonText(jsonAt(json, "verification"), "detail")};
}

} // namespace

RepairRow repairFromJson(const Json &json)
{
    RepairRow row;
    row.id = jsonText(json, "id");
    row.mappingId = jsonText(json, "mapping_id");
    row.entityType = jsonText(json, "entity_type");
    row.entityId = jsonText(json, "entity_id");
    row.differenceIds = jsonTexts(json, "difference_ids");
    row.action = jsonText(json, "action");
    row.targetPlatform = jsonText(json, "target_platform");
    row.status = jsonText(json, "status");
    row.assignedTo = jsonText(json, "assigned_to");
    row.assignedRole = jsonText(json, "assigned_role");
    row.requestedBy = jsonText(json, "requested_by");
    row.requestedAt = jsonInstant(json, "requested_at");
    row.secondPerson = jsonFlag(json, "second_person");
    row.decidedBy = jsonText(json, "decided_by");
    row.decidedAt = jsonInstant(json, "decided_at");
    row.decisionReason = jsonText(json, "decision_reason");
    row.executeAt = jsonInstant(json, "execute_at");
    row.putOff = jsonText(json, "put_off");
    row.endedAt = jsonInstant(json, "ended_at");
    row.repairedFields = jsonTexts(json, "repaired_fields");
    row.statement = jsonText(json, "statement");
    row.condition = jsonText(json, "condition");
    row.sentence = jsonText(json, "sentence");
    row.verification = jsonText(jsonAt(json, "verification"), "detail");
    row.error = jsonText(json, "error");
    row.reason = jsonText(json, "reason");
    row.version = jsonVersion(json);
    if (const Json &undo = jsonAt(json, "undo"); undo.is_object())
        row.undo = undoFromJson(undo);
    const Json &fields = jsonAt(json, "fields");
    if (fields.is_array())
        for (const Json &field : fields)
            row.fields.push_back({jsonText(field, "field"), jsonOptionalText(field, "before"),
                                  jsonOptionalText(field, "after"), jsonFlag(field, "sensitive")});
    const Json &history = jsonAt(json, "history");
    if (history.is_array())
        for (const Json &event : history)
            row.history.push_back({jsonInstant(event, "at"), jsonText(event, "status"),
                                   jsonText(event, "actor"), jsonText(event, "note")});
    return row;
}

RepairPreview repairPreviewFromJson(const Json &json)
{
    RepairPreview preview;
    preview.sentence = jsonText(json, "sentence");
    preview.statement = jsonText(json, "statement");
    preview.condition = jsonText(json, "condition");
    preview.stillAsSeen = jsonFlag(json, "still_as_seen", true);
    preview.detail = jsonText(json, "detail");
    preview.before = valuesFromJson(jsonAt(json, "before"));
    preview.after = valuesFromJson(jsonAt(json, "after"));
    const Json &parameters = jsonAt(json, "parameters");
    if (parameters.is_array())
        for (const Json &value : parameters)
            preview.parameters.push_back(value.is_null()     ? std::optional<std::string>()
                                         : value.is_string() ? value.get<std::string>()
                                                             : dumpJson(value));
    return preview;
}

} // namespace crossfade
