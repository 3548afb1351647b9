// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/gates.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// Whether nothing was measured: too little traffic is not none.
bool isSilent(const Judgement &judgement);

// What a person must hear of although the shift itself does not change by it.
enum class GuardAlarm {
    Tripped, // users are on the target platform and the machine does not act, or no longer
    Silent,  // nothing was measured for MaxSilence of what the policy decides by
};

// Of the judgement added last; each trip and each silence is told once, when it begins.
std::optional<GuardAlarm> alarmOf(const ShiftPolicy &policy, const ShiftStatus &status,
                                  const Guard &guard, const GuardMemory &memory);

// The types of this policy's alerts that still hold: told again at an interval until somebody acknowledges
// them. A hold or a proposal speaks for the guards that led to it; what the calendar holds ends by itself.
std::vector<std::string> stillAlarming(const ShiftPolicy &policy, const ShiftStatus &status,
                                       const std::vector<GuardFact> &guards);

// An alert that is not over yet: of this type, and where a guard is named, of that one.
struct StandingAlarm {
    std::string type;
    std::string guard;
    bool reminded = true; // else another speaks for it, or nothing is known of it yet
    bool operator==(const StandingAlarm &) const = default;
};
// What of this policy's alerts stands; those that are reminded come first. Any other of a hold, a proposal, a trip
// or a silence is over.
std::vector<StandingAlarm> standingAlarms(const ShiftPolicy &policy, const ShiftStatus &status,
                                          const std::vector<GuardFact> &guards);

// For shifts and groups alike. Those that still alarm, a trip for each guard that has tripped; `quiet`: a trip and
// a silence stand without being told, whatever the guard; else a trip does while its guard is tripped.
std::vector<StandingAlarm> standingOf(const std::vector<std::string> &alarming, const std::vector<GuardFact> &guards,
                                      bool quiet);
// Whether there is one by which is decided and of which nothing is known yet: after a start.
bool isAnyUnknown(const std::vector<Guard> &guards, const std::vector<GuardFact> &facts);

} // namespace crossfade
