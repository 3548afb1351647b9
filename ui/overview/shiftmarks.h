// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/historyrow.h"
#include "models/items/policyrow.h"
#include "ui/shared/chart.h"

#include <vector>

namespace crossfade {

// The marks of what happened to shifts, for the event lane of a chart.
std::vector<ChartEvent> marksOf(const std::vector<HistoryRow> &history);
// The strictest threshold of the started policies' deciding guards on success rate, and on p95 latency.
void collectThresholds(const std::vector<PolicyRow> &policies, std::vector<ChartThreshold> &rates,
                       std::vector<ChartThreshold> &times);

} // namespace crossfade
