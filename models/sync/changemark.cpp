// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/changemark.h"

#include "models/consistency/timestampform.h"

#include <charconv>
#include <cstdint>

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

} // namespace

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
