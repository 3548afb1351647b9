// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets the conflicts of a sync that wait for a person.
#include "tests/services/comparator/syncpair.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr const char *Told = "FROM alerts_waiting WHERE type = 'REPAIR_ASSIGNED'";

class SyncAssignment : public testing::TestWithParam<bool> { // the store: PostgreSQL
protected:
    void begin(const Json &settings = Json::object())
    {
        for (int i = 10; i < 40; ++i)
            m_pair.put(*m_pair.legacy, "u" + std::to_string(i), {"name", "mail"});
        m_pair.comparator.start();
        Json all{{"sync_direction", "BIDIRECTIONAL"}, {"sweep_seconds", 1}};
        all.update(settings);
        m_pair.add(all);
        m_pair.act("backfill");
        ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
        m_pair.act("pause");
    }
    void putRules(const Json &rules)
    {
        const std::string version = m_pair.comparator.as("viewer").get("/api/v1/assignment-rules").header("etag");
        const TestAnswer put = m_pair.comparator.as("operator").send(
            "PUT", "/api/v1/assignment-rules", dumpJson({{"rules", rules}, {"reason", "who"}}),
            {{"If-Match", version}, {"Content-Type", "application/json"}});
        ASSERT_EQ(put.status, 200) << put.body;
    }
    std::vector<Json> tasks(const std::string &query) const { return m_pair.comparator.all("/api/v1/sync-tasks?" + query); }
    Json task(const std::string &key) const
    {
        const std::vector<Json> found = tasks("entity_id=" + key);
        return found.size() == 1 ? found[0] : Json{{"assigned_to", "no task"}, {"assigned_role", ""}, {"version", 0}};
    }
    // Person or role, "" for nobody.
    std::string assignee(const std::string &key) const
    {
        const Json found = task(key);
        return textOf(found, "assigned_to") + textOf(found, "assigned_role");
    }
    std::string told(const std::string &what = "count(*)", const std::string &also = "") const
    {
        return m_pair.comparator.store()->one("SELECT " + what + " " + Told + " " + also);
    }
    Json newest() const { return parseJson(told("body", "ORDER BY id DESC LIMIT 1")).value_or(Json()); }
    bool waitSeenAgain(const std::string &key, std::int64_t version) const
    {
        return waitFor([&] {
            const Json now = task(key);
            return now.at("version").get<std::int64_t>() > version && now.at("state") == "DEAD";
        });
    }
    // One of each: the name, the e-mail, both, a deletion on either side.
    void change()
    {
        m_pair.put(*m_pair.legacy, "u11", {"left", "mail"});
        m_pair.put(*m_pair.fresh, "u11", {"right", "mail"});
        m_pair.put(*m_pair.legacy, "u12", {"name", "left"});
        m_pair.put(*m_pair.fresh, "u12", {"name", "right"});
        m_pair.put(*m_pair.legacy, "u13", {"left", "left"}); // its name differs, and is no conflict
        m_pair.put(*m_pair.fresh, "u13", {"name", "right"});
        m_pair.put(*m_pair.legacy, "u14", {"left", "mail"});
        m_pair.remove(*m_pair.fresh, "u14");
        m_pair.remove(*m_pair.legacy, "u15");
        m_pair.put(*m_pair.fresh, "u15", {"right", "mail"});
    }
    bool waitDead(std::size_t count) const
    {
        return waitFor([&] { return tasks("state=DEAD").size() == count; });
    }

    SyncPair m_pair{TestEngine::Sqlite, TestEngine::Sqlite, GetParam()};
};

TEST_P(SyncAssignment, TheFirstRuleThatFitsAssignsAConflictAndTells)
{
    begin();
    putRules(Json::array({{{"field", "name"}, {"assigned_to", "ann"}},
                          {{"data_type", "PERMISSION"}, {"assigned_to", "nobody of these"}},
                          {{"data_type", "USER"}, {"difference_type", "MISSING"}, {"assigned_to", "mia"}},
                          {{"difference_type", "DIFFERENT"}, {"assigned_role", "approver"}}}));
    change();
    m_pair.act("run");
    ASSERT_TRUE(waitDead(5));
    EXPECT_EQ(task("u11").at("assigned_to"), "ann");
    EXPECT_EQ(task("u11").at("assigned_role"), nullptr);
    EXPECT_EQ(task("u12").at("assigned_to"), nullptr);
    EXPECT_EQ(task("u12").at("assigned_role"), "approver");
    EXPECT_EQ(assignee("u13"), "approver");
    EXPECT_EQ(assignee("u14"), "mia");
    EXPECT_EQ(task("u15").at("assigned_to"), nullptr); // no rule is for it
    EXPECT_EQ(task("u15").at("assigned_role"), nullptr);

    EXPECT_EQ(tasks("assigned_to=ann").size(), 1u);
    EXPECT_EQ(tasks("assigned_to=ann&state=QUEUED").size(), 0u);
    EXPECT_EQ(tasks("assigned_role=approver&state=DEAD").size(), 2u);
    EXPECT_EQ(tasks("assigned_to=an").size(), 0u);

    const Json alert = parseJson(told("body", "AND body LIKE '%to ann %'")).value_or(Json());
    EXPECT_EQ(alert.at("message"), "The conflict of USER u11 was assigned to ann by the assignment rules.");
    EXPECT_EQ(alert.at("severity"), "LOW");
    EXPECT_EQ(alert.at("subject_type"), "sync_config");
    EXPECT_LE(textOf(alert, "subject_id").size(), 200u);
    EXPECT_EQ(alert.at("details"), (Json{{"assigned_to", "ann"},
                                         {"config_id", m_pair.id},
                                         {"data_type", "USER"},
                                         {"count", 1},
                                         {"task_ids", {task("u11").at("id")}}}));
    EXPECT_EQ(told("count(*)", "AND body LIKE '%mia%'"), "1");
    EXPECT_EQ(told("count(*)", "AND body LIKE '%2 conflicts of the sync USER LEGACY to NEW wait for the role approver, "
                               "by the assignment rules.%'"),
              "1");
}

TEST_P(SyncAssignment, ASuddenDeathLosesNoAssigneeAndTellsNobodyTwice)
{
    begin();
    putRules(Json::array({{{"field", "name"}, {"assigned_to", "ann"}}}));
    m_pair.put(*m_pair.legacy, "u11", {"left", "mail"});
    m_pair.put(*m_pair.fresh, "u11", {"right", "mail"});
    m_pair.comparator.kill();
    m_pair.comparator.start({"CROSSFADE_KILL_POINT=sync.after-commit:1"});
    m_pair.act("run");
    ASSERT_TRUE(waitFor([&] { return !m_pair.comparator.process().running(); }));
    EXPECT_EQ(told(), "1"); // in the transaction of the conflict
    m_pair.comparator.start();
    const Json before = task("u11");
    EXPECT_EQ(before.at("assigned_to"), "ann");
    ASSERT_TRUE(m_pair.waitCaughtUp());
    EXPECT_EQ(task("u11"), before);
    EXPECT_EQ(told(), "1");
}

TEST_P(SyncAssignment, WhoeverHasAConflictKeepsItUntilItIsSettledOrDiscarded)
{
    begin();
    putRules(Json::array({{{"field", "name"}, {"assigned_to", "ann"}}}));
    change();
    m_pair.act("run");
    ASSERT_TRUE(waitDead(5));
    EXPECT_EQ(assignee("u11"), "ann");
    EXPECT_EQ(assignee("u12"), "");
    EXPECT_EQ(told(), "1");
    // Other rules now: they take nothing from ann, and give what nobody has once it is looked at anew.
    putRules(Json::array({{{"assigned_to", "bob"}}}));
    std::int64_t version = task("u11").at("version");
    m_pair.put(*m_pair.legacy, "u11", {"left again", "mail"});
    ASSERT_TRUE(waitSeenAgain("u11", version));
    EXPECT_EQ(assignee("u11"), "ann");
    EXPECT_EQ(told(), "1");
    version = task("u12").at("version");
    m_pair.put(*m_pair.fresh, "u12", {"name", "right again"});
    ASSERT_TRUE(waitSeenAgain("u12", version));
    EXPECT_EQ(assignee("u12"), "bob");
    EXPECT_EQ(newest().at("message"), "The conflict of USER u12 was assigned to bob by the assignment rules.");

    // What was discarded and is in conflict again is a new one.
    const std::string path = "/api/v1/sync-tasks/" + textOf(task("u11"), "id");
    const TestClient op = m_pair.comparator.as("operator");
    const TestAnswer discarded = op.post(path + "/discard", {{"reason", "both are right"}});
    EXPECT_EQ(discarded.status, 200) << discarded.body;
    EXPECT_EQ(discarded.json.at("assigned_to"), "ann");
    version = discarded.json.at("version");
    m_pair.put(*m_pair.legacy, "u11", {"left once more", "mail"});
    ASSERT_TRUE(waitSeenAgain("u11", version));
    EXPECT_EQ(assignee("u11"), "bob");
    const Json both = newest();
    EXPECT_EQ(both.at("message"), "2 conflicts of the sync USER LEGACY to NEW wait for bob, by the assignment rules.");
    EXPECT_EQ(both.at("details").at("count"), 2);
    EXPECT_EQ(both.at("details").at("task_ids"), Json::array({task("u11").at("id")}));

    // Settled, it is nobody's.
    const TestAnswer edited = op.send("PATCH", path, R"({"take":"NEW"})",
                                      {{"If-Match", m_pair.comparator.as("viewer").get(path).header("etag")},
                                       {"Content-Type", "application/json"}});
    EXPECT_EQ(edited.json.at("assigned_to"), "bob");
    EXPECT_EQ(op.post(path + "/retry", Json::object()).json.at("assigned_to"), "bob");
    EXPECT_TRUE(waitFor([&] { return tasks("entity_id=u11").empty(); }));
    EXPECT_EQ(m_pair.people(*m_pair.legacy)["u11"].name, "right");
}

TEST_P(SyncAssignment, OnlyWhatWaitsForAPersonIsAssigned)
{
    begin({{"conflict_policy", "LEGACY"}});
    putRules(Json::array({{{"assigned_to", "ann"}}}));
    m_pair.put(*m_pair.legacy, "u11", {"left", "mail"});
    m_pair.put(*m_pair.fresh, "u11", {"right", "mail"});
    m_pair.legacy->run("PRAGMA ignore_check_constraints = ON");
    m_pair.put(*m_pair.legacy, "u12", {"refused", "x"});
    m_pair.act("run");
    ASSERT_TRUE(waitFor([&] { return m_pair.people(*m_pair.fresh)["u11"].name == "left"; })); // the policy decided
    ASSERT_TRUE(waitFor([&] { return tasks("state=RETRYING").size() == 1; }));
    EXPECT_EQ(assignee("u12"), "");
    EXPECT_EQ(m_pair.comparator.all("/api/v1/sync-tasks").size(), 1u);
    EXPECT_EQ(told(), "0");
}
INSTANTIATE_TEST_SUITE_P(Stores, SyncAssignment, testing::Bool(),
                         [](const auto &store) { return store.param ? "Postgres" : "Sqlite"; });

} // namespace
} // namespace crossfade
