// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/engineinstance.h"

namespace crossfade {

constexpr std::size_t MostReportedEngines = 64; // of one agent
constexpr std::size_t MostRefusalBytes = 500;

// The body of POST /agents/{id}/acks: Invalid with every field that is wrong. `newest`: the last epoch stored.
Result<EngineReports> readEngineReports(const Json &body, std::int64_t newest);

} // namespace crossfade
