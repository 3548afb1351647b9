// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/checkfrequency.h"

namespace crossfade {

namespace {

constexpr std::int64_t LeastSeconds = 5;
constexpr std::int64_t MostSeconds = 2'592'000; // thirty days
constexpr std::string_view Field = "check_frequency";

} // namespace

std::optional<Instant> nextRunTime(const CheckFrequency &frequency, Instant after, const ZoneTable *zone)
{
    if (!frequency.at) return after + Seconds(frequency.seconds);
    return zone ? nextTime(*frequency.at, after, *zone) : std::nullopt;
}

Json checkFrequencyJson(const CheckFrequency &frequency)
{
    if (frequency.at) return recurringTimeJson(*frequency.at);
    return {{"every", "SECONDS"}, {"seconds", frequency.seconds}};
}

std::optional<CheckFrequency> readCheckFrequency(JsonReader &parent, const ZoneSource &zones)
{
    const Json *object = parent.optionalObject(Field);
    if (!object) return std::nullopt;
    JsonReader in(*object, parent.pointerTo(Field), parent);
    CheckFrequency frequency;
    const auto every = object->find("every");
    if (every != object->end() && *every == "SECONDS") {
        in.ignore("every");
        frequency.seconds = in.integer("seconds", LeastSeconds, MostSeconds);
    } else if (in.word("every", {"SECONDS", "HOURLY", "DAILY", "WEEKLY"}) > 0) {
        frequency.at = readRecurringTime(in);
        if (zones && !zones(frequency.at->timeZone)) in.reject("time_zone", "there is no such time zone");
    }
    (void)in.finish();
    return frequency;
}

std::optional<CheckFrequency> checkFrequencyFromText(const std::string &text)
{
    const Result<Json> value = parseJson(text);
    if (!value) return std::nullopt;
    const Json body{{Field, *value}};
    JsonReader in(body);
    const std::optional<CheckFrequency> frequency = readCheckFrequency(in);
    return in.finish() ? std::nullopt : frequency;
}

} // namespace crossfade
