// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crossfade {

TEST(Users, areTracedToTheChangeThatMovedThem)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    router.call({"PUT", "/api/v1/switches",
                 {{"master", "OFF"}, {"default_platform", "LEGACY"}, {"reason", "start careful"}}, "1"});
    const Json fresh = router.get("/api/v1/users/ann");
    EXPECT_EQ(fresh.at("decision").at("platform"), "LEGACY");
    EXPECT_EQ(fresh.at("history").size(), 1U);
    EXPECT_EQ(fresh.at("changed_by"), "admin-1");
    EXPECT_EQ(fresh.at("change_reason"), "start careful");

    const Json rule = router.post("/api/v1/rules", userRuleBody("ann", "NEW"));
    router.post("/api/v1/rules", userRuleBody("bob", "NEW"));
    Json system = userRuleBody("shop", "BOTH");
    system["config_type"] = "SYSTEM_BASED";
    router.post("/api/v1/rules", system);

    const Json ann = router.get("/api/v1/users/ann?system_id=shop");
    EXPECT_EQ(ann.at("decision").at("rule_id"), rule.at("id"));
    ASSERT_EQ(ann.at("history").size(), 2U);
    EXPECT_EQ(ann.at("history")[1].at("cause"), "RULE");
    EXPECT_EQ(ann.at("history")[1].at("from"), "LEGACY");
    EXPECT_EQ(ann.at("history")[1].at("to"), "NEW");
    EXPECT_EQ(ann.at("history")[1].at("at"), rule.at("created_at"));
    EXPECT_EQ(ann.at("since"), rule.at("created_at"));
    const Json &trace = ann.at("decision").at("trace");
    EXPECT_EQ(std::count_if(trace.begin(), trace.end(), [](const Json &line) { return line.at("decides") == true; }), 1);

    EXPECT_EQ(router.get("/api/v1/users/cy?system_id=shop").at("history")[1].at("to"), "BOTH");
    EXPECT_EQ(router.get("/api/v1/users/cy").at("history").size(), 1U);
    const TestAnswer bad = router.call({"GET", "/api/v1/users/a%20b", {}});
    EXPECT_EQ(bad.status, 422);
    const TestAnswer system2 = router.call({"GET", "/api/v1/users/ann?system_id=a%20b", {}});
    EXPECT_EQ(pointerOf(system2), "?system_id");
}

// Lines 7 and 8, by entity and interface too: why, since when, by whose change.
TEST(Users, areTracedThroughListsKeysAndHolds)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    const auto switches = [&](Json change, const std::string &reason) {
        Json body{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"inserts_to_new", true}, {"reason", reason}};
        body.update(change);
        const int version = router.get("/api/v1/switches").at("version");
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", body, std::to_string(version), "operator"}).status, 200);
    };
    // "line cause actor reason" of what decides.
    const auto deciding = [&](const std::string &query) {
        const Json user = router.get("/api/v1/users/ann" + query);
        const Json &change = user.at("deciding");
        return user.at("decision").at("line").get<std::string>() + " " + change.at("cause").get<std::string>() + " " +
               change.at("actor").get<std::string>() + " " + change.at("reason").get<std::string>();
    };
    const auto push = [&](const std::string &path, const std::string &lines) {
        const RouterService::Call call{"PUT", path + "?complete=true", {}, "1", "service", {{"X-Reason", "full%20check"}}};
        ASSERT_EQ(router.send(call, lines, "application/x-ndjson").status, 200);
    };
    switches(Json::object(), "careful");
    EXPECT_EQ(deciding(""), "11 SWITCHES operator-1 careful");
    push("/api/v1/key-index", "{\"entity_id\":\"1\"}\n{\"entity_id\":\"2\"}\n{\"entity_id\":\"17\"}\n");
    switches({{"not_in_legacy_to_new", true}, {"id_threshold", 1'000}, {"hold_inconsistent", true}}, "phase 6");
    EXPECT_EQ(deciding("?entity_id=1000"), "8a SWITCHES operator-1 phase 6");
    EXPECT_EQ(deciding("?entity_id=3"), "8b SWITCHES operator-1 phase 6");
    EXPECT_EQ(deciding("?entity_id=2"), "11 SWITCHES operator-1 careful");
    for (const char *kind : {"ENTITY", "USER", "INTERFACE"}) {
        const std::string name = std::string(kind) + "-list";
        router.post("/api/v1/gray-lists", {{"name", name}, {"kind", kind}});
        const Json ids = kind == std::string("ENTITY") ? "17" : kind == std::string("USER") ? "bob" : "profile";
        router.post("/api/v1/gray-lists/" + name + "/entries",
                    {{"entries", Json::array({ids})}, {"reason", std::string("pilot ") + kind}}, 200);
    }
    EXPECT_EQ(deciding("?entity_id=17"), "8c GRAY_LIST admin-1 pilot ENTITY");
    EXPECT_EQ(deciding("?entity_id=2&interface=profile"), "8c GRAY_LIST admin-1 pilot INTERFACE");
    EXPECT_EQ(deciding(""), "11 SWITCHES operator-1 careful");
    push("/api/v1/held-entities", "{\"entity_id\":\"2\"}\n{\"user_id\":\"ann\"}\n");
    EXPECT_EQ(deciding("?entity_id=2"), "7 HELD service-1 full check");
    EXPECT_EQ(deciding(""), "7 HELD service-1 full check");
    const Json user = router.get("/api/v1/users/ann?entity_id=17&interface=profile");
    EXPECT_EQ(user.at("entity_id"), "17");
    EXPECT_EQ(user.at("interface"), "profile");
    EXPECT_TRUE(user.at("system_id").is_null());
    for (const char *name : {"system_id", "entity_id", "interface"})
        EXPECT_EQ(pointerOf(router.call({"GET", "/api/v1/users/ann?" + std::string(name) + "=a%20b", {}})),
                  "?" + std::string(name));
}

// Earlier keys are in no log: a later push is not told as what moved those who were on NEW before it.
TEST(Users, areNotMovedByEveryPushOfTheKeys)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    const auto push = [&](const std::string &version) {
        return router.send({"PUT", "/api/v1/key-index?complete=true", {}, version, "service"}, "1\n2\n", "text/plain").status;
    };
    ASSERT_EQ(push("1"), 200);
    const Json body{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"inserts_to_new", true},
                    {"not_in_legacy_to_new", true}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", body, "1", "operator"}).status, 200);
    const Json before = router.get("/api/v1/users/ann?entity_id=3");
    EXPECT_EQ(before.at("decision").at("line"), "8b");
    EXPECT_EQ(before.at("deciding").at("cause"), "SWITCHES");
    EXPECT_EQ(before.at("history"), Json::array()); // on NEW by default, and then by the keys
    ASSERT_EQ(push("2"), 200);
    const Json after = router.get("/api/v1/users/ann?entity_id=3");
    EXPECT_EQ(after.at("deciding"), before.at("deciding"));
    EXPECT_EQ(after.at("history"), before.at("history"));
}

TEST(Decisions, answerEachRequestInOrder)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    router.post("/api/v1/rules", userRuleBody("ann", "BOTH"));
    Json requests = Json::array();
    requests.push_back({{"user_id", "ann"}, {"operation", "update"}});
    requests.push_back({{"user_id", "ann"}, {"operation", "list"}});
    requests.push_back({{"user_id", "bob"}});
    requests.push_back({{"operation", "read"}});
    const Json answer = router.post("/api/v1/decisions", {{"requests", requests}}, 200);
    ASSERT_EQ(answer.at("decisions").size(), 4U);
    EXPECT_EQ(answer.at("decisions")[0].at("mode"), "DUAL_WRITE");
    EXPECT_EQ(answer.at("decisions")[0].at("primary"), "LEGACY");
    EXPECT_EQ(answer.at("decisions")[0].at("rule_reason"), "test");
    EXPECT_EQ(answer.at("decisions")[1].at("mode"), "COMPARE");
    EXPECT_EQ(answer.at("decisions")[2].at("line"), "11");
    EXPECT_FALSE(answer.at("decisions")[2].contains("trace"));
    const Json traced = router.post("/api/v1/decisions?trace=true", {{"requests", {{{"user_id", "ann"}}}}}, 200);
    EXPECT_EQ(traced.at("decisions")[0].at("trace").size(), 15U);
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", Json::array()}}, 200).at("decisions"), Json::array());
}

TEST(Decisions, takeTenThousandAndNotOneMore)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    Json requests = Json::array();
    for (int i = 0; i < 10'000; ++i)
        requests.push_back({{"user_id", "user-" + std::to_string(i)}});
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", requests}}, 200).at("decisions").size(), 10'000U);
    requests.push_back({{"user_id", "one-more"}});
    const TestAnswer tooMany = router.call({"POST", "/api/v1/decisions", {{"requests", requests}}});
    EXPECT_EQ(tooMany.status, 422);
    EXPECT_EQ(pointerOf(tooMany), "/requests");
}

TEST(Decisions, badInputNamesItsField)
{
    RouterService router;
    ASSERT_TRUE(router.start()) << router.log();
    const auto pointer = [&](const Json &request) {
        const Json body{{"requests", {{{"user_id", "ann"}}, request}}};
        const TestAnswer answer = router.call({"POST", "/api/v1/decisions", body});
        EXPECT_EQ(answer.status, 422) << request;
        return pointerOf(answer);
    };
    EXPECT_EQ(pointer(Json::object()), "/requests/1");
    EXPECT_EQ(pointer(5), "/requests/1");
    EXPECT_EQ(pointer({{"user_id", "a:b"}}), "/requests/1/user_id");
    EXPECT_EQ(pointer({{"user_id", std::string(101, 'a')}}), "/requests/1/user_id");
    EXPECT_EQ(pointer({{"system_id", ""}}), "/requests/1/system_id");
    EXPECT_EQ(pointer({{"user_id", "a"}, {"operation", "drop"}}), "/requests/1/operation");
    EXPECT_EQ(pointer({{"user_id", "a"}, {"at", "now"}}), "/requests/1/at");
    EXPECT_EQ(pointer({{"user_id", "a"}, {"tenant", "x"}}), "/requests/1/tenant");
    EXPECT_EQ(pointerOf(router.call({"POST", "/api/v1/decisions", Json::object()})), "/requests");
    EXPECT_EQ(pointerOf(router.call({"POST", "/api/v1/decisions?trace=yes", {{"requests", Json::array()}}})), "?trace");
}

} // namespace crossfade
