// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the design says of guards, steps, approvals and the way back, each shown on a running router.
#include "tests/services/router/shiftfixture.h"

#include "models/core/time.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ShiftProofs : public ShiftTest {
protected:
    static Json guard(const Json &changes) {
        Json one = policyBody().at("guards")[0];
        for (const auto &[key, value] : changes.items())
            one[key] = value;
        return Json::array({one});
    }
    // At 10 % of its system without any traffic.
    std::string withoutTraffic(const std::string &system, Json changes) {
        changes["policy_name"] = system;
        changes["target_system"] = system;
        const std::string id = createPolicy(changes);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitState(id, "HELD"));
        EXPECT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
        return id;
    }
    void observe(const std::string &id, int count, int status = 200) {
        Json list = Json::array();
        const Json at = router.get("/api/v1/session").at("server_time");
        for (int i = 0; i < count; ++i)
            list.push_back({{"at", at},
                            {"platform", "NEW"},
                            {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", id}, {"epoch", 1}}},
                            {"status", status},
                            {"latency_ms", 5}});
        EXPECT_EQ(router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"}).status, 202);
    }
    std::string gate(const std::string &id, const char *name) {
        const Json items = router.get(pathOf(id, "/gates")).at("items");
        for (const Json &one : items) {
            if (one.at("gate") == name) return one.at("status").get<std::string>() + ": " + one.at("detail").get<std::string>();
        }
        return {};
    }
    // The second of a step is not judged.
    bool waitNextSecond(const std::string &id) {
        const std::string stepped = shift(id).at("since").get<std::string>().substr(0, 19);
        return waitFor([&] {
            return router.get("/api/v1/session").at("server_time").get<std::string>().substr(0, 19) > stepped;
        });
    }
    std::vector<Json> alertsOf(const std::string &id, const std::string &type) {
        std::vector<Json> found;
        const Json answer = router.get("/api/v1/alerts");
        for (const Json &alert : answer.at("items")) {
            if (alert.at("type") == type && alert.at("subject_id") == id) found.push_back(alert);
        }
        return found;
    }
};

// Whom a lower target left on NEW is guarded like anybody else.
TEST_F(ShiftProofs, aGuardActsAlsoAfterARollbackToAPart) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}, {"guards", guard({{"on_breach", "ROLLBACK"}})}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 4}}), 200);
    ASSERT_EQ(stateOf(id), "ROLLED_BACK");
    ASSERT_EQ(percentageOf(id), 4);
    load->newFails = true;
    EXPECT_TRUE(waitFor([&] { return percentageOf(id) == 0; }, 20s)) << shift(id).dump();
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    const Json last = history(id).back();
    EXPECT_EQ(last.at("cause"), "ROLLED_BACK");
    EXPECT_EQ(last.at("actor"), "runner");
    EXPECT_EQ(last.at("from_percentage"), 4);
    EXPECT_EQ(alertsOf(id, "GUARD_TRIPPED").size(), 1U) << "one trip, told once";
}

TEST_F(ShiftProofs, andProposesItWhereItShallAsk) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}, {"on_breach", "PROPOSE_ROLLBACK"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_EQ(act(id, "rollback", {{"target_percentage", 4}}), 200);
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLBACK_PROPOSED", 20s)) << shift(id).dump();
    const std::string path = "/api/v1/approvals/" + openApproval();
    EXPECT_EQ(router.get(path).at("effect").at("to_percentage"), 0);
    EXPECT_EQ(router.call({"POST", path + "/approve", {{"reason", "yes"}}, {}, "approver"}).status, 200);
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
}

// 5 % by few samples and at once, 10 % by many, 15 % after a person; the rest as the policy says.
TEST_F(ShiftProofs, aStepsOwnTimeSamplesAndApprovalEachTakeEffect) {
    const std::string id = withoutTraffic(
        "shop", {{"stabilization_seconds", 600},
                 {"guards", guard({{"window_seconds", 600}, {"min_samples", 20}})},
                 {"max_shift_percentage", 20},
                 {"steps",
                  {{{"percentage", 5}, {"stabilization_seconds", 0}, {"min_samples", 3}},
                   {{"percentage", 10}, {"stabilization_seconds", 0}, {"min_samples", 40}},
                   {{"percentage", 15}, {"approval", true}}}}});
    ASSERT_TRUE(waitPercentage(id, 5)) << shift(id).dump();
    EXPECT_TRUE(waitState(id, "EVALUATING")) << "its own bake time, not the policy's ten minutes";
    ASSERT_TRUE(waitNextSecond(id));
    observe(id, 3);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const Json guards = router.get(pathOf(id, "/guards")).at("items");
    EXPECT_EQ(guards[0].at("guard").at("min_samples"), 20) << "the guard itself is as it was written";
    // 25 are enough for the guard, and not for this step.
    ASSERT_TRUE(waitState(id, "EVALUATING")) << shift(id).dump();
    ASSERT_TRUE(waitNextSecond(id));
    observe(id, 25);
    ASSERT_TRUE(waitFor([&] { return gate(id, "GUARDS").starts_with("OPEN"); })) << gate(id, "GUARDS");
    EXPECT_EQ(gate(id, "SAMPLES").substr(0, 7), "BLOCKED") << gate(id, "SAMPLES");
    EXPECT_THAT(gate(id, "SAMPLES"), testing::EndsWith(", needs 40"));
    EXPECT_EQ(percentageOf(id), 10);
    observe(id, 15);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 10) << "the step to 15 % asks";
    observe(id, 1); // so that there is traffic
    ASSERT_TRUE(waitFor([&] { return gate(id, "TRAFFIC").starts_with("OPEN"); }));
    const std::string path = "/api/v1/approvals/" + openApproval();
    EXPECT_EQ(router.call({"POST", path + "/approve", {{"reason", "go"}}, {}, "approver"}).status, 200);
    EXPECT_EQ(percentageOf(id), 15);
    EXPECT_EQ(stateOf(id), "STABILIZING");
    const Instant ends = parseInstant(shift(id).at("stabilization_ends_at").get<std::string>()).value();
    const Instant since = parseInstant(shift(id).at("since").get<std::string>()).value();
    EXPECT_EQ(ends - since, Seconds(600)) << "it has no bake time of its own";
}

// TRAFFIC is a request in the last ten seconds: while there is none the question stays the same, and is not answered.
TEST_F(ShiftProofs, aQuestionStaysOpenWhileTheTrafficPauses) {
    const std::string id =
        withoutTraffic("shop", {{"stabilization_seconds", 0}, {"guards", Json::array()}, {"steps", {{{"percentage", 20}, {"approval", true}}}},
                                {"shift_increment", 10}, {"max_shift_percentage", 30}});
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump(); // of the first step
    const std::string first = openApproval();
    ASSERT_EQ(router.call({"POST", "/api/v1/approvals/" + first + "/approve", {{"reason", "go"}}, {}, "approver"}).status, 200);
    const std::string version = std::to_string(policy(id).at("version").get<int>());
    ASSERT_EQ(router.call({"PATCH", pathOf(id), {{"approval", "EACH_STEP"}}, version}).status, 200);
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "AWAITING_APPROVAL" || (observe(id, 1), false); })) << shift(id).dump();
    const std::string asked = openApproval();
    ASSERT_TRUE(waitFor([&] { return gate(id, "TRAFFIC").starts_with("BLOCKED"); }, 25s)) << gate(id, "TRAFFIC");
    EXPECT_EQ(stateOf(id), "AWAITING_APPROVAL");
    const std::string path = "/api/v1/approvals/" + asked + "/approve";
    const TestAnswer early = router.call({"POST", path, {{"reason", "go"}}, {}, "approver"});
    EXPECT_EQ(early.status, 409) << early.body;
    EXPECT_EQ(percentageOf(id), 20);
    observe(id, 1);
    ASSERT_TRUE(waitFor([&] { return gate(id, "TRAFFIC").starts_with("OPEN"); })) << gate(id, "TRAFFIC");
    EXPECT_EQ(openApproval(), asked) << "the same question";
    EXPECT_EQ(alertsOf(id, "APPROVAL_REQUESTED").size(), 2U) << "one for each step";
    EXPECT_EQ(router.call({"POST", path, {{"reason", "go"}}, {}, "approver"}).status, 200);
    EXPECT_EQ(percentageOf(id), 30);
}

// Some epoch of the policy is stored, but not the one that a rollback would go back to.
TEST_F(ShiftProofs, theEpochBeforeThePresentOneMustBeStored) {
    const std::string id = withoutTraffic("shop", {{"stabilization_seconds", 600}});
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    EXPECT_TRUE(waitFor([&] { return gate(id, "ROLLBACK_PATH").starts_with("OPEN"); })) << gate(id, "ROLLBACK_PATH");
    ASSERT_TRUE(router.stop());
    {
        const auto db = router.store();
        ASSERT_TRUE(db);
        const auto rows = db->query("SELECT seq FROM revision WHERE kind = 'policy' AND object_id = ? ORDER BY seq", {id});
        ASSERT_TRUE(rows);
        ASSERT_EQ(rows->size(), 2U);
        const auto gone = db->execute("DELETE FROM revision WHERE seq = ?", {rows->front().integer(0)});
        ASSERT_EQ(gone.value_or(0), 1);
    }
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_TRUE(waitFor([&] {
        return gate(id, "ROLLBACK_PATH") == "BLOCKED: the revision log does not hold the previous epoch";
    })) << gate(id, "ROLLBACK_PATH");
    EXPECT_EQ(act(id, "rollback"), 200) << "that is always allowed";
}

TEST_F(ShiftProofs, oneShiftGoesOnWhileAnotherBreaches) {
    const std::string bad = createPolicy({{"policy_name", "bad"}, {"target_system", "bad"},
                                          {"guards", guard({{"on_breach", "ROLLBACK"}})}});
    const std::string good = createPolicy({{"policy_name", "good"}, {"target_system", "good"}});
    const auto ofBad = traffic(bad);
    const auto ofGood = traffic(good);
    ASSERT_EQ(act(bad, "shift"), 200);
    ASSERT_EQ(act(good, "shift"), 200);
    ASSERT_TRUE(waitPercentage(bad, 10, 30s)) << shift(bad).dump();
    ofBad->newFails = true;
    EXPECT_TRUE(waitState(good, "COMPLETED", 60s)) << shift(good).dump();
    EXPECT_TRUE(waitState(bad, "ROLLED_BACK", 30s)) << shift(bad).dump();
    EXPECT_EQ(percentageOf(bad), 0);
    EXPECT_EQ(percentageOf(good), 25);
    for (const Json &entry : history(good)) {
        EXPECT_NE(entry.at("cause"), "HELD_BY_GUARD") << entry.dump();
        EXPECT_NE(entry.at("cause"), "ROLLED_BACK") << entry.dump();
    }
    EXPECT_TRUE(alertsOf(good, "GUARD_TRIPPED").empty());
    EXPECT_EQ(alertsOf(bad, "GUARD_TRIPPED").size(), 1U);
}

// 40 requests a second on NEW, a thousand wanted of the last minute: known before it is there.
TEST_F(ShiftProofs, theEarliestTimeComesFromTheRequestRate) {
    const std::string id = createPolicy({{"guards", guard({{"window_seconds", 120}, {"min_samples", 1'000}})}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    Json action;
    ASSERT_TRUE(waitFor([&] {
        action = shift(id).at("next_action");
        return action.at("earliest_at").is_string() &&
               std::ranges::count(action.at("blocked_by"), Json("SAMPLES")) == 1 && !gate(id, "SAMPLES").ends_with("n = 0, needs 1000");
    }, 20s)) << shift(id).dump();
    const Instant now = parseInstant(router.get("/api/v1/session").at("server_time").get<std::string>()).value();
    const Instant earliest = parseInstant(action.at("earliest_at").get<std::string>()).value();
    EXPECT_GT(earliest, now + Seconds(5)) << action.dump();
    EXPECT_LT(earliest, now + Seconds(121)) << action.dump();
}

TEST_F(ShiftProofs, aShareInBetweenIsNoRule) {
    const std::string id = createPolicy();
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "COMPLETED", 60s)) << shift(id).dump();
    const TestAnswer refused = router.call({"POST", pathOf(id, "/finalize"), {{"reason", "done"}}, {}, "operator"});
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.json.at("detail"),
              "no rule says the same as a shift at 25 %: bring it to 100 % or roll it back to 0 % first");
    EXPECT_EQ(stateOf(id), "COMPLETED");
    EXPECT_EQ(percentageOf(id), 25);
    ASSERT_EQ(act(id, "rollback"), 200);
    legacyByDefault();
    EXPECT_EQ(act(id, "finalize"), 200);
}

} // namespace
} // namespace crossfade
