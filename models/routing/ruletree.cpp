// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/ruletree.h"

#include "models/routing/hash.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>

namespace crossfade {

namespace {

// A key together with its hash, so that one hash serves the shard and the map.
struct HashedKey {
    std::string_view text;
    std::uint64_t hash;
};

struct KeyHash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return textHash(text); }
    std::size_t operator()(const HashedKey &key) const { return key.hash; }
};

struct KeyEqual {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
    bool operator()(std::string_view a, const HashedKey &b) const { return a == b.text; }
    bool operator()(const HashedKey &a, std::string_view b) const { return a.text == b; }
};

// The leaf map takes its position from the top bits of the hash and its tags from the lowest byte;
// a shard made of the same bits would leave most of the leaf unused.
std::size_t branchOf(std::uint64_t hash) { return (hash >> 20) & 63; }
std::size_t leafOf(std::uint64_t hash) { return (hash >> 26) & 63; }

} // namespace

// Nearly every target has one rule: it stands in the record itself, with what a decision needs of it,
// because reading the rule would cost the decision another wait for memory.
struct RuleTree::Record {
    explicit Record(RulePtr rule)
        : start(rule->window.start.value_or(Instant::min()))
        , end(rule->window.end.value_or(Instant::max()))
        , platform(rule->platform)
        , active(rule->active)
        , only(std::move(rule))
    {
    }
    explicit Record(std::vector<RulePtr> rules)
        : several(std::make_shared<const std::vector<RulePtr>>(std::move(rules)))
    {
    }

    RuleList list() const { return several ? RuleList(*several) : RuleList(&only, 1); }
    RuleHit holding(Instant at) const
    {
        if (!several)
            return active && start <= at && at < end ? RuleHit{only.get(), platform} : RuleHit{};
        for (const RulePtr &rule : *several) {
            if (rule->holds(at)) return {rule.get(), rule->platform};
        }
        return {};
    }

    Instant start{};
    Instant end{};
    Platform platform = Platform::Legacy;
    bool active = false;
    RulePtr only;
    std::shared_ptr<const std::vector<RulePtr>> several; // two or more; then the rest is unused
};
struct RuleTree::Leaf {
    std::uint64_t edit = 0;
    boost::unordered_flat_map<std::string, Record, KeyHash, KeyEqual> records;
};
struct RuleTree::Branch {
    std::uint64_t edit = 0;
    std::array<std::shared_ptr<Leaf>, 64> leaves;
};
struct RuleTree::Root {
    std::uint64_t edit = 0;
    std::array<std::shared_ptr<Branch>, 64> branches;
};

RuleTree::RuleTree() : m_root(std::make_shared<Root>()) {}

RuleTree::RuleTree(const RuleTree &other)
    : m_root(other.m_root)
    , m_size(other.m_size)
    , m_edit(other.m_edit + 1)
{
}

const RuleTree::Record *RuleTree::record(std::string_view target) const
{
    const HashedKey key{target, textHash(target)};
    const Branch *branch = m_root->branches[branchOf(key.hash)].get();
    const Leaf *leaf = branch ? branch->leaves[leafOf(key.hash)].get() : nullptr;
    if (!leaf) return nullptr;
    const auto it = leaf->records.find(key);
    return it == leaf->records.end() ? nullptr : &it->second;
}

RuleList RuleTree::find(std::string_view target) const
{
    const Record *found = record(target);
    return found ? found->list() : RuleList();
}

RuleHit RuleTree::holding(std::string_view target, Instant at) const
{
    const Record *found = record(target);
    return found ? found->holding(at) : RuleHit();
}

// Copies what leads to the leaf, unless this copy made it: nobody who reads an older tree sees the
// change. (Counting owners instead would race with a reader that lets go of the last old tree.)
RuleTree::Leaf &RuleTree::writableLeaf(std::uint64_t hash)
{
    const auto own = [this](auto &node) -> auto & {
        using Node = std::remove_reference_t<decltype(*node)>;
        if (!node || node->edit != m_edit) {
            node = node ? std::make_shared<Node>(*node) : std::make_shared<Node>();
            node->edit = m_edit;
        }
        return *node;
    };
    Branch &branch = own(own(m_root).branches[branchOf(hash)]);
    return own(branch.leaves[leafOf(hash)]);
}

void RuleTree::put(const RulePtr &rule)
{
    const HashedKey key{rule->target, textHash(rule->target)};
    Leaf &leaf = writableLeaf(key.hash);
    const auto it = leaf.records.find(key);
    if (it == leaf.records.end()) {
        leaf.records.emplace(rule->target, Record(rule));
        ++m_size;
        return;
    }
    const RuleList old = it->second.list();
    std::vector<RulePtr> rules;
    for (const RulePtr &other : old) {
        if (other->id != rule->id) rules.push_back(other);
    }
    m_size += rules.size() + 1 - old.size();
    const auto at = std::ranges::upper_bound(
        rules, *rule, ruleComesBefore, [](const RulePtr &r) -> const Rule & { return *r; });
    rules.insert(at, rule);
    if (rules.size() == 1)
        it->second = Record(rule);
    else
        it->second = Record(std::move(rules));
}

void RuleTree::remove(const Rule &rule)
{
    const RuleList old = find(rule.target);
    std::vector<RulePtr> rules;
    for (const RulePtr &other : old) {
        if (other->id != rule.id) rules.push_back(other);
    }
    if (rules.size() == old.size()) return;
    m_size -= old.size() - rules.size();
    const HashedKey key{rule.target, textHash(rule.target)};
    Leaf &leaf = writableLeaf(key.hash);
    const auto it = leaf.records.find(key);
    if (rules.empty())
        leaf.records.erase(it);
    else if (rules.size() == 1)
        it->second = Record(rules.front());
    else
        it->second = Record(std::move(rules));
}

void RuleTree::each(const std::function<void(const RulePtr &)> &visit) const
{
    for (const auto &branch : m_root->branches) {
        if (!branch) continue;
        for (const auto &leaf : branch->leaves) {
            if (!leaf) continue;
            for (const auto &[target, record] : leaf->records) {
                for (const RulePtr &rule : record.list())
                    visit(rule);
            }
        }
    }
}

} // namespace crossfade
