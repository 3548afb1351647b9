// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crossfade {

// Which users of the directory belong to a group: a tree of predicates over their attributes.
//
// Attributes are texts or null. Every predicate is true or false, never unknown: one about a null
// attribute is false, so that NOT of it is true. Texts are compared byte by byte. Compared with a number,
// an attribute counts only if it is an integer of at most 18 digits; anything else is false.
struct Criteria {
    enum class Kind { All, Any, Not, Equals, In, Prefix, Less, AtMost, Greater, AtLeast, IsNull };
    using Value = std::variant<std::string, std::int64_t>;

    Kind kind = Kind::All;
    std::vector<Criteria> parts; // All, Any: one or more; Not: exactly one
    std::string attribute;       // of the others
    std::vector<Value> values;   // none for IsNull, texts for In and Prefix, else one
    bool operator==(const Criteria &) const = default;
};

// {"all": […]}, {"any": […]}, {"not": {…}} or {"attribute", "op", "value" or "values"}. Mistakes name
// their field: too deep, too large, an attribute that is not among `attributes` (null: any will do).
Criteria readCriteria(const Json &json, const std::string &pointer, JsonReader &parent,
                      const std::vector<std::string> *attributes = nullptr);
Json criteriaToJson(const Criteria &criteria);

// What the directory holds of a user under an attribute.
using AttributeOf = std::function<std::optional<std::string>(std::string_view attribute)>;
bool matches(const Criteria &criteria, const AttributeOf &attributeOf);

enum class SqlDialect { Sqlite, Postgresql, Mariadb };

// A condition with its values as parameters, ?1 … or $1 … or (MariaDB) ? in their order, all texts. Nothing of
// a value is in the text; names of attributes stand in quotes and only if they are among `attributes` (else
// Invalid).
struct SqlCondition {
    std::string text;
    std::vector<std::string> values;
};
Result<SqlCondition> toSql(const Criteria &criteria, SqlDialect dialect,
                           const std::vector<std::string> &attributes);

std::string quotedSqlName(std::string_view name, SqlDialect dialect);

} // namespace crossfade
