// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/decimation.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade {
namespace {

std::vector<TimedValue> line(std::int64_t from, int count, std::int64_t step, double value)
{
    std::vector<TimedValue> points;
    for (int i = 0; i < count; ++i)
        points.push_back({from + i * step, value});
    return points;
}

std::size_t pointCount(const std::vector<PlotRun> &runs)
{
    std::size_t count = 0;
    for (const PlotRun &run : runs)
        count += run.size();
    return count;
}

TEST(Decimation, AShortSeriesIsDrawnPointByPoint)
{
    const std::vector<TimedValue> points{{0, 1.0}, {1000, 3.0}, {2000, 2.0}};
    const auto runs = decimate(points, 0, 300'000, 300, 1500);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0], (PlotRun{{0, 1.0}, {1000, 3.0}, {2000, 2.0}}));
}

TEST(Decimation, AMissingMeasurementIsAGapNotAZero)
{
    const std::vector<TimedValue> points{{0, 1.0}, {1000, std::nullopt}, {2000, 2.0}};
    const auto runs = decimate(points, 0, 3'000, 3, 1500);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0], (PlotRun{{0, 1.0}}));
    EXPECT_EQ(runs[1], (PlotRun{{2000, 2.0}}));
}

TEST(Decimation, TimeWithoutAnyPointIsAGap)
{
    std::vector<TimedValue> points = line(0, 10, 1000, 5);
    const auto later = line(60'000, 10, 1000, 5);
    points.insert(points.end(), later.begin(), later.end());
    EXPECT_EQ(decimate(points, 0, 70'000, 70, 1500).size(), 2U);
}

TEST(Decimation, APeakOfOneSecondSurvivesADay)
{
    std::vector<TimedValue> points = line(0, 86'400, 1000, 10);
    points[40'000].value = 900;
    const auto runs = decimate(points, 0, 86'400'000, 300, 1500);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_LE(pointCount(runs), 600U);
    EXPECT_TRUE(std::ranges::any_of(runs[0], [](const PlotPoint &p) { return p.value == 900; }));
}

TEST(Decimation, PointsOutsideTheRangeAreLeftOut)
{
    const auto runs = decimate(line(0, 100, 1000, 1), 20'000, 29'000, 300, 1500);
    EXPECT_EQ(pointCount(runs), 10U);
}

TEST(Decimation, EmptyInputsAndRangesDrawNothing)
{
    EXPECT_TRUE(decimate({}, 0, 1000, 300, 1500).empty());
    EXPECT_TRUE(decimate(line(0, 3, 1, 1), 10, 10, 300, 1).empty());
    EXPECT_TRUE(decimate(line(0, 3, 1, 1), 0, 10, 0, 1).empty());
}

RC_GTEST_PROP(Decimation, KeepsExtremesOrderAndTheLimit, ())
{
    const auto values = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000));
    RC_PRE(!values.empty());
    std::vector<TimedValue> points;
    for (std::size_t i = 0; i < values.size(); ++i)
        points.push_back({static_cast<std::int64_t>(i) * 1000, static_cast<double>(values[i])});
    const auto buckets = static_cast<std::size_t>(*rc::gen::inRange(1, 50));
    const auto runs = decimate(points, 0, points.back().at + 1, buckets, 1500);
    RC_ASSERT(runs.size() == 1U);
    RC_ASSERT(pointCount(runs) <= 2 * buckets);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    double seenLow = 1e9;
    double seenHigh = -1e9;
    for (const PlotPoint &point : runs[0]) {
        seenLow = std::min(seenLow, point.value);
        seenHigh = std::max(seenHigh, point.value);
    }
    RC_ASSERT(seenLow == *low);
    RC_ASSERT(seenHigh == *high);
    RC_ASSERT(std::ranges::is_sorted(runs[0], {}, &PlotPoint::at));
}

TEST(ValueAt, TakesTheLastValueWithinReach)
{
    const std::vector<TimedValue> points{{0, 1.0}, {1000, 2.0}, {2000, std::nullopt}};
    EXPECT_EQ(valueAt(points, 1500, 2000)->value, 2.0);
    EXPECT_EQ(valueAt(points, 2000, 2000)->value, 2.0);
    EXPECT_FALSE(valueAt(points, 9000, 2000));
    EXPECT_FALSE(valueAt(points, -1, 2000));
    EXPECT_FALSE(valueAt({}, 0, 2000));
}

} // namespace
} // namespace crossfade
