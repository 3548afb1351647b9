// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/weeklywindow.h"
#include "tests/services/router/shiftfixture.h"

#include <gmock/gmock.h>

namespace crossfade {
namespace {

class ShiftWalk : public ShiftTest {
protected:
    // Every percentage the history names, in order, repeats left out.
    std::vector<double> way(const std::string &id) {
        std::vector<double> percentages;
        for (const Json &entry : history(id)) {
            const double to = entry.at("to_percentage");
            if (percentages.empty() || percentages.back() != to) percentages.push_back(to);
        }
        return percentages;
    }
};

TEST_F(ShiftWalk, fromZeroToMaxStepByStepWithoutAConsole) {
    const std::string id = createPolicy();
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    EXPECT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(60))) << shift(id).dump();
    EXPECT_THAT(way(id), testing::ElementsAre(0, 10, 20, 25));
    // What is stored is what decides: a user of bucket < 25 % is on NEW.
    Json requests = Json::array();
    for (int i = 0; i < 1'000; ++i)
        requests.push_back({{"user_id", "u" + std::to_string(i)}});
    int onNew = 0;
    const Json answer = router.post("/api/v1/decisions", {{"requests", requests}}, 200);
    for (const Json &decision : answer.at("decisions")) {
        const bool below = decision.at("bucket").get<int>() < 2'500;
        EXPECT_EQ(decision.at("platform") == "NEW", below);
        onNew += below;
    }
    EXPECT_GT(onNew, 180);
    EXPECT_LT(onNew, 320);
    const Json last = history(id).back();
    EXPECT_EQ(last.at("cause"), "COMPLETED");
    EXPECT_EQ(last.at("actor"), "runner");
}

TEST_F(ShiftWalk, doesNotStepWithoutEvidenceOnNew) {
    const std::string id = createPolicy();
    const auto load = traffic(id);
    load->onNew = false;
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitState(id, "EVALUATING"));
    const auto gateOf = [&](const char *name) {
        const Json items = router.get(pathOf(id, "/gates")).at("items");
        for (const Json &gate : items) {
            if (gate.at("gate") == name) return gate.at("status").get<std::string>();
        }
        return std::string();
    };
    EXPECT_EQ(gateOf("EVIDENCE"), "BLOCKED");
    EXPECT_EQ(gateOf("TRAFFIC"), "BLOCKED");
    const Json action = shift(id).at("next_action");
    EXPECT_EQ(action.at("action"), "STEP");
    EXPECT_EQ(action.at("blocked_by")[0], "EVIDENCE");
    EXPECT_EQ(percentageOf(id), 10);
    load->onNew = true;
    EXPECT_TRUE(waitPercentage(id, 20)) << shift(id).dump();
}

TEST_F(ShiftWalk, theFirstStepNeedsALegacyThatIsMeasured) {
    const std::string id = createPolicy();
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(shift(id).at("held_cause"), "HEALTH");
    EXPECT_EQ(percentageOf(id), 0);
    const auto load = traffic(id); // the hold ends by itself
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
}

TEST_F(ShiftWalk, aFreezeHolds) {
    const std::string id = createPolicy({{"freezes",
                                          {{{"start", "2020-01-01T00:00:00Z"},
                                            {"end", "2199-01-01T00:00:00Z"},
                                            {"reason", "fair"}}}}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    EXPECT_EQ(shift(id).at("held_cause"), "FREEZE");
    const TestAnswer before = router.call({"GET", pathOf(id), {}});
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"freezes", Json::array()}}, "1"}).status, 200);
    EXPECT_EQ(before.header("etag"), "\"1\"") << "the runner's steps do not age the definition";
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
}

TEST_F(ShiftWalk, outsideItsChangeWindowsItIsHeldAndSaysWhenTheNextOpens) {
    // Three hours that begin five from now, by clocks that are 5:45 ahead.
    const auto clock = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
    const auto wall = clock.time_since_epoch() + std::chrono::minutes(345);
    const auto minutes = static_cast<int>(wall.count() % (24 * 60));
    const auto text = [](int minute) { return timeOfDayText((minute + 24 * 60) % (24 * 60)); };
    const Json every{"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
    const auto windows = [&](int from) {
        return Json::array({{{"weekdays", every},
                             {"from", text(minutes + from)},
                             {"to", text(minutes + from + 180)},
                             {"time_zone", "Asia/Kathmandu"}}});
    };
    const std::string id = createPolicy({{"change_windows", windows(300)}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    const Json held = shift(id);
    EXPECT_EQ(held.at("held_cause"), "WINDOW");
    const Json &next = held.at("next_action");
    EXPECT_EQ(next.at("action"), "WAIT");
    EXPECT_EQ(next.at("percentage"), 10);
    EXPECT_EQ(next.at("earliest_at"), formatInstant(instantFromMs(
                  std::chrono::milliseconds(clock.time_since_epoch() + std::chrono::minutes(300)).count())));
    EXPECT_THAT(next.at("detail").get<std::string>(), testing::HasSubstr(text(minutes + 300) + " Asia/Kathmandu"));
    EXPECT_EQ(router.get("/api/v1/alerts").at("items")[0].at("severity"), "LOW");
    EXPECT_EQ(percentageOf(id), 0);
    // Now it is open: the hold ends by itself.
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"change_windows", windows(-60)}}, "1"}).status, 200);
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    // The zone must be one the service knows.
    Json odd = windows(0);
    odd[0]["time_zone"] = "Mars/Olympus";
    const TestAnswer refused = router.call({"PATCH", pathOf(id), {{"change_windows", odd}}, "2"});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(pointerOf(refused), "/change_windows/0/time_zone");
}

TEST_F(ShiftWalk, suspendStopsAndResumeGoesOnFromThere) {
    const std::string id = createPolicy();
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    ASSERT_EQ(act(id, "suspend"), 200);
    const double there = percentageOf(id);
    load->newFails = true; // SUSPENDED acts on nothing, but the guard is judged and shown
    EXPECT_TRUE(waitFor(
        [&] { return router.get(pathOf(id, "/guards")).at("items")[0].at("tripped") == true; }));
    EXPECT_EQ(stateOf(id), "SUSPENDED");
    EXPECT_EQ(percentageOf(id), there);
    load->newFails = false;
    EXPECT_TRUE(waitFor(
        [&] { return router.get(pathOf(id, "/guards")).at("items")[0].at("verdict") == "PASS"; }));
    const std::size_t before = history(id).size();
    ASSERT_EQ(act(id, "resume"), 200);
    EXPECT_TRUE(waitPercentage(id, there + 1)) << shift(id).dump();
    // From where it stopped, at no time from below.
    const std::vector<Json> entries = history(id);
    ASSERT_GT(entries.size(), before + 1);
    EXPECT_EQ(entries[before].at("cause"), "RESUMED");
    for (std::size_t i = before; i < entries.size(); ++i) {
        EXPECT_GE(entries[i].at("from_percentage").get<double>(), there) << entries[i].dump();
        EXPECT_GE(entries[i].at("to_percentage").get<double>(), there) << entries[i].dump();
    }
}

TEST_F(ShiftWalk, editingStepsMidRunNeverJumps) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    const TestAnswer edited = router.call(
        {"PATCH",
         pathOf(id),
         {{"steps", {{{"percentage", 1}}, {{"percentage", 12}}}}, {"stabilization_seconds", 1}},
         "1"});
    EXPECT_EQ(edited.status, 200);
    EXPECT_EQ(edited.json.at("shift").at("percentage"), 10);
    EXPECT_EQ(edited.json.at("shift").at("next_step"), 12);
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"max_shift_percentage", 5}}, "2"}).status, 422)
        << "below where it is";
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"shift_increment", 1}}, "1"}).status, 412);
    EXPECT_EQ(router.call({"PATCH", pathOf(id), {{"salt", "another"}}, "2"}).status, 422);
}

TEST_F(ShiftWalk, aRestartGoesOnAtMostOneStepFurther) {
    const std::string id = createPolicy();
    auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    load.reset();
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    const double after = percentageOf(id);
    EXPECT_GE(after, 10);
    EXPECT_LE(after, 20);
    EXPECT_EQ(stateOf(id), "STABILIZING") << "it bakes again";
    const auto again = traffic(id);
    EXPECT_TRUE(waitState(id, "COMPLETED", std::chrono::seconds(60))) << shift(id).dump();
    EXPECT_THAT(way(id), testing::ElementsAre(0, 10, 20, 25));
}

TEST_F(ShiftWalk, aStepMayAskForItself) {
    const std::string id = createPolicy({{"steps",
                                          {{{"percentage", 5}, {"approval", nullptr}},
                                           {{"percentage", 10}, {"approval", true}}}},
                                         {"max_shift_percentage", 20}});
    EXPECT_EQ(policy(id).at("steps")[1].at("approval"), true);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 5);
    const std::string path = "/api/v1/approvals/" + openApproval();
    EXPECT_EQ(router.get(path).at("effect").at("to_percentage"), 10);
    EXPECT_EQ(router.call({"POST", path + "/approve", {{"reason", "go"}}, {}, "approver"}).status, 200);
    EXPECT_TRUE(waitPercentage(id, 20)) << "the rest asks nobody: " << shift(id).dump();
}

TEST_F(ShiftWalk, eachStepWaitsForAnApprover) {
    const std::string id = createPolicy({{"approval", "EACH_STEP"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    const std::string approval = openApproval();
    ASSERT_NE(approval, "");
    EXPECT_EQ(shift(id).at("approval_id"), approval);
    const std::string path = "/api/v1/approvals/" + approval;
    EXPECT_EQ(router.call({"POST", path + "/approve", {{"reason", "go"}}, {}, "operator"}).status,
              403);
    EXPECT_EQ(router.call({"POST", path + "/approve", Json::object(), {}, "approver"}).status, 422)
        << "no reason";
    EXPECT_EQ(router.call({"POST", path + "/approve", {{"reason", "go"}}, {}, "approver"}).status,
              200);
    EXPECT_EQ(percentageOf(id), 10);
    EXPECT_EQ(router.call({"POST", path + "/reject", {{"reason", "late"}}, {}, "approver"}).status,
              409);
    EXPECT_EQ(router.get(path).at("state"), "APPROVED");
}

} // namespace
} // namespace crossfade
