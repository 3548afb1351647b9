// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/holding.h"

#include "models/routing/decision.h"

#include <algorithm>

namespace crossfade {

bool isOnNew(const Snapshot &snapshot, HeldChange::Kind kind, std::string_view id, Instant at)
{
    DecisionRequest request;
    (kind == HeldChange::Kind::User ? request.userId : request.entityId) = id;
    request.at = at;
    const auto newAnswers = [&] { return decide(snapshot, request).primary == Platform::New; };
    if (newAnswers()) return true;
    return std::ranges::any_of(snapshot.policies(), [&](const PolicyCover &cover) {
        request.systemId = cover.targetSystem; // "*" is no system id: counts as none
        return newAnswers();
    });
}

bool beginsToHold(const Switches &before, const Switches &after)
{
    return after.holdInconsistent && !before.holdInconsistent;
}

std::vector<SnapshotChange> sparedAtBeginning(const Snapshot &before, Instant at)
{
    std::vector<SnapshotChange> changes;
    const auto look = [&](const IdTree &ids, HeldChange::Kind kind, bool spared) {
        ids.each([&](const std::string &id) {
            if (isOnNew(before, kind, id, at) != spared) changes.emplace_back(HeldChange{kind, id, true, !spared});
        });
    };
    look(before.heldUsers(), HeldChange::Kind::User, false);
    look(before.heldEntities(), HeldChange::Kind::Entity, false);
    look(before.sparedUsers(), HeldChange::Kind::User, true);
    look(before.sparedEntities(), HeldChange::Kind::Entity, true);
    return changes;
}

Snapshot afterChanges(const Snapshot &before, std::span<const SnapshotChange> changes, std::int64_t epoch, Instant at)
{
    Snapshot snapshot = before;
    std::size_t done = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto *switches = std::get_if<Switches>(&changes[i]);
        if (!switches) continue;
        snapshot = snapshot.changed(changes.subspan(done, i - done), epoch);
        done = i;
        if (beginsToHold(snapshot.switches(), *switches))
            snapshot = snapshot.changed(sparedAtBeginning(snapshot, at), epoch);
    }
    return snapshot.changed(changes.subspan(done), epoch);
}

} // namespace crossfade
