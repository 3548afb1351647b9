// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncentity.h"

#include "models/consistency/difference.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/normalform.h"
#include "models/core/ids.h"

namespace crossfade {

namespace {

constexpr std::size_t LongestPlain = 40; // beyond it a digest is shorter

// What gives the values that are remembered their meaning: rules that a field does not have are left out, so that what was
// remembered before there were such rules still holds.
Json meaningOf(const Mapping &mapping)
{
    Json json = mappingJson(mapping);
    json["safe_repairs"] = Json::array();
    eraseLimits(json);
    for (Json &field : json["fields"]) {
        for (const char *rule : {"value_map", "legacy_time_zone", "new_time_zone", "tolerance"}) {
            if (field[rule].empty()) field.erase(rule);
        }
    }
    return json;
}

} // namespace

std::string SyncPlan::name() const
{
    return dataType + " " + std::string(platformWord(config.source)) + " to " + std::string(platformWord(config.target()));
}

std::string SyncPlan::heldOf(const MappedField &field, const Cell &value, Platform side) const
{
    const Cell normal = normalForm(field, side, value);
    if (!normal) return "-";
    if (!field.sensitive && normal->size() <= LongestPlain && isValidUtf8(*normal)) return "=" + *normal;
    std::string text = "held ";
    appendEncoded(text, field.name);
    appendEncoded(text, normal);
    return "#" + print.digest(text);
}

Held SyncPlan::heldOf(const KeyedRow *row, Platform side) const
{
    if (!row) return std::nullopt;
    std::vector<std::string> held;
    held.reserve(sources.compared.size());
    for (std::size_t i = 0; i < sources.compared.size(); ++i)
        held.push_back(heldOf(sources.compared[i], row->cells[i], side));
    return held;
}

std::set<std::size_t> SyncPlan::nearOf(const KeyedRow *legacy, const KeyedRow *fresh) const
{
    std::set<std::size_t> near;
    for (std::size_t i = 0; legacy && fresh && i < sources.compared.size(); ++i) {
        const MappedField &field = sources.compared[i];
        if (field.tolerance && areEqual(field, legacy->cells[i], fresh->cells[i])) near.insert(i);
    }
    return near;
}

std::string SyncPlan::seenOf(const Held &legacy, const Held &fresh) const
{
    std::string text = "seen ";
    for (const Held *side : {&legacy, &fresh}) {
        text += *side ? '+' : '-';
        if (!*side) continue;
        for (const std::string &value : **side)
            appendEncoded(text, value);
    }
    return print.digest(text);
}

MergeChoices SyncPlan::choicesOf(const Json &edit) const
{
    MergeChoices choices;
    if (!edit.is_object()) return choices;
    const auto side = [](const Json &json) -> std::optional<Platform> {
        return json.is_string() ? platformFromWord(json.get<std::string>()) : std::nullopt;
    };
    choices.row = side(edit.value("take", Json()));
    const Json fields = edit.value("fields", Json::object());
    for (std::size_t i = 0; i < sources.compared.size(); ++i) {
        const MappedField &field = sources.compared[i];
        const auto chosen = fields.find(field.name);
        if (chosen == fields.end()) continue;
        FieldChoice choice;
        choice.take = side(chosen->value("take", Json()));
        if (!choice.take) {
            const Json value = chosen->value("value", Json());
            if (value.is_string()) choice.value = value.get<std::string>();
            choice.held = heldOf(field, choice.value, Platform::New);
        }
        choices.fields[i] = choice;
    }
    return choices;
}

SyncPlan syncPlan(const SyncRecord &record, MappedSources sources, const Fingerprint &print,
                  const Environment &environment)
{
    SyncPlan plan;
    plan.id = record.id;
    plan.dataType = record.dataType;
    plan.config = record.config;
    plan.sources = std::move(sources);
    plan.rules = mergeRules(plan.config, plan.sources.mapping);
    plan.print = print;
    plan.environment = &environment;
    // What is safe to repair is no matter of what was in step.
    plan.mappingPrint = print.digest("mapping " + dumpJson(meaningOf(plan.sources.mapping)));
    return plan;
}

Result<std::unique_ptr<SyncLink>> SyncLink::open(const SyncPlan &plan)
{
    auto link = std::make_unique<SyncLink>();
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        Result<std::unique_ptr<Source>> source =
            connectSource(plan.sources.side(side), plan.config.writes(side) ? Access::Write : Access::Read);
        if (!source) {
            Error error = source.error();
            error.message = std::string(platformWord(side)) + ": " + error.message;
            return fail(std::move(error));
        }
        (side == Platform::Legacy ? link->m_legacy : link->m_new) = std::move(*source);
    }
    link->m_legacyView = tableView(plan.sources.mapping, Platform::Legacy);
    link->m_newView = tableView(plan.sources.mapping, Platform::New);
    return link;
}

} // namespace crossfade
