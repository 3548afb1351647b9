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
    EXPECT_EQ(put(body("NEW", "LEGACY", "done"), "3", "admin").status, 200);
    EXPECT_EQ(reasonOf("ann"), "MASTER_NEW");
    const Json entry = router.get("/api/v1/audit?limit=1").at("items")[0];
    EXPECT_EQ(entry.at("action"), "switches.update");
    EXPECT_EQ(entry.at("reason"), "done");
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

TEST_F(SwitchesTest, badInputNamesItsField)
{
    const std::vector<std::pair<Json, std::string>> cases{
        {{{"master", "ON"}, {"default_platform", "NEW"}}, "/master"},
        {{{"master", "OFF"}, {"default_platform", "BOTH"}}, "/default_platform"},
        {{{"master", "OFF"}}, "/default_platform"},
        {{{"master", "OFF"}, {"default_platform", "NEW"}, {"dual_write", true}}, "/dual_write"},
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
