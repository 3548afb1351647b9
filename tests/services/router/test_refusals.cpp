// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Refusals are told apart by code, whatever their sentences say.

#include "tests/services/router/shiftfixture.h"

namespace crossfade {

namespace {

class RefusalsTest : public ShiftTest {
protected:
    static std::string told(const TestAnswer &answer)
    {
        std::string text = std::to_string(answer.status) + " " + answer.json.value("code", "");
        for (const Json &value : answer.json.value("values", Json::array()))
            text += " " + value.get<std::string>();
        return text;
    }
};

TEST_F(RefusalsTest, theirCodesStayAndTheirValuesStandApart)
{
    const TestAnswer rule = router.call({"POST", "/api/v1/rules", userRuleBody("ann")});
    const std::string path = "/api/v1/rules/" + rule.json.at("id").get<std::string>();
    ASSERT_EQ(router.call({"PATCH", path, {{"priority", 7}}, "1"}).status, 200);
    EXPECT_EQ(told(router.call({"PATCH", path, {{"priority", 8}}, "1"})), "412 STALE_VERSION 2");
    EXPECT_EQ(told(router.call({"PATCH", path, {{"priority", 8}}})), "428 VERSION_NEEDED");
    EXPECT_EQ(told(router.call({"PATCH", path, {{"priority", -1}}, "2"})), "422 INVALID");
    EXPECT_EQ(told(router.call({"GET", path, {}, {}, ""})), "401 TOKEN_NEEDED");
    EXPECT_EQ(told(router.call({"DELETE", path, {}, "2", "agent"})), "403 ROLE_NEEDED operator, admin");
    EXPECT_EQ(told(router.call({"GET", "/api/v1/rules/none", {}})), "404 NOT_FOUND");
    const auto keyed = [&](const std::string &user) {
        return router.call({"POST", "/api/v1/rules", userRuleBody(user), {}, "operator", {{"Idempotency-Key", "k"}}});
    };
    ASSERT_EQ(keyed("bob").status, 201);
    EXPECT_EQ(told(keyed("cid")), "422 KEY_OF_ANOTHER");
    EXPECT_EQ(keyed("cid").json.at("detail"), "this Idempotency-Key was used with another body");
}

TEST_F(RefusalsTest, aCommandThatDoesNotFitNamesItselfAndTheState)
{
    const std::string id = createPolicy();
    const TestAnswer refused = router.call({"POST", pathOf(id, "/resume"), {{"reason", "go"}}, {}, "operator"});
    EXPECT_EQ(told(refused), "409 COMMAND_DOES_NOT_FIT resume DRAFT");
    EXPECT_EQ(refused.json.at("detail"), "resume does not fit the state DRAFT");
    const Json second = policyBody({{"policy_name", "another"}});
    ASSERT_EQ(act(id, "shift"), 200);
    const TestAnswer made = router.call({"POST", "/api/v1/shift-policies", second});
    ASSERT_EQ(made.status, 201) << made.body;
    const TestAnswer covered =
        router.call({"POST", pathOf(made.json.at("id"), "/shift"), {{"reason", "go"}}, {}, "operator"});
    EXPECT_EQ(told(covered), "409 SYSTEM_COVERED *");
}

} // namespace

} // namespace crossfade
