// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "tests/support/http.h"

#define XXH_INLINE_ALL // no library to link
#include <xxhash.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace crossfade {

inline std::string sandboxUser(std::int64_t number)
{
    const std::string digits = std::to_string(number);
    return "u" + std::string(7 - digits.size(), '0') + digits;
}

// The sticky bucket, computed here once more from its definition.
inline std::uint32_t bucketOf(const std::string &user, const std::string &salt)
{
    const std::string text = user + ":" + salt;
    return XXH32(text.data(), text.size(), 0) % 10'000;
}

inline std::set<std::string> usersBelow(std::uint32_t hundredths, std::int64_t users,
                                        const std::string &salt)
{
    std::set<std::string> set;
    for (std::int64_t number = 1; number <= users; ++number) {
        if (bucketOf(sandboxUser(number), salt) < hundredths) set.insert(sandboxUser(number));
    }
    return set;
}

// Where the router sends every user now, asked one by one: user → platform.
inline std::map<std::string, std::string> decisionsOfAll(const TestClient &router, std::int64_t users,
                                                         const std::string &system = "auth-web")
{
    std::map<std::string, std::string> all;
    for (std::int64_t first = 1; first <= users; first += 10'000) {
        Json requests = Json::array();
        for (std::int64_t number = first; number < first + 10'000 && number <= users; ++number)
            requests.push_back({{"user_id", sandboxUser(number)}, {"system_id", system}});
        const Json answer = router.post("/api/v1/decisions", {{"requests", requests}}).json;
        if (!answer.is_object() || !answer.contains("decisions")) return {};
        const Json &decisions = answer.at("decisions");
        for (std::size_t i = 0; i < decisions.size() && i < requests.size(); ++i)
            all[requests[i].value("user_id", "")] = decisions[i].value("platform", "");
    }
    return all;
}

inline std::set<std::string> on(const std::string &platform,
                                const std::map<std::string, std::string> &decisions)
{
    std::set<std::string> set;
    for (const auto &[user, decided] : decisions) {
        if (decided == platform) set.insert(user);
    }
    return set;
}

} // namespace crossfade
