// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/mappingsuggestion.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace crossfade {

namespace {

std::string inSmallLetters(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

bool saysWhenChanged(const Column &column)
{
    static constexpr std::array<std::string_view, 9> Names{"updatedat", "updated",    "modifiedat",   "modified", "changedat",
                                                           "changed",   "lastchange", "lastmodified", "lastupdated"};
    const std::string name = normalisedName(column.name);
    return std::ranges::find(Names, name) != Names.end() && kindOfType(column.type) != FieldKind::Boolean;
}

std::optional<std::string> changeColumn(const std::vector<Column> &columns)
{
    const auto found = std::ranges::find_if(columns, saysWhenChanged);
    return found == columns.end() ? std::nullopt : std::optional(found->name);
}

// The columns of one side by their normalised names.
using Named = std::map<std::string, std::vector<const Column *>>;

Named byName(const std::vector<Column> &columns)
{
    Named result;
    for (const Column &column : columns)
        result[normalisedName(column.name)].push_back(&column);
    return result;
}

struct Pairing {
    const Column *legacy = nullptr;
    const Column *fresh = nullptr;
    FieldKind kind = FieldKind::Text;
};

std::string whyNotUsable(const Column &column)
{
    if (!column.readable) return "the account may not read it";
    if (!column.comparable) return "its type " + column.type + " cannot be compared";
    return {};
}

// Why `column` has no partner on the other side; the partner where it has.
std::string partnerOf(const Column &column, const Named &own, const Named &other, std::string_view otherSide,
                      const Column *&partner)
{
    partner = nullptr;
    const std::string name = normalisedName(column.name);
    if (const std::string problem = whyNotUsable(column); !problem.empty()) return problem;
    if (own.at(name).size() > 1) return "another column here has the same name but for its spelling";
    const auto found = other.find(name);
    if (found == other.end()) return std::string(otherSide) + " has no column of this name";
    if (found->second.size() > 1) return std::string(otherSide) + " has several columns of this name";
    const Column &candidate = *found->second.front();
    if (!whyNotUsable(candidate).empty())
        return std::string(otherSide) + "'s column " + candidate.name + ": " + whyNotUsable(candidate);
    if (!commonKind(kindOfType(column.type), kindOfType(candidate.type)))
        return std::string(otherSide) + "'s column " + candidate.name + " is of the type " + candidate.type + ", not " +
               column.type;
    partner = &candidate;
    return {};
}

// The names of each unique index, with the columns in it; a column that is a key by itself is one.
std::map<std::string, std::vector<std::string>> uniqueIndexes(const std::vector<Column> &columns)
{
    std::map<std::string, std::vector<std::string>> result;
    for (const Column &column : columns) {
        if (column.key) result["\x01" + column.name] = {column.name}; // no index has such a name
        for (const std::string &index : column.unique)
            result[index].push_back(column.name);
    }
    return result;
}

class Suggesting {
public:
    Suggesting(const std::vector<Column> &legacy, const std::vector<Column> &fresh)
        : m_legacy(legacy)
        , m_new(fresh)
    {
    }

    SuggestedMapping result()
    {
        pairColumns();
        chooseKey();
        if (m_result.legacyKeys.empty()) chooseOnlyKeys();
        for (const Pairing &pair : m_pairs) {
            if (std::ranges::find(m_result.legacyKeys, pair.legacy->name) != m_result.legacyKeys.end()) continue;
            MappedField field;
            field.name = pair.fresh->name;
            field.legacyColumn = pair.legacy->name;
            field.newColumn = pair.fresh->name;
            field.kind = pair.kind;
            m_result.fields.push_back(std::move(field));
        }
        m_result.legacyChanged = changeColumn(m_legacy);
        m_result.newChanged = changeColumn(m_new);
        return std::move(m_result);
    }

private:
    void pairColumns()
    {
        const Named legacyNames = byName(m_legacy);
        const Named newNames = byName(m_new);
        const Column *partner = nullptr;
        for (const Column &column : m_legacy) {
            const std::string why = partnerOf(column, legacyNames, newNames, "NEW", partner);
            if (partner)
                m_pairs.push_back({&column, partner, *commonKind(kindOfType(column.type), kindOfType(partner->type))});
            else
                m_result.legacyUnpaired.push_back({column.name, why});
        }
        for (const Column &column : m_new) {
            const std::string why = partnerOf(column, newNames, legacyNames, "LEGACY", partner);
            if (!partner) m_result.newUnpaired.push_back({column.name, why});
        }
    }

    const Pairing *pairOf(const std::string &legacyColumn) const
    {
        const auto found =
            std::ranges::find_if(m_pairs, [&](const Pairing &pair) { return pair.legacy->name == legacyColumn; });
        return found == m_pairs.end() ? nullptr : &*found;
    }

    void chooseKey()
    {
        for (const auto &[name, columns] : uniqueIndexes(m_legacy)) {
            std::vector<std::string> partners;
            bool whole = true;
            bool numbers = true;
            for (const std::string &column : columns) {
                const Pairing *pair = pairOf(column);
                if (!pair) whole = false;
                if (pair) partners.push_back(pair->fresh->name);
                numbers = numbers && pair && pair->kind == FieldKind::Integer;
            }
            if (!whole || !isUnique(m_legacy, columns) || !isUnique(m_new, partners)) continue;
            const bool number = numbers && columns.size() == 1;
            const bool fewer = m_result.legacyKeys.empty() || columns.size() < m_result.legacyKeys.size();
            const bool better = columns.size() == m_result.legacyKeys.size() && number && m_result.keyKind == KeyKind::Text;
            if (!fewer && !better) continue;
            m_result.legacyKeys = columns;
            m_result.newKeys = partners;
            m_result.keyKind = number ? KeyKind::Integer : KeyKind::Text;
        }
    }

    // Nothing where there are two: which of them is meant is no guess to make.
    static const Column *onlyKey(const std::vector<Column> &columns)
    {
        const auto isKey = [](const Column &column) { return column.key && column.readable && column.comparable; };
        const auto first = std::ranges::find_if(columns, isKey);
        return first == columns.end() || std::ranges::count_if(columns, isKey) > 1 ? nullptr : &*first;
    }

    // "user_id" here and "id" there.
    void chooseOnlyKeys()
    {
        const Column *legacy = onlyKey(m_legacy);
        const Column *fresh = onlyKey(m_new);
        if (!legacy || !fresh) return;
        const auto isOf = [](const Column *column) {
            return [column](const UnpairedColumn &one) { return one.column == column->name; };
        };
        const auto kind = commonKind(kindOfType(legacy->type), kindOfType(fresh->type));
        if (!kind || std::ranges::none_of(m_result.legacyUnpaired, isOf(legacy)) ||
            std::ranges::none_of(m_result.newUnpaired, isOf(fresh)))
            return;
        std::erase_if(m_result.legacyUnpaired, isOf(legacy));
        std::erase_if(m_result.newUnpaired, isOf(fresh));
        m_result.legacyKeys = {legacy->name};
        m_result.newKeys = {fresh->name};
        m_result.keyKind = *kind == FieldKind::Integer ? KeyKind::Integer : KeyKind::Text;
    }

    const std::vector<Column> &m_legacy;
    const std::vector<Column> &m_new;
    std::vector<Pairing> m_pairs;
    SuggestedMapping m_result;
};

bool isNumberKind(FieldKind kind)
{
    return kind == FieldKind::Integer || kind == FieldKind::Decimal;
}

} // namespace

SuggestedMapping suggestMapping(const std::vector<Column> &legacy, const std::vector<Column> &fresh)
{
    return Suggesting(legacy, fresh).result();
}

std::string normalisedName(std::string_view name)
{
    std::string result = inSmallLetters(name);
    std::erase_if(result, [](char c) { return c == '_' || c == '-' || c == ' ' || c == '.'; });
    return result;
}

FieldKind kindOfType(std::string_view type)
{
    const std::string whole = inSmallLetters(type);
    const std::string word = whole.substr(0, whole.find_first_of("( "));
    static const std::map<std::string, FieldKind> Kinds{
        {"smallint", FieldKind::Integer},    {"int", FieldKind::Integer},        {"integer", FieldKind::Integer},
        {"bigint", FieldKind::Integer},      {"mediumint", FieldKind::Integer},  {"tinyint", FieldKind::Integer},
        {"numeric", FieldKind::Decimal},     {"decimal", FieldKind::Decimal},    {"real", FieldKind::Decimal},
        {"double", FieldKind::Decimal},      {"float", FieldKind::Decimal},      {"money", FieldKind::Text},
        {"timestamp", FieldKind::Timestamp}, {"datetime", FieldKind::Timestamp}, {"boolean", FieldKind::Boolean},
        {"bool", FieldKind::Boolean},        {"bytea", FieldKind::Binary},       {"blob", FieldKind::Binary},
        {"binary", FieldKind::Binary},       {"varbinary", FieldKind::Binary},   {"tinyblob", FieldKind::Binary},
        {"mediumblob", FieldKind::Binary},   {"longblob", FieldKind::Binary},    {"json", FieldKind::Json},
        {"jsonb", FieldKind::Json}};
    if (whole.ends_with("[]")) return FieldKind::Text;
    if (whole == "tinyint(1)" || whole == "bit(1)") return FieldKind::Boolean; // how MariaDB has booleans
    const auto found = Kinds.find(word);
    return found == Kinds.end() ? FieldKind::Text : found->second;
}

std::optional<FieldKind> commonKind(FieldKind a, FieldKind b)
{
    if (a == b) return a;
    if (isNumberKind(a) && isNumberKind(b)) return FieldKind::Decimal;
    // A text may hold what the other column does: times, numbers and JSON are often kept so.
    if (a == FieldKind::Text && b != FieldKind::Binary) return b;
    if (b == FieldKind::Text && a != FieldKind::Binary) return a;
    const bool logical = a == FieldKind::Boolean || b == FieldKind::Boolean;
    if (logical && (a == FieldKind::Integer || b == FieldKind::Integer)) return FieldKind::Boolean;
    return std::nullopt;
}

} // namespace crossfade
