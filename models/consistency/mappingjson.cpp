// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/mappingjson.h"

#include <algorithm>

namespace crossfade {

namespace {

const std::vector<std::string_view> KeyKinds{"INTEGER", "TEXT"};
const std::vector<std::string_view> FieldKinds{"TEXT", "INTEGER", "DECIMAL", "TIMESTAMP",
                                               "BOOLEAN", "BINARY", "JSON"};
const std::vector<std::string_view> Transforms{"TRIM", "LOWER", "UPPER"};
const std::vector<std::string_view> Sides{"LEGACY", "NEW"};
const std::vector<std::string_view> Actions{"INSERT", "UPDATE", "DELETE"};
constexpr std::size_t NameBytes = 128;
constexpr std::size_t QueryBytes = 16'000;
constexpr std::size_t MostKeyColumns = 8;
constexpr std::size_t MostPairs = 1'000; // of a value map
constexpr std::size_t ValueBytes = 1'000;
constexpr double MostTolerance = 1e15;
constexpr std::int64_t MostLimited = 1'000'000'000; // of a limit

template <class Word>
std::vector<Word> readWords(JsonReader &in, std::string_view field,
                            const std::vector<std::string_view> &words)
{
    std::vector<Word> result;
    for (const std::string &text : in.optionalTexts(field, words.size(), NameBytes)) {
        const auto found = std::find(words.begin(), words.end(), text);
        if (found == words.end())
            in.reject(field, "may hold only " + std::string(words.front()) + " to " +
                                 std::string(words.back()) + ", not " + text);
        else
            result.push_back(static_cast<Word>(found - words.begin()));
    }
    return result;
}

MappedTable readTable(JsonReader &parent, std::string_view field)
{
    MappedTable table;
    const Json *object = parent.optionalObject(field);
    if (!object) {
        if (!parent.has(field)) parent.reject(field, "is required");
        return table;
    }
    JsonReader in(*object, parent.pointerTo(field), parent);
    table.sourceId = in.id("source_id");
    readRelation(in, table);
    table.key = in.text("key", NameBytes);
    table.moreKeys = in.optionalTexts("more_keys", MostKeyColumns - 1, NameBytes);
    table.changedColumn = in.optionalText("changed_column", NameBytes);
    in.finish();
    return table;
}

std::optional<std::string> readMappedValue(JsonReader &in, std::string_view side)
{
    std::optional<std::string> value = in.optionalText(side, ValueBytes);
    if (!in.has(side) && !in.isNull(side)) in.reject(side, "is required: a text, or null for SQL NULL");
    return value;
}

std::vector<ValuePair> readValueMap(JsonReader &parent)
{
    std::vector<ValuePair> pairs;
    const Json *items = parent.optionalArray("value_map", MostPairs);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader in((*items)[i], parent.pointerTo("value_map") + "/" + std::to_string(i), parent);
        ValuePair &pair = pairs.emplace_back();
        pair.legacy = readMappedValue(in, "legacy");
        pair.fresh = readMappedValue(in, "new");
        in.finish();
    }
    return pairs;
}

Json nullable(const std::optional<std::string> &text)
{
    return text ? Json(*text) : Json();
}

Json zoneJson(const WallClock &clock)
{
    return clock.zone.empty() ? Json() : Json(clock.zone);
}

MappedField readField(const Json &object, std::string pointer, JsonReader &parent)
{
    MappedField field;
    JsonReader in(object, std::move(pointer), parent);
    field.name = in.text("name", NameBytes);
    field.legacyColumn = in.text("legacy_column", NameBytes);
    field.newColumn = in.text("new_column", NameBytes);
    field.kind = static_cast<FieldKind>(in.word("kind", FieldKinds));
    if (const auto scale = in.optionalInteger("scale", 0, 38))
        field.scale = static_cast<int>(*scale);
    field.transforms = readWords<Transform>(in, "transforms", Transforms);
    field.sensitive = in.optionalBoolean("sensitive").value_or(false);
    field.ignored = in.optionalBoolean("ignored").value_or(false);
    field.legacyClock.zone = in.optionalText("legacy_time_zone", NameBytes).value_or("");
    field.newClock.zone = in.optionalText("new_time_zone", NameBytes).value_or("");
    field.tolerance = in.optionalNumber("tolerance", {0, MostTolerance});
    setValueMap(field, readValueMap(in)); // repeated values are told with the mapping's other mistakes
    in.finish();
    return field;
}

Json tableJson(const MappedTable &table)
{
    Json json{{"source_id", table.sourceId},
              {"key", table.key},
              {"more_keys", table.moreKeys},
              {"changed_column", table.changedColumn ? Json(*table.changedColumn) : Json()}};
    // One of the two: a mapping's text, by which it is remembered, is that of before where it has tables.
    json[table.isQuery() ? "query" : "table"] = table.isQuery() ? table.query : table.table;
    return json;
}

Json fieldJson(const MappedField &field)
{
    Json transforms = Json::array();
    for (const Transform transform : field.transforms)
        transforms.push_back(transformWord(transform));
    Json pairs = Json::array();
    for (const ValuePair &pair : field.valueMap.pairs())
        pairs.push_back({{"legacy", nullable(pair.legacy)}, {"new", nullable(pair.fresh)}});
    return {{"name", field.name},
            {"legacy_column", field.legacyColumn},
            {"new_column", field.newColumn},
            {"kind", fieldKindWord(field.kind)},
            {"scale", field.scale ? Json(*field.scale) : Json()},
            {"transforms", transforms},
            {"sensitive", field.sensitive},
            {"ignored", field.ignored},
            {"value_map", std::move(pairs)},
            {"legacy_time_zone", zoneJson(field.legacyClock)},
            {"new_time_zone", zoneJson(field.newClock)},
            {"tolerance", field.tolerance ? Json(*field.tolerance) : Json()}};
}

// Both kinds of limits have the same fields.
template <class Limits>
std::optional<Limits> readLimits(JsonReader &parent, std::string_view name)
{
    const Json *object = parent.optionalObject(name);
    if (!object) return std::nullopt;
    Limits limits;
    JsonReader in(*object, parent.pointerTo(name), parent);
    const auto least = in.optionalInteger("least", 0, MostLimited);
    limits.share = in.optionalPercentage("percentage").value_or(limits.share);
    limits.most = in.optionalInteger("most", 0, MostLimited).value_or(limits.most);
    limits.least = least.value_or(std::min(limits.least, limits.most));
    if (limits.least > limits.most)
        in.reject("least", "must be at most " + std::to_string(limits.most) + ", which is \"most\"");
    in.finish();
    return limits;
}

template <class Limits>
Json limitsJson(const Limits &limits)
{
    return {{"least", limits.least}, {"percentage", limits.share.percent()}, {"most", limits.most}};
}

Mapping readMapping(JsonReader &in)
{
    Mapping mapping;
    mapping.dataType = in.name("data_type", NameBytes);
    mapping.legacyTable = readTable(in, "legacy");
    mapping.newTable = readTable(in, "new");
    mapping.keyKind = static_cast<KeyKind>(in.word("key_kind", KeyKinds));
    if (const Json *fields = in.optionalArray("fields", 200)) {
        for (std::size_t i = 0; i < fields->size(); ++i)
            mapping.fields.push_back(
                readField((*fields)[i], in.pointerTo("fields") + "/" + std::to_string(i), in));
    }
    mapping.authoritative =
        in.optionalWord("authoritative", Sides).value_or(0) == 0 ? Platform::Legacy : Platform::New;
    mapping.safeRepairs = readWords<RepairAction>(in, "safe_repairs", Actions);
    mapping.setField = in.optionalText("set_field", NameBytes).value_or("");
    mapping.deletionLimits = readLimits<DeletionLimits>(in, "deletion_limits");
    mapping.autoRepairLimit = readLimits<AutoRepairLimit>(in, "auto_repair_limit");
    return mapping;
}

Error asError(std::vector<FieldError> mistakes)
{
    Error error{ErrorKind::Invalid, {}, std::move(mistakes), {}};
    if (!error.fields.empty())
        error.message = error.fields.front().pointer + " " + error.fields.front().message;
    return error;
}

} // namespace

void readRelation(JsonReader &in, MappedTable &table)
{
    table.table = in.optionalText("table", NameBytes).value_or("");
    table.query = in.optionalText("query", QueryBytes).value_or("");
    if (!in.has("table") && !in.has("query")) in.reject("table", "is required, or a query in its place");
    if (in.has("query") && table.query.empty()) in.reject("query", "must not be empty");
}

Result<Mapping> parseMapping(const Json &body)
{
    JsonReader in(body);
    in.ignore("reason");
    Mapping mapping = readMapping(in);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    std::vector<FieldError> mistakes = mappingMistakes(mapping);
    if (!mistakes.empty()) return fail(asError(std::move(mistakes)));
    return mapping;
}

Json mappingJson(const Mapping &mapping)
{
    Json fields = Json::array();
    for (const MappedField &field : mapping.fields)
        fields.push_back(fieldJson(field));
    Json repairs = Json::array();
    for (const RepairAction action : mapping.safeRepairs)
        repairs.push_back(repairActionWord(action));
    Json json{{"data_type", mapping.dataType},
            {"legacy", tableJson(mapping.legacyTable)},
            {"new", tableJson(mapping.newTable)},
            {"key_kind", keyKindWord(mapping.keyKind)},
            {"fields", fields},
            {"authoritative", platformWord(mapping.authoritative)},
            {"safe_repairs", repairs}};
    // What is remembered of a mapping goes by its text, which stays what it was where there are no sets, and no limits.
    if (mapping.isOfSets()) json["set_field"] = mapping.setField;
    if (mapping.deletionLimits) json["deletion_limits"] = limitsJson(*mapping.deletionLimits);
    if (mapping.autoRepairLimit) json["auto_repair_limit"] = limitsJson(*mapping.autoRepairLimit);
    return json;
}

Json toldMapping(Json mapping)
{
    for (const char *side : {"legacy", "new"}) {
        for (const char *relation : {"table", "query"})
            mapping[side].emplace(relation, nullptr);
    }
    for (const char *part : {"set_field", "deletion_limits", "auto_repair_limit"})
        mapping.emplace(part, nullptr);
    return mapping;
}

void eraseLimits(Json &mapping)
{
    for (const char *name : {"deletion_limits", "auto_repair_limit"})
        mapping.erase(name);
}

} // namespace crossfade
