// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/putoff.h"

#include <algorithm>

namespace crossfade {

void PutOff::add(RefusedRepair repair, Time now)
{
    const std::uint64_t seen = m_written[repair.target];
    m_entries.push_back({std::move(repair), now + Waits, seen});
}

void PutOff::wrote(const std::string &target)
{
    ++m_written[target];
}

std::vector<std::string> PutOff::takeWorthATry()
{
    std::vector<std::string> ids;
    std::erase_if(m_entries, [&](const Entry &entry) {
        if (m_written[entry.repair.target] == entry.seen) return false;
        ids.push_back(entry.repair.id);
        return true;
    });
    std::ranges::reverse(ids);
    return ids;
}

std::vector<RefusedRepair> PutOff::tellPossibleRing(std::size_t most)
{
    const auto mayBeOfOne = [](const Entry &entry) { return !entry.repair.ring.empty() && entry.repair.by == RefusedBy::Unique; };
    const auto first =
        std::ranges::find_if(m_entries, [&](const Entry &entry) { return mayBeOfOne(entry) && !entry.told; });
    std::vector<RefusedRepair> found;
    if (first == m_entries.end()) return found;
    const std::string ring = first->repair.ring;
    for (Entry &entry : m_entries) {
        if (!mayBeOfOne(entry) || entry.repair.ring != ring) continue;
        entry.told = true;
        if (found.size() < most) found.push_back(entry.repair);
    }
    return found;
}

std::vector<RefusedRepair> PutOff::takeStuck(Time now, std::size_t most)
{
    std::vector<RefusedRepair> stuck;
    std::erase_if(m_entries, [&](const Entry &entry) {
        if (entry.until > now || stuck.size() == most) return false;
        stuck.push_back(entry.repair);
        return true;
    });
    return stuck;
}

std::optional<PutOff::Time> PutOff::nextStuck() const
{
    if (m_entries.empty()) return std::nullopt;
    return m_entries.front().until; // each is added behind those that were before
}

void PutOff::remove(const std::string &id)
{
    std::erase_if(m_entries, [&](const Entry &entry) { return entry.repair.id == id; });
}

void PutOff::clear()
{
    m_entries.clear();
    m_written.clear();
}

std::string stuckSentence(const RefusedRepair &repair)
{
    const std::string why = "the database refuses it: " + repair.message + "; ";
    if (repair.by == RefusedBy::ForeignKey)
        return why + "the row it belongs to is not there, or still has rows that belong to it";
    return why + "another row has the value, and no repair that waits takes it away";
}

} // namespace crossfade
