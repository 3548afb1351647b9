// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What guards and gates promise, seen from outside: when they trip, whose requests they judge, what they say.
#include "models/core/time.h"
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/shiftfixture.h"

#include <algorithm>
#include <fstream>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class GuardTraps : public ShiftTest {
protected:
    static Json guarded(const Json &guard, const Json &changes = Json::object()) {
        Json success{{"id", "success"},     {"metric", "authentication_success_rate"}, {"threshold", 99},
                     {"window_seconds", 3}, {"min_samples", 5}};
        success.update(guard);
        Json body{{"stabilization_seconds", 600}, {"guards", Json::array({success})}};
        body.update(changes);
        return body;
    }
    std::string atTen(const Json &policy) {
        const std::string id = createPolicy(policy);
        load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        EXPECT_TRUE(waitFor([&] { return standing(id).at("verdict") == "PASS"; })) << standing(id).dump();
        return id;
    }
    Json standing(const std::string &id) { return router.get(pathOf(id, "/guards")).at("items")[0]; }
    Json recent(const std::string &id) { return standing(id).at("recent"); }
    static bool isBreach(const Json &one) { return one.at("verdict") == "BREACH"; }
    static std::string now() {
        return formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
    }
    // One request, now.
    void observe(const std::string &id, const char *platform, int status, const char *reason = "PERCENTAGE") {
        const Json one{{"at", now()},
                       {"platform", platform},
                       {"user_id", "user-1"},
                       {"decision", {{"reason", reason}, {"policy_id", id}, {"epoch", 1}}},
                       {"status", status},
                       {"latency_ms", 10}};
        EXPECT_EQ(router.client("observer").observe(Json::array({one})).status, 202);
    }
    std::string gateDetail(const std::string &id, const char *name) {
        const Json items = router.get(pathOf(id, "/gates")).at("items");
        for (const Json &one : items) {
            if (one.at("gate") == name) return one.at("status").get<std::string>() + ": " + one.at("detail").get<std::string>();
        }
        return {};
    }
    std::unique_ptr<Traffic> load;
};

TEST_F(GuardTraps, threeFailuresTripOnTheThird) {
    const std::string id = atTen(guarded({{"breaches", 3}, {"windows", 3}}, {{"on_breach", "HOLD"}}));
    load->newFails = true;
    ASSERT_TRUE(waitFor([&] { return shift(id).at("held_cause") == "GUARD"; })) << shift(id).dump();
    const Json evidence = history(id).back().at("evidence");
    const Json &values = evidence.at("values");
    EXPECT_EQ(std::ranges::count_if(values, isBreach), 3) << values.dump();
    EXPECT_TRUE(isBreach(values.back()));
    EXPECT_EQ(evidence.at("tripped_at"), values.back().at("at")) << "on the third, at once";
}

// Twice a moment of errors, with good windows between: as many breaches as would trip, never among the last six.
TEST_F(GuardTraps, breachesPassOutOfSight) {
    const std::string id = atTen(guarded({{"threshold", 99.9}, {"breaches", 4}, {"windows", 6}}, {{"on_breach", "ROLLBACK"}}));
    const auto passes = [&] {
        const Json seen = recent(id);
        return seen.size() >= 6 && std::none_of(seen.end() - 6, seen.end(), isBreach);
    };
    for (int pulse = 0; pulse < 2; ++pulse) {
        observe(id, "NEW", 500);
        ASSERT_TRUE(waitFor([&] { return isBreach(recent(id).back()); })) << recent(id).dump();
        ASSERT_TRUE(waitFor(passes, 20s)) << recent(id).dump();
    }
    EXPECT_GE(std::ranges::count_if(recent(id), isBreach), 4) << recent(id).dump();
    EXPECT_EQ(stateOf(id), "STABILIZING");
    EXPECT_EQ(percentageOf(id), 10);
}

TEST_F(GuardTraps, oneWindowBeyondTheCriticalThresholdIsEnough) {
    const std::string id = atTen(guarded({{"breaches", 20}, {"windows", 20}, {"critical_threshold", 50}},
                                         {{"on_breach", "ROLLBACK"}}));
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLED_BACK", 12s)) << standing(id).dump();
    const Json values = history(id).back().at("evidence").at("values");
    EXPECT_LT(std::ranges::count_if(values, isBreach), 6) << values.dump();
    EXPECT_LT(values.back().at("value").get<double>(), 50);
}

// As long as it is not finalized what is complete is watched.
TEST_F(GuardTraps, afterItsEndAGuardStillActs) {
    const std::string id = createPolicy({{"on_breach", "ROLLBACK"}, {"max_shift_percentage", 20}, {"shift_increment", 20}});
    load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "COMPLETED", 30s)) << shift(id).dump();
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLED_BACK")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(history(id).back().at("from_percentage"), 20);
    EXPECT_EQ(history(id).back().at("actor"), "runner");
}

TEST_F(GuardTraps, editedStepsAreTakenOneByOne) {
    const std::string id = createPolicy({{"max_shift_percentage", 100}, {"stabilization_seconds", 3}});
    load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const Json edited = policyBody({{"max_shift_percentage", 100},
                                    {"stabilization_seconds", 1},
                                    {"steps", {{{"percentage", 4}}, {{"percentage", 12}}, {{"percentage", 13}}}},
                                    {"shift_increment", 1}});
    Json body = edited;
    body["reason"] = "slower";
    const std::string version = std::to_string(policy(id).at("version").get<int>());
    const std::size_t before = history(id).size();
    ASSERT_EQ(router.call({"PUT", pathOf(id), body, version, "operator"}).status, 200);
    EXPECT_EQ(percentageOf(id), 10) << "the edit moves nobody";
    ASSERT_TRUE(waitPercentage(id, 15, 30s)) << shift(id).dump();
    std::vector<double> stops;
    const std::vector<Json> entries = history(id);
    for (std::size_t i = before; i < entries.size(); ++i) {
        if (entries[i].at("cause") == "STEPPED") stops.push_back(entries[i].at("to_percentage"));
    }
    ASSERT_GE(stops.size(), 4U);
    EXPECT_EQ((std::vector<double>(stops.begin(), stops.begin() + 4)), (std::vector<double>{12, 13, 14, 15}));
}

TEST_F(GuardTraps, withoutAHealthUrlNothingIsCalledHealthy) {
    const std::string id = atTen(guarded({{"breaches", 3}, {"windows", 3}}));
    EXPECT_TRUE(waitFor([&] {
        const std::string said = gateDetail(id, "ROLLBACK_PATH");
        return said.starts_with("OPEN: no health URL of LEGACY is set, 100.0 % of ") &&
               said.ends_with("requests on it were good, the store takes writes and holds the previous epoch");
    })) << gateDetail(id, "ROLLBACK_PATH");
    load->onLegacy = false;
    EXPECT_TRUE(waitFor([&] {
        return gateDetail(id, "ROLLBACK_PATH") ==
               "OPEN: no health URL of LEGACY is set and nothing was measured on it in the last 10 s, the store takes "
               "writes and holds the previous epoch";
    }, 20s)) << gateDetail(id, "ROLLBACK_PATH");
    observe(id, "LEGACY", 500);
    EXPECT_TRUE(waitFor([&] {
        return gateDetail(id, "ROLLBACK_PATH") ==
               "BLOCKED: no health URL of LEGACY is set, 0.0 % of 1 requests on it were good";
    })) << gateDetail(id, "ROLLBACK_PATH");
    // One that serves now and then is none that anybody is taken back to.
    EXPECT_TRUE(waitFor([&] {
        for (const int status : {500, 500, 200})
            observe(id, "LEGACY", status);
        const std::string said = gateDetail(id, "ROLLBACK_PATH");
        return said.starts_with("BLOCKED: no health URL of LEGACY is set, ") && said.find(", 0.0 %") == std::string::npos;
    }, 20s)) << gateDetail(id, "ROLLBACK_PATH");
    EXPECT_TRUE(waitFor([&] {
        for (const int status : {200, 200, 500})
            observe(id, "LEGACY", status);
        return gateDetail(id, "ROLLBACK_PATH").starts_with("OPEN: no health URL of LEGACY is set, ");
    }, 20s)) << gateDetail(id, "ROLLBACK_PATH");
}

TEST_F(GuardTraps, aWayBackToLegacyIsGuardedThere) {
    const Json named{{"metric", "error_rate"}, {"threshold", 2}};
    const Json back = policyBody({{"target_platform", "LEGACY"},
                                  {"guards", Json::array({{{"metric", "authentication_success_rate"}, {"threshold", 99}},
                                                          {{"metric", "error_rate"}, {"threshold", 5}, {"platform", "NEW"}}})},
                                  {"success_thresholds", Json::array({named})},
                                  {"rollback_conditions", Json::array({named})},
                                  {"monitoring_metrics", Json::array({"request_rate"})}});
    const std::string id = router.post("/api/v1/shift-policies", back).at("id");
    const auto platforms = [&] {
        std::vector<std::string> all;
        const Json stored = policy(id);
        for (const Json &guard : stored.at("guards"))
            all.push_back(guard.at("platform"));
        return all;
    };
    const std::vector<std::string> expected{"LEGACY", "NEW", "LEGACY", "LEGACY", "LEGACY"};
    EXPECT_EQ(platforms(), expected);
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(platforms(), expected) << "as stored";
    const Json there = router.post("/api/v1/shift-policies", policyBody({{"policy_name", "b"}, {"target_system", "b"}}));
    EXPECT_EQ(there.at("guards")[0].at("platform"), "NEW");
}

TEST_F(GuardTraps, aCheckThatRunsEachWeekCanPass) {
    AnsweringServer comparator;
    const Instant ended = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) - Seconds(5 * 86'400);
    comparator.answer(200, dumpJson({{"items",
                                      {{{"check_name", "users"},
                                        {"last_full_run",
                                         {{"status", "SUCCESS"},
                                          {"consistency_percentage", 99.9},
                                          {"ended_at", formatInstant(ended)}}}}}},
                                     {"next_cursor", nullptr},
                                     {"total", 1}}));
    std::ofstream(router.file("comparator-token")) << "secret\n";
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({"--comparator", comparator.url(), "--comparator-token-file", router.file("comparator-token")}))
        << router.log();
    const Json check{{"id", "equal"}, {"metric", "consistency_percentage"}, {"check_name", "users"}, {"threshold", 99.5}};
    Json weekly = check;
    weekly["id"] = "weekly";
    weekly["window_seconds"] = 8 * 86'400;
    const std::string id = createPolicy({{"guards", Json::array({weekly, check})}});
    load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    const auto verdict = [&](std::size_t at) { return router.get(pathOf(id, "/guards")).at("items")[at].at("verdict"); };
    EXPECT_TRUE(waitFor([&] { return verdict(0) == "PASS" && verdict(1) == "STALE"; }))
        << router.get(pathOf(id, "/guards")).dump();
    EXPECT_EQ(policy(id).at("guards")[1].at("window_seconds"), 3'600);
    const auto refused = [&](Json guard, std::int64_t seconds) {
        guard["window_seconds"] = seconds;
        Json body = policyBody({{"policy_name", "b"}, {"target_system", "b"}, {"guards", Json::array({guard})}});
        body["reason"] = "test";
        const TestAnswer answer = router.call({"POST", "/api/v1/shift-policies", body});
        return answer.status == 422 ? pointerOf(answer) : std::to_string(answer.status);
    };
    EXPECT_EQ(refused(check, 30 * 86'400 + 1), "/guards/0/window_seconds");
    EXPECT_EQ(refused({{"metric", "error_rate"}, {"threshold", 1}}, 3'601), "/guards/0/window_seconds");
}

// With everybody on NEW there is nobody to compare with: the next action says what to do, and that completes it. Who has
// no id is no comparison.
TEST_F(GuardTraps, atTheEndARelativeGuardIsOverridden) {
    const Json against{{"id", "success"},     {"metric", "authentication_success_rate"}, {"tolerance", 1},
                       {"window_seconds", 2}, {"min_samples", 5},                        {"breaches", 2}, {"windows", 2}};
    const std::string id = createPolicy(
        {{"max_shift_percentage", 100}, {"shift_increment", 100}, {"stabilization_seconds", 4}, {"users_without_id", "NEW"},
         {"guards", Json::array({against})}});
    load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 100)) << shift(id).dump();
    load->onLegacy = false;
    const auto next = [&] { return shift(id).at("next_action"); };
    ASSERT_TRUE(waitFor([&] { return next().at("action") == "OPERATOR"; }, 20s)) << shift(id).dump();
    EXPECT_EQ(next().at("detail"), "at 100 % nobody is left to compare authentication_success_rate with: override the "
                                   "gate GUARDS to complete, or roll back");
    EXPECT_EQ(next().at("blocked_by"), Json::array({"GUARDS"}));
    for (int i = 0; i < 8; ++i)
        observe(id, "LEGACY", 200, "NO_KEY");
    const std::size_t judged = recent(id).size();
    ASSERT_TRUE(waitFor([&] { return recent(id).size() >= judged + 3; }));
    EXPECT_EQ(standing(id).at("detail"), "no sample of LEGACY to compare with") << standing(id).dump();
    EXPECT_NE(stateOf(id), "COMPLETED");
    EXPECT_EQ(act(id, "override", {{"gate", "GUARDS"}, {"reason", "everybody is on NEW"}}), 200);
    ASSERT_TRUE(waitState(id, "COMPLETED")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 100);
    EXPECT_EQ(act(id, "finalize"), 200);
}

} // namespace
} // namespace crossfade
