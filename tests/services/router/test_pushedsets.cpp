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

// Changes are good only on top of what the same source has pushed last.
TEST_F(PushedSets, changesOfWhoIsHeldFollowTheWholeOfTheirSource)
{
    ASSERT_EQ(switches({{"hold_inconsistent", true}}).status, 200);
    const auto whole = [&](const char *source, int epoch, const std::string &lines, const std::string &version) {
        const std::string path = std::string("/api/v1/held-entities?complete=true&source=") + source + "&epoch=" + std::to_string(epoch);
        return router.send({"PUT", path, {}, version, "service"}, lines, "application/x-ndjson");
    };
    const auto changes = [&](const char *source, int epoch, const std::string &lines, const std::string &version) {
        const std::string path = std::string("/api/v1/held-entities?source=") + source + "&epoch=" + std::to_string(epoch);
        return router.send({"PATCH", path, {}, version, "service"}, lines, "application/x-ndjson");
    };
    const std::string ann = R"({"user_id":"ann","held":true})" "\n";
    EXPECT_EQ(changes("one", 5, ann, "1").status, 409) << "nothing to build on";
    ASSERT_EQ(whole("one", 4, "{\"user_id\":\"bob\"}\n", "1").status, 200);
    const Json told = router.get("/api/v1/held-entities");
    EXPECT_EQ(told.at("source"), "one");
    EXPECT_EQ(told.at("source_epoch"), 4);
    const TestAnswer added = changes("one", 5, ann + R"({"user_id":"bob","held":false})" "\n" R"({"entity_id":"7","held":true})", "2");
    ASSERT_EQ(added.status, 200) << added.body;
    EXPECT_EQ(added.json.at("users"), 1);
    EXPECT_EQ(added.json.at("entities"), 1);
    EXPECT_EQ(added.json.at("source_epoch"), 5);
    EXPECT_EQ(added.json.at("complete"), true);
    EXPECT_EQ(reasonOf({{"user_id", "ann"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(reasonOf({{"user_id", "bob"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(changes("one", 6, ann, "2").status, 412) << "whoever did not hear of it asks first";
    EXPECT_EQ(changes("two", 6, ann, "3").status, 409);
    EXPECT_EQ(changes("one", 3, ann, "3").status, 409) << "older than what is known";
    EXPECT_EQ(pointerOf(changes("one", 6, R"({"user_id":"ann"})", "3")), "/0/held");
    EXPECT_EQ(changes("one", 6, "{", "3").status, 400);
    // The last line about one counts.
    EXPECT_EQ(changes("one", 6, ann + R"({"user_id":"ann","held":false})", "3").json.at("users"), 0);
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(router.get("/api/v1/held-entities").at("source_epoch"), 6);
    // The same whole again changes nothing; what somebody else has changed needs the whole.
    EXPECT_EQ(whole("one", 6, "{\"entity_id\":\"7\"}\n", "4").json.at("version"), 4);
    ASSERT_EQ(held("{\"user_id\":\"zoe\"}\n", "4").status, 200);
    EXPECT_TRUE(router.get("/api/v1/held-entities").at("source").is_null());
    EXPECT_EQ(changes("one", 7, ann, "5").status, 409);
    // As a router of before these changes does, which knows of no source.
    ASSERT_EQ(whole("one", 7, ann.substr(0, 0), "5").status, 200);
    ASSERT_TRUE(router.store()->execute("UPDATE held_set SET version = version + 1"));
    EXPECT_TRUE(router.get("/api/v1/held-entities").at("source").is_null());
    EXPECT_EQ(changes("one", 8, ann, "7").status, 409);
    // One that died in the middle of its parts leaves a set that nothing is built on.
    ASSERT_EQ(whole("one", 8, "", "7").status, 200);
    ASSERT_TRUE(router.store()->execute("UPDATE held_set SET push = 'torn'"));
    EXPECT_EQ(changes("one", 9, ann, "8").status, 409);
    EXPECT_EQ(whole("one", 9, "{\"user_id\":\"ann\"}\n", "8").status, 200);
    EXPECT_EQ(changes("one", 10, R"({"user_id":"ann","held":false})", "9").json.at("users"), 0);
}

TEST_F(PushedSets, whoWasSparedAndComesBackIsHeldByAChangeToo)
{
    ASSERT_EQ(switches({{"default_platform", "NEW"}, {"hold_inconsistent", true}}).status, 200);
    const std::string source = "source=one&epoch=";
    ASSERT_EQ(router.send({"PUT", "/api/v1/held-entities?complete=true&" + source + "1", {}, "1", "service"}, "",
                          "application/x-ndjson").status, 200);
    const auto tell = [&](const char *epoch, const char *version) {
        return router.send({"PATCH", "/api/v1/held-entities?" + source + epoch, {}, version, "service"},
                           R"({"user_id":"ann","held":true})", "application/x-ndjson").json;
    };
    EXPECT_EQ(tell("2", "2").at("spared"), 1);
    ASSERT_EQ(switches({{"hold_inconsistent", true}}).status, 200); // LEGACY again
    EXPECT_EQ(tell("3", "3").at("spared"), 0);
}

TEST_F(PushedSets, keysOfLegacyAreAddedToTheIndex)
{
    const auto add = [&](const std::string &lines, const std::string &version) {
        return router.send({"PATCH", "/api/v1/key-index", {}, version, "service"}, lines, "text/plain");
    };
    EXPECT_EQ(add("1\n", "1").status, 409) << "there is no index yet";
    ASSERT_EQ(keys("1\n2\n", "1").status, 200);
    EXPECT_EQ(switches({{"inserts_to_new", true}, {"not_in_legacy_to_new", true}}).status, 200);
    EXPECT_EQ(reasonOf({{"user_id", "ann"}, {"entity_id", "3"}}), "NOT_IN_LEGACY");
    const TestAnswer added = add("3\n1\n0\n", "2");
    ASSERT_EQ(added.status, 200) << added.body;
    EXPECT_EQ(added.json.at("keys"), 4);
    EXPECT_EQ(added.json.at("complete"), true);
    EXPECT_EQ(reasonOf({{"user_id", "ann"}, {"entity_id", "3"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonOf({{"user_id", "ann"}, {"entity_id", "0"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(add("3\n2\n", "3").json.at("version"), 3) << "what is known is no change";
    EXPECT_EQ(add("4\n", "2").status, 412);
    EXPECT_EQ(pointerOf(add("5\nno id\n", "3")), "/1");
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(router.get("/api/v1/key-index").at("keys"), 4);
    EXPECT_EQ(reasonOf({{"user_id", "ann"}, {"entity_id", "0"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonOf({{"user_id", "ann"}, {"entity_id", "5"}}), "NOT_IN_LEGACY");
    ASSERT_EQ(keys("7\n", "3").status, 200);
    EXPECT_EQ(router.store()->query("SELECT count(*) FROM key_index_part")->front().integer(0), 1);
}

TEST_F(PushedSets, consistencyIsToldAgainAndAgain)
{
    EXPECT_EQ(router.get("/api/v1/consistency").at("source"), Json());
    const Json check{{"check_name", "users"}, {"data_type", "USER"}, {"status", "SUCCESS"}, {"consistency_percentage", 99.5},
                     {"checked_at", "2026-01-01T00:00:00.000Z"}};
    const auto tell = [&](int sequence, Json checks) {
        const Json body{{"source", "one"}, {"sequence", sequence}, {"valid_seconds", 5}, {"checks", std::move(checks)}};
        return router.call({"POST", "/api/v1/consistency", body, "", "service"});
    };
    ASSERT_EQ(tell(7, {check}).status, 200);
    EXPECT_EQ(tell(6, Json::array()).status, 409) << "of one that stood still";
    EXPECT_EQ(pointerOf(tell(7, {check, check})), "/checks/1/check_name");
    EXPECT_EQ(pointerOf(tell(7, {{{"check_name", "users"}, {"status", "SUCCESS"}}})), "/checks/0/status");
    router.kill();
    ASSERT_TRUE(router.start());
    const Json told = router.get("/api/v1/consistency");
    EXPECT_EQ(told.at("checks").at(0).at("consistency_percentage"), 99.5);
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/consistency").at("fresh") == false; }, std::chrono::seconds(10)));
    EXPECT_EQ(tell(6, Json::array()).status, 200) << "what counts no longer keeps nobody out";
    EXPECT_EQ(tell(5, {check}).status, 409);
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

// More than go into one statement.
TEST_F(PushedSets, manyAreSparedAtOnce)
{
    ASSERT_EQ(switches({{"default_platform", "NEW"}}).status, 200);
    ASSERT_EQ(held(users(0, 1'234), "1").status, 200);
    ASSERT_EQ(switches({{"default_platform", "NEW"}, {"hold_inconsistent", true}}).status, 200);
    for (const char *when : {"at once", "after a restart"}) {
        SCOPED_TRACE(when);
        EXPECT_EQ(router.get("/api/v1/held-entities?limit=1").at("spared"), 1'234);
        EXPECT_EQ(reasonOf({{"user_id", "user-1233"}}), "DEFAULT_ROUTING");
        router.kill();
        ASSERT_TRUE(router.start());
    }
    ASSERT_EQ(switches({{"hold_inconsistent", true}}).status, 200); // LEGACY again
    const Json back = held(users(0, 1'000), "2").json;
    EXPECT_EQ(back.at("spared"), 0);
    EXPECT_EQ(back.at("users"), 1'000);
    ASSERT_EQ(switches({{"default_platform", "NEW"}, {"hold_inconsistent", true}}).status, 200);
    EXPECT_EQ(reasonOf({{"user_id", "user-7"}}), "HELD_INCONSISTENT");
    EXPECT_EQ(reasonOf({{"user_id", "user-1233"}}), "DEFAULT_ROUTING");
    EXPECT_EQ(router.get("/api/v1/users/user-7").at("deciding").at("cause"), "HELD");
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
