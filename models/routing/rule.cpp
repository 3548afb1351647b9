// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/rule.h"

#include <tuple>

namespace crossfade {

std::string_view ruleTypeWord(RuleType type)
{
    switch (type) {
    case RuleType::User: return "USER_BASED";
    case RuleType::System: return "SYSTEM_BASED";
    case RuleType::Time: return "TIME_BASED";
    }
    return "USER_BASED";
}

std::optional<RuleType> ruleTypeFromWord(std::string_view word)
{
    for (const RuleType type : {RuleType::User, RuleType::System, RuleType::Time}) {
        if (ruleTypeWord(type) == word) return type;
    }
    return std::nullopt;
}

bool ruleComesBefore(const Rule &a, const Rule &b)
{
    return std::tie(a.priority, a.id) < std::tie(b.priority, b.id);
}

} // namespace crossfade
