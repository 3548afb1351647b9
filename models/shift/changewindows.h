// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/status.h"

#include <optional>
#include <string>

namespace crossfade {

// Whether the calendar lets a step up be taken at a moment: inside a change window, where the policy
// has such, and in no freeze.
struct CalendarStanding {
    bool open = true;
    HeldCause cause = HeldCause::Window; // not open: Freeze or Window, the freeze first
    std::string detail;                  // one sentence
    std::optional<Instant> opensAt;      // the first moment at which both let through again
};
CalendarStanding calendarAt(const ShiftPolicy &policy, Instant at);

// Held by the calendar: ends by itself at a time that is known, waits for nobody.
bool isCalendar(std::optional<HeldCause> cause);

} // namespace crossfade
