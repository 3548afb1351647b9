// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/checkfrequency.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

const ZoneTable &berlin()
{
    static const ZoneTable Table("Europe/Berlin", Seconds(3'600),
                                 {{*parseInstant("2026-03-29T01:00:00Z"), Seconds(7'200)},
                                  {*parseInstant("2026-10-25T01:00:00Z"), Seconds(3'600)}});
    return Table;
}

// The next times one after the other.
std::vector<std::string> times(const RecurringTime &time, const char *after, int count, const ZoneTable &zone = berlin())
{
    std::vector<std::string> result;
    std::optional<Instant> at = *parseInstant(after);
    while (count-- > 0) {
        at = nextRunTime({time}, *at, &zone);
        if (!at) return result;
        result.push_back(formatInstant(*at).substr(5, 11));
    }
    return result;
}

using Times = std::vector<std::string>;
using Every = RecurringTime::Every;

TEST(CheckFrequency, RunsOnceADayWhateverIsDoneToTheClocks)
{
    const RecurringTime night{Every::Day, 2 * 60 + 30, 0, "Europe/Berlin"};
    // Forward: 02:30 is skipped, the day has the moment of the jump.
    EXPECT_EQ(times(night, "2026-03-28T00:00:00Z", 3), (Times{"03-28T01:30", "03-29T01:00", "03-30T00:30"}));
    // Back: 02:30 comes twice, at 00:30 and 01:30.
    EXPECT_EQ(times(night, "2026-10-24T00:00:00Z", 3), (Times{"10-24T00:30", "10-25T00:30", "10-26T01:30"}));
    EXPECT_EQ(times(night, "2026-10-25T00:31:00Z", 1), (Times{"10-26T01:30"}));
    const RecurringTime weekly{Every::Week, 2 * 60 + 30, 6, "Europe/Berlin"}; // Sundays, as both are
    EXPECT_EQ(times(weekly, "2026-03-23T00:00:00Z", 2), (Times{"03-29T01:00", "04-05T00:30"}));
    EXPECT_EQ(times(weekly, "2026-10-20T00:00:00Z", 2), (Times{"10-25T00:30", "11-01T01:30"}));
}

TEST(CheckFrequency, RunsEachHourAlsoInTheRepeatedOne)
{
    const RecurringTime hourly{Every::Hour, 15, 0, "Europe/Berlin"};
    EXPECT_EQ(times(hourly, "2026-03-28T23:15:00Z", 3), (Times{"03-29T00:15", "03-29T01:15", "03-29T02:15"}));
    EXPECT_EQ(times(hourly, "2026-10-24T23:15:00Z", 3), (Times{"10-25T00:15", "10-25T01:15", "10-25T02:15"}));
    // Clocks that are set by half an hour: the minute goes with them.
    const ZoneTable howe("Australia/Lord_Howe", Seconds(37'800), {{*parseInstant("2026-10-03T15:30:00Z"), Seconds(39'600)}});
    EXPECT_EQ(times(hourly, "2026-10-03T13:50:00Z", 3, howe), (Times{"10-03T14:45", "10-03T16:15", "10-03T17:15"}));
}

// Samoa went over the date line: there was no 30 December 2011, a Friday.
TEST(CheckFrequency, RunsForASkippedDayAsItEnds)
{
    const ZoneTable apia("Pacific/Apia", Seconds(-36'000), {{*parseInstant("2011-12-30T10:00:00Z"), Seconds(50'400)}});
    EXPECT_EQ(times({Every::Week, 60, 4, "Pacific/Apia"}, "2011-12-25T00:00:00Z", 2, apia),
              (Times{"12-30T10:00", "01-05T11:00"}));
}

TEST(CheckFrequency, MakesUpForSeveralMissedTimesOnce)
{
    const Instant now = *parseInstant("2026-05-05T12:00:00Z");
    EXPECT_EQ(nextRunTime({{}, 300}, now, nullptr), now + Seconds(300));
    EXPECT_GT(nextRunTime({RecurringTime{Every::Day, 0, 0, "Europe/Berlin"}}, now, &berlin()), now);
    EXPECT_FALSE(nextRunTime({RecurringTime{}}, now, nullptr)); // a zone that is not known
}

TEST(CheckFrequency, IsReadAsItWasWritten)
{
    for (const CheckFrequency &one :
         {CheckFrequency{{}, 5}, CheckFrequency{{}, 2'592'000}, CheckFrequency{RecurringTime{Every::Hour, 59, 0, "UTC"}},
          CheckFrequency{RecurringTime{Every::Day, 150, 0, "Europe/Berlin"}},
          CheckFrequency{RecurringTime{Every::Week, 1'439, 6, "Asia/Shanghai"}}})
        EXPECT_EQ(checkFrequencyFromText(dumpJson(checkFrequencyJson(one))), one) << dumpJson(checkFrequencyJson(one));
    for (const char *text : {"", "{}", "null", R"({"every":"SECONDS"})", R"({"every":"SECONDS","seconds":4})",
                             R"({"every":"SECONDS","seconds":2592001})", R"({"every":"DAILY"})", R"({"every":7})",
                             R"({"every":"DAILY","at":"24:00"})", R"({"every":"DAILY","at":"02:00","weekday":"MON"})",
                             R"({"every":"WEEKLY","at":"02:00"})", R"({"every":"HOURLY","at":"01:00"})"})
        EXPECT_FALSE(checkFrequencyFromText(text)) << text;
}

} // namespace
} // namespace crossfade
