// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What programs push: held users and entities (line 7), LEGACY's keys (line 8b), over real HTTP.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

namespace crossfade {

namespace {

class PushedSets : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }

    TestAnswer push(const std::string &path, const std::string &lines, const std::string &version,
                    const std::string &type = "application/x-ndjson", bool complete = true)
    {
        return router.send({"PUT", path + (complete ? "?complete=true" : "?complete=false"), {}, version, "service"}, lines,
                           type);
    }
    TestAnswer held(const std::string &lines, const std::string &version) { return push("/api/v1/held-entities", lines, version); }
    TestAnswer keys(const std::string &lines, const std::string &version, bool complete = true)
    {
        return push("/api/v1/key-index", lines, version, "text/plain", complete);
    }
    TestAnswer switches(Json change)
    {
        Json body{{"master", "OFF"}, {"default_platform", "LEGACY"}};
        body.update(change);
        const int version = router.get("/api/v1/switches").at("version");
        return router.call({"PUT", "/api/v1/switches", body, std::to_string(version), "operator"});
    }
    std::string reasonOf(const Json &request)
    {
        return router.post("/api/v1/decisions", {{"requests", {request}}}, 200).at("decisions")[0].at("reason");
    }

    RouterService router;
};

std::string users(int from, int to)
{
    std::string lines;
    for (int i = from; i < to; ++i)
        lines += "{\"user_id\":\"user-" + std::to_string(i) + "\"}\n";
    return lines;
}

TEST_F(PushedSets, whoIsHeldStaysOnLegacyUntilAPushLeavesThemOut)
{
    ASSERT_EQ(switches({{"hold_inconsistent", true}}).status, 200);
    const Json rule = userRuleBody("vip");
    router.post("/api/v1/rules", rule);
    Json first = held("{\"user_id\":\"ann\"}\n\n{\"entity_id\":\"17\"}\r\n{\"user_id\":\"vip\"}\n{\"user_id\":\"ann\"}", "1").json;
    EXPECT_EQ(first.at("users"), 2);
    EXPECT_EQ(first.at("entities"), 1);
    EXPECT_EQ(first.at("complete"), true);
    EXPECT_EQ(first.at("changed_by"), "service-1");
    EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(reasonOf({{"user_id", "bob"}, {"entity_id", "17"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(reasonOf({{"user_id", "vip"}}), "USER_RULE"); // rules come first
    EXPECT_EQ(reasonOf({{"user_id", "bob"}}), "DEFAULT_ROUTING");
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "HELD_INCONSISTENT");
    const Json page = router.get("/api/v1/held-entities?limit=1");
    EXPECT_EQ(page.at("total"), 3);
    EXPECT_EQ(page.at("items")[0].at("kind"), "ENTITY");
    const Json rest = router.get("/api/v1/held-entities?limit=5&cursor=" + page.at("next_cursor").get<std::string>());
    ASSERT_EQ(rest.at("items").size(), 2U);
    EXPECT_EQ(rest.at("items")[1].at("id"), "vip");
    EXPECT_TRUE(rest.at("next_cursor").is_null());
    EXPECT_EQ(held("{\"user_id\":\"bob\"}\n", "2").json.at("users"), 1);
    EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonOf({{"user_id", "bob"}}), "HELD_INCONSISTENT");
    // Nobody any more, by an empty push.
    EXPECT_EQ(held("", "3").json.at("users"), 0);
    EXPECT_EQ(reasonOf({{"user_id", "bob"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(router.get("/api/v1/audit?limit=1").at("items")[0].at("action"), "held.push");
}

TEST_F(PushedSets, holdingMovesNobodyBackFromNew)
{
    ASSERT_EQ(router.send({"PUT", "/api/v1/directory", {}, "1"}, "ann\nbob\n", "text/plain").status, 200);
    ASSERT_EQ(switches({{"default_platform", "NEW"}}).status, 200);
    ASSERT_EQ(held("{\"user_id\":\"ann\"}\n{\"entity_id\":\"17\"}\n", "1").status, 200);
    const Json hold{{"master", "OFF"}, {"default_platform", "NEW"}, {"hold_inconsistent", true}};
    const Json change{{"kind", "switches.put"}, {"switches", hold}};
    const Json preview = router.post("/api/v1/previews", {{"changes", {change}}});
    EXPECT_EQ(preview.at("held"), 0);
    EXPECT_EQ(preview.at("to_legacy").at("count"), 0);
    ASSERT_EQ(switches(hold).status, 200);
    for (const char *when : {"at once", "after a restart"}) {
        SCOPED_TRACE(when);
        EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "DEFAULT_ROUTING");
        EXPECT_EQ(reasonOf({{"entity_id", "17"}}), "DEFAULT_ROUTING");
        const Json page = router.get("/api/v1/held-entities");
        EXPECT_EQ(page.at("spared"), 2);
        EXPECT_EQ(page.at("items")[1].at("spared"), true);
        router.kill();
        ASSERT_TRUE(router.start());
    }
    // Whom a push would hold but finds on NEW is spared as well.
    EXPECT_EQ(held("{\"user_id\":\"ann\"}\n{\"user_id\":\"bob\"}\n", "2").json.at("spared"), 2);
    EXPECT_EQ(reasonOf({{"user_id", "bob"}}), "DEFAULT_ROUTING");
}

// Once a rollback took them back they stay, until the difference is gone.
TEST_F(PushedSets, whoWasSparedAndComesBackIsHeldFromTheNextPushOn)
{
    const std::string ann = "{\"user_id\":\"ann\"}\n";
    ASSERT_EQ(switches({{"default_platform", "NEW"}, {"hold_inconsistent", true}}).status, 200);
    EXPECT_EQ(held(ann, "1").json.at("spared"), 1);
    ASSERT_EQ(switches({{"hold_inconsistent", true}}).status, 200); // LEGACY again
    EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(held(ann, "2").json.at("spared"), 0);
    ASSERT_EQ(switches({{"default_platform", "NEW"}, {"hold_inconsistent", true}}).status, 200);
    EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(reasonOf({{"user_id", "bob"}}), "DEFAULT_ROUTING");
    ASSERT_EQ(held("", "3").status, 200);
    const Json history = router.get("/api/v1/users/ann").at("history");
    ASSERT_GE(history.size(), 2U);
    EXPECT_EQ(history[history.size() - 2].at("cause"), "SWITCHES");
    EXPECT_EQ(history[history.size() - 2].at("to"), "LEGACY");
    EXPECT_EQ(history.back().at("cause"), "HELD");
    EXPECT_EQ(history.back().at("to"), "NEW");
}

// Both logs of one transaction are read in the order in which they took effect: nobody seems to come and go.
TEST_F(PushedSets, thoseSparedWhenHoldingBeginsHaveNoEntryInTheirHistory)
{
    ASSERT_EQ(switches({{"default_platform", "NEW"}}).status, 200);
    ASSERT_EQ(held("{\"user_id\":\"ann\"}\n", "1").status, 200);
    const std::size_t before = router.get("/api/v1/users/ann").at("history").size();
    ASSERT_EQ(switches({{"default_platform", "NEW"}, {"hold_inconsistent", true}}).status, 200);
    EXPECT_EQ(router.get("/api/v1/users/ann").at("history").size(), before);
}

// More than one transaction takes: in parts, while decisions and rollbacks go on.
TEST_F(PushedSets, manyHeldUsersComeAndGo)
{
    ASSERT_EQ(switches({{"hold_inconsistent", true}}).status, 200);
    EXPECT_EQ(held(users(0, 30'000), "1").json.at("users"), 30'000);
    EXPECT_EQ(reasonOf({{"user_id", "user-29999"}}), "HELD_INCONSISTENT");
    const Json second = held(users(20'000, 40'000), "2").json;
    EXPECT_EQ(second.at("users"), 20'000);
    EXPECT_EQ(second.at("version"), 3);
    EXPECT_EQ(reasonOf({{"user_id", "user-1"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonOf({{"user_id", "user-20001"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(reasonOf({{"user_id", "user-39999"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

TEST_F(PushedSets, wrongLinesOfHeldAreNamed)
{
    const auto pointer = [&](const std::string &lines) { return pointerOf(held(lines, "1")); };
    EXPECT_EQ(pointer("{\"user_id\":\"ann\"}\n{\"user_id\":\"a b\"}\n"), "/1/user_id");
    EXPECT_EQ(pointer("{\"user_id\":\"ann\",\"entity_id\":\"1\"}\n"), "/0");
    EXPECT_EQ(pointer("{}\n"), "/0");
    EXPECT_EQ(pointer("\"ann\"\n"), "/0");
    EXPECT_EQ(pointer("{\"user_id\":\"ann\",\"since\":1}\n"), "/0/since");
    EXPECT_EQ(held("{\"user_id\":\"ann\"}\n{\n", "1").status, 400);
    EXPECT_EQ(router.get("/api/v1/held-entities").at("version"), 1);
    EXPECT_TRUE(router.get("/api/v1/held-entities").at("updated_at").is_null());
    const TestAnswer silent = router.send({"PUT", "/api/v1/held-entities", {}, "1", "service"}, "", "application/x-ndjson");
    EXPECT_EQ(pointerOf(silent), "?complete");
}

TEST_F(PushedSets, twoHundredThousandKeysDecideAndSurvive)
{
    std::string lines;
    for (int i = 0; i < 200'000; ++i)
        lines += "{\"entity_id\":\"account-" + std::to_string(i) + "\"}\n";
    ASSERT_GT(lines.size(), 4U << 20); // past what an ordinary body may have
    const TestAnswer pushed = push("/api/v1/key-index", lines, "1");
    ASSERT_EQ(pushed.status, 200) << pushed.body;
    EXPECT_EQ(pushed.json.at("keys"), 200'000);
    ASSERT_EQ(switches({{"inserts_to_new", true}, {"not_in_legacy_to_new", true}, {"dual_write", true}}).status, 200);
    const auto decisions = [&] {
        EXPECT_EQ(reasonOf({{"entity_id", "account-0"}}), "DEFAULT_ROUTING");
        EXPECT_EQ(reasonOf({{"entity_id", "account-199999"}}), "DEFAULT_ROUTING");
        EXPECT_EQ(reasonOf({{"entity_id", "account-200000"}}), "NOT_IN_LEGACY");
        EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "DEFAULT_ROUTING");
        const Json write{{"entity_id", "new-1"}, {"operation", "update"}};
        const Json answer = router.post("/api/v1/decisions", {{"requests", {write}}}, 200).at("decisions")[0];
        EXPECT_EQ(answer.at("mode"), "SINGLE");
    };
    decisions();
    router.kill();
    ASSERT_TRUE(router.start());
    decisions();
    // Another push replaces it as a whole.
    EXPECT_EQ(keys("account-200000\n", "2").json.at("keys"), 1);
    EXPECT_EQ(reasonOf({{"entity_id", "account-200000"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonOf({{"entity_id", "account-0"}}), "NOT_IN_LEGACY");
    EXPECT_EQ(keys("account-1\n", "2").status, 412);
}

TEST_F(PushedSets, theSwitchOfTheKeyIndexIsRefusedWithoutWhatItNeeds)
{
    const Json on{{"inserts_to_new", true}, {"not_in_legacy_to_new", true}};
    TestAnswer answer = switches(on);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(pointerOf(answer), "/not_in_legacy_to_new");
    EXPECT_NE(answer.body.find("complete index"), std::string::npos);
    ASSERT_EQ(keys("1\n2\n", "1", false).status, 200); // not the whole of them
    EXPECT_EQ(switches(on).status, 422);
    ASSERT_EQ(keys("1\n2\n", "2").status, 200);
    answer = switches({{"not_in_legacy_to_new", true}});
    EXPECT_EQ(pointerOf(answer), "/not_in_legacy_to_new");
    EXPECT_NE(answer.body.find("inserts_to_new"), std::string::npos);
    ASSERT_EQ(switches(on).status, 200);
    // Now neither may be taken from under it, and everything else may be done.
    EXPECT_EQ(keys("1\n", "3", false).status, 409);
    EXPECT_EQ(switches({{"inserts_to_new", false}}).status, 422);
    EXPECT_EQ(switches({{"master", "LEGACY"}, {"reason", "an emergency"}}).status, 200);
    EXPECT_EQ(switches({{"not_in_legacy_to_new", false}, {"inserts_to_new", false}, {"reason", "over"}}).status, 200);
    EXPECT_EQ(keys("1\n", "3", false).status, 200);
    EXPECT_EQ(router.get("/api/v1/key-index").at("complete"), false);
}

TEST_F(PushedSets, wrongKeysAreNamedAndNothingIsKept)
{
    EXPECT_EQ(pointerOf(keys("1\n2 3\n", "1")), "/1");
    EXPECT_EQ(pointerOf(keys("", "1")), "?complete");
    EXPECT_EQ(push("/api/v1/key-index", "{\"key\":\"1\"}\n", "1").status, 400);
    EXPECT_EQ(keys("1\n", "9").status, 412);
    EXPECT_EQ(pointerOf(router.send({"PUT", "/api/v1/key-index?complete=perhaps", {}, "1", "service"}, "1\n", "text/plain")),
              "?complete");
    for (const char *role : {"admin", "operator", "viewer", "agent"})
        EXPECT_EQ(router.send({"PUT", "/api/v1/key-index?complete=true", {}, "1", role}, "1\n", "text/plain").status, 403);
    EXPECT_EQ(router.get("/api/v1/key-index"), (Json{{"keys", 0}, {"complete", false}, {"updated_at", nullptr},
                                                     {"changed_by", "service"}, {"version", 1}}));
}

} // namespace

} // namespace crossfade
