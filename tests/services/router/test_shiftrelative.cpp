// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

// A guard that holds NEW against LEGACY, on real windows of pushed observations.
class ShiftRelative : public ShiftTest {
protected:
    static Json against(double tolerance) {
        return {{"on_breach", "ROLLBACK"},
                {"stabilization_seconds", 600},
                {"guards",
                 {{{"id", "success"},
                   {"metric", "authentication_success_rate"},
                   {"tolerance", tolerance},
                   {"window_seconds", 2},
                   {"min_samples", 20},
                   {"breaches", 2},
                   {"windows", 2}}}}};
    }
    Json standing(const std::string &id) { return router.get(pathOf(id, "/guards")).at("items")[0]; }
    bool waitVerdict(const std::string &id, const char *verdict) {
        return waitFor([&] { return standing(id).at("verdict") == verdict; });
    }
};

TEST_F(ShiftRelative, tripsOnWhatLegacyDoesNotSuffer) {
    const std::string id = createPolicy(against(5));
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    Json now = standing(id);
    EXPECT_EQ(now.at("reference"), 100) << now.dump();
    EXPECT_GE(now.at("p_value").get<double>(), 0.01);
    EXPECT_TRUE(now.at("guard").at("threshold").is_null());

    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLED_BACK")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 0);
    const Json evidence = history(id).back().at("evidence");
    EXPECT_EQ(evidence.at("guard").at("tolerance"), 5);
    const Json &last = evidence.at("values").back();
    EXPECT_EQ(last.at("verdict"), "BREACH");
    EXPECT_LT(last.at("p_value").get<double>(), 0.01);
    EXPECT_EQ(last.at("reference"), 100);
    const Json alerts = router.get("/api/v1/alerts").at("items");
    const auto tripped = std::ranges::find(alerts, "GUARD_TRIPPED", [](const Json &alert) { return alert.at("type"); });
    ASSERT_NE(tripped, alerts.end());
    EXPECT_NE(tripped->at("message").get<std::string>().find("is worse than LEGACY's 100 % by more than 5 points"),
              std::string::npos)
        << tripped->dump();
}

TEST_F(ShiftRelative, withNobodyOnLegacyItHoldsAndSaysWhy) {
    const std::string id = createPolicy(against(5));
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    load->onLegacy = false;
    ASSERT_TRUE(waitFor([&] { return standing(id).at("detail") == "no sample of LEGACY to compare with"; }))
        << standing(id).dump();
    EXPECT_EQ(standing(id).at("verdict"), "NO_DATA");
    EXPECT_EQ(percentageOf(id), 10);
    EXPECT_EQ(act(id, "rollback", {{"target_percentage", 0}}), 200) << "no evidence is needed to go back";
    EXPECT_EQ(percentageOf(id), 0);
}

TEST_F(ShiftRelative, whatItJudgedByIsStored) {
    const std::string id = createPolicy(against(5));
    auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    const auto isPass = [](const Json &one) { return one.at("verdict") == "PASS"; };
    // A judgement is stored with the next second's batch.
    const auto judgedTwice = [&] { return std::ranges::count_if(standing(id).at("recent"), isPass) >= 3; };
    ASSERT_TRUE(waitFor(judgedTwice)) << standing(id).dump();
    const Json recent = standing(id).at("recent");
    const Json before = *std::ranges::find_if(recent, isPass);
    load.reset();
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    const Json after = standing(id).at("recent");
    const auto found = std::ranges::find(after, before.at("at"), [](const Json &one) { return one.at("at"); });
    ASSERT_NE(found, after.end()) << after.dump();
    EXPECT_EQ(*found, before);
}

} // namespace
} // namespace crossfade
