// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/randomplanter/random.h"
#include "tests/services/comparator/randomplanter/sql.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace planting {

using Key = std::vector<std::string>; // a text for each of its columns

// The key of a table on both sides: a whole number, a text, a UUID, or several columns, of random types.
class KeyColumns {
public:
    KeyColumns(const std::array<Engine, Sides> &engines, Random &random);

    // So many that differ, in whatever order.
    std::set<Key> some(std::size_t count, Random &random) const;
    // The same letters in the other case, where that is another key.
    std::optional<Key> otherCase(const Key &key) const;

    std::size_t size() const { return m_parts.size(); }
    std::string definitions(std::size_t side) const; // of its columns, and of the primary key
    std::string column(std::size_t place) const { return "key " + std::to_string(place); }
    std::string sql(std::size_t side, const Key &key) const;
    std::string mappingJson() const; // "key", and "more_keys" of several
    const char *kind() const { return m_whole ? "INTEGER" : "TEXT"; }
    // As the API names an entity.
    static std::string shown(const Key &key);

private:
    enum class Type { Number, Text, Uuid };
    struct Part {
        Type type = Type::Text;
        std::array<const char *, Sides> types{};
        std::array<bool, Sides> quoted{};
        long long low = 0, high = 0;
    };
    Part numberPart(Random &random) const;
    Part textPart(Random &random, bool uuid);
    std::string text(const Part &part, Random &random) const;

    std::array<Engine, Sides> m_engines;
    bool m_whole = false;  // INTEGER
    bool m_folded = false; // a side takes letters of both cases for the same
    long long m_style = 0; // of numbers: dense, scattered, in clusters
    std::vector<long long> m_bases;
    std::vector<Part> m_parts;
};

} // namespace planting
