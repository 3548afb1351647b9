// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"
#include "models/routing/stillnew.h"

namespace crossfade {

// What the answer to a rollback says of those who stay on NEW all the same, and by what; as this transaction
// reads it. Null where that cannot be read: nobody's way back depends on it.
Json stillNewBy(const RouterState &state, WriteTransaction &tx, const RolledBackScope &scope);

} // namespace crossfade
