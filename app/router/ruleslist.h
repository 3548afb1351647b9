// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "app/service/http.h"
#include "models/routing/rule.h"

#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// GET /rules: the filters it knows, and the page they select, in order of id.
std::vector<std::string> ruleFilters();
Result<HttpResponse> listRules(const HttpRequest &request, Database &db);
// GET /rules/anchors: evenly spaced cursors of that list; the page after one begins at its offset.
Result<HttpResponse> ruleAnchors(const HttpRequest &request, Database &db);
// What the filters of a request select.
struct RuleSelection {
    std::string where = "1 = 1";
    Database::Parameters values;
};
Result<RuleSelection> ruleSelection(const HttpRequest &request);
// Of these, in order of id, at most so many whose id comes after the given one ("": from the first).
Result<void> eachRuleAfter(const std::string &id, std::int64_t atMost, const RuleSelection &selection, Database &db,
                           const std::function<void(const Rule &)> &visit);

} // namespace crossfade
