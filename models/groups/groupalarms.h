// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/groups/groupmachine.h"
#include "models/shift/alarms.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What of one guard was told already, while the same batch is under way.
struct GuardTold {
    bool trip = false;    // over once a window passes; a window without evidence does not end it
    bool silence = false; // over once something is measured
};

// What a person must hear of, by the judgement added last. Called with every judgement, also with those that
// were stored before a restart, of which the answer is dropped: what was told then is not told again. `users`
// is how many members the group has.
std::optional<GuardAlarm> alarmOf(const UserGroup &group, const GroupStatus &status, std::size_t users,
                                  const Guard &guard, const GuardMemory &memory, GuardTold &told);

// The types of this group's alerts that still hold: told again at an interval until somebody acknowledges
// them. A hold or a question speaks for the guards that led to it.
std::vector<std::string> stillAlarming(const UserGroup &group, const GroupStatus &status, std::size_t users,
                                       const std::vector<GuardFact> &guards);
// What of its alerts stands, see models/shift/alarms.h.
std::vector<StandingAlarm> standingAlarms(const UserGroup &group, const GroupStatus &status, std::size_t users,
                                          const std::vector<GuardFact> &guards);

} // namespace crossfade
