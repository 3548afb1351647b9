// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

namespace crossfade {

namespace {

class SwitchesTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }

    TestAnswer put(const Json &body, const std::string &version, const std::string &roles = "admin")
    {
        return router.call({"PUT", "/api/v1/switches", body, version, roles});
    }
    std::string reasonOf(const std::string &user)
    {
        return router.post("/api/v1/decisions", {{"requests", {{{"user_id", user}}}}}, 200)
            .at("decisions")[0]
            .at("reason");
    }

    RouterService router;
};

Json body(const char *master, const char *platform, const char *reason)
{
    return {{"master", master}, {"default_platform", platform}, {"reason", reason}};
}

} // namespace

TEST_F(SwitchesTest, startAsTheSourceDoes)
{
    const TestAnswer answer = router.call({"GET", "/api/v1/switches", {}});
    EXPECT_EQ(answer.header("etag"), "\"1\"");
    EXPECT_EQ(answer.json.at("master"), "OFF");
    EXPECT_EQ(answer.json.at("default_platform"), "NEW");
}

TEST_F(SwitchesTest, masterDecidesAtOnceAndIsAudited)
{
    EXPECT_EQ(put(body("OFF", "LEGACY", ""), "1").status, 200);
    EXPECT_EQ(reasonOf("ann"), "DEFAULT_ROUTING");
    EXPECT_EQ(put(body("LEGACY", "LEGACY", "NEW is down"), "2", "operator").status, 200);
    EXPECT_EQ(reasonOf("ann"), "MASTER_LEGACY");
    EXPECT_EQ(router.putApproved(body("NEW", "LEGACY", "done")).status, 200);
    EXPECT_EQ(reasonOf("ann"), "MASTER_NEW");
    const Json entry = router.get("/api/v1/audit?limit=1").at("items")[0];
    EXPECT_EQ(entry.at("action"), "switches.update");
    EXPECT_EQ(entry.at("reason"), "admin-1 asked: done; approver-1 approved: agreed");
    EXPECT_EQ(entry.at("before").at("master"), "LEGACY");
    EXPECT_EQ(entry.at("after").at("master"), "NEW");
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(reasonOf("ann"), "MASTER_NEW");
}

TEST_F(SwitchesTest, masterNewNeedsAdmin)
{
    EXPECT_EQ(put(body("NEW", "LEGACY", "why not"), "1", "operator").status, 403);
    EXPECT_EQ(put(body("LEGACY", "LEGACY", "rollback"), "1", "operator").status, 200);
    EXPECT_EQ(put(body("OFF", "LEGACY", "over"), "2", "operator").status, 200);
}

TEST_F(SwitchesTest, aChangeOfMasterNeedsAReason)
{
    for (const char *reason : {"", "   "}) {
        const TestAnswer answer = put(body("LEGACY", "LEGACY", reason), "1");
        EXPECT_EQ(answer.status, 422);
        EXPECT_EQ(pointerOf(answer), "/reason");
    }
    EXPECT_EQ(router.get("/api/v1/switches").at("version"), 1);
    const TestAnswer byHeader =
        router.call({"PUT", "/api/v1/switches", {{"master", "LEGACY"}, {"default_platform", "LEGACY"}},
                     "1", "admin", {{"X-Reason", "NEW%20is%20down"}}});
    EXPECT_EQ(byHeader.status, 200);
    EXPECT_EQ(put(body("LEGACY", "NEW", ""), "2").status, 200);
}

// What is decided with every switch on is decided so again after a sudden death.
TEST_F(SwitchesTest, theOthersDecideAndSurvive)
{
    Json all = body("OFF", "LEGACY", "second stage");
    all.update({{"dual_write", true},
                {"aggregation", true},
                {"inserts_to_new", true},
                {"id_threshold", 1'000},
                {"read_compare_percent", 100}});
    ASSERT_EQ(put(all, "1", "operator").status, 200);
    const auto decided = [&] {
        Json requests = Json::array();
        for (const auto &[operation, entity] : std::vector<std::pair<const char *, const char *>>{
                 {"read", "999"}, {"read", "1000"}, {"list", "999"}, {"insert", "999"}, {"update", "999"},
                 {"update", "1000"}})
            requests.push_back({{"user_id", "ann"}, {"operation", operation}, {"entity_id", entity}});
        std::vector<std::string> words;
        const Json answer = router.post("/api/v1/decisions", {{"requests", requests}}, 200);
        for (const Json &one : answer.at("decisions"))
            words.push_back(one.at("reason").get<std::string>() + " " + one.at("platform").get<std::string>() +
                            " " + one.at("mode").get<std::string>() + " " +
                            one.at("primary").get<std::string>());
        return words;
    };
    const std::vector<std::string> expected{
        "DEFAULT_ROUTING LEGACY COMPARE LEGACY", "ID_THRESHOLD NEW COMPARE NEW",
        "DEFAULT_ROUTING BOTH AGGREGATE LEGACY", "NEW_DATA NEW SINGLE NEW",
        "DEFAULT_ROUTING BOTH DUAL_WRITE LEGACY", "ID_THRESHOLD NEW SINGLE NEW"};
    EXPECT_EQ(decided(), expected);
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(decided(), expected);
    // What is left out stays; null takes the threshold away.
    ASSERT_EQ(put(body("OFF", "NEW", ""), "2").status, 200);
    Json switches = router.get("/api/v1/switches");
    EXPECT_EQ(switches.at("dual_write"), true);
    EXPECT_EQ(switches.at("id_threshold"), 1'000);
    EXPECT_EQ(switches.at("read_compare_percent"), 100.0);
    Json none = body("OFF", "NEW", "");
    none["id_threshold"] = nullptr;
    none["dual_write"] = false;
    ASSERT_EQ(put(none, "3").status, 200);
    switches = router.get("/api/v1/switches");
    EXPECT_EQ(switches.at("dual_write"), false);
    EXPECT_TRUE(switches.at("id_threshold").is_null());
    EXPECT_EQ(switches.at("aggregation"), true);
}

TEST_F(SwitchesTest, forwardOnlyIsForAdminsAndEndsWithARollbackOfEverything)
{
    Json last = body("OFF", "LEGACY", "the last stage");
    last["forward_only"] = true;
    EXPECT_EQ(put(last, "1", "operator").status, 403);
    Json silent = last;
    silent["reason"] = "";
    EXPECT_EQ(pointerOf(put(silent, "1")), "/reason");
    ASSERT_EQ(router.putApproved(last).status, 200);
    EXPECT_EQ(reasonOf("ann"), "FORWARD_ONLY");
    const TestAnswer back =
        router.call({"POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "back"}}, {}, "operator"});
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(back.json.at("forward_only_ended"), true);
    EXPECT_EQ(reasonOf("ann"), "DEFAULT_ROUTING");
    EXPECT_EQ(router.get("/api/v1/switches").at("forward_only"), false);
}

// Under master LEGACY forward only waits: neither preparing it nor letting it loose is an operator's.
TEST_F(SwitchesTest, masterLegacyIsNoWayAroundTheAdmin)
{
    ASSERT_EQ(put(body("LEGACY", "LEGACY", "NEW is down"), "1", "operator").status, 200);
    Json hidden = body("LEGACY", "LEGACY", "later");
    hidden["forward_only"] = true;
    EXPECT_EQ(put(hidden, "2", "operator").status, 403);
    ASSERT_EQ(router.putApproved(hidden).status, 200);
    EXPECT_EQ(reasonOf("ann"), "MASTER_LEGACY");
    EXPECT_EQ(put(body("OFF", "LEGACY", "over"), "3", "operator").status, 403);
    const TestAnswer back =
        router.call({"POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "back"}}, {}, "operator"});
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(back.json.at("forward_only_ended"), true);
    EXPECT_EQ(router.get("/api/v1/switches").at("master"), "LEGACY");
}

// A preview of some switches leaves the others as they are.
TEST_F(SwitchesTest, aPreviewStartsFromWhatHolds)
{
    Json on = body("OFF", "LEGACY", "");
    on["dual_write"] = true;
    ASSERT_EQ(put(on, "1").status, 200);
    const Json change{{"kind", "switches.put"}, {"switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}}}};
    const TestAnswer preview = router.call({"POST", "/api/v1/previews", {{"changes", {change}}}});
    ASSERT_EQ(preview.status, 201) << preview.body;
    EXPECT_EQ(preview.json.at("to_new").at("count"), 0);
}

TEST_F(SwitchesTest, badInputNamesItsField)
{
    const std::vector<std::pair<Json, std::string>> cases{
        {{{"master", "ON"}, {"default_platform", "NEW"}}, "/master"},
        {{{"master", "OFF"}, {"default_platform", "BOTH"}}, "/default_platform"},
        {{{"master", "OFF"}}, "/default_platform"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"dual_write", "yes"}}, "/dual_write"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"dual_writes", true}}, "/dual_writes"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"forward_only", 1}}, "/forward_only"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"id_threshold", -1}}, "/id_threshold"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"id_threshold", "7"}}, "/id_threshold"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"read_compare_percent", 101}}, "/read_compare_percent"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"read_compare_percent", 0.001}}, "/read_compare_percent"},
        {{{"master", 1}, {"default_platform", "NEW"}}, "/master"},
        {Json::array(), ""}};
    for (const auto &[input, pointer] : cases) {
        const TestAnswer answer = put(input, "1");
        EXPECT_EQ(answer.status, 422) << input;
        EXPECT_EQ(pointerOf(answer), pointer) << input;
    }
    EXPECT_EQ(put(body("OFF", "NEW", ""), "9").status, 412);
    EXPECT_EQ(put(body("OFF", "NEW", ""), "").status, 428);
    EXPECT_EQ(put(body("OFF", "NEW", ""), "x").status, 400);
}

} // namespace crossfade
