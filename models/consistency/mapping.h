// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"
#include "models/core/platform.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class KeyKind { Integer, Text };
enum class FieldKind { Text, Integer, Decimal, Timestamp, Boolean, Binary, Json };
enum class Transform { Trim, Lower };
enum class RepairAction { Insert, Update, Delete };

std::string_view keyKindWord(KeyKind kind);
std::string_view fieldKindWord(FieldKind kind);
std::string_view transformWord(Transform transform);
std::string_view repairActionWord(RepairAction action);

// Where the rows of a data type stand in one database. `table` may be "schema.table".
struct MappedTable {
    std::string sourceId;
    std::string table;
    std::string key;
    std::optional<std::string> changedColumn;
    std::vector<std::string> moreKeys = {}; // the columns of a composite key after the first
    bool operator==(const MappedTable &) const = default;

    std::vector<std::string> keyColumns() const;
};

struct MappedField {
    std::string name;
    std::string legacyColumn;
    std::string newColumn;
    FieldKind kind = FieldKind::Text;
    // Decimal digits both sides are meant to have. It names the cause of a difference; it never
    // rounds a difference away: 10.504 and 10.50 differ at any scale.
    std::optional<int> scale;
    std::vector<Transform> transforms; // applied in this order before comparing
    bool sensitive = false;            // shown and stored only as a keyed fingerprint
    bool ignored = false;
    bool operator==(const MappedField &) const = default;

    const std::string &column(Platform side) const
    {
        return side == Platform::Legacy ? legacyColumn : newColumn;
    }
};

struct Mapping {
    std::string dataType;
    MappedTable legacyTable;
    MappedTable newTable;
    KeyKind keyKind = KeyKind::Text;
    std::vector<MappedField> fields;
    Platform authoritative = Platform::Legacy;
    std::vector<RepairAction> safeRepairs;
    bool operator==(const Mapping &) const = default;

    const MappedTable &table(Platform side) const
    {
        return side == Platform::Legacy ? legacyTable : newTable;
    }
    std::vector<MappedField> comparedFields() const; // those not ignored, in order
};

// What is wrong with a mapping by itself, as pointers into its JSON form.
std::vector<FieldError> mappingMistakes(const Mapping &mapping);

struct Column {
    std::string name;
    std::string type;
    bool nullable = true;
    bool key = false; // unique by itself: a primary key or unique index of just this column
    bool readable = true;   // by the account
    bool comparable = true; // of a type that can be compared
    // Each unique index over all rows that it is in, with the count of its columns: "people_pkey/2".
    std::vector<std::string> unique = {};
    bool operator==(const Column &) const = default;
};

// Whether no two rows can have the same values in these columns.
bool isUnique(const std::vector<Column> &columns, const std::vector<std::string> &keys);

// A composite key is one text: its parts in order, "|" between them, "|" and "\" of a part behind a
// "\". Nothing where the text has not that many parts. A single column's key is its text as it is.
std::string joinedKey(const std::vector<std::string> &parts);
std::optional<std::vector<std::string>> splitKey(std::string_view key, std::size_t parts);

// What of a mapping one side's table cannot give. An empty list of columns: there is no such table.
std::vector<FieldError> tableMistakes(const Mapping &mapping, Platform side,
                                      const std::vector<Column> &columns);

// Whether `text` can be a key of this kind.
bool isKey(KeyKind kind, std::string_view text);
// Negative, zero or positive: integers by value, texts by their bytes.
int compareKeys(KeyKind kind, std::string_view a, std::string_view b);
// A text whose byte order is the order of the keys, for sorting where only texts can be sorted.
std::string sortableKey(KeyKind kind, std::string_view key);

} // namespace crossfade
