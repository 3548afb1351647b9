// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/criteria.h"

#include <algorithm>
#include <charconv>

namespace crossfade {

namespace {

using Kind = Criteria::Kind;

constexpr std::size_t MostDigits = 18; // so that every engine's 64-bit integer holds it

// What an attribute counts as beside a number.
std::optional<std::int64_t> integerOf(const std::string &text) {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    const std::size_t digits = text.size() - sign;
    if (digits == 0 || digits > MostDigits) return std::nullopt;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(sign), text.end(), isDigit))
        return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

template <class T>
bool compared(Kind kind, const T &left, const T &right) {
    switch (kind) {
    case Kind::Equals:
        return left == right;
    case Kind::Less:
        return left < right;
    case Kind::AtMost:
        return left <= right;
    case Kind::Greater:
        return left > right;
    case Kind::AtLeast:
        return left >= right;
    case Kind::All:
    case Kind::Any:
    case Kind::Not:
    case Kind::In:
    case Kind::Prefix:
    case Kind::IsNull:
        return false;
    }
    return false;
}

bool comparedWith(Kind kind, const std::string &text, const Criteria::Value &value) {
    if (const auto *wanted = std::get_if<std::string>(&value)) return compared(kind, text, *wanted);
    const auto number = integerOf(text);
    return number && compared(kind, *number, std::get<std::int64_t>(value));
}

bool holdsFor(const Criteria &criteria, const std::string &text) {
    if (criteria.kind == Kind::Prefix)
        return text.starts_with(std::get<std::string>(criteria.values.front()));
    if (criteria.kind == Kind::In)
        return std::ranges::find(criteria.values, Criteria::Value(text)) != criteria.values.end();
    return comparedWith(criteria.kind, text, criteria.values.front());
}

} // namespace

bool matches(const Criteria &criteria, const AttributeOf &attributeOf) {
    const auto part = [&](const Criteria &one) { return matches(one, attributeOf); };
    if (criteria.kind == Kind::All) return std::ranges::all_of(criteria.parts, part);
    if (criteria.kind == Kind::Any) return std::ranges::any_of(criteria.parts, part);
    if (criteria.kind == Kind::Not) return !part(criteria.parts.front());
    const std::optional<std::string> text = attributeOf(criteria.attribute);
    if (criteria.kind == Kind::IsNull) return !text;
    return text && holdsFor(criteria, *text);
}

} // namespace crossfade
