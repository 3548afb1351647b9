// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whoever asked for a target cannot make himself the one who lets it pass, by whatever road.
#include "tests/services/router/approvalfixture.h"
#include "tests/services/router/groupfixture.h"

namespace crossfade {
namespace {

constexpr const char *Requester = "operator,approver"; // operator-1

const std::vector<Json> Loosened{
    {{"second_person", false}},
    {{"approval", "NONE"}},
    {{"approval", "ABOVE"}, {"approval_above", 50}},
    {{"steps", {{{"percentage", 20}, {"approval", false}}}}},
    {{"second_person", false}, {"approval", "NONE"}, {"max_shift_percentage", 100}},
};

// The runner looked a moment before it asked.
void expectADay(const Json &approval) {
    const auto deadline = parseInstant(approval.at("deadline").get<std::string>());
    const auto asked = parseInstant(approval.at("requested_at").get<std::string>());
    ASSERT_TRUE(deadline && asked);
    EXPECT_LE(*deadline - *asked, Seconds(86'400));
    EXPECT_GE(*deadline - *asked, Seconds(86'395));
    EXPECT_EQ(approval.at("default_action"), "REJECT");
}

class SecondPerson : public ApprovalTest {
protected:
    TestAnswer change(const std::string &id, const Json &body) {
        return router.call({"PATCH", pathOf(id), body, std::to_string(policy(id).at("version").get<int>()), Requester});
    }
    void expectFixed(const std::string &id) {
        const Json before = policy(id);
        for (const Json &body : Loosened) {
            const TestAnswer answer = change(id, body);
            EXPECT_EQ(answer.status, 409) << stateOf(id) << body.dump() << answer.body;
            EXPECT_EQ(answer.json.value("code", ""), "APPROVALS_FIXED") << answer.body;
        }
        EXPECT_EQ(policy(id).at("version"), before.at("version"));
    }
    static std::string inSeconds(int seconds) {
        return formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) +
                             std::chrono::seconds(seconds));
    }
};

TEST_F(SecondPerson, IsNotDroppedOnTheWayInWhateverStateItWaits) {
    const std::string id = awaiting("shop", {{"second_person", true}, {"stabilization_seconds", 600}}, Requester);
    expectFixed(id);
    ASSERT_EQ(act(id, "suspend", Json::object(), Requester), 200);
    expectFixed(id);
    // A whole definition is a change as well.
    Json whole = policyBody({{"policy_name", "shop"}, {"target_system", "shop"}, {"guards", Json::array()}});
    const std::string version = std::to_string(policy(id).at("version").get<int>());
    EXPECT_EQ(router.call({"PUT", pathOf(id), whole, version, Requester}).status, 409);
    EXPECT_EQ(change(id, {{"policy_name", "shops"}, {"stabilization_seconds", 300}}).status, 200) << "what asks no less";
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    expectFixed(id);
    ASSERT_EQ(act(id, "resume", Json::object(), Requester), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    EXPECT_EQ(decide(approvalPathOf(id), "approve", Requester).status, 403);
    EXPECT_EQ(percentageOf(id), 0);
    ASSERT_EQ(decide(approvalPathOf(id), "approve", "approver").status, 200);
    ASSERT_EQ(stateOf(id), "STABILIZING");
    expectFixed(id);
    EXPECT_EQ(change(id, {{"shift_increment", 5}}).status, 200);
    ASSERT_EQ(act(id, "rollback", {{"target_percentage", 5}}, Requester), 200);
    ASSERT_EQ(stateOf(id), "ROLLED_BACK");
    expectFixed(id);
    // With nobody on the way it may begin otherwise, as a new policy may.
    ASSERT_EQ(act(id, "rollback", Json::object(), Requester), 200);
    EXPECT_EQ(change(id, {{"second_person", false}}).status, 200);
}

TEST_F(SecondPerson, IsNotDroppedBetweenTheAskingAndASetStart) {
    const std::string id =
        createPolicy({{"guards", Json::array()}, {"approval", "EACH_STEP"}, {"second_person", true}});
    EXPECT_EQ(change(id, {{"second_person", false}}).status, 200) << "nobody has asked yet";
    EXPECT_EQ(change(id, {{"second_person", true}}).status, 200);
    ASSERT_EQ(act(id, "shift", {{"start_at", inSeconds(3'600)}}, Requester), 200);
    expectFixed(id);
    ASSERT_EQ(act(id, "suspend", Json::object(), Requester), 200);
    EXPECT_EQ(change(id, {{"second_person", false}}).status, 200);
}

// A day is given for a step, whoever is asked.
TEST_F(SecondPerson, HasADayToAnswer) {
    const std::string id = awaiting("shop", {{"second_person", true}}, Requester);
    expectADay(router.get(approvalPathOf(id)));
}

// A policy of one system goes on from where that of all systems stands.
TEST_F(SecondPerson, IsNotDroppedByTakingOver) {
    const Json asking{{"approval", "EACH_STEP"}, {"second_person", true}};
    Json body{{"guards", Json::array()}, {"policy_name", "all"}};
    body.update(asking);
    const std::string all = createPolicy(body);
    ASSERT_EQ(act(all, "shift", Json::object(), Requester), 200);
    ASSERT_TRUE(waitState(all, "HELD"));
    ASSERT_EQ(act(all, "override", {{"gate", "LEGACY_METRICS"}}), 200);
    ASSERT_TRUE(waitState(all, "AWAITING_APPROVAL")) << shift(all).dump();
    ASSERT_EQ(decide(approvalPathOf(all), "approve", "approver").status, 200);
    ASSERT_EQ(percentageOf(all), 10);
    const std::string shop =
        createPolicy({{"guards", Json::array()}, {"policy_name", "shop"}, {"target_system", "shop"}, {"approval", "EACH_STEP"}});
    const TestAnswer refused = router.call({"POST", pathOf(shop, "/shift"), Json::object(), {}, Requester});
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("second_person must ask for no less"), std::string::npos) << refused.body;
    EXPECT_EQ(stateOf(shop), "DRAFT");
    ASSERT_EQ(act(shop, "shift", {{"start_at", inSeconds(1)}}, Requester), 200) << "not known yet what it will meet";
    ASSERT_TRUE(waitFor([&] { return history(shop).back().at("cause") == "START_REFUSED"; })) << shift(shop).dump();
    EXPECT_EQ(stateOf(shop), "DRAFT");
    ASSERT_EQ(change(shop, asking).status, 200);
    ASSERT_EQ(act(shop, "shift", Json::object(), Requester), 200);
    EXPECT_EQ(percentageOf(shop), 10);
    expectFixed(shop);
}

class SecondPersonOfGroups : public GroupTest {};

TEST_F(SecondPersonOfGroups, IsNotDroppedOnTheWay) {
    const std::string id =
        createWith("stores", 6, {{"guards", Json::array()}, {"approval", "EACH_BATCH"}, {"second_person", true}});
    const auto change = [&](const Json &body) {
        return router.call({"PATCH", path(id), body, std::to_string(group(id).at("version").get<int>()), Requester});
    };
    const auto expectFixed = [&] {
        for (const Json &body : {Json{{"second_person", false}}, Json{{"approval", "NONE"}}, Json{{"approval", "FIRST_BATCH"}}}) {
            const TestAnswer answer = change(body);
            EXPECT_EQ(answer.status, 409) << stateOf(id) << body.dump();
            EXPECT_EQ(answer.json.value("code", ""), "APPROVALS_FIXED") << answer.body;
        }
    };
    const auto decideAs = [&](const char *roles) {
        const std::string approval = shift(id).at("approval_id");
        return router.call({"POST", "/api/v1/approvals/" + approval + "/approve", {{"reason", "go"}}, {}, roles}).status;
    };
    ASSERT_EQ(act(id, "shift", Json::object(), Requester).status, 200);
    ASSERT_TRUE(waitGroup(id, "AWAITING_APPROVAL")) << shift(id).dump();
    expectADay(router.get("/api/v1/approvals/" + shift(id).at("approval_id").get<std::string>()));
    expectFixed();
    ASSERT_EQ(act(id, "suspend", Json::object(), Requester).status, 200);
    expectFixed();
    ASSERT_EQ(act(id, "resume", Json::object(), Requester).status, 200);
    ASSERT_TRUE(waitGroup(id, "AWAITING_APPROVAL")) << shift(id).dump();
    EXPECT_EQ(decideAs(Requester), 403);
    EXPECT_EQ(batchesOf(id), "PPP");
    for (int batch = 0; batch < 3; ++batch) {
        ASSERT_TRUE(waitGroup(id, "AWAITING_APPROVAL")) << shift(id).dump();
        ASSERT_EQ(decideAs("approver"), 200);
    }
    ASSERT_TRUE(waitGroup(id, "COMPLETED")) << shift(id).dump();
    expectFixed(); // a batch may be taken back, and go again
    ASSERT_EQ(act(id, "rollback").status, 200);
    EXPECT_EQ(change({{"second_person", false}}).status, 200);
}

} // namespace
} // namespace crossfade
