// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/weeklyjson.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostZoneBytes = 64;

std::uint8_t readWeekdays(JsonReader &in)
{
    if (!in.has("weekdays")) {
        in.ignore("weekdays");
        in.reject("weekdays", "is required");
        return 0;
    }
    const Json *items = in.optionalArray("weekdays", WeekdayWords.size());
    if (!items) return 0;
    if (items->empty()) in.reject("weekdays", "must name at least one day");
    std::uint8_t weekdays = 0;
    for (const Json &item : *items) {
        const auto *word = item.get_ptr<const std::string *>();
        const auto found = word ? std::ranges::find(WeekdayWords, *word) : WeekdayWords.end();
        if (found == WeekdayWords.end()) {
            in.reject("weekdays", "must name days as MON TUE WED THU FRI SAT SUN");
            return 0;
        }
        const auto bit = static_cast<std::uint8_t>(1 << (found - WeekdayWords.begin()));
        if ((weekdays & bit) != 0) {
            in.reject("weekdays", "names " + *word + " twice");
            return 0;
        }
        weekdays = static_cast<std::uint8_t>(weekdays | bit);
    }
    return weekdays;
}

int readTimeOfDay(JsonReader &in, std::string_view field)
{
    if (!in.has(field)) {
        in.ignore(field);
        in.reject(field, "is required");
        return 0;
    }
    const std::optional<std::string> text = in.optionalText(field, 64);
    if (!text) return 0;
    const std::optional<int> minutes = timeOfDayFromText(*text);
    if (!minutes) in.reject(field, "must be a time of day from 00:00 to 23:59");
    return minutes.value_or(0);
}

} // namespace

Json weeklyWindowToJson(const WeeklyWindow &window)
{
    Json weekdays = Json::array();
    for (std::size_t i = 0; i < WeekdayWords.size(); ++i) {
        if (window.on(static_cast<int>(i))) weekdays.push_back(WeekdayWords[i]);
    }
    return Json{{"weekdays", std::move(weekdays)},
                {"from", timeOfDayText(window.from)},
                {"to", timeOfDayText(window.to)},
                {"time_zone", window.timeZone}};
}

WeeklyWindow readWeeklyWindow(JsonReader &in)
{
    WeeklyWindow window;
    window.weekdays = readWeekdays(in);
    window.from = readTimeOfDay(in, "from");
    window.to = readTimeOfDay(in, "to");
    window.timeZone = in.text("time_zone", MostZoneBytes, 1);
    return window;
}

} // namespace crossfade
