// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two-way syncs of tables whose key has two columns, on every engine.
#include "models/consistency/mapping.h"
#include "tests/services/comparator/syncpair.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using KeysPair = std::pair<TestEngine, TestEngine>;

class SyncKeys : public testing::TestWithParam<KeysPair> {
protected:
    // Emptied of the people of one key, with those of two.
    static void makeMembers(TestDatabase &db)
    {
        const bool mariadb = db.kind() == "MARIADB";
        const std::string text = mariadb ? "varchar(60) COLLATE utf8mb4_bin" : "text";
        const std::string time = mariadb ? "datetime(6)" : db.isPostgres() ? "timestamptz" : "text";
        db.run("DROP TABLE people");
        db.run("CREATE TABLE people (tenant bigint NOT NULL, login " + text + " NOT NULL, name " + text + ", email " +
               text + ", at " + time + ", PRIMARY KEY (tenant, login))");
        if (mariadb) db.run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'");
    }
    static std::string now(const TestDatabase &db)
    {
        if (db.kind() == "MARIADB") return "utc_timestamp(6)";
        return db.isPostgres() ? "clock_timestamp()" : "strftime('%Y-%m-%d %H:%M:%f', 'now')";
    }
    static void insert(TestDatabase &db, const std::string &tenant, const std::string &login, const std::string &name)
    {
        db.run("INSERT INTO people VALUES (" + tenant + ", '" + login + "', '" + name + "', 'm', " + now(db) + ")");
    }
    static void set(TestDatabase &db, const std::string &tenant, const std::string &login, const std::string &change)
    {
        db.run("UPDATE people SET " + change + ", at = " + now(db) + " WHERE tenant = " + tenant + " AND login = '" +
               login + "'");
    }
    static std::string row(TestDatabase &db, const std::string &tenant, const std::string &login)
    {
        const std::string both = db.kind() == "MARIADB" ? "concat(name, '/', email)" : "name || '/' || email";
        return db.one("SELECT " + both + " FROM people WHERE tenant = " + tenant + " AND login = '" + login + "'");
    }
};

TEST_P(SyncKeys, OfTwoColumnsAreFollowedBothWays)
{
    SyncPair pair(GetParam().first, GetParam().second);
    TestDatabase &legacy = *pair.legacy, &fresh = *pair.fresh;
    makeMembers(legacy);
    makeMembers(fresh);
    for (int i = 0; i < 250; ++i)
        insert(legacy, std::to_string(i % 7), "user" + std::to_string(i), "n");
    // Each of these runs into another one where the parts are not kept apart.
    insert(legacy, "5", "x|y\\", "left");
    insert(fresh, "5", "x\\|y", "right");
    insert(legacy, "9007199254740993", "big", "odd");
    insert(fresh, "9007199254740992", "big", "even");
    pair.comparator.start();
    Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT"), field("email", "TEXT")}));
    for (const char *side : {"legacy", "new"}) {
        const TestDatabase &db = side == std::string("legacy") ? legacy : fresh;
        mapping[side].update({{"source_id", pair.comparator.addSource(side, db)},
                              {"key", "tenant"},
                              {"more_keys", Json::array({"login"})},
                              {"changed_column", "at"}});
    }
    const TestAnswer mapped = pair.comparator.as("operator").post("/api/v1/mappings", mapping);
    ASSERT_EQ(mapped.status, 201) << mapped.body;
    const TestAnswer made = pair.comparator.as("operator").post("/api/v1/sync-configs", {{"source_system", "LEGACY"},
                                                                                         {"target_system", "NEW"},
                                                                                         {"mapping_id", textOf(mapped.json, "id")},
                                                                                         {"sync_direction", "BIDIRECTIONAL"},
                                                                                         {"conflict_policy", "LEGACY"},
                                                                                         {"sweep_seconds", 1},
                                                                                         {"batch_size", 60}});
    ASSERT_EQ(made.status, 201) << made.body;
    pair.id = textOf(made.json, "id");
    pair.act("backfill");
    ASSERT_TRUE(pair.waitState("FOLLOWING")) << dumpJson(pair.sync());
    ASSERT_TRUE(pair.waitCaughtUp()) << dumpJson(pair.sync());
    for (TestDatabase *side : {&legacy, &fresh}) {
        EXPECT_EQ(side->one("SELECT count(*) FROM people"), "254");
        EXPECT_EQ(row(*side, "5", "x|y\\"), "left/m");
        EXPECT_EQ(row(*side, "5", "x\\|y"), "right/m");
        EXPECT_EQ(row(*side, "9007199254740993", "big"), "odd/m");
        EXPECT_EQ(row(*side, "9007199254740992", "big"), "even/m");
    }
    set(legacy, "5", "x|y\\", "name = 'l'");
    set(fresh, "5", "x|y\\", "email = 'r'");
    set(fresh, "9007199254740992", "big", "name = 'changed'");
    legacy.run("DELETE FROM people WHERE tenant = 9007199254740993");
    insert(fresh, "-3", "", "a newcomer");
    pair.act("run");
    ASSERT_TRUE(pair.waitCaughtUp()) << dumpJson(pair.sync());
    for (TestDatabase *side : {&legacy, &fresh}) {
        EXPECT_EQ(side->one("SELECT count(*) FROM people"), "254");
        EXPECT_EQ(row(*side, "5", "x|y\\"), "l/r");
        EXPECT_EQ(row(*side, "9007199254740992", "big"), "changed/m");
        EXPECT_EQ(row(*side, "9007199254740993", "big"), "<none>");
        EXPECT_EQ(row(*side, "-3", ""), "a newcomer/m");
    }
    EXPECT_TRUE(pair.comparator.all("/api/v1/sync-tasks").empty());
    // One of them, on demand.
    pair.act("pause");
    set(legacy, "5", "x\\|y", "name = 'asked for'");
    pair.act("run", {{"ids", {joinedKey({"5", "x\\|y"})}}});
    EXPECT_TRUE(waitFor([&] { return row(fresh, "5", "x\\|y") == "asked for/m"; }));
}

INSTANTIATE_TEST_SUITE_P(Of, SyncKeys,
                         testing::Values(KeysPair{TestEngine::Sqlite, TestEngine::Postgres},
                                         KeysPair{TestEngine::Postgres, TestEngine::Mariadb},
                                         KeysPair{TestEngine::Mariadb, TestEngine::Sqlite}));

} // namespace
} // namespace crossfade
