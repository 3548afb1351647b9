// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <QString>

#include <optional>
#include <string>

namespace crossfade {

// What a metric source answered when an expression was tried.
struct ExpressionTrial {
    std::optional<double> value; // absent with no error: nothing matched
    std::optional<Instant> at;
    std::optional<double> samples;
    std::string error;
    double seconds = 0; // the source took
};

// "0.25 · 14:02:11 · n = 12 · 34 ms", or what went wrong. Plain text.
QString trialText(const ExpressionTrial &trial);

} // namespace crossfade
