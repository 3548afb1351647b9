// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/snapshot.h"
#include "models/shift/policy.h"

#include <span>

namespace crossfade {

// A policy of one system that starts while the policy for * covers that system's users takes them over:
// it begins at the same percentage with the same salt, so that in that moment nobody moves.

// The cover from which a policy for `system` would take over; null if there is none.
const PolicyCover *takenOverBy(std::string_view system, std::span<const PolicyCover> covers);

// Conflict where it asks less (asksLess()) than the one it takes over from: its users would go on unasked.
Result<void> asksEnough(const ShiftPolicy &policy, const ShiftPolicy &from);
// Conflict where somebody would move, or be above the policy's own cap; each with what to change.
Result<void> canTakeOver(const ShiftPolicy &policy, const PolicyCover &from);

} // namespace crossfade
