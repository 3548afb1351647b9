// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/consistencyjson.h"

#include "models/session/jsonread.h"

namespace crossfade {

RunRow runFromJson(const Json &json)
{
    RunRow run;
    run.id = jsonText(json, "id");
    run.checkId = jsonText(json, "check_id");
    run.checkName = jsonText(json, "check_name");
    run.scope = jsonText(json, "scope");
    run.state = jsonText(json, "state");
    run.status = jsonText(json, "status");
    run.requestedBy = jsonText(json, "requested_by");
    run.startedAt = jsonInstant(json, "started_at");
    run.endedAt = jsonInstant(json, "ended_at");
    run.rowsTotal = jsonOptionalInteger(json, "rows_total");
    run.rowsDone = jsonInteger(json, "rows_done");
    run.segmentsTotal = jsonOptionalInteger(json, "segments_total");
    run.segmentsDone = jsonInteger(json, "segments_done");
    run.matched = jsonInteger(json, "matched");
    run.missing = jsonInteger(json, "missing");
    run.extra = jsonInteger(json, "extra");
    run.different = jsonInteger(json, "different");
    run.inFlight = jsonInteger(json, "in_flight");
    run.hot = jsonInteger(json, "hot");
    run.consistencyPercentage = jsonOptionalNumber(json, "consistency_percentage");
    run.rowsPerSecond = jsonOptionalNumber(json, "rows_per_second");
    if (const auto eta = jsonOptionalNumber(json, "eta_seconds"))
        run.etaSeconds = static_cast<std::int64_t>(*eta);
    run.rowsLimit = jsonOptionalInteger(json, "rows_per_second_limit");
    run.waitingFor = jsonText(json, "waiting_for");
    run.load = jsonOptionalNumber(json, "load");
    run.error = jsonText(json, "error");
    run.version = jsonVersion(json);
    const Json &perId = jsonAt(json, "per_id");
    if (perId.is_array())
        for (const Json &entry : perId)
            run.perId.push_back(
                {jsonText(entry, "id"), jsonText(entry, "result"), jsonText(entry, "detail")});
    if (const Json &sample = jsonAt(json, "sample"); sample.is_object())
        run.sample = RunRow::Sample{jsonOptionalNumber(sample, "lower_percentage"), jsonOptionalNumber(sample, "upper_percentage"),
                                    jsonOptionalNumber(sample, "confidence_percentage").value_or(0), jsonText(sample, "outcome")};
    run.carried = jsonOptionalInteger(jsonAt(json, "changes"), "carried");
    return run;
}

CheckRow checkFromJson(const Json &json)
{
    CheckRow check;
    check.id = jsonText(json, "id");
    check.name = jsonText(json, "check_name");
    check.mappingId = jsonText(json, "mapping_id");
    check.dataType = jsonText(json, "data_type");
    check.threshold = jsonOptionalNumber(json, "threshold_percentage").value_or(99.5);
    check.active = jsonFlag(json, "active", true);
    check.version = jsonVersion(json);
    if (jsonAt(json, "last_run").is_object())
        check.lastRun = runFromJson(jsonAt(json, "last_run"));
    check.openDifferences = jsonInteger(json, "open_differences");
    const Json &trend = jsonAt(json, "trend");
    if (trend.is_array())
        for (const Json &point : trend)
            if (const auto value = jsonOptionalNumber(point, "consistency_percentage"))
                check.trend.push_back(*value);
    check.sampleSize = jsonOptionalInteger(json, "sample_size").value_or(check.sampleSize);
    const Json &full = jsonAt(json, "last_full_run");
    check.fullRunAt = jsonInstant(full, "ended_at");
    check.fullRunRows = jsonOptionalInteger(full, "rows_total");
    return check;
}

MappingRow mappingFromJson(const Json &json)
{
    MappingRow mapping;
    mapping.id = jsonText(json, "id");
    mapping.dataType = jsonText(json, "data_type");
    mapping.legacyTable = jsonText(jsonAt(json, "legacy"), "table");
    mapping.newTable = jsonText(jsonAt(json, "new"), "table");
    mapping.authoritative = jsonText(json, "authoritative");
    const Json &fields = jsonAt(json, "fields");
    if (fields.is_array())
        for (const Json &field : fields)
            mapping.fields.push_back(jsonText(field, "name"));
    mapping.legacyChanged = jsonText(jsonAt(json, "legacy"), "changed_column");
    mapping.newChanged = jsonText(jsonAt(json, "new"), "changed_column");
    mapping.isOfSets = !jsonText(json, "set_field").empty();
    return mapping;
}

DifferenceRow differenceFromJson(const Json &json)
{
    DifferenceRow row;
    row.id = jsonText(json, "id");
    row.runId = jsonText(json, "run_id");
    row.checkId = jsonText(json, "check_id");
    row.checkName = jsonText(json, "check_name");
    row.entityType = jsonText(json, "entity_type");
    row.entityId = jsonText(json, "entity_id");
    row.field = jsonOptionalText(json, "field_name");
    row.type = jsonText(json, "difference_type");
    row.state = jsonText(json, "state");
    row.legacyValue = jsonOptionalText(json, "legacy_value");
    row.newValue = jsonOptionalText(json, "new_value");
    row.legacyPresent = jsonFlag(json, "legacy_present", true);
    row.newPresent = jsonFlag(json, "new_present", true);
    row.sensitive = jsonFlag(json, "sensitive");
    row.cause = jsonText(json, "cause");
    row.foundAt = jsonInstant(json, "found_at");
    row.lastSeenAt = jsonInstant(json, "last_seen_at");
    row.resolved = jsonFlag(json, "resolved");
    row.resolutionNotes = jsonText(json, "resolution_notes");
    row.repairId = jsonText(json, "repair_id");
    row.repairStatus = jsonText(json, "repair_status");
    row.ignoreRuleId = jsonText(json, "ignore_rule_id");
    return row;
}

DifferenceGroup groupFromJson(const Json &json)
{
    DifferenceGroup group;
    group.key = jsonOptionalText(json, "key");
    group.count = jsonInteger(json, "count");
    group.topCause = jsonText(json, "top_cause");
    group.topCauseShare = jsonOptionalNumber(json, "top_cause_share").value_or(0);
    return group;
}

EntityView entityFromJson(const Json &json)
{
    EntityView view;
    view.difference = differenceFromJson(json);
    const Json &entity = jsonAt(json, "entity");
    view.legacyPresent = jsonFlag(entity, "legacy_present", view.difference.legacyPresent);
    view.newPresent = jsonFlag(entity, "new_present", view.difference.newPresent);
    view.legacyChangedAt = jsonInstant(entity, "legacy_changed_at");
    view.newChangedAt = jsonInstant(entity, "new_changed_at");
    view.authoritative = jsonText(entity, "authoritative");
    view.readAt = jsonInstant(entity, "read_at");
    const Json &fields = jsonAt(entity, "fields");
    if (fields.is_array())
        for (const Json &field : fields)
            view.fields.push_back({jsonText(field, "field"), jsonOptionalText(field, "legacy"),
                                   jsonOptionalText(field, "new"), jsonFlag(field, "equal", true),
                                   jsonFlag(field, "sensitive"),
                                   jsonText(field, "difference_id")});
    return view;
}

} // namespace crossfade
