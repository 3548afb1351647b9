// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/routing/idset.h"
#include "models/routing/idtree.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// The lists of lines 7 and 8 of the decision table: who is held, what LEGACY knows, who may be on NEW.

// What the entries of a gray list are ids of.
enum class GrayKind { Entity, User, Interface };
std::string_view grayKindWord(GrayKind kind); // "ENTITY", …
std::optional<GrayKind> grayKindFromWord(std::string_view word);

// A named set of those already allowed onto NEW (line 8c). An enforced one, of entities only, also keeps
// every entity that is not on it on LEGACY (line 8d). The kind never changes.
struct GrayList {
    std::string name; // an id
    GrayKind kind = GrayKind::Entity;
    bool enforced = false;
    std::string description;
    std::string checkName; // of the comparator: by whose mapping NEW is asked for the entries; "" for nobody
    Instant createdAt{};
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1; // entries that come and go advance it too
    bool operator==(const GrayList &) const = default;
};

// The list was made or changed; without `after` it is gone and its entries with it.
struct GrayListChange {
    std::string name;
    std::optional<GrayList> after;
};
struct GrayEntryChange {
    std::string list;
    std::string id;
    bool listed = true;
};
// One user or entity has a confirmed difference from now on, or no more. Spared are those who were on NEW when
// the hold would have begun for them: it moves nobody back, see holding.h.
struct HeldChange {
    enum class Kind { User, Entity };
    Kind kind = Kind::User;
    std::string id;
    bool held = true;
    bool spared = false; // of one that is held
};
// LEGACY's keys as of one push; replaced as a whole.
struct KeyIndex {
    IdSet keys;
    bool complete = false; // every key of LEGACY is in it; else line 8b waits
    std::int64_t version = 1;
    bool operator==(const KeyIndex &) const = default;
};
struct KeyIndexChange {
    std::shared_ptr<const KeyIndex> after; // never null
};

// All gray lists. Copied like IdTree: cheaply, and whoever was copied must not be changed any more.
class GrayLists {
public:
    static constexpr std::size_t MostLists = 32; // each costs a decision one lookup

    struct One {
        std::shared_ptr<const GrayList> list;
        IdTree ids;
    };

    void put(const GrayList &list); // keeps the entries of an older version
    void remove(std::string_view name);
    void set(std::string_view name, std::string_view id, bool listed); // nothing if there is no such list

    const std::vector<One> &all() const { return m_lists; } // by name
    const One *find(std::string_view name) const;
    // The first list of that kind that names the id; null if none, or without an id.
    const GrayList *naming(GrayKind kind, std::string_view id) const;
    // An enforced list, null if there is none.
    const GrayList *enforced() const;
    // Whether an enforced list names the entity.
    bool isEnforcedFor(std::string_view entityId) const;

private:
    std::vector<One> m_lists;
};

} // namespace crossfade
