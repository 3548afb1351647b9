// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/randomplanter/node.h"
#include "tests/services/comparator/randomplanter/storage.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace planting {

// What a field means, apart from how either side writes it.
struct Value {
    bool null = true;
    long long number = 0; // INTEGER; DECIMAL in ten-thousandths; TIMESTAMP in µs since 1970; BOOLEAN; of a value map below
    std::string text;     // TEXT; of BINARY the bytes
    Node json;
};

// Of a value map: the i-th pair is number i; what stands in no pair is Unmapped + n; the spelling that pair i has on the
// other side is -1 - i, and equal to nothing.
constexpr long long Unmapped = 100;

// A column of each side, of random types, with random rules of comparison.
class Field {
public:
    Field(int number, const std::array<Engine, Sides> &engines, Random &random);

    const std::string &name() const { return m_name; }
    const std::string &column(std::size_t side) const { return m_columns[side]; }
    const char *type(std::size_t side) const { return m_storage[side]->type; }
    bool ignored() const { return m_ignored; }
    void compare() { m_ignored = false; }
    Kind kind() const { return m_kind; }

    Value random(Random &random) const;
    // Mostly a value that is only just another one, or none; what becomes of it, same() tells.
    Value changed(const Value &from, Random &random) const;
    // What the check has to say of these values of LEGACY and NEW.
    bool same(const Value &legacy, const Value &fresh) const;
    // One of the ways in which that side writes it.
    std::string sql(std::size_t side, const Value &value, Random &random) const;
    std::string mappingJson() const;

private:
    void limitNumbers();
    void setRules(Random &random);
    void setValueMap(Random &random);
    Value near(Value value, Random &random) const;
    Value fitting(Value value) const;
    std::string randomText(Random &random) const;
    std::string transformed(std::string text) const;
    std::optional<std::string> mappedText(std::size_t side, long long number) const;
    std::string momentSql(std::size_t side, long long micros, Random &random) const;

    Kind m_kind;
    std::string m_name;
    std::array<std::string, Sides> m_columns;
    std::array<const Storage *, Sides> m_storage{};
    bool m_ignored = false;
    bool m_sensitive = false;
    bool m_nullable = true;
    std::vector<std::string> m_transforms;
    std::optional<long long> m_tolerance; // in the units of Value::number
    int m_scale = -1;
    std::array<const char *, Sides> m_zones{}; // of wall times without a zone; null: UTC
    using Pair = std::array<std::optional<std::string>, Sides>;
    std::vector<Pair> m_pairs;
    long long m_low = 0, m_high = 0, m_unit = 1;
    std::size_t m_pieces = 5; // of a text at most
    bool m_latin = false, m_padded = false, m_long = false;
};

} // namespace planting
