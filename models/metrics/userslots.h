// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/metrics/usersketch.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace crossfade {

// Who tried and who failed, second by second, of the policies (or groups) whose guards count users: of the others
// nothing is kept, and of these no longer than a window. Not stored: what a service that starts has not
// seen does not count for it.
class UserSlots {
public:
    static constexpr std::int64_t LongestWindow = 600; // seconds, of a guard that counts users
    static constexpr std::int64_t Ahead = 10;          // a clock may be, of that of who judges

    void watch(const std::set<std::string> &policyIds);
    void restart(const std::string &policyId); // with nobody
    void add(std::int64_t second, const std::string &policyId, Platform platform, std::uint64_t user,
             bool succeeded);
    void add(std::int64_t second, const std::string &policyId, Platform platform, const UserCounts &users);
    UserCounts sum(const std::string &policyId, Platform platform, std::int64_t from, std::int64_t to) const;

private:
    using Seconds = std::map<std::int64_t, UserCounts>;
    UserCounts *at(std::int64_t second, const std::string &policyId, Platform platform);

    std::map<std::string, std::map<Platform, Seconds>> m_policies;
};

} // namespace crossfade
