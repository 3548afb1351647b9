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
// ends. Ten million ids of 12 characters take 160 MB.
class IdSet {
public:
    std::size_t size() const { return m_ends.size(); }
    std::string_view at(std::size_t index) const;
    bool contains(std::string_view id) const;
    std::size_t lowerBound(std::string_view id) const; // index of the first id not before it
    // The same, looked for near `hint` (an index, or the size): at once where ids are asked in their order.
    std::size_t lowerBound(std::string_view id, std::size_t hint) const;
    std::size_t memoryBytes() const;
    bool operator==(const IdSet &) const = default;

private:
    friend class IdSetBuilder;
    std::size_t lowerBound(std::string_view id, std::size_t low, std::size_t count) const;
    std::string m_bytes;
    std::vector<std::uint32_t> m_ends;
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
