// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/verdict.h"
#include "models/core/percentage.h"

#include <chrono>
#include <optional>
#include <string>

namespace crossfade {

// How a run ended, as far as somebody may have to be told.
struct RunOutcome {
    std::string checkName;
    std::string state; // FINISHED, FAILED, CANCELLED
    bool wholeTable = true;
    CheckStatus status = CheckStatus::Partial;
    std::optional<Percentage> consistency;
    Percentage threshold;
    std::string error; // of a run that failed
};

struct CheckAlert {
    std::string type; // CHECK_FAILED, CHECK_PARTIAL, CONSISTENCY_BELOW_THRESHOLD
    std::string severity; // MEDIUM, HIGH
    std::string message;  // at most 2 000 bytes
};

// Nothing for what ended well, was cancelled by somebody, or looked at single entities only.
std::optional<CheckAlert> alertFor(const RunOutcome &outcome);

// How long to wait after `failures` vain attempts in a row: 1 s, doubled up to 30 s.
std::chrono::milliseconds deliveryPause(int failures);

} // namespace crossfade
