// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"

#include <string>
#include <vector>

namespace crossfade {

// GET /rules: the filters it knows, and the page they select, in order of id.
std::vector<std::string> ruleFilters();
Result<HttpResponse> listRules(const HttpRequest &request, Database &db);

} // namespace crossfade
