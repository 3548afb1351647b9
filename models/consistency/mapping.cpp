// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/mapping.h"

#include "models/consistency/decimalform.h"
#include "models/core/ids.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostFields = 200;
constexpr int MostScale = 38;

void checkName(std::string_view name, std::string pointer, std::vector<FieldError> &mistakes)
{
    if (!isValidName(name, 128))
        mistakes.push_back({std::move(pointer), "must be a name of 1 to 128 bytes"});
}

void checkTable(const MappedTable &table, const std::string &pointer,
                std::vector<FieldError> &mistakes)
{
    checkName(table.table, pointer + "/table", mistakes);
    checkName(table.key, pointer + "/key", mistakes);
    if (table.changedColumn) checkName(*table.changedColumn, pointer + "/changed_column", mistakes);
}

void checkField(const MappedField &field, const std::string &pointer,
                std::vector<FieldError> &mistakes)
{
    checkName(field.name, pointer + "/name", mistakes);
    checkName(field.legacyColumn, pointer + "/legacy_column", mistakes);
    checkName(field.newColumn, pointer + "/new_column", mistakes);
    if (!field.scale) return;
    if (field.kind != FieldKind::Decimal)
        mistakes.push_back({pointer + "/scale", "only a DECIMAL has a scale"});
    else if (*field.scale < 0 || *field.scale > MostScale)
        mistakes.push_back({pointer + "/scale", "must be from 0 to 38"});
}

const Column *findColumn(const std::vector<Column> &columns, std::string_view name)
{
    const auto found = std::ranges::find(columns, name, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string missingColumn(std::string_view table, std::string_view column)
{
    return "the table " + std::string(table) + " has no column " + std::string(column);
}

} // namespace

std::string_view keyKindWord(KeyKind kind)
{
    return kind == KeyKind::Integer ? "INTEGER" : "TEXT";
}

std::string_view fieldKindWord(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Text:
        return "TEXT";
    case FieldKind::Integer:
        return "INTEGER";
    case FieldKind::Decimal:
        return "DECIMAL";
    case FieldKind::Timestamp:
        return "TIMESTAMP";
    case FieldKind::Boolean:
        return "BOOLEAN";
    }
    return "TEXT";
}

std::string_view transformWord(Transform transform)
{
    return transform == Transform::Trim ? "TRIM" : "LOWER";
}

std::string_view repairActionWord(RepairAction action)
{
    switch (action) {
    case RepairAction::Insert:
        return "INSERT";
    case RepairAction::Update:
        return "UPDATE";
    case RepairAction::Delete:
        return "DELETE";
    }
    return "UPDATE";
}

std::vector<MappedField> Mapping::comparedFields() const
{
    std::vector<MappedField> result;
    std::ranges::copy_if(fields, std::back_inserter(result),
                         [](const auto &f) { return !f.ignored; });
    return result;
}

std::vector<FieldError> mappingMistakes(const Mapping &mapping)
{
    std::vector<FieldError> mistakes;
    checkTable(mapping.legacyTable, "/legacy", mistakes);
    checkTable(mapping.newTable, "/new", mistakes);
    if (mapping.fields.empty() || mapping.fields.size() > MostFields)
        mistakes.push_back({"/fields", "must have 1 to 200 fields"});
    else if (mapping.comparedFields().empty())
        mistakes.push_back({"/fields", "must have a field that is not ignored"});
    std::set<std::string> names;
    for (std::size_t i = 0; i < mapping.fields.size(); ++i) {
        const std::string pointer = "/fields/" + std::to_string(i);
        checkField(mapping.fields[i], pointer, mistakes);
        if (!names.insert(mapping.fields[i].name).second)
            mistakes.push_back({pointer + "/name", "is used twice"});
    }
    return mistakes;
}

std::vector<FieldError> tableMistakes(const Mapping &mapping, Platform side,
                                      const std::vector<Column> &columns)
{
    const bool legacy = side == Platform::Legacy;
    const MappedTable &table = mapping.table(side);
    const std::string pointer = legacy ? "/legacy" : "/new";
    if (columns.empty()) return {{pointer + "/table", "there is no table " + table.table}};
    std::vector<FieldError> mistakes;
    const Column *key = findColumn(columns, table.key);
    if (!key)
        mistakes.push_back({pointer + "/key", missingColumn(table.table, table.key)});
    else if (!key->key)
        mistakes.push_back(
            {pointer + "/key", "the column " + table.key + " of " + table.table +
                                   " is not unique: rows without a key cannot be compared"});
    if (table.changedColumn && !findColumn(columns, *table.changedColumn))
        mistakes.push_back(
            {pointer + "/changed_column", missingColumn(table.table, *table.changedColumn)});
    for (std::size_t i = 0; i < mapping.fields.size(); ++i) {
        const std::string &column = mapping.fields[i].column(side);
        if (findColumn(columns, column)) continue;
        mistakes.push_back(
            {"/fields/" + std::to_string(i) + (legacy ? "/legacy_column" : "/new_column"),
             missingColumn(table.table, column)});
    }
    return mistakes;
}

bool isKey(KeyKind kind, std::string_view text)
{
    return kind == KeyKind::Integer ? isCanonicalInteger(text) : true;
}

int compareKeys(KeyKind kind, std::string_view a, std::string_view b)
{
    return kind == KeyKind::Integer ? compareIntegers(a, b) : a.compare(b);
}

std::string sortableKey(KeyKind kind, std::string_view key)
{
    if (kind == KeyKind::Text || !isCanonicalInteger(key)) return std::string(key);
    constexpr std::size_t Width = 40;
    const bool negative = key.starts_with('-');
    std::string digits(negative ? key.substr(1) : key);
    if (digits.size() < Width) digits.insert(0, Width - digits.size(), '0');
    if (!negative) return "1" + digits;
    // The complement: of two negative numbers the one with the greater digits comes first.
    for (char &digit : digits)
        digit = static_cast<char>('9' - (digit - '0'));
    return "0" + digits;
}

} // namespace crossfade
