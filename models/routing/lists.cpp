// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/lists.h"

#include <algorithm>

namespace crossfade {

namespace {

std::string_view nameOf(const GrayLists::One &one) { return one.list->name; }

} // namespace

std::string_view grayKindWord(GrayKind kind)
{
    switch (kind) {
    case GrayKind::Entity: return "ENTITY";
    case GrayKind::User: return "USER";
    case GrayKind::Interface: return "INTERFACE";
    }
    return "ENTITY";
}

std::optional<GrayKind> grayKindFromWord(std::string_view word)
{
    for (const GrayKind kind : {GrayKind::Entity, GrayKind::User, GrayKind::Interface}) {
        if (grayKindWord(kind) == word) return kind;
    }
    return std::nullopt;
}

void GrayLists::put(const GrayList &list)
{
    const auto at = std::ranges::lower_bound(m_lists, std::string_view(list.name), {}, nameOf);
    auto shared = std::make_shared<const GrayList>(list);
    if (at != m_lists.end() && at->list->name == list.name)
        at->list = std::move(shared);
    else
        m_lists.insert(at, One{std::move(shared), {}});
}

void GrayLists::remove(std::string_view name)
{
    std::erase_if(m_lists, [&](const One &one) { return one.list->name == name; });
}

void GrayLists::set(std::string_view name, std::string_view id, bool listed)
{
    const auto at = std::ranges::lower_bound(m_lists, name, {}, nameOf);
    if (at == m_lists.end() || at->list->name != name) return;
    if (listed)
        at->ids.insert(id);
    else
        at->ids.erase(id);
}

const GrayLists::One *GrayLists::find(std::string_view name) const
{
    const auto at = std::ranges::lower_bound(m_lists, name, {}, nameOf);
    return at != m_lists.end() && at->list->name == name ? &*at : nullptr;
}

const GrayList *GrayLists::naming(GrayKind kind, std::string_view id) const
{
    if (id.empty()) return nullptr;
    for (const One &one : m_lists) {
        if (one.list->kind == kind && one.ids.contains(id)) return one.list.get();
    }
    return nullptr;
}

const GrayList *GrayLists::enforced() const
{
    for (const One &one : m_lists) {
        if (one.list->enforced && one.list->kind == GrayKind::Entity) return one.list.get();
    }
    return nullptr;
}

bool GrayLists::isEnforcedFor(std::string_view entityId) const
{
    return std::ranges::any_of(m_lists, [&](const One &one) {
        return one.list->enforced && one.list->kind == GrayKind::Entity && one.ids.contains(entityId);
    });
}

} // namespace crossfade
