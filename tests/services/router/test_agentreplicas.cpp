// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What agents push to one router of several.
#include "tests/services/router/agentfixture.h"
#include "tests/support/replicas.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class AgentReplicas : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
        leader = *replicas.leader();
        follower = 1 - leader;
    }
    // Judged each second by what NEW did since it began.
    void startPolicy() {
        const Json guard{{"id", "success"},      {"metric", "authentication_success_rate"},
                         {"threshold", 99},      {"window_seconds", 300},
                         {"min_samples", 10},    {"breaches", 2},
                         {"windows", 2}};
        const Json body{{"policy_name", "users"}, {"target_system", "*"},  {"stabilization_seconds", 600},
                        {"interval_seconds", 1},  {"on_breach", "HOLD"},   {"guards", {guard}}};
        const TestAnswer made = replicas.client(leader).post("/api/v1/shift-policies", body);
        ASSERT_EQ(made.status, 201) << made.body;
        policyId = made.json.at("id");
        ASSERT_EQ(replicas.client(leader).post(path("/shift"), {{"reason", "go"}}).status, 200);
        first = agentSecond() + 2;
        ASSERT_TRUE(waitFor([&] { return agentSecond() > first + 3; }));
    }
    std::string path(const std::string &rest) const { return "/api/v1/shift-policies/" + policyId + rest; }
    Json standing(std::size_t number) {
        const TestAnswer answer = replicas.client(number).get(path("/guards"));
        return answer.status == 200 ? answer.json.at("items").at(0) : Json{{"samples", -1}, {"tripped", false}};
    }
    Json push(std::size_t number, std::int64_t second, int requests, int failed) {
        const Json slots = Json::array({agentSlot(agentCohort("NEW", policyId), requests, failed)});
        return send(number, agentPush({agentSecondOf(second, slots)}));
    }
    Json send(std::size_t number, const Json &body) {
        const TestAnswer answer = sendSlots(replicas.client(number, "agent"), body);
        EXPECT_EQ(answer.status, 202) << answer.body << answer.error;
        return answer.json;
    }

    Replicas replicas;
    std::size_t leader = 0;
    std::size_t follower = 1;
    std::string policyId;
    std::int64_t first = 0;
};

TEST_F(AgentReplicas, theLeaderTripsByWhatTheFollowerWasToldAndCountsItOnce) {
    startPolicy();
    EXPECT_EQ(push(follower, first, 20, 5).at("stored"), 1);
    ASSERT_TRUE(waitFor([&] { return standing(leader).at("tripped") == true; })) << standing(leader).dump();
    EXPECT_EQ(standing(leader).at("samples"), 20);
    EXPECT_EQ(standing(leader).at("value"), 75);
    EXPECT_EQ(push(leader, first, 20, 5).at("repeated"), 1) << "the same at the other one";
    EXPECT_EQ(push(follower, first, 20, 5).at("repeated"), 1);
    EXPECT_EQ(push(leader, first + 1, 30, 0).at("stored"), 1);
    ASSERT_TRUE(waitFor([&] { return standing(leader).at("samples") == 50; })) << standing(leader).dump();
    // At the moment of the answer it is stored: whoever leads next judges by it.
    EXPECT_EQ(push(leader, first + 2, 7, 0).at("stored"), 1);
    replicas.kill(leader);
    ASSERT_TRUE(waitFor([&] { return replicas.role(follower) == "LEADER"; }, 20s)) << replicas.log(follower);
    ASSERT_TRUE(waitFor([&] { return standing(follower).at("samples") == 57; })) << standing(follower).dump();
    // And so does one that starts.
    EXPECT_EQ(push(follower, first + 3, 3, 0).at("stored"), 1);
    ASSERT_TRUE(replicas.startAgain(leader)) << replicas.log(leader);
    replicas.kill(follower);
    ASSERT_TRUE(waitFor([&] { return replicas.role(leader) == "LEADER"; }, 20s)) << replicas.log(leader);
    ASSERT_TRUE(waitFor([&] { return standing(leader).at("samples") == 60; }, 20s)) << standing(leader).dump();
}

TEST_F(AgentReplicas, sentToBothAtOnceItCountsOnce) {
    startPolicy();
    for (int i = 0; i < 3; ++i) {
        Json answers[2];
        {
            std::jthread one([&] { answers[0] = push(leader, first + i, 10, 0); });
            std::jthread two([&] { answers[1] = push(follower, first + i, 10, 0); });
        }
        EXPECT_EQ(answers[0].value("stored", 0) + answers[1].value("stored", 0), 1);
    }
    const auto counted = [&](std::size_t number) {
        const Json told = replicas.client(number)
                              .get("/api/v1/series?metric=request_rate&platform=NEW&step=1&from=" + agentTime(first - 60))
                              .json;
        int all = 0;
        for (const Json &count : told.at("count"))
            all += count.get<int>();
        return all;
    };
    for (const std::size_t number : {leader, follower})
        EXPECT_TRUE(waitFor([&] { return counted(number) == 30; }, 5s)) << counted(number);
    ASSERT_TRUE(waitFor([&] { return standing(leader).at("samples") == 30; })) << standing(leader).dump();
    EXPECT_EQ(standing(leader).at("verdict"), "PASS");
    // A clock that was set back within a run of the agent: seconds that were told before mean other ones now.
    const Json slots = Json::array({agentSlot(agentCohort("NEW", policyId), 10)});
    const Instant wrong = instantFromMs((first + 1) * 1'000) - Seconds(10);
    const Json taken = send(follower, agentPush({agentSecondOf(first - 10, slots)}, wrong));
    EXPECT_EQ(taken.at("stale"), true) << taken.dump();
    ASSERT_TRUE(waitFor([&] { return standing(leader).at("verdict") == "STALE"; })) << standing(leader).dump();
    EXPECT_EQ(standing(leader).at("samples"), 30);
}

} // namespace
} // namespace crossfade
