// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace crossfade {

// A measured point: `at` in any unit of time, no value = nothing was measured.
struct TimedValue {
    std::int64_t at = 0;
    std::optional<double> value;
    bool operator==(const TimedValue &) const = default;
};

struct PlotPoint {
    std::int64_t at = 0;
    double value = 0;
    bool operator==(const PlotPoint &) const = default;
};
using PlotRun = std::vector<PlotPoint>; // drawn as one line; between runs there is a gap

// What to draw of `points` (ascending) within [from, to]: at most `buckets` equal parts of the time,
// of each part its smallest and largest value in the order they came, so that no peak is lost. Never
// more than 2 × `buckets` points in all runs. A part in which all measurements are missing, and time
// between neighbours of more than `reach`, is a gap: it is never drawn over.
std::vector<PlotRun> decimate(const std::vector<TimedValue> &points, std::int64_t from,
                              std::int64_t to, std::size_t buckets, std::int64_t reach);

// The last value at or before `at`, not older than `reach`; for the crosshair and the end labels.
std::optional<PlotPoint> valueAt(const std::vector<TimedValue> &points, std::int64_t at,
                                 std::int64_t reach);

} // namespace crossfade
