// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/core/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

enum class RuleType { User, System, Time };
std::string_view ruleTypeWord(RuleType type); // "USER_BASED", …
std::optional<RuleType> ruleTypeFromWord(std::string_view word);

// A stored routing rule (system.md 1.1). `target` is the user or system id, empty for time rules.
struct Rule {
    std::string id;
    std::string name;
    RuleType type = RuleType::User;
    std::string target;
    Platform platform = Platform::New;
    std::string reason; // free text, returned with each decision the rule makes
    TimeWindow window;
    std::int64_t priority = 100; // the smaller wins, ties: the smaller id
    bool active = true;
    Instant createdAt{};
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;

    // Whether it takes part in a decision made for `at`.
    bool holds(Instant at) const { return active && window.contains(at); }
    bool operator==(const Rule &) const = default;
};
using RulePtr = std::shared_ptr<const Rule>;

// The order in which rules of one target are asked.
bool ruleComesBefore(const Rule &a, const Rule &b);

} // namespace crossfade
