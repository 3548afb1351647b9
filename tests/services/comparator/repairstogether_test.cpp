// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Many repairs between two PostgreSQL, carried out several at a time: each still ends by itself, and is done once.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr int Together = 60;

class RepairsTogether : public testing::Test {
protected:
    void begin(const std::vector<std::string> &environment = {})
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            const std::string name = side == m_legacy.get() ? "right" : "wrong";
            side->run("CREATE TABLE people (id text PRIMARY KEY, name text)");
            side->run("INSERT INTO people SELECT 'p' || i, '" + name + "' FROM generate_series(100, " +
                      std::to_string(100 + Together - 1) + ") i");
        }
        m_fresh->run("CREATE TABLE writes (id text)");
        m_fresh->run("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO writes VALUES (NEW.id); "
                     "RETURN NULL; END'");
        m_fresh->run("CREATE TRIGGER noted AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION note()");
        m_comparator.start(environment);
        m_comparator.fullRun(m_comparator.addCheck(
            *m_legacy, *m_fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")}))));
        Json ids = Json::array();
        for (const Json &item : m_comparator.all("/api/v1/differences?resolved=false"))
            ids.push_back(item.at("id"));
        const TestAnswer made =
            m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
        ASSERT_EQ(made.status, 201) << made.body;
        ASSERT_EQ(made.json.at("items").size(), std::size_t{Together});
    }
    void approveAll()
    {
        const TestAnswer approved =
            m_comparator.as("approver")
                .post("/api/v1/repairs/bulk", {{"action", "APPROVE"},
                                               {"filter", Json::object()},
                                               {"expected_count", Together},
                                               {"reason", "all of them"}});
        ASSERT_EQ(approved.status, 200) << approved.body;
    }
    std::vector<Json> repairs(const std::string &status) { return m_comparator.all("/api/v1/repairs?status=" + status); }
    bool allEnded()
    {
        return waitFor([&] { return repairs("APPROVED").empty() && repairs("EXECUTING").empty(); }, std::chrono::seconds(60));
    }
    std::string written(const std::string &what) { return m_fresh->one("SELECT count(" + what + ") FROM writes"); }

    std::unique_ptr<TestDatabase> m_legacy = newPostgres();
    std::unique_ptr<TestDatabase> m_fresh = newPostgres();
    Comparator m_comparator;
};

TEST_F(RepairsTogether, OneThatIsRefusedFailsAloneAndOneThatHasChangedIsStale)
{
    begin();
    m_fresh->run("ALTER TABLE people ADD CONSTRAINT as_it_is CHECK (id <> 'p120' OR name = 'wrong')");
    m_fresh->run("UPDATE people SET name = 'of somebody else' WHERE id = 'p140'");
    m_fresh->run("DELETE FROM writes");
    approveAll();
    ASSERT_TRUE(allEnded());
    EXPECT_EQ(repairs("VERIFIED").size(), std::size_t{Together - 2});
    const auto failed = repairs("FAILED");
    ASSERT_EQ(failed.size(), 1u);
    EXPECT_EQ(textOf(failed[0], "entity_id"), "p120");
    EXPECT_NE(textOf(failed[0], "error").find("as_it_is"), std::string::npos) << dumpJson(failed[0]);
    const auto stale = repairs("STALE");
    ASSERT_EQ(stale.size(), 1u);
    EXPECT_EQ(textOf(stale[0], "entity_id"), "p140");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'p140'"), "of somebody else");
    EXPECT_EQ(written("*"), std::to_string(Together - 2));
    EXPECT_EQ(written("DISTINCT id"), std::to_string(Together - 2));
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/differences?resolved=false").json.at("total"), 2);

    // Of each it is kept what was there before, and what was done is in its history.
    const Json last = repairs("VERIFIED").back();
    EXPECT_EQ(last.at("repaired_fields"), Json::array({"name"}));
    EXPECT_EQ(last.at("verification").at("equal"), true);
    std::vector<std::string> states;
    for (const Json &entry : last.at("history"))
        states.push_back(textOf(entry, "status"));
    EXPECT_EQ(states, (std::vector<std::string>{"PENDING", "APPROVED", "EXECUTING", "VERIFIED"}));
    const std::string id = textOf(last, "id");
    const TestAnswer undo = m_comparator.as("approver").post("/api/v1/repairs/" + id + "/undo", {{"reason", "not that one"}});
    ASSERT_EQ(undo.status / 100, 2) << undo.body;
    EXPECT_EQ(m_comparator.waitRepair(id, {"UNDONE"}).at("status"), "UNDONE");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = '" + textOf(last, "entity_id") + "'"), "wrong");
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

// The first goes alone, then two, four, eight: the sixteenth is the first of sixteen that are written together.
TEST_F(RepairsTogether, ASuddenDeathAfterManyWereWrittenDoesEachOnce)
{
    begin({"CROSSFADE_KILL_POINT=repair.after-execute:16"});
    approveAll();
    EXPECT_EQ(m_comparator.process().wait(std::chrono::seconds(60)), 128 + 9);
    EXPECT_EQ(written("*"), "31");
    m_comparator.start();
    ASSERT_TRUE(allEnded());
    EXPECT_EQ(repairs("VERIFIED").size(), std::size_t{Together});
    EXPECT_EQ(written("*"), std::to_string(Together));
    EXPECT_EQ(written("DISTINCT id"), std::to_string(Together));
    for (const Json &repair : repairs("VERIFIED"))
        EXPECT_EQ(repair.at("repaired_fields"), Json::array({"name"})) << dumpJson(repair);
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

// A death before any is written: none is claimed, and each is done after it.
TEST_F(RepairsTogether, ASuddenDeathBeforeManyAreWrittenDoesEachOnce)
{
    begin({"CROSSFADE_KILL_POINT=repair.before-execute:20"});
    approveAll();
    EXPECT_EQ(m_comparator.process().wait(std::chrono::seconds(60)), 128 + 9);
    EXPECT_EQ(written("*"), "15");
    m_comparator.start();
    ASSERT_TRUE(allEnded());
    EXPECT_EQ(repairs("VERIFIED").size(), std::size_t{Together});
    EXPECT_EQ(written("*"), std::to_string(Together));
    EXPECT_EQ(written("DISTINCT id"), std::to_string(Together));
}

} // namespace
} // namespace crossfade
