// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Time rules that come again every week, wherever a rule matters: decisions, traces, histories,
// warnings, previews, JSON.

#include "models/routing/history.h"
#include "models/routing/preview.h"
#include "models/routing/routingjson.h"
#include "models/routing/warnings.h"
#include "tests/models/core/zonetables.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <new>

thread_local long crossfade::test::allocations = 0;

// Not inlined: an optimizing compiler that sees through one of them takes the pair for mismatched.
[[gnu::noinline]] void *operator new(std::size_t size)
{
    ++crossfade::test::allocations;
    if (void *memory = std::malloc(size == 0 ? 1 : size)) return memory;
    std::abort();
}
[[gnu::noinline]] void operator delete(void *memory) noexcept
{
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace crossfade::test {

namespace {

const std::vector<ZonePtr> &someZones()
{
    static const std::vector<ZonePtr> all{utcZone(),  berlin(),    newYork(),
                                          lordHowe(), kathmandu(), twiceADay()};
    return all;
}

ZonePtr zoneNamed(std::string_view name)
{
    for (const ZonePtr &zone : someZones()) {
        if (zone->name() == name) return zone;
    }
    return nullptr;
}

Rule recurringRule(std::string id, WeeklyWindow window, Platform platform = Platform::New)
{
    Rule rule = timeRule(std::move(id), {}, platform);
    rule.recurrence = Recurrence{window, zoneNamed(window.timeZone)};
    return rule;
}

// The nights of the week in Berlin: 22:00 to 06:00, from 21:00 to 05:00 UTC in winter.
Rule nights(std::string id = "nights")
{
    return recurringRule(std::move(id), weekly(WorkDays, "22:00", "06:00", "Europe/Berlin"));
}

rc::Gen<Instant> anyMomentOf2026()
{
    const std::int64_t start = toMs(utc("2026-03-20T00:00:00Z")) / 60'000;
    return rc::gen::oneOf(
        rc::gen::map(
            rc::gen::inRange<std::int64_t>(0, 250 * 1440),
            [start](std::int64_t minute) { return instantFromMs((start + minute) * 60'000); }),
        rc::gen::map(rc::gen::inRange<std::int64_t>(0, 86'400'000), [](std::int64_t ms) {
            return utc("2026-10-24T20:00:00Z") + Milliseconds(ms);
        }));
}

rc::Gen<Rule> anyTimeRule()
{
    return rc::gen::exec([] {
        Rule rule = timeRule("t" + std::to_string(*rc::gen::inRange(0, 40)), {},
                             *rc::gen::element(Platform::Legacy, Platform::New, Platform::Both));
        rule.priority = *rc::gen::inRange(0, 4);
        rule.active = *rc::gen::inRange(0, 6) > 0;
        if (*rc::gen::arbitrary<bool>()) rule.window.start = *anyMomentOf2026();
        if (*rc::gen::arbitrary<bool>()) rule.window.end = *anyMomentOf2026();
        if (*rc::gen::inRange(0, 3) == 0) return rule;
        const ZonePtr zone = *rc::gen::elementOf(someZones());
        rule.recurrence = Recurrence{{static_cast<std::uint8_t>(*rc::gen::inRange(1, 128)),
                                      *rc::gen::inRange(0, MinutesOfDay),
                                      *rc::gen::inRange(0, MinutesOfDay), zone->name()},
                                     zone};
        return rule;
    });
}

// The first in order that holds, asked one by one.
const Rule *firstThatHolds(const std::vector<RulePtr> &rules, Instant at)
{
    const Rule *first = nullptr;
    for (const RulePtr &rule : rules) {
        const bool weekly =
            !rule->recurrence || rule->recurrence->weekly.contains(at, *rule->recurrence->zone);
        if (!rule->active || !rule->window.contains(at) || !weekly) continue;
        if (!first || ruleComesBefore(*rule, *first)) first = rule.get();
    }
    return first;
}

std::string reasonAt(const Snapshot &snapshot, const char *when)
{
    return std::string(reasonWord(decide(snapshot, userRequest("ann", {}, utc(when))).reason));
}

std::string traceOfLine5(const Snapshot &snapshot, const char *when)
{
    return traceDecision(snapshot, userRequest("ann", {}, utc(when)))[4].detail;
}

std::string warned(const Snapshot &snapshot, const Rule &rule)
{
    std::string text;
    for (const RuleWarning &warning : warningsOf(snapshot, rule, utc("2026-11-21T12:00:00Z")))
        text += (text.empty() ? "" : " ") + warning.code + ":" + warning.ruleId;
    return text;
}

} // namespace

RC_GTEST_PROP(Recurrence, theTimeTableAnswersLikeAllRulesAskedOneByOne, ())
{
    std::vector<RulePtr> rules;
    for (Rule &rule :
         *rc::gen::uniqueBy<std::vector<Rule>>(anyTimeRule(), [](const Rule &r) { return r.id; }))
        rules.push_back(std::make_shared<const Rule>(std::move(rule)));
    const TimeTable table(rules);
    for (int i = 0; i < 60; ++i) {
        const Instant at = *anyMomentOf2026();
        RC_ASSERT(table.ruleAt(at) == firstThatHolds(rules, at));
    }
}

RC_GTEST_PROP(Recurrence, theNextChangeOfARuleIsWhereItStopsOrStartsToHold, ())
{
    Rule rule = *anyTimeRule();
    rule.active = true;
    const Instant at = *anyMomentOf2026();
    const std::optional<Instant> next = nextChange(rule, at);
    const Milliseconds ahead = next ? *next - at : Milliseconds(std::chrono::days(40));
    for (int part = 0; part < 40; ++part)
        RC_ASSERT(rule.holds(at + ahead * part / 40) == rule.holds(at));
    if (next) RC_ASSERT(rule.holds(*next) != rule.holds(at));
}

TEST(Recurrence, decidesOnlyInItsTimes)
{
    const Snapshot snapshot = quiet().changed(added(nights()), 2);
    EXPECT_EQ(reasonAt(snapshot, "2026-11-20T20:59:59.999Z"), "DEFAULT_ROUTING"); // a Friday
    EXPECT_EQ(reasonAt(snapshot, "2026-11-20T21:00:00Z"), "TIME_RULE");
    EXPECT_EQ(reasonAt(snapshot, "2026-11-21T05:00:00Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonAt(snapshot, "2026-11-21T21:00:00Z"), "DEFAULT_ROUTING"); // Saturday night
    EXPECT_EQ(reasonAt(snapshot, "2026-07-20T20:00:00Z"), "TIME_RULE");       // summer time
}

TEST(Recurrence, boundsHoldItFromOutside)
{
    Rule rule = nights();
    rule.window = {utc("2026-11-17T00:00:00Z"), utc("2026-11-19T22:00:00Z")};
    const Snapshot snapshot = quiet().changed(added(rule), 2);
    EXPECT_EQ(reasonAt(snapshot, "2026-11-16T23:59:59.999Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonAt(snapshot, "2026-11-17T00:00:00Z"),
              "TIME_RULE"); // Monday's night is still on
    EXPECT_EQ(reasonAt(snapshot, "2026-11-19T21:59:59.999Z"), "TIME_RULE");
    EXPECT_EQ(reasonAt(snapshot, "2026-11-19T22:00:00Z"), "DEFAULT_ROUTING");
}

TEST(Recurrence, aDecisionAllocatesNothing)
{
    std::vector<SnapshotChange> changes;
    for (int i = 0; i < 20; ++i)
        changes.emplace_back(added(recurringRule("t" + std::to_string(i),
                                                 weekly(Sun, "02:30", "02:45", "Europe/Berlin"))));
    // The lists are looked up too, none of them names anybody.
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.holdInconsistent = switches.insertsToNew = switches.notInLegacyToNew = true;
    changes.emplace_back(switches);
    changes.emplace_back(grayList("vips", GrayKind::User));
    changes.emplace_back(listed("vips", "a-user-with-a-name-too-long-for-a-short-string"));
    changes.emplace_back(heldUser("another-user-with-a-name-too-long-for-a-short-string"));
    changes.emplace_back(keysOf({"entity-with-a-name-too-long-for-a-short-string"}));
    const Snapshot snapshot = quiet().changed(changes, 2);
    DecisionRequest request = userRequest("ann", "shop", utc("2026-10-25T01:10:00Z"));
    request.entityId = "entity-with-a-name-too-long-for-a-short-string";
    const long before = allocations;
    const Decision decision = decide(snapshot, request);
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(decision.reason, Reason::DefaultRouting);
}

TEST(Recurrence, traceSaysWhenItHoldsAndWhenItComesAgain)
{
    const Snapshot snapshot = quiet().changed(added(nights()), 2);
    EXPECT_EQ(traceOfLine5(snapshot, "2026-11-20T22:00:00Z"),
              "Rule \"rule nights\" (priority 100) holds MON, TUE, WED, THU, FRI 22:00 to 06:00 "
              "Europe/Berlin and says NEW.");
    EXPECT_EQ(traceOfLine5(snapshot, "2026-11-21T12:00:00Z"),
              "No rule for this time holds at 2026-11-21T12:00:00.000Z: \"rule nights\" (priority "
              "100) recurs MON, TUE, "
              "WED, THU, FRI 22:00 to 06:00 Europe/Berlin, next at 2026-11-23T21:00:00.000Z.");
    Rule bounded = recurringRule("nights", weekly(Daily, "22:00", "06:00", "Europe/Berlin"));
    bounded.window.end = utc("2026-11-22T00:00:00Z");
    const Snapshot ending = quiet().changed(added(bounded), 2);
    EXPECT_EQ(
        traceOfLine5(ending, "2026-11-21T22:00:00Z"),
        "Rule \"rule nights\" (priority 100) holds every day 22:00 to 06:00 Europe/Berlin, until "
        "2026-11-22T00:00:00.000Z and says NEW.");
    EXPECT_NE(
        traceOfLine5(ending, "2026-11-22T01:00:00Z").find("ended at 2026-11-22T00:00:00.000Z"),
        std::string::npos);
    bounded.window.end = utc("2026-11-21T20:00:00Z");
    EXPECT_NE(traceOfLine5(quiet().changed(added(bounded), 2), "2026-11-21T12:00:00Z")
                  .find("no more before it ends"),
              std::string::npos);
}

TEST(Recurrence, historyTellsEveryBeginAndEnd)
{
    UserHistory history("ann", "");
    history.add({0, utc("2026-11-19T00:00:00Z"), switchesOf(Master::Off, Platform::Legacy), "START",
                 "op", ""});
    history.add(
        {1, utc("2026-11-19T12:00:00Z"), added(nights()), "RULE", "op", "nights are quiet"});
    const std::vector<UserHistoryEntry> entries = history.finish(utc("2026-11-24T12:00:00Z"));
    std::string told;
    for (const UserHistoryEntry &entry : entries) {
        EXPECT_EQ(entry.cause, "WINDOW");
        EXPECT_EQ(entry.actor, "ann"); // who made the rule
        EXPECT_EQ(entry.reason, "because nights");
        told +=
            formatInstant(entry.at).substr(8, 5) + " " + std::string(platformWord(entry.to)) + "; ";
    }
    EXPECT_EQ(told, "19T21 NEW; 20T05 LEGACY; 20T21 NEW; 21T05 LEGACY; 23T21 NEW; 24T05 LEGACY; ");
}

TEST(Recurrence, historyOfManyYearsEndsWhereTheUserIs)
{
    Rule rule = nights();
    rule.window.end = utc("2027-01-01T00:00:00Z");
    for (const char *now :
         {"2026-12-31T23:30:00Z", "2027-01-01T00:00:00Z", "2029-06-01T00:00:00Z"}) {
        UserHistory history("ann", "");
        history.add({0, utc("2020-01-01T00:00:00Z"), switchesOf(Master::Off, Platform::Legacy),
                     "START", "op", ""});
        history.add({1, utc("2020-01-01T12:00:00Z"), added(rule), "RULE", "op", ""});
        const std::vector<UserHistoryEntry> entries = history.finish(utc(now));
        ASSERT_FALSE(entries.empty()) << now;
        const Snapshot snapshot = quiet().changed(added(rule), 2);
        EXPECT_EQ(entries.back().to, decide(snapshot, userRequest("ann", {}, utc(now))).platform)
            << now;
        for (std::size_t i = 1; i < entries.size(); ++i)
            EXPECT_EQ(entries[i].from, entries[i - 1].to) << now;
    }
}

TEST(Recurrence, warnsOfWhatNeverMeetsItsBounds)
{
    Rule rule = recurringRule("r", weekly(Wed, "08:00", "10:00", "UTC"));
    rule.window = {utc("2026-11-21T00:00:00Z"), utc("2026-11-24T00:00:00Z")};
    const std::vector<RuleWarning> warnings =
        warningsOf(quiet(), rule, utc("2026-11-21T12:00:00Z"));
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].code, "EMPTY_WINDOW");
    EXPECT_EQ(warnings[0].pointer, "/recurrence");
    rule.window.end = utc("2026-11-25T09:00:00Z");
    EXPECT_EQ(warned(quiet(), rule), "");
}

TEST(Recurrence, warnsOfRulesThatMeetAndOfNoOthers)
{
    Rule other = nights("a");
    other.platform = Platform::Legacy;
    other.priority = 1;
    const Snapshot snapshot = quiet().changed(added(other), 2);
    const auto rule = [](std::uint8_t days, const char *from, const char *to, const char *zone) {
        return recurringRule("b", weekly(days, from, to, zone));
    };
    EXPECT_EQ(warned(snapshot, rule(WorkDays, "06:00", "22:00", "Europe/Berlin")), "");
    EXPECT_EQ(warned(snapshot, rule(Mon, "23:00", "04:00", "Europe/Berlin")),
              "SHADOWED:a CONTRADICTS:a");
    EXPECT_EQ(warned(snapshot, rule(Mon, "20:00", "23:00", "Europe/Berlin")), "CONTRADICTS:a");
    EXPECT_EQ(warned(snapshot, rule(Sat, "22:00", "23:00", "Europe/Berlin")), "");
    EXPECT_EQ(warned(snapshot, rule(Mon, "15:00", "17:00", "America/New_York")),
              "CONTRADICTS:a"); // 21:00 in Berlin
    EXPECT_EQ(warned(snapshot, rule(Mon, "10:00", "14:00", "America/New_York")), "");
    EXPECT_EQ(warned(snapshot, timeRule("b", {}, Platform::New)), "CONTRADICTS:a");
    Rule first = timeRule("b", {}, Platform::Legacy);
    first.priority = 0;
    EXPECT_EQ(warned(snapshot, first), "SHADOWS:a");
    const Snapshot plain = quiet().changed(added(timeRule("a", {}, Platform::New)), 2);
    EXPECT_EQ(warned(plain, rule(Mon, "23:00", "04:00", "Europe/Berlin")), "SHADOWED:a");
}

TEST(Recurrence, aPreviewSeesItAtItsMoment)
{
    const Snapshot before = quiet();
    const Snapshot after = before.changed(added(nights()), 2);
    const auto movedAt = [&](const char *when) {
        PreviewCounter counter({before, after, {}, utc(when)});
        counter.add("ann");
        return counter.toNew().count;
    };
    EXPECT_EQ(movedAt("2026-11-20T22:00:00Z"), 1U);
    EXPECT_EQ(movedAt("2026-11-20T12:00:00Z"), 0U);
}

RC_GTEST_PROP(Recurrence, aStoredRuleComesBackWithItsZone, ())
{
    const Rule rule = *anyTimeRule();
    const Result<Json> parsed = parseJson(dumpJson(ruleToJson(rule)));
    RC_ASSERT(parsed.has_value());
    const Result<Rule> back = ruleFromJson(*parsed, zoneNamed);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == rule);
    if (rule.recurrence) RC_ASSERT(back->recurrence->zone == rule.recurrence->zone);
}

TEST(Recurrence, jsonMistakesNameTheirField)
{
    const auto mistake = [](const Json &patch) {
        Json body{{"config_name", "nights"},
                  {"config_type", "TIME_BASED"},
                  {"target_platform", "NEW"},
                  {"recurrence",
                   {{"weekdays", {"MON"}},
                    {"from", "22:00"},
                    {"to", "06:00"},
                    {"time_zone", "Europe/Berlin"}}}};
        body.merge_patch(patch);
        JsonReader in(body);
        const Rule rule = readRuleInput(in, zoneNamed);
        const std::optional<Error> error = in.finish();
        if (!error) return std::string(rule.recurrence ? "recurs" : "plain");
        return error->fields.front().pointer;
    };
    EXPECT_EQ(mistake(Json::object()), "recurs");
    EXPECT_EQ(mistake({{"recurrence", nullptr}}), "plain");
    EXPECT_EQ(mistake({{"recurrence", 5}}), "/recurrence");
    EXPECT_EQ(mistake({{"recurrence", {{"time_zone", "Europe/Atlantis"}}}}),
              "/recurrence/time_zone");
    EXPECT_EQ(mistake({{"recurrence", {{"from", "25:00"}}}}), "/recurrence/from");
    EXPECT_EQ(mistake({{"recurrence", {{"colour", "red"}}}}), "/recurrence/colour");
    EXPECT_EQ(mistake({{"config_type", "USER_BASED"}, {"target_entity", "ann"}}), "/recurrence");
}

} // namespace crossfade::test
