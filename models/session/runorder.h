// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/runscope.h"
#include "models/core/json.h"

#include <string>
#include <vector>

namespace crossfade {

// What a run of a check is to look at.
struct RunOrder {
    RunScope scope = RunScope::Full;
    std::int64_t sampleSize = 0;  // of a sample: about how many rows
    bool keys = false;            // of what changed: the keys of all rows, too
    std::vector<std::string> ids; // of a run by ids
};
// The body of POST /checks/{id}/run.
Json runOrderJson(const RunOrder &order);

} // namespace crossfade
