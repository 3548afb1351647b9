// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace crossfade {

// For tests of sudden death: where the environment says CROSSFADE_KILL_POINT=NAME:N, the N-th pass
// of the point of that name ends the process with SIGKILL. Costs one cached check otherwise.
void killPoint(const char *name);

} // namespace crossfade
