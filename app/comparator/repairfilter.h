// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"

#include <string>
#include <vector>

namespace crossfade {

// Which repairs are meant, by a list or by a decision on many: the same names in a query and in a body.
struct RepairFilter {
    std::string where = " WHERE 1 = 1";
    Database::Parameters values;
};
Result<RepairFilter> repairFilter(const HttpRequest &request);
// The object "filter" of a body.
RepairFilter readRepairFilter(JsonReader &parent);
std::vector<std::string> repairFilterNames();

} // namespace crossfade
