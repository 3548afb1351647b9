// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Syncs that follow a table of changes, which triggers fill.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/services/comparator/syncpair.h"
#include "tests/support/contract.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

class ChangeTables : public testing::TestWithParam<TestEngine> {
protected:
    void SetUp() override
    {
        addTriggers(*m_pair.legacy);
        addTriggers(*m_pair.fresh);
    }
    static void addTriggers(TestDatabase &db)
    {
        const std::string acts[] = {"INSERT", "UPDATE", "DELETE"};
        if (db.isPostgres()) {
            db.run("CREATE TABLE changes (seq bigserial PRIMARY KEY, person text); "
                   "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO changes (person) VALUES "
                   "(coalesce(NEW.id, OLD.id)); RETURN NULL; END'; "
                   "CREATE TRIGGER told AFTER INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION tell()");
            return;
        }
        const bool mariadb = db.kind() == "MARIADB";
        db.run(mariadb ? "CREATE TABLE changes (seq bigint AUTO_INCREMENT PRIMARY KEY, person varchar(60) COLLATE utf8mb4_bin)"
                       : "CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT)");
        for (const std::string &act : acts) {
            const std::string row = act == "DELETE" ? "OLD" : "NEW";
            const std::string insert = "INSERT INTO changes (person) VALUES (" + row + ".id)";
            db.run("CREATE TRIGGER told_" + act + " AFTER " + act + " ON people " +
                   (mariadb ? "FOR EACH ROW " + insert : "BEGIN " + insert + "; END"));
        }
    }
    // A mapping whose sides have no change column, only a table of changes.
    Json mapping() const
    {
        Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("email", "TEXT")}));
        for (const char *side : {"legacy", "new"})
            mapping[side]["changes"] = {{"table", "changes"}, {"sequence_column", "seq"}, {"key_columns", {"person"}}};
        mapping["legacy"]["source_id"] = m_pair.comparator.addSource("legacy", *m_pair.legacy);
        mapping["new"]["source_id"] = m_pair.comparator.addSource("new", *m_pair.fresh);
        return mapping;
    }
    // Sweeps are a day apart: what is found is found by the table.
    void sync(const std::string &direction, Json settings = Json::object())
    {
        const TestAnswer mapped = m_pair.comparator.as("operator").post("/api/v1/mappings", mapping());
        ASSERT_EQ(mapped.status, 201) << mapped.body;
        Json body{{"source_system", "LEGACY"},          {"target_system", "NEW"},
                  {"mapping_id", textOf(mapped.json, "id")}, {"sync_direction", direction},
                  {"sweep_seconds", 86'400}};
        body.update(settings);
        const TestAnswer made = m_pair.comparator.as("operator").post("/api/v1/sync-configs", body);
        ASSERT_EQ(made.status, 201) << made.body;
        m_pair.id = textOf(made.json, "id");
        m_pair.act("backfill");
        ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
        ASSERT_TRUE(m_pair.waitCaughtUp());
    }
    bool waitPeople(TestDatabase &db, const People &expected) const
    {
        return waitFor([&] { return m_pair.people(db) == expected; }, std::chrono::seconds(30));
    }
    std::string sweptAt() const { return textOf(m_pair.sync(), "last_sweep_at"); }

    SyncPair m_pair{GetParam(), GetParam()};
};

TEST_P(ChangeTables, TellWhatWasInsertedUpdatedAndDeletedBothWays)
{
    m_pair.put(*m_pair.legacy, "ann", {"Ann", "a@x"});
    m_pair.put(*m_pair.legacy, "bob", {"Bob", "b@x"});
    m_pair.put(*m_pair.legacy, "cid", {"Cid", "c@x"});
    m_pair.comparator.start();
    sync("BIDIRECTIONAL", {{"conflict_policy", "LEGACY"}});
    const std::string swept = sweptAt();
    ASSERT_EQ(m_pair.people(*m_pair.fresh).size(), 3u);
    m_pair.put(*m_pair.legacy, "ann", {"Anna", "a@x"});
    m_pair.put(*m_pair.fresh, "bob", {"Bobby", "b@x"});
    m_pair.put(*m_pair.fresh, "dan", {"Dan", "d@x"});
    m_pair.remove(*m_pair.legacy, "cid");
    const People all{{"ann", {"Anna", "a@x"}}, {"bob", {"Bobby", "b@x"}}, {"dan", {"Dan", "d@x"}}};
    EXPECT_TRUE(waitPeople(*m_pair.legacy, all));
    EXPECT_TRUE(waitPeople(*m_pair.fresh, all));
    m_pair.remove(*m_pair.fresh, "dan");
    EXPECT_TRUE(waitPeople(*m_pair.legacy, {{"ann", {"Anna", "a@x"}}, {"bob", {"Bobby", "b@x"}}}));
    // What a sync writes is told by the triggers, too, and ends there.
    ASSERT_TRUE(m_pair.waitCaughtUp());
    ASSERT_TRUE(m_pair.waitCaughtUp());
    EXPECT_EQ(m_pair.writes(*m_pair.legacy, "ann"), 2);
    EXPECT_EQ(m_pair.writes(*m_pair.fresh, "ann"), 2);
    EXPECT_EQ(m_pair.writes(*m_pair.legacy, "bob"), 2);
    EXPECT_EQ(m_pair.writes(*m_pair.fresh, "bob"), 2);
    EXPECT_EQ(m_pair.writes(*m_pair.fresh, "cid"), 2); // copied, deleted
    EXPECT_EQ(sweptAt(), swept) << "found by a look at all rows";
}

// A number that was taken before others were seen, and whose row is there only after them.
TEST_P(ChangeTables, MissNothingThatIsCommittedOutOfOrder)
{
    m_pair.put(*m_pair.legacy, "ann", {"Ann", "a@x"});
    m_pair.put(*m_pair.legacy, "bob", {"Bob", "b@x"});
    m_pair.comparator.start();
    sync("UNIDIRECTIONAL");
    const std::string swept = sweptAt();
    const auto late = GetParam() == TestEngine::Sqlite ? nullptr : openAgain(*m_pair.legacy);
    if (late) {
        late->run("BEGIN");
        m_pair.put(*late, "bob", {"Late", "b@x"});
    } else { // has one writer at a time: numbers that are left free and taken afterwards
        m_pair.legacy->run("UPDATE sqlite_sequence SET seq = seq + 5 WHERE name = 'changes'");
    }
    for (int i = 0; i < 3; ++i) {
        m_pair.put(*m_pair.legacy, "ann", {"Ann" + std::to_string(i), "a@x"});
        ASSERT_TRUE(waitFor([&] { return m_pair.people(*m_pair.fresh)["ann"].name == "Ann" + std::to_string(i); }));
    }
    EXPECT_EQ(m_pair.people(*m_pair.fresh)["bob"].name, "Bob");
    if (late) {
        late->run("COMMIT");
    } else {
        m_pair.legacy->run("DROP TRIGGER told_UPDATE; UPDATE people SET name = 'Late' WHERE id = 'bob'; INSERT INTO changes (seq, "
                           "person) SELECT min(seq) - 2, 'bob' FROM changes WHERE seq > (SELECT max(seq) FROM changes WHERE "
                           "person = 'bob') + 1");
    }
    EXPECT_TRUE(waitFor([&] { return m_pair.people(*m_pair.fresh)["bob"].name == "Late"; }));
    EXPECT_EQ(sweptAt(), swept) << "found by a look at all rows";
}

TEST_P(ChangeTables, GoOnWhereTheyWereAfterASuddenDeath)
{
    m_pair.put(*m_pair.legacy, "ann", {"Ann", "a@x"});
    m_pair.comparator.start();
    sync("UNIDIRECTIONAL");
    People expected = m_pair.people(*m_pair.legacy);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 150; ++i) {
            const std::string key = "r" + std::to_string(round) + "-" + std::to_string(i);
            m_pair.put(*m_pair.legacy, key, {"n", "m"});
            expected[key] = {"n", "m"};
            if (i == 70) m_pair.comparator.kill();
        }
        if (round > 0) {
            m_pair.remove(*m_pair.legacy, "r0-" + std::to_string(round));
            expected.erase("r0-" + std::to_string(round));
        }
        m_pair.comparator.start();
    }
    EXPECT_TRUE(waitPeople(*m_pair.fresh, expected));
    ASSERT_TRUE(m_pair.waitCaughtUp());
    EXPECT_EQ(m_pair.writes(*m_pair.fresh, "r1-3"), 1);
}

TEST_P(ChangeTables, AnEmptiedSourceStopsIt)
{
    for (int i = 0; i < 60; ++i)
        m_pair.put(*m_pair.legacy, "u" + std::to_string(i), {"n", "m"});
    m_pair.comparator.start();
    sync("UNIDIRECTIONAL");
    m_pair.legacy->run("DELETE FROM people");
    ASSERT_TRUE(m_pair.waitState("SUSPENDED"));
    EXPECT_NE(textOf(m_pair.sync(), "cause").find("deleted"), std::string::npos) << dumpJson(m_pair.sync());
    EXPECT_EQ(m_pair.people(*m_pair.fresh).size(), 60u);
}

TEST_P(ChangeTables, AreHeldAgainstTheirDatabase)
{
    m_pair.comparator.start();
    const Json good = mapping();
    const auto refused = [&](Json changes) {
        Json body = good;
        body["legacy"]["changes"] = std::move(changes);
        const TestAnswer answer = m_pair.comparator.as("operator").post("/api/v1/mappings", body);
        EXPECT_EQ(Contract("comparator.yaml").check("POST", "/api/v1/mappings", answer), "");
        return answer.status == 422 ? textOf(answer.json.at("errors").at(0), "pointer") : answer.body;
    };
    EXPECT_EQ(refused({{"table", "nowhere"}, {"sequence_column", "seq"}, {"key_columns", {"person"}}}), "/legacy/changes/table");
    EXPECT_EQ(refused({{"table", "changes"}, {"sequence_column", "no"}, {"key_columns", {"person"}}}),
              "/legacy/changes/sequence_column");
    EXPECT_EQ(refused({{"table", "changes"}, {"sequence_column", "seq"}, {"key_columns", {"id"}}}),
              "/legacy/changes/key_columns/0");
    EXPECT_EQ(refused({{"table", "changes"}, {"sequence_column", "seq"}, {"key_columns", {"person", "seq"}}}),
              "/legacy/changes/key_columns");
    EXPECT_EQ(refused({{"table", "changes"}, {"sequence_column", "seq"}}), "/legacy/changes/key_columns");
    const TestAnswer taken = m_pair.comparator.as("operator").post("/api/v1/mappings", good);
    EXPECT_EQ(taken.status, 201) << taken.body;
    EXPECT_EQ(Contract("comparator.yaml").check("POST", "/api/v1/mappings", taken), "");
}

INSTANTIATE_TEST_SUITE_P(Of, ChangeTables, testing::Values(TestEngine::Sqlite, TestEngine::Postgres, TestEngine::Mariadb),
                         [](const auto &info) {
                             return std::string(info.param == TestEngine::Sqlite     ? "sqlite"
                                                : info.param == TestEngine::Postgres ? "postgres"
                                                                                     : "mariadb");
                         });

} // namespace
} // namespace crossfade
