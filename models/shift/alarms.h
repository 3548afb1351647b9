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

} // namespace crossfade
