// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/rule.h"

namespace crossfade {

// Whether two active rules both hold at some moment from `now` on, in the next MeetingYears years. Exact,
// also for rules of two zones that set their clocks on different days and meet only in between.
inline constexpr int MeetingYears = 30;
bool everMeet(const Rule &a, const Rule &b, Instant now);

} // namespace crossfade
