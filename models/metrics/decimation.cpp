// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/decimation.h"

#include <algorithm>

namespace crossfade {

namespace {

struct Bucket {
    std::optional<PlotPoint> low;
    std::optional<PlotPoint> high;
    bool hole = false; // a missing measurement before any that is there
};

void take(Bucket &bucket, const TimedValue &point)
{
    const PlotPoint here{point.at, *point.value};
    if (!bucket.low || here.value < bucket.low->value)
        bucket.low = here;
    if (!bucket.high || here.value >= bucket.high->value)
        bucket.high = here;
}

void flush(const Bucket &bucket, PlotRun &run)
{
    if (!bucket.low)
        return;
    const bool lowFirst = bucket.low->at <= bucket.high->at;
    run.push_back(lowFirst ? *bucket.low : *bucket.high);
    if (bucket.low->at != bucket.high->at)
        run.push_back(lowFirst ? *bucket.high : *bucket.low);
}

} // namespace

std::vector<PlotRun> decimate(const std::vector<TimedValue> &points, std::int64_t from,
                              std::int64_t to, std::size_t buckets, std::int64_t reach)
{
    std::vector<PlotRun> runs;
    if (to <= from || buckets == 0)
        return runs;
    const std::int64_t width = std::max<std::int64_t>(
        1, (to - from + static_cast<std::int64_t>(buckets) - 1) / static_cast<std::int64_t>(buckets));
    PlotRun run;
    Bucket bucket;
    std::int64_t part = -1;
    std::optional<std::int64_t> last; // of the last value
    bool anyInPart = false;
    bool missingInPart = false;
    const auto close = [&] {
        flush(bucket, run);
        // Nothing but missing measurements in a part of the time: the line ends here.
        if (part >= 0 && missingInPart && !anyInPart && !run.empty())
            runs.push_back(std::move(run)), run.clear();
        bucket = {};
    };
    for (const TimedValue &point : points) {
        if (point.at < from || point.at > to)
            continue;
        const std::int64_t at = std::min((point.at - from) / width, static_cast<std::int64_t>(buckets) - 1);
        if (at != part) {
            close();
            part = at;
            anyInPart = missingInPart = false;
        }
        if (!point.value) {
            missingInPart = true;
            continue;
        }
        if (last && point.at - *last > std::max(reach, width)) {
            flush(bucket, run);
            bucket = {};
            if (!run.empty())
                runs.push_back(std::move(run)), run.clear();
        }
        anyInPart = true;
        last = point.at;
        take(bucket, point);
    }
    close();
    if (!run.empty())
        runs.push_back(std::move(run));
    return runs;
}

std::optional<PlotPoint> valueAt(const std::vector<TimedValue> &points, std::int64_t at,
                                 std::int64_t reach)
{
    auto it = std::upper_bound(points.begin(), points.end(), at,
                               [](std::int64_t t, const TimedValue &point) { return t < point.at; });
    while (it != points.begin()) {
        --it;
        if (at - it->at > reach)
            return std::nullopt;
        if (it->value)
            return PlotPoint{it->at, *it->value};
    }
    return std::nullopt;
}

} // namespace crossfade
