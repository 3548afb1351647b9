// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/changemark.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

// 2026-03-01 12:00:00 UTC
constexpr std::chrono::microseconds Now{1'772'366'400'500'000};

std::string markOf(const char *last, const WallClock &clock = {})
{
    return markAt(last, Now, clock);
}

TEST(ChangeMark, IsNowWhereTheZoneIsKnown)
{
    EXPECT_EQ(markOf("2026-01-31 10:00:00.123456+00"), "2026-03-01 12:00:00+00");
    EXPECT_EQ(markOf("2026-01-31T10:00:00.5Z"), "2026-03-01T12:00:00Z");
    EXPECT_EQ(markOf("2026-01-31 10:00:00+08:00"), "2026-03-01 20:00:00+08:00");
    EXPECT_EQ(markOf("2099-01-01 00:00:00-05"), "2026-03-01 07:00:00-05") << "nothing is waited for until 2099";
    EXPECT_EQ(markOf("infinity"), "2026-02-28 12:00:00+00");
}

TEST(ChangeMark, IsTheLastValueWhereItIsNot)
{
    // The clock may be set back by an hour.
    EXPECT_EQ(markOf("2026-01-31 10:00:00.123456"), "2026-01-31 09:00:00");
    // Another zone's present.
    EXPECT_EQ(markOf("2026-03-02T01:59:59"), "2026-03-02T00:59:59");
    // No zone's: then what the farthest one may show.
    EXPECT_EQ(markOf("2099-01-01 00:00:00"), "2026-02-28 23:00:00");
    EXPECT_EQ(markOf("2026-01-31"), "2026-01-30");
    EXPECT_EQ(markOf("2099-01-31"), "2026-02-28");
    EXPECT_EQ(markOf("01HV7Z-ordered-by-text"), "01HV7Z-ordered-by-text");
}

TEST(ChangeMark, OfAWallClockIsWhatItShowsAndWillShowNext)
{
    // Clocks go from +02 to +01 at 13:00 UTC: from 15:00 they show 14:00 again.
    const auto zone = std::make_shared<const ZoneTable>(
        "Somewhere/Else", Seconds(7'200),
        std::vector<ZoneTransition>{{instantFromMs(1'772'370'000'000), Seconds(3'600)}});
    EXPECT_EQ(markOf("2026-01-31 10:00:00", {"Somewhere/Else", zone}), "2026-03-01 14:00:00");
    const std::chrono::microseconds later = Now + std::chrono::minutes(45); // 14:45 there
    EXPECT_EQ(markAt("2026-01-31 10:00:00", later, {"Somewhere/Else", zone}), "2026-03-01 14:00:00");
    const std::chrono::microseconds after = Now + std::chrono::minutes(80); // 14:20 for the second time
    EXPECT_EQ(markAt("2026-01-31 10:00:00", after, {"Somewhere/Else", zone}), "2026-03-01 14:20:00");
}

TEST(ChangeMark, OfANumberIsNeverLaterThanItsLastValue)
{
    EXPECT_EQ(markOf("1772000000"), "1772000000");
    EXPECT_EQ(markOf("1999999999"), "1772366400");
    EXPECT_EQ(markOf("1999999999000"), "1772366400500");
    EXPECT_EQ(markOf("1999999999000000"), "1772366400500000");
    EXPECT_EQ(markOf("1999999999000000000"), "1772366400500000000");
    EXPECT_EQ(markOf("4711"), "4711") << "a version";
    EXPECT_EQ(markOf("1772000000.75"), "1771999999");
    EXPECT_EQ(markOf("-5"), "-5");
}

TEST(ChangeMark, GoesBackBySeconds)
{
    const std::chrono::seconds minute(60);
    EXPECT_EQ(earlierMark("2026-03-01 00:00:30.5+08", minute), "2026-02-28 23:59:30.5+08");
    EXPECT_EQ(earlierMark("2026-03-01T12:00:00", minute), "2026-03-01T11:59:00");
    EXPECT_EQ(earlierMark("1772366400", minute), "1772366340");
    EXPECT_EQ(earlierMark("1772366400500", minute), "1772366340500");
    EXPECT_EQ(earlierMark("4711", minute), "4711");
    EXPECT_EQ(earlierMark("2026-03-01", minute), "2026-03-01");
}

} // namespace
} // namespace crossfade
