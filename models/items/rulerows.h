// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerow.h"

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace crossfade {

using RuleRowPtr = std::shared_ptr<const RuleRow>;

// Rows in an order of their own, each found by its id. A place is a number that grows along the list and stays with
// its row while others come and go, so that putting one row costs no walk over the others.
class RuleRows {
public:
    using Place = std::uint64_t;
    class Iterator {
    public:
        using value_type = RuleRow;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        Iterator(const RuleRows *list, std::size_t at)
            : m_list(list)
            , m_at(at)
        {
        }
        const RuleRow &operator*() const { return (*m_list)[m_at]; }
        Iterator &operator++()
        {
            ++m_at;
            return *this;
        }
        Iterator operator++(int) { return {m_list, m_at++}; }
        bool operator==(const Iterator &) const = default;

    private:
        const RuleRows *m_list = nullptr;
        std::size_t m_at = 0;
    };

    std::size_t size() const { return m_entries.size(); }
    bool empty() const { return m_entries.empty(); }
    const RuleRow &operator[](std::size_t at) const { return *m_entries[at].row; }
    const RuleRow &front() const { return *m_entries.front().row; }
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }

    const RuleRowPtr &pointer(std::size_t at) const { return m_entries[at].row; }
    Place place(std::size_t at) const { return m_entries[at].place; }
    std::size_t positionOf(Place place) const; // of a place that is in the list
    std::optional<std::size_t> find(const std::string &id) const;
    const RuleRow *row(const std::string &id) const;

    void set(std::size_t at, RuleRowPtr row); // of the same id
    void append(RuleRowPtr row);
    void erase(std::size_t first, std::size_t count = 1);
    void eraseAll(const std::unordered_set<std::string> &ids);
    // Every row stands where `order` says, by the positions they had; all places are new.
    void reorder(const std::vector<std::size_t> &order);

private:
    struct Entry {
        Place place = 0;
        RuleRowPtr row;
    };
    std::vector<Entry> m_entries;
    std::unordered_map<std::string, Place> m_places;
    Place m_next = 0;
};

} // namespace crossfade
