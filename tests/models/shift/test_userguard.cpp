// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Guards over distinct users: one robot that retries must not fail a step.
#include "models/shift/recording.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>

namespace crossfade::test {
namespace {

Guard userGuard(std::optional<double> tolerance = std::nullopt) {
    Guard guard = successGuard();
    guard.countsUsers = true;
    guard.tolerance = tolerance;
    return guard;
}

// Of so many users the first `failing` fail each of their requests.
UserCounts usersWith(std::uint64_t count, std::uint64_t failing, int requestsOfTheFailing = 1) {
    UserCounts counts;
    for (std::uint64_t user = 1; user <= count; ++user) {
        const bool fails = user <= failing;
        for (int i = 0; i < (fails ? requestsOfTheFailing : 1); ++i)
            counts.add(user * 0x9E3779B97F4A7C15U, !fails);
    }
    return counts;
}

Judgement judgeUsers(const Guard &guard, const UserCounts &ours, const UserCounts &theirs = {}) {
    WindowReading reading;
    reading.from = at(100);
    reading.to = at(160);
    readUsers(guard, ours, theirs, reading);
    return judgeWindow(guard, reading, at(160));
}

TEST(UserGuard, OneRobotIsOneUser) {
    const Judgement robot = judgeUsers(userGuard(), usersWith(200, 1, 10'000));
    EXPECT_EQ(robot.verdict, Verdict::Pass) << robot.detail;
    EXPECT_DOUBLE_EQ(robot.value.value(), 99.5);
    EXPECT_EQ(robot.samples, 200U);
    const Judgement many = judgeUsers(userGuard(), usersWith(200, 3));
    EXPECT_EQ(many.verdict, Verdict::Breach);
    EXPECT_DOUBLE_EQ(many.value.value(), 98.5);
}

TEST(UserGuard, SamplesAreUsers) {
    EXPECT_EQ(judgeUsers(userGuard(), usersWith(9, 1, 1'000)).verdict, Verdict::TooFew);
    EXPECT_EQ(judgeUsers(userGuard(), {}).verdict, Verdict::NoData);
    EXPECT_EQ(judgeUsers(userGuard(), usersWith(10, 0)).verdict, Verdict::Pass);
}

TEST(UserGuard, ErrorRatesAreTheShareWhoFailed) {
    Guard guard = userGuard();
    guard.metric = Metric::ErrorRate;
    guard.comparison = Comparison::AtMost;
    guard.threshold = 1;
    EXPECT_DOUBLE_EQ(judgeUsers(guard, usersWith(200, 2)).value.value(), 1.0);
    EXPECT_EQ(judgeUsers(guard, usersWith(200, 2)).verdict, Verdict::Pass);
    EXPECT_EQ(judgeUsers(guard, usersWith(200, 3)).verdict, Verdict::Breach);
}

TEST(UserGuard, IsHeldAgainstTheOthersUsers) {
    Guard guard = userGuard(0.5);
    guard.minSamples = 100;
    const Judgement worse = judgeUsers(guard, usersWith(800, 24), usersWith(9'000, 72));
    EXPECT_EQ(worse.verdict, Verdict::Breach) << worse.detail;
    EXPECT_DOUBLE_EQ(worse.value.value(), 97.0);
    EXPECT_DOUBLE_EQ(worse.reference.value(), 99.2);
    // The test of the same numbers where requests are counted.
    Slot ours;
    ours.count = 800;
    ours.ok = 776;
    Slot theirs;
    theirs.count = 9'000;
    theirs.ok = 8'928;
    WindowReading byRequests;
    Guard counted = guard;
    counted.countsUsers = false;
    readRelative(counted, ours, theirs, byRequests);
    EXPECT_DOUBLE_EQ(worse.pValue.value(), byRequests.pValue);
    EXPECT_EQ(judgeUsers(guard, usersWith(800, 1, 500), usersWith(9'000, 72)).verdict, Verdict::Pass);
    EXPECT_EQ(judgeUsers(guard, usersWith(800, 24), {}).verdict, Verdict::NoData);
    EXPECT_EQ(judgeUsers(guard, usersWith(800, 24), usersWith(99, 0)).verdict, Verdict::TooFew);
}

std::string pointerOf(const Json &guard) {
    const Result<ShiftPolicy> read =
        policyFromJson({{"policy_name", "a"}, {"target_system", "*"}, {"guards", {guard}}}, "s");
    return read ? std::string() : read.error().fields.at(0).pointer;
}

TEST(UserGuard, IsReadWithItsOwnRules) {
    const Json good{{"metric", "error_rate"}, {"threshold", 1}, {"counts", "USERS"}, {"window_seconds", 600}};
    EXPECT_EQ(pointerOf(good), "");
    const auto with = [&](const char *field, Json value) {
        Json changed = good;
        changed[field] = std::move(value);
        return pointerOf(changed);
    };
    EXPECT_EQ(with("window_seconds", 601), "/guards/0/window_seconds");
    EXPECT_EQ(with("counts", "PEOPLE"), "/guards/0/counts");
    for (const char *metric : {"authorization_latency", "request_rate", "user_satisfaction"})
        EXPECT_EQ(with("metric", metric), "/guards/0/counts") << metric;
    const auto policy =
        policyFromJson({{"policy_name", "a"}, {"target_system", "*"}, {"guards", {good}}}, "s");
    ASSERT_TRUE(policy);
    EXPECT_TRUE(policy->guards[0].countsUsers);
    EXPECT_EQ(guardToJson(policy->guards[0]).at("counts"), "USERS");
    EXPECT_EQ(guardToJson(successGuard()).at("counts"), "REQUESTS");
}

TEST(UserGuard, ItsRecordIsNotTakenForThatOfRequests) {
    Guard requests = userGuard();
    requests.countsUsers = false;
    EXPECT_NE(measureOf(userGuard()), measureOf(requests));
}

// From the rate of requests nobody can tell how many users they are of.
TEST(UserGuard, PromisesNoTime) {
    ShiftPolicy policy = plainPolicy();
    policy.guards = {userGuard()};
    ShiftFacts facts = greenFacts(policy, at(2'000));
    facts.guards[0].last = judged(Verdict::TooFew, at(2'000), 5);
    const NextAction action = nextAction(policy, statusIn(ShiftState::Evaluating, 5), facts);
    EXPECT_FALSE(action.earliestAt);
    EXPECT_EQ(action.blockedBy, (std::vector<Gate>{Gate::Guards, Gate::Samples}));
}

} // namespace
} // namespace crossfade::test
