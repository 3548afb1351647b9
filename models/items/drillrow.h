// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/historyrow.h"

#include <QString>

#include <vector>

namespace crossfade {

// What a policy would have done with what was recorded.
struct DrillReport {
    std::int64_t events = 0; // looked at; 0: nothing was recorded
    std::optional<Instant> recordedFrom, recordedTo;
    std::string startState, endState;
    double startPercentage = 0, endPercentage = 0;
    std::vector<HistoryRow> entries; // oldest first
    bool truncated = false;
    std::int64_t ordersIgnored = 0;
    std::vector<std::string> guardsWithoutRecord;
};

// "It would have held at 13:41:07, rolled back at 13:43:07. It would stand at 0 %, ROLLED BACK."
QString drillSentence(const DrillReport &report);
// What the answer does not cover, "" if nothing.
QString drillCaveats(const DrillReport &report);

} // namespace crossfade
