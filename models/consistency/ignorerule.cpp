// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/ignorerule.h"

namespace crossfade {

namespace {

const std::vector<std::string_view> IgnorableTypes{"MISSING", "EXTRA", "DIFFERENT"};
const std::vector<std::string_view> IgnorableCauses{"NULL_EMPTY", "TRAILING_SPACE", "UNICODE_FORM", "CASE",
                                               "SCALE",      "TIME_ZONE",      "VALUE",        "ROW"};
constexpr std::size_t RuleNameBytes = 128; // as of data types and fields in a mapping
constexpr std::size_t RuleTextBytes = 1'000;
constexpr std::string_view FingerprintMark = "fingerprint ";
constexpr std::size_t FingerprintDigits = 16;

// One place of a pattern: how many of its characters it takes, and what it stands for.
struct PatternPlace {
    std::size_t length = 1;
    bool one = false; // any character
    char literal = 0;
};

PatternPlace patternPlaceAt(std::string_view pattern, std::size_t at)
{
    if (pattern[at] == '?') return {1, true, 0};
    const bool escaped = pattern[at] == '\\' && at + 1 < pattern.size() &&
                         (pattern[at + 1] == '*' || pattern[at + 1] == '?' || pattern[at + 1] == '\\');
    return escaped ? PatternPlace{2, false, pattern[at + 1]} : PatternPlace{1, false, pattern[at]};
}

// The bytes of the character that begins there.
std::size_t characterAt(std::string_view text, std::size_t at)
{
    std::size_t length = 1;
    while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80)
        ++length;
    return length;
}

bool isIgnoredValue(const IgnoredValue &wanted, const std::optional<std::string_view> &value)
{
    switch (wanted.kind) {
    case IgnoredValue::Kind::Any:
        return true;
    case IgnoredValue::Kind::Null:
        return !value;
    case IgnoredValue::Kind::Text:
        return value && *value == wanted.text;
    case IgnoredValue::Kind::Pattern:
        break;
    }
    return value && matchesPattern(wanted.text, *value);
}

IgnoredValue readIgnoredValue(JsonReader &parent, std::string_view name)
{
    IgnoredValue value;
    const Json *object = parent.optionalObject(name);
    if (!object) return value;
    JsonReader in(*object, parent.pointerTo(name), parent);
    const bool null = in.isNull("value");
    const std::optional<std::string> text = in.optionalText("value", RuleTextBytes);
    if (const auto pattern = in.optionalText("pattern", RuleTextBytes)) {
        value = {IgnoredValue::Kind::Pattern, *pattern};
        if (text) in.reject("pattern", "a value or a pattern is named, not both");
    } else if (text) {
        value = {IgnoredValue::Kind::Text, *text};
    } else if (null) {
        value.kind = IgnoredValue::Kind::Null;
    } else if (!in.has("value") && !in.has("pattern")) {
        in.reject("value", "is required (null for SQL NULL), or a pattern");
    }
    in.finish();
    return value;
}

Json ignoredValueJson(const IgnoredValue &value)
{
    switch (value.kind) {
    case IgnoredValue::Kind::Any:
        return nullptr;
    case IgnoredValue::Kind::Null:
        return {{"value", nullptr}};
    case IgnoredValue::Kind::Text:
        return {{"value", value.text}};
    case IgnoredValue::Kind::Pattern:
        break;
    }
    return {{"pattern", value.text}};
}

Json emptyAsNull(const std::string &text)
{
    return text.empty() ? Json() : Json(text);
}

bool namesNothing(const IgnoreRule &rule)
{
    return rule.checkId.empty() && rule.dataType.empty() && rule.entityPattern.empty() && rule.field.empty() &&
           !rule.type && !rule.cause && !rule.namesValue();
}

} // namespace

// The text is gone through once; after the last * it is tried again one character further on.
bool matchesPattern(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::optional<std::size_t> star; // where the pattern goes on after it
    std::size_t taken = 0;           // up to where in the text the * reaches
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            taken = t;
            continue;
        }
        if (p < pattern.size()) {
            const PatternPlace place = patternPlaceAt(pattern, p);
            if (place.one || place.literal == text[t]) {
                p += place.length;
                t += place.one ? characterAt(text, t) : 1;
                continue;
            }
        }
        if (!star) return false;
        taken += characterAt(text, taken);
        t = taken;
        p = *star;
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

bool isActive(const IgnoreRule &rule, Instant now)
{
    return !rule.endsAt || now < *rule.endsAt;
}

bool fits(const IgnoreRule &rule, const IgnoreFacts &facts)
{
    if (!rule.checkId.empty() && rule.checkId != facts.checkId) return false;
    if (!rule.dataType.empty() && rule.dataType != facts.dataType) return false;
    if (!rule.field.empty() && rule.field != facts.field) return false;
    if (rule.type && *rule.type != facts.type) return false;
    if (rule.cause && *rule.cause != facts.cause) return false;
    // A whole row has no values.
    if (rule.namesValue() && facts.field.empty()) return false;
    if (!isIgnoredValue(rule.legacy, facts.legacy) || !isIgnoredValue(rule.fresh, facts.fresh)) return false;
    return rule.entityPattern.empty() || matchesPattern(rule.entityPattern, facts.entityId);
}

IgnoreRule readIgnoreRule(JsonReader &in)
{
    IgnoreRule rule;
    rule.checkId = in.optionalId("check_id").value_or("");
    rule.dataType = in.optionalText("data_type", RuleNameBytes).value_or("");
    rule.entityPattern = in.optionalText("entity_pattern", RuleTextBytes).value_or("");
    rule.field = in.optionalText("field", RuleNameBytes).value_or("");
    if (const auto word = in.optionalWord("difference_type", IgnorableTypes))
        rule.type = static_cast<DifferenceType>(*word);
    if (const auto word = in.optionalWord("cause", IgnorableCauses)) rule.cause = static_cast<Cause>(*word);
    rule.legacy = readIgnoredValue(in, "legacy");
    rule.fresh = readIgnoredValue(in, "new");
    rule.endsAt = in.optionalInstant("ends_at");
    if (rule.namesValue() && (rule.field.empty() || rule.dataType.empty()))
        in.reject(rule.field.empty() ? "field" : "data_type", "is required where a value is named: a value is of a field");
    if (namesNothing(rule)) in.reject("", "names nothing: all differences would be hidden");
    return rule;
}

Json ignoreRuleJson(const IgnoreRule &rule)
{
    return {{"check_id", emptyAsNull(rule.checkId)},
            {"data_type", emptyAsNull(rule.dataType)},
            {"entity_pattern", emptyAsNull(rule.entityPattern)},
            {"field", emptyAsNull(rule.field)},
            {"difference_type", rule.type ? Json(differenceTypeWord(*rule.type)) : Json()},
            {"cause", rule.cause ? Json(causeWord(*rule.cause)) : Json()},
            {"legacy", ignoredValueJson(rule.legacy)},
            {"new", ignoredValueJson(rule.fresh)},
            {"ends_at", rule.endsAt ? Json(formatInstant(*rule.endsAt)) : Json()}};
}

bool keepsValuesSecret(const IgnoreRule &rule)
{
    const auto isSecret = [](const IgnoredValue &value) {
        switch (value.kind) {
        case IgnoredValue::Kind::Any:
        case IgnoredValue::Kind::Null:
            return true;
        case IgnoredValue::Kind::Text:
            return isFingerprint(value.text);
        case IgnoredValue::Kind::Pattern:
            break;
        }
        return false;
    };
    return isSecret(rule.legacy) && isSecret(rule.fresh);
}

bool isFingerprint(std::string_view text)
{
    if (!text.starts_with(FingerprintMark)) return false;
    text.remove_prefix(FingerprintMark.size());
    return text.size() == FingerprintDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace crossfade
