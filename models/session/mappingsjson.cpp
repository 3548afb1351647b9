// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/jsonread.h"
#include "models/session/mappingssession.h"

#include <array>
#include <utility>

namespace crossfade {

namespace {

template <class Word, std::size_t Count>
std::optional<Word> wordOf(const std::string &text, const std::array<Word, Count> &all, std::string_view (*spell)(Word))
{
    for (const Word word : all)
        if (spell(word) == text)
            return word;
    return std::nullopt;
}

constexpr std::array AllFieldKinds{FieldKind::Text,    FieldKind::Integer, FieldKind::Decimal, FieldKind::Timestamp,
                                   FieldKind::Boolean, FieldKind::Binary,  FieldKind::Json};
constexpr std::array AllTransforms{Transform::Trim, Transform::Lower, Transform::Upper};
constexpr std::array AllActions{RepairAction::Insert, RepairAction::Update, RepairAction::Delete};

MappedTable mappedTableFromJson(const Json &json)
{
    MappedTable table;
    table.sourceId = jsonText(json, "source_id");
    table.table = jsonText(json, "table");
    table.query = jsonText(json, "query");
    table.key = jsonText(json, "key");
    table.moreKeys = jsonTexts(json, "more_keys");
    table.changedColumn = jsonOptionalText(json, "changed_column");
    return table;
}

MappedField mappedFieldFromJson(const Json &json)
{
    MappedField field;
    field.name = jsonText(json, "name");
    field.legacyColumn = jsonText(json, "legacy_column");
    field.newColumn = jsonText(json, "new_column");
    field.kind = wordOf(jsonText(json, "kind"), AllFieldKinds, fieldKindWord).value_or(FieldKind::Text);
    if (const auto scale = jsonOptionalInteger(json, "scale"))
        field.scale = static_cast<int>(*scale);
    for (const std::string &text : jsonTexts(json, "transforms"))
        if (const auto transform = wordOf(text, AllTransforms, transformWord))
            field.transforms.push_back(*transform);
    field.sensitive = jsonFlag(json, "sensitive");
    field.ignored = jsonFlag(json, "ignored");
    field.legacyClock.zone = jsonText(json, "legacy_time_zone");
    field.newClock.zone = jsonText(json, "new_time_zone");
    field.tolerance = jsonOptionalNumber(json, "tolerance");
    std::vector<ValuePair> pairs;
    if (const Json &map = jsonAt(json, "value_map"); map.is_array())
        for (const Json &pair : map)
            pairs.push_back({jsonOptionalText(pair, "legacy"), jsonOptionalText(pair, "new")});
    setValueMap(field, std::move(pairs));
    return field;
}

template <class Limits>
std::optional<Limits> limitsFromJson(const Json &json)
{
    if (!json.is_object()) return std::nullopt;
    Limits limits;
    limits.least = jsonOptionalInteger(json, "least").value_or(limits.least);
    limits.most = jsonOptionalInteger(json, "most").value_or(limits.most);
    if (const auto share = jsonOptionalNumber(json, "percentage"))
        limits.share = Percentage::fromPercent(*share).value_or(limits.share);
    return limits;
}

Mapping wholeMappingFromJson(const Json &json)
{
    Mapping mapping;
    mapping.dataType = jsonText(json, "data_type");
    mapping.legacyTable = mappedTableFromJson(jsonAt(json, "legacy"));
    mapping.newTable = mappedTableFromJson(jsonAt(json, "new"));
    mapping.setField = jsonText(json, "set_field");
    mapping.deletionLimits = limitsFromJson<DeletionLimits>(jsonAt(json, "deletion_limits"));
    mapping.autoRepairLimit = limitsFromJson<AutoRepairLimit>(jsonAt(json, "auto_repair_limit"));
    mapping.keyKind = jsonText(json, "key_kind") == "INTEGER" ? KeyKind::Integer : KeyKind::Text;
    mapping.authoritative = jsonText(json, "authoritative") == "NEW" ? Platform::New : Platform::Legacy;
    for (const std::string &text : jsonTexts(json, "safe_repairs"))
        if (const auto action = wordOf(text, AllActions, repairActionWord))
            mapping.safeRepairs.push_back(*action);
    if (const Json &fields = jsonAt(json, "fields"); fields.is_array())
        for (const Json &field : fields)
            mapping.fields.push_back(mappedFieldFromJson(field));
    return mapping;
}

std::vector<MappingDraft::Unpaired> unpairedFromJson(const Json &list)
{
    std::vector<MappingDraft::Unpaired> all;
    if (list.is_array())
        for (const Json &one : list)
            all.push_back({jsonText(one, "column"), jsonText(one, "reason")});
    return all;
}

} // namespace

MappingEntry mappingEntryFromJson(const Json &json)
{
    return {jsonText(json, "id"), jsonVersion(json), wholeMappingFromJson(json)};
}

MappingDraft mappingDraftFromJson(const Json &json)
{
    return {wholeMappingFromJson(jsonAt(json, "mapping")), unpairedFromJson(jsonAt(json, "unpaired_legacy")),
            unpairedFromJson(jsonAt(json, "unpaired_new"))};
}

} // namespace crossfade
