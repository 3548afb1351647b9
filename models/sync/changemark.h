// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace crossfade {

// A value of a change column, that much earlier and in the same spelling, so that a database compares it with its own:
// a timestamp, or a whole number of (by its size) seconds, milli-, micro- or nanoseconds since 1970. A change can be
// committed after later ones were seen; so changes are looked for from a little before the last one seen. What is no
// time comes back unchanged.
std::string earlierMark(std::string_view mark, std::chrono::seconds by);

} // namespace crossfade
