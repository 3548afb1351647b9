// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Mistakes seen in other systems, and starts at a set time, over real HTTP.
#include "tests/services/router/shiftfixture.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace crossfade {
namespace {

class ShiftTraps : public ShiftTest {
protected:
    static std::string inSeconds(int seconds) {
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        return formatInstant(now + std::chrono::seconds(seconds));
    }
    std::vector<std::string> causes(const std::string &id) {
        std::vector<std::string> all;
        for (const Json &entry : history(id))
            all.push_back(entry.at("cause"));
        return all;
    }
    Json decided() {
        return router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u1"}}}}}, 200)
            .at("decisions")[0];
    }
};

TEST_F(ShiftTraps, theCapIsNeverOvershot) {
    const std::string id = createPolicy({{"max_shift_percentage", 50}, {"shift_increment", 20}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(60))) << shift(id).dump();
    std::vector<double> steps;
    for (const Json &entry : history(id)) {
        if (entry.at("cause") == "STEPPED") steps.push_back(entry.at("to_percentage"));
    }
    EXPECT_THAT(steps, testing::ElementsAre(20, 40, 50));
}

TEST_F(ShiftTraps, withoutMeasurementsItsEndIsNoSuccess) {
    const std::string id = createPolicy({{"max_shift_percentage", 10}});
    const auto load = traffic(id);
    load->onNew = false;
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitState(id, "EVALUATING"));
    // Five judgements later it still has not arrived.
    ASSERT_TRUE(waitFor([&] {
        const Json recent = router.get(pathOf(id, "/guards")).at("items")[0].at("recent");
        return recent.size() >= 5;
    }));
    EXPECT_EQ(stateOf(id), "EVALUATING");
    EXPECT_EQ(shift(id).at("cleared_percentage"), 0);
    load->onNew = true;
    EXPECT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(30))) << shift(id).dump();
}

TEST_F(ShiftTraps, aWaitingApprovalDoesNotStopTheGuards) {
    const std::string id = createPolicy({{"approval", "EACH_STEP"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    const auto answer = [&](const std::string &approval) {
        return router.call({"POST", "/api/v1/approvals/" + approval + "/approve", {{"reason", "go"}}, {}, "approver"}).status;
    };
    ASSERT_EQ(answer(openApproval()), 200);
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "AWAITING_APPROVAL" && percentageOf(id) == 10; })) << shift(id).dump();
    const std::string step = openApproval();
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
    EXPECT_EQ(router.get("/api/v1/approvals/" + step).at("state"), "EXPIRED");
    EXPECT_EQ(answer(step), 409) << "nobody steps up by it any more";
    EXPECT_EQ(router.get("/api/v1/approvals/" + openApproval()).at("kind"), "ROLLBACK");
    EXPECT_EQ(percentageOf(id), 10);
}

TEST_F(ShiftTraps, aStartAtASetTimeCoversNobodyBefore) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    EXPECT_EQ(pointerOf(router.call({"POST", pathOf(id, "/shift"), {{"start_at", inSeconds(-5)}}, {}, "operator"})), "/start_at");
    EXPECT_EQ(pointerOf(router.call({"POST", pathOf(id, "/shift"), {{"start_at", "tonight"}}, {}, "operator"})), "/start_at");
    const std::string start = inSeconds(4);
    ASSERT_EQ(act(id, "shift", {{"start_at", start}, {"target_percentage", 20}}), 200);
    const Json waits = shift(id);
    EXPECT_EQ(waits.at("state"), "SCHEDULED");
    EXPECT_EQ(waits.at("starts_at"), start);
    EXPECT_EQ(waits.at("next_action").at("action"), "WAIT");
    EXPECT_EQ(waits.at("next_action").at("earliest_at"), start);
    EXPECT_EQ(decided().at("reason"), "DEFAULT_ROUTING");
    router.kill(); // the time is kept across a sudden death
    ASSERT_TRUE(router.start()) << router.log();
    const auto load = traffic(id);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const std::vector<std::string> seen = causes(id); // it may have waited for LEGACY's metrics
    EXPECT_EQ(seen.at(0), "SCHEDULED");
    EXPECT_EQ(seen.at(1), "STARTED");
    EXPECT_EQ(seen.back(), "STEPPED");
    EXPECT_GE(history(id)[1].at("at").get<std::string>(), start);
    EXPECT_EQ(shift(id).at("target_percentage"), 20);
    EXPECT_TRUE(shift(id).at("starts_at").is_null());
    EXPECT_EQ(act(id, "shift", {{"start_at", inSeconds(60)}}), 409) << "it runs";
}

TEST_F(ShiftTraps, aSetStartIsCalledOffByHandAndByTheRollbackOfAll) {
    const std::string id = createPolicy();
    ASSERT_EQ(act(id, "shift", {{"start_at", inSeconds(3'600)}}), 200);
    ASSERT_EQ(act(id, "suspend"), 200);
    EXPECT_EQ(stateOf(id), "DRAFT");
    ASSERT_EQ(act(id, "shift", {{"start_at", inSeconds(3'600)}}), 200);
    const Json all = router.post("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "x"}}, 200);
    ASSERT_EQ(all.at("items").size(), 1U);
    EXPECT_EQ(all.at("items")[0].at("state"), "DRAFT");
    EXPECT_EQ(stateOf(id), "DRAFT");
}

TEST_F(ShiftTraps, aStartThatIsRefusedAtItsTimeIsToldAndHarmsNobodyElse) {
    const std::string id = createPolicy({{"policy_name", "late"}});
    ASSERT_EQ(act(id, "shift", {{"start_at", inSeconds(3)}}), 200);
    const std::string rival = createPolicy({{"policy_name", "rival"}});
    const auto load = traffic(rival);
    ASSERT_EQ(act(rival, "shift"), 200);
    ASSERT_TRUE(waitFor([&] { return causes(id).back() == "START_REFUSED"; })) << shift(id).dump();
    EXPECT_EQ(stateOf(id), "DRAFT");
    const Json alerts = router.get("/api/v1/alerts").at("items");
    EXPECT_TRUE(std::ranges::any_of(alerts, [](const Json &one) { return one.at("type") == "SHIFT_NOT_STARTED"; }));
    EXPECT_TRUE(waitState(rival, "COMPLETED", std::chrono::seconds(60))) << shift(rival).dump();
}

} // namespace
} // namespace crossfade
