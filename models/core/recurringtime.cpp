// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/recurringtime.h"

#include "models/core/weeklywindow.h"

#include <vector>

namespace crossfade {

namespace {

const std::vector<std::string_view> EveryWords{"HOURLY", "DAILY", "WEEKLY"};
const std::vector<std::string_view> DayWords(WeekdayWords.begin(), WeekdayWords.end());

// By the offset of the time itself: where it changes, the minutes are looked for anew from there on.
std::optional<Instant> nextOfHours(int minute, Instant after, const ZoneTable &zone)
{
    constexpr std::chrono::hours Hour(1);
    constexpr int MostChanges = 4; // an hour spans no more
    Instant from = after + Milliseconds(1);
    for (int changes = 0; changes < MostChanges; ++changes) {
        const ZoneTable::Period period = zone.periodAt(from);
        const WallTime wall(from.time_since_epoch() + period.offset);
        WallTime next = std::chrono::floor<std::chrono::hours>(wall) + std::chrono::minutes(minute);
        if (next < wall) next += Hour;
        const Instant at(next.time_since_epoch() - period.offset);
        if (at < period.end) return at;
        from = period.end;
    }
    return std::nullopt;
}

} // namespace

std::optional<Instant> nextTime(const RecurringTime &time, Instant after, const ZoneTable &zone)
{
    if (time.every == RecurringTime::Every::Hour) return nextOfHours(time.minute, after, zone);
    using Days = std::chrono::days;
    constexpr int Last = 15; // days ahead: a week, and one more where clocks have skipped its day
    const auto today = std::chrono::floor<Days>(zone.wallTimeAt(after));
    for (int day = -1; day <= Last; ++day) {
        const std::chrono::local_days date = today + Days(day);
        const unsigned weekday = std::chrono::weekday(date).iso_encoding() - 1;
        if (time.every == RecurringTime::Every::Week && static_cast<int>(weekday) != time.weekday) continue;
        const Instant at = zone.firstReaching(WallTime(date) + std::chrono::minutes(time.minute));
        if (at > after) return at;
    }
    return std::nullopt;
}

Json recurringTimeJson(const RecurringTime &time)
{
    const bool weekly = time.every == RecurringTime::Every::Week;
    return {{"every", EveryWords[static_cast<std::size_t>(time.every)]},
            {"at", timeOfDayText(time.minute)},
            {"weekday", weekly ? Json(WeekdayWords[static_cast<std::size_t>(time.weekday)]) : Json()},
            {"time_zone", time.timeZone}};
}

RecurringTime readRecurringTime(JsonReader &in)
{
    RecurringTime result;
    result.every = static_cast<RecurringTime::Every>(in.word("every", EveryWords));
    const auto time = timeOfDayFromText(in.text("at", 5));
    if (!time) in.reject("at", "must be a time of day, 00:00 to 23:59");
    result.minute = time.value_or(0);
    if (result.every == RecurringTime::Every::Hour && result.minute >= 60)
        in.reject("at", "of HOURLY is a minute of the hour, 00:00 to 00:59");
    const auto day = in.optionalWord("weekday", DayWords);
    if (day.has_value() != (result.every == RecurringTime::Every::Week))
        in.reject("weekday", "belongs to WEEKLY, and only to it");
    result.weekday = static_cast<int>(day.value_or(0));
    result.timeZone = in.optionalText("time_zone", 100).value_or("UTC");
    return result;
}

} // namespace crossfade
