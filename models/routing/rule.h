// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/core/weeklywindow.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

enum class RuleType { User, System, Time };
std::string_view ruleTypeWord(RuleType type); // "USER_BASED", …
std::optional<RuleType> ruleTypeFromWord(std::string_view word);

// That a time rule comes again every week. Its zone's table comes along, so that a decision reads it where it
// is; two of the same window and zone name are equal.
struct Recurrence {
    WeeklyWindow weekly;
    ZonePtr zone; // of weekly.timeZone; where it is not known, the rule never holds

    bool contains(Instant at) const { return zone && weekly.contains(at, *zone); }
    bool operator==(const Recurrence &other) const { return weekly == other.weekly; }
};

// A stored routing rule (system.md 1.1). `target` is the user or system id, empty for time rules.
struct Rule {
    std::string id;
    std::string name;
    RuleType type = RuleType::User;
    std::string target;
    Platform platform = Platform::New;
    std::string reason; // free text, returned with each decision the rule makes
    TimeWindow window;
    std::optional<Recurrence> recurrence; // of time rules only; the window bounds it
    std::int64_t priority = 100; // the smaller wins, ties: the smaller id
    bool active = true;
    Instant createdAt{};
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;

    // Whether it takes part in a decision made for `at`.
    bool holds(Instant at) const
    {
        return active && window.contains(at) && (!recurrence || recurrence->contains(at));
    }
    bool operator==(const Rule &) const = default;
};
using RulePtr = std::shared_ptr<const Rule>;

// The first moment after `after` at which its times begin or end, whether it is active or not.
std::optional<Instant> nextChange(const Rule &rule, Instant after);

// The order in which rules of one target are asked.
bool ruleComesBefore(const Rule &a, const Rule &b);

} // namespace crossfade
