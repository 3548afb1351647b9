// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How much is repaired, and deleted, before somebody is asked: as the mapping says.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr int LimitedPeople = 100;

class RepairLimits : public testing::Test {
protected:
    void begin(const Json &limits, const Json &safe)
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
            side->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                      std::to_string(LimitedPeople) + ") INSERT INTO people SELECT i, 'Somebody' FROM n");
        }
        m_comparator.start();
        Json mapping = peopleMapping("INTEGER", Json::array({field("name", "TEXT")}));
        mapping["safe_repairs"] = safe;
        mapping.update(limits);
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, mapping);
    }
    void repairByItself()
    {
        const Json before = m_comparator.as("viewer").get("/api/v1/checks/" + m_check).json;
        const Json body{{"check_name", before.at("check_name")},   {"mapping_id", before.at("mapping_id")},
                        {"auto_repair_enabled", true},
                        {"notification_channels", {"night watch"}}, {"reason", "by itself"}};
        const TestAnswer done =
            m_comparator.as("operator").put("/api/v1/checks/" + m_check, body, dumpJson(before.at("version")));
        ASSERT_EQ(done.status, 200) << done.body;
    }
    TestAnswer changeMapping(const Json &more)
    {
        const Json before = m_comparator.all("/api/v1/mappings").at(0);
        Json body = before;
        for (const char *name : {"id", "created_at", "updated_at", "version"})
            body.erase(name);
        body.update(more);
        return m_comparator.as("operator").put("/api/v1/mappings/" + textOf(before, "id"), body, dumpJson(before.at("version")));
    }
    // Until it is known what of a run is repaired by itself.
    void runAndJudge()
    {
        m_comparator.fullRun(m_check);
        ASSERT_TRUE(waitFor([&] { return m_comparator.store()->one("SELECT sum(repairs_due) FROM runs") == "0"; }));
    }
    std::size_t repairs(const std::string &status) { return m_comparator.all("/api/v1/repairs?status=" + status).size(); }
    std::string people() { return m_fresh->one("SELECT count(*) FROM people"); }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
    std::string m_check;
};

TEST_F(RepairLimits, OfARunWithTooManyDifferencesNothingIsRepairedByItself)
{
    begin({{"auto_repair_limit", {{"most", 3}}}}, {"INSERT", "UPDATE"});
    repairByItself();
    m_fresh->run("DELETE FROM people WHERE id <= 3");
    m_fresh->run("UPDATE people SET name = 'other' WHERE id = 4");
    m_fresh->run("INSERT INTO people VALUES (999, 'stranger')"); // deletions are for people, and not counted
    runAndJudge();
    EXPECT_EQ(m_comparator.all("/api/v1/repairs").size(), 0u);
    EXPECT_EQ(people(), "98");
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/differences?resolved=false").json.at("total"), 5);
    const Json alert =
        Json::parse(m_comparator.store()->one("SELECT body FROM alerts_waiting WHERE type = 'AUTO_REPAIR_LIMIT'"));
    EXPECT_EQ(alert.at("message"), "The check users repairs nothing of its run by itself: 4 rows to repair are more than 3. Its "
                                   "differences are open.");
    EXPECT_EQ(alert.at("details").at("notification_channels"), Json::array({"night watch"}));
    const std::vector<Json> audited = m_comparator.all("/api/v1/audit?action=check.auto_repair_limit");
    ASSERT_EQ(audited.size(), 1u);
    EXPECT_EQ(textOf(audited[0], "subject"), "auto-repair") << dumpJson(audited[0]);
    // People may repair them all the same; so does the next run, once more may be.
    const TestAnswer changed = changeMapping({{"auto_repair_limit", {{"most", 4}}}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json.at("auto_repair_limit"), (Json{{"least", 4}, {"percentage", 10.0}, {"most", 4}}));
    EXPECT_EQ(changed.json.at("deletion_limits"), nullptr);
    runAndJudge();
    ASSERT_TRUE(waitFor([&] { return repairs("VERIFIED") == 4; }));
    EXPECT_EQ(people(), "101");
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(RepairLimits, OfManyRowsAShareIsTooMuch)
{
    begin(Json::object(), {"INSERT"}); // what is usual
    repairByItself();
    m_fresh->run("DELETE FROM people WHERE id <= 21");
    runAndJudge();
    EXPECT_EQ(m_comparator.all("/api/v1/repairs").size(), 0u);
    const Json alert =
        Json::parse(m_comparator.store()->one("SELECT body FROM alerts_waiting WHERE type = 'AUTO_REPAIR_LIMIT'"));
    EXPECT_NE(textOf(alert, "message").find("21 rows to repair are more than 10 % of the 100 that were compared"), std::string::npos)
        << textOf(alert, "message");
    m_fresh->run("INSERT INTO people VALUES (1, 'Somebody')"); // up to twenty no share matters
    runAndJudge();
    ASSERT_TRUE(waitFor([&] { return repairs("VERIFIED") == 20; }));
    EXPECT_EQ(people(), std::to_string(LimitedPeople));
}

TEST_F(RepairLimits, AMappingHasItsOwnLimitsOfDeletions)
{
    begin({{"deletion_limits", {{"least", 1}, {"percentage", 1.5}, {"most", 50}}}}, Json::array());
    m_fresh->run("INSERT INTO people VALUES (901, 'x'), (902, 'x'), (903, 'x')");
    m_comparator.fullRun(m_check);
    Json ids = Json::array();
    for (const Json &item : m_comparator.all("/api/v1/differences?resolved=false"))
        ids.push_back(item.at("id"));
    ASSERT_EQ(m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}}).status, 201);
    const TestAnswer approved = m_comparator.as("approver").post(
        "/api/v1/repairs/bulk",
        {{"action", "APPROVE"}, {"filter", Json::object()}, {"expected_count", 3}, {"reason", "they left"}});
    ASSERT_EQ(approved.status, 200) << approved.body;
    ASSERT_TRUE(waitFor([&] { return repairs("FAILED") == 3; }));
    EXPECT_EQ(people(), "103");
    const std::vector<Json> failed = m_comparator.all("/api/v1/repairs?status=FAILED");
    EXPECT_NE(textOf(failed[0], "error").find("3 deletions on NEW within a day are more than 1.5 % of its 103 rows"),
              std::string::npos)
        << textOf(failed[0], "error");
    // Whoever changes them means those that were asked for before, too.
    ASSERT_EQ(changeMapping({{"deletion_limits", {{"least", 3}}}}).status, 200);
    for (const Json &one : failed) {
        const TestAnswer again =
            m_comparator.as("approver").post("/api/v1/repairs/" + textOf(one, "id") + "/execute", {{"reason", "they left"}});
        EXPECT_EQ(again.status, 200) << again.body;
    }
    ASSERT_TRUE(waitFor([&] { return repairs("VERIFIED") == 3; }));
    EXPECT_EQ(people(), "100");
    const TestAnswer bad = changeMapping({{"deletion_limits", {{"least", 9}, {"most", 8}}}});
    EXPECT_EQ(bad.status, 422);
    EXPECT_NE(bad.body.find("/deletion_limits/least"), std::string::npos) << bad.body;
}

} // namespace
} // namespace crossfade
