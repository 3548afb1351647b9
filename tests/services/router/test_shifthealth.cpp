// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/time.h"
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/shiftfixture.h"

#include <fstream>

namespace crossfade {
namespace {

class ShiftHealth : public ShiftTest {
protected:
    std::string gate(const std::string &id, const char *name, const char *field = "status") {
        const Json items = router.get(pathOf(id, "/gates")).at("items");
        for (const Json &one : items) {
            if (one.at("gate") == name) return one.at(field);
        }
        return {};
    }
    bool waitHeld(const std::string &id, const char *cause) {
        return waitFor([&] { return shift(id).at("held_cause") == cause; });
    }
    AnsweringServer fresh;  // NEW
    AnsweringServer legacy; // LEGACY
};

TEST_F(ShiftHealth, theFirstStepNeedsANewThatIsWellThreeTimes) {
    fresh.answer(503);
    const std::string id = createPolicy({{"new_health_url", fresh.url() + "/healthz"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitHeld(id, "HEALTH")) << shift(id).dump();
    EXPECT_EQ(gate(id, "NEW_HEALTH"), "BLOCKED");
    fresh.answer(200);
    EXPECT_TRUE(waitPercentage(id, 10)) << gate(id, "NEW_HEALTH", "detail");
}

// Two dozen URLs of platforms that never answer: those of others are asked in time all the same.
TEST_F(ShiftHealth, theDeadDoNotHoldUpTheLiving) {
    AnsweringServer dead;
    dead.beSilent();
    for (int i = 0; i < 12; ++i) {
        const std::string system = "s" + std::to_string(i);
        createPolicy({{"policy_name", system},
                      {"target_system", system},
                      {"new_health_url", dead.url() + "/new/" + system},
                      {"legacy_health_url", dead.url() + "/legacy/" + system}});
    }
    const std::string id = createPolicy(
        {{"new_health_url", fresh.url() + "/healthz"}, {"legacy_health_url", legacy.url() + "/healthz"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    EXPECT_TRUE(waitPercentage(id, 20, std::chrono::seconds(60)))
        << gate(id, "NEW_HEALTH", "detail") << gate(id, "ROLLBACK_PATH", "detail") << shift(id).dump();
}

TEST_F(ShiftHealth, noStepWithoutAWayBack) {
    const std::string id = createPolicy({{"legacy_health_url", legacy.url() + "/healthz"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    legacy.beSilent(); // as after a SIGSTOP
    ASSERT_TRUE(waitHeld(id, "ROLLBACK_PATH")) << shift(id).dump();
    const double there = percentageOf(id);
    EXPECT_EQ(gate(id, "ROLLBACK_PATH"), "BLOCKED");
    legacy.answer(200);
    EXPECT_TRUE(waitFor([&] { return percentageOf(id) > there || stateOf(id) == "COMPLETED"; }))
        << shift(id).dump();
    legacy.beSilent();
    EXPECT_EQ(act(id, "rollback"), 200) << "going back asks nobody";
    EXPECT_EQ(percentageOf(id), 0);
}

TEST_F(ShiftHealth, theConsistencyGateAsksTheComparator) {
    AnsweringServer comparator;
    const auto checkOf = [&](double percentage, const char *status, Seconds age) {
        const Instant now =
            std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        comparator.answer(200, dumpJson({{"items",
                                          {{{"check_name", "users"},
                                            {"last_full_run",
                                             {{"status", status},
                                              {"consistency_percentage", percentage},
                                              {"ended_at", formatInstant(now - age)}}}}}},
                                         {"next_cursor", nullptr},
                                         {"total", 1}}));
    };
    checkOf(99.0, "SUCCESS", Seconds(1));
    std::ofstream(router.file("comparator-token")) << "secret\n";
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({"--comparator", comparator.url(), "--comparator-token-file",
                              router.file("comparator-token")}))
        << router.log();
    const std::string id = createPolicy(
        {{"consistency_gate",
          {{"check_names", {"users"}}, {"minimum_percentage", 99.5}, {"max_age_seconds", 60}}}});
    const auto load = traffic(id);
    const auto waitDetail = [&](const char *part) {
        return waitFor(
            [&] { return gate(id, "CONSISTENCY", "detail").find(part) != std::string::npos; });
    };
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitHeld(id, "CONSISTENCY")) << shift(id).dump();
    EXPECT_TRUE(waitDetail("99.00 % is below 99.50 %")) << gate(id, "CONSISTENCY", "detail");
    checkOf(100, "SUCCESS", Seconds(3'600));
    EXPECT_TRUE(waitDetail("too old"));
    checkOf(100, "SUCCESS", Seconds(-3'600));
    EXPECT_TRUE(waitDetail("ahead of this service's clock")) << "it would stay fresh for an hour";
    checkOf(100, "PARTIAL", Seconds(1));
    EXPECT_TRUE(waitDetail("did not judge every row"));
    comparator.answer(200, "{\"items\":[]}");
    EXPECT_TRUE(waitDetail("no such check"));
    comparator.answer(200, "not json");
    EXPECT_TRUE(waitDetail("the comparator"));
    comparator.beSilent();
    EXPECT_EQ(percentageOf(id), 0);
    checkOf(100, "SUCCESS", Seconds(1));
    EXPECT_TRUE(waitPercentage(id, 10)) << gate(id, "CONSISTENCY", "detail");
}

} // namespace
} // namespace crossfade
