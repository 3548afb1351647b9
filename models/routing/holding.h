// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/snapshot.h"

#include <span>
#include <string_view>
#include <vector>

namespace crossfade {

// "A user already on NEW is never moved back by it" (system.md 1.6). The comparator pushes those that were on
// LEGACY when their difference was confirmed, but they may have moved since: with hold_inconsistent off, or
// between the check and the push. So whoever is on NEW at the moment at which the hold would take hold of them
// is spared: they are known to have a difference and stay where they are.

// Whether NEW answers this user's or entity's reads: of no system in particular, or of one that has a policy
// of its own. A user on NEW with one system is on NEW.
bool isOnNew(const Snapshot &snapshot, HeldChange::Kind kind, std::string_view id, Instant at);

bool beginsToHold(const Switches &before, const Switches &after);

// Whom the snapshot, in which nobody is held yet, has to spare or to spare no more before holding begins.
std::vector<SnapshotChange> sparedAtBeginning(const Snapshot &before, Instant at);

// The snapshot after these changes; where one of them begins to hold, those on NEW by then are spared.
Snapshot afterChanges(const Snapshot &before, std::span<const SnapshotChange> changes, std::int64_t epoch, Instant at);

} // namespace crossfade
