// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/weeklywindow.h"

namespace crossfade {

// {"weekdays": ["MON", …], "from": "22:00", "to": "06:00", "time_zone": "Europe/Berlin"}
Json weeklyWindowToJson(const WeeklyWindow &window);
// Reads those four fields, all required. Mistakes go to the reader; that the zone exists is not looked at.
WeeklyWindow readWeeklyWindow(JsonReader &in);

} // namespace crossfade
