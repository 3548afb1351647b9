// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets a repair to see to, who may approve it, and when it is carried out.
#include "tests/services/comparator/fixture.h"

#include "models/core/time.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

// A finished run with an update of a (name) and of b (both fields), an insert of m, a delete of x.
class RepairRules : public testing::Test {
protected:
    void begin(std::vector<std::string> options = {})
    {
        for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
            side->run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, mail TEXT)");
            side->run("INSERT INTO people VALUES ('a', 'Ann', 'a@x'), ('b', 'Bob', 'b@x')");
        }
        m_fresh->run("UPDATE people SET name = 'old'");
        m_fresh->run("UPDATE people SET mail = 'old' WHERE id = 'b'");
        m_legacy->run("INSERT INTO people VALUES ('m', 'Mia', NULL)");
        m_fresh->run("INSERT INTO people VALUES ('x', 'Xi', NULL)");
        m_comparator = std::make_unique<Comparator>(std::move(options));
        m_comparator->start();
        m_comparator->fullRun(m_comparator->addCheck(
            *m_legacy, *m_fresh, peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("mail", "TEXT")}))));
    }
    TestAnswer created(const std::vector<std::string> &entities, const std::string &role = "operator")
    {
        Json ids = Json::array();
        for (const std::string &entity : entities) {
            for (const Json &item : m_comparator->all("/api/v1/differences?resolved=false&entity_id=" + entity))
                ids.push_back(item.at("id"));
        }
        return m_comparator->as(role).post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "needed"}});
    }
    std::string repairOf(const std::string &entity, const std::string &role = "operator")
    {
        const TestAnswer made = created({entity}, role);
        EXPECT_EQ(made.status, 201) << made.body;
        return made.status == 201 ? textOf(made.json.at("items").at(0), "id") : "";
    }
    TestAnswer act(const std::string &role, const std::string &id, const std::string &verb, Json body = Json::object())
    {
        if (!body.contains("reason")) body["reason"] = "because";
        return m_comparator->as(role).post("/api/v1/repairs/" + id + "/" + verb, body);
    }
    Json repair(const std::string &id) { return m_comparator->as("viewer").get("/api/v1/repairs/" + id).json; }
    TestAnswer putRules(const Json &rules, const std::string &version)
    {
        return m_comparator->as("operator").put("/api/v1/assignment-rules", {{"rules", rules}, {"reason", "who"}}, version);
    }
    std::string later(std::chrono::milliseconds by) const
    {
        return formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now() + by));
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = newSqlite(m_dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> m_fresh = newSqlite(m_dir.file("new.db"));
    std::unique_ptr<Comparator> m_comparator;
};

TEST_F(RepairRules, TheFirstRuleThatFitsAssignsAndTells)
{
    begin();
    TestClient viewer = m_comparator->as("viewer");
    const Json none = viewer.get("/api/v1/assignment-rules").json;
    EXPECT_EQ(none, (Json{{"rules", Json::array()}, {"updated_at", nullptr}, {"changed_by", nullptr}, {"version", 1}}));
    const Json rules = Json::array({{{"field", "mail"}, {"assigned_to", "ann"}},
                                    {{"data_type", "USER"}, {"difference_type", "EXTRA"}, {"assigned_role", "approver"}},
                                    {{"data_type", "USER"}, {"difference_type", "DIFFERENT"}, {"assigned_to", "bob"}}});
    const TestAnswer put = putRules(rules, "1");
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.header("etag"), "\"2\"");
    EXPECT_EQ(put.json.at("changed_by"), "operator-1");
    EXPECT_EQ(putRules(rules, "1").status, 412);
    m_comparator->kill(); // what was answered holds
    m_comparator->start();
    const Json stored = m_comparator->as("viewer").get("/api/v1/assignment-rules").json;
    EXPECT_EQ(stored, put.json);
    EXPECT_EQ(stored.at("rules")[1].at("assigned_role"), "approver");

    const TestAnswer made = created({"a", "b", "m", "x"});
    ASSERT_EQ(made.status, 201) << made.body;
    std::map<std::string, Json> byEntity;
    for (const Json &item : made.json.at("items"))
        byEntity[textOf(item, "entity_id")] = item;
    ASSERT_EQ(byEntity.size(), 4u);
    EXPECT_EQ(byEntity["b"].at("assigned_to"), "ann"); // its name differs, too; the first rule wins
    EXPECT_EQ(byEntity["a"].at("assigned_to"), "bob");
    EXPECT_EQ(byEntity["a"].at("status"), "ASSIGNED");
    EXPECT_EQ(byEntity["x"].at("assigned_role"), "approver");
    EXPECT_EQ(byEntity["x"].at("assigned_to"), nullptr);
    EXPECT_EQ(byEntity["x"].at("status"), "ASSIGNED");
    EXPECT_EQ(byEntity["m"].at("status"), "PENDING"); // no rule is for it
    EXPECT_EQ(byEntity["m"].at("assigned_to"), nullptr);
    EXPECT_EQ(byEntity["a"].at("history")[1].at("note"), "to bob, by rule 3");
    // One alert for each who got some, in the transaction of the repairs.
    const auto store = m_comparator->store();
    EXPECT_EQ(store->one("SELECT count(*) FROM alerts_waiting WHERE type = 'REPAIR_ASSIGNED'"), "3");
    EXPECT_EQ(store->one("SELECT count(*) FROM alerts_waiting WHERE body LIKE '%was assigned to the role approver by the "
                         "assignment rules.%'"),
              "1");
    EXPECT_EQ(m_comparator->as("approver").get("/api/v1/repairs/summary").json.at("mine"), 1);
    EXPECT_EQ(m_comparator->as("operator").get("/api/v1/repairs/summary").json.at("mine"), 0);
    EXPECT_EQ(m_comparator->all("/api/v1/repairs?assigned_role=approver").size(), 1u);
    EXPECT_EQ(m_comparator->all("/api/v1/repairs?action=UPDATE&status=ASSIGNED").size(), 2u);

    // By hand to somebody else, and to a role; the rules do not take it back.
    const std::string id = textOf(byEntity["a"], "id");
    EXPECT_EQ(act("operator", id, "assign", {{"assigned_role", "operator"}}).json.at("assigned_to"), nullptr);
    EXPECT_EQ(repair(id).at("assigned_role"), "operator");
    EXPECT_EQ(act("operator", id, "assign", {{"assigned_to", "cyd"}}).json.at("assigned_role"), nullptr);
    EXPECT_EQ(repair(id).at("assigned_to"), "cyd");
    EXPECT_EQ(act("approver", id, "approve").status, 200);
    EXPECT_EQ(m_comparator->waitRepair(id, {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    EXPECT_EQ(m_comparator->as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(RepairRules, ManyForOneAreToldOfOnce)
{
    begin();
    ASSERT_EQ(putRules(Json::array({{{"assigned_to", "ann"}}}), "1").status, 200);
    ASSERT_EQ(created({"a", "b", "m", "x"}).status, 201);
    const auto store = m_comparator->store();
    EXPECT_EQ(store->one("SELECT count(*) FROM alerts_waiting WHERE type = 'REPAIR_ASSIGNED'"), "1");
    const Json alert = parseJson(store->one("SELECT body FROM alerts_waiting WHERE type = 'REPAIR_ASSIGNED'")).value_or(Json());
    EXPECT_EQ(alert.at("message"), "4 repairs were assigned to ann by the assignment rules.");
    EXPECT_EQ(alert.at("details").at("repair_ids").size(), 4u);
    EXPECT_EQ(alert.at("details").at("count"), 4);
}

// "lead" is operator and approver: what he asked for he may not approve, whatever the state; others as without it.
TEST_F(RepairRules, WhereASecondPersonIsNeededNobodyApprovesHisOwn)
{
    begin({"--repair-second-person"});
    std::map<std::string, std::string> of; // a repair asked for by "lead" in each state
    of["PENDING"] = repairOf("a", "lead");
    of["ASSIGNED"] = repairOf("b", "lead");
    ASSERT_EQ(act("operator", of["ASSIGNED"], "assign", {{"assigned_to", "ann"}}).status, 200);
    EXPECT_EQ(repair(of["PENDING"]).at("second_person"), true);
    of["REJECTED"] = repairOf("m", "lead");
    ASSERT_EQ(act("lead", of["REJECTED"], "reject").status, 200); // his own he may take back
    of["VERIFIED"] = repairOf("m", "lead");
    ASSERT_EQ(act("approver", of["VERIFIED"], "approve").status, 200);
    ASSERT_EQ(m_comparator->waitRepair(of["VERIFIED"], {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    of["STALE"] = repairOf("x", "lead");
    m_fresh->run("UPDATE people SET name = 'other' WHERE id = 'x'");
    ASSERT_EQ(act("approver", of["STALE"], "approve").status, 200);
    ASSERT_EQ(m_comparator->waitRepair(of["STALE"], {"VERIFIED", "FAILED", "STALE"}).at("status"), "STALE");
    for (const auto &[state, id] : of) {
        SCOPED_TRACE(state);
        const TestAnswer own = act("lead", id, "approve");
        EXPECT_EQ(own.status, 403) << own.body;
        EXPECT_EQ(own.json.value("code", ""), "SECOND_PERSON");
        EXPECT_EQ(act("operator", id, "approve").status, 403);
        EXPECT_EQ(act("admin", id, "approve").status, 403);
        EXPECT_EQ(act("viewer", id, "approve").status, 403);
        // Writing what was seen anew is an approval, too.
        EXPECT_EQ(act("lead", id, "execute").status, state == "STALE" ? 403 : 409);
        EXPECT_EQ(repair(id).at("status"), state);
    }
    // To write back is no less than to write.
    const TestAnswer ownUndo = act("lead", of["VERIFIED"], "undo");
    EXPECT_EQ(ownUndo.status, 403) << ownUndo.body;
    EXPECT_EQ(ownUndo.json.value("code", ""), "SECOND_PERSON");
    EXPECT_EQ(repair(of["VERIFIED"]).at("undo"), nullptr);
    // The second person: where it fits the state.
    EXPECT_EQ(act("approver", of["REJECTED"], "approve").status, 409);
    EXPECT_EQ(act("approver", of["VERIFIED"], "approve").status, 409);
    EXPECT_EQ(act("approver", of["STALE"], "approve").status, 409);
    EXPECT_EQ(act("approver", of["STALE"], "execute").status, 200);
    EXPECT_EQ(m_comparator->waitRepair(of["STALE"], {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    EXPECT_EQ(act("approver", of["PENDING"], "approve", {{"execute_at", later(std::chrono::hours(1))}}).status, 200);
    EXPECT_EQ(act("lead", of["PENDING"], "approve").status, 403); // APPROVED by now
    EXPECT_EQ(act("approver", of["ASSIGNED"], "approve").status, 200);
    EXPECT_EQ(m_comparator->waitRepair(of["ASSIGNED"], {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    EXPECT_EQ(act("approver", of["VERIFIED"], "undo").status, 200);
    EXPECT_EQ(m_comparator->waitRepair(of["VERIFIED"], {"UNDONE"}).at("status"), "UNDONE");
}

TEST_F(RepairRules, WithoutItOnePersonWithBothRolesIsEnough)
{
    begin();
    const std::string id = repairOf("a", "lead");
    EXPECT_EQ(repair(id).at("second_person"), false);
    EXPECT_EQ(act("lead", id, "approve").status, 200);
    const Json done = m_comparator->waitRepair(id, {"VERIFIED", "FAILED"});
    EXPECT_EQ(done.at("status"), "VERIFIED");
    EXPECT_EQ(done.at("repaired_fields"), Json::array({"name"}));
    EXPECT_NE(done.at("started_at"), nullptr);
    EXPECT_NE(done.at("ended_at"), nullptr);
    EXPECT_EQ(done.at("verification").at("differing_fields"), Json::array());
    EXPECT_EQ(done.at("verification").at("legacy_present"), true);
}

TEST_F(RepairRules, WhatIsApprovedForLaterWaitsForItsTimeAlsoOverAKill)
{
    begin();
    const std::string late = repairOf("a");
    const std::string never = repairOf("b");
    const std::string now = repairOf("m");
    EXPECT_EQ(act("approver", never, "approve", {{"execute_at", later(std::chrono::hours(1))}}).status, 200);
    const auto due = std::chrono::system_clock::now() + std::chrono::seconds(20);
    const TestAnswer approved = act("approver", late, "approve", {{"execute_at", later(std::chrono::seconds(20))}});
    ASSERT_EQ(approved.status, 200) << approved.body;
    EXPECT_EQ(approved.json.at("status"), "APPROVED");
    EXPECT_NE(approved.json.at("execute_at"), nullptr);
    // One that is approved at once does not wait behind them.
    EXPECT_EQ(act("approver", now, "approve").status, 200);
    EXPECT_EQ(m_comparator->waitRepair(now, {"VERIFIED", "FAILED"}).at("status"), "VERIFIED");
    const Json waiting = repair(late);
    if (std::chrono::system_clock::now() < due) { // a busy machine may have taken as long
        EXPECT_EQ(waiting.at("status"), "APPROVED");
        EXPECT_EQ(waiting.at("repaired_fields"), Json::array());
    }
    m_comparator->kill();
    m_comparator->start();
    EXPECT_TRUE(waitFor([&] { return repair(late).at("status") != "APPROVED"; }, std::chrono::seconds(60)));
    const Json done = m_comparator->waitRepair(late, {"VERIFIED", "FAILED", "STALE"});
    EXPECT_GE(std::chrono::system_clock::now(), due);
    EXPECT_EQ(done.at("status"), "VERIFIED") << dumpJson(done);
    EXPECT_GE(textOf(done, "started_at"), textOf(done, "execute_at"));
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'a'"), "Ann");
    // Taken back before its time; one that is done cannot be.
    EXPECT_EQ(act("approver", never, "approve").status, 409);
    EXPECT_EQ(act("operator", never, "reject").status, 403);
    EXPECT_EQ(act("approver", never, "reject").json.at("status"), "REJECTED");
    EXPECT_EQ(repair(never).at("execute_at"), nullptr);
    EXPECT_EQ(act("approver", late, "reject").status, 409);
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE id = 'b'"), "old");
}

} // namespace
} // namespace crossfade
