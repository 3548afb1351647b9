// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that are cancelled, paused, killed, fed with ids, or far larger than their memory.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace crossfade {
namespace {

// Rows 1 … count on both sides; NEW lacks every `hole`-th.
void fill(TestDatabase &legacy, TestDatabase &fresh, int count, int hole)
{
    for (TestDatabase *side : {&legacy, &fresh}) {
        side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        const std::string last = std::to_string(count);
        side->run(
            side->isPostgres()
                ? "INSERT INTO people SELECT i, 'name of ' || i FROM generate_series(1, " + last +
                      ") i"
                : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                      last + ") INSERT INTO people SELECT i, 'name of ' || i FROM n");
    }
    fresh.run("DELETE FROM people WHERE id % " + std::to_string(hole) + " = 0");
}

class CheckRuns : public testing::Test {
protected:
    std::string check(Comparator &comparator, Json fields = Json::array({field("name", "TEXT")}))
    {
        return comparator.addCheck(*m_legacy, *m_fresh,
                                   peopleMapping("INTEGER", std::move(fields)));
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"), false);
};

TEST_F(CheckRuns, AreCancelledPausedAndResumed)
{
    fill(*m_legacy, *m_fresh, 20'000, 1'000);
    Comparator comparator;
    comparator.start();
    const std::string id = check(comparator);
    const Json slow{{"scope", "FULL"}, {"rows_per_second_limit", 2'000}, {"reason", "slowly"}};
    const auto act = [&](const std::string &run, const char *what) {
        return comparator.as("operator")
            .post("/api/v1/runs/" + run + "/" + what, Json::object())
            .status;
    };
    const std::string first = comparator.startRun(id, slow);
    EXPECT_TRUE(waitFor([&] { return comparator.run(first).at("rows_done") > 0; }));
    EXPECT_EQ(comparator.as("operator").post("/api/v1/checks/" + id + "/run", slow).status, 409);
    EXPECT_EQ(act(first, "cancel"), 200);
    const Json cancelled = comparator.waitRun(first, {"CANCELLED"}, std::chrono::seconds(5));
    EXPECT_EQ(cancelled.at("status"), "PARTIAL");
    EXPECT_LT(cancelled.at("rows_done").get<int>(), 20'000);
    EXPECT_EQ(act(first, "cancel"), 409);
    EXPECT_EQ(act(first, "resume"), 409);

    const std::string second = comparator.startRun(id, slow);
    EXPECT_TRUE(waitFor([&] { return comparator.run(second).at("segments_done") >= 2; }));
    EXPECT_EQ(act(second, "pause"), 200);
    const Json paused = comparator.waitRun(second, {"PAUSED"}, std::chrono::seconds(5));
    comparator.kill();
    comparator.start();
    EXPECT_EQ(comparator.run(second).at("state"), "PAUSED");
    EXPECT_EQ(comparator.run(second).at("rows_done"), paused.at("rows_done"));
    EXPECT_EQ(act(second, "resume"), 200);
    const Json finished = comparator.waitRun(second);
    EXPECT_EQ(finished.at("rows_done"), 20'000);
    EXPECT_EQ(finished.at("missing"), 20);
    EXPECT_EQ(finished.at("matched"), 19'980);
    EXPECT_EQ(finished.at("consistency_percentage"), 99.9);
    EXPECT_EQ(finished.at("status"), "SUCCESS");
}

// Also by who looked at the run some batches ago; a second one who did not see the change is told.
TEST_F(CheckRuns, TakeAnotherLimitWhileTheyRun)
{
    fill(*m_legacy, *m_fresh, 20'000, 30'000);
    Comparator comparator;
    comparator.start();
    const std::string run =
        comparator.startRun(check(comparator), {{"scope", "FULL"}, {"rows_per_second_limit", 100}, {"reason", "slowly"}});
    const std::string path = "/api/v1/runs/" + run;
    const auto limit = [&](const Json &rows, const Json &seen) {
        return comparator.as("operator").patch(path, {{"rows_per_second_limit", rows}}, seen.dump());
    };
    Json seen;
    EXPECT_TRUE(waitFor([&] { return (seen = comparator.run(run)).at("rows_done") > 0; }));
    EXPECT_TRUE(waitFor([&] { return comparator.run(run).at("version") > seen.at("version"); }));
    const TestAnswer faster = limit(200, seen.at("version"));
    EXPECT_EQ(faster.status, 200) << faster.body;
    EXPECT_EQ(faster.json.at("rows_per_second_limit"), 200);
    EXPECT_EQ(limit(300, seen.at("version")).status, 412);
    comparator.kill();
    comparator.start();
    seen = comparator.run(run);
    EXPECT_EQ(seen.at("rows_per_second_limit"), 200);
    EXPECT_TRUE(waitFor([&] { return comparator.run(run).at("rows_done") > seen.at("rows_done"); }));
    EXPECT_EQ(limit(nullptr, comparator.run(run).at("version")).status, 200);
    const Json finished = comparator.waitRun(run); // at 200 a second it would take another 95 s
    EXPECT_EQ(finished.at("rows_done"), 20'000);
    EXPECT_EQ(limit(5, finished.at("version")).status, 409);
}

TEST_F(CheckRuns, TellHalfWayHowLongTheRestTakes)
{
    fill(*m_legacy, *m_fresh, 6'000, 30'000);
    Comparator comparator;
    comparator.start();
    const std::string run =
        comparator.startRun(check(comparator), {{"scope", "FULL"}, {"rows_per_second_limit", 1'000}, {"reason", "slowly"}});
    Json half;
    EXPECT_TRUE(waitFor([&] { return (half = comparator.run(run)).at("rows_done") >= 2'500; }));
    const auto since = std::chrono::steady_clock::now();
    const double told = half.at("eta_seconds").get<double>();
    comparator.waitRun(run);
    const double left = std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
    EXPECT_GT(told + 1, left / 2) << "of whole seconds the started one is not told";
    EXPECT_LT(told, left * 2);
}

TEST_F(CheckRuns, LeaveWhatWasSeenAgainAfterTheyHadPassedIt)
{
    fill(*m_legacy, *m_fresh, 3'000, 5'000);
    Comparator comparator({"--batch-rows", "500"});
    comparator.start();
    const std::string id = check(comparator);
    for (const char *row : {"1", "2"})
        m_fresh->run(std::string("UPDATE people SET name = 'x' WHERE id = ") + row);
    comparator.fullRun(id);
    const auto open = [&] { return comparator.all("/api/v1/differences?resolved=false&sort=entity_id"); };
    ASSERT_EQ(open().size(), 2u);
    const std::string first = textOf(open()[0], "id");
    m_fresh->run("UPDATE people SET name = 'name of ' || id WHERE id < 3");
    const std::string run =
        comparator.startRun(id, {{"scope", "FULL"}, {"rows_per_second_limit", 1'000}});
    EXPECT_TRUE(waitFor([&] { return comparator.run(run).at("segments_done") >= 1; }));
    TestClient user = comparator.as("operator");
    EXPECT_EQ(user.post("/api/v1/runs/" + run + "/pause", Json::object()).status, 200);
    comparator.waitRun(run, {"PAUSED"}, std::chrono::seconds(5));
    // Passed as equal; now it differs again, and somebody has seen that.
    m_fresh->run("UPDATE people SET name = 'x' WHERE id = 1");
    EXPECT_EQ(user.post("/api/v1/differences/" + first + "/recheck", Json::object()).status, 200);
    EXPECT_EQ(user.post("/api/v1/runs/" + run + "/resume", Json::object()).status, 200);
    comparator.waitRun(run);
    const auto left = open();
    ASSERT_EQ(left.size(), 1u) << "the other is gone indeed";
    EXPECT_EQ(textOf(left[0], "entity_id"), "1");
    comparator.fullRun(id);
    EXPECT_EQ(open().size(), 1u);
}

TEST_F(CheckRuns, GoOnAfterAKillWithoutScanningAgain)
{
    fill(*m_legacy, *m_fresh, 10'000, 500);
    Comparator comparator({"--batch-rows", "500"});
    comparator.start({"CROSSFADE_KILL_POINT=check.after-batch:7"});
    const std::string id = check(comparator);
    const std::string run = comparator.startRun(id);
    EXPECT_EQ(comparator.process().wait(), 128 + SIGKILL);
    // Rows of finished batches are not looked at again: a change there goes unseen by this run.
    m_fresh->run("UPDATE people SET name = 'changed' WHERE id = 1");
    comparator.start();
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("rows_done"), 10'000);
    EXPECT_EQ(finished.at("segments_done"), 20);
    EXPECT_EQ(finished.at("missing"), 20);
    EXPECT_EQ(finished.at("different"), 0);
    EXPECT_EQ(finished.at("matched"), 9'980);
    EXPECT_EQ(comparator.all("/api/v1/differences?check_id=" + id).size(), 20u);
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(CheckRuns, SurviveAKillAtEveryBatch)
{
    fill(*m_legacy, *m_fresh, 3'000, 300);
    Comparator comparator({"--batch-rows", "400"});
    comparator.start({"CROSSFADE_KILL_POINT=check.after-batch:1"});
    const std::string run = comparator.startRun(check(comparator));
    for (int kills = 1; kills <= 8; ++kills) {
        ASSERT_EQ(comparator.process().wait(), 128 + SIGKILL) << kills;
        comparator.start(kills < 8
                             ? std::vector<std::string>{"CROSSFADE_KILL_POINT=check.after-batch:1"}
                             : std::vector<std::string>());
    }
    const Json finished = comparator.waitRun(run);
    EXPECT_EQ(finished.at("rows_done"), 3'000);
    EXPECT_EQ(finished.at("matched"), 2'990);
    EXPECT_EQ(finished.at("missing"), 10);
}

TEST_F(CheckRuns, ByIdsAnswerForEachId)
{
    fill(*m_legacy, *m_fresh, 100, 50);
    m_fresh->run("UPDATE people SET name = 'x' WHERE id = 7");
    Comparator comparator;
    comparator.start();
    const std::string id = check(comparator);
    comparator.fullRun(id);
    m_fresh->run("UPDATE people SET name = 'name of 7' WHERE id = 7");
    const Json run = comparator.waitRun(comparator.startRun(
        id, {{"scope", "IDS"}, {"ids", {"1", "7", "50", "nobody", "9999", "1"}}}));
    EXPECT_EQ(run.at("status"), "PARTIAL");
    EXPECT_EQ(run.at("matched"), 2);
    EXPECT_EQ(run.at("missing"), 1);
    std::map<std::string, std::string> results;
    for (const Json &item : run.at("per_id"))
        results[textOf(item, "id")] = textOf(item, "result");
    EXPECT_EQ(results, (std::map<std::string, std::string>{{"1", "CHECKED"},
                                                           {"7", "CHECKED"},
                                                           {"50", "CHECKED"},
                                                           {"nobody", "ERROR"},
                                                           {"9999", "ERROR"}}));
    // What the run no longer found is resolved, of the ids it looked at only.
    const auto open = comparator.all("/api/v1/differences?resolved=false&sort=entity_id");
    ASSERT_EQ(open.size(), 2u);
    EXPECT_EQ(textOf(open[0], "entity_id"), "50");
    EXPECT_EQ(textOf(open[1], "entity_id"), "100");
}

TEST_F(CheckRuns, FailWithTheReasonWhenASideIsGone)
{
    fill(*m_legacy, *m_fresh, 10, 5);
    Comparator comparator;
    comparator.start();
    const std::string id = check(comparator);
    m_fresh->run("ALTER TABLE people RENAME COLUMN name TO title");
    const std::string run = comparator.startRun(id);
    Json last;
    EXPECT_TRUE(waitFor([&] { return (last = comparator.run(run)).at("state") == "FAILED"; }));
    EXPECT_EQ(last.at("status"), "PARTIAL");
    EXPECT_NE(textOf(last, "error").find("name"), std::string::npos) << dumpJson(last);
    m_fresh->run("ALTER TABLE people RENAME COLUMN title TO name");
    EXPECT_EQ(comparator.fullRun(id).at("missing"), 2);
}

TEST_F(CheckRuns, KeepTheirMemoryBoundedAt300000Rows)
{
    m_fresh = newPostgres();
    fill(*m_legacy, *m_fresh, 300'000, 1'000);
    Comparator comparator;
    comparator.start();
    const std::string id = check(comparator);
    const Json run = comparator.fullRun(id);
    EXPECT_EQ(run.at("missing"), 300);
    EXPECT_EQ(run.at("matched"), 299'700);
    std::ifstream status("/proc/" + std::to_string(comparator.process().pid()) + "/status");
    long peak = 0;
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) peak = std::strtol(line.c_str() + 6, nullptr, 10);
    }
    EXPECT_GT(peak, 0);
    // AddressSanitizer's shadow and quarantine weigh as much again.
    const long limit = std::getenv("CROSSFADE_SANITIZED") ? 256 * 1'024 : 80 * 1'024;
    EXPECT_LT(peak, limit) << "KiB at most, whatever the tables hold";
}

} // namespace
} // namespace crossfade
