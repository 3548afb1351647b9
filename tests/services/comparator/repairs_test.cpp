// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs on real databases: what is approved is written once, and only over what was seen.
#include "tests/services/comparator/fixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

class Repairs : public testing::TestWithParam<bool> {
protected:
    void SetUp() override
    {
        m_legacy = newSqlite(m_dir.file("legacy.db"));
        m_fresh = GetParam() ? newPostgres() : newSqlite(m_dir.file("new.db"), false);
        m_legacy->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, credit NUMERIC, active "
                      "BOOLEAN, seen TEXT)");
        m_fresh->run(GetParam() ? "CREATE TABLE people (id text PRIMARY KEY, name varchar(40), "
                                  "credit numeric(10,2), "
                                  "active boolean, seen timestamptz)"
                                : "CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, credit "
                                  "NUMERIC, active BOOLEAN, "
                                  "seen TEXT)");
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()})
            side->run("INSERT INTO people VALUES ('a', 'Ann', 10.5, TRUE, '2026-01-01T00:00:00Z'), "
                      "('b', 'Bob', 1, FALSE, NULL), ('c', 'Cy', 3, TRUE, NULL)");
        m_legacy->run("UPDATE people SET name = 'Ann <b>''&', credit = NULL WHERE id = 'a'");
        m_legacy->run("INSERT INTO people VALUES ('m', 'Mia \u4e2d', 7.25, FALSE, "
                      "'2026-02-01T08:00:00+08:00')");
        m_fresh->run("INSERT INTO people VALUES ('x', 'Xi', NULL, TRUE, NULL)");
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, mapping());
        m_comparator.fullRun(m_check);
    }
    static Json mapping()
    {
        return peopleMapping("TEXT",
                             Json::array({field("name", "TEXT"), field("credit", "DECIMAL"),
                                          field("active", "BOOLEAN"), field("seen", "TIMESTAMP")}));
    }
    std::vector<std::string> differencesOf(const std::string &entity)
    {
        std::vector<std::string> ids;
        for (const Json &item :
             m_comparator.all("/api/v1/differences?resolved=false&entity_id=" + entity))
            ids.push_back(textOf(item, "id"));
        return ids;
    }
    Json create(const std::string &entity)
    {
        const TestAnswer answer =
            m_comparator.as("operator")
                .post("/api/v1/repairs",
                      {{"difference_ids", differencesOf(entity)}, {"reason", "needed"}});
        EXPECT_EQ(answer.status, 201) << answer.body;
        EXPECT_EQ(answer.json.at("items").size(), 1u);
        return answer.json.at("items")[0];
    }
    TestAnswer act(const std::string &role, const Json &repair, const std::string &act,
                   const Json &body = {{"reason", "because"}})
    {
        return m_comparator.as(role).post("/api/v1/repairs/" + textOf(repair, "id") + "/" + act,
                                          body);
    }
    Json approved(const Json &repair)
    {
        EXPECT_EQ(act("approver", repair, "approve").status, 200);
        return m_comparator.waitRepair(textOf(repair, "id"), {"VERIFIED", "FAILED", "STALE"});
    }
    Json preview(const Json &repair)
    {
        return m_comparator.as("viewer")
            .get("/api/v1/repairs/" + textOf(repair, "id") + "/preview")
            .json;
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_check;
};

TEST_P(Repairs, UpdateInsertAndDeleteAreVerified)
{
    const Json update = create("a");
    EXPECT_EQ(update.at("action"), "UPDATE");
    EXPECT_EQ(update.at("difference_ids").size(), 2u);
    EXPECT_EQ(update.at("sentence"), "Update name, credit of USER a on NEW to what LEGACY holds.");
    const Json seen = preview(update);
    EXPECT_EQ(seen.at("still_as_seen"), true);
    EXPECT_EQ(seen.at("before").at("name"), "Ann");
    EXPECT_EQ(seen.at("after").at("name"), "Ann <b>'&");
    EXPECT_EQ(seen.at("after").at("credit"), nullptr);
    EXPECT_EQ(seen.at("statement"), update.at("statement"));
    EXPECT_EQ(seen.at("parameters")[1], nullptr);

    const Json done = approved(update);
    EXPECT_EQ(done.at("status"), "VERIFIED") << dumpJson(done);
    EXPECT_EQ(done.at("verification").at("equal"), true);
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann <b>'&");
    EXPECT_EQ(m_fresh->one("SELECT credit FROM people WHERE id = 'a'"), "<null>");
    EXPECT_EQ(m_fresh->one("SELECT active FROM people WHERE id = 'a'"), GetParam() ? "t" : "1");
    EXPECT_TRUE(differencesOf("a").empty());

    EXPECT_EQ(create("m").at("action"), "INSERT");
    const Json insert = m_comparator.all("/api/v1/repairs?entity_id=m").at(0);
    EXPECT_EQ(approved(insert).at("status"), "VERIFIED");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'm'"), "Mia \u4e2d");

    const Json remove = create("x");
    EXPECT_EQ(remove.at("action"), "DELETE");
    EXPECT_EQ(approved(remove).at("status"), "VERIFIED");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "4");
    EXPECT_EQ(m_legacy->one("SELECT count(*) FROM people"), "4");
    EXPECT_EQ(m_comparator.fullRun(m_check).at("consistency_percentage"), 100.0);
}

TEST_P(Repairs, WhatChangedSinceIsStaleAndNothingIsWritten)
{
    const Json repair = create("a");
    m_fresh->run(
        "UPDATE people SET active = FALSE WHERE id = 'a'"); // a field the repair does not touch
    EXPECT_EQ(preview(repair).at("still_as_seen"), false);
    const Json stale = approved(repair);
    EXPECT_EQ(stale.at("status"), "STALE");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann");
    EXPECT_EQ(act("approver", repair, "approve").status, 409);
    // After a fresh look it is tried again, on what is there now.
    EXPECT_EQ(act("operator", repair, "execute").status, 403);
    EXPECT_EQ(act("approver", repair, "execute").status, 200);
    EXPECT_EQ(m_comparator.waitRepair(textOf(repair, "id"), {"VERIFIED", "FAILED"}).at("status"),
              "VERIFIED");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann <b>'&");
    EXPECT_EQ(m_fresh->one("SELECT active FROM people WHERE id = 'a'"), GetParam() ? "f" : "0");
}

TEST_P(Repairs, OneThatCannotBeCarriedOutHoldsNobodyUp)
{
    const Json lost = create("a");
    const Json good = create("m");
    TestClient admin = m_comparator.as("admin");
    // The mapping goes over to another source of the same data; the repairs keep the one they saw.
    const Json mapping = m_comparator.all("/api/v1/mappings").at(0);
    const std::string old = textOf(mapping.at("legacy"), "source_id");
    Json changed = mapping;
    changed["legacy"]["source_id"] = m_comparator.addSource("legacy again", *m_legacy);
    for (const char *name : {"id", "version", "created_at", "updated_at"})
        changed.erase(name);
    EXPECT_EQ(m_comparator.store()->one("SELECT count(*) FROM deletion_guards"), "1");
    const TestAnswer put = admin.put("/api/v1/mappings/" + textOf(mapping, "id"), changed,
                                     std::to_string(mapping.at("version").get<int>()));
    ASSERT_EQ(put.status, 200) << put.body;
    // The rows of the other table are held against nothing of this one.
    EXPECT_EQ(m_comparator.store()->one("SELECT count(*) FROM deletion_guards"), "0");
    const TestAnswer refused = admin.remove("/api/v1/sources/" + old, "1");
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_NE(refused.body.find("repair"), std::string::npos) << refused.body;
    // Should it be lost all the same, that repair ends and says why.
    m_comparator.kill();
    const auto store = m_comparator.store();
    const std::string where = " WHERE id = '" + textOf(lost, "id") + "'";
    Json kept = parseJson(store->one("SELECT mapping FROM repairs" + where)).value_or(Json());
    kept["legacy"]["source_id"] = "gone";
    store->run("UPDATE repairs SET mapping = '" + dumpJson(kept) + "'" + where);
    m_comparator.start();
    const Json failed = approved(lost);
    EXPECT_EQ(failed.at("status"), "FAILED") << dumpJson(failed);
    EXPECT_NE(textOf(failed, "error").find("gone"), std::string::npos) << dumpJson(failed);
    EXPECT_EQ(approved(good).at("status"), "VERIFIED");
}

TEST_P(Repairs, ASourceThatMovedOnIsStaleToo)
{
    const Json repair = create("a");
    m_legacy->run("UPDATE people SET name = 'Anna' WHERE id = 'a'");
    EXPECT_EQ(approved(repair).at("status"), "STALE");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann");
    const Json insert = create("m");
    m_fresh->run("INSERT INTO people (id, name) VALUES ('m', 'somebody')");
    EXPECT_EQ(approved(insert).at("status"), "STALE");
    EXPECT_EQ(act("approver", insert, "execute").status, 409); // an insert no longer fits
    EXPECT_EQ(act("approver", insert, "reject").status, 200);
}

TEST_P(Repairs, ARefusedWriteFailsWithTheDatabasesWords)
{
    if (!GetParam())
        m_fresh->run("CREATE TRIGGER no BEFORE UPDATE ON people BEGIN SELECT RAISE(ABORT, 'not "
                     "today'); END");
    if (GetParam())
        m_fresh->run("ALTER TABLE people ADD CONSTRAINT no CHECK (name NOT LIKE '%<b>%')");
    const Json failed = approved(create("a"));
    EXPECT_EQ(failed.at("status"), "FAILED");
    EXPECT_FALSE(textOf(failed, "error").empty());
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann");
}

TEST_P(Repairs, AreAssignedRejectedAndCounted)
{
    const Json first = create("a");
    const Json second = create("x");
    EXPECT_EQ(act("operator", first, "assign", {{"assigned_to", "operator-1"}}).json.at("status"),
              "ASSIGNED");
    const Json inbox = m_comparator.as("operator").get("/api/v1/repairs/summary").json;
    EXPECT_EQ(inbox, (Json{{"mine", 1},
                           {"unassigned", 1},
                           {"for_approval", 2},
                           {"failed", 0},
                           {"done", 0},
                           {"total", 2}}));
    const TestAnswer rejected = act("approver", second, "reject");
    EXPECT_EQ(rejected.json.at("decided_by"), "approver-1");
    EXPECT_EQ(rejected.json.at("history").size(), 2u);
    EXPECT_EQ(act("approver", second, "approve").status, 409);
    EXPECT_EQ(m_comparator.all("/api/v1/repairs?assigned_to=operator-1").size(), 1u);
    EXPECT_EQ(m_comparator.all("/api/v1/repairs?q=DELETE%20user%20X").size(), 1u);
    // A difference with an open repair takes no second one; a rejected one does.
    EXPECT_EQ(m_comparator.as("operator")
                  .post("/api/v1/repairs", {{"difference_ids", differencesOf("a")}})
                  .status,
              409);
    create("x");
}

// A source that lost its rows would take those of the other side with it, one approved repair after the other.
TEST_P(Repairs, AnEmptiedSourceDeletesNothingUntilSomebodyConfirmsIt)
{
    m_legacy->run("DELETE FROM people");
    m_comparator.fullRun(m_check);
    std::vector<Json> repairs;
    for (const char *entity : {"b", "c", "x"}) {
        repairs.push_back(create(entity));
        EXPECT_EQ(repairs.back().at("action"), "DELETE");
    }
    for (const Json &repair : {repairs[0], repairs[1]}) {
        const Json done = approved(repair);
        EXPECT_EQ(done.at("status"), "FAILED");
        EXPECT_EQ(textOf(done, "error"), "LEGACY is empty, and held 4 rows last time: nothing was deleted. If it is meant, "
                                         "POST /api/v1/repairs/" + textOf(repair, "id") + "/execute with "
                                         "\"confirm_deletes\": 3, the deletions of this mapping that are open");
    }
    // Without the number that somebody has seen, or with another one, it stays so.
    for (const Json &body : {Json{{"reason", "go"}}, Json{{"reason", "go"}, {"confirm_deletes", 2}}}) {
        const TestAnswer refused = act("approver", repairs[0], "execute", body);
        EXPECT_EQ(refused.status, 409) << refused.body;
        EXPECT_EQ(refused.header("content-type"), "application/problem+json");
        EXPECT_NE(refused.body.find(R"(\"confirm_deletes\": 3)"), std::string::npos) << refused.body;
        EXPECT_NE(refused.body.find("/confirm_deletes"), std::string::npos) << refused.body;
    }
    EXPECT_EQ(act("approver", repairs[0], "execute", {{"confirm_deletes", 0}}).status, 422);
    EXPECT_EQ(act("operator", repairs[0], "execute", {{"confirm_deletes", 3}}).status, 403);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "4");
    const TestAnswer confirmed =
        act("approver", repairs[0], "execute", {{"reason", "it was retired"}, {"confirm_deletes", 3}});
    EXPECT_EQ(confirmed.status, 200) << confirmed.body;
    EXPECT_EQ(m_comparator.waitRepair(textOf(repairs[0], "id"), {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    // Said once, it holds for the others, also for one that is only approved now.
    EXPECT_EQ(act("approver", repairs[1], "execute").status, 200);
    EXPECT_EQ(m_comparator.waitRepair(textOf(repairs[1], "id"), {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    EXPECT_EQ(approved(repairs[2]).at("status"), "VERIFIED");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "1");
    const auto audited = m_comparator.as("admin").get("/api/v1/audit?action=repair.confirm_deletes").json.at("items");
    ASSERT_EQ(audited.size(), 1u);
    EXPECT_EQ(audited[0].at("reason"), "it was retired");
    const Json update = create("a");
    EXPECT_EQ(update.at("action"), "DELETE");
}

// Fewer rows than the other side are no reason by themselves; many deletions at once are.
TEST_P(Repairs, ManyDeletionsWithinADayAreConfirmedOnce)
{
    m_fresh->run("INSERT INTO people (id, name) VALUES ('y00', 'y')");
    for (int i = 1; i < 22; ++i)
        m_fresh->run("INSERT INTO people (id, name) VALUES ('y" + std::to_string(100 + i) + "', 'y')");
    m_comparator.fullRun(m_check);
    std::vector<Json> repairs;
    for (int i = 1; i < 22; ++i)
        repairs.push_back(create("y" + std::to_string(100 + i)));
    // Twenty are no matter, although LEGACY holds under half of NEW's rows.
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(approved(repairs[static_cast<std::size_t>(i)]).at("status"), "VERIFIED");
    const Json stopped = approved(repairs[20]);
    EXPECT_EQ(stopped.at("status"), "FAILED");
    EXPECT_NE(textOf(stopped, "error").find("21 deletions on NEW within a day are more than 10 % of its 26 rows"),
              std::string::npos)
        << textOf(stopped, "error");
    EXPECT_EQ(act("approver", repairs[20], "execute", {{"confirm_deletes", 1}}).status, 200);
    EXPECT_EQ(m_comparator.waitRepair(textOf(repairs[20], "id"), {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "5");
    // What was confirmed counts no more.
    EXPECT_EQ(approved(create("y00")).at("status"), "VERIFIED");
}

INSTANTIATE_TEST_SUITE_P(Into, Repairs, testing::Values(false, true), [](const auto &info) {
    return std::string(info.param ? "postgres" : "sqlite");
});

class KilledRepair : public testing::TestWithParam<const char *> {};

TEST_P(KilledRepair, IsDoneExactlyOnce)
{
    TempDir dir;
    auto legacy = newSqlite(dir.file("legacy.db"));
    auto fresh = newSqlite(dir.file("new.db"));
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
        side->run("CREATE TABLE writes (n INTEGER)");
        side->run(
            "CREATE TRIGGER count AFTER UPDATE ON people BEGIN INSERT INTO writes VALUES (1); END");
    }
    legacy->run("INSERT INTO people VALUES ('a', 'right')");
    fresh->run("INSERT INTO people VALUES ('a', 'wrong')");
    Comparator comparator;
    comparator.start({std::string("CROSSFADE_KILL_POINT=") + GetParam() + ":1"});
    const std::string check = comparator.addCheck(
        *legacy, *fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")})));
    comparator.fullRun(check);
    const auto differences = comparator.all("/api/v1/differences");
    ASSERT_EQ(differences.size(), 1u);
    const TestAnswer created =
        comparator.as("operator")
            .post("/api/v1/repairs", {{"difference_ids", {textOf(differences[0], "id")}}});
    const std::string id = textOf(created.json.at("items")[0], "id");
    (void)comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "go"}});
    EXPECT_EQ(comparator.process().wait(), 128 + 9);
    comparator.start();
    EXPECT_EQ(comparator.waitRepair(id, {"VERIFIED"}).at("status"), "VERIFIED");
    EXPECT_EQ(fresh->one("SELECT name FROM people"), "right");
    EXPECT_EQ(fresh->one("SELECT count(*) FROM writes"), "1");
    EXPECT_EQ(legacy->one("SELECT count(*) FROM writes"), "0");
    EXPECT_EQ(comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

INSTANTIATE_TEST_SUITE_P(At, KilledRepair,
                         testing::Values("repair.before-execute", "repair.after-execute"),
                         [](const auto &info) {
                             return std::string(info.param).find("before") == std::string::npos
                                        ? "after"
                                        : "before";
                         });

} // namespace
} // namespace crossfade
