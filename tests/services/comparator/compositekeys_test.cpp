// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of two columns through the whole path: discovery, mapping, check, differences, repair.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using Pair = std::pair<const char *, const char *>;

class CompositeKeys : public testing::TestWithParam<Pair> {
protected:
    std::unique_ptr<TestDatabase> database(const std::string &engine, const std::string &file)
    {
        std::unique_ptr<TestDatabase> db = engine == "sqlite"     ? newSqlite(m_dir.file(file))
                                           : engine == "postgres" ? newPostgres()
                                                                  : newMariadb();
        const std::string text = engine == "mariadb" ? "varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "text";
        db->run("CREATE TABLE people (tenant bigint NOT NULL, login " + text +
                " NOT NULL, name text, other bigint, PRIMARY KEY (tenant, login))");
        db->run("CREATE UNIQUE INDEX three ON people (tenant, login, other)");
        if (engine == "mariadb") db->run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'");
        return db;
    }
    static void insert(TestDatabase &db, const std::string &tenant, const std::string &login, const std::string &name)
    {
        db.run("INSERT INTO people (tenant, login, name) VALUES (" + tenant + ", '" + login + "', '" + name + "')");
    }
    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = database(GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = database(GetParam().second, "new.db");
};

TEST_P(CompositeKeys, AreComparedAndRepaired)
{
    const std::vector<std::pair<std::string, std::string>> same{{"1", "a"},   {"2", "a"},    {"10", "a"}, {"-3", "a"},
                                                                {"1", "A"},   {"1", "a b"},  {"1", ""},   {"1", "\u00e9"},
                                                                {"1", "a|b"}, {"1", "a\\b"}, {"1", "~"},  {"12", "x"}};
    for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
        for (const auto &[tenant, login] : same)
            insert(*side, tenant, login, "same");
        for (int i = 0; i < 300; ++i)
            insert(*side, std::to_string(i % 7), "user" + std::to_string(i), "same");
    }
    // Each of these runs into another one where the parts are not kept apart.
    insert(*m_legacy, "5", "x|y\\", "only here");
    insert(*m_fresh, "5", "x\\|y", "only there");
    insert(*m_legacy, "6", "d|e", "one");
    insert(*m_fresh, "6", "d|e", "other");
    insert(*m_legacy, "9007199254740993", "big", "one");
    insert(*m_fresh, "9007199254740993", "big", "other");
    insert(*m_fresh, "9007199254740992", "big", "stranger");

    Comparator comparator({"--batch-rows", "50"});
    comparator.start();
    Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT")}));
    for (const char *side : {"legacy", "new"}) {
        mapping[side]["key"] = "tenant";
        mapping[side]["more_keys"] = Json::array({"login"});
    }
    const std::string check = comparator.addCheck(*m_legacy, *m_fresh, mapping);
    const Json run = comparator.fullRun(check);
    EXPECT_EQ(run.at("matched"), static_cast<int>(same.size()) + 300);
    EXPECT_EQ(run.at("missing"), 1);
    EXPECT_EQ(run.at("extra"), 2);
    EXPECT_EQ(run.at("different"), 2);
    std::map<std::string, std::string> found;
    Json ids = Json::array();
    for (const Json &difference : comparator.all("/api/v1/differences?resolved=false&check_id=" + check)) {
        found[textOf(difference, "entity_id")] = textOf(difference, "difference_type");
        ids.push_back(textOf(difference, "id"));
    }
    EXPECT_EQ(found, (std::map<std::string, std::string>{{"5|x\\|y\\\\", "MISSING"},
                                                         {"5|x\\\\\\|y", "EXTRA"},
                                                         {"6|d\\|e", "DIFFERENT"},
                                                         {"9007199254740993|big", "DIFFERENT"},
                                                         {"9007199254740992|big", "EXTRA"}}));

    const TestAnswer made = comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "all"}});
    ASSERT_EQ(made.status, 201) << made.body;
    for (const Json &repair : made.json.at("items")) {
        const std::string id = textOf(repair, "id");
        const TestAnswer approved =
            comparator.as("approver").post("/api/v1/repairs/" + id + "/approve", {{"reason", "as LEGACY has it"}});
        EXPECT_EQ(approved.status, 200) << approved.body;
        const Json done = comparator.waitRepair(id, {"VERIFIED", "FAILED", "STALE"});
        EXPECT_EQ(textOf(done, "status"), "VERIFIED") << dumpJson(done);
    }
    const Json after = comparator.fullRun(check);
    EXPECT_EQ(after.at("matched"), static_cast<int>(same.size()) + 303);
    EXPECT_EQ(after.at("consistency_percentage"), 100.0);
    EXPECT_EQ(m_fresh->one("SELECT count(*) FROM people"), m_legacy->one("SELECT count(*) FROM people"));
    EXPECT_EQ(m_fresh->one("SELECT name FROM people WHERE tenant = 6 AND login = 'd|e'"), "one");

    // Asked by id: what is no key of two columns is said to be on neither side.
    const std::string some = comparator.startRun(
        check, {{"scope", "IDS"}, {"ids", {"1|a", "12|x", "1", "1|a|b", "x|a"}}, {"reason", "some"}});
    const Json byIds = comparator.waitRun(some);
    EXPECT_EQ(byIds.at("matched"), 2);
    EXPECT_EQ(byIds.at("status"), "PARTIAL");
}

TEST_P(CompositeKeys, AreRefusedWhereTheyAreNotUnique)
{
    Comparator comparator;
    comparator.start();
    Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT")}));
    const auto refused = [&](const Json &legacy, const std::string &keyKind) {
        Json body = mapping;
        body["legacy"].update(legacy);
        body["new"].update({{"key", "tenant"}, {"more_keys", {"login"}}});
        body["key_kind"] = keyKind;
        const TestAnswer answer = comparator.as("operator").post("/api/v1/mappings", body);
        return std::to_string(answer.status) +
               (answer.status == 422 ? textOf(answer.json.at("errors")[0], "pointer") : answer.body);
    };
    mapping["legacy"]["source_id"] = comparator.addSource("legacy", *m_legacy);
    mapping["new"]["source_id"] = comparator.addSource("new", *m_fresh);
    EXPECT_EQ(refused({{"key", "tenant"}, {"more_keys", {"other"}}}, "TEXT"), "422/legacy/key");
    EXPECT_EQ(refused({{"key", "tenant"}, {"more_keys", {"nothing"}}}, "TEXT"), "422/legacy/more_keys/0");
    EXPECT_EQ(refused({{"key", "tenant"}, {"more_keys", {"tenant"}}}, "TEXT"), "422/legacy/more_keys/0");
    EXPECT_EQ(refused({{"key", "tenant"}, {"more_keys", {"login", "other"}}}, "TEXT"), "422/new/more_keys");
    EXPECT_EQ(refused({{"key", "tenant"}}, "TEXT"), "422/new/more_keys");
    EXPECT_EQ(refused({{"key", "tenant"}, {"more_keys", {"login"}}}, "INTEGER"), "422/key_kind");
    EXPECT_EQ(refused({{"key", "login"}, {"more_keys", {"tenant"}}}, "TEXT").substr(0, 3), "201");
}

INSTANTIATE_TEST_SUITE_P(Of, CompositeKeys,
                         testing::Values(Pair("sqlite", "postgres"), Pair("postgres", "mariadb"),
                                         Pair("mariadb", "sqlite"), Pair("mariadb", "mariadb")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

} // namespace
} // namespace crossfade
