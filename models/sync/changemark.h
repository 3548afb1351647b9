// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"

#include <chrono>
#include <string>
#include <string_view>

namespace crossfade {

// A value of a change column, that much earlier and in the same spelling, so that a database compares it with its own:
// a timestamp, or a whole number of (by its size) seconds, milli-, micro- or nanoseconds since 1970. A change can be
// committed after later ones were seen; so changes are looked for from a little before the last one seen. What is no
// time comes back unchanged.
std::string earlierMark(std::string_view mark, std::chrono::seconds by);

// From where changes are to be looked for that nobody has seen at `now`, by the database's clock: a value in the spelling of
// `last`, the greatest one in the column then. What names its zone, or has one named for its column (`clock`), is `now`
// itself; where clocks are about to be set back, what they will show after it. What has no zone (its clock may be anywhere,
// and be set back by an hour), a number (of a version, or of seconds that another clock gave) and anything else is `last`,
// but never what lies in the future.
std::string markAt(std::string_view last, std::chrono::microseconds now, const WallClock &clock);

} // namespace crossfade
