// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/autorepairlimit.h"
#include "models/consistency/deletionlimits.h"
#include "models/core/error.h"
#include "models/core/platform.h"
#include "models/core/zonetable.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class KeyKind { Integer, Text };
enum class FieldKind { Text, Integer, Decimal, Timestamp, Boolean, Binary, Json };
enum class Transform { Trim, Lower, Upper };
enum class RepairAction { Insert, Update, Delete };

std::string_view keyKindWord(KeyKind kind);
std::string_view fieldKindWord(FieldKind kind);
std::string_view transformWord(Transform transform);
std::string_view repairActionWord(RepairAction action);

// Where the rows of a data type stand in one database: in a table, or in what a query finds. `table` may be "schema.table".
struct MappedTable {
    std::string sourceId;
    std::string table; // empty where there is a query
    std::string key;
    std::optional<std::string> changedColumn;
    std::vector<std::string> moreKeys = {}; // the columns of a composite key after the first
    std::string query = {};                 // one SELECT; nothing is ever written where its rows come from
    bool operator==(const MappedTable &) const = default;

    std::vector<std::string> keyColumns() const;
    bool isQuery() const { return !query.empty(); }
    std::string relation() const;
};

// What rows are read from, in one text: a table's name, or a query in parentheses, with which no table's name begins. The
// line's end is for a query that ends in a comment.
bool isQueryRelation(std::string_view relation);
std::string_view queryOf(std::string_view relation); // of one that is a query
std::string relationName(std::string_view relation); // for people: "the table people", "the query"

// Which value of LEGACY stands for which one of NEW; nothing is SQL NULL.
struct ValuePair {
    std::optional<std::string> legacy;
    std::optional<std::string> fresh;
    bool operator==(const ValuePair &) const = default;
};

// The value map of a field, one to one: no value of a side stands in two pairs. A value that stands in none compares
// as itself, unless its spelling stands in a pair on the other side: there it is another value, and equal to none (with 1
// for 10, a 10 of LEGACY is not the 10 of NEW). Only of a BOOLEAN, the spellings that are read without a map stay what they
// are beside the words of the map ("J" for true: so is "yes").
class ValueMap {
public:
    using Value = std::optional<std::string>;

    bool isEmpty() const { return m_pairs.empty(); }
    const std::vector<ValuePair> &pairs() const { return m_pairs; }
    // The pair of a value of that side by its form of comparison; null: it stands in none.
    const ValuePair *find(Platform side, const Value &form) const;
    // False where a form of that side is there already.
    bool add(Platform side, Value form, std::size_t pair);
    void setPairs(std::vector<ValuePair> pairs) { m_pairs = std::move(pairs); }
    bool operator==(const ValueMap &other) const { return m_pairs == other.m_pairs; }

private:
    std::vector<ValuePair> m_pairs;
    std::map<Value, std::size_t> m_legacy; // form of comparison → its pair
    std::map<Value, std::size_t> m_new;
};

// The zone of the wall clock that a column without a zone was written by. Its table is handed in by whoever may look for
// it; a value of a zone without one equals only itself.
struct WallClock {
    std::string zone; // empty: UTC
    ZonePtr table = nullptr;
    bool operator==(const WallClock &other) const { return zone == other.zone; }
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
    ValueMap valueMap = {};
    WallClock legacyClock = {};
    WallClock newClock = {};
    // Values that are no further apart are equal; of a TIMESTAMP in seconds. A digest of them still tells nothing wrong:
    // equal bytes are equal values, and what digests call unequal is read and compared by this.
    std::optional<double> tolerance = {};
    // Of the compared field of a mapping of sets: its cells are sets of members (memberset.h), the rules are a member's.
    bool set = false;
    bool operator==(const MappedField &) const = default;

    // Whether equal bytes of the two sides may be different values: then no digest of them tells that rows are equal.
    bool isOneSided() const { return !valueMap.isEmpty() || legacyClock != newClock; }
    bool hasClocks() const { return !legacyClock.zone.empty() || !newClock.zone.empty(); }
    const WallClock &clock(Platform side) const { return side == Platform::Legacy ? legacyClock : newClock; }

    const std::string &column(Platform side) const
    {
        return side == Platform::Legacy ? legacyColumn : newColumn;
    }
};

// Gives the field its value map. What a value is compared as depends on the field's kind and transforms, which must be
// set before. The pairs whose value of LEGACY, of NEW stood in an earlier pair already.
struct RepeatedValues {
    std::vector<std::size_t> legacy;
    std::vector<std::size_t> fresh;
};
RepeatedValues setValueMap(MappedField &field, std::vector<ValuePair> pairs);

struct Mapping {
    std::string dataType;
    MappedTable legacyTable;
    MappedTable newTable;
    KeyKind keyKind = KeyKind::Text;
    std::vector<MappedField> fields;
    Platform authoritative = Platform::Legacy;
    std::vector<RepairAction> safeRepairs;
    // The field that an entity has many values of, each in a row of its own: the rows of a key are one set. Empty: a row is
    // an entity.
    std::string setField = {};
    // Those of all mappings where it has none of its own.
    std::optional<DeletionLimits> deletionLimits = {};
    std::optional<AutoRepairLimit> autoRepairLimit = {};
    bool operator==(const Mapping &) const = default;
    bool isOfSets() const { return !setField.empty(); }
    // The key columns of a side's rows: of sets, those of the entity and the member.
    std::vector<std::string> rowKeyColumns(Platform side) const;

    const MappedTable &table(Platform side) const
    {
        return side == Platform::Legacy ? legacyTable : newTable;
    }
    std::vector<MappedField> comparedFields() const; // those not ignored, in order
    // The side that repairs write to by themselves: the one that does not count.
    Platform repaired() const { return otherPlatform(authoritative); }
};

// Hands in the tables of the zones that its fields name; an error for each name that `zones` does not know.
std::vector<FieldError> setZones(Mapping &mapping, const ZoneSource &zones);

// What a database would tell of a query in words nobody understands; the rest it tells itself.
std::vector<FieldError> queryMistakes(std::string_view query, const std::string &pointer);
// What is wrong with what its rows are read from; `pointer` is that of the side.
std::vector<FieldError> relationMistakes(const MappedTable &table, const std::string &pointer);
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
