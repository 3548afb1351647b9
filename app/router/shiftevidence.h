// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftrecords.h"

namespace crossfade {

// What whoever leads saw of the shift last, from what it stored: for a replica that follows. Nothing if nobody has
// looked at this step lately. Its guards point into `record`.
Result<std::optional<ShiftFacts>> publishedFacts(Database &db, const PolicyRecord &record, Instant now);

} // namespace crossfade
