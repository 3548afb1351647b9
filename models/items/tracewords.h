// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <QString>

namespace crossfade {

// What a line of a trace says, in the console's language: of the router's sentences those parts stay as they are
// that are names, ids and times.
QString traceConditionText(const TraceLine &line);
QString traceDetailText(const TraceLine &line);

} // namespace crossfade
