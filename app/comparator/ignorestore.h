// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/ignorerule.h"
#include "models/core/json.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade {

// The rules that hide differences, as they are stored.
namespace ignores {

struct Active {
    std::string id;
    std::string reason;
    IgnoreRule rule;
};
// Those that hide something at that time, the oldest first.
Result<std::vector<Active>> active(Database &db, Instant now);
// The first that fits; nothing where none does.
const Active *firstFit(const std::vector<Active> &rules, const IgnoreFacts &facts);

// What a run's differences were hidden by: how many of them, by rule.
using Counts = std::map<std::string, std::int64_t>;
Result<void> addToRun(Database &db, const std::string &runId, const std::vector<Active> &rules, const Counts &counts);
// [{rule_id, reason, differences}]
Result<Json> jsonOfRun(Database &db, const std::string &runId);
Result<void> resetRun(Database &db, const std::string &runId); // the run begins anew

// The rules have changed: all open differences are to be held against them.
Result<void> noteChange(Database &db);

// The API's form; NotFound.
Result<Json> ruleJson(Database &db, const std::string &id);
std::string ruleColumns(); // of ignore_rules as r
Json ruleRowJson(const SqlRow &row);

// A rule that names a value of this field, and not by its fingerprint, whether it still hides something or not; "": none.
Result<std::string> namingValue(Database &db, const std::string &dataType, const std::string &field);

// A difference's value, as it is stored, as rules see it.
std::optional<std::string> shownText(const Json &value);

} // namespace ignores
} // namespace crossfade
