// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairfilter.h"

#include "app/comparator/rowjson.h"
#include "models/consistency/repairaction.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t LongestText = 1'000;

struct FilterField {
    const char *name; // also the column
    std::vector<std::string_view> words; // allowed; empty: any text
};

const std::vector<FilterField> &filterFields()
{
    static const std::vector<FilterField> all{
        {"status",
         {"PENDING", "ASSIGNED", "APPROVED", "REJECTED", "EXECUTING", "VERIFIED", "FAILED", "STALE", "UNDONE"}},
        {"action", {"INSERT", "UPDATE", "DELETE"}},
        {"target_platform", {"LEGACY", "NEW"}},
        {"assigned_to", {}},
        {"assigned_role", {}},
        {"requested_by", {}},
        {"check_id", {}},
        {"mapping_id", {}},
        {"entity_type", {}},
        {"entity_id", {}},
    };
    return all;
}

std::string mustBeOneOf(const std::vector<std::string_view> &words)
{
    std::string message = "must be one of";
    for (const std::string_view word : words)
        message += " " + std::string(word);
    return message;
}

// What is wrong with the value, or nothing.
std::optional<std::string> addField(RepairFilter &filter, const FilterField &field, const std::string &text)
{
    if (!field.words.empty() && std::ranges::find(field.words, text) == field.words.end())
        return mustBeOneOf(field.words);
    filter.where += std::string(" AND ") + field.name + " = ?";
    filter.values.emplace_back(text);
    return std::nullopt;
}

void addText(RepairFilter &filter, const std::string &text)
{
    filter.where += " AND (lower(entity_id) LIKE ? ESCAPE '\\' OR lower(sentence) LIKE ? ESCAPE '\\')";
    filter.values.emplace_back(likePattern(text));
    filter.values.emplace_back(likePattern(text));
}

} // namespace

Result<RepairFilter> repairFilter(const HttpRequest &request)
{
    RepairFilter filter;
    for (const FilterField &field : filterFields()) {
        const auto text = request.queryText(field.name);
        if (!text) continue;
        if (const auto wrong = addField(filter, field, *text)) return invalid("?" + std::string(field.name), *wrong);
    }
    if (const auto text = request.queryText("q")) addText(filter, *text);
    return filter;
}

RepairFilter readRepairFilter(JsonReader &parent)
{
    RepairFilter filter;
    const Json *object = parent.optionalObject("filter");
    if (!object) {
        if (!parent.has("filter")) parent.reject("filter", "is required; {} means all");
        return filter;
    }
    JsonReader in(*object, parent.pointerTo("filter"), parent);
    for (const FilterField &field : filterFields()) {
        const auto text = in.optionalText(field.name, LongestText);
        if (!text) continue;
        if (const auto wrong = addField(filter, field, *text)) in.reject(field.name, *wrong);
    }
    if (const auto text = in.optionalText("q", LongestText)) addText(filter, *text);
    in.finish();
    return filter;
}

std::vector<std::string> repairFilterNames()
{
    std::vector<std::string> names{"q"};
    for (const FilterField &field : filterFields())
        names.emplace_back(field.name);
    return names;
}

} // namespace crossfade
