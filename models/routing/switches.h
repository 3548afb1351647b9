// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/percentage.h"
#include "models/core/platform.h"
#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

enum class Master { Off, New, Legacy };
std::string_view masterWord(Master master);
std::optional<Master> masterFromWord(std::string_view word);

// The switches that apply to every request.
struct Switches {
    Master master = Master::Off;
    Platform defaultPlatform = Platform::New; // LEGACY or NEW
    bool forwardOnly = false;  // last stage: NEW answers everything, LEGACY only forwards
    bool dualWrite = false;    // writes go to both platforms
    bool aggregation = false;  // lists are answered from both
    bool insertsToNew = false; // what is new begins its life on NEW
    bool notInLegacyToNew = false; // entities that LEGACY's key index lacks are NEW's
    bool holdInconsistent = false; // those with a confirmed difference stay on LEGACY
    std::optional<std::int64_t> idThreshold; // entities with this number or a higher one are NEW's
    Percentage readCompare;                  // of users whose reads are asked of both
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
    bool operator==(const Switches &) const = default;

    // Line 1 comes first: under master LEGACY forward only sends nobody to NEW.
    bool newDecidesAll() const { return master == Master::New || (forwardOnly && master != Master::Legacy); }
};

// Why not_in_legacy_to_new may not be switched on, or may not stay on: it takes what LEGACY has never heard
// of for NEW's, which holds only while nothing new begins its life on LEGACY, and with all of LEGACY's keys
// at hand. What stood before stays allowed, so that no emergency waits for it.
enum class NotInLegacyObstacle { None, NeedsInsertsToNew, NeedsCompleteIndex };
NotInLegacyObstacle notInLegacyObstacle(const Switches &before, const Switches &after, bool indexComplete);

// Sends everybody to NEW, now or once the master is off again: for administrators.
bool needsAdmin(const Switches &before, const Switches &after);

// The same choice, whoever made it and when.
bool sameChoice(const Switches &a, const Switches &b);

} // namespace crossfade
