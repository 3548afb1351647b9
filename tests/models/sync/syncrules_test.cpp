// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Retries, mass changes, states, marks and definitions.
#include "models/sync/changemark.h"
#include "models/sync/masschange.h"
#include "models/sync/retry.h"
#include "models/sync/syncconfig.h"
#include "models/sync/syncstate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace crossfade {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Retry, DoublesFromASecondToFiveMinutes)
{
    const std::vector<int> expected{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(retryDelay(static_cast<int>(i) + 1, 0), seconds(expected[i]));
    EXPECT_EQ(retryDelay(1, 1), milliseconds(1'250));
    EXPECT_EQ(retryDelay(1'000'000, 1), seconds(300));
    EXPECT_FALSE(isLastRetry(4));
    EXPECT_TRUE(isLastRetry(5));
}

RC_GTEST_PROP(RetryProperties, StaysWithinItsBounds, ())
{
    const int retry = *rc::gen::inRange(-3, 100);
    const double chance = *rc::gen::inRange(0, 1'000) / 1'000.0;
    const milliseconds delay = retryDelay(retry, chance);
    RC_ASSERT(delay >= seconds(1) && delay <= seconds(300));
    RC_ASSERT(delay >= retryDelay(retry, 0));
    RC_ASSERT(retryDelay(retry + 1, 0) >= retryDelay(retry, 0));
}

MassLimits tenAndFifty()
{
    return {Percentage::fromHundredths(1'000), Percentage::fromHundredths(5'000), 20, 1'000};
}

TEST(MassChange, StopsAtMoreThanTheLimit)
{
    const auto deleted = [](std::int64_t known, std::int64_t count) {
        return massChange(Platform::Legacy, {known, count, 0, known - count}, tenAndFifty());
    };
    EXPECT_FALSE(deleted(1'000, 100));
    EXPECT_EQ(deleted(1'000, 101),
              "101 of 1000 entities were deleted on LEGACY in one go, more than the limit of 10 %");
    EXPECT_FALSE(deleted(9, 5)); // few of a small table
    EXPECT_FALSE(deleted(0, 0));
    const auto changed = [](std::int64_t known, std::int64_t count) {
        return massChange(Platform::New, {known, 0, count, {}}, tenAndFifty());
    };
    EXPECT_FALSE(changed(10'000, 5'000));
    EXPECT_TRUE(changed(10'000, 5'001));
    EXPECT_FALSE(changed(1'000, 1'000));
    EXPECT_TRUE(changed(1'000, 1'001));
}

TEST(MassChange, AnEmptiedSideAlwaysStops)
{
    EXPECT_EQ(massChange(Platform::Legacy, {1, 1, 0, 0}, tenAndFifty()),
              "LEGACY is empty, and 1 entities of it were in sync");
    EXPECT_FALSE(massChange(Platform::Legacy, {0, 0, 0, 0}, tenAndFifty()));
    MassLimits all = tenAndFifty();
    all.deletes = all.changes = Percentage::fromHundredths(10'000);
    EXPECT_TRUE(massChange(Platform::New, {500, 500, 0, 0}, all));
    EXPECT_TRUE(massChange(Platform::New, {12, 7, 0, 5}, all)); // under half
    EXPECT_FALSE(massChange(Platform::New, {12, 6, 0, 6}, all));
}

RC_GTEST_PROP(MassChangeProperties, StopsOncePastALimitForGood, ())
{
    const std::int64_t known = *rc::gen::inRange(1, 100'000);
    const std::int64_t deleted = *rc::gen::inRange<std::int64_t>(0, known);
    const MassLimits limits = tenAndFifty();
    const bool stopped = massChange(Platform::New, {known, deleted, 0, {}}, limits).has_value();
    RC_ASSERT(stopped == (deleted > 20 && deleted * 10 > known));
    if (stopped) RC_ASSERT(massChange(Platform::New, {known, deleted + 1, 0, {}}, limits).has_value());
}

TEST(SyncStateTable, CellByCell)
{
    // A word for each command in the order of SyncCommands; "." does not fit, "*" is where an unfinished backfill goes
    // on and a finished one follows.
    const std::map<SyncState, std::string> table{
        {SyncState::Waiting, "BACKFILLING * PAUSED SUSPENDED . WAITING WAITING WAITING"},
        {SyncState::Backfilling, ". . PAUSED SUSPENDED FOLLOWING . . ."},
        {SyncState::Following, "BACKFILLING FOLLOWING PAUSED SUSPENDED . FOLLOWING FOLLOWING ."},
        {SyncState::Paused, "BACKFILLING * . . . PAUSED PAUSED PAUSED"},
        {SyncState::Suspended, "BACKFILLING * PAUSED . . SUSPENDED SUSPENDED SUSPENDED"}};
    for (const auto &[state, row] : table) {
        EXPECT_EQ(syncStateFromWord(syncStateWord(state)), state);
        std::istringstream words(row);
        for (const SyncCommand command : SyncCommands) {
            SCOPED_TRACE(std::string(syncStateWord(state)) + " " + std::string(syncCommandWord(command)));
            std::string word;
            words >> word;
            for (const bool unfinished : {false, true}) {
                const auto after = afterSyncCommand(state, command, unfinished);
                const std::string found = after ? std::string(syncStateWord(*after)) : ".";
                EXPECT_EQ(found, word == "*" ? (unfinished ? "BACKFILLING" : "FOLLOWING") : word);
            }
        }
    }
    EXPECT_FALSE(syncStateFromWord("ODD"));
}

TEST(ChangeMark, KeepsItsSpelling)
{
    const auto earlier = [](const char *mark) { return earlierMark(mark, seconds(10)); };
    EXPECT_EQ(earlier("2026-03-01 00:00:05.123456+00"), "2026-02-28 23:59:55.123456+00");
    EXPECT_EQ(earlier("2026-03-01T00:00:15Z"), "2026-03-01T00:00:05Z");
    EXPECT_EQ(earlier("1769904000"), "1769903990");
    EXPECT_EQ(earlier("1769904000000"), "1769903990000");
    EXPECT_EQ(earlier("1769904000000000"), "1769903990000000");
    EXPECT_EQ(earlier("1769904000000000000"), "1769903990000000000");
    EXPECT_EQ(earlier("77"), "77");
    EXPECT_EQ(earlier("2026-03-01"), "2026-03-01");
    EXPECT_EQ(earlier("infinity and some more text"), "infinity and some more text");
    EXPECT_EQ(earlier(""), "");
}

RC_GTEST_PROP(ChangeMarkProperties, IsJustSoMuchEarlier, ())
{
    const std::int64_t at = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000);
    const int by = *rc::gen::inRange(0, 100'000);
    const std::string mark = earlierMark(formatInstant(instantFromMs(at * 1'000)), seconds(by));
    RC_ASSERT(mark == formatInstant(instantFromMs((at - by) * 1'000)));
}

Json leastConfig()
{
    return {{"source_system", "LEGACY"}, {"target_system", "NEW"}, {"mapping_id", "m"}, {"sync_direction", "UNIDIRECTIONAL"}};
}

std::set<std::string> pointersOf(const Json &body)
{
    std::set<std::string> pointers;
    if (const auto config = parseSyncConfig(body); !config) {
        for (const FieldError &error : config.error().fields)
            pointers.insert(error.pointer);
    }
    return pointers;
}

TEST(SyncConfigJson, HasTheDefaultsOfTheSpecification)
{
    const auto config = parseSyncConfig(leastConfig());
    ASSERT_TRUE(config);
    EXPECT_EQ(config->batchSize, 1'000);
    EXPECT_EQ(config->errorHandling, SyncErrorHandling::Retry);
    EXPECT_TRUE(config->active);
    EXPECT_EQ(config->policy, ConflictPolicy::Legacy); // one way: the source's
    Json both = leastConfig();
    both["sync_direction"] = "BIDIRECTIONAL";
    EXPECT_EQ(parseSyncConfig(both)->policy, ConflictPolicy::Manual);
    EXPECT_EQ(parseSyncConfig(syncConfigJson(*config)), *config);
}

TEST(SyncConfigJson, ComesBackAsItWas)
{
    Json body = leastConfig();
    body.update({{"sync_frequency", "SCHEDULED"}, {"conflict_policy", "FIELD_OWNER"}, {"field_owners", {{"email", "NEW"}}},
                 {"schedule", {{"every", "WEEKLY"}, {"at", "02:30"}, {"weekday", "TUE"}, {"time_zone", "Europe/Berlin"}}},
                 {"rows_per_second_limit", 100}, {"max_delete_percentage", 12.5}, {"propagate_deletes", false}});
    const auto config = parseSyncConfig(body);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(parseSyncConfig(syncConfigJson(*config)), *config);
}

TEST(SyncConfigJson, NamesEveryMistake)
{
    Json body = leastConfig();
    body["target_system"] = "LEGACY";
    EXPECT_EQ(pointersOf(body), std::set<std::string>{"/target_system"});
    body = leastConfig();
    body["schedule"] = {{"every", "HOURLY"}, {"at", "01:00"}, {"weekday", "MON"}};
    EXPECT_EQ(pointersOf(body), (std::set<std::string>{"/schedule", "/schedule/at", "/schedule/weekday"}));
    body = leastConfig();
    body["sync_frequency"] = "SCHEDULED";
    EXPECT_EQ(pointersOf(body), std::set<std::string>{"/schedule"});
    body = leastConfig();
    body["field_owners"] = {{"a", "BOTH"}};
    EXPECT_EQ(pointersOf(body), std::set<std::string>{"/field_owners/a"});
}

TEST(SyncConfigMistakes, AreWhatTheMappingCannotGive)
{
    Mapping mapping;
    mapping.dataType = "AUDIT";
    mapping.fields = {{"email", "email", "email", FieldKind::Text, {}, {}, false, false}};
    SyncConfig config;
    config.direction = SyncDirection::Bidirectional;
    config.policy = ConflictPolicy::Newer;
    config.owners = {{"phone", Platform::New}};
    std::multiset<std::string> pointers;
    for (const FieldError &mistake : syncMistakes(config, mapping))
        pointers.insert(mistake.pointer);
    EXPECT_EQ(pointers, (std::multiset<std::string>{"/conflict_policy", "/field_owners", "/field_owners/phone",
                                                    "/sync_direction", "/sync_frequency", "/sync_frequency"}));
    mapping.dataType = "USER";
    mapping.legacyTable.changedColumn = mapping.newTable.changedColumn = "at";
    config.owners.clear();
    EXPECT_TRUE(syncMistakes(config, mapping).empty());
    mapping.legacyTable.moreKeys = mapping.newTable.moreKeys = {"line"};
    EXPECT_TRUE(syncMistakes(config, mapping).empty()); // a key of several columns is a key
}

TEST(SyncTimes, ComeByTheClockOfTheirZone)
{
    const Instant march = *parseInstant("2026-03-29T00:00:00Z"); // the day clocks are set forward
    const ZoneTable berlin("Europe/Berlin", seconds(3'600), {{*parseInstant("2026-03-29T01:00:00Z"), seconds(7'200)}});
    const auto next = [&](SyncSchedule schedule, Instant after) {
        const auto at = nextTime(schedule, after, berlin);
        return at ? formatInstant(*at) : "";
    };
    const SyncSchedule daily{SyncSchedule::Every::Day, 4 * 60, 0, "Europe/Berlin"};
    EXPECT_EQ(next(daily, march), "2026-03-29T02:00:00.000Z");
    EXPECT_EQ(next(daily, march + seconds(7'200)), "2026-03-30T02:00:00.000Z");
    const SyncSchedule weekly{SyncSchedule::Every::Week, 4 * 60, 2, "Europe/Berlin"};
    EXPECT_EQ(next(weekly, march), "2026-04-01T02:00:00.000Z");
    const SyncSchedule hourly{SyncSchedule::Every::Hour, 15, 0, "Europe/Berlin"};
    EXPECT_EQ(next(hourly, march), "2026-03-29T00:15:00.000Z");
    EXPECT_EQ(next(hourly, march + seconds(900)), "2026-03-29T01:15:00.000Z");
}

} // namespace
} // namespace crossfade
