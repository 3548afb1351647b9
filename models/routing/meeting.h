// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/rule.h"

#include <cstddef>
#include <optional>

namespace crossfade {

// What finding something out about rules may still cost, in units of a glance at one rule: an import may hold
// a thousand rules of one target, each to be held against each.
struct Effort {
    std::size_t left = 0;
    // False, and nothing left, if it is more than there is.
    bool spend(std::size_t units)
    {
        const bool enough = units <= left;
        left = enough ? left - units : 0;
        return enough;
    }
};

// Whether two active rules both hold at some moment from `now` on, in the next MeetingYears years. Exact,
// also for rules of two zones that set their clocks on different days and meet only in between. None when
// the effort is used up before that is known.
inline constexpr int MeetingYears = 30;
std::optional<bool> everMeet(const Rule &a, const Rule &b, Instant now, Effort &effort);

} // namespace crossfade
