// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/syncconfig.h"

#include <algorithm>

namespace crossfade {

namespace {

const std::vector<std::string_view> SideWords{"LEGACY", "NEW"};
const std::vector<std::string_view> DirectionWords{"UNIDIRECTIONAL", "BIDIRECTIONAL"};
const std::vector<std::string_view> FrequencyWords{"REALTIME", "BATCH", "SCHEDULED"};
const std::vector<std::string_view> HandlingWords{"RETRY", "SKIP", "ALERT"};
const std::vector<std::string_view> PolicyWords{"NEWER", "LEGACY", "NEW", "FIELD_OWNER", "MANUAL"};

template <class Enum>
Enum asEnum(std::size_t index)
{
    return static_cast<Enum>(index);
}
template <class Enum>
std::string_view wordOf(const std::vector<std::string_view> &words, Enum value)
{
    return words[static_cast<std::size_t>(value)];
}

std::int64_t integerOr(JsonReader &in, std::string_view field, std::int64_t low, std::int64_t high,
                       std::int64_t fallback)
{
    return in.optionalInteger(field, low, high).value_or(fallback);
}

std::optional<SyncSchedule> readSchedule(JsonReader &parent)
{
    const Json *object = parent.optionalObject("schedule");
    if (!object) return std::nullopt;
    JsonReader in(*object, parent.pointerTo("schedule"), parent);
    const SyncSchedule schedule = readRecurringTime(in);
    (void)in.finish();
    return schedule;
}

std::map<std::string, Platform> readOwners(JsonReader &parent)
{
    std::map<std::string, Platform> owners;
    const Json *object = parent.optionalObject("field_owners");
    if (!object) return owners;
    if (object->size() > 200) parent.reject("field_owners", "may name at most 200 fields");
    JsonReader in(*object, parent.pointerTo("field_owners"), parent);
    for (const auto &[name, value] : object->items())
        owners[name] = asEnum<Platform>(in.word(name, SideWords));
    (void)in.finish();
    return owners;
}

void readTiming(JsonReader &in, SyncConfig &config)
{
    config.batchSize = integerOr(in, "batch_size", 1, 10'000, config.batchSize);
    config.intervalSeconds = integerOr(in, "interval_seconds", 5, 604'800, config.intervalSeconds);
    config.schedule = readSchedule(in);
    if (config.schedule.has_value() != (config.frequency == SyncFrequency::Scheduled))
        in.reject("schedule", "belongs to SCHEDULED, and only to it");
    config.clockSkewSeconds = integerOr(in, "clock_skew_seconds", 0, 3'600, config.clockSkewSeconds);
    config.overlapSeconds = integerOr(in, "overlap_seconds", 0, 86'400, config.overlapSeconds);
    config.sweepSeconds = integerOr(in, "sweep_seconds", 1, 604'800, config.sweepSeconds);
    config.backfillLimit = in.optionalInteger("rows_per_second_limit", 1, 10'000'000);
}

void readCaptures(JsonReader &parent, SyncConfig &config)
{
    const Json *object = parent.optionalObject("capture");
    if (!object) return;
    JsonReader in(*object, parent.pointerTo("capture"), parent);
    config.legacyCapture = readCapture(in, "legacy");
    config.newCapture = readCapture(in, "new");
    (void)in.finish();
}

void readLimits(JsonReader &in, MassLimits &limits)
{
    limits.deletes = in.optionalPercentage("max_delete_percentage").value_or(limits.deletes);
    limits.changes = in.optionalPercentage("max_change_percentage").value_or(limits.changes);
    limits.leastDeletes = integerOr(in, "unlimited_deletes", 0, 1'000'000'000, limits.leastDeletes);
    limits.leastChanges = integerOr(in, "unlimited_changes", 0, 1'000'000'000, limits.leastChanges);
}

} // namespace

Result<SyncConfig> parseSyncConfig(const Json &body)
{
    JsonReader in(body);
    in.ignore("reason");
    in.ignore("data_type");
    SyncConfig config;
    config.source = asEnum<Platform>(in.word("source_system", SideWords));
    if (asEnum<Platform>(in.word("target_system", SideWords)) != config.target())
        in.reject("target_system", "must be the other platform than the source");
    config.mappingId = in.id("mapping_id");
    config.direction = asEnum<SyncDirection>(in.word("sync_direction", DirectionWords));
    config.frequency = asEnum<SyncFrequency>(in.optionalWord("sync_frequency", FrequencyWords).value_or(0));
    config.errorHandling = asEnum<SyncErrorHandling>(in.optionalWord("error_handling", HandlingWords).value_or(0));
    config.active = in.optionalBoolean("active").value_or(true);
    // One way the source is what counts, unless something else was said; both ways nobody is overwritten unasked.
    const auto policy = in.optionalWord("conflict_policy", PolicyWords);
    const bool oneWay = config.direction == SyncDirection::Unidirectional;
    const auto fallback = config.source == Platform::Legacy ? ConflictPolicy::Legacy : ConflictPolicy::New;
    config.policy = policy ? asEnum<ConflictPolicy>(*policy) : oneWay ? fallback : ConflictPolicy::Manual;
    config.owners = readOwners(in);
    config.deletes = in.optionalBoolean("propagate_deletes").value_or(true);
    readTiming(in, config);
    readLimits(in, config.limits);
    readCaptures(in, config);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return config;
}

Json syncConfigJson(const SyncConfig &config)
{
    Json owners = Json::object();
    for (const auto &[field, side] : config.owners)
        owners[field] = platformWord(side);
    return {{"source_system", platformWord(config.source)},
            {"target_system", platformWord(config.target())},
            {"mapping_id", config.mappingId},
            {"sync_direction", wordOf(DirectionWords, config.direction)},
            {"sync_frequency", wordOf(FrequencyWords, config.frequency)},
            {"batch_size", config.batchSize},
            {"error_handling", wordOf(HandlingWords, config.errorHandling)},
            {"active", config.active},
            {"interval_seconds", config.intervalSeconds},
            {"schedule", config.schedule ? recurringTimeJson(*config.schedule) : Json()},
            {"conflict_policy", conflictPolicyWord(config.policy)},
            {"field_owners", std::move(owners)},
            {"clock_skew_seconds", config.clockSkewSeconds},
            {"propagate_deletes", config.deletes},
            {"overlap_seconds", config.overlapSeconds},
            {"sweep_seconds", config.sweepSeconds},
            {"rows_per_second_limit", config.backfillLimit ? Json(*config.backfillLimit) : Json()},
            {"max_delete_percentage", config.limits.deletes.percent()},
            {"max_change_percentage", config.limits.changes.percent()},
            {"unlimited_deletes", config.limits.leastDeletes},
            {"unlimited_changes", config.limits.leastChanges},
            {"capture", {{"legacy", captureJson(config.legacyCapture)}, {"new", captureJson(config.newCapture)}}}};
}

std::vector<FieldError> syncMistakes(const SyncConfig &config, const Mapping &mapping)
{
    std::vector<FieldError> mistakes;
    const auto changes = [&](Platform side) { return mapping.table(side).changedColumn.has_value(); };
    if (mapping.dataType == AppendOnlyType && config.direction == SyncDirection::Bidirectional)
        mistakes.push_back({"/sync_direction", "must be UNIDIRECTIONAL: AUDIT is synced one way, append only"});
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (config.writes(side) && mapping.table(side).isQuery())
            mistakes.push_back({"/mapping_id", "its rows of " + std::string(platformWord(side)) +
                                                   " are those of a query, to which nothing can be written"});
        const bool told = changes(side) || config.changeTable(side);
        if (config.frequency == SyncFrequency::Realtime && config.follows(side) && !told)
            mistakes.push_back({"/sync_frequency", "REALTIME needs a column that tells when a row of " +
                                                       std::string(platformWord(side)) +
                                                       " last changed: name it in the mapping, or a change table in capture"});
        if (!config.capture(side)) continue;
        if (!config.follows(side))
            mistakes.push_back({side == Platform::Legacy ? "/capture/legacy" : "/capture/new",
                                "is of no use: changes of " + std::string(platformWord(side)) + " are not carried over"});
        std::ranges::move(captureMistakes(*config.capture(side), mapping, side), std::back_inserter(mistakes));
    }
    if (config.policy == ConflictPolicy::Newer && !(changes(Platform::Legacy) && changes(Platform::New)))
        mistakes.push_back({"/conflict_policy", "NEWER needs the change columns of both sides in the mapping"});
    if (!config.owners.empty() && config.policy != ConflictPolicy::FieldOwner)
        mistakes.push_back({"/field_owners", "belongs to FIELD_OWNER, and only to it"});
    for (const auto &[name, side] : config.owners) {
        if (std::ranges::find(mapping.fields, name, &MappedField::name) == mapping.fields.end())
            mistakes.push_back({"/field_owners/" + pointerToken(name), "the mapping has no such field"});
    }
    return mistakes;
}

bool isSameSync(const SyncConfig &a, const SyncConfig &b)
{
    return a.source == b.source && a.mappingId == b.mappingId && a.direction == b.direction;
}

MergeRules mergeRules(const SyncConfig &config, const Mapping &mapping)
{
    MergeRules rules;
    rules.toLegacy = config.writes(Platform::Legacy);
    rules.toNew = config.writes(Platform::New);
    rules.deletes = config.deletes;
    rules.appendOnly = mapping.dataType == AppendOnlyType;
    rules.policy = config.policy;
    rules.rowOwner = mapping.authoritative;
    rules.clockSkew = std::chrono::seconds(config.clockSkewSeconds);
    for (const MappedField &field : mapping.comparedFields()) {
        const auto owner = config.owners.find(field.name);
        rules.owners.push_back(owner == config.owners.end() ? mapping.authoritative : owner->second);
    }
    return rules;
}

} // namespace crossfade
