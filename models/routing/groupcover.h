// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/routing/idset.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What a user group in any state but DRAFT contributes to decisions (line 9). The members stand in their
// order, the first batchSize of them are batch 0, and so on; a change shares them with the state before.
struct GroupCover {
    std::string id;
    std::string name;
    Platform initialPlatform = Platform::Legacy;
    Platform targetPlatform = Platform::New;
    std::size_t batchSize = 1;
    std::string membersId; // of the stored list
    std::shared_ptr<const IdSet> members;            // null: nobody
    std::shared_ptr<const std::vector<bool>> moved;  // by batch; null: none
};
bool operator==(const GroupCover &a, const GroupCover &b);
// The batch whose users moved, where nothing else of the group changed; the members themselves are not looked at.
std::optional<std::size_t> onlyBatchMoved(const GroupCover &before, const GroupCover &after);

struct GroupHit {
    const GroupCover *group = nullptr; // null: a member of none
    std::size_t member = 0;            // among its members
    std::size_t batch = 0;
    bool moved = false;
    Platform platform() const { return moved ? group->targetPlatform : group->initialPlatform; }
};
// No allocation: one look-up in the members' index, where they have one.
GroupHit hitOf(const GroupCover &cover, std::string_view userId);
// The same, beginning at the place among the members where the last search ended; `place` is then the member's.
GroupHit hitOf(const GroupCover &cover, std::string_view userId, std::size_t &place);
// Of a member that is known to be one, by its place.
GroupHit hitOfMember(const GroupCover &cover, std::size_t member);

// The first id, in order, that is in both.
std::optional<std::string> firstCommon(const IdSet &a, const IdSet &b);

// The bits in runs, "6+994-": short, as batches move one after the other. Nothing for other texts.
std::string movedText(const std::vector<bool> &moved);
std::optional<std::vector<bool>> movedFromText(std::string_view text);

} // namespace crossfade
