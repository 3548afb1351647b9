// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/routing/snapshot.h"

#include <string_view>
#include <vector>

namespace crossfade {

// What a push of the held says, and what of it is news to the store.

struct HeldIds {
    IdSet users;
    IdSet entities;
    const IdSet &of(HeldChange::Kind kind) const { return kind == HeldChange::Kind::User ? users : entities; }
};

// Each line an object with user_id or entity_id, the first wrong one refuses the push.
Result<HeldIds> readHeld(std::string_view body);
// Who came and who went (`held`), a line each, in order; the first wrong line refuses all.
Result<std::vector<HeldChange>> readHeldChanges(std::string_view body);

// What makes the stored set the pushed one: first those who are held from now on. Who was spared and has come
// back to LEGACY since, by a rollback, is among them.
Result<std::vector<SnapshotChange>> differencesOf(Database &db, const HeldIds &pushed, const Snapshot &now, Instant moment);
// The same of changes: of one that is named twice the last line counts.
Result<std::vector<SnapshotChange>> newsIn(Database &db, const std::vector<HeldChange> &told, const Snapshot &now,
                                           Instant moment);

} // namespace crossfade
