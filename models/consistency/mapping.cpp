// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/mapping.h"

#include "models/consistency/decimalform.h"
#include "models/consistency/normalform.h"
#include "models/core/ids.h"

#include <algorithm>
#include <iterator>
#include <map>
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
    std::ranges::move(relationMistakes(table, pointer), std::back_inserter(mistakes));
    checkName(table.key, pointer + "/key", mistakes);
    std::set<std::string> names{table.key};
    for (std::size_t i = 0; i < table.moreKeys.size(); ++i) {
        const std::string at = pointer + "/more_keys/" + std::to_string(i);
        checkName(table.moreKeys[i], at, mistakes);
        if (!names.insert(table.moreKeys[i]).second) mistakes.push_back({at, "is used twice"});
    }
    if (table.changedColumn) checkName(*table.changedColumn, pointer + "/changed_column", mistakes);
}

void checkValueMap(const MappedField &field, const std::string &pointer, std::vector<FieldError> &mistakes)
{
    if (field.valueMap.isEmpty()) return;
    if (field.kind == FieldKind::Timestamp || field.kind == FieldKind::Binary || field.kind == FieldKind::Json) {
        mistakes.push_back({pointer, "only a TEXT, INTEGER, DECIMAL or BOOLEAN has a value map"});
        return;
    }
    MappedField again = field;
    const RepeatedValues repeated = setValueMap(again, field.valueMap.pairs());
    for (const std::size_t pair : repeated.legacy)
        mistakes.push_back({pointer + "/" + std::to_string(pair) + "/legacy", "stands in an earlier pair already"});
    for (const std::size_t pair : repeated.fresh)
        mistakes.push_back({pointer + "/" + std::to_string(pair) + "/new", "stands in an earlier pair already"});
}

void checkField(const MappedField &field, const std::string &pointer,
                std::vector<FieldError> &mistakes)
{
    checkName(field.name, pointer + "/name", mistakes);
    checkName(field.legacyColumn, pointer + "/legacy_column", mistakes);
    checkName(field.newColumn, pointer + "/new_column", mistakes);
    checkValueMap(field, pointer + "/value_map", mistakes);
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (field.clock(side).zone.empty() || field.kind == FieldKind::Timestamp) continue;
        mistakes.push_back({pointer + (side == Platform::Legacy ? "/legacy_time_zone" : "/new_time_zone"),
                            "only a TIMESTAMP has a time zone"});
    }
    if (field.tolerance && field.kind != FieldKind::Integer && field.kind != FieldKind::Decimal &&
        field.kind != FieldKind::Timestamp)
        mistakes.push_back({pointer + "/tolerance", "only an INTEGER, DECIMAL or TIMESTAMP has a tolerance"});
    else if (field.tolerance && *field.tolerance <= 0)
        mistakes.push_back({pointer + "/tolerance", "must be more than 0"});
    if (!field.scale) return;
    if (field.kind != FieldKind::Decimal)
        mistakes.push_back({pointer + "/scale", "only a DECIMAL has a scale"});
    else if (*field.scale < 0 || *field.scale > MostScale)
        mistakes.push_back({pointer + "/scale", "must be from 0 to 38"});
}

// What the member of a set may not be: each stands in a row's key, and is written down as part of it.
void checkMember(const MappedField &field, const std::string &pointer, std::vector<FieldError> &mistakes)
{
    if (field.kind != FieldKind::Text && field.kind != FieldKind::Integer)
        mistakes.push_back({pointer + "/kind", "the member of a set is a TEXT or an INTEGER"});
    if (field.sensitive)
        mistakes.push_back({pointer + "/sensitive", "the member of a set is part of its row's key, which is told as it is"});
    if (field.tolerance) mistakes.push_back({pointer + "/tolerance", "the member of a set has no tolerance"});
    const auto isNull = [](const ValuePair &pair) { return !pair.legacy || !pair.fresh; };
    if (std::ranges::any_of(field.valueMap.pairs(), isNull))
        mistakes.push_back({pointer + "/value_map", "the member of a set is never NULL"});
}

void checkSet(const Mapping &mapping, std::vector<FieldError> &mistakes)
{
    if (!mapping.isOfSets()) return;
    bool found = false;
    for (std::size_t i = 0; i < mapping.fields.size(); ++i) {
        const MappedField &field = mapping.fields[i];
        const std::string pointer = "/fields/" + std::to_string(i);
        if (field.name == mapping.setField) {
            found = true;
            if (field.ignored) mistakes.push_back({pointer + "/ignored", "the member of a set is what is compared"});
            checkMember(field, pointer, mistakes);
        } else if (!field.ignored) {
            mistakes.push_back({pointer + "/ignored", "of sets nothing but the member is compared: it must be ignored"});
        }
    }
    if (!found) mistakes.push_back({"/set_field", "names no field"});
}

const Column *findColumn(const std::vector<Column> &columns, std::string_view name)
{
    const auto found = std::ranges::find(columns, name, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

// Why a column cannot be read or compared; nothing if it can.
std::optional<std::string> columnProblem(const std::vector<Column> &columns,
                                         const MappedTable &table, const std::string &name)
{
    const std::string what = relationName(table.relation());
    const std::string whose = table.isQuery() ? what : table.table;
    const Column *column = findColumn(columns, name);
    if (!column) return what + " has no column " + name;
    if (std::ranges::count(columns, name, &Column::name) > 1) return what + " has more than one column " + name;
    if (!column->readable)
        return "the account may not read the column " + name + " of " + whose;
    if (!column->comparable)
        return "the column " + name + " of " + whose + " has the type " + column->type +
               ", which cannot be compared";
    return std::nullopt;
}

// Of a query the rows themselves are asked whether a key repeats: it has no index that could tell.
void checkUnique(const Mapping &mapping, Platform side, const std::vector<Column> &columns,
                 std::vector<FieldError> &mistakes)
{
    const MappedTable &table = mapping.table(side);
    if (table.isQuery() || isUnique(columns, mapping.rowKeyColumns(side))) return;
    const std::string pointer = side == Platform::Legacy ? "/legacy/key" : "/new/key";
    const std::string what = table.table;
    if (mapping.isOfSets()) {
        mistakes.push_back({pointer, "the columns of the key and of " + mapping.setField + " of " + what +
                                         " are not unique: a member could stand twice"});
        return;
    }
    const bool one = table.moreKeys.empty();
    mistakes.push_back({pointer, (one ? "the column " + table.key : std::string("the columns of the key")) + " of " +
                                     what + (one ? " is" : " are") +
                                     " not unique: rows without a key cannot be compared"});
}

} // namespace

std::string MappedTable::relation() const
{
    return isQuery() ? "(" + query + "\n)" : table;
}

bool isQueryRelation(std::string_view relation)
{
    return relation.starts_with('(');
}

std::string_view queryOf(std::string_view relation)
{
    return relation.substr(1, relation.size() - 3);
}

std::string relationName(std::string_view relation)
{
    return isQueryRelation(relation) ? "the query" : "the table " + std::string(relation);
}

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
    case FieldKind::Binary:
        return "BINARY";
    case FieldKind::Json:
        return "JSON";
    }
    return "TEXT";
}

std::string_view transformWord(Transform transform)
{
    switch (transform) {
    case Transform::Trim:
        return "TRIM";
    case Transform::Lower:
        return "LOWER";
    case Transform::Upper:
        break;
    }
    return "UPPER";
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

std::vector<std::string> MappedTable::keyColumns() const
{
    std::vector<std::string> columns{key};
    columns.insert(columns.end(), moreKeys.begin(), moreKeys.end());
    return columns;
}

std::vector<MappedField> Mapping::comparedFields() const
{
    std::vector<MappedField> result;
    std::ranges::copy_if(fields, std::back_inserter(result),
                         [](const auto &f) { return !f.ignored; });
    for (MappedField &field : result)
        field.set = isOfSets() && field.name == setField;
    return result;
}

std::vector<std::string> Mapping::rowKeyColumns(Platform side) const
{
    std::vector<std::string> columns = table(side).keyColumns();
    for (const MappedField &field : fields) {
        if (isOfSets() && field.name == setField) columns.push_back(field.column(side));
    }
    return columns;
}

const ValuePair *ValueMap::find(Platform side, const Value &form) const
{
    const std::map<Value, std::size_t> &forms = side == Platform::Legacy ? m_legacy : m_new;
    const auto found = forms.find(form);
    return found == forms.end() ? nullptr : &m_pairs[found->second];
}

bool ValueMap::add(Platform side, Value form, std::size_t pair)
{
    return (side == Platform::Legacy ? m_legacy : m_new).emplace(std::move(form), pair).second;
}

RepeatedValues setValueMap(MappedField &field, std::vector<ValuePair> pairs)
{
    RepeatedValues repeated;
    field.valueMap = {};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (!field.valueMap.add(Platform::Legacy, normalForm(field, pairs[i].legacy), i)) repeated.legacy.push_back(i);
        if (!field.valueMap.add(Platform::New, normalForm(field, pairs[i].fresh), i)) repeated.fresh.push_back(i);
    }
    field.valueMap.setPairs(std::move(pairs));
    return repeated;
}

std::vector<FieldError> setZones(Mapping &mapping, const ZoneSource &zones)
{
    std::vector<FieldError> unknown;
    for (std::size_t i = 0; i < mapping.fields.size(); ++i) {
        MappedField &field = mapping.fields[i];
        for (WallClock *clock : {&field.legacyClock, &field.newClock}) {
            if (clock->zone.empty()) continue;
            clock->table = zones(clock->zone);
            if (clock->table) continue;
            const char *member = clock == &field.legacyClock ? "/legacy_time_zone" : "/new_time_zone";
            unknown.push_back({"/fields/" + std::to_string(i) + member, "there is no time zone " + clock->zone});
        }
    }
    return unknown;
}

std::vector<FieldError> queryMistakes(std::string_view query, const std::string &pointer)
{
    constexpr std::string_view Blank = " \t\r\n";
    const std::size_t from = query.find_first_not_of(Blank);
    if (from == std::string_view::npos) return {{pointer, "must be one SELECT"}};
    std::vector<FieldError> mistakes;
    std::string word;
    for (const char c : query.substr(from, 6))
        word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!word.starts_with("SELECT") && !word.starts_with("WITH"))
        mistakes.push_back({pointer, "must be one query: begin with SELECT or WITH"});
    if (query[query.find_last_not_of(Blank)] == ';') mistakes.push_back({pointer, "ends without a ;"});
    if (query.find('\0') != std::string_view::npos) mistakes.push_back({pointer, "holds a character of code 0"});
    return mistakes;
}

std::vector<FieldError> relationMistakes(const MappedTable &table, const std::string &pointer)
{
    std::vector<FieldError> mistakes;
    if (table.isQuery() && !table.table.empty()) {
        mistakes.push_back({pointer + "/query", "stands in the place of a table: name only one of them"});
    } else if (table.isQuery()) {
        mistakes = queryMistakes(table.query, pointer + "/query");
    } else {
        checkName(table.table, pointer + "/table", mistakes);
        if (isQueryRelation(table.table))
            mistakes.push_back({pointer + "/table", "begins with a parenthesis: a query stands in `query`"});
    }
    return mistakes;
}

std::vector<FieldError> mappingMistakes(const Mapping &mapping)
{
    std::vector<FieldError> mistakes;
    checkTable(mapping.legacyTable, "/legacy", mistakes);
    checkTable(mapping.newTable, "/new", mistakes);
    if (mapping.legacyTable.moreKeys.size() != mapping.newTable.moreKeys.size())
        mistakes.push_back({"/new/more_keys", "both sides' keys must have as many columns"});
    else if (!mapping.legacyTable.moreKeys.empty() && mapping.keyKind != KeyKind::Text)
        mistakes.push_back({"/key_kind", "a key of several columns must be TEXT"});
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
    checkSet(mapping, mistakes);
    if (mapping.table(mapping.repaired()).isQuery() && !mapping.safeRepairs.empty())
        mistakes.push_back({"/safe_repairs", "would write to the side that is a query: " +
                                                 std::string(platformWord(mapping.repaired()))});
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
    const std::vector<std::string> keys = table.keyColumns();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const auto problem = columnProblem(columns, table, keys[i]))
            mistakes.push_back(
                {pointer + (i == 0 ? "/key" : "/more_keys/" + std::to_string(i - 1)), *problem});
    }
    if (mistakes.empty()) checkUnique(mapping, side, columns, mistakes);
    if (table.changedColumn) {
        if (const auto problem = columnProblem(columns, table, *table.changedColumn))
            mistakes.push_back({pointer + "/changed_column", *problem});
    }
    for (std::size_t i = 0; i < mapping.fields.size(); ++i) {
        const std::string &column = mapping.fields[i].column(side);
        const auto problem = columnProblem(columns, table, column);
        // What is ignored is never read.
        if (!problem || (mapping.fields[i].ignored && findColumn(columns, column))) continue;
        mistakes.push_back(
            {"/fields/" + std::to_string(i) + (legacy ? "/legacy_column" : "/new_column"),
             *problem});
    }
    return mistakes;
}

bool isUnique(const std::vector<Column> &columns, const std::vector<std::string> &keys)
{
    std::map<std::string, std::size_t> covered; // columns of the key in each index
    for (const std::string &key : keys) {
        const Column *column = findColumn(columns, key);
        if (!column) return false;
        if (column->key) return true;
        for (const std::string &index : column->unique)
            ++covered[index];
    }
    return std::ranges::any_of(covered, [](const auto &index) {
        const std::string &name = index.first;
        return name.substr(name.rfind('/') + 1) == std::to_string(index.second);
    });
}

std::string joinedKey(const std::vector<std::string> &parts)
{
    std::string key;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) key += '|';
        for (const char c : parts[i]) {
            if (c == '|' || c == '\\') key += '\\';
            key += c;
        }
    }
    return key;
}

std::optional<std::vector<std::string>> splitKey(std::string_view key, std::size_t parts)
{
    if (parts == 1) return std::vector<std::string>{std::string(key)};
    std::vector<std::string> result(1);
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (key[i] == '|') {
            result.emplace_back();
            continue;
        }
        if (key[i] == '\\') {
            if (++i == key.size() || (key[i] != '|' && key[i] != '\\')) return std::nullopt;
        }
        result.back() += key[i];
    }
    if (result.size() != parts) return std::nullopt;
    return result;
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
