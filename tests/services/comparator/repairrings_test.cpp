// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs of rows that are to exchange values of which each may be there once, on each engine.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

// On NEW an email, which may be NULL, a badge and a number, which may not, are each unique.
class RepairRings : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        const std::string engine = GetParam();
        m_fresh = engine == "sqlite" ? newSqlite(m_dir.file("new.db")) : engine == "postgres" ? newPostgres() : newMariadb();
        const std::string text = engine == "mariadb" ? " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "";
        m_legacy->run("CREATE TABLE people (id TEXT PRIMARY KEY, email TEXT, badge TEXT, number INTEGER, name TEXT)");
        m_fresh->run("CREATE TABLE people (id varchar(20)" + text + " PRIMARY KEY, email varchar(40)" + text +
                     " UNIQUE, badge varchar(3)" + text + " NOT NULL UNIQUE, number integer NOT NULL UNIQUE, name varchar(40)" +
                     text + ")");
    }
    // Of one row on one side: its badge, its number and its name are of the email.
    void add(TestDatabase &side, const std::string &id, const std::string &email, const std::string &badge, int number)
    {
        side.run("INSERT INTO people VALUES ('" + id + "', '" + email + "', '" + badge + "', " + std::to_string(number) +
                 ", 'Somebody')");
    }
    void begin(const std::vector<std::string> &environment = {})
    {
        m_comparator.start(environment);
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh,
                                        peopleMapping("TEXT", Json::array({field("email", "TEXT"), field("badge", "TEXT"),
                                                                           field("number", "INTEGER"), field("name", "TEXT")})));
        m_comparator.fullRun(m_check);
    }
    void proposeAll(std::size_t expected)
    {
        Json ids = Json::array();
        for (const Json &item : m_comparator.all("/api/v1/differences?resolved=false"))
            ids.push_back(item.at("id"));
        const TestAnswer made =
            m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
        ASSERT_EQ(made.status, 201) << made.body;
        ASSERT_EQ(made.json.at("items").size(), expected);
    }
    void approveAll(std::size_t expected)
    {
        const TestAnswer approved = m_comparator.as("approver").post(
            "/api/v1/repairs/bulk",
            {{"action", "APPROVE"}, {"filter", Json::object()}, {"expected_count", expected}, {"reason", "all of them"}});
        ASSERT_EQ(approved.status, 200) << approved.body;
    }
    bool allVerified(std::size_t count)
    {
        return waitFor([&] { return repairs("VERIFIED").size() == count; }, std::chrono::seconds(60));
    }
    std::vector<Json> repairs(const std::string &status) { return m_comparator.all("/api/v1/repairs?status=" + status); }
    Json repairOf(const std::string &entity) { return m_comparator.all("/api/v1/repairs?entity_id=" + entity).at(0); }
    void undo(const std::string &entity)
    {
        const std::string id = textOf(repairOf(entity), "id");
        const TestAnswer answer = m_comparator.as("approver").post("/api/v1/repairs/" + id + "/undo", {{"reason", "not so"}});
        ASSERT_EQ(answer.status / 100, 2) << answer.body;
    }
    std::string held(const std::string &column, const std::string &id)
    {
        return m_fresh->one("SELECT " + column + " FROM people WHERE id = '" + id + "'");
    }
    void addPair() // whose emails are to be exchanged
    {
        add(*m_legacy, "a", "y@x", "1", 1);
        add(*m_legacy, "b", "x@x", "2", 2);
        add(*m_fresh, "a", "x@x", "1", 1);
        add(*m_fresh, "b", "y@x", "2", 2);
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_check;
};

TEST_P(RepairRings, TwoRowsExchangeAValue)
{
    addPair();
    begin();
    proposeAll(2);
    approveAll(2);
    ASSERT_TRUE(allVerified(2)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
    EXPECT_EQ(held("email", "a"), "y@x");
    EXPECT_EQ(held("email", "b"), "x@x");
    const Json done = repairOf("a");
    EXPECT_EQ(done.at("repaired_fields"), Json::array({"email"}));
    EXPECT_EQ(done.at("verification").at("equal"), true);
    EXPECT_EQ(done.at("put_off"), nullptr);
    EXPECT_EQ(m_comparator.fullRun(m_check).at("consistency_percentage"), 100.0);

    // One alone cannot be undone, for the other has what it had; both can.
    undo("a");
    ASSERT_TRUE(waitFor([&] { return repairOf("a").at("undo").at("status") == "FAILED"; }));
    const std::string error = textOf(repairOf("a").at("undo"), "error");
    EXPECT_TRUE(error.ends_with("; another row has the value, and no repair that waits takes it away")) << error;
    EXPECT_EQ(held("email", "a"), "y@x");
    undo("a");
    undo("b");
    ASSERT_TRUE(waitFor([&] { return repairs("UNDONE").size() == 2; })) << dumpJson(repairs("VERIFIED"));
    EXPECT_EQ(held("email", "a"), "x@x");
    EXPECT_EQ(held("email", "b"), "y@x");
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/differences?resolved=false").json.at("total"), 2);
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_P(RepairRings, ASuddenDeathBetweenTheUndosOfBothUndoesBoth)
{
    addPair();
    begin({"CROSSFADE_KILL_POINT=repair.before-undo:3"}); // one of each by itself, then both together
    proposeAll(2);
    approveAll(2);
    ASSERT_TRUE(allVerified(2));
    undo("b");
    undo("a");
    EXPECT_EQ(m_comparator.process().wait(std::chrono::seconds(60)), 128 + 9);
    EXPECT_EQ(held("email", "a"), "y@x");
    m_comparator.start();
    ASSERT_TRUE(waitFor([&] { return repairs("UNDONE").size() == 2; })) << dumpJson(repairs("VERIFIED"));
    EXPECT_EQ(held("email", "a"), "x@x");
    EXPECT_EQ(held("email", "b"), "y@x");
}

TEST_P(RepairRings, ThreeRowsHandOnValuesThatMayNotBeNull)
{
    add(*m_legacy, "a", "a@x", "222", 30);
    add(*m_legacy, "b", "b@x", "333", 10);
    add(*m_legacy, "c", "c@x", "111", 20);
    add(*m_fresh, "a", "a@x", "111", 10);
    add(*m_fresh, "b", "b@x", "222", 20);
    add(*m_fresh, "c", "c@x", "333", 30);
    add(*m_legacy, "d", "d@x", "4", 4); // of no ring, and held up by none
    add(*m_fresh, "d", "e@x", "4", 4);
    begin();
    proposeAll(4);
    approveAll(4);
    ASSERT_TRUE(allVerified(4)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
    for (const auto &[id, badge, number] : std::vector<std::tuple<std::string, std::string, std::string>>{
             {"a", "222", "30"}, {"b", "333", "10"}, {"c", "111", "20"}}) {
        EXPECT_EQ(held("badge", id), badge);
        EXPECT_EQ(held("number", id), number);
        EXPECT_EQ(held("name", id), "Somebody");
    }
    EXPECT_EQ(held("email", "d"), "d@x");
}

TEST_P(RepairRings, AChainIsWrittenFromItsEnd)
{
    for (int i = 0; i < 4; ++i) {
        const std::string id(1, static_cast<char>('a' + i));
        add(*m_fresh, id, std::to_string(i) + "@x", id, i);
        add(*m_legacy, id, std::to_string(i + 1) + "@x", id, i);
    }
    add(*m_legacy, "e", "0@x", "e", 9); // a row that is added takes what the first one gives up
    begin();
    proposeAll(5);
    approveAll(5);
    ASSERT_TRUE(allVerified(5)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
    EXPECT_EQ(held("email", "a"), "1@x");
    EXPECT_EQ(held("email", "d"), "4@x");
    EXPECT_EQ(held("email", "e"), "0@x");
}

TEST_P(RepairRings, WhatHasChangedMeanwhileIsStaleAndNothingIsWritten)
{
    addPair();
    begin();
    proposeAll(2);
    m_fresh->run("UPDATE people SET name = 'of somebody else' WHERE id = 'b'");
    approveAll(2);
    EXPECT_EQ(m_comparator.waitRepair(textOf(repairOf("b"), "id"), {"STALE"}).at("status"), "STALE");
    const Json alone = m_comparator.waitRepair(textOf(repairOf("a"), "id"), {"FAILED"});
    const std::string error = textOf(alone, "error");
    EXPECT_TRUE(error.starts_with("the database refuses it: ")) << error;
    EXPECT_TRUE(error.ends_with("; another row has the value, and no repair that waits takes it away")) << error;
    EXPECT_EQ(held("email", "a"), "x@x");
    EXPECT_EQ(held("email", "b"), "y@x");
}

TEST_P(RepairRings, ASuddenDeathOnTheWayWritesAllOrNone)
{
    for (const char *point : {"repair.before-execute:4", "repair.after-execute:2"}) { // of the two together
        m_fresh->run("DELETE FROM people");
        m_legacy->run("DELETE FROM people");
        addPair();
        const std::vector<std::string> environment{"CROSSFADE_KILL_POINT=" + std::string(point)};
        if (m_check.empty()) {
            begin(environment);
        } else {
            m_comparator.kill();
            m_comparator.start(environment);
            m_comparator.fullRun(m_check);
        }
        const std::size_t before = repairs("VERIFIED").size();
        proposeAll(2);
        approveAll(2);
        EXPECT_EQ(m_comparator.process().wait(std::chrono::seconds(60)), 128 + 9);
        const bool written = std::string(point).starts_with("repair.after");
        EXPECT_EQ(held("email", "a"), written ? "y@x" : "x@x") << point;
        EXPECT_EQ(held("email", "b"), written ? "x@x" : "y@x") << point;
        m_comparator.start();
        ASSERT_TRUE(allVerified(before + 2)) << dumpJson(repairs("FAILED")) << dumpJson(repairs("APPROVED"));
        EXPECT_EQ(held("email", "a"), "y@x");
        EXPECT_EQ(held("email", "b"), "x@x");
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, RepairRings, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto &one) { return one.param; });

// A row that changes between the look at both and the write: here by what the first write does to it.
class RepairRingsInTheLastMoment : public RepairRings {};

TEST_P(RepairRingsInTheLastMoment, AllAreStaleAndNothingIsWritten)
{
    addPair();
    const std::string change = "UPDATE people SET name = 'of somebody else' WHERE id = 'b'";
    if (GetParam() == "postgres") {
        m_fresh->run("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE people SET name = ''of "
                     "somebody else'' WHERE id = ''b''; RETURN NULL; END'");
        m_fresh->run("CREATE TRIGGER meddling AFTER UPDATE ON people FOR EACH ROW WHEN (NEW.id = 'a' AND NEW.email IS NULL) "
                     "EXECUTE FUNCTION meddle()");
    } else {
        m_fresh->run("CREATE TRIGGER meddling AFTER UPDATE ON people WHEN NEW.id = 'a' AND NEW.email IS NULL BEGIN " + change +
                     "; END");
    }
    begin();
    proposeAll(2);
    approveAll(2);
    for (const char *entity : {"a", "b"}) {
        const Json stale = m_comparator.waitRepair(textOf(repairOf(entity), "id"), {"STALE", "FAILED", "VERIFIED"});
        EXPECT_EQ(stale.at("status"), "STALE") << dumpJson(stale);
    }
    EXPECT_EQ(held("email", "a"), "x@x");
    EXPECT_EQ(held("email", "b"), "y@x");
    EXPECT_EQ(held("name", "b"), "Somebody");
}

INSTANTIATE_TEST_SUITE_P(Engines, RepairRingsInTheLastMoment, testing::Values("sqlite", "postgres"),
                         [](const auto &one) { return one.param; });

} // namespace
} // namespace crossfade
