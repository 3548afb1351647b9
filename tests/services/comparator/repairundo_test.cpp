// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A repair is undone: what was there before is written back, over what the repair left and over nothing else.
#include "tests/services/comparator/fixture.h"
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

// LEGACY in SQLite, NEW in each engine: the values come from elsewhere, and go back as they were.
class RepairUndo : public testing::TestWithParam<const char *> {
protected:
    void SetUp() override
    {
        m_legacy->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, credit NUMERIC, active BOOLEAN, seen TEXT)");
        const std::string kind = GetParam();
        if (kind == "postgres") {
            m_fresh = newPostgres();
            m_fresh->run("CREATE TABLE people (id text PRIMARY KEY, name varchar(40), credit numeric(10,2), active boolean, "
                         "seen timestamptz)");
        } else if (kind == "mariadb") {
            m_fresh = newMariadb();
            m_fresh->run("CREATE TABLE people (id varchar(40) PRIMARY KEY, name varchar(40) CHARACTER SET utf8mb4, credit "
                         "decimal(10,2), active boolean, seen datetime(6))");
        } else {
            m_fresh = newSqlite(m_dir.file("new.db"), false);
            m_fresh->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, credit NUMERIC, active BOOLEAN, seen TEXT)");
        }
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            side->run("INSERT INTO people VALUES ('a', 'Ann', 10.5, TRUE, '2026-01-01 00:00:00.25'), "
                      "('b', 'Bob', -1, FALSE, NULL), ('c', 'Cy', 3, TRUE, NULL)");
        m_legacy->run("UPDATE people SET name = 'Other', credit = NULL, active = FALSE, seen = NULL WHERE id = 'a'");
        m_legacy->run("INSERT INTO people VALUES ('m', 'Mia', 7.25, FALSE, NULL)");
        m_fresh->run("UPDATE people SET name = 'Ann <b>''& \u4e2d' WHERE id = 'a'");
        m_fresh->run("INSERT INTO people VALUES ('x', 'Xi', -12.25, NULL, '2026-02-03 04:05:06')");
        m_comparator.start();
        m_check = m_comparator.addCheck(
            *m_legacy, *m_fresh,
            peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("credit", "DECIMAL"),
                                               field("active", "BOOLEAN"), field("seen", "TIMESTAMP")})));
        m_comparator.fullRun(m_check);
    }
    std::size_t open(const std::string &entity)
    {
        return m_comparator.all("/api/v1/differences?resolved=false&entity_id=" + entity).size();
    }
    std::string verified(const std::string &entity)
    {
        Json ids = Json::array();
        for (const Json &item : m_comparator.all("/api/v1/differences?resolved=false&entity_id=" + entity))
            ids.push_back(item.at("id"));
        const TestAnswer made =
            m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = textOf(made.json.at("items").at(0), "id");
        EXPECT_EQ(act(id, "approve").status, 200);
        const Json done = m_comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"});
        EXPECT_EQ(done.at("status"), "VERIFIED") << dumpJson(done);
        return id;
    }
    TestAnswer act(const std::string &id, const std::string &verb, const std::string &role = "approver")
    {
        return m_comparator.as(role).post("/api/v1/repairs/" + id + "/" + verb, {{"reason", "because"}});
    }
    Json repair(const std::string &id) { return m_comparator.as("viewer").get("/api/v1/repairs/" + id).json; }
    // Until the undo ended; the repair.
    Json undoOf(const std::string &id)
    {
        const TestAnswer asked = act(id, "undo");
        EXPECT_EQ(asked.status, 200) << asked.body;
        EXPECT_TRUE(waitFor([&] {
            const Json undo = repair(id).at("undo");
            return undo.at("status") != "REQUESTED" && undo.at("status") != "EXECUTING";
        }));
        return repair(id);
    }
    std::string rows()
    {
        std::string all;
        for (const char *id : {"a", "b", "c", "m", "x"}) {
            const std::string where = std::string(" FROM people WHERE id = '") + id + "'";
            all += std::string(id) + m_fresh->one("SELECT count(*)" + where);
            for (const char *column : {"name", "credit", "active", "seen"})
                all += "|" + m_fresh->one(std::string("SELECT (SELECT ") + column + where + ")");
            all += "\n";
        }
        return all;
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_check;
};

TEST_P(RepairUndo, BringsBackWhatAnUpdateAnInsertAndADeletionFound)
{
    const std::string before = rows();
    const std::string legacy = m_legacy->one("SELECT group_concat(id || coalesce(name, '')) FROM people");
    const std::size_t differed = open("a");
    EXPECT_EQ(differed, 4u);
    std::vector<std::string> ids;
    for (const char *entity : {"a", "m", "x"})
        ids.push_back(verified(entity));
    EXPECT_NE(rows(), before);
    EXPECT_EQ(m_comparator.fullRun(m_check).at("consistency_percentage"), 100.0);
    EXPECT_EQ(repair(ids[0]).at("undo"), nullptr);
    EXPECT_EQ(act(ids[0], "undo", "operator").status, 403);
    for (const std::string &id : ids) {
        const Json undone = undoOf(id);
        EXPECT_EQ(undone.at("status"), "UNDONE") << dumpJson(undone);
        EXPECT_EQ(undone.at("undo").at("status"), "DONE");
        EXPECT_EQ(undone.at("undo").at("requested_by"), "approver-1");
        EXPECT_EQ(undone.at("undo").at("verification").at("equal"), false); // the sides differ again
        EXPECT_EQ(undone.at("undo").at("verification").at("detail"), "NEW holds what it held before the repair");
        EXPECT_EQ(undone.at("history").back().at("status"), "UNDONE");
        // Again: nothing happens.
        const TestAnswer again = act(id, "undo");
        EXPECT_EQ(again.status, 200);
        EXPECT_EQ(again.json, undone);
        EXPECT_EQ(act(id, "execute").status, 409);
    }
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(m_legacy->one("SELECT group_concat(id || coalesce(name, '')) FROM people"), legacy);
    // The fresh comparison found the differences again, as a full one does; they can be repaired again.
    EXPECT_EQ(open("a"), differed);
    EXPECT_EQ(open("m") + open("x"), 2u);
    m_comparator.fullRun(m_check);
    EXPECT_EQ(open("a"), differed);
    verified("a");
    EXPECT_EQ(m_comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_P(RepairUndo, WhatWasChangedSinceStaysAsItIs)
{
    const std::string update = verified("a");
    const std::string insert = verified("m");
    const std::string deletion = verified("x");
    m_fresh->run("UPDATE people SET name = 'newer' WHERE id IN ('a', 'm')");
    m_fresh->run("INSERT INTO people (id, name) VALUES ('x', 'somebody')");
    const std::string now = rows();
    for (const std::string &id : {update, insert, deletion}) {
        const Json stale = undoOf(id);
        EXPECT_EQ(stale.at("undo").at("status"), "STALE") << dumpJson(stale);
        EXPECT_EQ(stale.at("status"), "VERIFIED");
        EXPECT_FALSE(textOf(stale.at("undo"), "error").empty());
    }
    EXPECT_EQ(rows(), now);
    // Once it is what the repair wrote again, it can be undone.
    m_fresh->run("UPDATE people SET name = 'Other' WHERE id = 'a'");
    EXPECT_EQ(undoOf(update).at("status"), "UNDONE");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann <b>'& \u4e2d");
}

TEST_P(RepairUndo, AnInsertIsDeletedUnderTheSameLimits)
{
    const std::string before = rows();
    const std::string insert = verified("m");
    m_legacy->run("CREATE TABLE kept AS SELECT * FROM people");
    m_legacy->run("DELETE FROM people");
    const Json refused = undoOf(insert);
    EXPECT_EQ(refused.at("undo").at("status"), "FAILED") << dumpJson(refused);
    EXPECT_EQ(textOf(refused.at("undo"), "error"),
              "LEGACY is empty, and held 4 rows last time: nothing was deleted. If it is meant, POST /api/v1/repairs/" + insert +
                  "/undo with \"confirm_deletes\": 1, the deletions of this mapping that are open");
    EXPECT_EQ(refused.at("status"), "VERIFIED");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people WHERE id = 'm'"), "1");
    m_legacy->run("INSERT INTO people SELECT * FROM kept");
    // The rows are counted anew some seconds later, after a minute at most.
    Json undone;
    EXPECT_TRUE(waitFor([&] { return (undone = undoOf(insert)).at("status") == "UNDONE"; }, std::chrono::seconds(90)));
    EXPECT_EQ(rows(), before);
}

TEST_P(RepairUndo, AnInsertThatTheLimitsStoppedIsDeletedOnceSomebodyConfirmsIt)
{
    const std::string before = rows();
    const std::string deletion = verified("x");
    EXPECT_EQ(undoOf(deletion).at("status"), "UNDONE"); // and so no open one
    const std::string insert = verified("m");
    m_comparator.kill(); // and with it the rows that it had counted a moment ago
    m_comparator.start();
    m_legacy->run("DELETE FROM people");
    ASSERT_EQ(undoOf(insert).at("undo").at("status"), "FAILED");
    const auto confirm = [&](const std::string &id, int deletes) {
        return m_comparator.as("approver").post("/api/v1/repairs/" + id + "/undo",
                                                {{"reason", "it was retired"}, {"confirm_deletes", deletes}});
    };
    const TestAnswer wrong = confirm(insert, 2);
    EXPECT_EQ(wrong.status, 409);
    EXPECT_NE(wrong.body.find("/undo with \\\"confirm_deletes\\\": 1"), std::string::npos) << wrong.body;
    EXPECT_EQ(confirm(deletion, 1).status, 422);
    EXPECT_EQ(confirm(insert, 0).status, 422);
    EXPECT_EQ(act(insert, "undo", "operator").status, 403);
    EXPECT_EQ(repair(insert).at("undo").at("status"), "FAILED");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people WHERE id = 'm'"), "1");
    const TestAnswer right = confirm(insert, 1);
    EXPECT_EQ(right.status, 200) << right.body;
    EXPECT_EQ(m_comparator.waitRepair(insert, {"UNDONE"}).at("status"), "UNDONE");
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(confirm(insert, 1).status, 200); // done already: nothing more is confirmed
    EXPECT_EQ(m_comparator.as("admin").get("/api/v1/audit?action=repair.confirm_deletes").json.at("items").size(), 1u);
}

TEST_P(RepairUndo, WhatWroteNothingHasNothingToUndo)
{
    m_fresh->run("DELETE FROM people WHERE id = 'x'"); // somebody was first
    const std::string id = verified("x");
    EXPECT_EQ(repair(id).at("repaired_fields"), Json::array());
    const TestAnswer refused = act(id, "undo");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("nothing was written"), std::string::npos) << refused.body;
    EXPECT_EQ(repair(id).at("undo"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(On, RepairUndo, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto &info) { return std::string(info.param); });

class KilledUndo : public testing::TestWithParam<const char *> {};

TEST_P(KilledUndo, IsDoneExactlyOnce)
{
    TempDir dir;
    auto legacy = newSqlite(dir.file("legacy.db"));
    auto fresh = newSqlite(dir.file("new.db"));
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
        side->run("CREATE TABLE writes (n INTEGER)");
        side->run("CREATE TRIGGER count AFTER UPDATE ON people BEGIN INSERT INTO writes VALUES (1); END");
    }
    legacy->run("INSERT INTO people VALUES ('a', 'right')");
    fresh->run("INSERT INTO people VALUES ('a', 'wrong')");
    Comparator comparator;
    comparator.start({std::string("CROSSFADE_KILL_POINT=") + GetParam() + ":1"});
    comparator.fullRun(
        comparator.addCheck(*legacy, *fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")}))));
    const auto differences = comparator.all("/api/v1/differences");
    ASSERT_EQ(differences.size(), 1u);
    const TestAnswer created = comparator.as("operator").post(
        "/api/v1/repairs", {{"difference_ids", {textOf(differences[0], "id")}}, {"reason", "needed"}});
    const std::string id = textOf(created.json.at("items")[0], "id");
    const auto act = [&](const char *verb) {
        return comparator.as("approver").post("/api/v1/repairs/" + id + "/" + verb, {{"reason", "go"}}).status;
    };
    const bool inRepair = std::string(GetParam()) == "repair.after-execute";
    (void)act("approve");
    if (!inRepair) {
        ASSERT_EQ(comparator.waitRepair(id, {"VERIFIED"}).at("status"), "VERIFIED");
        (void)act("undo");
    }
    EXPECT_EQ(comparator.process().wait(), 128 + 9);
    comparator.start();
    if (inRepair) { // what was there before was kept before it was written over
        ASSERT_EQ(comparator.waitRepair(id, {"VERIFIED"}).at("status"), "VERIFIED");
        EXPECT_EQ(act("undo"), 200);
    }
    EXPECT_EQ(comparator.waitRepair(id, {"UNDONE"}).at("status"), "UNDONE");
    EXPECT_EQ(fresh->one("SELECT name FROM people"), "wrong");
    EXPECT_EQ(fresh->one("SELECT count(*) FROM writes"), "2"); // the repair and its undo
    EXPECT_EQ(legacy->one("SELECT count(*) FROM writes"), "0");
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

INSTANTIATE_TEST_SUITE_P(At, KilledUndo,
                         testing::Values("repair.before-undo", "repair.after-undo", "repair.after-execute"),
                         [](const auto &info) {
                             std::string name = info.param;
                             std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
                             return name;
                         });

} // namespace
} // namespace crossfade
