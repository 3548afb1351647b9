// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/groups/criteria.h"

#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace crossfade::test {

// Criteria and rows made of few texts, so that they often meet; among them what engines treat apart: nulls,
// quotes, letters beyond ASCII, digits in many disguises.

// One user's values of the attributes, in their order.
using Row = std::vector<std::optional<std::string>>;

inline const std::vector<std::string> &attributeNames() {
    static const std::vector<std::string> names{"region", "shop \"no\"", "level"};
    return names;
}

inline std::optional<std::string> attributeIn(const Row &row, std::string_view name) {
    const auto found = std::ranges::find(attributeNames(), name);
    if (found == attributeNames().end()) return std::nullopt;
    return row[static_cast<std::size_t>(found - attributeNames().begin())];
}

// The numbers of the rows, from 1.
inline std::vector<std::size_t> matching(const Criteria &criteria, const std::vector<Row> &rows) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (matches(criteria, [&](std::string_view name) { return attributeIn(rows[i], name); }))
            found.push_back(i + 1);
    }
    return found;
}

inline rc::Gen<std::string> anyValue() {
    return rc::gen::element<std::string>(
        "", "a", "A", "ab", "abc", "é", "éa", "\xE5\x8C\x97\xE4\xBA\xAC", "\xE5\x8C\x97",
        "\xF0\x9F\x99\x82", "'", "''", "\"",
        "%", "_", "a%", "*", "0", "7", "07", "-7", "--7", "-", "+7", "7 ", " 7", "7.0", "7e0", "12", "9", "-0",
        "999999999999999999", "1000000000000000000", "\xD9\xA7", "\xC2\xB2", "7\n", "x' OR 1=1 --", "?1", "$1");
}

inline rc::Gen<Row> anyRow() {
    return rc::gen::exec([] {
        Row row;
        for (std::size_t i = 0; i < attributeNames().size(); ++i) {
            if (*rc::gen::inRange(0, 4) == 0)
                row.emplace_back(std::nullopt);
            else
                row.emplace_back(*anyValue());
        }
        return row;
    });
}

inline Criteria anyCriteriaAt(int depth) {
    Criteria criteria;
    criteria.kind = static_cast<Criteria::Kind>(*rc::gen::inRange(depth > 3 ? 3 : 0, 11));
    using Kind = Criteria::Kind;
    const bool joins = criteria.kind == Kind::All || criteria.kind == Kind::Any;
    if (joins || criteria.kind == Kind::Not) {
        const int parts = joins ? *rc::gen::inRange(1, 4) : 1;
        for (int i = 0; i < parts; ++i)
            criteria.parts.push_back(anyCriteriaAt(depth + 1));
        return criteria;
    }
    criteria.attribute = *rc::gen::elementOf(attributeNames());
    if (criteria.kind == Kind::IsNull) return criteria;
    const int count = criteria.kind == Kind::In ? *rc::gen::inRange(1, 4) : 1;
    const bool textOnly = criteria.kind == Kind::In || criteria.kind == Kind::Prefix;
    for (int i = 0; i < count; ++i) {
        if (!textOnly && *rc::gen::inRange(0, 3) == 0)
            criteria.values.emplace_back(*rc::gen::element<std::int64_t>(0, 7, -7, 8, 12, 999'999'999'999'999'999));
        else
            criteria.values.emplace_back(*anyValue());
    }
    return criteria;
}

inline rc::Gen<Criteria> anyCriteria() {
    return rc::gen::exec([] { return anyCriteriaAt(1); });
}

} // namespace crossfade::test
