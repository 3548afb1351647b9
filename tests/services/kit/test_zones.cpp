// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The zone files of this machine, as tables; and the rule in their last line.

#include "app/service/posixzone.h"
#include "app/service/zones.h"
#include "tests/models/core/zonetables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

namespace crossfade::test {

namespace {

std::string offsetsAt(const char *name, const char *when)
{
    const ZonePtr zone = zoneTable(name);
    if (!zone) return "unknown";
    return std::to_string(zone->periodAt(utc(when)).offset.count() / 60);
}

// "2026-03-29T01:00 +120", the next transition after that moment.
std::string nextOf(const std::string &name, const char *after)
{
    const ZonePtr zone = zoneTable(name);
    const Instant end = zone ? zone->periodAt(utc(after)).end : Instant::max();
    if (end == Instant::max()) return "none";
    return formatInstant(end).substr(0, 16) + " " +
           std::to_string(zone->periodAt(end).offset.count() / 60);
}

std::string transitionsIn(const char *rule, int year)
{
    const std::optional<PosixZone> zone = parsePosixZone(rule);
    if (!zone) return "bad";
    std::string text = std::to_string(zone->standard.count() / 60);
    for (const ZoneTransition &one : transitionsOf(*zone, year, year))
        text += "; " + formatInstant(one.at).substr(5, 11) + " " +
                std::to_string(one.offset.count() / 60);
    return text;
}

} // namespace

TEST(Zones, agreeWithWhatIsKnownOfThem)
{
    for (const ZonePtr &known : {utcZone(), berlin(), newYork(), lordHowe(), kathmandu()}) {
        const ZonePtr table = zoneTable(known->name());
        ASSERT_TRUE(table) << known->name();
        EXPECT_EQ(table->name(), known->name());
        for (Instant at = utc("2026-01-01T00:00:00Z"); at < utc("2027-12-31T00:00:00Z");
             at += std::chrono::minutes(30))
            ASSERT_EQ(table->wallTimeAt(at), known->wallTimeAt(at))
                << known->name() << " " << formatInstant(at);
    }
    const ZonePtr samoa = zoneTable("Pacific/Apia");
    ASSERT_TRUE(samoa);
    for (Instant at = utc("2011-12-25T00:00:00Z"); at < utc("2012-01-05T00:00:00Z");
         at += std::chrono::minutes(10))
        ASSERT_EQ(samoa->wallTimeAt(at), apia()->wallTimeAt(at)) << formatInstant(at);
}

TEST(Zones, goBackAndForwardAsFarAsTimesCanBeAsked)
{
    EXPECT_EQ(nextOf("Europe/Berlin", "2037-12-01T00:00:00Z"), "2038-03-28T01:00 120");
    EXPECT_EQ(nextOf("Europe/Berlin", "2099-12-01T00:00:00Z"), "2100-03-28T01:00 120");
    EXPECT_EQ(nextOf("America/New_York", "2100-01-01T00:00:00Z"), "2100-03-14T07:00 -240");
    EXPECT_EQ(nextOf("Australia/Lord_Howe", "2499-12-31T00:00:00Z"), "2500-04-03T15:00 630");
    EXPECT_EQ(nextOf("America/New_York", "9999-01-01T00:00:00Z"), "9999-03-14T07:00 -240");
    EXPECT_EQ(nextOf("UTC", "0001-01-01T00:00:00Z"), "none");
    EXPECT_EQ(offsetsAt("Europe/Berlin", "1945-06-15T00:00:00Z"),
              "180"); // two hours of summer time then
    EXPECT_EQ(offsetsAt("Europe/Berlin", "0001-01-01T00:00:00Z"), "53"); // by the sun
    EXPECT_EQ(offsetsAt("Asia/Kolkata", "9999-12-31T00:00:00Z"), "330");
}

TEST(Zones, namesAreThoseOfTheZoneFilesOnly)
{
    for (const char *name :
         {"Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC", "EST5EDT"})
        EXPECT_TRUE(zoneTable(name)) << name;
    for (const char *name : {"", "Europe/Atlantis", "europe/berlin", "Europe", "Europe/",
                             "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/Berlin",
                             "right/Europe/Berlin", "posix/Europe/Berlin", "zone.tab",
                             "leapseconds", "tzdata.zi", "UTC+02:00", "CET-1CEST", " UTC", "UTC\n"})
        EXPECT_FALSE(zoneTable(name)) << name;
    EXPECT_FALSE(zoneTable(std::string(65, 'A')));
    EXPECT_FALSE(zoneTable(std::string("UTC\0", 4)));
}

TEST(Zones, areMadeOnceWhoeverAsks)
{
    std::vector<ZonePtr> seen(8);
    {
        std::vector<std::jthread> threads;
        for (ZonePtr &mine : seen)
            threads.emplace_back([&mine] { mine = zoneTable("Asia/Tokyo"); });
    }
    for (const ZonePtr &mine : seen) {
        ASSERT_TRUE(mine);
        EXPECT_EQ(mine, seen.front());
    }
}

// Every day of the repeated rule is where date-tz says it is while both know it.
TEST(Zones, theLastRuleContinuesWhatTheFileLists)
{
    for (const char *name :
         {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
          "America/Nuuk", "Pacific/Auckland", "America/Santiago"}) {
        const ZonePtr zone = zoneTable(name);
        ASSERT_TRUE(zone) << name;
        // 28 years apart the calendar of the 21st century is the same.
        for (Instant at = utc("2027-01-01T00:00:00Z"); at < utc("2037-12-31T00:00:00Z");
             at += std::chrono::hours(1)) {
            const Instant later = at + std::chrono::days(10'227);
            ASSERT_EQ(zone->periodAt(at).offset, zone->periodAt(later).offset)
                << name << " " << formatInstant(later);
        }
    }
}

TEST(PosixZone, rulesOfAllKinds)
{
    EXPECT_EQ(transitionsIn("UTC0", 2026), "0");
    EXPECT_EQ(transitionsIn("<+0545>-5:45", 2026), "345");
    EXPECT_EQ(transitionsIn("CET-1CEST,M3.5.0,M10.5.0/3", 2026),
              "60; 03-29T01:00 120; 10-25T01:00 60");
    EXPECT_EQ(transitionsIn("EST5EDT,M3.2.0,M11.1.0", 2026),
              "-300; 03-08T07:00 -240; 11-01T06:00 -300");
    EXPECT_EQ(transitionsIn("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2026),
              "630; 10-03T15:30 660; 04-04T15:00 630");
    EXPECT_EQ(transitionsIn("IST-1GMT0,M10.5.0,M3.5.0/1", 2026),
              "60; 10-25T01:00 0; 03-29T01:00 60");
    EXPECT_EQ(transitionsIn("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026),
              "-120; 03-29T01:00 -60; 10-25T01:00 -120");
    EXPECT_EQ(transitionsIn("EET-2EEST,M3.4.4/50,M10.4.4/50", 2026),
              "120; 03-28T00:00 180; 10-23T23:00 120");
    EXPECT_EQ(transitionsIn("AAA0BBB,J60/0,J300/0", 2024), "0; 03-01T00:00 60; 10-26T23:00 0");
    EXPECT_EQ(transitionsIn("AAA0BBB,J60/0,J300/0", 2026), "0; 03-01T00:00 60; 10-26T23:00 0");
    EXPECT_EQ(transitionsIn("AAA0BBB,59/0,300/0", 2024), "0; 02-29T00:00 60; 10-26T23:00 0");
}

TEST(PosixZone, refusesWhatIsNone)
{
    for (const char *bad :
         {"", "CET", "C-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
          "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5",
          "CET-1CEST,366,5", "CET-168", "CET-1:60", "<+03-3", "CET-1CEST,M3.5.0,M10.5.0/3 ",
          "CET-1CEST,M3.5.0,M10.5.0,M1.1.1"})
        EXPECT_FALSE(parsePosixZone(bad)) << bad;
}

RC_GTEST_PROP(PosixZone, anyTextIsReadOrRefused, (const std::string &text))
{
    parsePosixZone(text);
    parsePosixZone("CET-1CEST," + text);
}

} // namespace crossfade::test
