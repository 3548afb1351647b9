// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/sampleinterval.h"
#include "models/consistency/verdict.h"
#include "models/core/percentage.h"

#include <chrono>
#include <cstdint>
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
    // Of a run over a sample that finished, and how many rows were judged. Only one that is below is told: what is
    // undecided is no more than that.
    std::optional<SampleVerdict> sample = std::nullopt;
    std::int64_t sampled = 0;
};

struct CheckAlert {
    // Of a run DATA_CONSISTENCY_CHECK_FAILED, DATA_INCONSISTENCY (below the threshold), CHECK_PARTIAL.
    std::string type;
    std::string severity; // LOW, MEDIUM, HIGH
    std::string message;  // at most 2 000 bytes
};

// Nothing for what ended well, was cancelled by somebody, or looked at single entities only.
std::optional<CheckAlert> alertFor(const RunOutcome &outcome);

// Nothing of a run is repaired by itself; `why` as of overAutoRepairLimit().
CheckAlert autoRepairStopped(const std::string &checkName, const std::string &why);

// Tells whoever has to see to a repair. LOW: told once, not again and again until somebody acknowledges it.
CheckAlert repairAssigned(const std::string &entityType, const std::string &entityId, const std::string &assignedTo,
                          const std::string &assignedBy);
// The same of many at once.
CheckAlert repairsAssigned(std::size_t count, const std::string &assignedTo, const std::string &assignedBy);
// Tells whoever has to decide a conflict of a sync, by the rules; or how many of it (its name: "USER LEGACY to NEW") wait.
CheckAlert conflictAssigned(const std::string &entityType, const std::string &entityId, const std::string &assignedTo);
CheckAlert conflictsAssigned(std::int64_t waiting, const std::string &sync, const std::string &assignedTo);

// How long to wait after `failures` vain attempts in a row: 1 s, doubled up to 30 s.
std::chrono::milliseconds deliveryPause(int failures);

} // namespace crossfade
