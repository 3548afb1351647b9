// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/service/store.h"

#include <string>

namespace crossfade::autorepair {

inline const std::string Subject = "auto-repair"; // who asks, and approves

// Asks for the repairs of some of what a run has found, and approves them: of a check that is to repair by itself, and
// only actions that the mapping says are safe. Where a second person has to approve, one has to approve these too. All
// that holds for other repairs holds for them: they are conditional on what was seen, and of deletions there is a limit.
// Of a run with more of them than the mapping's limit none is asked for: they stay open, and an alert says so.
// What cannot be asked for (seen at different times, or by another mapping) is left for people. Goes on behind the entity
// `after`, and sets it. False: nothing of the run is left, which is stored.
Result<bool> askForSome(WriteTransaction &tx, const Context &context, const std::string &runId,
                        const std::string &checkId, std::string &after);

} // namespace crossfade::autorepair
