// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/users.h"
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <csignal>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// With fault control untouched: NEW itself stops answering.
void expectTrip(TestSandbox &sandbox, int number)
{
    ASSERT_TRUE(sandbox.shiftTo(5));
    const auto passes = [&] {
        const Json guards = sandbox.router().get(sandbox.policyPath() + "/guards").json;
        if (!guards.is_object() || guards.value("items", Json::array()).empty()) return false;
        return guards.at("items").at(0).value("verdict", "") == "PASS";
    };
    ASSERT_TRUE(waitFor(passes, 30s))
        << sandbox.router().get(sandbox.policyPath() + "/guards").body;
    const std::int64_t from = nowMicros();
    sandbox.signal("NEW", number);
    ASSERT_TRUE(sandbox.waitForState("ROLLBACK_PROPOSED", 40s)) << sandbox.shift().dump(2);
    std::printf("proposed %.1f s after signal %d\n", static_cast<double>(nowMicros() - from) / 1e6,
                number);

    const TestAnswer approved = sandbox.router().post(
        "/api/v1/approvals/" + sandbox.shift().value("approval_id", std::string()) + "/approve",
        {{"reason", "NEW does not answer"}});
    EXPECT_EQ(approved.status, 200) << approved.body;
    EXPECT_EQ(sandbox.shift().value("percentage", -1.0), 0.0);
    const std::string alerts = sandbox.router().get("/api/v1/alerts").body;
    EXPECT_NE(alerts.find("GUARD_TRIPPED"), std::string::npos);
    // LEGACY serves everybody again: no request fails any more.
    const auto failures = [&] {
        return sandbox.control()
            .get("/api/v1/sandbox/status")
            .json.at("requests")
            .value("failed", 0);
    };
    const std::int64_t served = nowMicros() + 2'000'000;
    ASSERT_TRUE(waitFor([&] { return sandbox.accessLog("legacy", served).size() >= 20; }, 20s));
    const int before = failures();
    ASSERT_TRUE(waitFor([&] { return sandbox.accessLog("legacy", served).size() >= 120; }, 20s));
    EXPECT_EQ(failures(), before);
}

TEST(Guard, AKilledPlatformTripsIt)
{
    TestSandbox sandbox({"--rate", "60", "--users", "5000"});
    ASSERT_TRUE(sandbox.isUp());
    expectTrip(sandbox, SIGKILL);
    if (testing::Test::HasFailure()) return;
    EXPECT_FALSE(sandbox.control()
                     .get("/api/v1/sandbox/status")
                     .json.at("processes")
                     .at("NEW")
                     .value("running", true));
    EXPECT_TRUE(sandbox.restart("NEW"));
    EXPECT_EQ(sandbox.platform("new").get("/healthz").status, 200);
}

TEST(Guard, AStoppedPlatformTripsIt)
{
    TestSandbox sandbox({"--rate", "60", "--users", "5000"});
    ASSERT_TRUE(sandbox.isUp());
    expectTrip(sandbox, SIGSTOP);
    sandbox.signal("NEW", SIGCONT);
    EXPECT_TRUE(waitFor([&] { return sandbox.platform("new").get("/healthz").status == 200; }));
}

} // namespace
} // namespace crossfade
