// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"

#include <QString>

namespace crossfade {

// What a service refused, by its code, in the console's language; "" for a code that is not known here (of another
// version), or a refusal without one of its own: the service's sentence is all there is to show then.
QString refusalText(const Error &error);

} // namespace crossfade
