// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/items/importreport.h"
#include "models/items/rulepreview.h"
#include "models/items/rulerow.h"
#include "models/routing/decision.h"
#include "models/routing/snapshot.h"

#include <optional>
#include <vector>

namespace crossfade {

// The router's shapes, read and written.
RuleRow ruleRowFromJson(const Json &json);
Json ruleToJson(const RuleInput &input);
Switches switchesOf(const Json &json);
RulePreview previewFromJson(const Json &json);
ImportReport importReportFromJson(const Json &json);
std::vector<TraceLine> traceFromJson(const Json &decision);
// What a policy adds to decisions; none while it is a draft.
std::optional<PolicyCover> coverOfPolicy(const Json &policy);
Rule ruleForDecision(const RuleRow &row);

} // namespace crossfade
