// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftjson.h"

namespace crossfade {

// What whoever leads saw of the shift last, from what it stored: for a replica that follows. Nothing if nobody has
// looked at this step lately. Its guards point into `record`.
Result<std::optional<ShiftFacts>> publishedFacts(Database &db, const PolicyRecord &record, Instant now);

// The judgements of a view that is to be followed on; those of guards that are not among `guards` as they were
// judged are left out.
ShiftView viewToFollow(const ShiftView &before, const std::vector<Guard> &guards);

// From when on judgements are read for one that shows none of the shift yet. Those before the last step count for
// nothing, but they are what was known last: a table that empties itself whenever leaders change tells nobody anything.
Instant shownFrom(const PolicyRecord &record, Instant now);

// Brings the view of a replica that follows up to what is stored by now; `view.policy` is the record's. Nothing counts
// from before the last step.
Result<void> followShift(Database &db, const PolicyRecord &record, ShiftView &view, Instant now);

// The same for the guards alone, of a group as well: what was judged since `from` and is not in the view yet; what was
// judged before `counted` is only shown. Whose clock is behind that of the leader before it is heard once it has
// caught up.
Result<void> followGuards(Database &db, const std::string &id, Instant from, Instant counted, ShiftView &view);

} // namespace crossfade
