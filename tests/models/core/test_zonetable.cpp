// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/models/core/zonetables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {

namespace {

WallTime wall(const char *asIfUtc)
{
    return WallTime(utc(asIfUtc).time_since_epoch());
}

const std::vector<ZonePtr> &zones()
{
    static const std::vector<ZonePtr> all{utcZone(), berlin(),    newYork(),  lordHowe(),
                                          apia(),    kathmandu(), twiceADay()};
    return all;
}

rc::Gen<Instant> anyMomentNear(const char *text)
{
    constexpr std::int64_t Days = 5 * 86'400'000LL;
    return rc::gen::map(rc::gen::inRange<std::int64_t>(-Days, Days),
                        [text](std::int64_t ms) { return utc(text) + Milliseconds(ms); });
}

rc::Gen<Instant> anyMoment()
{
    return rc::gen::oneOf(
        anyMomentNear("2026-03-29T01:00:00Z"), anyMomentNear("2026-10-25T01:00:00Z"),
        anyMomentNear("2026-04-04T15:00:00Z"), anyMomentNear("2011-12-30T10:00:00Z"),
        anyMomentNear("2026-06-10T10:00:00Z"), anyMomentNear("2026-11-01T06:00:00Z"));
}

} // namespace

TEST(ZoneTable, showsTheWallTime)
{
    EXPECT_EQ(utcZone()->wallTimeAt(utc("2026-11-21T14:02:11.250Z")),
              wall("2026-11-21T14:02:11.250Z"));
    EXPECT_EQ(kathmandu()->wallTimeAt(utc("2026-11-21T14:00:00Z")), wall("2026-11-21T19:45:00Z"));
    EXPECT_EQ(berlin()->wallTimeAt(utc("2026-03-29T00:59:59.999Z")),
              wall("2026-03-29T01:59:59.999Z"));
    EXPECT_EQ(berlin()->wallTimeAt(utc("2026-03-29T01:00:00Z")), wall("2026-03-29T03:00:00Z"));
    EXPECT_EQ(newYork()->wallTimeAt(utc("2026-11-01T06:00:00Z")), wall("2026-11-01T01:00:00Z"));
    EXPECT_EQ(lordHowe()->wallTimeAt(utc("2026-10-03T15:30:00Z")), wall("2026-10-04T02:30:00Z"));
    EXPECT_EQ(apia()->wallTimeAt(utc("2011-12-30T10:00:00Z")), wall("2011-12-31T00:00:00Z"));
}

TEST(ZoneTable, periodsAreHalfOpenAndOpenAtTheEnds)
{
    const ZoneTable::Period summer = berlin()->periodAt(utc("2026-06-01T00:00:00Z"));
    EXPECT_EQ(summer.begin, utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(summer.end, utc("2026-10-25T01:00:00Z"));
    EXPECT_EQ(summer.offset, std::chrono::hours(2));
    EXPECT_EQ(berlin()->periodAt(summer.end).begin, summer.end);
    EXPECT_EQ(berlin()->periodAt(utc("2020-01-01T00:00:00Z")).begin, Instant::min());
    EXPECT_EQ(utcZone()->periodAt(utc("2020-01-01T00:00:00Z")).end, Instant::max());
}

TEST(ZoneTable, ordersItsTransitions)
{
    const ZonePtr mixed =
        tableOf("Europe/Berlin", 60, {{"2026-10-25T01:00:00Z", 60}, {"2026-03-29T01:00:00Z", 120}});
    EXPECT_EQ(mixed->periodAt(utc("2026-06-01T00:00:00Z")).offset, std::chrono::hours(2));
    EXPECT_EQ(mixed->name(), "Europe/Berlin");
}

TEST(ZoneTable, aSkippedTimeIsReachedWhenItIsSkipped)
{
    const Instant jump = utc("2026-03-29T01:00:00Z");
    EXPECT_EQ(berlin()->firstReaching(wall("2026-03-29T01:59:00Z")),
              jump - std::chrono::minutes(1));
    for (const char *skipped :
         {"2026-03-29T02:00:00Z", "2026-03-29T02:30:00Z", "2026-03-29T03:00:00Z"})
        EXPECT_EQ(berlin()->firstReaching(wall(skipped)), jump) << skipped;
    EXPECT_EQ(berlin()->firstReaching(wall("2026-03-29T03:01:00Z")),
              jump + std::chrono::minutes(1));
    const Instant dateLine = utc("2011-12-30T10:00:00Z");
    for (const char *skipped :
         {"2011-12-30T00:00:00Z", "2011-12-30T23:59:00Z", "2011-12-31T00:00:00Z"})
        EXPECT_EQ(apia()->firstReaching(wall(skipped)), dateLine) << skipped;
}

TEST(ZoneTable, aRepeatedTimeIsReachedTheFirstTime)
{
    EXPECT_EQ(berlin()->firstReaching(wall("2026-10-25T02:30:00Z")), utc("2026-10-25T00:30:00Z"));
    EXPECT_EQ(berlin()->firstReaching(wall("2026-10-25T03:00:00Z")), utc("2026-10-25T02:00:00Z"));
    EXPECT_EQ(lordHowe()->firstReaching(wall("2026-04-05T01:45:00Z")), utc("2026-04-04T14:45:00Z"));
    EXPECT_EQ(twiceADay()->firstReaching(wall("2026-06-10T12:00:00Z")),
              utc("2026-06-09T22:00:00Z"));
    EXPECT_EQ(twiceADay()->firstReaching(wall("2026-06-11T00:00:00Z")),
              utc("2026-06-11T10:00:00Z"));
}

TEST(ZoneTable, theLatestTimeShownStandsStillInTheRepeatedHour)
{
    EXPECT_EQ(berlin()->latestWallTimeAt(utc("2026-10-25T00:59:59.999Z")),
              wall("2026-10-25T02:59:59.999Z"));
    EXPECT_EQ(berlin()->latestWallTimeAt(utc("2026-10-25T01:30:00Z")),
              wall("2026-10-25T02:59:59.999Z"));
    EXPECT_EQ(berlin()->latestWallTimeAt(utc("2026-10-25T02:00:00Z")),
              wall("2026-10-25T03:00:00Z"));
}

// Berlin's rule in force, listed as far as a table has to: the calendar then repeats.
TEST(ZoneTable, yearsBeyondTheTableRepeatThoseBefore)
{
    using namespace std::chrono;
    std::vector<ZoneTransition> list;
    for (int y = 2020; y <= ZoneTable::LastYear; ++y) {
        list.push_back({sys_days(year(y) / March / Sunday[last]) + hours(1), hours(2)});
        list.push_back({sys_days(year(y) / October / Sunday[last]) + hours(1), hours(1)});
    }
    const ZoneTable table("Europe/Berlin", hours(1), list);
    for (const int y : {2026, 2100, 2499, 2500, 2501, 2999, 3000, 9999}) {
        const Instant spring = sys_days(year(y) / March / Sunday[last]) + hours(1);
        const Instant autumn = sys_days(year(y) / October / Sunday[last]) + hours(1);
        const ZoneTable::Period summer = table.periodAt(spring);
        EXPECT_EQ(summer.begin, spring) << y;
        EXPECT_EQ(summer.end, autumn) << y;
        EXPECT_EQ(summer.offset, hours(2)) << y;
        const ZoneTable::Period winter = table.periodAt(spring - milliseconds(1));
        EXPECT_EQ(winter.end, spring) << y;
        EXPECT_EQ(winter.begin, Instant(sys_days(year(y - 1) / October / Sunday[last]) + hours(1)))
            << y;
        EXPECT_EQ(winter.offset, hours(1)) << y;
    }
}

RC_GTEST_PROP(ZoneTable, reachingAndShowingAreTwoSidesOfOneThing, ())
{
    const ZoneTable &zone = **rc::gen::elementOf(zones());
    const Instant at = *anyMoment();
    const WallTime asked(
        std::chrono::floor<std::chrono::minutes>((*anyMoment()).time_since_epoch()));
    RC_ASSERT((zone.latestWallTimeAt(at) >= asked) == (zone.firstReaching(asked) <= at));
    RC_ASSERT(zone.latestWallTimeAt(at) >= zone.wallTimeAt(at));
    RC_ASSERT(zone.firstReaching(asked) <= zone.firstReaching(asked + std::chrono::minutes(1)));
}

} // namespace crossfade::test
