// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What must move nobody: deleting a policy that is back at 0 %, turning a finished one into a rule, deleting a group.
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/shiftfixture.h"

namespace crossfade {
namespace {

class NobodyMoves : public ShiftTest {
protected:
    void switches(const Json &change) {
        Json body{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"reason", "test"}};
        body.update(change);
        const std::string version = std::to_string(router.get("/api/v1/switches").at("version").get<int>());
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", body, version}).status, 200);
    }
    // "NEW PERCENTAGE"
    std::string served(const Json &request) {
        const Json one = router.post("/api/v1/decisions", {{"requests", {request}}}, 200).at("decisions")[0];
        return one.at("platform").get<std::string>() + " " + one.at("reason").get<std::string>();
    }
    // Rolled back to 0 % after its start.
    std::string rolledBack(Json changes = Json::object()) {
        changes["stabilization_seconds"] = 600;
        const std::string id = createPolicy(changes);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_EQ(act(id, "rollback"), 200);
        return id;
    }
    // At 100 %.
    std::string completed(const Json &changes) {
        Json whole{{"stabilization_seconds", 0}, {"shift_increment", 100}, {"max_shift_percentage", 100},
                   {"users_without_id", "NEW"}};
        whole.update(changes);
        const std::string id = createPolicy(whole);
        const auto load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(30))) << shift(id).dump();
        return id;
    }
    TestAnswer remove(const std::string &id) {
        return router.call({"DELETE", pathOf(id), {}, std::to_string(policy(id).at("version").get<int>())});
    }
    TestAnswer finalize(const std::string &id) {
        return router.call({"POST", pathOf(id, "/finalize"), {{"reason", "migrated"}}, {}, "operator"});
    }
    // What finalizing would move, "" if it was let through; then it has changed nothing.
    std::string wouldMove(const std::string &id) {
        const Json rules = router.get("/api/v1/rules");
        const Json before = router.get("/api/v1/switches");
        const TestAnswer answer = finalize(id);
        if (answer.status == 200) return {};
        EXPECT_EQ(answer.status, 409) << answer.body;
        EXPECT_EQ(answer.json.at("code"), "FINALIZE_MOVES") << answer.body;
        EXPECT_EQ(router.get("/api/v1/rules"), rules);
        EXPECT_EQ(router.get("/api/v1/switches"), before);
        EXPECT_EQ(stateOf(id), "COMPLETED");
        return answer.json.at("values")[0];
    }
    static Json ofShop(Json request) {
        request["system_id"] = "shop";
        return request;
    }
};

// NEW was broken and the policy taken back to 0 %: deleting it must not send everybody to NEW.
TEST_F(NobodyMoves, aRolledBackPolicyIsNotLeftToTheDefault) {
    for (const char *system : {"*", "shop"}) {
        switches({{"default_platform", "NEW"}});
        const std::string id = rolledBack({{"target_system", system}});
        const TestAnswer refused = remove(id);
        EXPECT_EQ(refused.status, 409) << system;
        EXPECT_EQ(refused.json.at("code"), "POLICY_DELETE_TO_DEFAULT") << refused.body;
        const std::string detail = refused.json.at("detail");
        EXPECT_NE(detail.find("set default_platform to LEGACY first, or finalize"), std::string::npos) << detail;
        EXPECT_EQ(served(ofShop({{"user_id", "u1"}})), "LEGACY PERCENTAGE");
        EXPECT_EQ(served(ofShop({{"entity_id", "7"}})), "LEGACY NO_KEY");
        switches({{"default_platform", "LEGACY"}});
        EXPECT_EQ(remove(id).status, 204) << system;
        EXPECT_EQ(served(ofShop({{"user_id", "u1"}})), "LEGACY DEFAULT_ROUTING");
    }
}

TEST_F(NobodyMoves, neitherIsOneThatMovesUsersTheOtherWay) {
    switches({{"default_platform", "LEGACY"}});
    const std::string id =
        rolledBack({{"target_platform", "LEGACY"}, {"users_without_id", "NEW"}, {"guards", Json::array()}});
    ASSERT_EQ(served({{"user_id", "u1"}}), "NEW PERCENTAGE");
    const TestAnswer refused = remove(id);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("values"), (Json{"LEGACY", "NEW"})) << refused.body;
    EXPECT_EQ(served({{"user_id", "u1"}}), "NEW PERCENTAGE");
    switches({{"default_platform", "NEW"}});
    EXPECT_EQ(remove(id).status, 204);
    EXPECT_EQ(served({{"user_id", "u1"}}), "NEW DEFAULT_ROUTING");
}

// Requests without an id are somebody's too; and a master switch, which ends, hides nobody.
TEST_F(NobodyMoves, thoseWithoutAnIdCountAndTheMasterSwitchDoesNot) {
    switches({{"default_platform", "LEGACY"}});
    const std::string id = rolledBack({{"users_without_id", "NEW"}});
    switches({{"master", "LEGACY"}});
    const TestAnswer refused = remove(id);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("code"), "POLICY_DELETE_NO_ID") << refused.body;
    const std::string version = std::to_string(policy(id).at("version").get<int>());
    ASSERT_EQ(router.call({"PATCH", pathOf(id), {{"users_without_id", "LEGACY"}}, version}).status, 200);
    EXPECT_EQ(remove(id).status, 204);
}

TEST_F(NobodyMoves, thePolicyForAllIsComparedAsBefore) {
    switches({{"default_platform", "LEGACY"}});
    const std::string all = createPolicy({{"policy_name", "everybody"}, {"stabilization_seconds", 600}});
    const auto load = traffic(all);
    const std::string id = rolledBack({{"target_system", "shop"}});
    ASSERT_EQ(act(all, "shift"), 200);
    ASSERT_TRUE(waitPercentage(all, 10)) << shift(all).dump();
    const TestAnswer refused = remove(id);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("code"), "POLICY_DELETE_TO_STAR") << refused.body;
    EXPECT_EQ(refused.json.at("values"), (Json{"everybody", "10"})) << refused.body;
    ASSERT_EQ(act(all, "rollback"), 200);
    EXPECT_EQ(remove(id).status, 204);
    EXPECT_EQ(served(ofShop({{"user_id", "u1"}})), "LEGACY PERCENTAGE");
}

// A system rule is asked before held users, enforced lists and groups: they would all jump.
TEST_F(NobodyMoves, finalizingLeavesTheHeldOnLegacy) {
    switches({{"hold_inconsistent", true}});
    const std::string lines = "{\"user_id\":\"ann\"}\n{\"user_id\":\"bob\"}\n{\"entity_id\":\"17\"}\n";
    ASSERT_EQ(router.send({"PUT", "/api/v1/held-entities?complete=true", {}, "1", "service"}, lines, "application/x-ndjson").status,
              200);
    router.post("/api/v1/rules", userRuleBody("bob")); // his own rule comes first anyhow
    const std::string id = completed({{"target_system", "shop"}});
    ASSERT_EQ(served(ofShop({{"user_id", "ann"}})), "LEGACY HELD_INCONSISTENT");
    EXPECT_EQ(wouldMove(id), "HELD_INCONSISTENT 2") << "ann and the entity";
    EXPECT_EQ(served(ofShop({{"user_id", "ann"}})), "LEGACY HELD_INCONSISTENT");
    ASSERT_EQ(router.send({"PUT", "/api/v1/held-entities?complete=true", {}, "2", "service"}, "", "application/x-ndjson").status,
              200);
    EXPECT_EQ(wouldMove(id), "") << "they are repaired";
    EXPECT_EQ(served(ofShop({{"user_id", "ann"}})), "NEW SYSTEM_RULE");
}

// The default is asked after them.
TEST_F(NobodyMoves, theHeldStayOnLegacyWhereTheDefaultIsSet) {
    switches({{"hold_inconsistent", true}});
    ASSERT_EQ(router.send({"PUT", "/api/v1/held-entities?complete=true", {}, "1", "service"}, "{\"user_id\":\"ann\"}\n",
                          "application/x-ndjson").status,
              200);
    const std::string id = completed(Json::object());
    EXPECT_EQ(wouldMove(id), "");
    EXPECT_EQ(served({{"user_id", "ann"}}), "LEGACY HELD_INCONSISTENT");
    EXPECT_EQ(served({{"user_id", "bob"}}), "NEW DEFAULT_ROUTING");
}

TEST_F(NobodyMoves, finalizingLeavesGroupMembersWhereTheirGroupServesThem) {
    switches(Json::object());
    const Json body{{"group_name", "stores"}, {"batch_size", 2}, {"guards", Json::array()},
                    {"start_at", "2199-01-01T00:00:00.000Z"}};
    const std::string group = router.post("/api/v1/user-groups", body).at("id");
    const std::string path = "/api/v1/user-groups/" + group;
    ASSERT_EQ(router.send({"PUT", path + "/members", {}, "1", "operator"}, "ann\nbob\ncid\n", "text/plain").status, 200);
    ASSERT_EQ(router.call({"POST", path + "/shift", {{"reason", "go"}}, {}, "operator"}).status, 200);
    router.post("/api/v1/rules", userRuleBody("cid"));
    const std::string id = completed({{"target_system", "shop"}});
    ASSERT_EQ(served(ofShop({{"user_id", "ann"}})), "LEGACY USER_GROUP");
    EXPECT_EQ(wouldMove(id), "USER_GROUP 2") << "not moved yet";
    ASSERT_EQ(router.call({"POST", path + "/rollback", {{"reason", "back"}}, {}, "operator"}).status, 200);
    EXPECT_EQ(wouldMove(id), "USER_GROUP 2") << "rolled back";
    EXPECT_EQ(served(ofShop({{"user_id", "ann"}})), "LEGACY USER_GROUP");
    const std::string version = std::to_string(router.get(path).at("version").get<int>());
    ASSERT_EQ(router.call({"DELETE", path, {}, version, "operator"}).status, 409);
    ASSERT_EQ(router.call({"DELETE", path + "?expected_count=2", {}, version, "operator"}).status, 204);
    EXPECT_EQ(wouldMove(id), "");
}

TEST_F(NobodyMoves, finalizingLeavesThoseOutsideAnEnforcedList) {
    switches(Json::object());
    const Json list{{"name", "pilots"}, {"kind", "ENTITY"}, {"enforced", true}};
    router.post("/api/v1/gray-lists", list);
    const std::string id = completed({{"target_system", "shop"}});
    ASSERT_EQ(served(ofShop({{"user_id", "u1"}, {"entity_id", "store-9"}})), "LEGACY NOT_ON_GRAY_LIST");
    EXPECT_EQ(wouldMove(id), "NOT_ON_GRAY_LIST");
    EXPECT_EQ(served(ofShop({{"user_id", "u1"}, {"entity_id", "store-9"}})), "LEGACY NOT_ON_GRAY_LIST");
}

TEST_F(NobodyMoves, finalizingLeavesRequestsWithoutAnId) {
    switches(Json::object());
    const std::string shop = completed({{"target_system", "shop"}, {"users_without_id", "LEGACY"}});
    const std::string all = completed({{"users_without_id", "LEGACY"}});
    for (const std::string &id : {shop, all}) {
        EXPECT_EQ(wouldMove(id), "NO_KEY");
        EXPECT_EQ(served(ofShop({{"entity_id", "7"}})), "LEGACY NO_KEY");
    }
    for (const std::string &id : {shop, all}) {
        const std::string version = std::to_string(policy(id).at("version").get<int>());
        ASSERT_EQ(router.call({"PATCH", pathOf(id), {{"users_without_id", "NEW"}}, version}).status, 200);
        EXPECT_EQ(wouldMove(id), "");
    }
}

// They are in no step and before no guard: not while some users are there and others are not.
TEST_F(NobodyMoves, requestsWithoutAnIdGoToTheTargetOnlyOnceAllOrNoneAreThere) {
    switches(Json::object());
    const auto patch = [&](const std::string &id, const char *platform) {
        const std::string version = std::to_string(policy(id).at("version").get<int>());
        return router.call({"PATCH", pathOf(id), {{"users_without_id", platform}}, version, "operator"});
    };
    const std::string id = createPolicy({{"target_system", "shop"}, {"stabilization_seconds", 600}});
    EXPECT_EQ(patch(id, "NEW").status, 200) << "nobody is served by it yet";
    EXPECT_EQ(patch(id, "LEGACY").status, 200);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    const Json before = policy(id);
    const TestAnswer refused = patch(id, "NEW");
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_EQ(refused.json.at("code"), "NO_ID_FIXED");
    EXPECT_EQ(pointerOf(refused), "/users_without_id");
    EXPECT_EQ(policy(id).at("version"), before.at("version"));
    EXPECT_EQ(served(ofShop({{"entity_id", "7"}})), "LEGACY NO_KEY");
    ASSERT_EQ(act(id, "suspend"), 200);
    EXPECT_EQ(patch(id, "NEW").status, 409) << "suspended, the share is what it was";
    ASSERT_EQ(act(id, "rollback"), 200);
    EXPECT_EQ(patch(id, "NEW").status, 200);
    EXPECT_EQ(served(ofShop({{"entity_id", "7"}})), "NEW NO_KEY");
    // And back whatever the state is.
    ASSERT_EQ(act(id, "shift"), 200);
    EXPECT_EQ(patch(id, "LEGACY").status, 200);
    EXPECT_EQ(served(ofShop({{"entity_id", "7"}})), "LEGACY NO_KEY");
}

TEST_F(NobodyMoves, finalizingLeavesSessionsOnThePlatformTheyBeganOn) {
    switches(Json::object());
    const Json early = router.get("/api/v1/session").at("server_time");
    const std::string id = completed({{"target_system", "shop"}, {"move_at", "NEXT_SIGN_IN"}});
    const Json old = ofShop({{"user_id", "u1"}, {"signed_in_at", early}});
    ASSERT_EQ(served(old), "LEGACY PERCENTAGE");
    ASSERT_EQ(served(ofShop({{"user_id", "u1"}})), "NEW PERCENTAGE");
    EXPECT_EQ(wouldMove(id), "PERCENTAGE");
    EXPECT_EQ(served(old), "LEGACY PERCENTAGE");
    // A rule of the operator's own, whose preview told whom it moves, leaves nobody to be moved.
    router.post("/api/v1/rules", {{"config_name", "shop"}, {"config_type", "SYSTEM_BASED"}, {"target_entity", "shop"},
                                  {"target_platform", "NEW"}});
    EXPECT_EQ(wouldMove(id), "");
}

// At 0 % the rule says LEGACY: those whom lists and switches have on NEW stay there.
TEST_F(NobodyMoves, finalizingAtZeroTakesNobodyBack) {
    switches({{"inserts_to_new", true}, {"id_threshold", 1'000}});
    router.post("/api/v1/gray-lists", {{"name", "staff"}, {"kind", "USER"}});
    ASSERT_EQ(router.call({"POST", "/api/v1/gray-lists/staff/entries", {{"entries", {"ann", "bob"}}, {"reason", "pilot"}}, {}, "operator"})
                  .status,
              200);
    const std::string id = rolledBack({{"target_system", "shop"}});
    const TestAnswer refused = finalize(id);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("values")[0], "NEW_DATA, ID_THRESHOLD, GRAY_LIST 2") << refused.body;
    EXPECT_EQ(served(ofShop({{"user_id", "ann"}})), "NEW GRAY_LIST");
    // Of the policy for all the default says the same, and is asked last.
    const std::string all = rolledBack();
    EXPECT_EQ(finalize(all).status, 200);
    EXPECT_EQ(served({{"user_id", "ann"}}), "NEW GRAY_LIST");
}

// A time rule is asked after a system rule, and would never be asked again.
TEST_F(NobodyMoves, finalizingLeavesTheHoursOfATimeRule) {
    switches(Json::object());
    const std::string id = completed({{"target_system", "shop"}});
    const Json rule{{"config_name", "nights"}, {"config_type", "TIME_BASED"}, {"target_platform", "LEGACY"},
                    {"start_time", "2198-01-01T00:00:00.000Z"}, {"end_time", "2198-01-02T00:00:00.000Z"}};
    const std::string night = router.post("/api/v1/rules", rule).at("id");
    EXPECT_EQ(wouldMove(id), "TIME_RULE 1");
    ASSERT_EQ(router.call({"DELETE", "/api/v1/rules/" + night, {}, "1", "operator"}).status, 204);
    EXPECT_EQ(wouldMove(id), "");
}

class NobodyUngrouped : public GroupTest {
protected:
    void defaultTo(const char *platform) {
        const std::string version = std::to_string(router.get("/api/v1/switches").at("version").get<int>());
        const Json body{{"master", "OFF"}, {"default_platform", platform}, {"reason", "test"}};
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", body, version}).status, 200);
    }
    std::string started(const Json &changes = Json::object()) {
        Json all{{"guards", Json::array()}};
        all.update(changes);
        const std::string id = createWith("stores", 5, all);
        EXPECT_EQ(act(id, "shift").status, 200);
        return id;
    }
    TestAnswer remove(const std::string &id, const std::string &query = {}) {
        const std::string version = std::to_string(group(id).at("version").get<int>());
        return router.call({"DELETE", path(id) + query, {}, version, "operator"});
    }
};

// Rolled back because NEW fails them: without the group the policies or the default would send them there again.
TEST_F(NobodyUngrouped, whoWasRolledBackIsNotLeftToTheDefaultUncounted) {
    defaultTo("NEW");
    const std::string id = started();
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    ASSERT_EQ(act(id, "rollback").status, 200);
    router.post("/api/v1/rules", userRuleBody("u04", "LEGACY")); // his own rule keeps him there
    const TestAnswer refused = remove(id);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("code"), "GROUP_DELETE_MOVES") << refused.body;
    EXPECT_EQ(refused.json.at("values"), Json{"4"}) << refused.body;
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(remove(id, "?expected_count=5").json.at("code"), "GROUP_COUNT_CHANGED");
    EXPECT_EQ(pointerOf(remove(id, "?expected_count=all")), "?expected_count");
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(remove(id, "?expected_count=4").status, 204) << "whoever knows may";
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
}

TEST_F(NobodyUngrouped, aPolicyOfOneSystemCountsToo) {
    defaultTo("LEGACY");
    const std::string id = started();
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    ASSERT_EQ(act(id, "rollback").status, 200);
    const Json back{{"policy_name", "shop"}, {"target_system", "shop"}, {"target_platform", "LEGACY"}, {"guards", Json::array()}};
    const std::string policy = router.post("/api/v1/shift-policies", back).at("id");
    ASSERT_EQ(router.call({"POST", "/api/v1/shift-policies/" + policy + "/shift", Json::object(), {}, "operator"}).status, 200);
    EXPECT_EQ(remove(id).json.at("values"), Json{"5"}) << "through the shop they would be on NEW";
    EXPECT_EQ(remove(id, "?expected_count=0").status, 409);
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
}

// There are 64 at the most: one that is over can go, once all its users are served by its target anyhow.
TEST_F(NobodyUngrouped, aCompletedGroupGoesOnceNobodyMovesByIt) {
    defaultTo("LEGACY");
    const std::string id = started();
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    const TestAnswer refused = remove(id);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("code"), "GROUP_END_MOVES") << refused.body;
    EXPECT_EQ(refused.json.at("values"), Json{"5"});
    EXPECT_EQ(remove(id, "?expected_count=5").status, 409) << "taking them back is a rollback";
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    defaultTo("NEW");
    EXPECT_EQ(remove(id).status, 204);
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    EXPECT_EQ(decide("u00").at("reason"), "DEFAULT_ROUTING");
    EXPECT_EQ(router.get("/api/v1/audit?action=user_group.delete").at("items").size(), 1U);
}

} // namespace
} // namespace crossfade
