// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

TEST(Instant, ReadsEveryRfc3339Form)
{
    const struct {
        const char *text;
        std::int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.250Z", 250},
        {"1970-01-01t00:00:00.2z", 200},
        {"1970-01-01 00:00:01Z", 1000},
        {"1970-01-01T01:30:00+01:30", 0},
        {"1969-12-31T22:00:00-02:00", 0},
        {"1970-01-01T00:00:00.123456789Z", 123},
        {"2016-12-31T23:59:60Z", 1'483'228'800'000},
        {"2000-02-29T00:00:00Z", 951'782'400'000},
        {"1969-12-31T23:59:59.999Z", -1},
    };
    for (const auto &c : cases) {
        const Result<Instant> instant = parseInstant(c.text);
        ASSERT_TRUE(instant) << c.text;
        EXPECT_EQ(toMs(*instant), c.ms) << c.text;
    }
}

TEST(Instant, RefusesWhatIsNotATime)
{
    for (const char *text :
         {"", "now", "2026-11-21", "2026-11-21T14:02:11", "2026-13-01T00:00:00Z",
          "2025-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z",
          "2026-11-21T23:59:61Z", "2026-11-21T14:02:11.Z", "2026-11-21T14:02:11.1234567890Z",
          "2026-11-21T14:02:11+1:00", "2026-11-21T14:02:11+24:00", "2026-11-21T14:02:11Zx",
          "20261121T140211Z", "-026-11-21T14:02:11Z"}) {
        EXPECT_FALSE(parseInstant(text)) << text;
    }
}

RC_GTEST_PROP(Instant, SurvivesItsText, ())
{
    // The years 1 to 9999, what four digits can say.
    const auto ms = *rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'799'999);
    const Result<Instant> back = parseInstant(formatInstant(instantFromMs(ms)));
    RC_ASSERT(back.has_value());
    RC_ASSERT(toMs(*back) == ms);
}

TEST(TimeWindow, IsHalfOpen)
{
    const TimeWindow window{instantFromMs(10), instantFromMs(20)};
    EXPECT_FALSE(window.contains(instantFromMs(9)));
    EXPECT_TRUE(window.contains(instantFromMs(10)));
    EXPECT_TRUE(window.contains(instantFromMs(19)));
    EXPECT_FALSE(window.contains(instantFromMs(20)));
    EXPECT_TRUE(TimeWindow{}.contains(instantFromMs(-5)));
    EXPECT_TRUE((TimeWindow{instantFromMs(20), instantFromMs(20)}.isEmpty()));
    EXPECT_FALSE(window.isEmpty());
}

} // namespace
} // namespace crossfade
