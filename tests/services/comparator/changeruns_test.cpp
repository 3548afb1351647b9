// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that look at what changed: killed, cancelled, refused, and what their change columns do and do not tell.
#include "tests/services/comparator/changingpeople.h"

#include <gtest/gtest.h>

#include <csignal>

namespace crossfade {
namespace {

class ChangeRuns : public testing::Test {
protected:
    TempDir m_dir;
};

// Far more rows of one value than a page of keys has, and a kill in the middle of them.
TEST_F(ChangeRuns, SurviveKillsAmongManyRowsOfOneValue)
{
    constexpr int Many = 24'000;
    ChangingPeople legacy("postgres", "");
    ChangingPeople fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(Many);
    fresh.fill(Many);
    Comparator comparator({"--batch-rows", "2000"});
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    EXPECT_EQ(comparator.fullRun(check).at("matched"), Many);
    legacy.db().run("UPDATE people SET changed_at = " + legacy.now());
    fresh.db().run("UPDATE people SET changed_at = " + fresh.now());
    fresh.db().run("UPDATE people SET name = 'other' WHERE id % 1000 = 0"); // 24, on every page
    fresh.db().run("DELETE FROM people WHERE id % 1000 = 1");               // 24
    comparator.kill();
    comparator.start({"CROSSFADE_KILL_POINT=check.after-batch:30"}); // of 48 lists of one side
    const std::string run = comparator.startRun(check, {{"scope", "INCREMENTAL"}});
    for (const char *next : {"check.after-batch:40", "check.after-batch:20"}) { // both in the other side's
        ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL);
        comparator.start({std::string("CROSSFADE_KILL_POINT=") + next});
    }
    ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL);
    comparator.start();
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("different"), 24) << dumpJson(finished);
    EXPECT_EQ(finished.at("missing"), 24);
    EXPECT_EQ(finished.at("matched"), Many - 48);
    EXPECT_EQ(finished.at("rows_done"), Many + Many - 24) << "no list of keys was read twice";
    EXPECT_EQ(finished.at("segments_done"), 48 + 48);
    EXPECT_EQ(openKeys(comparator, check).size(), 48u);
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);

    // Without a kill what changed on both sides is read once.
    legacy.db().run("UPDATE people SET changed_at = " + legacy.now());
    fresh.db().run("UPDATE people SET changed_at = " + fresh.now());
    EXPECT_EQ(incremental(comparator, check).at("rows_done"), Many);
}

TEST_F(ChangeRuns, MoveNoMarkUnlessTheyEndWhole)
{
    ChangingPeople legacy("sqlite", m_dir.file("legacy.db"));
    ChangingPeople fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(ChangingRows);
    fresh.fill(ChangingRows);
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    comparator.fullRun(check);
    legacy.db().run("UPDATE people SET changed_at = " + legacy.ago(std::chrono::hours(3)));
    legacy.rename(1, "first", legacy.ago(std::chrono::hours(3)));
    legacy.rename(ChangingRows, "last", legacy.ago(std::chrono::hours(3)));
    // Later than the rest by more than what is read twice: it must not hide them.
    legacy.rename(5, "newest", legacy.now());
    const Json slow{{"scope", "INCREMENTAL"}, {"rows_per_second_limit", 400}};
    const auto act = [&](const std::string &run, const char *what) {
        return comparator.as("operator").post("/api/v1/runs/" + run + "/" + what, Json::object()).status;
    };
    const std::string first = comparator.startRun(check, slow);
    EXPECT_TRUE(waitFor([&] { return comparator.run(first).at("rows_done") > 0; }));
    EXPECT_EQ(act(first, "cancel"), 200);
    const Json cancelled = comparator.waitRun(first, {"CANCELLED"}, std::chrono::seconds(5));
    EXPECT_EQ(cancelled.at("status"), "PARTIAL");
    EXPECT_TRUE(cancelled.at("consistency_percentage").is_null()) << "no share of anything";
    EXPECT_TRUE(cancelled.at("changes").at("carried").is_null());

    const std::string second = comparator.startRun(check, {{"scope", "INCREMENTAL"}, {"rows_per_second_limit", 1'500}});
    EXPECT_TRUE(waitFor([&] { return comparator.run(second).at("segments_done") >= 2; }));
    EXPECT_EQ(act(second, "pause"), 200);
    const Json paused = comparator.waitRun(second, {"PAUSED"}, std::chrono::seconds(5));
    EXPECT_LT(paused.at("rows_done").get<int>(), ChangingRows);
    EXPECT_EQ(act(second, "resume"), 200);
    const Json finished = comparator.waitRun(second);
    EXPECT_EQ(finished.at("different"), 3) << dumpJson(finished);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "5", std::to_string(ChangingRows)}));
    // Now it has moved: of the many none is read again.
    EXPECT_LE(incremental(comparator, check).at("rows_done").get<int>(), 150);
}

TEST_F(ChangeRuns, NeedAFullRunAndAColumnThatTells)
{
    ChangingPeople legacy("sqlite", m_dir.file("legacy.db"));
    ChangingPeople fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(10);
    fresh.fill(10);
    Comparator comparator;
    comparator.start();
    const std::string silent = comparator.addCheck(legacy.db(), fresh.db(), changingMapping("INTEGER", false, false), "silent");
    const auto start = [&](const std::string &check, const Json &body) {
        return comparator.as("operator").post("/api/v1/checks/" + check + "/run", body);
    };
    const Json asked{{"scope", "INCREMENTAL"}};
    const TestAnswer none = start(silent, asked);
    EXPECT_EQ(none.status, 422) << none.body;
    EXPECT_EQ(none.json.at("errors").at(0).at("pointer"), "/scope");
    EXPECT_NE(none.body.find("changed_column"), std::string::npos) << none.body;

    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping(), "told");
    const TestAnswer early = start(check, asked);
    EXPECT_EQ(early.status, 409);
    EXPECT_NE(early.body.find("FULL"), std::string::npos) << early.body;
    EXPECT_EQ(start(check, {{"scope", "FULL"}, {"keys", true}}).status, 422);
    EXPECT_TRUE(comparator.all("/api/v1/runs").empty()) << "nothing was queued";
    comparator.fullRun(check);
    EXPECT_EQ(incremental(comparator, check).at("consistency_percentage"), 100.0);

    // The mapping is another: what was compared by the old one says nothing of it.
    const std::string id = textOf(comparator.as("viewer").get("/api/v1/checks/" + check).json, "mapping_id");
    const TestAnswer before = comparator.as("viewer").get("/api/v1/mappings/" + id);
    Json mapping = before.json;
    for (const char *name : {"id", "version", "created_at", "updated_at"})
        mapping.erase(name);
    mapping["fields"][0]["transforms"] = Json::array({"UPPER"});
    const TestAnswer put = comparator.as("operator").put("/api/v1/mappings/" + id, mapping,
                                                         std::to_string(before.json.at("version").get<int>()));
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(start(check, asked).status, 409);
    comparator.fullRun(check);
    EXPECT_EQ(incremental(comparator, check).at("status"), "SUCCESS");
    EXPECT_EQ(comparator.as("operator").get("/api/v1/checks/" + check).status, 200);
}

// Of one side that tells nothing, only what changed with the other side's row is seen.
TEST_F(ChangeRuns, GoByTheSideThatTells)
{
    ChangingPeople legacy("postgres", "");
    ChangingPeople fresh("postgres", "");
    legacy.fill(500);
    fresh.fill(500);
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping("INTEGER", true, false));
    comparator.fullRun(check);
    legacy.rename(1, "a", legacy.now());
    fresh.rename(2, "b", fresh.now());
    const Json run = incremental(comparator, check);
    EXPECT_EQ(run.at("changes").at("changes_of"), Json::array({"LEGACY"}));
    EXPECT_TRUE(run.at("changes").at("new_from").is_null());
    EXPECT_EQ(openKeys(comparator, check), std::set<std::string>{"1"});
    EXPECT_EQ(run.at("rows_done"), 1);
    comparator.fullRun(check);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2"}));
}

TEST_F(ChangeRuns, LookAtAllKeysInEveryTenth)
{
    ChangingPeople legacy("sqlite", m_dir.file("legacy.db"));
    ChangingPeople fresh("sqlite", m_dir.file("new.db"));
    legacy.fill(200);
    fresh.fill(200);
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    comparator.fullRun(check);
    legacy.remove(7);
    for (int round = 1; round <= 11; ++round) {
        const Json run = incremental(comparator, check);
        EXPECT_EQ(run.at("changes").at("looks_at_keys"), round == 10) << round;
        EXPECT_EQ(run.at("extra"), round >= 10 ? 1 : 0) << round;
    }
}

// Numbers of milliseconds, numbers of versions, and rows that no number was given.
TEST_F(ChangeRuns, ReadNumbersAndTellWhatNullHides)
{
    ChangingPeople legacy("mariadb", "", {"bigint", "", "bigint"});
    ChangingPeople fresh("postgres", "", {"bigint", "", "bigint"});
    for (ChangingPeople *side : {&legacy, &fresh}) {
        for (int i = 1; i <= 300; ++i)
            side->insert(i, std::to_string(side == &legacy ? 1'700'000'000'000 + 120'000 * i : i));
        side->insert(301, "NULL");
    }
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    EXPECT_EQ(comparator.fullRun(check).at("matched"), 301);
    EXPECT_LE(incremental(comparator, check).at("rows_done").get<int>(), 2) << "the last of each side";
    legacy.rename(1, "a", "1700100000000");
    fresh.rename(2, "b", "302");
    fresh.rename(301, "unseen");
    fresh.insert(302, "NULL");
    const Json run = incremental(comparator, check);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2"})) << dumpJson(run);
    incremental(comparator, check, true);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2", "302"})) << "its key is seen";
    comparator.fullRun(check);
    EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"1", "2", "301", "302"}));
}

// Wall clocks eight hours behind the database's: by what they show, or by the zone that the mapping names.
TEST_F(ChangeRuns, ReadClocksOfOtherZones)
{
    for (const bool named : {false, true}) {
        const ChangingTable wall{"bigint", "", "timestamp"};
        ChangingPeople legacy("postgres", "", wall);
        ChangingPeople fresh("postgres", "", wall);
        legacy.fill(500);
        fresh.fill(500);
        Comparator comparator;
        comparator.start();
        Json fields = Json::array({field("name", "TEXT")});
        if (named)
            fields.push_back(field("changed_at", "TIMESTAMP",
                                   {{"legacy_time_zone", "Etc/GMT+8"}, {"new_time_zone", "Etc/GMT+8"}, {"ignored", true}}));
        const std::string check =
            comparator.addCheck(legacy.db(), fresh.db(), changingMapping("INTEGER", true, true, fields));
        comparator.fullRun(check);
        const int quiet = incremental(comparator, check).at("rows_done").get<int>();
        EXPECT_GE(quiet, named ? 0 : 60) << "an hour and the overlap";
        EXPECT_LE(quiet, named ? 0 : 64);
        legacy.rename(3, "there", legacy.ago(std::chrono::hours(8)));
        fresh.rename(4, "here", fresh.ago(std::chrono::hours(8) + std::chrono::seconds(40)));
        incremental(comparator, check);
        EXPECT_EQ(openKeys(comparator, check), (std::set<std::string>{"3", "4"})) << named;
    }
}

// Where no database makes digests of the keys they are read one by one.
TEST_F(ChangeRuns, LookAtKeysThatHaveNoDigests)
{
    ChangingPeople legacy("postgres", "", {"numeric", "", ""});
    ChangingPeople fresh("mariadb", "", {"decimal(20,0)", "", ""});
    legacy.fill(2'500);
    fresh.fill(2'500);
    Comparator comparator({"--batch-rows", "300"});
    comparator.start();
    const std::string check = comparator.addCheck(legacy.db(), fresh.db(), changingMapping());
    EXPECT_EQ(comparator.fullRun(check).at("matched"), 2'500);
    legacy.db().run("DELETE FROM people WHERE id BETWEEN 100 AND 800"); // more than are kept before they are looked at
    fresh.remove(2'500);
    comparator.kill();
    comparator.start({"CROSSFADE_KILL_POINT=check.after-batch:4"});
    const std::string run = comparator.startRun(check, {{"scope", "INCREMENTAL"}, {"keys", true}});
    ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL);
    comparator.start();
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("extra"), 701) << dumpJson(finished);
    EXPECT_EQ(finished.at("missing"), 1);
    EXPECT_EQ(finished.at("changes").at("population"), 2'500);
    EXPECT_EQ(finished.at("matched"), 2'500 - 702);
}

} // namespace
} // namespace crossfade
