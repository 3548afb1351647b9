// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs that a foreign key of their database holds up until others are carried out, on each engine.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

// People who may have a boss among them, and their orders: on NEW with the keys that say so.
class RepairOrder : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        const std::string engine = GetParam();
        m_fresh = engine == "sqlite" ? newSqlite(m_dir.file("new.db")) : engine == "postgres" ? newPostgres() : newMariadb();
        const std::string text =
            engine == "mariadb" ? "varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "varchar(40)";
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            const bool keys = side == m_fresh.get();
            const std::string type = keys ? text : "varchar(40)";
            side->run("CREATE TABLE people (id " + type + " PRIMARY KEY, name " + type + ", boss " + type +
                      (keys ? ", FOREIGN KEY (boss) REFERENCES people (id))" : ")"));
            side->run("CREATE TABLE orders (id " + type + " PRIMARY KEY, person " + type +
                      (keys ? ", FOREIGN KEY (person) REFERENCES people (id))" : ")"));
            side->run("INSERT INTO people VALUES ('k1', 'Kim', NULL), ('k2', 'Kit', 'k1'), ('k3', 'Ken', NULL)");
            side->run("INSERT INTO orders VALUES ('k', 'k1'), ('l', 'k2')");
        }
        if (engine == "sqlite") m_fresh->run("PRAGMA foreign_keys = ON");
    }
    void begin(const std::vector<std::string> &environment = {})
    {
        m_comparator.start(environment);
        m_people = m_comparator.addCheck(
            *m_legacy, *m_fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("boss", "TEXT")})), "people");
        Json orders = peopleMapping("TEXT", Json::array({field("person", "TEXT")}));
        orders["data_type"] = "ORDER";
        for (const char *side : {"legacy", "new"})
            orders[side]["table"] = "orders";
        m_orders = m_comparator.addCheck(*m_legacy, *m_fresh, orders, "orders");
        m_comparator.fullRun(m_people);
        m_comparator.fullRun(m_orders);
    }
    // Repairs of what a check has found, behind those that were asked for before.
    std::size_t propose(const std::string &check)
    {
        Json ids = Json::array();
        for (const Json &item : m_comparator.all("/api/v1/differences?resolved=false&check_id=" + check))
            ids.push_back(item.at("id"));
        const TestAnswer made =
            m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
        EXPECT_EQ(made.status, 201) << made.body;
        return made.json.at("items").size();
    }
    void approveAll(std::size_t expected)
    {
        const TestAnswer approved = m_comparator.as("approver").post(
            "/api/v1/repairs/bulk",
            {{"action", "APPROVE"}, {"filter", Json::object()}, {"expected_count", expected}, {"reason", "all of them"}});
        ASSERT_EQ(approved.status, 200) << approved.body;
    }
    void approve(const Json &repair)
    {
        const TestAnswer answer =
            m_comparator.as("approver").post("/api/v1/repairs/" + textOf(repair, "id") + "/approve", {{"reason", "needed"}});
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    // Of an entity whose repair waits for another one: how it stands between two tries.
    Json putOff(const std::string &entity)
    {
        Json repair;
        EXPECT_TRUE(waitFor([&] {
            repair = repairOf(entity);
            return textOf(repair, "status") == "APPROVED" && !textOf(repair, "put_off").empty();
        })) << dumpJson(repair);
        return repair;
    }
    bool allVerified(std::size_t count)
    {
        return waitFor([&] { return repairs("VERIFIED").size() == count; }, std::chrono::seconds(60));
    }
    std::vector<Json> repairs(const std::string &status) { return m_comparator.all("/api/v1/repairs?status=" + status); }
    Json repairOf(const std::string &entity) { return m_comparator.all("/api/v1/repairs?entity_id=" + entity).at(0); }
    static std::vector<std::string> statesOf(const Json &repair)
    {
        std::vector<std::string> states;
        for (const Json &entry : repair.at("history"))
            states.push_back(textOf(entry, "status"));
        return states;
    }
    void addFamily(TestDatabase &side)
    {
        side.run("INSERT INTO people VALUES ('p3', 'Pip', NULL)");
        side.run("INSERT INTO people VALUES ('p2', 'Pia', 'p3')");
        side.run("INSERT INTO people VALUES ('p1', 'Pam', 'p2')");
        side.run("INSERT INTO orders VALUES ('o1', 'p1'), ('o2', 'p3')");
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_people, m_orders;
};

TEST_P(RepairOrder, ChildrenThatWereApprovedBeforeTheirParentsWaitForThem)
{
    addFamily(*m_legacy);
    m_legacy->run("UPDATE orders SET person = 'p2' WHERE id = 'k'"); // an update waits as an insert does
    begin();
    const std::size_t orders = propose(m_orders);
    approveAll(orders + propose(m_people));
    ASSERT_TRUE(allVerified(6)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people p JOIN people b ON b.id = p.boss"), "3");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM orders o JOIN people p ON p.id = o.person"), "4");
    const Json child = repairOf("o1");
    // However often it was tried, that stands there once.
    EXPECT_EQ(statesOf(child),
              (std::vector<std::string>{"PENDING", "APPROVED", "EXECUTING", "APPROVED", "EXECUTING", "VERIFIED"}));
    EXPECT_TRUE(textOf(child.at("history")[3], "note").starts_with("put off: ")) << dumpJson(child);
    EXPECT_EQ(child.at("put_off"), nullptr);
    EXPECT_EQ(child.at("error"), nullptr);
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_P(RepairOrder, ParentsThatAreDeletedBeforeTheirChildrenWaitForThem)
{
    addFamily(*m_fresh);
    m_fresh->run("UPDATE people SET boss = 'p3' WHERE id = 'k2'");
    begin();
    // p3 stands behind its children by its key only: it was asked for first.
    m_fresh->run("INSERT INTO people VALUES ('p0', 'Pat', NULL)");
    m_fresh->run("UPDATE people SET boss = 'p0' WHERE id = 'p3'");
    m_comparator.fullRun(m_people);
    const std::size_t people = propose(m_people);
    approveAll(people + propose(m_orders));
    ASSERT_TRUE(allVerified(7)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "3");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM orders"), "2");
    EXPECT_EQ(repairOf("p0").at("history").size(), 6u);
    // What was deleted can be written back, the parent first.
    for (const char *entity : {"p0", "p3"}) {
        const std::string id = textOf(repairOf(entity), "id");
        const TestAnswer undo = m_comparator.as("approver").post("/api/v1/repairs/" + id + "/undo", {{"reason", "not those"}});
        ASSERT_EQ(undo.status / 100, 2) << undo.body;
        EXPECT_EQ(m_comparator.waitRepair(id, {"UNDONE"}).at("status"), "UNDONE");
    }
}

TEST_P(RepairOrder, AChildWhoseParentNeverComesFailsAloneAndSaysWhatIsMissing)
{
    addFamily(*m_legacy);
    m_legacy->run("INSERT INTO orders VALUES ('a', 'nobody')");
    begin();
    const std::size_t orders = propose(m_orders);
    approveAll(orders + propose(m_people));
    const Json waiting = putOff("a"); // for a while, others may still be approved
    ASSERT_TRUE(allVerified(5)) << dumpJson(repairs("FAILED"));
    const Json failed = m_comparator.waitRepair(textOf(waiting, "id"), {"FAILED"});
    const std::string error = textOf(failed, "error");
    EXPECT_TRUE(error.starts_with("the database refuses it: ")) << error;
    EXPECT_TRUE(error.ends_with("; the row it belongs to is not there, or still has rows that belong to it")) << error;
    EXPECT_EQ(failed.at("put_off"), nullptr);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM orders WHERE id = 'a'"), "0");
    EXPECT_EQ(repairs("FAILED").size(), 1u);
    // Once the parent is there it is carried out.
    m_fresh->run("INSERT INTO people VALUES ('nobody', 'No', NULL)");
    const TestAnswer again = m_comparator.as("approver").post("/api/v1/repairs/" + textOf(failed, "id") + "/execute",
                                                              {{"reason", "now it is there"}});
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(m_comparator.waitRepair(textOf(failed, "id"), {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
}

TEST_P(RepairOrder, AParentThatIsApprovedAMomentLaterIsInTime)
{
    m_legacy->run("INSERT INTO people VALUES ('p3', 'Pip', NULL), ('p2', 'Pia', 'p3')");
    begin();
    ASSERT_EQ(propose(m_people), 2u);
    approve(repairOf("p2"));
    putOff("p2");
    approve(repairOf("p3"));
    ASSERT_TRUE(allVerified(2)) << dumpJson(repairs("FAILED"));
}

TEST_P(RepairOrder, ASuddenDeathForgetsNoneOfThoseThatWait)
{
    addFamily(*m_legacy);
    begin({"CROSSFADE_KILL_POINT=repair.before-execute:4"}); // o1, o2 and p1 are refused before
    const std::size_t orders = propose(m_orders);
    approveAll(orders + propose(m_people));
    EXPECT_EQ(m_comparator.process().wait(std::chrono::seconds(60)), 128 + 9);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "3");
    m_comparator.start();
    ASSERT_TRUE(allVerified(5)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

// As many as were confirmed are made, in whichever order: one that was put off has taken none.
TEST_P(RepairOrder, ADeletionThatWaitsKeepsWhatWasConfirmed)
{
    constexpr int Deletions = 25;
    const auto name = [](int i) { return "q" + std::to_string(100 + i); };
    for (int i = 0; i < Deletions; ++i)
        m_fresh->run("INSERT INTO people VALUES ('" + name(i) + "', 'Q', " + (i == 0 ? "NULL" : "'" + name(i - 1) + "'") + ")");
    begin();
    ASSERT_EQ(propose(m_people), std::size_t{Deletions});
    approveAll(Deletions);
    ASSERT_TRUE(waitFor([&] { return repairs("FAILED").size() == Deletions; }));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "28") << "more than somebody has to be asked for";
    for (int i = 0; i < Deletions; ++i) {
        Json body{{"reason", "they were retired"}};
        if (i == 0) body["confirm_deletes"] = Deletions;
        const TestAnswer answer =
            m_comparator.as("approver").post("/api/v1/repairs/" + textOf(repairOf(name(i)), "id") + "/execute", body);
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    EXPECT_TRUE(allVerified(Deletions)) << dumpJson(repairs("FAILED"));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "3");
}

INSTANTIATE_TEST_SUITE_P(Engines, RepairOrder, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto &one) { return one.param; });

} // namespace
} // namespace crossfade
