// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"
#include "models/items/drillrow.h"
#include "models/items/guardrow.h"
#include "models/items/historyrow.h"
#include "models/items/policyrow.h"

#include <vector>

namespace crossfade {

// The router's shapes of shifts, read with defaults for whatever is absent.
ShiftRow shiftFromJson(const Json &json);
// An answer with a definition that this console can't read is Malformed.
Result<PolicyRow> policyRowFromJson(const Json &json);
// Guards are known by the policy's definition; items of others are left out.
std::vector<GuardRow> guardRowsFromJson(const Json &items, const ShiftPolicy &policy);
std::vector<GateRow> gateRowsFromJson(const Json &items);
HistoryRow historyFromJson(const Json &json);
DrillReport drillFromJson(const Json &json);

} // namespace crossfade
