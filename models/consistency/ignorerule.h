// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/difference.h"
#include "models/core/json.h"
#include "models/core/time.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Which values of one side an ignore rule is about: any, SQL NULL, this one, or those of a pattern. They are held against
// a difference's values as these are shown: of a sensitive field, its fingerprints.
struct IgnoredValue {
    enum class Kind { Any, Null, Text, Pattern };
    Kind kind = Kind::Any;
    std::string text;
    bool operator==(const IgnoredValue &) const = default;
};

// Differences that are known and accepted: hidden and counted, never deleted. What is left out of a rule fits everything;
// a rule always names something.
struct IgnoreRule {
    std::string checkId;
    std::string dataType;
    std::string entityPattern;
    std::string field; // fits differences of this field, so never one of a whole row
    std::optional<DifferenceType> type;
    std::optional<Cause> cause;
    IgnoredValue legacy;
    IgnoredValue fresh;
    std::optional<Instant> endsAt; // from then on it hides nothing
    bool operator==(const IgnoreRule &) const = default;

    bool namesValue() const { return legacy.kind != IgnoredValue::Kind::Any || fresh.kind != IgnoredValue::Kind::Any; }
};

// One difference as it is stored.
struct IgnoreFacts {
    std::string_view checkId;
    std::string_view dataType;
    std::string_view entityId;
    std::string_view field; // empty: the whole row
    DifferenceType type = DifferenceType::Different;
    Cause cause = Cause::Value;
    std::optional<std::string_view> legacy; // as shown; nothing: SQL NULL, or none
    std::optional<std::string_view> fresh;
};

constexpr std::size_t MostIgnoreRules = 200;

// Whether the whole text is of the pattern: * stands for any characters, ? for one, \ before one of these three for
// itself. Capitals are told from small letters. In time of at most the product of both lengths, whatever they hold.
bool matchesPattern(std::string_view pattern, std::string_view text);

bool isActive(const IgnoreRule &rule, Instant now);
bool fits(const IgnoreRule &rule, const IgnoreFacts &facts);

// A rule of a body, with its mistakes.
IgnoreRule readIgnoreRule(JsonReader &in);
// The same members again; what was left out is null.
Json ignoreRuleJson(const IgnoreRule &rule);

// Whether a value that a rule names can be stored where the field is sensitive: only as a fingerprint.
bool isFingerprint(std::string_view text);
// Whether it names no value, or none but so.
bool keepsValuesSecret(const IgnoreRule &rule);

} // namespace crossfade
