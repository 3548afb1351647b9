// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/users.h"
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// Instrumented programs are several times slower: less of everything, the same conditions.
const bool Sanitized = std::getenv("CROSSFADE_SANITIZED") != nullptr;
const char *const Rate = Sanitized ? "60" : "200";
const std::int64_t ShiftedUsers = Sanitized ? 10'000 : 50'000;
const std::int64_t Sample = Sanitized ? 300 : 1'000; // requests that make a share

constexpr std::int64_t SettledMicros = 250'000; // decisions on their way when a step is taken

struct Counted {
    std::int64_t newer = 0;
    std::int64_t legacy = 0;
    std::int64_t strays = 0; // requests of users served on the wrong side
    std::int64_t all() const { return newer + legacy; }
};

Counted countSince(const TestSandbox &sandbox, std::int64_t from,
                   const std::set<std::string> &moved)
{
    Counted counted;
    for (const AccessLine &line : sandbox.accessLog("new", from)) {
        if (!line.isTraffic()) continue;
        ++counted.newer;
        counted.strays += moved.contains(line.user) ? 0 : 1;
    }
    for (const AccessLine &line : sandbox.accessLog("legacy", from)) {
        if (!line.isTraffic()) continue;
        ++counted.legacy;
        counted.strays += moved.contains(line.user) ? 1 : 0;
    }
    return counted;
}

// Whether `counted.newer` of `counted.all()` is within 3 binomial standard deviations of the share.
bool isShare(const Counted &counted, double percentage)
{
    const double n = static_cast<double>(counted.all());
    const double share = percentage / 100;
    return std::abs(static_cast<double>(counted.newer) - n * share) <=
           3 * std::sqrt(n * share * (1 - share));
}

// What really happens at the platforms after a step: exactly the bucket's users, and their share.
void expectStep(const TestSandbox &sandbox, double percentage, const std::string &salt)
{
    const auto moved = usersBelow(static_cast<std::uint32_t>(percentage * 100), ShiftedUsers, salt);
    EXPECT_EQ(on("NEW", decisionsOfAll(sandbox.router(), ShiftedUsers)), moved) << percentage;
    const std::int64_t from = nowMicros() + SettledMicros;
    Counted counted;
    // A sample may stray beyond three deviations by chance; it does not stay there as it grows.
    const bool within = waitFor(
        [&] {
            counted = countSince(sandbox, from, moved);
            return counted.all() >= Sample && isShare(counted, percentage);
        },
        30s);
    EXPECT_TRUE(within) << counted.newer << " of " << counted.all() << " at " << percentage << " %";
    EXPECT_EQ(counted.strays, 0);
    EXPECT_GT(counted.newer, 0);
    std::printf("%5.1f %%: %lld of %lld requests at NEW (%.2f %%), %lld strays\n", percentage,
                static_cast<long long>(counted.newer), static_cast<long long>(counted.all()),
                100.0 * static_cast<double>(counted.newer) / static_cast<double>(counted.all()),
                static_cast<long long>(counted.strays));
}

// How long after `acknowledged` the last request still came to NEW, in ms; negative: before it.
double lastAtNewMs(const TestSandbox &sandbox, std::int64_t acknowledged)
{
    // Over a second later any request that was under way has come.
    EXPECT_TRUE(
        waitFor([&] { return sandbox.accessLog("legacy", acknowledged).size() >= 300; }, 20s));
    std::int64_t last = 0;
    for (const AccessLine &line : sandbox.accessLog("new")) {
        if (line.isTraffic()) last = std::max(last, line.micros);
    }
    return static_cast<double>(last - acknowledged) / 1'000;
}

TEST(Shift, StepsMoveExactlyTheBucketAndABreachIsRolledBackAtOnce)
{
    TestSandbox sandbox({"--rate", Rate, "--users", std::to_string(ShiftedUsers)});
    ASSERT_TRUE(sandbox.isUp());
    const std::string salt =
        sandbox.router().get(sandbox.policyPath()).json.value("salt", std::string());
    ASSERT_FALSE(salt.empty());
    EXPECT_TRUE(on("NEW", decisionsOfAll(sandbox.router(), ShiftedUsers)).empty());

    const std::vector<double> steps =
        std::getenv("CROSSFADE_FULL") ? std::vector<double>{5, 10, 15, 20, 25, 30, 35, 40, 45, 50}
                                      : std::vector<double>{5, 10, 15};
    for (const double step : steps) {
        ASSERT_TRUE(sandbox.shiftTo(step));
        expectStep(sandbox, step, salt);
    }

    // A third of the requests to NEW fail: the guard trips, the rollback is proposed with evidence.
    ASSERT_TRUE(sandbox.setFaults("NEW", {{"error_rate", 33}}));
    ASSERT_TRUE(sandbox.waitForState("ROLLBACK_PROPOSED", 40s)) << sandbox.shift().dump(2);
    const std::string approval = sandbox.shift().value("approval_id", std::string());
    const Json opened = sandbox.router().get("/api/v1/approvals/" + approval).json;
    EXPECT_EQ(opened.value("state", ""), "OPEN");
    EXPECT_EQ(opened.value("kind", ""), "ROLLBACK");
    EXPECT_FALSE(opened.value("evidence", Json::object()).value("values", Json::array()).empty());
    EXPECT_EQ(opened.value("effect", Json::object()).value("to_percentage", -1.0), 0.0);

    const TestAnswer approved = sandbox.router().post("/api/v1/approvals/" + approval + "/approve",
                                                      {{"reason", "errors on NEW"}});
    const std::int64_t acknowledged = nowMicros();
    ASSERT_EQ(approved.status, 200) << approved.body;
    const double last = lastAtNewMs(sandbox, acknowledged);
    EXPECT_LT(last, 250);
    std::printf("last request at NEW %.1f ms after the approval was acknowledged\n", last);
    EXPECT_EQ(sandbox.shift().value("percentage", -1.0), 0.0);
    EXPECT_EQ(sandbox.shift().value("state", ""), "ROLLED_BACK");
    EXPECT_TRUE(on("NEW", decisionsOfAll(sandbox.router(), ShiftedUsers)).empty());
}

} // namespace
} // namespace crossfade
