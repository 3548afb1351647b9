// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/time.h"

#include <cstdio>

namespace crossfade {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

// A fixed count of digits at the front of `text`, which is shortened by them; -1 if it has none.
int takeDigits(std::string_view &text, std::size_t count)
{
    if (text.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view &text, char expected)
{
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

// The fraction after the seconds in milliseconds, 0 if there is none, -1 if it is malformed.
int takeFraction(std::string_view &text)
{
    if (!take(text, '.')) return 0;
    int milliseconds = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        if (digits < 3) milliseconds = milliseconds * 10 + (text[digits] - '0');
    }
    if (digits == 0 || digits > 9) return -1;
    for (std::size_t i = digits; i < 3; ++i)
        milliseconds *= 10;
    text.remove_prefix(digits);
    return milliseconds;
}

// Minutes east of UTC.
std::optional<int> takeOffset(std::string_view &text)
{
    if (take(text, 'Z') || take(text, 'z')) return 0;
    const bool east = take(text, '+');
    if (!east && !take(text, '-')) return std::nullopt;
    const int hours = takeDigits(text, 2);
    if (hours < 0 || hours > 23 || !take(text, ':')) return std::nullopt;
    const int minutes = takeDigits(text, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    return (east ? 1 : -1) * (hours * 60 + minutes);
}

void putDigits(char *end, int count, unsigned value)
{
    for (; count > 0; --count) {
        *--end = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

Failure notATime()
{
    return fail(ErrorKind::Invalid, "must be an RFC 3339 time such as 2026-11-21T14:02:11.250Z");
}

} // namespace

std::string formatInstant(Instant instant)
{
    const auto days = std::chrono::floor<std::chrono::days>(instant);
    const year_month_day date{days};
    const std::int64_t rest = (instant - days).count();
    const auto part = [rest](std::int64_t unit, std::int64_t most) { return static_cast<unsigned>(rest / unit % most); };
    std::string text = "0000-00-00T00:00:00.000Z";
    const int years = static_cast<int>(date.year());
    putDigits(text.data() + 4, 4, static_cast<unsigned>(years));
    putDigits(text.data() + 7, 2, static_cast<unsigned>(date.month()));
    putDigits(text.data() + 10, 2, static_cast<unsigned>(date.day()));
    putDigits(text.data() + 13, 2, part(3'600'000, 24));
    putDigits(text.data() + 16, 2, part(60'000, 60));
    putDigits(text.data() + 19, 2, part(1'000, 60));
    putDigits(text.data() + 23, 3, part(1, 1'000));
    if (years >= 0 && years <= 9999) return text;
    char far[16]; // a time that was counted, not read
    std::snprintf(far, sizeof far, "%04d", years);
    return text.replace(0, 4, far);
}

Result<Instant> parseInstant(std::string_view text)
{
    const int years = takeDigits(text, 4);
    if (years < 0 || !take(text, '-')) return notATime();
    const int months = takeDigits(text, 2);
    if (months < 0 || !take(text, '-')) return notATime();
    const int days = takeDigits(text, 2);
    if (days < 0 || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return notATime();
    const int hours = takeDigits(text, 2);
    if (hours < 0 || hours > 23 || !take(text, ':')) return notATime();
    const int minutes = takeDigits(text, 2);
    if (minutes < 0 || minutes > 59 || !take(text, ':')) return notATime();
    const int seconds = takeDigits(text, 2);
    if (seconds < 0 || seconds > 60) return notATime();
    const int fraction = takeFraction(text);
    const std::optional<int> offset = takeOffset(text);
    if (fraction < 0 || !offset || !text.empty()) return notATime();
    const year_month_day date{year(years), month(static_cast<unsigned>(months)),
                              day(static_cast<unsigned>(days))};
    if (!date.ok()) return notATime();
    const Instant instant = Instant(sys_days(date)) + std::chrono::hours(hours) +
                            std::chrono::minutes(minutes) + Seconds(seconds) +
                            Milliseconds(fraction) - std::chrono::minutes(*offset);
    // In UTC too the year has four digits: what is formatted is always read back.
    constexpr sys_days Earliest{year(1) / 1 / 1};
    constexpr sys_days End{year(10'000) / 1 / 1};
    if (instant < Earliest || instant >= End) return notATime();
    return instant;
}

} // namespace crossfade
