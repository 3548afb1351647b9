// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which keys LEGACY has, as a real comparator tells a real router: as they come and go, whoever of the two dies.
#include "tests/services/comparator/pushes.h"

#include <thread>

namespace crossfade {
namespace {

class PushedKeys : public Pushes {};

TEST_F(PushedKeys, LegacysKeysFollowWhatComesAndWhatGoes)
{
    startBoth({"--key-index", "USER", "--key-index-sweep", "3"});
    ASSERT_TRUE(waitKeys(4)) << comparator->log();
    EXPECT_EQ(keyIndex().at("complete"), true);
    legacy->run("INSERT INTO people VALUES (50, 'new', 1000)");
    ASSERT_TRUE(waitKeys(5)) << comparator->log();
    legacy->run("DELETE FROM people WHERE id IN (1, 2)");
    ASSERT_TRUE(waitKeys(3)) << comparator->log();
    // What is the same is not sent again.
    ASSERT_TRUE(waitState("KEY_INDEX", "OK"));
    const Json version = keyIndex().at("version");
    std::this_thread::sleep_for(std::chrono::seconds(7)); // two looks at all of them and more
    EXPECT_EQ(keyIndex().at("version"), version);
    comparator->kill();
    legacy->run("DELETE FROM people WHERE id = 50");
    router.kill();
    router.start();
    EXPECT_EQ(keyIndex().at("keys"), 3);
    comparator->start();
    EXPECT_TRUE(waitKeys(2)) << comparator->log();
    EXPECT_EQ(push("KEY_INDEX").at("detail").at("data_type"), "USER");
}

TEST_F(PushedKeys, KeysThatAreNoIdsKeepTheIndexFromBeingComplete)
{
    legacy->run("CREATE TABLE shops (id TEXT PRIMARY KEY, name TEXT)");
    fresh->run("CREATE TABLE shops (id TEXT PRIMARY KEY, name TEXT)");
    legacy->run("INSERT INTO shops VALUES ('north', 'n'), ('south west', 's')");
    router.start();
    comparator = std::make_unique<Comparator>(options({"--key-index", "SHOP", "--key-index-sweep", "1"}));
    comparator->start();
    ASSERT_TRUE(waitState("KEY_INDEX", "FAILING")) << "there is no such mapping yet";
    Json mapping = peopleMapping("TEXT", Json::array({field("name", "TEXT")}));
    mapping["data_type"] = "SHOP";
    for (const char *side : {"legacy", "new"})
        mapping[side]["table"] = "shops";
    comparator->addCheck(*legacy, *fresh, mapping);
    ASSERT_TRUE(waitKeys(1)) << comparator->log();
    EXPECT_EQ(keyIndex().at("complete"), false);
    EXPECT_TRUE(waitFor([&] { return push("KEY_INDEX").at("detail").value("outside_grammar", Json()) == 1; }));
    EXPECT_EQ(push("KEY_INDEX").at("detail").at("example"), "south west");
    legacy->run("DELETE FROM shops WHERE id = 'south west'");
    EXPECT_TRUE(waitFor([&] { return keyIndex().at("complete") == true; }, std::chrono::seconds(20)));
    legacy->run("ALTER TABLE shops RENAME TO stores");
    ASSERT_TRUE(waitState("KEY_INDEX", "FAILING"));
    EXPECT_TRUE(textOf(push("KEY_INDEX"), "error").starts_with("LEGACY: ")) << push("KEY_INDEX").dump();
    EXPECT_EQ(keyIndex().at("keys"), 1) << "what is not known is not told";
}

// By a comparator that once was asked for them.
TEST_F(PushedKeys, ThatNobodyAsksForAnyMoreDoNotFail)
{
    startBoth();
    ASSERT_TRUE(waitState("HELD", "OK")) << comparator->log();
    EXPECT_EQ(textOf(push("KEY_INDEX"), "state"), "OFF");
    comparator->kill();
    comparator->store()->run("UPDATE router_push SET reached_at = 1, failing_since = 2, failures = 3, error = 'away' WHERE "
                             "what = 'KEY_INDEX'");
    comparator->start();
    EXPECT_EQ(textOf(push("KEY_INDEX"), "state"), "OFF");
    const std::string metrics = comparator->as("viewer").get("/metrics").body;
    EXPECT_EQ(metrics.find("{what=\"KEY_INDEX\"}"), std::string::npos);
    EXPECT_NE(metrics.find("{what=\"HELD\"}"), std::string::npos) << metrics;
}

TEST_F(PushedKeys, OfSetsEachKeyIsToldOnce)
{
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE grants (user_id TEXT NOT NULL, perm TEXT NOT NULL, changed INTEGER, PRIMARY KEY (user_id, perm))");
        side->run("INSERT INTO grants VALUES ('ann', 'read', 1), ('ann', 'write', 1), ('bob', 'read', 2)");
    }
    router.start();
    comparator = std::make_unique<Comparator>(options({"--key-index", "PERMISSION", "--key-index-sweep", "600"}));
    comparator->start();
    Json mapping = peopleMapping(
        "TEXT", Json::array({field("permission", "TEXT", {{"legacy_column", "perm"}, {"new_column", "perm"}})}));
    mapping["data_type"] = "PERMISSION";
    mapping["set_field"] = "permission";
    for (const char *side : {"legacy", "new"})
        mapping[side].update({{"table", "grants"}, {"key", "user_id"}});
    mapping["legacy"]["changed_column"] = "changed";
    comparator->addCheck(*legacy, *fresh, mapping);
    ASSERT_TRUE(waitKeys(2)) << comparator->log();
    EXPECT_EQ(keyIndex().at("complete"), true);
    legacy->run("INSERT INTO grants VALUES ('eve', 'read', 1000), ('eve', 'write', 1000)");
    EXPECT_TRUE(waitKeys(3)) << comparator->log();
}

} // namespace
} // namespace crossfade
