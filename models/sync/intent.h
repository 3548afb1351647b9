// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/sync/threeway.h"

#include <optional>

namespace crossfade {

// What is to be remembered of an entity once its writes are made. Stored before they are: whoever dies between a write
// and remembering it would otherwise find a pair that was never in step, and take what changes next for a conflict, or
// a row that comes back for one deleted on the other side.
struct SyncIntent {
    Held legacy;
    Held fresh;
    bool toLegacy = false; // which sides are written
    bool toNew = false;

    const Held &held(Platform side) const { return side == Platform::Legacy ? legacy : fresh; }
    bool writes(Platform side) const { return side == Platform::Legacy ? toLegacy : toNew; }
    bool operator==(const SyncIntent &) const = default;
};

// Of a merge that writes something: by what the sides were read to hold.
SyncIntent intentOf(const MergeEntity &entity, const Merged &merged, const MergeChoices &choices = {});

struct InStep {
    Held legacy;
    Held fresh;
    bool operator==(const InStep &) const = default;
};
// What to remember now that nobody knows whether the writes were made: of each field that every written side shows as it
// was intended, that; of all others what was remembered before (`entity`'s). Nothing: no field is, nothing is learnt.
std::optional<InStep> inStepAfter(const SyncIntent &intent, const MergeEntity &entity);

} // namespace crossfade
