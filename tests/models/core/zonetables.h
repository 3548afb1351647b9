// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/weeklywindow.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Tables of real zones, written down by hand for the years that tests look at.
namespace crossfade::test {

inline Instant utc(const char *text) { return *parseInstant(text); }

inline ZonePtr tableOf(std::string name, int minutesBefore,
                       std::initializer_list<std::pair<const char *, int>> transitions)
{
    std::vector<ZoneTransition> list;
    for (const auto &[when, minutes] : transitions)
        list.push_back({utc(when), std::chrono::minutes(minutes)});
    return std::make_shared<const ZoneTable>(std::move(name), std::chrono::minutes(minutesBefore), std::move(list));
}

inline ZonePtr utcZone() { return tableOf("UTC", 0, {}); }
inline ZonePtr berlin()
{
    return tableOf("Europe/Berlin", 60,
                   {{"2026-03-29T01:00:00Z", 120}, {"2026-10-25T01:00:00Z", 60}, {"2027-03-28T01:00:00Z", 120},
                    {"2027-10-31T01:00:00Z", 60}});
}
inline ZonePtr newYork()
{
    return tableOf("America/New_York", -300,
                   {{"2026-03-08T07:00:00Z", -240}, {"2026-11-01T06:00:00Z", -300},
                    {"2027-03-14T07:00:00Z", -240}, {"2027-11-07T06:00:00Z", -300}});
}
// Clocks are set by half an hour.
inline ZonePtr lordHowe()
{
    return tableOf("Australia/Lord_Howe", 660,
                   {{"2026-04-04T15:00:00Z", 630}, {"2026-10-03T15:30:00Z", 660}, {"2027-04-03T15:00:00Z", 630},
                    {"2027-10-02T15:30:00Z", 660}});
}
inline ZonePtr kathmandu() { return tableOf("Asia/Kathmandu", 345, {}); }
// Friday 30 December 2011 did not happen there.
inline ZonePtr apia() { return tableOf("Pacific/Apia", -600, {{"2011-12-30T10:00:00Z", 840}}); }
// The other way over the date line: Wednesday 10 June 2026 happens twice.
inline ZonePtr twiceADay() { return tableOf("Test/Twice", 840, {{"2026-06-10T10:00:00Z", -600}}); }

inline WeeklyWindow weekly(std::uint8_t weekdays, const char *from, const char *to, std::string zone)
{
    return {weekdays, *timeOfDayFromText(from), *timeOfDayFromText(to), std::move(zone)};
}
enum : std::uint8_t { Mon = 1, Tue = 2, Wed = 4, Thu = 8, Fri = 16, Sat = 32, Sun = 64, WorkDays = 31, Daily = 127 };

} // namespace crossfade::test
