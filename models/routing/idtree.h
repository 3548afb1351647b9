// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace crossfade {

// A set of ids that changes one by one, in 64 branches of 64 shared leaves like RuleTree: copying it
// copies a pointer, a change of the copy copies one branch and one leaf, and further changes of the same
// copy work in place. A set that has been copied must not be changed any more: its copies share its nodes.
// (What is replaced as a whole and never changes one by one is an IdSet: half the memory.)
class IdTree {
public:
    IdTree();
    IdTree(const IdTree &other);
    IdTree(IdTree &&) noexcept = default;
    IdTree &operator=(const IdTree &other);
    IdTree &operator=(IdTree &&) noexcept = default;
    ~IdTree() = default;

    bool contains(std::string_view id) const;
    bool insert(std::string_view id); // false: it was there
    bool erase(std::string_view id);  // false: it was not
    std::size_t size() const { return m_size; }
    void each(const std::function<void(const std::string &)> &visit) const; // in no order

private:
    struct Leaf;
    struct Branch;
    struct Root;
    Leaf &writableLeaf(std::uint64_t hash);

    std::shared_ptr<Root> m_root;
    std::size_t m_size = 0;
    std::uint64_t m_edit = 0; // nodes made by this copy carry it: they are not shared yet
};

} // namespace crossfade
