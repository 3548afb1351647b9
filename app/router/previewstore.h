// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directory.h"
#include "models/routing/policybuckets.h"
#include "models/routing/snapshot.h"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

using PolicyBucketsPtr = std::shared_ptr<const PolicyBuckets>;

// One answered preview: both snapshots, the users it looked at, and who moves (two bits a user, or the buckets of
// the policy that are shared by all previews of its percentage).
struct StoredPreview {
    std::string id;
    SnapshotPtr before;
    SnapshotPtr after;
    std::string systemId;
    Instant at{};
    Instant expiresAt{};
    IdSetPtr users;
    DirectionCount toNew;
    DirectionCount toLegacy;
    std::optional<std::uint64_t> held; // none: nobody ever said who is held
    std::optional<std::uint64_t> strandedWrites; // see strandedWrites(); none: not known
    std::vector<bool> movesToNew; // by index in users; empty if nobody does
    std::vector<bool> movesToLegacy;
    PolicyBucketsPtr buckets; // null: the bits say it
    PolicyBuckets::Range range;

    BeforeAfter pair() const { return {*before, *after, systemId, at}; }
    bool moves(std::size_t index, Direction direction) const
    {
        if (buckets) return direction == range.direction && buckets->moves(index, range);
        const std::vector<bool> &bits = direction == Direction::ToNew ? movesToNew : movesToLegacy;
        return !bits.empty() && bits[index];
    }
};
using PreviewPtr = std::shared_ptr<const StoredPreview>;

// Decides every user before and after; fills counts and bits. False if cancelled on the way.
bool computePreview(StoredPreview &preview, const CancelFlag &cancelled);
// The same from the buckets, if nothing but that policy's percentage changes; without a look at the users.
void computePreview(StoredPreview &preview, PolicyBucketsPtr buckets, Percentage before, Percentage after);

// The last previews, so that their lists can be read: bounded in count, time and in how many versions
// of the directory they keep in memory.
class PreviewStore {
public:
    static constexpr std::size_t MostKept = 32;
    static constexpr std::size_t MostDirectories = 2;
    static constexpr std::size_t MostBuckets = 3; // of different policies or moments

    void add(PreviewPtr preview, Instant now);
    PreviewPtr find(const std::string &id, Instant now); // null if unknown or expired
    std::size_t size() const;

private:
    void dropOld(Instant now);

    mutable std::mutex m_mutex;
    std::list<PreviewPtr> m_previews; // oldest first
};

} // namespace crossfade
