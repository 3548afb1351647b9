// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What one router was told of traffic engines, all of them know, and one alone tells of drift.
#include "tests/services/router/enginefixture.h"
#include "tests/support/replicas.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class EngineReplicas : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
        leader = *replicas.leader();
        follower = 1 - leader;
    }
    std::int64_t changeRules(std::size_t number, const std::string &user) {
        const TestAnswer made = replicas.client(number).post("/api/v1/rules", userRuleBody(user));
        EXPECT_EQ(made.status, 201) << made.body;
        return replicas.client(number).get("/api/v1/engine").json.value("epoch", std::int64_t{0});
    }
    void tell(std::size_t number, std::int64_t epoch) {
        const TestAnswer answer =
            sendSlots(replicas.client(number, "agent"), engineAcks({engineReport(epoch)}), AcksPath);
        ASSERT_EQ(answer.status, 200) << answer.body << answer.error;
        EXPECT_EQ(answer.json.at("stored"), 1);
    }
    Json engine(std::size_t number) {
        const TestAnswer answer = replicas.client(number).get("/api/v1/engine");
        return answer.status == 200 ? answer.json.at("items").at(0) : Json{{"drift", nullptr}};
    }
    bool drifts(std::size_t number) { return !engine(number).at("drift").is_null(); }
    std::vector<Json> alerts(std::size_t number) {
        return driftAlerts(replicas.client(number).get("/api/v1/alerts?limit=1000").json);
    }

    Replicas replicas;
    std::size_t leader = 0;
    std::size_t follower = 1;
};

TEST_F(EngineReplicas, driftIsToldOnceUnderTwoLeaders) {
    std::int64_t epoch = changeRules(follower, "u1");
    tell(follower, epoch);
    EXPECT_EQ(engine(leader).at("acknowledged_epoch"), epoch);
    epoch = changeRules(leader, "u2");
    ASSERT_TRUE(waitFor([&] { return drifts(leader) && drifts(follower); }, 15s)) << replicas.log(leader);
    const Json drift = engine(leader).at("drift");
    ASSERT_EQ(alerts(follower).size(), 1U);
    // A person has seen it; whoever leads next tells it no second time.
    const std::string id = alerts(follower).front().at("id");
    ASSERT_EQ(replicas.client(follower).post("/api/v1/alerts/" + id + "/acknowledge", {{"reason", "seen"}}).status, 200);
    replicas.kill(leader);
    ASSERT_TRUE(waitFor([&] { return replicas.role(follower) == "LEADER"; }, 20s)) << replicas.log(follower);
    // Judged by the new leader: one that it has judged good comes after it.
    const auto judged = [&](const std::string &value) {
        const std::string body = replicas.client(follower).get("/metrics").body;
        return body.find("crossfade_engine_drifting_instances " + value) != std::string::npos;
    };
    ASSERT_TRUE(waitFor([&] { return judged("1"); }));
    EXPECT_EQ(engine(follower).at("drift").at("since"), drift.at("since"));
    EXPECT_EQ(alerts(follower).size(), 1U);
    tell(follower, epoch);
    ASSERT_TRUE(waitFor([&] { return !drifts(follower); }, 10s)) << replicas.log(follower);
    EXPECT_EQ(alerts(follower).size(), 1U);
    changeRules(follower, "u3");
    ASSERT_TRUE(waitFor([&] { return drifts(follower); }, 10s));
    EXPECT_EQ(alerts(follower).size(), 2U) << "another drift";
}

TEST_F(EngineReplicas, aLeaderThatDiesBeforeItTellsLosesNothing) {
    std::int64_t epoch = changeRules(follower, "u1");
    tell(leader, epoch);
    epoch = changeRules(leader, "u2");
    replicas.kill(leader); // with the two seconds not over
    ASSERT_TRUE(waitFor([&] { return drifts(follower); }, 25s)) << replicas.log(follower);
    ASSERT_EQ(alerts(follower).size(), 1U);
    EXPECT_EQ(alerts(follower).front().at("details").at("current_epoch"), epoch);
    EXPECT_EQ(alerts(follower).front().at("count"), 1);
    ASSERT_TRUE(replicas.startAgain(leader)) << replicas.log(leader);
    tell(leader, epoch);
    ASSERT_TRUE(waitFor([&] { return !drifts(leader); }, 10s)) << replicas.log(follower);
    ASSERT_EQ(alerts(leader).size(), 1U);
    EXPECT_FALSE(alerts(leader).front().at("acknowledged_at").is_null());
}

} // namespace
} // namespace crossfade
