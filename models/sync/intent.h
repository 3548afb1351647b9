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
    // Of an update, the fields that are written there; nothing: every one.
    std::optional<std::vector<std::size_t>> legacyFields = {};
    std::optional<std::vector<std::size_t>> newFields = {};

    const Held &held(Platform side) const { return side == Platform::Legacy ? legacy : fresh; }
    bool writes(Platform side) const { return side == Platform::Legacy ? toLegacy : toNew; }
    bool writes(Platform side, std::size_t field) const;
    bool operator==(const SyncIntent &) const = default;
};

// Of a merge that writes something: by what the sides were read to hold.
SyncIntent intentOf(const MergeEntity &entity, const Merged &merged, const MergeChoices &choices = {});

struct InStep {
    Held legacy;
    Held fresh;
    bool operator==(const InStep &) const = default;
};
// What to remember now that nobody knows whether the writes were made, or all of them: of each field that shows as it was
// intended on every side that it was to be written on, that; of all others what was remembered before (`entity`'s). A
// field that was to be written nowhere was read as it is remembered. Nothing: no field is, nothing is learnt.
std::optional<InStep> inStepAfter(const SyncIntent &intent, const MergeEntity &entity);

} // namespace crossfade
