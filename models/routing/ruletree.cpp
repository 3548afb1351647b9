// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/ruletree.h"

#include "models/routing/hash.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace crossfade {

namespace {

// Branch, leaf and place in the leaf come from different bits of one hash.
std::size_t branchOf(std::uint64_t hash) { return (hash >> 20) & 63; }
std::size_t leafOf(std::uint64_t hash) { return (hash >> 26) & 63; }

// What a decision must know of a target, in one word, so that it waits for memory once: where the rule or the
// list of rules stands and, in the bits that an address has no use for, what there is to do about it.
class Verdict {
public:
    enum Kind : std::uintptr_t { Never = 1, Legacy, New, Both, Look, Several };
    static constexpr std::uintptr_t KindBits = 7;

    Verdict() = default;
    explicit Verdict(const Rule &rule) : m_word(reinterpret_cast<std::uintptr_t>(&rule) | kindOf(rule)) {}
    explicit Verdict(const std::vector<RulePtr> &rules)
        : m_word(reinterpret_cast<std::uintptr_t>(&rules) | Several)
    {
    }

    bool isEmpty() const { return m_word == 0; }
    bool isSeveral() const { return (m_word & KindBits) == Several; }
    const void *object() const { return reinterpret_cast<const void *>(m_word & ~KindBits); }
    const Rule *rule() const { return static_cast<const Rule *>(object()); }
    const std::vector<RulePtr> &rules() const { return *static_cast<const std::vector<RulePtr> *>(object()); }

    RuleHit holding(Instant at) const
    {
        switch (static_cast<Kind>(m_word & KindBits)) {
        case Never: return {};
        case Legacy: return {rule(), Platform::Legacy};
        case New: return {rule(), Platform::New};
        case Both: return {rule(), Platform::Both};
        case Look: return rule()->holds(at) ? RuleHit{rule(), rule()->platform} : RuleHit();
        case Several: break;
        }
        for (const RulePtr &one : rules()) {
            if (one->holds(at)) return {one.get(), one->platform};
        }
        return {};
    }

private:
    static Kind kindOf(const Rule &rule)
    {
        if (!rule.active || rule.window.isEmpty()) return Never;
        if (rule.window.start || rule.window.end || rule.recurrence) return Look;
        switch (rule.platform) {
        case Platform::Legacy: return Legacy;
        case Platform::New: return New;
        case Platform::Both: return Both;
        }
        return Look;
    }

    std::uintptr_t m_word = 0;
};
static_assert(alignof(Rule) > Verdict::KindBits && alignof(std::vector<RulePtr>) > Verdict::KindBits);

// A wait for memory that others can be begun beside.
void fetchAhead(const void *address)
{
    __builtin_prefetch(address);
    asm volatile(""); // else a function that does nothing but this is left out: it has no effect on values
}

} // namespace

struct RuleTree::Entry {
    std::string key;
    Verdict verdict;
};

// The entries of one leaf: places in a row, of which two thirds at most are in use, 40 bytes each. Where an
// entry begins to be looked for is known before anything of it is read.
struct RuleTree::Table {
    const Entry *entries = nullptr;
    std::size_t places = 0;

    const Entry *home(std::uint64_t hash) const { return entries + (((hash >> 32) * places) >> 32); }
    void fetch(std::uint64_t hash) const
    {
        if (places == 0) return;
        const auto *entry = reinterpret_cast<const char *>(home(hash));
        fetchAhead(entry);
        fetchAhead(entry + sizeof(Entry) - 1); // most stand across two lines of the cache
    }
    // Where the key is, or else the open place where it would be. There must be places.
    const Entry *placeOf(std::string_view key, std::uint64_t hash) const
    {
        const Entry *entry = home(hash);
        while (!entry->verdict.isEmpty() && entry->key != key)
            entry = entry + 1 == entries + places ? entries : entry + 1;
        return entry;
    }
    const Entry *find(std::string_view key, std::uint64_t hash) const
    {
        if (places == 0) return nullptr;
        const Entry *entry = placeOf(key, hash);
        return entry->verdict.isEmpty() ? nullptr : entry;
    }
};

struct RuleTree::Leaf {
    Table table() const { return {entries.data(), entries.size()}; }
    Entry &placeOf(std::string_view key, std::uint64_t hash)
    {
        return entries[static_cast<std::size_t>(table().placeOf(key, hash) - entries.data())];
    }
    RuleList listOf(const Verdict &verdict) const
    {
        if (verdict.isSeveral()) return verdict.rules();
        return RuleList(&*std::ranges::find(singles, verdict.rule(), &RulePtr::get), 1);
    }

    // Instead of what the key has now; none: it has none any more.
    void set(std::string_view key, std::uint64_t hash, std::vector<RulePtr> rules)
    {
        if ((used + 1) * 3 > entries.size() * 2) rebuild(used * 2 + 4);
        Entry &entry = placeOf(key, hash);
        if (entry.verdict.isEmpty())
            ++used;
        else
            release(entry.verdict);
        entry.key = key;
        if (rules.empty()) {
            entry.verdict = Verdict();
            --used;
            rebuild(entries.size()); // what stands behind it may have had to step aside for it
        } else if (rules.size() == 1) {
            entry.verdict = Verdict(*rules.front());
            singles.push_back(std::move(rules.front()));
        } else {
            severals.push_back(std::make_shared<const std::vector<RulePtr>>(std::move(rules)));
            entry.verdict = Verdict(*severals.back());
        }
    }

    std::uint64_t edit = 0;
    std::size_t used = 0;
    std::vector<Entry> entries;
    // What the entries point to is kept here, in no order.
    std::vector<RulePtr> singles;
    std::vector<std::shared_ptr<const std::vector<RulePtr>>> severals;

private:
    void rebuild(std::size_t places)
    {
        std::vector<Entry> old(places);
        old.swap(entries);
        for (Entry &entry : old) {
            if (!entry.verdict.isEmpty()) placeOf(entry.key, textHash(entry.key)) = std::move(entry);
        }
    }
    void release(const Verdict &verdict)
    {
        const auto drop = [&](auto &all) {
            const auto it = std::ranges::find_if(all, [&](const auto &one) { return one.get() == verdict.object(); });
            if (it == all.end()) return;
            *it = std::move(all.back());
            all.pop_back();
        };
        if (verdict.isSeveral())
            drop(severals);
        else
            drop(singles);
    }
};
// The tables of the leaves stand in the branch: all branches together fit into a cache, the leaves do not.
struct RuleTree::Branch {
    std::uint64_t edit = 0;
    std::array<Table, 64> tables;
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
    , m_toNew(other.m_toNew)
    , m_edit(other.m_edit + 1)
{
}

RuleTree::Table RuleTree::table(std::uint64_t hash) const
{
    const Branch *branch = m_root->branches[branchOf(hash)].get();
    return branch ? branch->tables[leafOf(hash)] : Table();
}

RuleList RuleTree::find(std::string_view target) const
{
    const std::uint64_t hash = textHash(target);
    const Entry *found = table(hash).find(target, hash);
    return found ? m_root->branches[branchOf(hash)]->leaves[leafOf(hash)]->listOf(found->verdict) : RuleList();
}

RuleHit RuleTree::holding(std::string_view target, Instant at) const
{
    const std::uint64_t hash = textHash(target);
    const Entry *found = table(hash).find(target, hash);
    return found ? found->verdict.holding(at) : RuleHit();
}

void RuleTree::holding(std::span<const std::string_view> targets, Instant at, std::span<RuleHit> hits) const
{
    if (m_size == 0) {
        std::ranges::fill(hits.first(targets.size()), RuleHit());
        return;
    }
    struct Way {
        std::uint64_t hash;
        Table table;
    };
    std::array<Way, AtOnce> ways;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const std::uint64_t hash = textHash(targets[i]);
        ways[i] = {hash, table(hash)};
        ways[i].table.fetch(hash);
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const Entry *found = ways[i].table.find(targets[i], ways[i].hash);
        hits[i] = found ? found->verdict.holding(at) : RuleHit();
    }
}

void RuleTree::fetch(std::string_view target) const
{
    const std::uint64_t hash = textHash(target);
    table(hash).fetch(hash);
}

// Copies what leads to the leaf, unless this copy made it: nobody who reads an older tree sees the
// change. (Counting owners instead would race with a reader that lets go of the last old tree.)
void RuleTree::set(std::string_view target, std::uint64_t hash, std::vector<RulePtr> rules)
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
    Leaf &leaf = own(branch.leaves[leafOf(hash)]);
    leaf.set(target, hash, std::move(rules));
    branch.tables[leafOf(hash)] = leaf.table();
}

namespace {

bool namesNew(const Rule &rule) { return rule.active && rule.platform == Platform::New; }

std::size_t countToNew(RuleList rules)
{
    return static_cast<std::size_t>(std::ranges::count_if(rules, [](const RulePtr &rule) { return namesNew(*rule); }));
}

} // namespace

void RuleTree::put(const RulePtr &rule)
{
    std::vector<RulePtr> rules;
    const RuleList old = find(rule->target);
    for (const RulePtr &other : old) {
        if (other->id != rule->id) rules.push_back(other);
    }
    m_size += rules.size() + 1 - old.size();
    m_toNew += countToNew(rules) + (namesNew(*rule) ? 1 : 0) - countToNew(old);
    const auto at = std::ranges::upper_bound(
        rules, *rule, ruleComesBefore, [](const RulePtr &r) -> const Rule & { return *r; });
    rules.insert(at, rule);
    set(rule->target, textHash(rule->target), std::move(rules));
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
    m_toNew -= countToNew(old) - countToNew(rules);
    set(rule.target, textHash(rule.target), std::move(rules));
}

void RuleTree::each(const std::function<void(const RulePtr &)> &visit) const
{
    for (const auto &branch : m_root->branches) {
        if (!branch) continue;
        for (const auto &leaf : branch->leaves) {
            if (!leaf) continue;
            for (const RulePtr &rule : leaf->singles)
                visit(rule);
            for (const auto &rules : leaf->severals)
                std::ranges::for_each(*rules, visit);
        }
    }
}

} // namespace crossfade
