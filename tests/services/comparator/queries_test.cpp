// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Mappings whose rows are those of a query: compared like a table's, never written to.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/services/comparator/syncpair.h"
#include "tests/support/contract.h"

#include <gtest/gtest.h>

#include <set>

namespace crossfade {
namespace {

using Pair = std::pair<const char *, const char *>;

std::unique_ptr<TestDatabase> database(const TempDir &dir, const std::string &engine, const std::string &file)
{
    if (engine == "sqlite") return newSqlite(dir.file(file));
    return engine == "postgres" ? newPostgres() : newMariadb();
}

std::string textType(const TestDatabase &db)
{
    return db.kind() == "MARIADB" ? "varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" : "text";
}

// What a table of people would hold, in two tables and among people who have left.
void makeAccounts(TestDatabase &db)
{
    db.run("CREATE TABLE accounts (id integer NOT NULL PRIMARY KEY, mail " + textType(db) + ", gone integer NOT NULL)");
    db.run("CREATE TABLE profiles (account integer NOT NULL PRIMARY KEY, name " + textType(db) +
           ", score decimal(10,2), seen " +
           (db.isPostgres() ? "timestamp" : "datetime") + ")");
}

void makePeople(TestDatabase &db, const std::string &idType)
{
    db.run("CREATE TABLE people (id " + (idType == "text" ? textType(db) : idType) + " NOT NULL PRIMARY KEY, email " +
           textType(db) + ", name " + textType(db) + ", score decimal(12,4), seen " + (db.isPostgres() ? "timestamp" : "datetime") +
           ")");
}

constexpr int Accounts = 1'500;

std::string name(int i)
{
    return "'Name " + std::to_string(i) + (i % 7 == 0 ? " \u00e9'" : "'");
}

std::string score(int i)
{
    return std::to_string(i % 90) + ".5";
}

std::string seen(int i)
{
    return i % 11 == 0 ? "NULL" : "'2026-03-01 02:" + std::to_string(10 + i % 50) + ":00'";
}

// Each twentieth has left: no row of the query.
void fillAccounts(TestDatabase &db)
{
    std::string accounts;
    std::string profiles;
    for (int i = 1; i <= Accounts; ++i) {
        const std::string id = std::to_string(i);
        accounts += (i > 1 ? ", (" : "(") + id + ", 'm" + id + "@x', " + (i % 20 == 0 ? "1)" : "0)");
        profiles += (i > 1 ? ", (" : "(") + id + ", " + name(i) + ", " + score(i) + ", " + seen(i) + ")";
    }
    db.run("INSERT INTO accounts VALUES " + accounts);
    db.run("INSERT INTO profiles VALUES " + profiles);
}

void fillPeople(TestDatabase &db, const std::string &prefix)
{
    std::string rows;
    for (int i = 1; i <= Accounts; ++i) {
        const std::string id = std::to_string(i);
        if (i % 20 == 0) continue;
        rows += (rows.empty() ? "('" : ", ('") + prefix + id + "', 'm" + id + "@x', " + name(i) + ", " + score(i) + ", " +
                seen(i) + ")";
    }
    db.run("INSERT INTO people VALUES " + rows);
}

std::string queryOf(const TestDatabase &db, bool textKey)
{
    const std::string id = !textKey                  ? "a.id"
                           : db.kind() == "MARIADB" ? "CONCAT('u-', a.id)"
                                                     : "'u-' || a.id";
    return "SELECT " + id + " AS id, a.mail AS email, p.name, p.score, p.seen\nFROM accounts a JOIN profiles p "
           "ON p.account = a.id\nWHERE a.gone = 0 -- those who left are in no people of NEW";
}

Json queryMapping(const TestDatabase &legacy, bool textKey)
{
    Json mapping = peopleMapping(textKey ? "TEXT" : "INTEGER",
                                 Json::array({field("email", "TEXT"), field("name", "TEXT"), field("score", "DECIMAL"),
                                              field("seen", "TIMESTAMP")}));
    mapping["legacy"] = {{"query", queryOf(legacy, textKey)}, {"key", "id"}};
    return mapping;
}

std::set<std::string> found(const Comparator &comparator)
{
    std::set<std::string> result;
    for (const Json &one : comparator.all("/api/v1/differences?resolved=false"))
        result.insert(textOf(one, "entity_id") + " " + textOf(one, "difference_type") + " " + textOf(one, "field_name"));
    return result;
}

class Queries : public testing::TestWithParam<Pair> {
protected:
    void fill(bool textKey)
    {
        makeAccounts(*m_legacy);
        makePeople(*m_fresh, textKey ? "text" : "integer");
        fillAccounts(*m_legacy);
        fillPeople(*m_fresh, textKey ? "u-" : "");
    }
    void findWhatDiffers(bool textKey);

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(m_dir, GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(m_dir, GetParam().second, "new.db");
};

void Queries::findWhatDiffers(bool textKey)
{
    const std::string u = textKey ? "u-" : "";
    fill(textKey);
    m_legacy->run("UPDATE profiles SET name = 'Nobody' WHERE account = 3");
    m_legacy->run("UPDATE profiles SET score = 1.07 WHERE account = 703");
    m_legacy->run("UPDATE accounts SET gone = 0 WHERE id = 40");
    m_legacy->run("UPDATE accounts SET gone = 1 WHERE id = 41");
    Comparator comparator;
    comparator.start();
    const std::string check = comparator.addCheck(*m_legacy, *m_fresh, queryMapping(*m_legacy, textKey));
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), Accounts / 20 * 19 - 3) << dumpJson(run);
    const std::set<std::string> all{u + "3 DIFFERENT name", u + "703 DIFFERENT score", u + "40 MISSING ", u + "41 EXTRA "};
    EXPECT_EQ(found(comparator), all);
    // All of them once more by a sample of everything, and three by name.
    const Json sampled = comparator.waitRun(comparator.startRun(check, {{"scope", "SAMPLE"}, {"sample_size", Accounts}}));
    EXPECT_EQ(sampled.at("matched"), run.at("matched")) << dumpJson(sampled);
    const Json named =
        comparator.waitRun(comparator.startRun(check, {{"scope", "IDS"}, {"ids", {u + "3", u + "4", u + "40"}}}));
    EXPECT_EQ(named.at("matched"), 1);
    EXPECT_EQ(found(comparator), all);
    // What the query finds is written where there is a table.
    Json ids = Json::array();
    for (const Json &one : comparator.all("/api/v1/differences?resolved=false"))
        ids.push_back(textOf(one, "id"));
    const TestAnswer made = comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "all"}});
    ASSERT_EQ(made.status, 201) << made.body;
    for (const Json &repair : made.json.at("items")) {
        const std::string id = textOf(repair, "id");
        EXPECT_EQ(comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "seen"}}).status, 200);
        EXPECT_EQ(comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"}).at("status"), "VERIFIED");
    }
    EXPECT_EQ(comparator.fullRun(check).at("consistency_percentage"), 100.0);
}

TEST_P(Queries, AreComparedByIntegerKeys)
{
    findWhatDiffers(false);
}

TEST_P(Queries, AreComparedByKeysThatTheyMake)
{
    findWhatDiffers(true);
}

INSTANTIATE_TEST_SUITE_P(Of, Queries,
                         testing::Values(Pair("sqlite", "sqlite"), Pair("postgres", "postgres"), Pair("mariadb", "mariadb"),
                                         Pair("sqlite", "postgres"), Pair("postgres", "mariadb"), Pair("mariadb", "sqlite")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

class QueriesOf : public testing::TestWithParam<const char *> {
protected:
    void SetUp() override
    {
        makeAccounts(*m_legacy);
        makePeople(*m_fresh, "integer");
        m_legacy->run("INSERT INTO accounts VALUES (1, 'a', 0), (2, 'b', 0)");
        m_legacy->run("INSERT INTO profiles VALUES (1, 'Ann', 1, NULL), (2, 'Bob', 2, NULL)");
        m_fresh->run("INSERT INTO people VALUES (1, 'a', 'Ann', 1, NULL), (2, 'b', 'Rob', 2, NULL)");
        m_comparator.start();
        m_mapping = queryMapping(*m_legacy, false);
        m_mapping["legacy"]["source_id"] = m_comparator.addSource("l", *m_legacy);
        m_mapping["new"]["source_id"] = m_comparator.addSource("n", *m_fresh);
    }
    TestAnswer send(const char *method, const std::string &path, const Json &body, const std::string &role = "operator")
    {
        TestAnswer answer = m_comparator.as(role).send(method, path, dumpJson(body),
                                                        {{"Content-Type", "application/json"}, {"If-Match", "\"1\""}});
        return answer;
    }
    // The field that is refused where LEGACY is this query; "" where it is taken.
    std::string refusal(const std::string &query)
    {
        Json body = m_mapping;
        body["legacy"]["query"] = query;
        const TestAnswer answer = send("POST", "/api/v1/mappings", body);
        if (answer.status == 201) return "";
        EXPECT_EQ(answer.status, 422) << answer.body;
        return textOf(answer.json.at("errors").at(0), "pointer");
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(m_dir, GetParam(), "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(m_dir, GetParam(), "new.db");
    Comparator m_comparator;
    Json m_mapping;
};

TEST_P(QueriesOf, AreHeldAgainstTheirDatabase)
{
    const std::string good = queryOf(*m_legacy, false);
    EXPECT_EQ(refusal(good), "");
    EXPECT_EQ(refusal("WITH q AS (" + good + "\n) SELECT * FROM q"), "");
    EXPECT_EQ(refusal(""), "/legacy/query");
    EXPECT_EQ(refusal("DELETE FROM accounts"), "/legacy/query");
    EXPECT_EQ(refusal(good + "\n;"), "/legacy/query");
    EXPECT_EQ(refusal("SELECT 1 AS id) AS r, (SELECT 2 AS x"), "/legacy/query"); // no whole query by itself
    EXPECT_EQ(refusal("SELECT 1; DELETE FROM accounts"), "/legacy/query");
    EXPECT_EQ(refusal("SELECT id FROM nowhere"), "/legacy/query");
    EXPECT_EQ(refusal("SELECT id, mail AS email FROM accounts"), "/fields/1/legacy_column"); // no name
    EXPECT_EQ(refusal("SELECT a.mail AS key_is_gone, a.* FROM accounts a JOIN profiles p ON p.account = a.id"),
              "/fields/0/legacy_column");
    EXPECT_EQ(refusal("SELECT 7 AS id, a.mail AS email, p.name, p.score, p.seen FROM accounts a JOIN profiles p ON "
                      "p.account = a.id"),
              "/legacy/key"); // each row has this one
    EXPECT_EQ(refusal(m_legacy->isPostgres() ? good + "\nAND a.id = $1" : "SELECT * FROM accounts WHERE id = ?"),
              "/legacy/query");
    if (m_legacy->isPostgres()) {
        m_legacy->run("CREATE SEQUENCE numbers");
        EXPECT_EQ(refusal("WITH gone AS (DELETE FROM accounts RETURNING id) SELECT id FROM gone"), "/legacy/query");
        EXPECT_EQ(refusal("SELECT nextval('numbers') AS id, '' AS email, '' AS name, 1 AS score, now() AS seen"),
                  "/legacy/query"); // nothing is written, not by a function either
        EXPECT_EQ(m_legacy->one("SELECT is_called FROM numbers"), "f");
    }
    EXPECT_EQ(m_legacy->one("SELECT count(*) FROM accounts"), "2");
    Json both = m_mapping;
    both["legacy"]["table"] = "accounts";
    EXPECT_EQ(send("POST", "/api/v1/mappings", both).status, 422);
    both["legacy"]["table"] = "(SELECT 1)";
    both["legacy"].erase("query");
    EXPECT_EQ(send("POST", "/api/v1/mappings", both).status, 422);
}

TEST_P(QueriesOf, AreToldAndSuggestedFor)
{
    Contract contract("comparator.yaml");
    const Json &legacy = m_mapping.at("legacy");
    const std::string columns = "/api/v1/sources/" + textOf(legacy, "source_id") + "/columns";
    const TestAnswer told = send("POST", columns, {{"query", legacy.at("query")}});
    ASSERT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(contract.check("POST", columns, told), "");
    std::vector<std::string> names;
    for (const Json &column : told.json.at("columns"))
        names.push_back(textOf(column, "name"));
    EXPECT_EQ(names, (std::vector<std::string>{"id", "email", "name", "score", "seen"}));
    EXPECT_EQ(send("POST", columns, {{"query", "SELECT nothing"}}).status, 422);
    EXPECT_EQ(m_comparator.as("operator").get(columns + "?table=(SELECT%201)").status, 422);

    Json sides{{"data_type", "USER"}, {"legacy", legacy}, {"new", m_mapping.at("new")}};
    for (const char *side : {"legacy", "new"})
        sides[side].erase("key");
    const TestAnswer draft = send("POST", "/api/v1/mappings/suggest", sides);
    ASSERT_EQ(draft.status, 200) << draft.body;
    EXPECT_EQ(contract.check("POST", "/api/v1/mappings/suggest", draft), "");
    EXPECT_EQ(draft.json.at("mapping").at("fields").size(), 5u) << draft.body; // no index says which is the key
    EXPECT_EQ(draft.json.at("mapping").at("legacy").at("query"), legacy.at("query"));
}

TEST_P(QueriesOf, AreNeverWrittenTo)
{
    Json safe = m_mapping;
    safe["authoritative"] = "NEW";
    safe["safe_repairs"] = {"UPDATE"};
    const TestAnswer refused = send("POST", "/api/v1/mappings", safe);
    ASSERT_EQ(refused.status, 422);
    EXPECT_EQ(textOf(refused.json.at("errors").at(0), "pointer"), "/safe_repairs");
    safe.erase("safe_repairs");
    const TestAnswer mapping = send("POST", "/api/v1/mappings", safe);
    ASSERT_EQ(mapping.status, 201) << mapping.body;
    EXPECT_EQ(Contract("comparator.yaml").check("POST", "/api/v1/mappings", mapping), "");
    EXPECT_TRUE(mapping.json.at("legacy").at("table").is_null());
    const std::string id = textOf(mapping.json, "id");
    const TestAnswer check = send("POST", "/api/v1/checks", {{"check_name", "c"}, {"mapping_id", id}});
    ASSERT_EQ(check.status, 201);
    EXPECT_EQ(m_comparator.fullRun(textOf(check.json, "id")).at("different"), 1);
    const Json difference = m_comparator.all("/api/v1/differences").at(0);
    const TestAnswer repair = send("POST", "/api/v1/repairs", {{"difference_ids", {textOf(difference, "id")}}});
    EXPECT_EQ(repair.status, 409) << repair.body;
    const TestAnswer script = m_comparator.as("operator").get("/api/v1/differences/export?format=SQL");
    ASSERT_EQ(script.status, 200) << script.body;
    EXPECT_NE(script.body.find("no statement: the rows of LEGACY are those of a query"), std::string::npos) << script.body;
    // Nor by a sync.
    const Json both{{"mapping_id", id}, {"source_system", "LEGACY"}, {"target_system", "NEW"},
                    {"sync_direction", "BIDIRECTIONAL"}, {"sync_frequency", "BATCH"}, {"interval_seconds", 60}};
    const TestAnswer sync = send("POST", "/api/v1/sync-configs", both);
    EXPECT_EQ(sync.status, 422);
    EXPECT_EQ(textOf(sync.json.at("errors").at(0), "pointer"), "/mapping_id") << sync.body;
}

TEST_P(QueriesOf, FailARunOnceAKeyRepeats)
{
    const TestAnswer mapping = send("POST", "/api/v1/mappings", m_mapping);
    ASSERT_EQ(mapping.status, 201) << mapping.body;
    m_mapping["legacy"]["query"] = "SELECT a.id, a.mail AS email, p.name, p.score, p.seen FROM accounts a JOIN profiles p ON "
                                   "p.account = a.id OR a.gone = 1";
    const TestAnswer loose = send("PUT", "/api/v1/mappings/" + textOf(mapping.json, "id"), m_mapping);
    ASSERT_EQ(loose.status, 200) << loose.body;
    const TestAnswer check = send("POST", "/api/v1/checks", {{"check_name", "c"}, {"mapping_id", textOf(mapping.json, "id")}});
    ASSERT_EQ(check.status, 201);
    m_legacy->run("UPDATE accounts SET gone = 1 WHERE id = 2");
    const Json run = m_comparator.waitRun(m_comparator.startRun(textOf(check.json, "id")), {"FAILED"});
    EXPECT_NE(textOf(run, "error").find("the key 2 stands in more than one row of the query of LEGACY"), std::string::npos)
        << dumpJson(run);
    m_legacy->run("UPDATE accounts SET gone = 0 WHERE id = 2");
    EXPECT_EQ(m_comparator.fullRun(textOf(check.json, "id")).at("different"), 1);
}

// One way, out of a query: it is followed like a table.
TEST_P(QueriesOf, AreCopiedAndFollowed)
{
    const std::string engine = GetParam();
    const TestEngine kind = engine == "sqlite"     ? TestEngine::Sqlite
                            : engine == "postgres" ? TestEngine::Postgres
                                                   : TestEngine::Mariadb;
    SyncPair pair(kind, kind);
    pair.put(*pair.legacy, "ann", {"Ann", "a@x"});
    pair.put(*pair.legacy, "hidden", {"Hid", "h@x"});
    pair.comparator.start();
    Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("email", "TEXT")}));
    mapping["legacy"] = {{"query", "SELECT id, name, email, at FROM people WHERE id <> 'hidden'"},
                         {"key", "id"},
                         {"source_id", pair.comparator.addSource("legacy", *pair.legacy)},
                         {"changed_column", "at"}};
    mapping["new"].update({{"source_id", pair.comparator.addSource("new", *pair.fresh)}, {"changed_column", "at"}});
    const TestAnswer mapped = pair.comparator.as("operator").post("/api/v1/mappings", mapping);
    ASSERT_EQ(mapped.status, 201) << mapped.body;
    const TestAnswer made = pair.comparator.as("operator").post(
        "/api/v1/sync-configs", {{"source_system", "LEGACY"},
                                 {"target_system", "NEW"},
                                 {"mapping_id", textOf(mapped.json, "id")},
                                 {"sync_direction", "UNIDIRECTIONAL"}});
    ASSERT_EQ(made.status, 201) << made.body;
    pair.id = textOf(made.json, "id");
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING"));
    EXPECT_EQ(pair.people(*pair.fresh), (People{{"ann", {"Ann", "a@x"}}}));
    pair.put(*pair.legacy, "ann", {"Anna", "a@x"});
    pair.put(*pair.legacy, "bob", {"Bob", "b@x"});
    EXPECT_TRUE(waitFor([&] {
        return pair.people(*pair.fresh) == People{{"ann", {"Anna", "a@x"}}, {"bob", {"Bob", "b@x"}}};
    }));
    // The side it writes to cannot become a query under it.
    mapping["new"].erase("table");
    mapping["new"]["query"] = "SELECT id, name, email, at FROM people";
    const TestAnswer turned =
        pair.comparator.as("operator").put("/api/v1/mappings/" + textOf(mapped.json, "id"), mapping, "1");
    EXPECT_EQ(turned.status, 422) << turned.body;
}

INSTANTIATE_TEST_SUITE_P(Of, QueriesOf, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
} // namespace crossfade
