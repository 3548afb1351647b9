// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/throttle.h"

#include <algorithm>

namespace crossfade {

std::optional<std::chrono::milliseconds> shorterOf(std::optional<std::chrono::milliseconds> a,
                                                   std::optional<std::chrono::milliseconds> b)
{
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

double secondsOfBatch(double usual, std::optional<std::chrono::milliseconds> statement)
{
    return statement ? std::min(usual, std::chrono::duration<double>(*statement).count()) : usual;
}

std::chrono::milliseconds restAfter(std::chrono::milliseconds took, std::optional<std::chrono::milliseconds> statement)
{
    if (!statement) return std::chrono::milliseconds(0);
    return std::clamp(took - *statement, std::chrono::milliseconds(0), LongestRest);
}

bool isTooMuch(const LoadQuery &query, std::optional<double> answer)
{
    return !answer || !(*answer <= query.atMost);
}

} // namespace crossfade
