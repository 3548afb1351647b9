// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/changemark.h"

#include "models/consistency/timestampform.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace crossfade {

namespace {

constexpr std::size_t DateTimeLength = 19; // YYYY-MM-DD HH:MM:SS

std::string two(std::int64_t number)
{
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

// "YYYY-MM-DD", the separator, "HH:MM:SS".
std::string dateTimeText(std::int64_t seconds, char separator)
{
    const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::int64_t rest = (at - day).count();
    std::string year = std::to_string(static_cast<int>(date.year()));
    year.insert(0, year.size() < 4 ? 4 - year.size() : 0, '0');
    return year + "-" + two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day())) +
           separator + two(rest / 3'600) + ":" + two(rest / 60 % 60) + ":" + two(rest % 60);
}

// How many of its units a second has: from the number's size, as a time of this century would be written.
std::int64_t unitsASecond(std::int64_t number)
{
    constexpr std::int64_t Ten11 = 100'000'000'000;
    if (number < 100'000'000) return 0;
    if (number < Ten11) return 1;
    if (number < Ten11 * 1'000) return 1'000;
    return number < Ten11 * 1'000'000 ? 1'000'000 : 1'000'000'000;
}

constexpr std::chrono::hours FarthestEast{14}; // of UTC that wall clocks are
constexpr std::chrono::hours FarthestWest{12};
constexpr std::int64_t Hour = 3'600;
constexpr std::int64_t Day = 24 * Hour;
constexpr std::int64_t Quarter = 900; // zones change at quarters of an hour of UTC
constexpr int QuartersAhead = 8;      // no clock is set back by more

// The whole part of a number; nothing for anything else.
struct NumberMark {
    std::int64_t whole = 0;
    bool fraction = false;
};
std::optional<NumberMark> numberOf(std::string_view text)
{
    NumberMark number;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number.whole);
    if (read.ec != std::errc()) return std::nullopt;
    if (read.ptr == end) return number;
    const std::string_view rest = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
    if (rest.front() != '.' || rest.find_first_not_of("0123456789", 1) != std::string_view::npos) return std::nullopt;
    number.fraction = true;
    return number;
}

std::string numberMark(const NumberMark &number, std::chrono::microseconds now)
{
    const std::int64_t units = unitsASecond(number.whole);
    const std::int64_t whole = number.fraction ? number.whole - 1 : number.whole;
    if (units == 0) return std::to_string(whole); // a version: its own clock
    constexpr std::int64_t Million = 1'000'000;
    const std::int64_t present = units > Million ? now.count() * (units / Million) : now.count() / (Million / units);
    return std::to_string(std::min(whole, present));
}

// The least that wall clocks of the zone show from a moment on.
std::int64_t leastWall(const ZoneTable &zone, std::int64_t seconds)
{
    const auto wall = [&zone](std::int64_t at) {
        return at + zone.periodAt(instantFromMs(at * 1'000)).offset.count();
    };
    std::int64_t least = wall(seconds);
    for (int i = 1; i <= QuartersAhead; ++i)
        least = std::min(least, wall((seconds / Quarter + i) * Quarter));
    return least;
}

// What follows the seconds and their fraction: the zone as it is written.
std::string_view zonePart(std::string_view mark)
{
    std::size_t at = DateTimeLength;
    if (at < mark.size() && (mark[at] == '.' || mark[at] == ',')) {
        ++at;
        while (at < mark.size() && mark[at] >= '0' && mark[at] <= '9')
            ++at;
    }
    return mark.substr(std::min(at, mark.size()));
}

} // namespace

std::string markAt(std::string_view last, std::chrono::microseconds now, const WallClock &clock)
{
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(now).count();
    if (const auto number = numberOf(last)) return numberMark(*number, now);
    // PostgreSQL has it: nothing would ever be later.
    if (last == "infinity") return dateTimeText(seconds - Day, ' ') + "+00";
    const auto moment = parseTimestamp(last);
    if (!moment) return std::string(last);
    const std::int64_t east = seconds + std::chrono::seconds(FarthestEast).count();
    const std::int64_t known =
        moment->seconds <= east ? moment->seconds : seconds - std::chrono::seconds(FarthestWest).count();
    if (last.size() < DateTimeLength) return dateTimeText(known - Day, ' ').substr(0, 10); // a date: all of the day before
    if (moment->zoned) return dateTimeText(seconds + moment->offsetSeconds, last[10]) + std::string(zonePart(last));
    const std::int64_t wall = clock.table ? leastWall(*clock.table, seconds) : known - Hour;
    return dateTimeText(wall, last[10]);
}

std::string earlierMark(std::string_view mark, std::chrono::seconds by)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(mark.data(), mark.data() + mark.size(), number);
    if (read.ec == std::errc() && read.ptr == mark.data() + mark.size())
        return std::to_string(number - unitsASecond(number) * by.count());
    if (mark.size() < DateTimeLength || mark[13] != ':') return std::string(mark);
    const auto wall = parseTimestamp(mark.substr(0, DateTimeLength)); // as written, whatever its zone
    if (!wall || !parseTimestamp(mark)) return std::string(mark);
    return dateTimeText(wall->seconds - by.count(), mark[10]) + std::string(mark.substr(DateTimeLength));
}

} // namespace crossfade
