// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/decimalform.h"
#include "models/consistency/timestampform.h"

#include <string>

namespace crossfade {

// Whether |a − b| ≤ most, exactly: all three as decimals, never through a floating point number. Numbers whose digits lie
// more than 100 000 places apart are not within anything of each other.
bool isWithin(const DecimalForm &a, const DecimalForm &b, const DecimalForm &most);
// The same of two moments; `most` in seconds.
bool isWithin(const TimestampForm &a, const TimestampForm &b, const DecimalForm &most);

// A tolerance as it was given, in its shortest exact digits: 0.01 is one hundredth.
DecimalForm toleranceForm(double tolerance);

} // namespace crossfade
