// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulerows.h"

#include <algorithm>
#include <utility>

namespace crossfade {

std::size_t RuleRows::positionOf(Place place) const
{
    const auto found = std::ranges::lower_bound(m_entries, place, {}, &Entry::place);
    return static_cast<std::size_t>(found - m_entries.begin());
}

std::optional<std::size_t> RuleRows::find(const std::string &id) const
{
    const auto found = m_places.find(id);
    return found == m_places.end() ? std::nullopt : std::optional(positionOf(found->second));
}

const RuleRow *RuleRows::row(const std::string &id) const
{
    const auto found = find(id);
    return found ? m_entries[*found].row.get() : nullptr;
}

void RuleRows::set(std::size_t at, RuleRowPtr row)
{
    m_entries[at].row = std::move(row);
}

void RuleRows::append(RuleRowPtr row)
{
    m_places[row->id] = m_next;
    m_entries.push_back({m_next++, std::move(row)});
}

void RuleRows::erase(std::size_t first, std::size_t count)
{
    const auto from = m_entries.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = from + static_cast<std::ptrdiff_t>(count);
    for (auto entry = from; entry != to; ++entry)
        m_places.erase(entry->row->id);
    m_entries.erase(from, to);
}

void RuleRows::eraseAll(const std::unordered_set<std::string> &ids)
{
    std::erase_if(m_entries, [&](const Entry &entry) { return ids.contains(entry.row->id); });
    for (const std::string &id : ids)
        m_places.erase(id);
}

void RuleRows::reorder(const std::vector<std::size_t> &order)
{
    std::vector<Entry> entries;
    entries.reserve(m_entries.size());
    for (const std::size_t from : order) {
        m_places[m_entries[from].row->id] = m_next;
        entries.push_back({m_next++, std::move(m_entries[from].row)});
    }
    m_entries = std::move(entries);
}

} // namespace crossfade
