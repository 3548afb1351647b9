// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/leadership.h"
#include "models/core/time.h"

namespace crossfade::alertreminder {

// Tells channels again, once each interval, of the open alerts of MEDIUM and above, whoever raised them. Those of
// holds, trips and silences are left to the runners, which know whether they still stand. Blocking; of the leader.
void look(Store &store, const Leadership &leadership, Seconds interval);

} // namespace crossfade::alertreminder
