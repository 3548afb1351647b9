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

std::optional<Instant> nextChange(const Rule &rule, Instant after)
{
    const TimeWindow &window = rule.window;
    if (window.isEmpty()) return std::nullopt;
    if (rule.recurrence) {
        const Recurrence &recurrence = *rule.recurrence;
        if (!recurrence.zone) return std::nullopt;
        return nextChange(window, recurrence.weekly, *recurrence.zone, after);
    }
    if (window.start && after < *window.start) return window.start;
    return window.end && after < *window.end ? window.end : std::nullopt;
}

bool ruleComesBefore(const Rule &a, const Rule &b)
{
    return std::tie(a.priority, a.id) < std::tie(b.priority, b.id);
}

} // namespace crossfade
