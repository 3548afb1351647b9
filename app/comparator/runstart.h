// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/runscope.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

inline constexpr std::int64_t MostSeed = 4'294'967'295; // of a sample

// What somebody, or a check's schedule, asks for.
struct RunInput {
    RunScope scope = RunScope::Full;
    std::vector<std::string> ids = {}; // of IDS, each once
    std::optional<std::int64_t> rowsLimit = std::nullopt;
    std::optional<std::int64_t> sampleSize = std::nullopt; // of SAMPLE; none: the check's
    std::optional<std::int64_t> seed = std::nullopt;       // of SAMPLE; none: a new one
    bool keys = false; // of INCREMENTAL: all keys are to be looked at, too
};

// Stores a run to be worked on and tells its id. NotFound; Conflict while a run of the check has not ended; Invalid where
// a sample is asked for and neither this nor the check says how large. INCREMENTAL as changes::queue() has it.
Result<std::string> startRun(WriteTransaction &tx, const std::string &checkId, const RunInput &input,
                             const std::string &reason);

} // namespace crossfade
