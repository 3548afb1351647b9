// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A policy of one system starts while the policy for * covers its users.
#include "tests/services/router/shiftfixture.h"

namespace crossfade {
namespace {

class ShiftTakeover : public ShiftTest {
protected:
    // The policy for * at 10 %, stopped there.
    std::string everybodyAtTen() {
        const std::string id = createPolicy({{"policy_name", "everybody"}, {"stabilization_seconds", 600}});
        load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        EXPECT_EQ(act(id, "suspend"), 200);
        load.reset();
        return id;
    }
    std::string shopPolicy(Json changes = Json::object()) {
        changes["policy_name"] = "shop";
        changes["target_system"] = "shop";
        return createPolicy(changes);
    }
    // platform, reason, bucket of a thousand users of one system, the policy left out.
    Json served(const std::string &system) {
        Json requests = Json::array();
        for (int i = 0; i < 1'000; ++i)
            requests.push_back({{"user_id", "u" + std::to_string(i)}, {"system_id", system}});
        requests.push_back({{"system_id", system}});
        const Json answer = router.post("/api/v1/decisions", {{"requests", requests}}, 200);
        Json places = Json::array();
        for (const Json &decision : answer.at("decisions"))
            places.push_back({decision.at("platform"), decision.at("reason"), decision.at("bucket")});
        return places;
    }
    std::unique_ptr<Traffic> load;
};

TEST_F(ShiftTakeover, movesNobodyAndGoesOnFromThere) {
    const std::string star = everybodyAtTen();
    std::string ids;
    for (int i = 0; i < 1'000; ++i)
        ids += "u" + std::to_string(i) + "\n";
    ASSERT_EQ(router.send({"PUT", "/api/v1/directory", {}, "1"}, ids, "text/plain").status, 200);
    const std::string id = shopPolicy();
    ASSERT_NE(policy(id).at("salt"), policy(star).at("salt"));
    const Json before = served("shop");
    const Json preview = router.post(
        "/api/v1/previews",
        {{"changes", {{{"kind", "shift.percentage"}, {"policy_id", id}, {"percentage", 10}}}}}, 201);
    EXPECT_EQ(preview.at("known_users"), 1'000);
    EXPECT_EQ(preview.at("to_new").at("count"), 0);
    EXPECT_EQ(preview.at("to_legacy").at("count"), 0);

    EXPECT_EQ(act(id, "shift", {{"target_percentage", 9}}), 422) << "that would move some back";
    const TestAnswer started =
        router.call({"POST", pathOf(id, "/shift"), {{"reason", "on its own"}}, {}, "operator"});
    ASSERT_EQ(started.status, 200) << started.body;
    EXPECT_EQ(started.json.at("percentage"), 10);
    EXPECT_EQ(started.json.at("state"), "STABILIZING");
    EXPECT_EQ(served("shop"), before);
    EXPECT_EQ(policy(id).at("salt"), policy(star).at("salt"));
    const Json entry = history(id).back();
    EXPECT_EQ(entry.at("cause"), "TOOK_OVER");
    EXPECT_EQ(entry.at("from_percentage"), 10) << "nobody moved";
    EXPECT_EQ(entry.at("to_percentage"), 10);
    EXPECT_EQ(entry.at("epoch"), started.json.at("epoch"));
    const Json decision =
        router.post("/api/v1/decisions",
                    {{"requests", {{{"user_id", "u1"}, {"system_id", "shop"}}}}}, 200)
            .at("decisions")[0];
    EXPECT_EQ(decision.at("policy_id"), id);
    EXPECT_EQ(decision.at("epoch"), started.json.at("epoch"));
    // "Since when" does not change for anybody by it.
    EXPECT_EQ(router.get("/api/v1/users/u1?system_id=shop").at("history").size(),
              router.get("/api/v1/users/u1?system_id=crm").at("history").size());

    load = traffic(id);
    ASSERT_TRUE(waitPercentage(id, 20)) << shift(id).dump();
    EXPECT_EQ(percentageOf(star), 10);
}

TEST_F(ShiftTakeover, isRefusedWhereSomebodyWouldMove) {
    everybodyAtTen();
    const std::string id = shopPolicy({{"users_without_id", "NEW"}});
    const TestAnswer refused =
        router.call({"POST", pathOf(id, "/shift"), {{"reason", "x"}}, {}, "operator"});
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("users_without_id"), std::string::npos) << refused.body;
    EXPECT_EQ(stateOf(id), "DRAFT");
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"users_without_id", "LEGACY"}, {"max_shift_percentage", 9}}, "1"}).status, 200);
    EXPECT_EQ(act(id, "shift"), 409);
}

TEST_F(ShiftTakeover, itsEndGivesNobodyBackToThePolicyForAll) {
    everybodyAtTen();
    const std::string id = shopPolicy({{"stabilization_seconds", 600}});
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_EQ(act(id, "rollback"), 200);
    const Json rolledBack = served("shop");
    const TestAnswer refused = router.call(
        {"DELETE", pathOf(id), {}, std::to_string(policy(id).at("version").get<int>())});
    EXPECT_EQ(refused.status, 409) << "a tenth of its users would be on NEW again";
    ASSERT_EQ(act(id, "finalize"), 200);
    Json after = served("shop");
    ASSERT_EQ(after.size(), rolledBack.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        EXPECT_EQ(after[i][0], rolledBack[i][0]);
        EXPECT_EQ(after[i][1], "SYSTEM_RULE");
    }
}

} // namespace
} // namespace crossfade
