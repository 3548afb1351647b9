// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// A column that stands in no pair, and why, for people.
struct UnpairedColumn {
    std::string column;
    std::string reason;
    bool operator==(const UnpairedColumn &) const = default;
};

// A draft for somebody to look at, never one to be taken as it is.
struct SuggestedMapping {
    std::vector<std::string> legacyKeys; // empty: nothing is unique on both sides
    std::vector<std::string> newKeys;    // in the same order
    KeyKind keyKind = KeyKind::Text;
    std::optional<std::string> legacyChanged; // columns that seem to say when a row last changed
    std::optional<std::string> newChanged;
    std::vector<MappedField> fields; // all pairs but the key's, in LEGACY's order
    std::vector<UnpairedColumn> legacyUnpaired;
    std::vector<UnpairedColumn> newUnpaired;
};

// Columns are paired whose names are the same but for case and the characters between words, and whose types can hold the
// same values. The key is the smallest unique index of paired columns that is one on both sides; where there is none, and
// each side has just one column that is unique by itself and they are in no pair, these two whatever their names are.
SuggestedMapping suggestMapping(const std::vector<Column> &legacy, const std::vector<Column> &fresh);

// "User_ID", "userId" and "user id" are all "userid".
std::string normalisedName(std::string_view name);
// What a column of this type holds, as PostgreSQL, MariaDB and SQLite write their types; text where nothing else fits.
FieldKind kindOfType(std::string_view type);
// What values of two columns can be compared as; nothing: they hold different things.
std::optional<FieldKind> commonKind(FieldKind a, FieldKind b);

} // namespace crossfade
