// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a repair knows of the row it wrote over: not lost by an attempt that went wrong, nor claimed by one that wrote
// nothing.
#include "tests/services/comparator/detour.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr std::int64_t DayMs = 86'400'000;

// LEGACY holds "right" where NEW holds "wrong", and NEW a row of its own; the column note is not compared.
class RepairImages : public testing::Test {
protected:
    void begin(TestDatabase &fresh, const std::vector<std::string> &environment = {})
    {
        for (TestDatabase *side : {m_legacy.get(), &fresh})
            side->run("CREATE TABLE people (id varchar(20) PRIMARY KEY, name varchar(20), note varchar(20))");
        m_legacy->run("INSERT INTO people VALUES ('a', 'right', 'l')");
        fresh.run("INSERT INTO people VALUES ('a', 'wrong', 'n')");
        m_comparator.start(environment);
        m_check = m_comparator.addCheck(*m_legacy, fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT")})));
        m_comparator.fullRun(m_check);
    }
    std::string approved(const std::string &entity)
    {
        Json ids = Json::array();
        for (const Json &item : m_comparator.all("/api/v1/differences?resolved=false&entity_id=" + entity))
            ids.push_back(item.at("id"));
        const TestAnswer made =
            m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = textOf(made.json.at("items").at(0), "id");
        (void)act(id, "approve");
        return id;
    }
    TestAnswer act(const std::string &id, const std::string &verb, Json body = Json::object())
    {
        body["reason"] = "because";
        return m_comparator.as("approver").post("/api/v1/repairs/" + id + "/" + verb, body);
    }
    Json repair(const std::string &id) { return m_comparator.as("viewer").get("/api/v1/repairs/" + id).json; }
    Json ended(const std::string &id) { return m_comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"}); }
    Json undone(const std::string &id)
    {
        const TestAnswer asked = act(id, "undo");
        EXPECT_EQ(asked.status, 200) << asked.body;
        return m_comparator.waitRepair(id, {"UNDONE"});
    }
    static std::string nameIn(TestDatabase &side) { return side.one("SELECT name FROM people WHERE id = 'a'"); }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    Comparator m_comparator;
    std::string m_check;
};

TEST_F(RepairImages, WhatAnAttemptLeftHalfDoneIsNotWhatWasThereBefore)
{
    begin(*m_fresh);
    m_fresh->run("CREATE TRIGGER mangle AFTER UPDATE ON people WHEN new.name = 'right' BEGIN UPDATE people SET name = 'half' "
                 "WHERE id = new.id; END");
    const std::string id = approved("a");
    EXPECT_EQ(textOf(ended(id), "error"), "written, but the two sides still differ");
    EXPECT_EQ(nameIn(*m_fresh), "half");
    m_fresh->run("DROP TRIGGER mangle");
    ASSERT_EQ(act(id, "execute").status, 200);
    EXPECT_EQ(m_comparator.waitRepair(id, {"VERIFIED"}).at("status"), "VERIFIED");
    EXPECT_EQ(nameIn(*m_fresh), "right");
    EXPECT_EQ(undone(id).at("status"), "UNDONE");
    EXPECT_EQ(nameIn(*m_fresh), "wrong");
}

TEST_F(RepairImages, WhatWasWrittenStaysItsOwnWhereALaterAttemptFindsNothingLeftToDo)
{
    begin(*m_fresh);
    m_fresh->run("CREATE TRIGGER mangle AFTER UPDATE ON people WHEN new.name = 'right' BEGIN UPDATE people SET name = 'half' "
                 "WHERE id = new.id; END");
    const std::string id = approved("a");
    EXPECT_EQ(ended(id).at("status"), "FAILED");
    m_legacy->run("UPDATE people SET name = 'half'");
    ASSERT_EQ(act(id, "execute").status, 200);
    EXPECT_EQ(m_comparator.waitRepair(id, {"VERIFIED"}).at("repaired_fields"), Json::array({"name"}));
    EXPECT_EQ(undone(id).at("status"), "UNDONE");
    EXPECT_EQ(nameIn(*m_fresh), "wrong");
}

TEST_F(RepairImages, WhatSomebodyElseWroteAfterADeathIsNotClaimed)
{
    begin(*m_fresh, {"CROSSFADE_KILL_POINT=repair.before-execute:1"});
    const std::string id = approved("a");
    EXPECT_EQ(m_comparator.process().wait(), 128 + 9);
    m_fresh->run("UPDATE people SET name = 'right' WHERE id = 'a'");
    m_comparator.start();
    EXPECT_EQ(m_comparator.waitRepair(id, {"VERIFIED"}).at("repaired_fields"), Json::array());
    EXPECT_EQ(act(id, "undo").status, 409);
    EXPECT_EQ(nameIn(*m_fresh), "right");
}

TEST_F(RepairImages, ASideThatDoesNotAnswerAfterADeathIsAskedAgainWhileOthersGoOn)
{
    const auto postgres = newPostgres();
    CuttingProxy proxy(PostgresServer::instance().port());
    Detour detour(*postgres, proxy);
    begin(detour, {"CROSSFADE_KILL_POINT=repair.after-execute:1"});
    const std::string id = approved("a");
    EXPECT_EQ(m_comparator.process().wait(), 128 + 9);
    EXPECT_EQ(nameIn(*postgres), "right");
    proxy.refuse(true);
    proxy.cutAll();
    m_comparator.start();
    const auto asked = [&] { return m_comparator.log().find("whether a repair was written is not known yet") != std::string::npos; };
    EXPECT_TRUE(waitFor(asked));
    EXPECT_EQ(repair(id).at("status"), "EXECUTING");
    // Another pair of databases has nothing to do with it.
    m_fresh->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
    m_fresh->run("INSERT INTO people VALUES ('a', 'wrong')");
    const auto second = newSqlite(m_dir.file("second.db"));
    second->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)");
    second->run("INSERT INTO people VALUES ('a', 'right')");
    Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT")}));
    mapping["data_type"] = "PERSON";
    const std::string check = m_comparator.addCheck(*second, *m_fresh, mapping, "others");
    m_comparator.fullRun(check);
    const auto found = m_comparator.all("/api/v1/differences?resolved=false&check_id=" + check);
    ASSERT_EQ(found.size(), 1u);
    const TestAnswer made = m_comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", {found[0].at("id")}}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string other = textOf(made.json.at("items").at(0), "id");
    EXPECT_EQ(act(other, "approve").status, 200);
    EXPECT_EQ(ended(other).at("status"), "VERIFIED");
    EXPECT_EQ(repair(id).at("status"), "EXECUTING");
    proxy.refuse(false);
    EXPECT_TRUE(waitFor([&] { return repair(id).at("status") == "VERIFIED"; }, std::chrono::seconds(90)));
    EXPECT_EQ(repair(id).at("repaired_fields"), Json::array({"name"}));
    EXPECT_EQ(undone(id).at("status"), "UNDONE");
    EXPECT_EQ(nameIn(*postgres), "wrong");
}

TEST_F(RepairImages, WhatWasWrittenThoughTheAnswerWasLostIsClaimedAndCanBeUndone)
{
    const auto postgres = newPostgres();
    CuttingProxy proxy(PostgresServer::instance().port());
    Detour detour(*postgres, proxy, "?sslmode=disable"); // so that it sees a COMMIT
    begin(detour);
    proxy.cutNext(CuttingProxy::Cut::AfterCommit);
    const std::string id = approved("a");
    const Json after = ended(id);
    EXPECT_TRUE(proxy.hasCut());
    EXPECT_EQ(nameIn(*postgres), "right");
    EXPECT_EQ(after.at("status"), "VERIFIED") << dumpJson(after);
    EXPECT_EQ(after.at("repaired_fields"), Json::array({"name"}));
    EXPECT_EQ(undone(id).at("status"), "UNDONE");
    EXPECT_EQ(nameIn(*postgres), "wrong");
}

TEST_F(RepairImages, WhatWasLostBeforeItsCommitIsNotClaimed)
{
    const auto postgres = newPostgres();
    CuttingProxy proxy(PostgresServer::instance().port());
    Detour detour(*postgres, proxy, "?sslmode=disable");
    begin(detour);
    proxy.cutNext(CuttingProxy::Cut::BeforeCommit);
    const std::string id = approved("a");
    const Json after = ended(id);
    EXPECT_TRUE(proxy.hasCut());
    EXPECT_EQ(nameIn(*postgres), "wrong");
    EXPECT_EQ(after.at("status"), "FAILED") << dumpJson(after);
    EXPECT_EQ(after.at("repaired_fields"), Json::array());
    EXPECT_EQ(act(id, "undo").status, 409);
    ASSERT_EQ(act(id, "execute").status, 200);
    EXPECT_EQ(m_comparator.waitRepair(id, {"VERIFIED"}).at("status"), "VERIFIED");
    EXPECT_EQ(nameIn(*postgres), "right");
}

TEST_F(RepairImages, TheUndoOfADeletionNamesWhatWasNotKept)
{
    begin(*m_fresh);
    m_fresh->run("INSERT INTO people VALUES ('x', 'Xi', 'lost')");
    m_comparator.fullRun(m_check);
    const std::string id = approved("x");
    ASSERT_EQ(ended(id).at("status"), "VERIFIED");
    EXPECT_EQ(undone(id).at("undo").at("verification").at("detail"),
              "NEW holds what it held before the repair, but for what is not compared, and so was not kept: note");
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'x'"), "Xi");
}

TEST_F(RepairImages, AreDroppedAMonthAfterTheRepair)
{
    begin(*m_fresh);
    const std::string id = approved("a");
    ASSERT_EQ(ended(id).at("status"), "VERIFIED");
    m_comparator.kill();
    const auto store = m_comparator.store();
    store->run("UPDATE repairs SET ended_at = ended_at - " + std::to_string(31 * DayMs));
    m_comparator.start();
    EXPECT_TRUE(waitFor([&] { return store->one("SELECT before_image FROM repairs") == R"({"dropped":true})"; }));
    const TestAnswer refused = act(id, "undo");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("no longer kept"), std::string::npos) << refused.body;
}

// The undo of an insert deletes: as many as are undone within a day are held against the same limits.
TEST_F(RepairImages, ManyUndoneInsertsAreManyDeletions)
{
    begin(*m_fresh);
    for (int i = 0; i < 21; ++i)
        m_legacy->run("INSERT INTO people VALUES ('m" + std::to_string(100 + i) + "', 'Mia', NULL)");
    m_comparator.fullRun(m_check);
    std::vector<std::string> ids;
    for (int i = 0; i < 21; ++i)
        ids.push_back(approved("m" + std::to_string(100 + i)));
    for (const std::string &id : ids)
        ASSERT_EQ(ended(id).at("status"), "VERIFIED");
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(undone(ids[static_cast<std::size_t>(i)]).at("status"), "UNDONE");
    const std::string last = ids.back();
    ASSERT_EQ(act(last, "undo").status, 200);
    EXPECT_TRUE(waitFor([&] { return repair(last).at("undo").at("status") == "FAILED"; }));
    EXPECT_NE(textOf(repair(last).at("undo"), "error").find("21 deletions on NEW within a day are more than 10 %"),
              std::string::npos)
        << dumpJson(repair(last));
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "2");
    EXPECT_EQ(act(last, "undo", {{"confirm_deletes", 1}}).status, 200);
    EXPECT_EQ(m_comparator.waitRepair(last, {"UNDONE"}).at("status"), "UNDONE");
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), "1");
}

} // namespace
} // namespace crossfade
