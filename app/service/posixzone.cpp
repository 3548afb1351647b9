// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/posixzone.h"

#include <algorithm>

namespace crossfade {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

// Takes the parts of the text from its front; a part that is not there makes it fail for good.
class PosixReader {
public:
    explicit PosixReader(std::string_view text) : m_rest(text) {}

    bool isGood() const { return m_good; }
    bool atEnd() const { return m_rest.empty(); }
    bool next(char c)
    {
        if (m_rest.empty() || m_rest.front() != c) return false;
        m_rest.remove_prefix(1);
        return true;
    }
    void expect(char c) { m_good = next(c) && m_good; }

    void skipName()
    {
        const bool quoted = next('<');
        const auto isPart = [&](char c) {
            const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
        };
        const auto end = std::ranges::find_if_not(m_rest, isPart);
        const auto length = static_cast<std::size_t>(end - m_rest.begin());
        m_good = m_good && length >= 3;
        m_rest.remove_prefix(length);
        if (quoted) expect('>');
    }

    int number(int low, int high)
    {
        int value = 0;
        std::size_t digits = 0;
        for (; digits < m_rest.size() && digits < 4 && m_rest[digits] >= '0' && m_rest[digits] <= '9'; ++digits)
            value = value * 10 + (m_rest[digits] - '0');
        m_good = m_good && digits > 0 && value >= low && value <= high;
        m_rest.remove_prefix(digits);
        return value;
    }

    Seconds time()
    {
        const bool negative = next('-');
        if (!negative) next('+');
        Seconds value = hours(number(0, 167));
        if (next(':')) value += minutes(number(0, 59));
        if (next(':')) value += Seconds(number(0, 59));
        return negative ? -value : value;
    }

    bool startsOffset() const
    {
        return !m_rest.empty() && (m_rest.front() == '+' || m_rest.front() == '-' ||
                                   (m_rest.front() >= '0' && m_rest.front() <= '9'));
    }

    PosixZone::Day day()
    {
        PosixZone::Day day;
        expect(',');
        if (next('M')) {
            day.month = number(1, 12);
            expect('.');
            day.week = number(1, 5);
            expect('.');
            day.weekday = number(0, 6);
        } else if (next('J')) {
            day.kind = PosixZone::Day::Kind::WithoutLeapDay;
            day.number = number(1, 365);
        } else {
            day.kind = PosixZone::Day::Kind::WithLeapDay;
            day.number = number(0, 365);
        }
        if (next('/')) day.time = time();
        return day;
    }

private:
    std::string_view m_rest;
    bool m_good = true;
};

sys_days dateOf(const PosixZone::Day &day, int inYear)
{
    using std::chrono::last;
    const std::chrono::year year(inYear);
    const sys_days first{year / 1 / 1};
    switch (day.kind) {
    case PosixZone::Day::Kind::WithLeapDay: return first + days(day.number);
    case PosixZone::Day::Kind::WithoutLeapDay:
        return first + days(day.number - 1 + (year.is_leap() && day.number >= 60 ? 1 : 0));
    case PosixZone::Day::Kind::Weekday: break;
    }
    const std::chrono::month month(static_cast<unsigned>(day.month));
    const std::chrono::weekday weekday(static_cast<unsigned>(day.weekday));
    if (day.week == 5) return sys_days(year / month / weekday[last]);
    return sys_days(year / month / weekday[static_cast<unsigned>(day.week)]);
}

} // namespace

std::optional<PosixZone> parsePosixZone(std::string_view text)
{
    PosixReader in(text);
    PosixZone zone;
    in.skipName();
    zone.standard = -in.time(); // written as west of UTC
    if (in.isGood() && in.atEnd()) return zone;
    PosixZone::Summer summer;
    in.skipName();
    summer.offset = in.startsOffset() ? -in.time() : zone.standard + hours(1);
    summer.begin = in.day();
    summer.end = in.day();
    if (!in.isGood() || !in.atEnd()) return std::nullopt;
    zone.summer = summer;
    return zone;
}

std::vector<ZoneTransition> transitionsOf(const PosixZone &zone, int firstYear, int lastYear)
{
    std::vector<ZoneTransition> transitions;
    for (int year = firstYear; zone.summer && year <= lastYear; ++year) {
        const PosixZone::Summer &summer = *zone.summer;
        transitions.push_back(
            {dateOf(summer.begin, year) + summer.begin.time - zone.standard, summer.offset});
        transitions.push_back({dateOf(summer.end, year) + summer.end.time - summer.offset, zone.standard});
    }
    return transitions;
}

} // namespace crossfade
