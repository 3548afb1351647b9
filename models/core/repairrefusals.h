// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/refusals.h"

namespace crossfade::refusals {

// A decision on many is made only on as many as its maker saw.
inline constexpr Refusal CountChanged{"COUNT_CHANGED", Conflict,
                                      "the filter finds %1 that can be decided on, not the expected %2: nothing was done"};

// All of them, beside those of refusals.h.
inline constexpr std::array OfRepairs{CountChanged};

} // namespace crossfade::refusals
