// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// One entry of a shift's history.
struct HistoryRow {
    std::string id;
    std::string policyId;
    std::string policyName;
    Instant at;
    double from = 0;
    double to = 0;
    std::string result; // SUCCESS FAILED HELD
    std::string state;
    std::string error;
    std::int64_t epoch = 0;
    std::string cause;
    std::string actor;
    std::string reason;
    bool operator==(const HistoryRow &) const = default;
};

} // namespace crossfade
