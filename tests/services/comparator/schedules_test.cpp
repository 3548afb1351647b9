// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What checks do without being asked: runs at their times, repairs, and what is told of seven days.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class Schedules : public testing::Test {
protected:
    Schedules()
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
            side->run("INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
        }
    }
    void start(const std::vector<std::string> &environment = {}) { m_comparator.start(environment); }
    std::string addCheck(const Json &more = Json::object(), const Json &safe = Json::array())
    {
        Json mapping = peopleMapping("INTEGER", Json::array({field("name", "TEXT")}));
        mapping["safe_repairs"] = safe;
        const std::string id = m_comparator.addCheck(*m_legacy, *m_fresh, mapping);
        if (!more.empty()) change(id, more);
        return id;
    }
    Json check(const std::string &id) { return m_comparator.as("viewer").get("/api/v1/checks/" + id).json; }
    Json change(const std::string &id, const Json &more)
    {
        const Json before = check(id);
        Json body{{"check_name", before.at("check_name")}, {"mapping_id", before.at("mapping_id")}, {"reason", "times"}};
        body.update(more);
        const TestAnswer done = m_comparator.as("operator").put("/api/v1/checks/" + id, body, dumpJson(before.at("version")));
        EXPECT_EQ(done.status, 200) << done.body;
        return done.json;
    }
    std::vector<Json> runs() { return m_comparator.all("/api/v1/runs"); }
    std::size_t count(const std::string &state)
    {
        return m_comparator.all("/api/v1/runs?state=" + state).size();
    }
    Json monitored(const std::string &id)
    {
        const TestAnswer answer = m_comparator.as("viewer").get("/api/v1/monitoring/consistency");
        EXPECT_EQ(answer.status, 200) << answer.body;
        for (const Json &item : answer.json.value("items", Json::array())) {
            if (item.at("check_id") == id) return item;
        }
        return nullptr;
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
};

TEST_F(Schedules, StartRunsAtTheirTimes)
{
    start();
    const std::string id = addCheck({{"check_frequency", {{"every", "SECONDS"}, {"seconds", 5}}}, {"sample_size", 0}});
    EXPECT_EQ(runs().size(), 0U);
    ASSERT_TRUE(waitFor([&] { return count("FINISHED") == 1; }, 15s));
    const Json first = runs().front();
    EXPECT_EQ(first.at("requested_by"), "schedule");
    EXPECT_EQ(first.at("scope"), "FULL");
    EXPECT_EQ(first.at("check_id"), id);
    change(id, {{"sample_size", 100}});
    ASSERT_TRUE(waitFor([&] { return count("FINISHED") == 2; }, 15s));
    const Json second = runs().front();
    EXPECT_EQ(second.at("scope"), "SAMPLE");
    EXPECT_EQ(second.at("sample").at("size"), 100);
    const auto at = [](const Json &run) { return toMs(*parseInstant(textOf(run, "created_at"))); };
    EXPECT_GE(at(second) - at(first), 4'900);
    // One that is switched off, or has no frequency any more, is not started.
    EXPECT_TRUE(change(id, {{"active", false}}).at("next_run_at").is_null());
    EXPECT_FALSE(change(id, {{"active", true}}).at("next_run_at").is_null());
    EXPECT_TRUE(change(id, {{"check_frequency", nullptr}}).at("next_run_at").is_null());
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(Schedules, ShowTheNextTimeAndKeepWhatAChangeLeavesOut)
{
    start();
    const Json daily{{"every", "DAILY"}, {"at", "02:30"}, {"weekday", nullptr}, {"time_zone", "Asia/Kathmandu"}};
    const std::string id = addCheck({{"check_frequency", daily}, {"sample_size", 7}, {"auto_repair_enabled", true},
                                     {"notification_channels", {"night watch"}}});
    const Json before = check(id);
    EXPECT_EQ(before.at("check_frequency"), daily);
    EXPECT_EQ(textOf(before, "next_run_at").substr(11), "20:45:00.000Z"); // 5:45 ahead of UTC, all year round
    const Instant next = *parseInstant(textOf(before, "next_run_at"));
    EXPECT_GT(next, *parseInstant(textOf(before, "updated_at")));
    EXPECT_LE(next - *parseInstant(textOf(before, "updated_at")), 24h);
    const Json after = change(id, {{"threshold_percentage", 98}});
    for (const char *name : {"check_frequency", "next_run_at", "sample_size", "auto_repair_enabled", "notification_channels"})
        EXPECT_EQ(after.at(name), before.at(name)) << name;
    EXPECT_EQ(change(id, {{"notification_channels", Json::array()}}).at("notification_channels"), Json::array());
}

TEST_F(Schedules, MakeUpForMissedTimesOnce)
{
    start();
    const std::string id = addCheck({{"check_frequency", {{"every", "SECONDS"}, {"seconds", 3'600}}}});
    m_comparator.kill();
    // Down for five hours.
    m_comparator.store()->run("UPDATE checks SET next_run_at = next_run_at - 18000000");
    start();
    ASSERT_TRUE(waitFor([&] { return count("FINISHED") == 1; }, 15s));
    std::this_thread::sleep_for(2s); // long enough to be started four times more
    EXPECT_EQ(runs().size(), 1U);
    EXPECT_EQ(runs().front().at("requested_by"), "schedule");
    const Instant next = *parseInstant(textOf(check(id), "next_run_at"));
    EXPECT_GT(next, *parseInstant(textOf(runs().front(), "created_at")) + 3'590s);
}

TEST_F(Schedules, StartOneRunAlsoWhenTheProcessDiesAsItDoes)
{
    start();
    addCheck({{"check_frequency", {{"every", "SECONDS"}, {"seconds", 3'600}}}});
    m_comparator.kill();
    m_comparator.store()->run("UPDATE checks SET next_run_at = 1");
    start({"CROSSFADE_KILL_POINT=check.after-scheduled:1"});
    EXPECT_EQ(m_comparator.process().wait(), 128 + 9);
    start();
    ASSERT_TRUE(waitFor([&] { return count("FINISHED") == 1; }, 15s));
    EXPECT_EQ(runs().size(), 1U);
}

TEST_F(Schedules, WaitForARunThatHasNotEnded)
{
    start();
    const std::string id = addCheck();
    m_legacy->run("WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                  "INSERT INTO people SELECT i, 'more' FROM n");
    const std::string slow = m_comparator.startRun(id, {{"scope", "FULL"}, {"rows_per_second_limit", 1}, {"reason", "slow"}});
    change(id, {{"check_frequency", {{"every", "SECONDS"}, {"seconds", 5}}}, {"sample_size", 0}});
    const Instant due = *parseInstant(textOf(check(id), "next_run_at"));
    std::this_thread::sleep_for(8s); // due meanwhile
    EXPECT_EQ(runs().size(), 1U);
    EXPECT_EQ(*parseInstant(textOf(check(id), "next_run_at")), due); // it still is
    EXPECT_EQ(m_comparator.as("operator").post("/api/v1/runs/" + slow + "/cancel", Json::object()).status, 200);
    ASSERT_TRUE(waitFor([&] { return runs().size() == 2; }, 10s));
    EXPECT_EQ(runs().front().at("requested_by"), "schedule");
}

TEST_F(Schedules, RepairOnlyWhatTheMappingSaysIsSafe)
{
    start();
    const std::string id = addCheck({{"auto_repair_enabled", true}}, Json::array({"INSERT"}));
    m_fresh->run("DELETE FROM people WHERE id = 1");
    m_fresh->run("UPDATE people SET name = 'other' WHERE id = 2");
    m_fresh->run("INSERT INTO people VALUES (9, 'stranger')");
    m_comparator.fullRun(id);
    ASSERT_TRUE(waitFor([&] { return m_comparator.all("/api/v1/repairs?status=VERIFIED").size() == 1; }, 20s));
    const Json repair = m_comparator.all("/api/v1/repairs").front();
    EXPECT_EQ(repair.at("requested_by"), "auto-repair");
    EXPECT_EQ(repair.at("action"), "INSERT");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 1"), "a");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 2"), "other");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "5");
    EXPECT_TRUE(waitFor([&] { return m_comparator.store()->one("SELECT sum(repairs_due) FROM runs") == "0"; }));
    EXPECT_EQ(m_comparator.all("/api/v1/repairs").size(), 1U);
    // Without it nothing is repaired by itself.
    change(id, {{"auto_repair_enabled", false}});
    m_fresh->run("DELETE FROM people WHERE id = 3");
    m_comparator.fullRun(id);
    std::this_thread::sleep_for(2s);
    EXPECT_EQ(m_comparator.all("/api/v1/repairs").size(), 1U);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people WHERE id = 3"), "0");
}

TEST_F(Schedules, NameTheChannelsOfTheirAlerts)
{
    start();
    const std::string id = addCheck({{"notification_channels", {"night watch", "c-17"}}});
    m_fresh->run("DELETE FROM people WHERE id = 1");
    m_comparator.fullRun(id);
    const Json body = Json::parse(m_comparator.store()->one("SELECT body FROM alerts_waiting"));
    EXPECT_EQ(body.at("type"), "DATA_INCONSISTENCY");
    EXPECT_EQ(body.at("details").at("notification_channels"), Json::array({"night watch", "c-17"}));
}

TEST_F(Schedules, AreToldOfOverSevenDays)
{
    start();
    const std::string id = addCheck();
    const Json none = monitored(id);
    EXPECT_EQ(none.at("total_checks"), 0);
    for (const char *name : {"avg_consistency_percentage", "min_consistency_percentage", "max_consistency_percentage",
                             "below_threshold_count", "avg_check_duration_ms", "last_check_time"})
        EXPECT_TRUE(none.at(name).is_null()) << name;
    m_comparator.fullRun(id);
    m_comparator.fullRun(id);
    m_fresh->run("DELETE FROM people WHERE id = 1");
    m_comparator.fullRun(id); // 75 %
    m_comparator.waitRun(m_comparator.startRun(id, {{"scope", "IDS"}, {"ids", {"1"}}, {"reason", "one"}})); // is no look at all
    const Json three = monitored(id);
    EXPECT_EQ(three.at("total_checks"), 3);
    EXPECT_EQ(three.at("avg_consistency_percentage"), 91.66);
    EXPECT_EQ(three.at("min_consistency_percentage"), 75.0);
    EXPECT_EQ(three.at("max_consistency_percentage"), 100.0);
    EXPECT_EQ(three.at("below_threshold_count"), 1);
    EXPECT_GT(three.at("avg_check_duration_ms"), 0);
    EXPECT_EQ(three.at("last_check_time"), runs().at(1).at("started_at"));
    // What is older than seven days is not counted; what is not active is not shown.
    m_comparator.store()->run("UPDATE runs SET ended_at = ended_at - 604800000 WHERE percentage = 7500");
    EXPECT_EQ(monitored(id).at("total_checks"), 2);
    EXPECT_EQ(monitored(id).at("below_threshold_count"), 0);
    change(id, {{"active", false}});
    EXPECT_TRUE(monitored(id).is_null());
}

} // namespace
} // namespace crossfade
