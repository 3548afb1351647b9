// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Values that nobody has, for the moment between two that somebody has.
#include "models/consistency/valuering.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace crossfade {

namespace {

struct ColumnType {
    std::string name; // in small letters, without what stands in parentheses
    std::optional<int> size;  // the first number in them
    std::optional<int> scale; // the second
    bool isUnsigned = false;
};

ColumnType typeOf(const std::string &text)
{
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    ColumnType type;
    type.isUnsigned = small.find("unsigned") != std::string::npos;
    const std::size_t open = small.find('(');
    type.name = small.substr(0, open);
    if (const std::size_t word = type.name.find(" unsigned"); word != std::string::npos) type.name.erase(word);
    if (open == std::string::npos) return type;
    const char *end = small.data() + small.size();
    int number = 0;
    const auto first = std::from_chars(small.data() + open + 1, end, number);
    if (first.ec != std::errc()) return type;
    type.size = number;
    if (first.ptr == end || *first.ptr != ',') return type;
    const char *second = first.ptr + 1;
    while (second != end && *second == ' ')
        ++second;
    if (std::from_chars(second, end, number).ec == std::errc()) type.scale = number;
    return type;
}

std::string hexOf(std::string_view bytes)
{
    static constexpr char Digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += Digits[static_cast<unsigned char>(c) >> 4];
        text += Digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

// From -most to -1; where a column has no such numbers, of the upper half of those that it has.
std::string numberOf(std::uint64_t most, bool isUnsigned, std::string_view random)
{
    std::uint64_t number = 0;
    for (const char c : random.substr(0, 8))
        number = number << 8 | static_cast<unsigned char>(c);
    const std::uint64_t of = number % most + 1;
    return isUnsigned ? std::to_string(most + of - 1) : "-" + std::to_string(of);
}

// The least number of an integer type, as a positive one; 0: it is no such type. SQLite's has 64 bits, however it is called.
std::uint64_t mostOf(const std::string &name)
{
    struct Integers {
        std::string_view name;
        int bits;
    };
    static constexpr std::array<Integers, 10> All{{{"tinyint", 7}, {"smallint", 15}, {"int2", 15}, {"mediumint", 23},
                                                   {"int", 31}, {"integer", 31}, {"int4", 31}, {"bigint", 62},
                                                   {"int8", 62}, {"big int", 62}}};
    const auto found = std::ranges::find(All, name, &Integers::name);
    return found == All.end() ? 0 : std::uint64_t{1} << found->bits;
}

std::optional<Cell> decimalOf(const ColumnType &type, std::string_view random)
{
    constexpr int MostDigits = 18;
    const int digits = type.size ? std::min(*type.size - type.scale.value_or(0), MostDigits) : MostDigits;
    if (digits < 1) return std::nullopt;
    std::uint64_t most = 1;
    for (int i = 0; i < digits; ++i)
        most *= 10;
    if (type.isUnsigned) return numberOf(most / 2 - 1, true, random);
    return numberOf(most - 1, false, random);
}

bool isOneOf(const std::string &name, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

bool isText(const ColumnType &type)
{
    return isOneOf(type.name, {"character varying", "character", "varchar", "char", "bpchar", "text", "citext", "tinytext",
                               "mediumtext", "longtext", "nvarchar", "nchar", "clob"});
}

std::string uuidOf(std::string_view random)
{
    std::string hex = hexOf(random);
    hex[12] = '4'; // of the kind that is made by chance
    hex[16] = 'a';
    for (const std::size_t place : {8U, 13U, 18U, 23U})
        hex.insert(place, "-");
    return hex;
}

} // namespace

std::optional<Cell> valueMeanwhile(const Column &column, FieldKind kind, std::string_view random)
{
    if (column.nullable) return Cell();
    const ColumnType type = typeOf(column.type);
    const std::size_t size = type.size ? static_cast<std::size_t>(std::max(*type.size, 0)) : random.size() * 2;
    if (type.name == "uuid") return uuidOf(random);
    if (const std::uint64_t most = mostOf(type.name); most > 0) return numberOf(most, type.isUnsigned, random);
    if (isOneOf(type.name, {"decimal", "numeric"})) return decimalOf(type, random);
    const bool untyped = type.name.empty() && (kind == FieldKind::Text || kind == FieldKind::Integer);
    if (untyped && kind == FieldKind::Integer) return numberOf(mostOf("bigint"), false, random);
    if (size > 0 && (untyped || isText(type))) return hexOf(random).substr(0, size);
    if (size > 0 && isOneOf(type.name, {"bytea", "blob", "tinyblob", "mediumblob", "longblob", "varbinary", "binary"}))
        return "\\x" + hexOf(random.substr(0, size));
    return std::nullopt;
}

} // namespace crossfade
