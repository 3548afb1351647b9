// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// A sorted set of ids in two flat arrays: the bytes of all ids one after the other, and where each
// ends. Ten million ids of 12 characters take 160 MB, with an index of them 213 MB.
class IdSet {
public:
    std::size_t size() const { return m_ends.size(); }
    std::string_view at(std::size_t index) const;
    bool contains(std::string_view id) const;
    std::size_t lowerBound(std::string_view id) const; // index of the first id not before it
    // The same, looked for near `hint` (an index, or the size): at once where ids are asked in their order.
    std::size_t lowerBound(std::string_view id, std::size_t hint) const;
    // Where the id stands, if it is there: by the index where one was made, else by a binary search, which
    // waits for memory at each of its steps.
    std::optional<std::size_t> find(std::string_view id) const;
    void makeIndex(); // 5 1/3 bytes an id
    std::size_t memoryBytes() const;
    bool operator==(const IdSet &other) const { return m_ends == other.m_ends && m_bytes == other.m_bytes; }

private:
    friend class IdSetBuilder;
    std::size_t lowerBound(std::string_view id, std::size_t low, std::size_t count) const;
    std::size_t slotOf(std::uint64_t hash) const;
    std::uint32_t tagOf(std::uint64_t hash) const;

    std::string m_bytes;
    std::vector<std::uint32_t> m_ends;
    // A hash table, probed one slot after the other, three of four in use: in the lower bits one more than the
    // place of an id (0: a free slot), in the others bits of its hash, so that few others are looked at.
    std::vector<std::uint32_t> m_slots;
    unsigned m_placeBits = 0;
};

// Takes ids in any order; those outside the id grammar are counted and left out, repeats too.
class IdSetBuilder {
public:
    explicit IdSetBuilder(std::size_t maxIds);
    // False once the limit of ids (or 4 GiB of text) is passed: stop reading.
    bool add(std::string_view id);
    std::size_t invalid() const { return m_invalid; }
    // TooLarge if the limit was passed.
    Result<IdSet> build();

private:
    std::size_t m_maxIds;
    IdSet m_set;
    std::size_t m_invalid = 0;
    bool m_sorted = true;
    bool m_full = false;
};

} // namespace crossfade
