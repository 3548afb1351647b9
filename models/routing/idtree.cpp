// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/idtree.h"

#include "models/routing/hash.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <type_traits>

namespace crossfade {

namespace {

// An id together with its hash, so that one hash serves the shard and the leaf.
struct HashedId {
    std::string_view text;
    std::uint64_t hash;
};

struct IdHash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return textHash(text); }
    std::size_t operator()(const HashedId &id) const { return id.hash; }
};

struct IdEqual {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
    bool operator()(std::string_view a, const HashedId &b) const { return a == b.text; }
    bool operator()(const HashedId &a, std::string_view b) const { return a.text == b; }
};

// Bits that the leaf's own set uses for nothing else, see ruletree.cpp.
std::size_t idBranchOf(std::uint64_t hash) { return (hash >> 20) & 63; }
std::size_t idLeafOf(std::uint64_t hash) { return (hash >> 26) & 63; }

} // namespace

struct IdTree::Leaf {
    std::uint64_t edit = 0;
    boost::unordered_flat_set<std::string, IdHash, IdEqual> ids;
};
struct IdTree::Branch {
    std::uint64_t edit = 0;
    std::array<std::shared_ptr<Leaf>, 64> leaves;
};
struct IdTree::Root {
    std::uint64_t edit = 0;
    std::array<std::shared_ptr<Branch>, 64> branches;
};

IdTree::IdTree() = default; // an empty set has no nodes: snapshots hold many of them

IdTree::IdTree(const IdTree &other)
    : m_root(other.m_root)
    , m_size(other.m_size)
    , m_edit(other.m_edit + 1)
{
}

IdTree &IdTree::operator=(const IdTree &other)
{
    return *this = IdTree(other);
}

bool IdTree::contains(std::string_view id) const
{
    if (m_size == 0) return false;
    const HashedId key{id, textHash(id)};
    const Branch *branch = m_root->branches[idBranchOf(key.hash)].get();
    const Leaf *leaf = branch ? branch->leaves[idLeafOf(key.hash)].get() : nullptr;
    return leaf && leaf->ids.contains(key);
}

// Copies what leads to the leaf, unless this copy made it.
IdTree::Leaf &IdTree::writableLeaf(std::uint64_t hash)
{
    const auto own = [this](auto &node) -> auto & {
        using Node = std::remove_reference_t<decltype(*node)>;
        if (!node || node->edit != m_edit) {
            node = node ? std::make_shared<Node>(*node) : std::make_shared<Node>();
            node->edit = m_edit;
        }
        return *node;
    };
    Branch &branch = own(own(m_root).branches[idBranchOf(hash)]);
    return own(branch.leaves[idLeafOf(hash)]);
}

bool IdTree::insert(std::string_view id)
{
    if (contains(id)) return false;
    writableLeaf(textHash(id)).ids.emplace(id);
    ++m_size;
    return true;
}

bool IdTree::erase(std::string_view id)
{
    if (!contains(id)) return false;
    const HashedId key{id, textHash(id)};
    auto &ids = writableLeaf(key.hash).ids;
    ids.erase(ids.find(key));
    --m_size;
    return true;
}

void IdTree::each(const std::function<void(const std::string &)> &visit) const
{
    if (!m_root) return;
    for (const auto &branch : m_root->branches) {
        if (!branch) continue;
        for (const auto &leaf : branch->leaves) {
            if (!leaf) continue;
            for (const std::string &id : leaf->ids)
                visit(id);
        }
    }
}

} // namespace crossfade
