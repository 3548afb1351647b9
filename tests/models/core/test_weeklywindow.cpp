// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/models/core/zonetables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {

namespace {

using std::chrono::days;
using std::chrono::minutes;

struct Place {
    ZonePtr zone;
    const char *upheaval; // around which to look
};

const std::vector<Place> &places()
{
    static const std::vector<Place> all{
        {utcZone(), "2026-03-29T01:00:00Z"},  {berlin(), "2026-03-29T01:00:00Z"},
        {berlin(), "2026-10-25T01:00:00Z"},   {newYork(), "2026-03-08T07:00:00Z"},
        {newYork(), "2026-11-01T06:00:00Z"},  {lordHowe(), "2026-04-04T15:00:00Z"},
        {lordHowe(), "2026-10-03T15:30:00Z"}, {kathmandu(), "2026-03-29T01:00:00Z"},
        {apia(), "2011-12-30T10:00:00Z"},     {twiceADay(), "2026-06-10T10:00:00Z"}};
    return all;
}

// The definition, walked through minute by minute: which times the clocks have reached so far.
std::vector<bool> walked(const WeeklyWindow &window, const ZoneTable &zone, Instant first,
                         int count)
{
    std::vector<bool> holds;
    WallTime reached = zone.wallTimeAt(first - days(4));
    for (Instant at = first - days(4); static_cast<int>(holds.size()) < count; at += minutes(1)) {
        reached = std::max(reached, zone.wallTimeAt(at));
        if (at < first) continue;
        bool in = false;
        for (int back = 0; back <= 2; ++back) {
            const auto day = std::chrono::floor<days>(reached) - days(back);
            const auto begin = day + minutes(window.from);
            const auto end =
                day + minutes(window.to <= window.from ? window.to + MinutesOfDay : window.to);
            const unsigned weekday = std::chrono::weekday(day).iso_encoding() - 1;
            in = in || ((window.weekdays >> weekday & 1) != 0 && begin <= reached && reached < end);
        }
        holds.push_back(in);
    }
    return holds;
}

rc::Gen<WeeklyWindow> anyWindow(std::string zone)
{
    return rc::gen::exec([zone] {
        // Often near the hours at which clocks are set, often equal.
        const auto time =
            rc::gen::oneOf(rc::gen::inRange(0, MinutesOfDay), rc::gen::inRange(0, 240),
                           rc::gen::element(0, 60, 120, 150, 180));
        WeeklyWindow window{static_cast<std::uint8_t>(*rc::gen::inRange(1, 128)), *time, *time,
                            zone};
        if (*rc::gen::inRange(0, 6) == 0) window.to = window.from;
        if (*rc::gen::inRange(0, 4) == 0) window.weekdays = WeeklyWindow::EveryDay;
        return window;
    });
}

bool in(const WeeklyWindow &window, const ZonePtr &zone, const char *at)
{
    return window.contains(utc(at), *zone);
}

} // namespace

RC_GTEST_PROP(WeeklyWindow, holdsWhenTheClocksHaveReachedItsTimes, ())
{
    const Place place = *rc::gen::elementOf(places());
    const WeeklyWindow window = *anyWindow(place.zone->name());
    const Instant first = utc(place.upheaval) - days(4);
    const int count = 9 * MinutesOfDay;
    const std::vector<bool> expected = walked(window, *place.zone, first, count);
    for (int i = 0; i < count; ++i)
        RC_ASSERT(window.contains(first + minutes(i), *place.zone) ==
                  expected[static_cast<std::size_t>(i)]);
}

RC_GTEST_PROP(WeeklyWindow, theNextEdgeIsWhereItNextChanges, ())
{
    const Place place = *rc::gen::elementOf(places());
    const WeeklyWindow window = *anyWindow(place.zone->name());
    const Instant first =
        utc(place.upheaval) - days(4) + minutes(*rc::gen::inRange(0, 8 * MinutesOfDay));
    const std::vector<bool> holds = walked(window, *place.zone, first, 9 * MinutesOfDay);
    const auto change = std::ranges::find(holds, !holds.front());
    const std::optional<Instant> edge = window.nextEdge(first, *place.zone);
    if (change == holds.end()) {
        if (edge) RC_ASSERT(*edge >= first + days(9));
    } else {
        RC_ASSERT(edge.has_value());
        RC_ASSERT(*edge == first + minutes(change - holds.begin()));
        RC_ASSERT(window.nextEdge(*edge - Milliseconds(1), *place.zone) == edge);
    }
}

// Two windows that touch by the clock leave no gap and no overlap, whatever happens to the clocks.
RC_GTEST_PROP(WeeklyWindow, windowsThatTouchTile, ())
{
    const Place place = *rc::gen::elementOf(places());
    WeeklyWindow first = *anyWindow(place.zone->name());
    first.weekdays = WeeklyWindow::EveryDay;
    RC_PRE(first.from != first.to);
    WeeklyWindow second = first;
    std::swap(second.from, second.to);
    const Instant at =
        utc(place.upheaval) + Milliseconds(*rc::gen::inRange(-200'000'000, 200'000'000));
    RC_ASSERT(first.contains(at, *place.zone) != second.contains(at, *place.zone));
}

TEST(WeeklyWindow, aWeekdayIsTheOneOnWhichItBegins)
{
    const WeeklyWindow nights = weekly(Fri, "22:00", "06:00", "Europe/Berlin");
    EXPECT_FALSE(in(nights, berlin(), "2026-11-20T20:59:59.999Z"));
    EXPECT_TRUE(in(nights, berlin(), "2026-11-20T21:00:00Z"));
    EXPECT_TRUE(in(nights, berlin(), "2026-11-21T04:59:59.999Z"));
    EXPECT_FALSE(in(nights, berlin(), "2026-11-21T05:00:00Z"));
    EXPECT_FALSE(in(nights, berlin(), "2026-11-20T00:00:00Z")); // Thursday's would be it
    EXPECT_FALSE(in(nights, berlin(), "2026-11-21T21:00:00Z"));
}

TEST(WeeklyWindow, equalTimesAreAWholeDay)
{
    const WeeklyWindow sunday = weekly(Sun, "00:00", "00:00", "Asia/Kathmandu");
    EXPECT_FALSE(in(sunday, kathmandu(), "2026-11-21T18:14:59.999Z"));
    EXPECT_TRUE(in(sunday, kathmandu(), "2026-11-21T18:15:00Z"));
    EXPECT_TRUE(in(sunday, kathmandu(), "2026-11-22T18:14:59.999Z"));
    EXPECT_FALSE(in(sunday, kathmandu(), "2026-11-22T18:15:00Z"));
    const WeeklyWindow weekend = weekly(Sat | Sun, "08:00", "08:00", "UTC");
    EXPECT_EQ(weekend.nextEdge(utc("2026-11-21T00:00:00Z"), *utcZone()),
              utc("2026-11-21T08:00:00Z"));
    EXPECT_EQ(weekend.nextEdge(utc("2026-11-21T08:00:00Z"), *utcZone()),
              utc("2026-11-23T08:00:00Z"));
    const WeeklyWindow always = weekly(Daily, "08:00", "08:00", "Europe/Berlin");
    EXPECT_TRUE(always.isAlways());
    EXPECT_TRUE(in(always, berlin(), "2026-10-25T01:30:00Z"));
    EXPECT_FALSE(always.nextEdge(utc("2026-10-24T00:00:00Z"), *berlin()));
    const WeeklyWindow never;
    EXPECT_FALSE(in(never, utcZone(), "2026-11-21T08:00:00Z"));
    EXPECT_FALSE(never.nextEdge(utc("2026-11-21T08:00:00Z"), *utcZone()));
}

TEST(WeeklyWindow, inTheSkippedHour)
{
    // 29 March 2026, a Sunday: 02:00 becomes 03:00 at 01:00 UTC.
    EXPECT_EQ(weekly(Sun, "02:30", "05:00", "").nextEdge(utc("2026-03-28T12:00:00Z"), *berlin()),
              utc("2026-03-29T01:00:00Z"));
    const WeeklyWindow ends = weekly(Sun, "00:00", "02:30", "");
    EXPECT_TRUE(in(ends, berlin(), "2026-03-29T00:59:59.999Z"));
    EXPECT_FALSE(in(ends, berlin(), "2026-03-29T01:00:00Z"));
    const WeeklyWindow inside = weekly(Sun, "02:10", "02:50", "");
    EXPECT_FALSE(in(inside, berlin(), "2026-03-29T01:00:00Z"));
    EXPECT_EQ(inside.nextEdge(utc("2026-03-28T12:00:00Z"), *berlin()), utc("2026-04-05T00:10:00Z"));
}

TEST(WeeklyWindow, inTheRepeatedHour)
{
    // 25 October 2026, a Sunday: 03:00 becomes 02:00 at 01:00 UTC. It begins at the first 02:30 …
    const WeeklyWindow early = weekly(Sun, "02:30", "05:00", "");
    EXPECT_FALSE(in(early, berlin(), "2026-10-25T00:29:59.999Z"));
    for (const char *at : {"2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:15:00Z",
                           "2026-10-25T03:59:59.999Z"})
        EXPECT_TRUE(in(early, berlin(), at)) << at;
    EXPECT_FALSE(in(early, berlin(), "2026-10-25T04:00:00Z"));
    // … and ends at the first one too.
    const WeeklyWindow late = weekly(Sat, "22:00", "02:30", "");
    EXPECT_TRUE(in(late, berlin(), "2026-10-25T00:29:59.999Z"));
    EXPECT_FALSE(in(late, berlin(), "2026-10-25T00:30:00Z"));
    EXPECT_FALSE(in(late, berlin(), "2026-10-25T01:15:00Z")); // 02:15 again
}

TEST(WeeklyWindow, aSkippedDayLeavesWhatReachesBeyondIt)
{
    // Apia: Thursday 29 December 2011 ends at 10:00 UTC, and Saturday begins.
    const WeeklyWindow friday = weekly(Fri, "08:00", "17:00", "");
    EXPECT_EQ(friday.nextEdge(utc("2011-12-28T00:00:00Z"), *apia()), utc("2012-01-05T18:00:00Z"));
    const WeeklyWindow night = weekly(Fri, "22:00", "06:00", "");
    EXPECT_FALSE(in(night, apia(), "2011-12-30T09:59:59.999Z"));
    EXPECT_TRUE(in(night, apia(), "2011-12-30T10:00:00Z"));
    EXPECT_FALSE(in(night, apia(), "2011-12-30T16:00:00Z"));
    const WeeklyWindow thursday = weekly(Thu, "22:00", "06:00", "");
    EXPECT_TRUE(in(thursday, apia(), "2011-12-30T09:59:59.999Z"));
    EXPECT_FALSE(in(thursday, apia(), "2011-12-30T10:00:00Z"));
}

TEST(WeeklyWindow, boundsCutIt)
{
    const WeeklyWindow day = weekly(WorkDays, "09:00", "17:00", "UTC");
    const ZonePtr zone = utcZone();
    const auto next = [&](const TimeWindow &bounds, const char *after) {
        const auto change = nextChange(bounds, day, *zone, utc(after));
        return change ? formatInstant(*change) : std::string("never");
    };
    const TimeWindow open;
    EXPECT_EQ(next(open, "2026-11-20T12:00:00Z"), "2026-11-20T17:00:00.000Z"); // a Friday
    EXPECT_EQ(next(open, "2026-11-20T17:00:00Z"), "2026-11-23T09:00:00.000Z");
    const TimeWindow inside{utc("2026-11-20T10:00:00Z"), utc("2026-11-20T11:00:00Z")};
    EXPECT_EQ(next(inside, "2026-11-20T00:00:00Z"), "2026-11-20T10:00:00.000Z");
    EXPECT_EQ(next(inside, "2026-11-20T10:00:00Z"), "2026-11-20T11:00:00.000Z");
    EXPECT_EQ(next(inside, "2026-11-20T11:00:00Z"), "never");
    const TimeWindow weekend{utc("2026-11-20T18:00:00Z"), utc("2026-11-23T09:00:00Z")};
    EXPECT_EQ(next(weekend, "2026-11-20T00:00:00Z"), "never");
    EXPECT_EQ(next({utc("2026-11-20T18:00:00Z"), std::nullopt}, "2026-01-01T00:00:00Z"),
              "2026-11-23T09:00:00.000Z");
    EXPECT_EQ(
        next({utc("2026-11-20T11:00:00Z"), utc("2026-11-20T10:00:00Z")}, "2026-01-01T00:00:00Z"),
        "never");
}

TEST(WeeklyWindow, coversByTheClock)
{
    const WeeklyWindow night = weekly(WorkDays, "22:00", "06:00", "Europe/Berlin");
    EXPECT_TRUE(coversByClock(std::nullopt, night));
    EXPECT_FALSE(coversByClock(night, std::nullopt));
    EXPECT_TRUE(coversByClock(night, night));
    EXPECT_TRUE(coversByClock(night, weekly(Mon, "23:00", "05:00", "Europe/Berlin")));
    EXPECT_TRUE(coversByClock(night, weekly(Sat, "00:00", "06:00", "Europe/Berlin")));
    EXPECT_FALSE(coversByClock(night, weekly(Sat, "00:00", "06:01", "Europe/Berlin")));
    EXPECT_FALSE(coversByClock(night, weekly(Sun, "23:00", "05:00", "Europe/Berlin")));
    EXPECT_FALSE(coversByClock(night, weekly(Mon, "23:00", "05:00", "Europe/Paris")));
    EXPECT_TRUE(coversByClock(weekly(Daily, "08:00", "08:00", "UTC"),
                              weekly(Mon, "23:00", "05:00", "Europe/Paris")));
    // Sunday's reaches into Monday, over the end of the week.
    EXPECT_TRUE(
        coversByClock(weekly(Sun, "22:00", "06:00", "UTC"), weekly(Mon, "00:00", "06:00", "UTC")));
}

TEST(WeeklyWindow, timesOfDay)
{
    EXPECT_EQ(timeOfDayFromText("00:00"), 0);
    EXPECT_EQ(timeOfDayFromText("23:59"), 1439);
    for (const char *bad : {"", "24:00", "23:60", "7:00", "07:0", "0700", "07-00", "07:00 ",
                            "+7:00", "-1:00", "aa:bb", "07:0x"})
        EXPECT_FALSE(timeOfDayFromText(bad)) << bad;
    for (int minute = 0; minute < MinutesOfDay; ++minute)
        EXPECT_EQ(timeOfDayFromText(timeOfDayText(minute)), minute);
}

} // namespace crossfade::test
