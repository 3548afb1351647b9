// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/userslots.h"

#include <algorithm>

namespace crossfade {

void UserSlots::watch(const std::set<std::string> &policyIds) {
    std::erase_if(m_policies, [&](const auto &entry) { return !policyIds.contains(entry.first); });
    for (const std::string &id : policyIds)
        m_policies.try_emplace(id);
}

void UserSlots::restart(const std::string &policyId) {
    if (const auto policy = m_policies.find(policyId); policy != m_policies.end()) policy->second.clear();
}

// Null: they are not watched. What is too old by the newest is forgotten, which may be this second itself.
UserCounts *UserSlots::at(std::int64_t second, const std::string &policyId, Platform platform) {
    const auto policy = m_policies.find(policyId);
    if (policy == m_policies.end()) return nullptr;
    Seconds &seconds = policy->second[platform];
    const std::int64_t newest = seconds.empty() ? second : std::max(second, seconds.rbegin()->first);
    const std::int64_t oldest = newest - LongestWindow - Ahead;
    seconds.erase(seconds.begin(), seconds.lower_bound(oldest));
    return second < oldest ? nullptr : &seconds[second];
}

void UserSlots::add(std::int64_t second, const std::string &policyId, Platform platform, std::uint64_t user,
                    bool succeeded) {
    if (UserCounts *counts = at(second, policyId, platform)) counts->add(user, succeeded);
}

void UserSlots::add(std::int64_t second, const std::string &policyId, Platform platform, const UserCounts &users) {
    if (UserCounts *counts = at(second, policyId, platform)) counts->merge(users);
}

UserCounts UserSlots::sum(const std::string &policyId, Platform platform, std::int64_t from,
                          std::int64_t to) const {
    UserCounts counts;
    const auto policy = m_policies.find(policyId);
    if (policy == m_policies.end()) return counts;
    const auto seconds = policy->second.find(platform);
    if (seconds == policy->second.end()) return counts;
    for (auto it = seconds->second.lower_bound(from); it != seconds->second.end() && it->first < to; ++it)
        counts.merge(it->second);
    return counts;
}

} // namespace crossfade
