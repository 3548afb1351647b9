// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whoever rolls back is told who stays on NEW all the same, and by what.
#include "tests/services/router/groupfixture.h"

namespace crossfade {
namespace {

class RollbackTold : public GroupTest {
protected:
    std::string covered(const std::string &name, const std::string &system, const Json &changes = Json::object()) {
        Json body{{"policy_name", name}, {"target_system", system}, {"guards", Json::array()}, {"stabilization_seconds", 600}};
        body.update(changes);
        const std::string id = router.post("/api/v1/shift-policies", body).at("id");
        EXPECT_EQ(actOn(id, "shift").status, 200);
        return id;
    }
    TestAnswer actOn(const std::string &policy, const std::string &name, Json body = Json::object()) {
        body["reason"] = "now";
        return router.call({"POST", "/api/v1/shift-policies/" + policy + "/" + name, body, {}, "operator"});
    }
    Json all() { return router.post("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "now"}}, 200); }
    static std::string reasonsOf(const Json &answer) {
        std::string all;
        for (const Json &one : answer.at("still_new_by"))
            all += one.at("reason").get<std::string>() + " ";
        return all;
    }
    void switches(const Json &changes) {
        Json body = router.get("/api/v1/switches");
        for (const char *field : {"updated_at", "changed_by", "version"})
            body.erase(field);
        body.update(changes);
        body["reason"] = "test";
        const TestAnswer answer = router.putApproved(body);
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
};

TEST_F(RollbackTold, everythingIsBackWhereNothingElseNamesNew) {
    switches({{"default_platform", "LEGACY"}});
    covered("everybody", "*");
    EXPECT_EQ(all().at("still_new_by"), Json::array());
}

TEST_F(RollbackTold, rulesSwitchesAndListsAreNamed) {
    switches({{"default_platform", "LEGACY"}, {"id_threshold", 1'000}});
    router.post("/api/v1/rules", userRuleBody("ann"));
    router.post("/api/v1/rules", {{"config_name", "shop early"}, {"config_type", "SYSTEM_BASED"}, {"target_entity", "shop"},
                                  {"target_platform", "NEW"}});
    const std::string shop = covered("shop policy", "shop");
    const std::string bank = covered("bank policy", "bank");
    const TestAnswer ofShop = actOn(shop, "rollback");
    ASSERT_EQ(ofShop.status, 200) << ofShop.body;
    EXPECT_EQ(reasonsOf(ofShop.json), "USER_RULE SYSTEM_RULE ID_THRESHOLD ");
    EXPECT_EQ(ofShop.json.at("still_new_by").at(0).at("count"), 1);
    EXPECT_EQ(ofShop.json.at("still_new_by").at(1).at("names"), Json{"shop early"});
    EXPECT_EQ(reasonsOf(actOn(bank, "rollback").json), "USER_RULE ID_THRESHOLD ") << "the rule is another system's";
    EXPECT_FALSE(router.get("/api/v1/shift-policies/" + shop + "/shift").contains("still_new_by")) << "of the act alone";
    EXPECT_EQ(reasonsOf(all()), "USER_RULE SYSTEM_RULE ID_THRESHOLD ");
    // The same answer to the same key.
    const RouterService::Call keyed{"POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "now"}}, {}, "operator",
                                    {{"Idempotency-Key", "still-new"}}};
    EXPECT_EQ(router.call(keyed).json, router.call(keyed).json);
}

TEST_F(RollbackTold, aRollbackUnderMasterNewSaysThatNobodyIsBack) {
    const std::string id = covered("shop policy", "shop");
    const std::string group = createWith("stores", 2, {{"guards", Json::array()}});
    ASSERT_EQ(act(group, "shift").status, 200);
    ASSERT_TRUE(waitGroup(group, "COMPLETED"));
    switches({{"master", "NEW"}});
    const TestAnswer one = actOn(id, "rollback");
    ASSERT_EQ(one.status, 200) << one.body;
    EXPECT_EQ(reasonsOf(one.json), "MASTER_NEW ");
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    const TestAnswer ofGroup = act(group, "rollback");
    ASSERT_EQ(ofGroup.status, 200) << ofGroup.body;
    EXPECT_EQ(reasonsOf(ofGroup.json), "MASTER_NEW ");
    EXPECT_EQ(decide("u00").at("platform"), "NEW") << "as it was told";
    // Everything ends the master switch too.
    switches({{"default_platform", "LEGACY"}});
    EXPECT_EQ(all().at("still_new_by"), Json::array());
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
}

TEST_F(RollbackTold, oneBatchLeavesTheOthers) {
    switches({{"default_platform", "LEGACY"}});
    const std::string id = createWith("stores", 5, {{"guards", Json::array()}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    const TestAnswer one = act(id, "rollback", {{"batch", 0}});
    ASSERT_EQ(one.status, 200) << one.body;
    ASSERT_EQ(reasonsOf(one.json), "USER_GROUP ");
    EXPECT_EQ(one.json.at("still_new_by").at(0).at("names"), Json{"stores"});
    EXPECT_EQ(one.json.at("still_new_by").at(0).at("detail"), "3 users are on NEW by 1 user group");
    EXPECT_EQ(act(id, "rollback").json.at("still_new_by"), Json::array());
}

} // namespace
} // namespace crossfade
