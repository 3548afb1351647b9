// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/sliderstate.h"

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr double Hair = 0.005; // half of the smallest step

double hundredths(double percentage)
{
    return std::round(percentage * 100) / 100;
}

} // namespace

double stopAbove(const SliderState &state, double percentage)
{
    for (const double stop : state.stops) {
        if (stop > percentage + Hair)
            return stop;
    }
    return state.max;
}

double stopBelow(const SliderState &state, double percentage)
{
    for (auto it = state.stops.rbegin(); it != state.stops.rend(); ++it) {
        if (*it < percentage - Hair)
            return *it;
    }
    return 0;
}

double snapped(const SliderState &state, double percentage, double catchRange)
{
    percentage = std::clamp(percentage, 0.0, state.max);
    for (const double stop : state.stops) {
        if (std::abs(stop - percentage) <= catchRange)
            return stop;
    }
    return hundredths(percentage);
}

} // namespace crossfade
