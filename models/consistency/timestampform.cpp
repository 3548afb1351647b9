// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/timestampform.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>

namespace crossfade {

namespace {

// Takes the parts of a timestamp off the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
    {
    }
    bool atEnd() const { return m_text.empty(); }
    char peek() const { return m_text.empty() ? '\0' : m_text.front(); }
    bool take(char c)
    {
        if (peek() != c) return false;
        m_text.remove_prefix(1);
        return true;
    }
    // Exactly `count` digits, at most `most`.
    std::optional<int> number(std::size_t count, int most)
    {
        if (m_text.size() < count) return std::nullopt;
        int value = 0;
        for (const char c : m_text.substr(0, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        m_text.remove_prefix(count);
        return value <= most ? std::optional<int>(value) : std::nullopt;
    }
    std::string digits()
    {
        std::string result;
        while (peek() >= '0' && peek() <= '9') {
            result += peek();
            m_text.remove_prefix(1);
        }
        return result;
    }

private:
    std::string_view m_text;
};

std::optional<std::int64_t> scanDate(Scanner &in)
{
    const auto year = in.number(4, 9999);
    if (!year || !in.take('-')) return std::nullopt;
    const auto month = in.number(2, 12);
    if (!month || !in.take('-')) return std::nullopt;
    const auto day = in.number(2, 31);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400;
}

bool scanTime(Scanner &in, TimestampForm &form)
{
    const auto hour = in.number(2, 24);
    if (!hour || !in.take(':')) return false;
    const auto minute = in.number(2, 59);
    if (!minute) return false;
    form.seconds += *hour * 3'600 + *minute * 60;
    if (!in.take(':')) return true;
    const auto second = in.number(2, 60);
    if (!second) return false;
    form.seconds += *second;
    if (!in.take('.') && !in.take(',')) return true;
    form.fraction = in.digits();
    if (form.fraction.empty()) return false;
    form.fraction.erase(form.fraction.find_last_not_of('0') + 1);
    return true;
}

bool scanZone(Scanner &in, TimestampForm &form)
{
    while (in.take(' ')) {
    }
    if (in.atEnd()) return true;
    form.zoned = true;
    if (in.take('Z') || in.take('z')) return true;
    const int sign = in.peek() == '-' ? -1 : 1;
    if (!in.take('-') && !in.take('+')) return false;
    int offset = 0;
    int unit = 3'600;
    for (int part = 0; part < 3 && !in.atEnd(); ++part, unit /= 60) {
        if (part > 0) in.take(':');
        const auto value = in.number(2, part == 0 ? 18 : 59);
        if (!value) return false;
        offset += *value * unit;
    }
    if (unit == 3'600) return false;
    form.offsetSeconds = sign * offset;
    form.seconds -= form.offsetSeconds;
    return true;
}

} // namespace

std::string TimestampForm::text() const
{
    return std::to_string(seconds) + (fraction.empty() ? "" : "." + fraction);
}

std::optional<TimestampForm> momentForm(std::string_view text)
{
    TimestampForm form;
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto [end, problem] = std::from_chars(text.data(), text.data() + point, form.seconds);
    if (problem != std::errc() || end != text.data() + point) return std::nullopt;
    if (point < text.size()) form.fraction = text.substr(point + 1);
    if (form.fraction.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return form;
}

std::optional<TimestampForm> parseTimestamp(std::string_view text)
{
    Scanner in(text);
    const std::optional<std::int64_t> date = scanDate(in);
    if (!date) return std::nullopt;
    TimestampForm form;
    form.seconds = *date;
    if (in.atEnd()) return form;
    if (!in.take('T') && !in.take('t')) {
        if (!in.take(' ')) return std::nullopt;
        while (in.take(' ')) {
        }
    }
    if (!scanTime(in, form) || !scanZone(in, form) || !in.atEnd()) return std::nullopt;
    return form;
}

bool differByZone(const TimestampForm &a, const TimestampForm &b)
{
    constexpr std::int64_t QuarterHour = 900;
    constexpr std::int64_t Most = 14 * 3'600;
    const std::int64_t apart = std::abs(a.seconds - b.seconds);
    return a.fraction == b.fraction && apart != 0 && apart <= Most && apart % QuarterHour == 0;
}

} // namespace crossfade
