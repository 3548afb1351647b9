// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ctime>

namespace crossfade {

namespace {

// Year 0001 to 9999: what RFC 3339 can write.
constexpr std::int64_t Earliest = -62'135'596'800'000;
constexpr std::int64_t Latest = 253'402'300'799'999;

rc::Gen<std::int64_t> anyInstantMs() {
    return rc::gen::inRange<std::int64_t>(Earliest, Latest + 1);
}

TEST(Time, FormatsUtcWithMilliseconds) {
    EXPECT_EQ(formatInstant(instantFromMs(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(formatInstant(instantFromMs(1'795'269'731'250)), "2026-11-21T14:02:11.250Z");
    EXPECT_EQ(formatInstant(instantFromMs(-1)), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(formatInstant(instantFromMs(951'782'400'000)), "2000-02-29T00:00:00.000Z");
}

TEST(Time, ReadsEveryFormOfRfc3339) {
    const Instant expected = instantFromMs(1'795'269'731'250);
    for (const char *text :
         {"2026-11-21T14:02:11.250Z", "2026-11-21t14:02:11.25z", "2026-11-21 14:02:11.250Z",
          "2026-11-21T15:02:11.250+01:00", "2026-11-21T08:32:11.2509999-05:30",
          "2026-11-21T14:02:11.250-00:00", "2026-11-22T14:01:11.250+23:59"}) {
        const auto instant = parseInstant(text);
        ASSERT_TRUE(instant) << text;
        EXPECT_EQ(*instant, expected) << text;
    }
}

TEST(Time, CountsALeapSecondAsTheNextOne) {
    EXPECT_EQ(*parseInstant("2016-12-31T23:59:60Z"), *parseInstant("2017-01-01T00:00:00Z"));
}

TEST(Time, RefusesWhatUtcCannotWriteInFourDigits) {
    for (const char *text : {"9999-12-31T23:59:59-05:00", "9999-12-31T23:59:60Z",
                             "0001-01-01T00:00:00+05:00", "0000-12-31T23:59:59Z"}) {
        const auto instant = parseInstant(text);
        ASSERT_FALSE(instant) << text;
        EXPECT_EQ(instant.error().kind, ErrorKind::Invalid);
    }
    EXPECT_EQ(*parseInstant("0001-01-01T05:00:00+05:00"), instantFromMs(Earliest));
    EXPECT_EQ(*parseInstant("9999-12-31T18:59:59.999-05:00"), instantFromMs(Latest));
    EXPECT_EQ(*parseInstant("0000-12-31T23:00:00-01:00"), instantFromMs(Earliest));
}

TEST(Time, RefusesWhatIsNoTime) {
    for (const char *text : {"",
                             "2026",
                             "2026-11-21",
                             "2026-11-21T14:02:11",
                             "2026-13-01T00:00:00Z",
                             "2026-02-29T00:00:00Z",
                             "2026-04-31T00:00:00Z",
                             "2026-11-00T00:00:00Z",
                             "2026-11-21T24:00:00Z",
                             "2026-11-21T00:60:00Z",
                             "2026-11-21T00:00:61Z",
                             "2026-11-21T00:00:00.Z",
                             "2026-11-21T00:00:00.1234567890Z",
                             "2026-11-21T00:00:00+24:00",
                             "2026-11-21T00:00:00+0100",
                             "2026-11-21T00:00:00Zx",
                             " 2026-11-21T00:00:00Z",
                             "+026-11-21T00:00:00Z",
                             "2026-1-21T00:00:00Z",
                             "2026-11-21T00:00:00,5Z"}) {
        const auto instant = parseInstant(text);
        ASSERT_FALSE(instant) << text;
        EXPECT_EQ(instant.error().kind, ErrorKind::Invalid);
    }
}

RC_GTEST_PROP(Time, ReadsBackWhatItWrote, ()) {
    const Instant instant = instantFromMs(*anyInstantMs());
    const auto again = parseInstant(formatInstant(instant));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == instant);
}

RC_GTEST_PROP(Time, AgreesWithTheCLibrary, ()) {
    const std::int64_t ms = *anyInstantMs();
    const auto seconds = static_cast<std::time_t>((ms - ((ms % 1000) + 1000) % 1000) / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    RC_PRE(parts.tm_year + 1900 >= 1000);
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    RC_ASSERT(formatInstant(instantFromMs(ms)).substr(0, 19) == text);
}

RC_GTEST_PROP(Time, OrderOfTextIsOrderOfTime, ()) {
    const Instant a = instantFromMs(*anyInstantMs());
    const Instant b = instantFromMs(*anyInstantMs());
    RC_ASSERT((a < b) == (formatInstant(a) < formatInstant(b)));
}

RC_GTEST_PROP(Time, AnOffsetMovesTheInstant, ()) {
    const std::int64_t ms = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000);
    const int minutes = *rc::gen::inRange(-1'439, 1'440);
    std::string text = formatInstant(instantFromMs(ms));
    text.pop_back();
    char offset[16];
    const int size = minutes < 0 ? -minutes : minutes;
    std::snprintf(offset, sizeof offset, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60,
                  size % 60);
    const auto instant = parseInstant(text + offset);
    RC_ASSERT(instant.has_value());
    RC_ASSERT(toMs(*instant) == ms - std::int64_t{minutes} * 60'000);
}

RC_GTEST_PROP(Time, SurvivesAnyText, (const std::string &text)) {
    const auto instant = parseInstant(text);
    if (instant) RC_ASSERT((parseInstant(formatInstant(*instant)) == instant));
}

TEST(TimeWindow, IsHalfOpen) {
    const TimeWindow window{instantFromMs(10), instantFromMs(20)};
    EXPECT_FALSE(window.contains(instantFromMs(9)));
    EXPECT_TRUE(window.contains(instantFromMs(10)));
    EXPECT_TRUE(window.contains(instantFromMs(19)));
    EXPECT_FALSE(window.contains(instantFromMs(20)));
    EXPECT_FALSE(window.isEmpty());
}

TEST(TimeWindow, AnAbsentBoundIsOpen) {
    EXPECT_TRUE(TimeWindow{}.contains(instantFromMs(0)));
    EXPECT_TRUE((TimeWindow{{}, instantFromMs(5)}.contains(instantFromMs(-100))));
    EXPECT_TRUE((TimeWindow{instantFromMs(5), {}}.contains(instantFromMs(100))));
    EXPECT_FALSE((TimeWindow{instantFromMs(5), {}}.isEmpty()));
    EXPECT_TRUE((TimeWindow{instantFromMs(5), instantFromMs(5)}.isEmpty()));
}

} // namespace

} // namespace crossfade
