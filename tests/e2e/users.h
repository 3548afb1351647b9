// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "tests/support/http.h"

#define XXH_INLINE_ALL // no library to link
#include <xxhash.h>

#include <algorithm>
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
inline std::map<std::string, std::string>
decisionsOfAll(const TestClient &router, std::int64_t users, const std::string &system = "auth-web")
{
    std::map<std::string, std::string> all;
    for (std::int64_t first = 1; first <= users; first += 10'000) {
        std::string body = R"({"requests":[)";
        const std::int64_t last = std::min(first + 9'999, users);
        for (std::int64_t number = first; number <= last; ++number)
            body += (number > first ? ",{" : "{") + (R"("user_id":")" + sandboxUser(number)) +
                    R"(","system_id":")" + system + R"("})";
        const Json answer = router
                                .send("POST", "/api/v1/decisions", body + "]}",
                                      {{"Content-Type", "application/json"}})
                                .json;
        if (!answer.is_object() || !answer.contains("decisions")) return {};
        std::int64_t number = first;
        for (const Json &decision : answer.at("decisions"))
            all[sandboxUser(number++)] = decision.value("platform", "");
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
