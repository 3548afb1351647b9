// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/changewindows.h"
#include "tests/models/core/zonetables.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

Recurrence window(std::uint8_t weekdays, const char *from, const char *to, const ZonePtr &zone) {
    return {weekly(weekdays, from, to, zone->name()), zone};
}

ShiftPolicy policyWith(std::vector<Recurrence> windows, std::vector<Freeze> freezes = {}) {
    ShiftPolicy policy = plainPolicy();
    policy.changeWindows = std::move(windows);
    policy.freezes = std::move(freezes);
    return policy;
}

TEST(Calendar, WithoutWindowsAnyTimeIsGood) {
    const CalendarStanding standing = calendarAt(plainPolicy(), at(2'000));
    EXPECT_TRUE(standing.open);
    EXPECT_EQ(standing.detail, "no freeze now");
}

TEST(Calendar, OutsideItSaysWhenTheNextOpensByThatZonesClocks) {
    const ShiftPolicy policy = policyWith({window(Fri, "22:00", "02:00", berlin())});
    // Wednesday noon in winter.
    const CalendarStanding shut = calendarAt(policy, utc("2026-11-25T11:00:00Z"));
    EXPECT_FALSE(shut.open);
    EXPECT_EQ(shut.cause, HeldCause::Window);
    EXPECT_EQ(shut.opensAt, utc("2026-11-27T21:00:00Z"));
    EXPECT_EQ(shut.detail,
              "outside the change windows: the next opens FRI 2026-11-27 22:00 Europe/Berlin");
    EXPECT_TRUE(calendarAt(policy, utc("2026-11-27T21:00:00Z")).open);
    EXPECT_TRUE(calendarAt(policy, utc("2026-11-28T00:59:59.999Z")).open) << "past midnight";
    EXPECT_FALSE(calendarAt(policy, utc("2026-11-28T01:00:00Z")).open) << "half open";
}

TEST(Calendar, TheFirstOfSeveralWindowsCounts) {
    const ShiftPolicy policy = policyWith({window(Sun, "10:00", "12:00", berlin()),
                                           window(Sat, "20:00", "22:00", newYork()),
                                           window(Mon, "01:00", "02:00", utcZone())});
    const CalendarStanding shut = calendarAt(policy, utc("2026-11-28T12:00:00Z")); // Saturday
    EXPECT_EQ(shut.opensAt, utc("2026-11-29T01:00:00Z"));
    EXPECT_EQ(shut.detail,
              "outside the change windows: the next opens SAT 2026-11-28 20:00 America/New_York");
    EXPECT_TRUE(calendarAt(policy, utc("2026-11-29T09:30:00Z")).open);
    EXPECT_TRUE(calendarAt(policy, utc("2026-11-30T01:30:00Z")).open);
}

TEST(Calendar, ByNightWhenClocksAreSet) {
    const ShiftPolicy policy = policyWith({window(Sun, "02:00", "04:00", berlin())});
    // 29 March: 02:00 does not exist, the window begins with the jump to 03:00 and is an hour long.
    EXPECT_FALSE(calendarAt(policy, utc("2026-03-29T00:59:59.999Z")).open);
    EXPECT_TRUE(calendarAt(policy, utc("2026-03-29T01:00:00Z")).open);
    EXPECT_FALSE(calendarAt(policy, utc("2026-03-29T02:00:00Z")).open);
    // 25 October: 02:00 to 03:00 comes twice, the window begins with the first and is three long.
    EXPECT_FALSE(calendarAt(policy, utc("2026-10-24T23:59:59.999Z")).open);
    for (const char *in :
         {"2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:59:59.999Z"})
        EXPECT_TRUE(calendarAt(policy, utc(in)).open) << in;
    EXPECT_FALSE(calendarAt(policy, utc("2026-10-25T03:00:00Z")).open);
    // Across the change it is the wall clock that says when: an hour less to wait.
    EXPECT_EQ(calendarAt(policy, utc("2026-03-22T12:00:00Z")).opensAt, utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(calendarAt(policy, utc("2026-03-29T12:00:00Z")).opensAt, utc("2026-04-05T00:00:00Z"));
}

TEST(Calendar, AFreezeInAWindowShutsItAndTheOpeningIsAfterBoth) {
    const ShiftPolicy policy =
        policyWith({window(Daily, "22:00", "23:00", utcZone())},
                   {{utc("2026-11-24T00:00:00Z"), utc("2026-11-25T22:30:00Z"), "fair", {}}});
    const CalendarStanding frozen = calendarAt(policy, utc("2026-11-24T22:15:00Z"));
    EXPECT_EQ(frozen.cause, HeldCause::Freeze);
    EXPECT_EQ(frozen.detail, "freeze: fair");
    EXPECT_EQ(frozen.opensAt, utc("2026-11-25T22:30:00Z")) << "what is left of that window";
    const ShiftPolicy longer =
        policyWith(policy.changeWindows,
                   {{utc("2026-11-24T00:00:00Z"), utc("2026-11-25T23:30:00Z"), "fair", {}}});
    EXPECT_EQ(calendarAt(longer, utc("2026-11-24T12:00:00Z")).opensAt,
              utc("2026-11-26T22:00:00Z"));
}

TEST(Calendar, AZoneThatIsNotKnownNeverOpens) {
    Recurrence homeless{weekly(Daily, "00:00", "00:00", "Mars/Olympus"), nullptr};
    const CalendarStanding standing = calendarAt(policyWith({homeless}), at(2'000));
    EXPECT_FALSE(standing.open);
    EXPECT_FALSE(standing.opensAt);
    EXPECT_NE(standing.detail.find("Mars/Olympus"), std::string::npos);
}

TEST(Calendar, ManyFreezesAndWindowsAreLookedThroughToTheEnd) {
    std::vector<Freeze> freezes;
    for (int day = 0; day < 200; ++day) // each freezes that day's window
        freezes.push_back({at(86'400 * day + 3'600), at(86'400 * day + 7'200), "busy", {}});
    const ShiftPolicy policy = policyWith({window(Daily, "01:00", "02:00", utcZone())}, freezes);
    EXPECT_EQ(calendarAt(policy, at(0)).opensAt, at(86'400 * 200 + 3'600));
}

RC_GTEST_PROP(AnyCalendar, TheOpeningIsTheFirstMomentThatIsOpen, ()) {
    std::vector<Recurrence> windows;
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
        const ZonePtr zone = *rc::gen::element(berlin(), newYork(), utcZone(), lordHowe());
        WeeklyWindow span{static_cast<std::uint8_t>(*rc::gen::inRange(1, 128)),
                          *rc::gen::inRange(0, 48) * 30, *rc::gen::inRange(0, 48) * 30,
                          zone->name()};
        windows.push_back({span, zone});
    }
    const Instant from = utc("2026-03-20T00:00:00Z");
    std::vector<Freeze> freezes;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        const Instant start = from + std::chrono::minutes(30 * *rc::gen::inRange(0, 700));
        freezes.push_back(
            {start, start + std::chrono::minutes(30 * *rc::gen::inRange(1, 200)), "busy", {}});
    }
    const ShiftPolicy policy = policyWith(windows, freezes);
    const Instant now = from + std::chrono::minutes(30 * *rc::gen::inRange(0, 500));
    const CalendarStanding standing = calendarAt(policy, now);
    if (standing.open) return;
    RC_ASSERT(standing.opensAt.has_value());
    RC_ASSERT(calendarAt(policy, *standing.opensAt).open);
    for (Instant look = now; look < *standing.opensAt; look += std::chrono::minutes(30))
        RC_ASSERT(!calendarAt(policy, look).open);
    RC_ASSERT(!calendarAt(policy, *standing.opensAt - Milliseconds(1)).open);
}

// Lets the machine act with everything green, a look a second, from `from` to `to`.
ShiftStatus walk(const ShiftPolicy &policy, ShiftStatus status, Instant from, Instant to,
                 std::vector<std::pair<Instant, double>> &rises, std::vector<ShiftCause> &causes) {
    for (Instant now = from; now < to; now += Seconds(1)) {
        const auto transition = advance(policy, status, greenFacts(policy, now));
        if (!transition) continue;
        if (transition->next.percentage > status.percentage)
            rises.emplace_back(now, transition->next.percentage.percent());
        causes.push_back(transition->cause);
        status = transition->next;
    }
    return status;
}

TEST(ChangeWindows, StepsOnlyInsideHeldOutsideAndBakesAnewInTheNext) {
    ShiftPolicy policy = policyWith({window(Daily, "22:00", "22:10", berlin())});
    policy.stabilizationSeconds = 300;
    const Instant opens = utc("2026-11-25T21:00:00Z");
    const auto started = obey(policy, {}, order(ShiftCommand::Shift), opens - Seconds(60));
    ASSERT_TRUE(started);
    std::vector<std::pair<Instant, double>> rises;
    std::vector<ShiftCause> causes;
    const ShiftStatus before = walk(policy, started->next, opens - Seconds(60), opens, rises, causes);
    EXPECT_EQ(before.state, ShiftState::Held);
    EXPECT_EQ(before.heldCause, HeldCause::Window);
    const NextAction waits = nextAction(policy, before, greenFacts(policy, opens - Seconds(1)));
    EXPECT_EQ(waits.kind, NextAction::Kind::Wait);
    EXPECT_EQ(waits.earliestAt, opens);
    EXPECT_EQ(waits.percentage, percent(5));
    EXPECT_EQ(waits.detail,
              "outside the change windows: the next opens WED 2026-11-25 22:00 Europe/Berlin");
    const ShiftStatus after = walk(policy, before, opens, opens + Seconds(900), rises, causes);
    EXPECT_EQ(after.state, ShiftState::Held);
    ASSERT_EQ(rises.size(), 2U) << "0 → 5 → 10; the third would fall after 22:10";
    for (const auto &[when, percentage] : rises)
        EXPECT_TRUE(calendarAt(policy, when).open) << percentage;
    const std::size_t seen = rises.size();
    const Instant again = opens + std::chrono::hours(24);
    walk(policy, after, again - Seconds(5), again + Seconds(400), rises, causes);
    ASSERT_EQ(rises.size(), seen + 1);
    EXPECT_GE(rises.back().first, again + Seconds(300)) << "stabilization starts anew";
    EXPECT_EQ(std::ranges::count(causes, ShiftCause::HeldEnded), 2);
}

TEST(ChangeWindows, AreNoMatterForGoingBackOrArriving) {
    ShiftPolicy policy = policyWith({window(Sun, "03:00", "04:00", berlin())});
    const Instant monday = utc("2026-11-23T12:00:00Z");
    EXPECT_TRUE(obey(policy, statusIn(ShiftState::Held, 20), order(ShiftCommand::Rollback), monday));
    const auto tripped =
        advance(policy, statusIn(ShiftState::Stabilizing, 20), trippedFacts(policy, monday));
    ASSERT_TRUE(tripped) << "guards act outside windows all the same";
    EXPECT_EQ(tripped->next.state, ShiftState::RollbackProposed);
    ShiftStatus whole = statusIn(ShiftState::Evaluating, 100);
    const auto arrived = advance(policy, whole, greenFacts(policy, monday));
    ASSERT_TRUE(arrived);
    EXPECT_EQ(arrived->next.state, ShiftState::Completed);
}

TEST(ChangeWindows, AFreezeThatEndsOutsideBecomesAWindowThatIsAwaited) {
    ShiftPolicy policy = policyWith({window(Daily, "22:00", "23:00", utcZone())},
                                    {{utc("2026-11-24T00:00:00Z"), utc("2026-11-24T12:00:00Z"),
                                      "fair", {}}});
    ShiftStatus status = statusIn(ShiftState::Held, 5);
    status.heldCause = HeldCause::Freeze;
    status.heldDetail = "freeze: fair";
    EXPECT_FALSE(advance(policy, status, greenFacts(policy, utc("2026-11-24T11:59:59Z"))));
    const auto other = advance(policy, status, greenFacts(policy, utc("2026-11-24T12:00:00Z")));
    ASSERT_TRUE(other);
    EXPECT_EQ(other->next.state, ShiftState::Held);
    EXPECT_EQ(other->next.heldCause, HeldCause::Window);
    EXPECT_FALSE(
        advance(policy, other->next, greenFacts(policy, utc("2026-11-24T12:00:01Z"))));
    const auto on = advance(policy, other->next, greenFacts(policy, utc("2026-11-24T22:00:00Z")));
    ASSERT_TRUE(on);
    EXPECT_EQ(on->cause, ShiftCause::HeldEnded);
}

TEST(ChangeWindows, AnApprovalIsTakenBackWhenTheWindowShuts) {
    ShiftPolicy policy = policyWith({window(Daily, "22:00", "23:00", utcZone())});
    policy.approval = StepApproval::EachStep;
    ShiftStatus status = statusIn(ShiftState::AwaitingApproval, 5);
    EXPECT_FALSE(advance(policy, status, greenFacts(policy, utc("2026-11-24T22:59:59Z"))));
    const auto shut = advance(policy, status, greenFacts(policy, utc("2026-11-24T23:00:00Z")));
    ASSERT_TRUE(shut);
    EXPECT_EQ(shut->cause, ShiftCause::ApprovalWithdrawn);
    const auto held = advance(policy, shut->next, greenFacts(policy, utc("2026-11-24T23:00:01Z")));
    ASSERT_TRUE(held);
    EXPECT_EQ(held->next.heldCause, HeldCause::Window);
}

Json bodyWith(const Json &windows) {
    return Json{{"policy_name", "n"}, {"target_system", "*"}, {"change_windows", windows}};
}

TEST(ChangeWindows, AreReadWithTheirZonesAndRefusedByField) {
    const ZoneSource zones = [](std::string_view name) -> ZonePtr {
        return name == "Europe/Berlin" ? berlin() : nullptr;
    };
    const Json good{{"weekdays", {"FRI", "SAT"}}, {"from", "22:00"}, {"to", "06:00"},
                    {"time_zone", "Europe/Berlin"}};
    const auto policy = policyFromJson(bodyWith(Json::array({good})), "s", zones);
    ASSERT_TRUE(policy) << policy.error().message;
    ASSERT_EQ(policy->changeWindows.size(), 1U);
    EXPECT_TRUE(policy->changeWindows[0].zone);
    EXPECT_EQ(policyToJson(*policy).at("change_windows"), Json::array({good}));
    struct Case {
        const char *field;
        Json value;
    };
    for (const auto &[field, value] :
         {Case{"weekdays", Json::array()}, Case{"from", "24:00"}, Case{"to", 6},
          Case{"time_zone", "Mars/Olympus"}, Case{"colour", "red"}}) {
        Json bad = good;
        bad[field] = value;
        const auto refused = policyFromJson(bodyWith(Json::array({good, bad})), "s", zones);
        ASSERT_FALSE(refused) << field;
        EXPECT_EQ(refused.error().fields.at(0).pointer,
                  "/change_windows/1/" + std::string(field));
    }
    EXPECT_FALSE(policyFromJson(bodyWith(std::vector<Json>(51, good)), "s", zones));
    Json frozen{{"policy_name", "n"}, {"target_system", "*"},
                {"freezes", {{{"start", "2026-11-24T00:00:00Z"}, {"end", "2026-11-25T00:00:00Z"},
                              {"time_zone", "Mars/Olympus"}}}}};
    const auto refused = policyFromJson(frozen, "s", zones);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/freezes/0/time_zone");
}

} // namespace
} // namespace crossfade::test
