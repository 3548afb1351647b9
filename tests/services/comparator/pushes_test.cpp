// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a real comparator tells a real router by itself: who is to be held, LEGACY's keys, how consistent the platforms are;
// whoever of the two dies.
#include "app/comparator/heldrules.h"
#include "tests/services/comparator/fixture.h"
#include "tests/services/comparator/goodtraffic.h"
#include "tests/services/comparator/routerprocess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <thread>

namespace crossfade {
namespace {

using Strings = std::set<std::string>;

class Pushes : public testing::Test {
protected:
    void SetUp() override
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()}) {
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, changed INTEGER)");
            side->run("INSERT INTO people VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)");
        }
    }
    std::vector<std::string> options(const std::vector<std::string> &more = {}) const
    {
        std::vector<std::string> all{"--router", router.url(), "--router-token-file", router.tokenFile("service")};
        std::ranges::copy(more, std::back_inserter(all));
        return all;
    }
    void startBoth(const std::vector<std::string> &more = {}, const std::string &dataType = "USER")
    {
        router.start();
        comparator = std::make_unique<Comparator>(options(more));
        comparator->start();
        addCheck(*comparator, dataType);
    }
    void addCheck(const Comparator &at, const std::string &dataType = "USER")
    {
        Json mapping = peopleMapping("INTEGER", Json::array({field("name", "TEXT")}));
        mapping["data_type"] = dataType;
        mapping["legacy"]["changed_column"] = "changed";
        check = at.addCheck(*legacy, *fresh, mapping);
    }
    Json held() const { return router.as("viewer").get("/api/v1/held-entities?limit=1000").json; }
    Strings heldIds(const std::string &kind = "USER") const
    {
        Strings ids;
        const Json page = held();
        if (!page.is_object() || !page.contains("items")) return {"unanswered"};
        for (const Json &one : page.at("items")) {
            if (one.at("kind") == kind) ids.insert(one.at("id").get<std::string>());
        }
        return ids;
    }
    bool waitHeld(const Strings &ids, const std::string &kind = "USER")
    {
        return waitFor([&] { return heldIds(kind) == ids; }, std::chrono::seconds(45));
    }
    Json push(const std::string &what) const
    {
        const TestAnswer answer = comparator->as("viewer").get("/api/v1/status");
        if (answer.status != 200) return Json::object();
        for (const Json &one : answer.json.at("router").at("pushes")) {
            if (one.at("what") == what) return one;
        }
        return Json::object();
    }
    bool waitState(const std::string &what, const std::string &state)
    {
        return waitFor([&] { return textOf(push(what), "state") == state; }, std::chrono::seconds(45));
    }
    Json keyIndex() const { return router.as("viewer").get("/api/v1/key-index").json; }
    bool waitKeys(int keys)
    {
        return waitFor([&] { return keyIndex().value("keys", Json()) == keys; }, std::chrono::seconds(30));
    }
    Json told() const { return router.as("viewer").get("/api/v1/consistency").json; }

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"), false);
    RouterProcess router;
    std::unique_ptr<Comparator> comparator;
    std::string check;
};

TEST_F(Pushes, WhoHasADifferenceIsHeldUntilItIsGone)
{
    startBoth();
    ASSERT_TRUE(waitState("HELD", "OK")) << comparator->log();
    EXPECT_EQ(held().at("complete"), true) << "nobody is held: that is told, too";
    const std::string source = textOf(held(), "source");
    EXPECT_TRUE(source.starts_with("comparator-")) << source;
    fresh->run("UPDATE people SET name = 'x' WHERE id = 2");
    fresh->run("DELETE FROM people WHERE id = 3");
    comparator->fullRun(check);
    ASSERT_TRUE(waitHeld({"2", "3"})) << comparator->log();
    const Json first = held();
    EXPECT_EQ(textOf(first, "source"), source);
    const Json status = comparator->as("viewer").get("/api/v1/status").json.at("router");
    EXPECT_EQ(status.at("held").at("users"), 2);
    EXPECT_EQ(status.at("held").at("changes_waiting"), 0);
    // Who came and who went are told as changes: the set keeps its source, and those who stay their time.
    fresh->run("UPDATE people SET name = 'b' WHERE id = 2");
    fresh->run("UPDATE people SET name = 'y' WHERE id = 4");
    comparator->fullRun(check);
    ASSERT_TRUE(waitHeld({"3", "4"})) << comparator->log();
    const Json second = held();
    EXPECT_GT(second.at("source_epoch"), first.at("source_epoch"));
    const auto sinceOf = [](const Json &page, const char *id) {
        for (const Json &one : page.at("items")) {
            if (one.at("id") == id) return textOf(one, "since");
        }
        return std::string();
    };
    EXPECT_EQ(sinceOf(second, "3"), sinceOf(first, "3"));
    // Resolved by a person, but with a repair that waits: held until that is decided.
    const Json difference = comparator->all("/api/v1/differences?resolved=false&entity_id=4").at(0);
    const TestAnswer made = comparator->as("operator").post(
        "/api/v1/repairs", {{"difference_ids", {textOf(difference, "id")}}, {"reason", "needed"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string repair = textOf(made.json.at("items").at(0), "id");
    comparator->as("operator").post("/api/v1/differences/" + textOf(difference, "id") + "/resolve", {{"notes", "known"}});
    fresh->run("INSERT INTO people VALUES (3, 'c', 3)");
    comparator->fullRun(check);
    ASSERT_TRUE(waitFor([&] { return !heldIds().contains("3"); }, std::chrono::seconds(30)));
    const std::string metrics = comparator->as("viewer").get("/metrics").body;
    EXPECT_NE(metrics.find("crossfade_router_push_failing_seconds{what=\"HELD\"} 0"), std::string::npos) << metrics;
    comparator->as("approver").post("/api/v1/repairs/" + repair + "/reject", {{"reason", "no"}});
    const bool open = !comparator->all("/api/v1/differences?resolved=false&entity_id=4").empty();
    EXPECT_TRUE(waitHeld(open ? Strings{"4"} : Strings{})) << comparator->log();
    EXPECT_EQ(router.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
}

TEST_F(Pushes, OfOtherDataTypesEntitiesAreHeldAndOfSomeNobody)
{
    startBoth({"--held-nobody", "LOG", "--held-users", "USER"}, "STORE");
    fresh->run("UPDATE people SET name = 'x' WHERE id = 2");
    comparator->fullRun(check);
    EXPECT_TRUE(waitHeld({"2"}, "ENTITY")) << comparator->log();
    EXPECT_TRUE(heldIds("USER").empty());
}

TEST_F(Pushes, NothingIsLostByWhoeverIsKilled)
{
    startBoth();
    ASSERT_TRUE(waitState("HELD", "OK"));
    Strings broken;
    for (int round = 1; round <= 4; ++round) {
        SCOPED_TRACE(round);
        const std::string id = std::to_string(round);
        fresh->run("UPDATE people SET name = 'x" + id + "' WHERE id = " + id);
        broken.insert(id);
        if (round == 2) router.kill();
        comparator->fullRun(check);
        if (round == 1 || round == 3) comparator->kill(); // whatever it was doing
        if (round == 2) {
            EXPECT_TRUE(waitState("HELD", "FAILING"));
            comparator->kill();
            router.start();
        }
        if (round == 4) {
            router.kill();
            router.start();
        } else {
            comparator->start();
        }
        EXPECT_TRUE(waitHeld(broken)) << comparator->log();
    }
    fresh->run("UPDATE people SET name = 'a' WHERE id = 1");
    broken.erase("1");
    comparator->fullRun(check);
    EXPECT_TRUE(waitHeld(broken)) << comparator->log();
}

TEST_F(Pushes, WhereTheRouterHasAnotherSetItIsToldTheWhole)
{
    startBoth();
    fresh->run("UPDATE people SET name = 'x' WHERE id = 2");
    comparator->fullRun(check);
    ASSERT_TRUE(waitHeld({"2"}));
    const std::string version = std::to_string(held().at("version").get<int>());
    const TestAnswer other = router.as("service").send(
        "PUT", "/api/v1/held-entities?complete=true", "{\"user_id\":\"zoe\"}\n",
        {{"Content-Type", "application/x-ndjson"}, {"If-Match", "\"" + version + "\""}});
    ASSERT_EQ(other.status, 200) << other.body;
    EXPECT_TRUE(other.json.at("source").is_null());
    EXPECT_TRUE(waitHeld({"2"})) << comparator->log();
}

TEST_F(Pushes, ManyAreToldInPages)
{
    for (TestDatabase *side : {legacy.get(), fresh.get()})
        side->run("WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 12009) INSERT INTO people SELECT i, "
                  "'n', i FROM n");
    startBoth();
    fresh->run("UPDATE people SET name = 'x' WHERE id >= 10");
    comparator->fullRun(check);
    const auto users = [&] { return held().value("users", Json()); };
    ASSERT_TRUE(waitFor([&] { return users() == 12'000; }, std::chrono::seconds(60))) << comparator->log();
    fresh->run("UPDATE people SET name = 'n' WHERE id >= 20");
    comparator->fullRun(check);
    ASSERT_TRUE(waitFor([&] { return users() == 10; }, std::chrono::seconds(60))) << comparator->log();
    EXPECT_EQ(comparator->store()->one("SELECT count(*) FROM router_held"), "10");
    EXPECT_TRUE(waitFor([&] { return comparator->store()->one("SELECT count(*) FROM router_held_changes") == "0"; }))
        << "what the router has is not kept";
}

TEST_F(Pushes, LegacysKeysFollowWhatComesAndWhatGoes)
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

TEST_F(Pushes, KeysThatAreNoIdsKeepTheIndexFromBeingComplete)
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
}

// Who has permissions is not who there is: a table of them adds nobody, and takes nobody away.
TEST_F(Pushes, SetsAreNoTablesOfKeys)
{
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE grants (user_id INTEGER NOT NULL, perm TEXT NOT NULL, PRIMARY KEY (user_id, perm))");
        side->run("INSERT INTO grants VALUES (1, 'read'), (1, 'write'), (77, 'read')");
    }
    router.start();
    comparator = std::make_unique<Comparator>(options({"--key-index", "USER", "--key-index-sweep", "1"}));
    comparator->start();
    Json member = field("permission", "TEXT");
    member["legacy_column"] = member["new_column"] = "perm";
    Json sets = peopleMapping("INTEGER", Json::array({member}));
    sets["set_field"] = "permission";
    for (const char *side : {"legacy", "new"})
        sets[side].update({{"table", "grants"}, {"key", "user_id"}});
    (void)comparator->addCheck(*legacy, *fresh, sets, "permissions");
    ASSERT_TRUE(waitState("KEY_INDEX", "FAILING")) << comparator->log(); // that alone tells of nobody
    addCheck(*comparator);
    ASSERT_TRUE(waitKeys(4)) << comparator->log();
    EXPECT_EQ(keyIndex().at("complete"), true);
    EXPECT_EQ(comparator->as("viewer").get("/api/v1/status").status, 200); // the process is the same one
}

TEST_F(Pushes, AGuardJudgesByWhatTheComparatorTells)
{
    startBoth();
    const Json success{{"id", "success"}, {"metric", "authentication_success_rate"}, {"threshold", 99}, {"window_seconds", 3},
                       {"min_samples", 5}};
    const Json consistency{{"id", "consistency"},  {"metric", "consistency_percentage"},
                           {"check_name", "users"}, {"threshold", 99},
                           {"window_seconds", 3'600}};
    const TestAnswer made = router.as("lead").post("/api/v1/shift-policies", {{"policy_name", "people"},
                                                                             {"target_system", "*"},
                                                                             {"shift_increment", 5},
                                                                             {"stabilization_seconds", 1},
                                                                             {"interval_seconds", 1},
                                                                             {"guards", {success, consistency}}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string path = "/api/v1/shift-policies/" + textOf(made.json, "id");
    const GoodTraffic traffic(router.as("observer"), textOf(made.json, "id"));
    const TestAnswer shifted = router.as("lead").post(path + "/shift", {{"target_percentage", 5}, {"reason", "test"}});
    ASSERT_EQ(shifted.status / 100, 2) << shifted.body;
    const auto checkTold = [&](const char *field) {
        const Json all = told();
        for (const Json &one : all.value("checks", Json::array())) {
            if (one.at("check_name") == "users") return one.at(field);
        }
        return Json("not told");
    };
    EXPECT_TRUE(waitFor([&] { return checkTold("status").is_null(); }));
    comparator->fullRun(check);
    EXPECT_TRUE(waitFor([&] { return checkTold("consistency_percentage") == 100.0; })) << comparator->log();
    EXPECT_EQ(checkTold("status"), "SUCCESS");
    EXPECT_EQ(checkTold("data_type"), "USER");
    const auto verdict = [&] {
        const TestAnswer guards = router.as("viewer").get(path + "/guards");
        if (guards.status != 200) return guards.body;
        for (const Json &one : guards.json.at("items")) {
            if (textOf(one.at("guard"), "id") == "consistency") return textOf(one, "verdict");
        }
        return guards.body;
    };
    const auto judged = [&](const char *word) {
        return waitFor([&] { return verdict() == word; }, std::chrono::seconds(40));
    };
    EXPECT_TRUE(judged("PASS")) << verdict();
    // A row without a key cannot be judged: what is told is a bound, and no guard goes by it.
    fresh->run("DROP TABLE people");
    fresh->run("CREATE TABLE people (id INTEGER, name TEXT, changed INTEGER)");
    fresh->run("CREATE UNIQUE INDEX people_id ON people (id)");
    fresh->run("INSERT INTO people VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4), (NULL, 'e', 5)");
    comparator->waitRun(comparator->startRun(check), {"FINISHED", "FAILED"});
    EXPECT_TRUE(waitFor([&] { return checkTold("status") == "PARTIAL"; })) << told().dump();
    EXPECT_TRUE(judged("SOURCE_ERROR")) << verdict();
    fresh->run("DELETE FROM people WHERE id IS NULL");
    comparator->fullRun(check);
    EXPECT_TRUE(judged("PASS")) << verdict();
    // One that is dead is not believed any more, and a rollback does not wait for it.
    comparator->kill();
    EXPECT_TRUE(judged("STALE")) << verdict();
    EXPECT_EQ(told().at("fresh"), false);
    const TestAnswer back = router.as("lead").post(path + "/rollback", {{"target_percentage", 0}, {"reason", "test"}});
    EXPECT_LT(back.status, 300) << back.body;
    // A router that was started since goes by what it was told last, for as long as that counts.
    comparator->start();
    EXPECT_TRUE(judged("PASS")) << verdict();
}

TEST_F(Pushes, ARouterThatIsAwayForLongIsAnAlertHereAndThere)
{
    startBoth({"--router-alert-after", "2"});
    ASSERT_TRUE(waitState("HELD", "OK"));
    router.kill();
    ASSERT_TRUE(waitFor([&] { return push("HELD").value("alerted", Json()) == true; }, std::chrono::seconds(60))) << push("HELD").dump();
    EXPECT_EQ(textOf(push("HELD"), "state"), "FAILING");
    EXPECT_FALSE(textOf(push("HELD"), "error").empty());
    EXPECT_EQ(comparator->as("viewer").get("/readyz").status, 200) << "checks and repairs go on";
    router.start();
    ASSERT_TRUE(waitState("HELD", "OK"));
    EXPECT_EQ(push("HELD").at("alerted"), false);
    EXPECT_TRUE(waitFor(
        [&] {
            return std::ranges::any_of(router.alerts(), [](const Json &alert) {
                return alert.at("type") == "ROUTER_PUSH_FAILING" && alert.at("subject_id") == "HELD";
            });
        },
        std::chrono::seconds(40)));
}

// Two replicas of the router and two comparators, each pair on one PostgreSQL database.
TEST(PushesOfMany, GoOnWithWhoeverIsLeft)
{
    TempDir dir;
    const auto legacy = newPostgres();
    const auto fresh = newPostgres();
    for (TestDatabase *side : {legacy.get(), fresh.get()}) {
        side->run("CREATE TABLE people (id BIGINT PRIMARY KEY, name TEXT)");
        side->run("INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }
    RouterProcess first(true);
    RouterProcess second(first);
    first.start();
    second.start();
    const std::vector<std::string> options{"--router", first.url(), second.url(), "--router-token-file",
                                           first.tokenFile("service"), "--key-index", "USER", "--key-index-sweep", "1"};
    Comparator one(options, true);
    one.start();
    Comparator two(one, options);
    two.start();
    const std::string check = one.addCheck(*legacy, *fresh, peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    const auto heldAt = [](const RouterProcess &router) {
        const TestAnswer answer = router.as("viewer").get("/api/v1/held-entities");
        Strings ids;
        if (answer.status != 200) return Strings{"unanswered"};
        for (const Json &item : answer.json.at("items"))
            ids.insert(item.at("id").get<std::string>());
        return ids;
    };
    const auto waitHeldAt = [&](const RouterProcess &router, const Strings &ids) {
        return waitFor([&] { return heldAt(router) == ids; }, std::chrono::seconds(45));
    };
    fresh->run("UPDATE people SET name = 'x' WHERE id = 1");
    one.fullRun(check);
    EXPECT_TRUE(waitHeldAt(first, {"1"})) << one.log() << two.log();
    EXPECT_TRUE(waitHeldAt(second, {"1"}));
    const auto leads = [](const Comparator &at) {
        return at.as("viewer").get("/api/v1/status").json.at("leads").get<bool>();
    };
    EXPECT_NE(leads(one), leads(two));
    // The leader dies, and the router it spoke with; the other one of each goes on.
    Comparator &leader = leads(one) ? one : two;
    Comparator &other = leads(one) ? two : one;
    leader.kill();
    first.kill();
    fresh->run("UPDATE people SET name = 'y' WHERE id = 2");
    legacy->run("INSERT INTO people VALUES (9, 'z')");
    other.fullRun(check);
    EXPECT_TRUE(waitHeldAt(second, {"1", "2", "9"})) << other.log();
    const auto keys = [&] { return second.as("viewer").get("/api/v1/key-index").json.value("keys", Json()); };
    EXPECT_TRUE(waitFor([&] { return keys() == 4; }, std::chrono::seconds(30))) << other.log();
    // The one that is back finds what was done meanwhile.
    first.start();
    leader.start();
    EXPECT_TRUE(waitHeldAt(first, {"1", "2", "9"}));
    second.kill();
    fresh->run("UPDATE people SET name = 'a' WHERE id = 1");
    other.fullRun(check);
    EXPECT_TRUE(waitHeldAt(first, {"2", "9"})) << other.log();
}

TEST(HeldRulesTest, sayWhoIsHeldForWhom)
{
    const HeldRules rules{{"USER", "ROLE"}, {"AUDIT"}};
    EXPECT_EQ(heldIdOf(rules, "USER", "ann", 1), (HeldId{"USER", "ann"}));
    EXPECT_EQ(heldIdOf(rules, "ROLE", "ann|admin", 2), (HeldId{"USER", "ann"}));
    EXPECT_EQ(heldIdOf(rules, "ROLE", "a\\|b|admin", 2), (HeldId{"USER", "a|b"}));
    EXPECT_EQ(heldIdOf(rules, "ROLE", "ann", 2), HeldId{}) << "no such key";
    EXPECT_EQ(heldIdOf(rules, "STORE", "4711", 1), (HeldId{"ENTITY", "4711"}));
    EXPECT_EQ(heldIdOf(rules, "AUDIT", "1", 1), HeldId{});
    EXPECT_EQ(heldIdOf(rules, "USER", "Ann Lee", 1), HeldId{}) << "no id of the router";
    EXPECT_EQ(heldIdOf(rules, "USER", std::string(101, 'a'), 1), HeldId{});
}

} // namespace
} // namespace crossfade
