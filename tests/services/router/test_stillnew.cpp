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

// Under forward only nobody would be back: the act ends that, whatever it takes back.
TEST_F(RollbackTold, everyRollbackEndsForwardOnly) {
    switches({{"default_platform", "LEGACY"}});
    const std::string shop = covered("shop policy", "shop");
    const std::string bank = covered("bank policy", "bank");
    const std::string group = createWith("stores", 4, {{"guards", Json::array()}});
    ASSERT_EQ(act(group, "shift").status, 200);
    ASSERT_TRUE(waitGroup(group, "COMPLETED"));
    const auto last = [&] { return router.get("/api/v1/audit?action=switches.update&limit=1").at("items")[0]; };
    const auto ended = [&](const std::function<TestAnswer()> &rollBack) {
        switches({{"forward_only", true}});
        EXPECT_EQ(decide("somebody").at("reason"), "FORWARD_ONLY");
        const TestAnswer answer = rollBack();
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer.json.at("forward_only_ended"), true) << answer.body;
        EXPECT_EQ(answer.json.at("still_new_by").is_array(), true);
        EXPECT_EQ(decide("somebody").at("platform"), "LEGACY");
        EXPECT_EQ(router.get("/api/v1/switches").at("forward_only"), false);
        EXPECT_EQ(last().at("before").at("forward_only"), true) << "audited";
        EXPECT_EQ(last().at("after").at("forward_only"), false);
        EXPECT_EQ(last().at("reason"), "now");
    };
    ended([&] { return actOn(shop, "rollback"); });
    ended([&] { return act(group, "rollback", {{"batch", 0}, {"reason", "now"}}); });
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(decide("u02").at("platform"), "NEW") << "the other batch stays";
    ended([&] { return act(group, "rollback", {{"reason", "now"}}); });
    const auto many = [&](const Json &scope) {
        Json body = scope;
        body["reason"] = "now";
        return router.call({"POST", "/api/v1/rollbacks", body, {}, "operator"});
    };
    ended([&] { return many({{"scope", "POLICIES"}, {"policy_ids", {bank}}}); });
    ended([&] { return many({{"scope", "GROUPS"}, {"group_ids", {group}}}); });
    EXPECT_EQ(actOn(shop, "rollback").json.at("forward_only_ended"), false) << "it was off";
}

TEST_F(RollbackTold, aPreviewUnderForwardOnlyShowsWhatTheActDoes) {
    switches({{"default_platform", "LEGACY"}});
    const std::string id = createWith("stores", 4, {{"guards", Json::array()}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    ASSERT_EQ(router.send({"PUT", "/api/v1/directory", {}, "1"}, "u00\nu01\nu02\nother\n", "text/plain").status, 200);
    switches({{"forward_only", true}});
    const TestAnswer preview =
        router.call({"POST", "/api/v1/previews", {{"changes", {{{"kind", "group.rollback"}, {"group_id", id}}}}}});
    ASSERT_EQ(preview.status, 201) << preview.body;
    EXPECT_EQ(preview.json.at("to_legacy").at("count"), 4) << "who is in no group, too";
}

// The one that is out of control does not wait for the one that cannot go back.
TEST_F(RollbackTold, ofThoseNamedEachGoesBackThatCan) {
    switches({{"default_platform", "LEGACY"}});
    const std::string running = covered("shop policy", "shop");
    const std::string ended = covered("bank policy", "bank");
    ASSERT_EQ(actOn(ended, "rollback").status, 200);
    ASSERT_EQ(actOn(ended, "finalize").status, 200);
    const Json draftBody{{"policy_name", "draft"}, {"target_system", "later"}, {"guards", Json::array()}};
    const std::string draft = router.post("/api/v1/shift-policies", draftBody).at("id");
    const auto back = [&](const Json &ids) {
        return router.call({"POST", "/api/v1/rollbacks", {{"scope", "POLICIES"}, {"policy_ids", ids}, {"reason", "now"}}, {}, "operator"});
    };
    const TestAnswer answer = back({ended, draft, "gone", running});
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json &items = answer.json.at("items");
    ASSERT_EQ(items.size(), 4U);
    EXPECT_EQ(items[0].at("policy_id"), running);
    EXPECT_EQ(items[0].at("state"), "ROLLED_BACK");
    EXPECT_TRUE(items[0].at("refused").is_null());
    EXPECT_EQ(router.get("/api/v1/shift-policies/" + running + "/shift").at("state"), "ROLLED_BACK");
    EXPECT_EQ(items[1].at("policy_id"), "gone") << "found to be missing first";
    EXPECT_EQ(items[1].at("refused").at("detail"), "there is no such shift policy");
    EXPECT_EQ(items[2].at("policy_name"), "bank policy");
    EXPECT_EQ(items[2].at("state"), "FINALIZED");
    EXPECT_EQ(items[2].at("refused").at("code"), "COMMAND_DOES_NOT_FIT");
    EXPECT_EQ(items[2].at("refused").at("values"), (Json{"rollback", "FINALIZED"}));
    EXPECT_EQ(items[3].at("refused").at("values"), (Json{"rollback", "DRAFT"}));
    EXPECT_EQ(back({ended, draft}).status, 409) << "none of them";
    EXPECT_EQ(pointerOf(back({"gone", "gone-too"})), "/policy_ids/0");
}

TEST_F(RollbackTold, soDoGroups) {
    switches({{"default_platform", "LEGACY"}});
    const std::string running = createWith("stores", 2, {{"guards", Json::array()}});
    ASSERT_EQ(act(running, "shift").status, 200);
    ASSERT_TRUE(waitGroup(running, "COMPLETED"));
    const std::string draft = createGroup("later");
    const auto back = [&](const Json &ids) {
        return router.call({"POST", "/api/v1/rollbacks", {{"scope", "GROUPS"}, {"group_ids", ids}, {"reason", "now"}}, {}, "operator"});
    };
    const TestAnswer answer = back({draft, "gone", running});
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json &groups = answer.json.at("groups");
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].at("users"), 2);
    EXPECT_TRUE(groups[0].at("refused").is_null());
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(groups[1].at("group_id"), "gone");
    EXPECT_EQ(groups[2].at("group_name"), "later");
    EXPECT_EQ(groups[2].at("refused").at("code"), "GROUP_TAKES_NO") << answer.body;
    EXPECT_EQ(back({draft}).status, 409);
}

// Without the store too: the ones that can go back do, and forward only ends with them.
TEST_F(RollbackTold, soItIsWhileTheStoreIsSilent) {
    switches({{"default_platform", "LEGACY"}});
    const std::string running = covered("shop policy", "shop");
    const std::string other = covered("bank policy", "bank");
    ASSERT_EQ(actOn(other, "rollback").status, 200);
    ASSERT_EQ(actOn(other, "finalize").status, 200);
    switches({{"forward_only", true}});
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const Json body{{"scope", "POLICIES"}, {"policy_ids", {other, running}}, {"reason", "now"}};
    const TestAnswer done = router.call({"POST", "/api/v1/rollbacks", body, {}, "operator"});
    ASSERT_EQ(done.status, 202) << done.body;
    ASSERT_EQ(done.json.at("items").size(), 1U);
    EXPECT_EQ(done.json.at("items")[0].at("policy_id"), running);
    EXPECT_EQ(done.json.at("forward_only_ended"), true);
    EXPECT_EQ(done.json.at("master_ended"), false);
    EXPECT_EQ(decide("somebody").at("platform"), "LEGACY");
    thief->rollback();
    ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }));
    EXPECT_EQ(router.get("/api/v1/switches").at("forward_only"), false);
    EXPECT_EQ(router.get("/api/v1/shift-policies/" + running + "/shift").at("state"), "ROLLED_BACK");
    EXPECT_EQ(decide("somebody").at("platform"), "LEGACY");
}

} // namespace
} // namespace crossfade
