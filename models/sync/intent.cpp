// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/intent.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr Platform Sides[] = {Platform::Legacy, Platform::New};

// A value of the operator's own, which both sides get.
const FieldChoice *literalOf(const MergeChoices &choices, std::size_t field)
{
    const auto choice = choices.fields.find(field);
    return choice != choices.fields.end() && !choice->second.take ? &choice->second : nullptr;
}

Held heldAfter(const MergeEntity &entity, const Merged &merged, const MergeChoices &choices, Platform side)
{
    const SideWrite &write = merged.write(side);
    const Held &other = entity.now(otherPlatform(side));
    Held held = entity.now(side);
    switch (write.verb) {
    case WriteVerb::None:
        return held;
    case WriteVerb::Delete:
        return std::nullopt;
    case WriteVerb::Insert:
        held = other;
        for (std::size_t i = 0; held && i < held->size(); ++i) {
            if (const FieldChoice *literal = literalOf(choices, i)) (*held)[i] = literal->held;
        }
        return held;
    case WriteVerb::Update:
        break;
    }
    for (const FieldWrite &field : write.fields)
        (*held)[field.field] = field.literal ? choices.fields.at(field.field).held : (*other)[field.field];
    return held;
}

std::optional<std::vector<std::size_t>> fieldsOf(const SideWrite &write)
{
    if (write.verb != WriteVerb::Update) return std::nullopt;
    std::vector<std::size_t> fields;
    for (const FieldWrite &field : write.fields)
        fields.push_back(field.field);
    return fields;
}

bool isShown(const SyncIntent &intent, const MergeEntity &entity, std::size_t field)
{
    for (const Platform side : Sides) {
        if (!intent.writes(side, field)) continue;
        const Held &now = entity.now(side);
        const Held &then = intent.held(side);
        if (!now || !then || field >= now->size() || field >= then->size() || (*now)[field] != (*then)[field])
            return false;
    }
    return true;
}

} // namespace

bool SyncIntent::writes(Platform side, std::size_t field) const
{
    const auto &fields = side == Platform::Legacy ? legacyFields : newFields;
    return writes(side) && (!fields || std::ranges::find(*fields, field) != fields->end());
}

SyncIntent intentOf(const MergeEntity &entity, const Merged &merged, const MergeChoices &choices)
{
    const auto remembered = [&](Platform side) {
        return rememberedAfter(entity, merged, side, heldAfter(entity, merged, choices, side));
    };
    return {remembered(Platform::Legacy), remembered(Platform::New), merged.legacy.verb != WriteVerb::None,
            merged.fresh.verb != WriteVerb::None, fieldsOf(merged.legacy), fieldsOf(merged.fresh)};
}

std::optional<InStep> inStepAfter(const SyncIntent &intent, const MergeEntity &entity)
{
    if (!intent.legacy && !intent.fresh) { // a deletion: it was made where the row is gone
        for (const Platform side : Sides) {
            if (intent.writes(side) && entity.now(side)) return std::nullopt;
        }
        return InStep{};
    }
    if (!intent.legacy || !intent.fresh) return std::nullopt;
    const std::size_t count = intent.legacy->size();
    if (intent.fresh->size() != count) return std::nullopt;
    const auto known = [count](const Held &base) {
        return base && base->size() == count ? *base : std::vector<std::string>(count, std::string(NeverHeld));
    };
    std::vector<std::string> legacy = known(entity.legacyBase), fresh = known(entity.newBase);
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (!isShown(intent, entity, i)) continue;
        any = true;
        legacy[i] = (*intent.legacy)[i];
        fresh[i] = (*intent.fresh)[i];
    }
    if (!any) return std::nullopt;
    return InStep{std::move(legacy), std::move(fresh)};
}

} // namespace crossfade
