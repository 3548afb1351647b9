// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
// All that the filters select, in order of id; `visit` answers false to stop.
Result<void> eachListedRule(const HttpRequest &request, Database &db,
                            const std::function<bool(const Rule &)> &visit);

} // namespace crossfade
