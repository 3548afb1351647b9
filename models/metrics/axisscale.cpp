// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/axisscale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace crossfade {

namespace {

constexpr std::int64_t Second = 1'000;
constexpr std::int64_t Minute = 60 * Second;
constexpr std::int64_t Hour = 60 * Minute;
constexpr std::array<std::int64_t, 17> Steps{
    Second,     2 * Second,  5 * Second,  10 * Second, 15 * Second, 30 * Second,
    Minute,     2 * Minute,  5 * Minute,  10 * Minute, 15 * Minute, 30 * Minute,
    Hour,       2 * Hour,    4 * Hour,    8 * Hour,    24 * Hour};

double roundStep(double rough)
{
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= rough * (1 - 1e-9))
            return factor * power;
    }
    return 10 * power;
}

int decimalsOf(double step)
{
    for (int decimals = 0; decimals < 6; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled)
            return decimals;
    }
    return 6;
}

} // namespace

std::vector<double> AxisScale::ticks() const
{
    std::vector<double> out;
    for (int i = 0; low + i * step <= high + step * 1e-6; ++i)
        out.push_back(low + i * step);
    return out;
}

AxisScale axisScale(double low, double high, int parts, std::optional<double> floor,
                    std::optional<double> ceiling)
{
    if (!(high - low > 1e-9)) {
        const double room = std::max(std::abs(high) * 0.05, 0.5);
        low -= room;
        high += room;
    }
    if (floor)
        low = std::max(low, *floor);
    if (ceiling)
        high = std::min(high, *ceiling);
    if (!(high > low))
        (ceiling && high >= *ceiling) ? low = high - 1 : high = low + 1;
    AxisScale scale;
    scale.step = roundStep((high - low) / std::max(1, parts));
    scale.low = std::floor(low / scale.step + 1e-9) * scale.step;
    scale.high = std::ceil(high / scale.step - 1e-9) * scale.step;
    scale.decimals = decimalsOf(scale.step);
    return scale;
}

std::int64_t timeStep(std::int64_t fromMs, std::int64_t toMs, int most)
{
    for (const std::int64_t step : Steps) {
        if ((toMs - fromMs) / step + 1 <= most)
            return step;
    }
    const std::int64_t day = Steps.back();
    return ((toMs - fromMs) / most / day + 1) * day;
}

std::vector<std::int64_t> timeTicks(std::int64_t fromMs, std::int64_t toMs, std::int64_t offsetMs,
                                    int most)
{
    std::vector<std::int64_t> ticks;
    if (toMs <= fromMs || most < 1)
        return ticks;
    const std::int64_t step = timeStep(fromMs, toMs, most);
    std::int64_t first = (fromMs + offsetMs + step - 1) / step * step - offsetMs;
    for (; first <= toMs; first += step)
        ticks.push_back(first);
    return ticks;
}

} // namespace crossfade
