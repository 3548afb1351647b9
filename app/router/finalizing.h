// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"
#include "app/router/shiftrecords.h"

namespace crossfade {

// The shift ends as the rule (or the default) that says the same, in the same epoch. A rule comes before much that
// comes before a policy: Conflict where anybody would be served otherwise by it. The policy's cover, which is still
// stored, is the caller's to take away.
Result<void> writeEqual(RouterState &state, WriteTransaction &tx, const PolicyRecord &record, const std::string &reason);

} // namespace crossfade
