// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whether two rules ever hold at once, against looking at every quarter of an hour.
#include "models/routing/meeting.h"
#include "models/routing/warnings.h"
#include "tests/models/core/zonetables.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

using namespace test;

const Instant Begin = utc("2026-01-01T00:00:00Z");

bool meet(const Rule &a, const Rule &b, Instant now)
{
    Effort effort{100'000'000};
    const std::optional<bool> found = everMeet(a, b, now, effort);
    EXPECT_TRUE(found.has_value());
    return found.value_or(false);
}

Rule recurring(const char *id, const WeeklyWindow &window, const ZonePtr &zone, Platform platform = Platform::New)
{
    Rule rule = timeRule(id, {}, platform);
    rule.recurrence = Recurrence{window, zone};
    return rule;
}

// All times of the rules lie on quarters of an hour, of every zone's clocks.
bool meetByLooking(const Rule &a, const Rule &b, Instant from, Instant to)
{
    for (Instant at = from; at < to; at += std::chrono::minutes(15)) {
        if (a.holds(at) && b.holds(at)) return true;
    }
    return false;
}

TEST(Meeting, betweenTheClockChangesOfTwoZones)
{
    // 09:00 in New York is 15:00 in Berlin but for some weeks of spring and autumn, when it is 14:00.
    const Rule mine = recurring("a", weekly(Daily, "09:00", "10:00", "America/New_York"), newYork());
    const Rule other = recurring("b", weekly(Daily, "14:00", "15:00", "Europe/Berlin"), berlin(), Platform::Legacy);
    EXPECT_TRUE(meet(mine, other, Begin));
    EXPECT_TRUE(meet(other, mine, Begin));
    EXPECT_TRUE(meet(mine, other, utc("2026-06-01T00:00:00Z"))) << "in autumn";
    Rule bounded = mine;
    bounded.window = {utc("2026-04-01T00:00:00Z"), utc("2026-10-24T00:00:00Z")};
    EXPECT_FALSE(meet(bounded, other, Begin)) << "its bounds leave those weeks out";
    const Rule before = recurring("c", weekly(Daily, "13:00", "14:00", "Europe/Berlin"), berlin());
    EXPECT_FALSE(meet(mine, before, Begin));
    // And that is what the operator is told.
    const Snapshot snapshot = quiet().changed(added(other), 2);
    const std::vector<RuleWarning> warnings = warningsOf(snapshot, mine, Begin);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].code, "CONTRADICTS");
    EXPECT_TRUE(warningsOf(quiet().changed(added(before), 2), mine, Begin).empty());
}

TEST(Meeting, whileClocksThatWereSetBackStandStill)
{
    // Sunday 25 October, 03:00 in Berlin is 02:00 once more: until three again it is still before three.
    const Rule night = recurring("a", weekly(Sun, "02:30", "03:00", "Europe/Berlin"), berlin());
    Rule hour = recurring("b", weekly(Sun, "01:00", "01:30", "UTC"), utcZone());
    EXPECT_TRUE(meet(night, hour, Begin));
    EXPECT_TRUE(meetByLooking(night, hour, utc("2026-10-25T00:00:00Z"), utc("2026-10-26T00:00:00Z")));
    hour.window = {utc("2026-10-26T00:00:00Z"), utc("2027-10-31T00:00:00Z")};
    EXPECT_FALSE(meet(night, hour, Begin)) << "that is over, and the next time not yet there";
}

TEST(Meeting, aSkippedHourIsThereInOtherWeeks)
{
    const Rule mine = recurring("a", weekly(Sun, "02:00", "02:45", "Europe/Berlin"), berlin());
    const Rule other = recurring("b", weekly(Sun, "02:15", "03:00", "Europe/Berlin"), berlin());
    EXPECT_TRUE(meet(mine, other, utc("2026-03-27T00:00:00Z")));
    const Rule once = timeRule("c", {utc("2026-03-29T00:00:00Z"), utc("2026-03-30T00:00:00Z")}, Platform::New);
    EXPECT_FALSE(meet(mine, once, Begin)) << "that Sunday has no such hour";
    const Rule later = timeRule("d", {utc("2026-03-29T00:00:00Z"), utc("2026-04-30T00:00:00Z")}, Platform::New);
    EXPECT_TRUE(meet(mine, later, Begin));
}

TEST(Meeting, isUnknownWhenTheEffortIsUsedUp)
{
    // 13:00 and 14:00 in Berlin never are 10:00 in New York: each change of the clocks is looked at.
    const Rule mine = recurring("a", weekly(Daily, "10:00", "11:00", "America/New_York"), newYork());
    const Rule other = recurring("b", weekly(Daily, "12:00", "13:00", "Europe/Berlin"), berlin());
    Effort plenty{1'000'000};
    EXPECT_EQ(everMeet(mine, other, Begin, plenty), std::optional(false));
    const std::size_t needed = 1'000'000 - plenty.left;
    EXPECT_GT(needed, 1'000U);
    Effort enough{needed};
    EXPECT_EQ(everMeet(mine, other, Begin, enough), std::optional(false));
    EXPECT_EQ(enough.left, 0U);
    Effort less{needed - 1};
    EXPECT_EQ(everMeet(mine, other, Begin, less), std::nullopt);
    EXPECT_EQ(less.left, 0U);
}

rc::Gen<Rule> anyRule(const char *id)
{
    const auto zone = rc::gen::element(utcZone(), berlin(), newYork(), lordHowe(), kathmandu(), twiceADay());
    // Few days and short times, so that many just miss each other.
    const auto days = rc::gen::map(rc::gen::inRange(0, 7), [](int day) { return static_cast<std::uint8_t>(1 << day); });
    const auto quarter = rc::gen::inRange(0, 96);
    const auto length = rc::gen::inRange(1, 9);
    const auto start = rc::gen::inRange(0, 400 * 96);
    const auto span = rc::gen::element(2 * 96, 20 * 96, 200 * 96, 700 * 96);
    return rc::gen::map(rc::gen::tuple(zone, days, quarter, length, start, span), [id](const auto &parts) {
        const auto &[table, day, from, count, first, lasts] = parts;
        WeeklyWindow window{day, from * 15, (from + count) % 96 * 15, table->name()};
        Rule rule = recurring(id, window, table);
        rule.window.start = Begin + std::chrono::minutes(15) * first;
        rule.window.end = *rule.window.start + std::chrono::minutes(15) * lasts;
        return rule;
    });
}

RC_GTEST_PROP(Meeting, isWhatLookingAtEveryQuarterOfAnHourFinds, ())
{
    const Rule a = *anyRule("a");
    const Rule b = *anyRule("b");
    const bool found = meetByLooking(a, b, Begin, Begin + std::chrono::days(1'200));
    RC_CLASSIFY(found, "meet");
    RC_ASSERT(meet(a, b, Begin) == found);
}

// The same weekday a few hours apart, which only the clocks' changes bring together.
RC_GTEST_PROP(Meeting, ofNeighboursToo, ())
{
    Rule a = *anyRule("a");
    Rule b = *anyRule("b");
    a.window = b.window = {};
    a.window.end = b.window.end = Begin + std::chrono::days(420);
    b.recurrence->weekly.weekdays = a.recurrence->weekly.weekdays = WeeklyWindow::EveryDay;
    RC_ASSERT(meet(a, b, Begin) == meetByLooking(a, b, Begin, *a.window.end));
}

} // namespace
} // namespace crossfade
