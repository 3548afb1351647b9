// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One decision on many repairs: on all of them or none, each carried out once, also over a sudden death.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr int BulkTasks = 20;

// As many repairs as BulkTasks, each an update; the NEW side counts how often its rows are written.
class RepairBulk : public testing::Test {
protected:
    void begin(std::vector<std::string> options = {}, const std::vector<std::string> &environment = {})
    {
        differ(std::move(options), environment);
        Json ids = Json::array();
        for (const Json &item : m_comparator->all("/api/v1/differences?resolved=false"))
            ids.push_back(item.at("id"));
        const TestAnswer made =
            m_comparator->as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
        ASSERT_EQ(made.status, 201) << made.body;
        ASSERT_EQ(made.json.at("items").size(), std::size_t{BulkTasks});
    }
    void differ(std::vector<std::string> options = {}, const std::vector<std::string> &environment = {})
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
            side->run("CREATE TABLE writes (id TEXT)");
            for (int i = 0; i < BulkTasks; ++i)
                side->run("INSERT INTO people VALUES ('p" + std::to_string(100 + i) + "', '" +
                          (side == m_legacy.get() ? "right" : "wrong") + "')");
        }
        m_fresh->run("CREATE TRIGGER count AFTER UPDATE ON people BEGIN INSERT INTO writes VALUES (new.id); END");
        m_comparator = std::make_unique<Comparator>(std::move(options));
        m_comparator->start(environment);
        m_comparator->fullRun(m_comparator->addCheck(
            *m_legacy, *m_fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")}))));
    }
    TestAnswer propose(const Json &filter, int expected)
    {
        return m_comparator->as("operator").post(
            "/api/v1/repairs", {{"filter", filter}, {"expected_count", expected}, {"reason", "all of them"}});
    }
    TestAnswer bulk(const Json &filter, int expected, const std::string &action = "APPROVE",
                    const std::string &role = "approver", const std::string &key = "")
    {
        TestClient::Headers headers{{"Content-Type", "application/json"}};
        if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
        return m_comparator->as(role).send(
            "POST", "/api/v1/repairs/bulk",
            dumpJson({{"action", action}, {"filter", filter}, {"expected_count", expected}, {"reason", "all of them"}}),
            headers);
    }
    std::size_t count(const std::string &status) { return m_comparator->all("/api/v1/repairs?status=" + status).size(); }
    bool allVerified()
    {
        return waitFor([&] { return count("VERIFIED") == BulkTasks; }, std::chrono::seconds(60));
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    std::unique_ptr<Comparator> m_comparator;
};

TEST_F(RepairBulk, IsProposedForWhatAFilterOfDifferencesFinds)
{
    differ();
    EXPECT_EQ(propose({{"field", "surname"}}, 1).status, 409);
    EXPECT_EQ(propose({{"entity_id", "p100"}}, 1).status, 201);
    // One of them has a task, and another stands still under a rule: neither is meant.
    const Json hidden{{"entity_pattern", "p101"}, {"reason", "known"}};
    ASSERT_EQ(m_comparator->as("operator").post("/api/v1/ignore-rules", hidden).status, 201);
    ASSERT_TRUE(waitFor([&] { return m_comparator->all("/api/v1/differences?ignored=ONLY").size() == 1; }));
    const TestAnswer other = propose(Json::object(), BulkTasks);
    EXPECT_EQ(other.status, 409) << other.body;
    EXPECT_NE(other.body.find(std::to_string(BulkTasks - 2)), std::string::npos) << other.body;
    EXPECT_EQ(count("PENDING"), 1u) << "nothing is half done";
    const TestAnswer made = propose({{"field", "name"}, {"type", "DIFFERENT"}, {"cause", "VALUE"}}, BulkTasks - 2);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json.at("items").size(), std::size_t{BulkTasks - 2});
    EXPECT_EQ(propose(Json::object(), BulkTasks - 2).status, 409) << "all have one by now";
    EXPECT_EQ(bulk(Json::object(), BulkTasks - 1).status, 200);
    EXPECT_TRUE(waitFor([&] { return count("VERIFIED") == BulkTasks - 1; }, std::chrono::seconds(60)));
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'p101'"), "wrong");
}

TEST_F(RepairBulk, IsDoneOnlyWithTheCountThatIsFound)
{
    begin();
    const TestAnswer wrong = bulk({{"status", "PENDING"}}, BulkTasks - 1);
    EXPECT_EQ(wrong.status, 409);
    EXPECT_EQ(wrong.json.at("code"), "COUNT_CHANGED");
    EXPECT_EQ(wrong.json.at("values"), Json::array({std::to_string(BulkTasks), std::to_string(BulkTasks - 1)}));
    EXPECT_EQ(count("PENDING"), std::size_t{BulkTasks});
    EXPECT_EQ(bulk({{"status", "PENDING"}}, BulkTasks, "APPROVE", "operator").status, 403);
    EXPECT_EQ(bulk({{"status", "ODD"}}, BulkTasks).status, 422);
    EXPECT_EQ(bulk({{"surprise", "1"}}, BulkTasks).status, 422);
    EXPECT_EQ(bulk({{"status", "PENDING"}}, 1'001).status, 422);
    EXPECT_EQ(bulk({{"entity_id", "p100"}}, BulkTasks).status, 409);
    EXPECT_EQ(count("PENDING"), std::size_t{BulkTasks});

    // The same filter finds in a list what is decided on here.
    EXPECT_EQ(m_comparator->all("/api/v1/repairs?status=PENDING&q=p10").size(), 10u);
    const TestAnswer rejected = bulk({{"status", "PENDING"}, {"q", "p10"}}, 10, "REJECT");
    ASSERT_EQ(rejected.status, 200) << rejected.body;
    EXPECT_EQ(rejected.json.at("count"), 10);
    EXPECT_EQ(count("REJECTED"), 10u);
    const TestAnswer approved = bulk(Json::object(), 10);
    ASSERT_EQ(approved.status, 200) << approved.body;
    EXPECT_TRUE(waitFor([&] { return count("VERIFIED") == 10; }));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people WHERE name = 'right'"), "10");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people WHERE name = 'right' AND id LIKE 'p10%'"), "0");
    EXPECT_EQ(bulk(Json::object(), 10).status, 409) << "nothing is left to approve";
    EXPECT_EQ(m_comparator->as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(RepairBulk, LeavesToASecondPersonWhatOneAskedForOneself)
{
    begin({"--repair-second-person"});
    ASSERT_EQ(bulk({{"entity_id", "p100"}}, 1, "REJECT").status, 200);
    const Json again = m_comparator->all("/api/v1/differences?resolved=false&entity_id=p100").at(0);
    ASSERT_EQ(m_comparator->as("lead").post("/api/v1/repairs", {{"difference_ids", Json::array({again.at("id")})}}).status, 201);
    // 19 of operator-1 and one of his own.
    EXPECT_EQ(bulk({{"status", "PENDING"}}, BulkTasks, "APPROVE", "lead").status, 409);
    ASSERT_EQ(bulk({{"status", "PENDING"}}, BulkTasks - 1, "APPROVE", "lead").status, 200);
    EXPECT_TRUE(waitFor([&] { return count("VERIFIED") == BulkTasks - 1; }));
    EXPECT_EQ(count("PENDING"), 1u);
    ASSERT_EQ(bulk({{"status", "PENDING"}}, 1).status, 200);
    EXPECT_TRUE(allVerified());
}

// Too many deletions: none is made, also not the last ones, for which fewer would wait.
TEST_F(RepairBulk, OfTooManyDeletionsNoneIsMadeByItsPlaceInTheQueue)
{
    constexpr int Extra = 40;
    begin();
    for (int i = 0; i < Extra; ++i)
        m_fresh->run("INSERT INTO people VALUES ('x" + std::to_string(100 + i) + "', 'x')");
    m_comparator->fullRun(textOf(m_comparator->all("/api/v1/checks").at(0), "id"));
    Json ids = Json::array();
    for (const Json &item : m_comparator->all("/api/v1/differences?resolved=false&q=x1"))
        ids.push_back(item.at("id"));
    ASSERT_EQ(ids.size(), std::size_t{Extra});
    ASSERT_EQ(m_comparator->as("operator").post("/api/v1/repairs", {{"difference_ids", ids}}).status, 201);
    ASSERT_EQ(bulk({{"action", "DELETE"}}, Extra).status, 200);
    ASSERT_TRUE(waitFor([&] { return count("FAILED") == Extra; }));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), std::to_string(BulkTasks + Extra));
    const auto failed = m_comparator->all("/api/v1/repairs?status=FAILED");
    for (const Json &one : failed)
        EXPECT_NE(textOf(one, "error").find("POST /api/v1/repairs/" + textOf(one, "id") + "/execute"), std::string::npos);
    const auto execute = [&](std::size_t place, const Json &body) {
        const std::string id = textOf(failed.at(place), "id");
        EXPECT_EQ(m_comparator->as("approver").post("/api/v1/repairs/" + id + "/execute", body).status, 200);
        EXPECT_EQ(m_comparator->waitRepair(id, {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    };
    // What is confirmed ends with the day in which nobody makes use of it.
    execute(0, {{"confirm_deletes", Extra}});
    const auto store = m_comparator->store();
    EXPECT_EQ(store->one("SELECT confirmed FROM deletion_guards"), std::to_string(Extra - 1));
    m_comparator->kill();
    store->run("UPDATE deletion_guards SET counted_from = counted_from - 86400001");
    m_comparator->start();
    execute(1, {{"reason", "one more"}});
    EXPECT_EQ(store->one("SELECT confirmed FROM deletion_guards"), "0");
    EXPECT_EQ(m_comparator->as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(RepairBulk, ASuddenDeathWhileTheyAreCarriedOutDoesEachOnce)
{
    begin({}, {"CROSSFADE_KILL_POINT=repair.after-execute:7"});
    ASSERT_EQ(bulk({{"status", "PENDING"}}, BulkTasks, "APPROVE", "approver", "bulk-1").status, 200);
    EXPECT_EQ(m_comparator->process().wait(), 128 + 9);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM writes"), "7");
    m_comparator->start();
    ASSERT_TRUE(allVerified());
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM writes"), std::to_string(BulkTasks));
    EXPECT_EQ(m_fresh->one("SELECT count(DISTINCT id) FROM writes"), std::to_string(BulkTasks));
    // The key still knows its answer, and does nothing twice; another body has no right to it.
    const TestAnswer repeated = bulk({{"status", "PENDING"}}, BulkTasks, "APPROVE", "approver", "bulk-1");
    EXPECT_EQ(repeated.status, 200) << repeated.body;
    EXPECT_EQ(repeated.json.at("repair_ids").size(), std::size_t{BulkTasks});
    EXPECT_EQ(bulk({{"status", "PENDING"}}, 3, "APPROVE", "approver", "bulk-1").status, 422);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM writes"), std::to_string(BulkTasks));
    EXPECT_EQ(m_comparator->as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(RepairBulk, ASuddenDeathWhileItIsDecidedDecidesNothing)
{
    begin({}, {"CROSSFADE_KILL_POINT=repair.bulk-decided:11"});
    EXPECT_NE(bulk({{"status", "PENDING"}}, BulkTasks, "APPROVE", "approver", "bulk-2").status, 200);
    EXPECT_EQ(m_comparator->process().wait(), 128 + 9);
    m_comparator->start();
    EXPECT_EQ(count("PENDING"), std::size_t{BulkTasks});
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM writes"), "0");
    // Whoever got no answer asks again with the same key.
    ASSERT_EQ(bulk({{"status", "PENDING"}}, BulkTasks, "APPROVE", "approver", "bulk-2").status, 200);
    ASSERT_TRUE(allVerified());
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM writes"), std::to_string(BulkTasks));
}

} // namespace
} // namespace crossfade
