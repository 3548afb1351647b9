// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/repairtally.h"
#include "ui/shared/factlist.h"

#include <vector>

namespace crossfade {

// What a decision on many would do, line by line, and what it leaves out.
std::vector<Fact> tallyFacts(const RepairTally &tally, RepairVerdict verdict);
// In a sentence or two.
QString verdictEffect(RepairVerdict verdict);

} // namespace crossfade
