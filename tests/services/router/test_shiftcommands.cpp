// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

#include "models/shift/status.h"

#include <algorithm>
#include <chrono>

namespace crossfade {
namespace {

class ShiftCommands : public ShiftTest {
protected:
    // Every command on the policy as it stands; answers which were let through. They are tried so
    // that those that fit are never sent: only the refusals are, which change nothing.
    void refusals(const std::string &id, ShiftState state) {
        ASSERT_EQ(stateOf(id), shiftStateWord(state));
        for (const ShiftCommand command :
             {ShiftCommand::Shift, ShiftCommand::Suspend, ShiftCommand::Resume,
              ShiftCommand::Rollback, ShiftCommand::Override, ShiftCommand::Finalize}) {
            if (fits(state, command)) continue;
            const std::string name(shiftCommandWord(command));
            const Json body =
                command == ShiftCommand::Override ? Json{{"gate", "SAMPLES"}} : Json::object();
            EXPECT_EQ(act(id, name, body), 409) << name << " in " << shiftStateWord(state);
        }
        EXPECT_EQ(stateOf(id), shiftStateWord(state));
    }
};

TEST_F(ShiftCommands, whatDoesNotFitTheStateIsRefused) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    refusals(id, ShiftState::Draft);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "STABILIZING"));
    refusals(id, ShiftState::Stabilizing);
    EXPECT_EQ(act(id, "shift"), 409) << "it already runs";
    ASSERT_EQ(act(id, "suspend"), 200);
    refusals(id, ShiftState::Suspended);
    ASSERT_EQ(act(id, "rollback"), 200);
    refusals(id, ShiftState::RolledBack);
    ASSERT_EQ(act(id, "finalize"), 200);
    refusals(id, ShiftState::Finalized);
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"shift_increment", 1}}, "1"}).status, 409);
}

TEST_F(ShiftCommands, whatIsAskedIsChecked) {
    const std::string id = createPolicy();
    const auto pointer = [&](const char *name, const Json &body) {
        const TestAnswer answer =
            router.call({"POST", pathOf(id, std::string("/") + name), body, {}, "operator"});
        EXPECT_EQ(answer.status, 422) << name << " " << body.dump();
        return pointerOf(answer);
    };
    EXPECT_EQ(pointer("shift", {{"target_percentage", 25.01}}), "/target_percentage");
    EXPECT_EQ(pointer("shift", {{"target_percentage", 1.234}}), "/target_percentage");
    EXPECT_EQ(pointer("shift", {{"percentage", 5}}), "/percentage");
    EXPECT_EQ(pointer("rollback", Json::object()), "/reason");
    EXPECT_EQ(pointer("override", {{"gate", "MOON"}, {"reason", "x"}}), "/gate");
    EXPECT_EQ(stateOf(id), "DRAFT");
    EXPECT_EQ(router.call({"POST", pathOf("nothing", "/shift"), Json::object()}).status, 404);
    EXPECT_EQ(router.call({"POST", pathOf(id, "/shift"), Json::object(), {}, "viewer"}).status,
              403);
}

TEST_F(ShiftCommands, targetZeroIsZeroAndALowerTargetIsARollback) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 0}}), 200);
    ASSERT_TRUE(waitState(id, "AT_TARGET"));
    EXPECT_EQ(percentageOf(id), 0);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    EXPECT_EQ(act(id, "shift", {{"target_percentage", 4}, {"reason", ""}}), 422)
        << "going down needs a reason";
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 4}}), 200);
    EXPECT_EQ(percentageOf(id), 4);
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
}

TEST_F(ShiftCommands, onePolicyASystemCovers) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const std::string rival = createPolicy();
    ASSERT_EQ(act(id, "shift"), 200);
    EXPECT_EQ(act(rival, "shift"), 409);
    EXPECT_EQ(stateOf(rival), "DRAFT");
}

TEST_F(ShiftCommands, onlyWhatServesNobodyIsDeleted) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    EXPECT_EQ(router.call({"DELETE", pathOf(id), {}, "1"}).status, 409);
    ASSERT_EQ(act(id, "rollback", {{"target_percentage", 5}}), 200);
    EXPECT_EQ(router.call({"DELETE", pathOf(id), {}, "1"}).status, 409)
        << "rolled back, but not to 0";
    ASSERT_EQ(act(id, "rollback"), 200);
    EXPECT_EQ(router.call({"DELETE", pathOf(id), {}, ""}).status, 428);
    const auto decided = [&] {
        return router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u1"}}}}}, 200).at("decisions")[0];
    };
    EXPECT_EQ(router.call({"DELETE", pathOf(id), {}, "1"}).status, 409) << "the default is NEW";
    EXPECT_EQ(decided().at("platform"), "LEGACY");
    legacyByDefault();
    EXPECT_EQ(router.call({"DELETE", pathOf(id), {}, "1"}).status, 204);
    EXPECT_EQ(router.call({"GET", pathOf(id), {}}).status, 404);
    EXPECT_EQ(decided().at("reason"), "DEFAULT_ROUTING");
    EXPECT_EQ(decided().at("platform"), "LEGACY");
}

TEST_F(ShiftCommands, finalizedIsTheEqualRuleInTheSameEpoch) {
    legacyByDefault();
    const std::string id = createPolicy({{"target_system", "shop"},
                                         {"stabilization_seconds", 0},
                                         {"max_shift_percentage", 100},
                                         {"shift_increment", 100},
                                         {"users_without_id", "NEW"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(30))) << shift(id).dump();
    const TestAnswer done =
        router.call({"POST", pathOf(id, "/finalize"), {{"reason", "migrated"}}, {}, "operator"});
    ASSERT_EQ(done.status, 200) << done.body;
    const Json rules = router.get("/api/v1/rules?type=SYSTEM_BASED").at("items");
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules[0].at("target_entity"), "shop");
    EXPECT_EQ(rules[0].at("target_platform"), "NEW");
    const Json decision =
        router
            .post("/api/v1/decisions", {{"requests", {{{"user_id", "u1"}, {"system_id", "shop"}}}}},
                  200)
            .at("decisions")[0];
    EXPECT_EQ(decision.at("reason"), "SYSTEM_RULE");
    EXPECT_EQ(decision.at("epoch"), done.json.at("epoch"));
    // Nobody moved by it: whoever looks later finds the step that brought the user to NEW, and no more.
    const Json user = router.get("/api/v1/users/u1?system_id=shop");
    EXPECT_EQ(user.at("history").back().at("cause"), "STEPPED") << user.dump();
    EXPECT_EQ(user.at("deciding").at("cause"), "FINALIZED");
}

TEST_F(ShiftCommands, finalizedAsTheDefaultMovesNobody) {
    legacyByDefault();
    const std::string id = createPolicy(
        {{"stabilization_seconds", 0}, {"shift_increment", 100}, {"max_shift_percentage", 100}, {"users_without_id", "NEW"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(30))) << shift(id).dump();
    ASSERT_EQ(act(id, "finalize"), 200);
    const Json user = router.get("/api/v1/users/u1");
    EXPECT_EQ(user.at("decision").at("reason"), "DEFAULT_ROUTING");
    EXPECT_EQ(user.at("decision").at("platform"), "NEW");
    EXPECT_EQ(user.at("history").back().at("cause"), "STEPPED") << user.dump();
}

TEST_F(ShiftCommands, oneActRollsBackEverythingInOneEpoch) {
    const std::string one = createPolicy({{"stabilization_seconds", 600}});
    const std::string two =
        createPolicy({{"target_system", "shop"}, {"stabilization_seconds", 600}});
    const auto load = traffic(one);
    ASSERT_EQ(act(one, "shift"), 200);
    ASSERT_EQ(act(two, "shift"), 200);
    ASSERT_TRUE(waitPercentage(one, 10));
    ASSERT_EQ(
        router
            .putApproved({{"master", "NEW"}, {"default_platform", "LEGACY"}, {"reason", "all"}})
            .status,
        200);
    const Json all{{"scope", "ALL"}, {"reason", "night"}};
    EXPECT_EQ(
        router.call({"POST", "/api/v1/rollbacks", {{"scope", "POLICIES"}, {"reason", "x"}}}).status,
        422);
    EXPECT_EQ(router.call({"POST", "/api/v1/rollbacks", {{"scope", "ALL"}}}).status, 422);
    const TestAnswer answer = router.call({"POST", "/api/v1/rollbacks", all, {}, "operator"});
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("items").size(), 2U);
    EXPECT_EQ(answer.json.at("master_from"), "NEW");
    EXPECT_EQ(answer.json.at("master_to"), "OFF");
    EXPECT_EQ(percentageOf(one), 0);
    for (const std::string &id : {one, two}) {
        EXPECT_EQ(history(id).back().at("epoch"), answer.json.at("epoch"));
        EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    }
    EXPECT_EQ(router.call({"POST", "/api/v1/rollbacks", all, {}, "operator"}).status, 200)
        << "twice does no harm";
}

// Of one and of all: stop by stop, at the policy's interval, with the history of each.
TEST_F(ShiftCommands, aStepwiseRollbackOfAllGoesStopByStop) {
    const std::string id = createPolicy({{"stabilization_seconds", 1}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 20}}), 200);
    ASSERT_TRUE(waitState(id, "AT_TARGET")) << shift(id).dump();
    const TestAnswer answer = router.call(
        {"POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"mode", "STEPWISE"}, {"reason", "slowly"}}, {}, "operator"});
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("items")[0].at("to_percentage"), 10);
    EXPECT_EQ(answer.json.at("items")[0].at("state"), "ROLLING_BACK");
    ASSERT_TRUE(waitState(id, "ROLLED_BACK")) << shift(id).dump();
    std::vector<double> walked;
    for (const Json &entry : history(id))
        if (entry.at("to_percentage") < entry.at("from_percentage")) walked.push_back(entry.at("to_percentage"));
    EXPECT_EQ(walked, (std::vector<double>{10, 0}));
}

// Not silently done otherwise than asked.
TEST_F(ShiftCommands, groupsGoBackWholeAndAtOnce) {
    const Json body{{"scope", "GROUPS"}, {"group_ids", {"g"}}, {"reason", "x"}};
    const auto pointer = [&](const char *field, const Json &value) {
        Json asked = body;
        asked[field] = value;
        return pointerOf(router.call({"POST", "/api/v1/rollbacks", asked, {}, "operator"}));
    };
    EXPECT_EQ(pointer("mode", "STEPWISE"), "/mode");
    EXPECT_EQ(pointer("target_percentage", 5), "/target_percentage");
    EXPECT_EQ(pointer("target_percentage", 0), "/group_ids/0") << "there is no such group";
}

TEST_F(ShiftCommands, whoIsNamedTwiceGoesBackOnce) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    const std::size_t before = history(id).size();
    const TestAnswer answer = router.call(
        {"POST", "/api/v1/rollbacks", {{"scope", "POLICIES"}, {"policy_ids", {id, id}}, {"reason", "x"}}, {}, "operator"});
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("items").size(), 1U);
    EXPECT_EQ(history(id).size(), before + 1);
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
}

// The fastest path in the system: it waits for no probe, no judgement, no comparator.
TEST_F(ShiftCommands, rollbackIsQuickWhileEverythingItMightAskIsDead) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start(
        {"--comparator", "http://127.0.0.1:1", "--comparator-token-file", "/dev/null"}))
        << router.log();
    const std::string id = createPolicy({{"new_health_url", "http://10.255.255.1/healthz"},
                                         {"legacy_health_url", "http://10.255.255.1/healthz"},
                                         {"consistency_gate", {{"check_names", {"users"}}}}});
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    std::vector<double> milliseconds;
    const TestClient client(router.url(), router.token("operator"));
    for (int i = 0; i < 100; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const TestAnswer answer = client.post(pathOf(id, "/rollback"), {{"reason", "now"}});
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    std::ranges::sort(milliseconds);
    RecordProperty("rollback_p50_ms", std::to_string(milliseconds[50]));
    RecordProperty("rollback_p99_ms", std::to_string(milliseconds[98]));
    std::printf("rollback acknowledged: p50 %.1f ms, p99 %.1f ms\n", milliseconds[50],
                milliseconds[98]);
    // Half a second bounds what a loaded machine may add; a single probe's timeout would be a
    // second.
    EXPECT_LT(milliseconds[98], 500);
}

TEST_F(ShiftCommands, anOverrideOpensOneGateAndIsAudited) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start(
        {"--comparator", "http://127.0.0.1:1", "--comparator-token-file", "/dev/null"}));
    const std::string id = createPolicy(
        {{"consistency_gate", {{"check_names", {"users"}}}}, {"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitFor([&] { return shift(id).at("held_cause") == "CONSISTENCY"; }))
        << shift(id).dump();
    EXPECT_EQ(act(id, "override", {{"gate", "APPROVAL"}}), 422);
    EXPECT_EQ(act(id, "override", {{"gate", "CONSISTENCY"}, {"reason", "checked by hand"}}), 200);
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const Json items = router.get("/api/v1/audit?action=shift.overridden").at("items");
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0].at("reason"), "checked by hand");
}

} // namespace
} // namespace crossfade
