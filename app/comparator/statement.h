// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"
#include "models/core/json.h"

#include <string>
#include <utility>
#include <vector>

namespace crossfade {

std::string quotedIdentifier(std::string_view name, char quote = '"');
// "schema.table" becomes "schema"."table"; a query (isQueryRelation()) stays as it is, for reading.
std::string quotedTable(std::string_view table, char quote = '"');
// A condition on each column of a key: "(a = ? AND b = ?)", "(a IS NOT NULL AND …)".
std::string eachKeyColumn(const TableView &view, std::string_view condition, char quote = '"');
constexpr char quoteOf(SourceKind kind)
{
    return kind == SourceKind::Mariadb ? '`' : '"';
}

// A value of one engine as the other one keeps it.
SqlParameter converted(const MappedField &field, const Cell &value, char storage, SourceKind from, SourceKind to);
// A value of the side `from` as the other one is to hold it: by the field's value map and wall clocks, too. Where none
// stands for it (writtenFor()) it is as it was: whoever writes asks before.
SqlParameter carried(const MappedField &field, Platform from, const Cell &value, char storage, SourceKind fromKind,
                     SourceKind toKind);
// When a row changed, as the column of another engine that tells it has it.
SqlParameter changeTime(const std::string &value, SourceKind from, SourceKind to);
// For people: why the field of `side` cannot be written.
std::string noValueFor(const MappedField &field, Platform side, const Json &shown);

// A column and what it is set to or was seen to hold; `shown` is the value as people may see it.
struct ColumnValue {
    std::string column;
    SqlParameter value;
    Json shown;
};

struct BuiltStatement {
    SqlStatement statement;
    Json shown = Json::array(); // the parameters as people may see them
};

// What a repair writes: compare-and-set. Every value is a parameter; nothing is written where the
// row no longer holds what was seen (or, for an insert, exists).
BuiltStatement insertStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &values);
BuiltStatement updateStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &sets,
                               const std::vector<ColumnValue> &seen);
BuiltStatement deleteStatement(SourceKind kind, const TableView &view, const std::string &key,
                               const std::vector<ColumnValue> &seen);
// The part after WHERE, for people.
std::string conditionOf(const SqlStatement &statement);

} // namespace crossfade
