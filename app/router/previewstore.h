// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directory.h"
#include "models/routing/preview.h"
#include "models/routing/snapshot.h"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

// One answered preview: both snapshots, the users it looked at, and who moves (two bits a user).
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
    std::vector<bool> movesToNew; // by index in users; empty if nobody does
    std::vector<bool> movesToLegacy;

    BeforeAfter pair() const { return {*before, *after, systemId, at}; }
    bool moves(std::size_t index, Direction direction) const
    {
        const std::vector<bool> &bits = direction == Direction::ToNew ? movesToNew : movesToLegacy;
        return !bits.empty() && bits[index];
    }
};
using PreviewPtr = std::shared_ptr<const StoredPreview>;

// Decides every user before and after; fills counts and bits. False if cancelled on the way.
bool computePreview(StoredPreview &preview, const CancelFlag &cancelled);

// The last previews, so that their lists can be read: bounded in count, time and in how many versions
// of the directory they keep in memory.
class PreviewStore {
public:
    static constexpr std::size_t MostKept = 32;
    static constexpr std::size_t MostDirectories = 2;

    void add(PreviewPtr preview, Instant now);
    PreviewPtr find(const std::string &id, Instant now); // null if unknown or expired
    std::size_t size() const;

private:
    void dropOld(Instant now);

    mutable std::mutex m_mutex;
    std::list<PreviewPtr> m_previews; // oldest first
};

} // namespace crossfade
