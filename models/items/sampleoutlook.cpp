// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/sampleoutlook.h"

#include "models/consistency/sampleinterval.h"

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

// As the comparator says it: in hundredths, rounded down.
double hundredths(double percent)
{
    return std::floor(percent * 100 + 1e-9) / 100;
}

// The exact bound where nothing differs, of an endless table.
double shownBy(std::int64_t size)
{
    return hundredths(100 * std::pow(1 - SampleConfidence, 1 / static_cast<double>(size)));
}

} // namespace

SampleOutlook sampleOutlook(std::int64_t size, std::optional<std::int64_t> rows, double threshold)
{
    SampleOutlook outlook;
    if (size <= 0) return outlook;
    outlook.all = rows && size >= *rows;
    outlook.shown = outlook.all ? 100 : shownBy(size);
    if (threshold >= 100) return outlook;
    std::int64_t needed = 1;
    if (threshold > 0) needed = std::max<std::int64_t>(1, std::llround(std::log(1 - SampleConfidence) / std::log(threshold / 100)));
    while (needed <= MostSampled && shownBy(needed) < threshold)
        ++needed; // one or two: it was reckoned without rounding
    if (needed <= MostSampled) outlook.needed = needed;
    return outlook;
}

} // namespace crossfade
