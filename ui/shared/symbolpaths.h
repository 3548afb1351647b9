// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/glyphs.h"

namespace crossfade {

// The lines of a symbol on its 16 grid: "M x y", "L x y", "Q cx cy x y", "Z", circles "O cx cy r",
// boxes "R x y width height radius".
const char *symbolPath(Symbol symbol);

} // namespace crossfade
