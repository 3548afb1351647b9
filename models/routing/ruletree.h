// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/rule.h"

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace crossfade {

using RuleList = std::span<const RulePtr>;

// The rule that decides and what it says, so that a decision need not read the rule itself.
struct RuleHit {
    const Rule *rule = nullptr; // null: none
    Platform platform = Platform::Legacy;
};

// Rules by target: 64 branches of 64 shared leaves, each a small hash table. Copying the tree copies
// one pointer; a change of the copy copies one branch and one leaf, whatever the total is, and
// further changes of the same copy work in place. A tree that has been copied must not be changed
// any more: its copies share its nodes.
class RuleTree {
public:
    RuleTree();
    RuleTree(const RuleTree &other);
    RuleTree(RuleTree &&) noexcept = default;
    RuleTree &operator=(const RuleTree &) = delete;
    RuleTree &operator=(RuleTree &&) noexcept = default;
    ~RuleTree() = default;

    // The target's rules in order; they live as long as this tree or a copy of it.
    RuleList find(std::string_view target) const;
    // The first of them that holds at that moment.
    RuleHit holding(std::string_view target, Instant at) const;
    // The same of up to AtOnce targets: their waits for memory overlap.
    static constexpr std::size_t AtOnce = 32;
    void holding(std::span<const std::string_view> targets, Instant at, std::span<RuleHit> hits) const;
    // Begins the wait for the memory that holding() will read. For many that are asked one after the other.
    void fetch(std::string_view target) const;
    void put(const RulePtr &rule);    // under rule->target; replaces the one of the same id
    void remove(const Rule &rule);    // of that target and id; nothing if it is not there
    std::size_t size() const { return m_size; } // rules
    std::size_t toNew() const { return m_toNew; } // active ones that name NEW, whatever their times are
    // Whether both hold the same rules because neither was changed since one was copied.
    bool isSharedWith(const RuleTree &other) const { return m_root == other.m_root; }
    void each(const std::function<void(const RulePtr &)> &visit) const; // in no order

private:
    struct Entry;
    struct Table;
    struct Leaf;
    struct Branch;
    struct Root;
    Table table(std::uint64_t hash) const;
    void set(std::string_view target, std::uint64_t hash, std::vector<RulePtr> rules);

    std::shared_ptr<Root> m_root;
    std::size_t m_size = 0;
    std::size_t m_toNew = 0;
    std::uint64_t m_edit = 0; // nodes made by this copy carry it: they are not shared yet
};

} // namespace crossfade
