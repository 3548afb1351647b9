// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/decision.h"
#include "models/routing/history.h"
#include "models/routing/warnings.h"

namespace crossfade {

// The JSON of the routing domain as the API and the revision log write it.

constexpr std::size_t MaxReasonBytes = 4'000; // 1 000 characters of UTF-8

Json ruleToJson(const Rule &rule);
// The text of the same, byte by byte what dumpJson() writes of it, at a tenth of the cost.
void appendRuleText(std::string &out, const Rule &rule);
std::string ruleText(const Rule &rule);
// What ruleToJson wrote. `zones` gives a recurring rule its table.
Result<Rule> ruleFromJson(const Json &json, const ZoneSource &zones);
// The fields a client may set: config_name … active.
Json ruleInputToJson(const Rule &rule);
// Reads those fields; the rest of the rule stays at its defaults. Errors go to the reader, a time zone that
// `zones` does not know among them.
Rule readRuleInput(JsonReader &in, const ZoneSource &zones);
// The input JSON of `rule` with the patch's fields in place of its own (null clears one).
Json patchedRuleInput(const Rule &rule, const Json &patch);

Json switchesToJson(const Switches &switches);
Json switchesChoiceToJson(const Switches &switches); // without who, when and the version
Result<Switches> switchesFromJson(const Json &json);
// master and default_platform, and those of the others that are to change: one that is left out stays as
// it is `before`. `reason` may stand beside them.
Switches readSwitchesInput(JsonReader &in, const Switches &before);

// Without the members, which are stored beside it, in the list `members_id`.
Json groupCoverToJson(const GroupCover &cover);
Result<GroupCover> groupCoverFromJson(const Json &json);
Json coverToJson(const PolicyCover &cover);
Result<PolicyCover> coverFromJson(const Json &json);

// A request's texts live in the JSON it was read from.
DecisionRequest readDecisionRequest(JsonReader &in, const Json &json, Instant now);
Json decisionToJson(const Decision &decision);
Json traceToJson(const std::vector<TraceLine> &trace);
Json historyToJson(const UserHistoryEntry &entry);
Json warningsToJson(const std::vector<RuleWarning> &warnings);

} // namespace crossfade
