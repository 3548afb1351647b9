// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two people answer the same question in the same moment, each at a router of his own, over one PostgreSQL database:
// the first answer is the only one, and both routers know it.
#include "tests/support/replicas.h"

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <latch>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ReplicaApprovals : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    static std::string pathOf(const std::string &id, const std::string &rest = {}) {
        return "/api/v1/shift-policies/" + id + rest;
    }
    Json shift(const std::string &id, std::size_t at = 0) { return replicas.client(at).get(pathOf(id, "/shift")).json; }
    bool waitState(const std::string &id, const std::string &state) {
        return waitFor([&] { return shift(id).value("state", "") == state; }, 30s);
    }
    // On its way to its first step, which nobody's metrics of LEGACY hold up.
    std::string started(const std::string &system, const Json &changes) {
        Json body{{"policy_name", system},      {"target_system", system},    {"max_shift_percentage", 50},
                  {"shift_increment", 10},      {"stabilization_seconds", 600}, {"interval_seconds", 1},
                  {"guards", Json::array()}};
        body.update(changes);
        const TestAnswer made = replicas.client(0).post("/api/v1/shift-policies", body);
        EXPECT_EQ(made.status, 201) << made.body;
        const std::string id = made.json.value("id", "");
        EXPECT_EQ(replicas.client(0).post(pathOf(id, "/shift"), {{"reason", "go"}}).status, 200);
        EXPECT_TRUE(waitState(id, "HELD")) << shift(id).dump();
        const Json gate{{"gate", "LEGACY_METRICS"}, {"reason", "nobody is there"}};
        EXPECT_EQ(replicas.client(0).post(pathOf(id, "/override"), gate).status, 200);
        return id;
    }
    std::string askedForAStep(const std::string &system) {
        const std::string id = started(system, {{"approval", "EACH_STEP"}});
        EXPECT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
        return id;
    }
    std::string askedForARollback(const std::string &system) {
        Json guard{{"id", "success"}, {"metric", "authentication_success_rate"}, {"threshold", 99}, {"window_seconds", 60},
                   {"min_samples", 1}, {"breaches", 1}, {"windows", 1}};
        const std::string id = started(system, {{"guards", Json::array({guard})}, {"on_breach", "PROPOSE_ROLLBACK"}});
        EXPECT_TRUE(waitState(id, "STABILIZING")) << shift(id).dump();
        // Again if it fell into the second of the step, which is not judged.
        for (int round = 0; round < 8 && shift(id).value("state", "") != "ROLLBACK_PROPOSED"; ++round) {
            const std::size_t leads = replicas.leader().value_or(0);
            const Json at = replicas.client(leads).get("/api/v1/session").json.at("server_time");
            const Json decision{{"reason", "PERCENTAGE"}, {"policy_id", id}, {"epoch", 1}};
            const Json failed{{"at", at}, {"platform", "NEW"}, {"decision", decision}, {"status", 500}, {"latency_ms", 5}};
            replicas.client(leads, "observer").post("/api/v1/observations", {{"observations", Json::array({failed})}});
            waitFor([&] { return shift(id).value("state", "") == "ROLLBACK_PROPOSED"; }, 3s);
        }
        EXPECT_EQ(shift(id).value("state", ""), "ROLLBACK_PROPOSED") << shift(id).dump();
        return id;
    }
    // Each at his router, in the same moment; which is whose changes from round to round.
    std::pair<TestAnswer, TestAnswer> atOnce(const std::string &approval, const std::string &oneAct,
                                             const std::string &twoAct, std::size_t oneAt) {
        std::pair<TestAnswer, TestAnswer> answers;
        const TestClient one = replicas.client(oneAt, "approver");
        const TestClient two = replicas.client(1 - oneAt, "viewer,approver");
        std::latch start(2);
        {
            std::jthread first([&] {
                start.arrive_and_wait();
                answers.first = one.post(approval + "/" + oneAct, {{"reason", "at once"}});
            });
            std::jthread second([&] {
                start.arrive_and_wait();
                answers.second = two.post(approval + "/" + twoAct, {{"reason", "at once"}});
            });
        }
        return answers;
    }
    // Whoever won is what both routers say, and what became of the shift.
    void expectOneWinner(const std::string &id, const std::string &oneAct, const std::string &twoAct, std::size_t oneAt,
                         double approved, double rejected) {
        const std::string approval = "/api/v1/approvals/" + shift(id).value("approval_id", "none");
        ASSERT_TRUE(waitFor([&] {
            return replicas.client(0).get(approval).status == 200 && replicas.client(1).get(approval).status == 200;
        }));
        const auto [one, two] = atOnce(approval, oneAct, twoAct, oneAt);
        const bool oneWon = one.status == 200;
        const TestAnswer &loser = oneWon ? two : one;
        EXPECT_EQ((oneWon ? one : two).status, 200) << one.body << two.body;
        EXPECT_EQ(loser.status, 409) << loser.body;
        EXPECT_EQ(loser.json.value("code", ""), "ALREADY_DECIDED") << loser.body;
        const bool yes = (oneWon ? oneAct : twoAct) == "approve";
        for (const std::size_t at : {0U, 1U}) {
            const Json closed = replicas.client(at).get(approval).json;
            EXPECT_EQ(closed.value("state", ""), yes ? "APPROVED" : "REJECTED");
            EXPECT_EQ(closed.value("decision_reason", ""), "at once");
            EXPECT_NE(loser.body.find(closed.value("decided_by", "?") + " was first"), std::string::npos) << loser.body;
            EXPECT_TRUE(waitFor([&] { return shift(id, at).value("percentage", -1.0) == (yes ? approved : rejected); }))
                << shift(id, at).dump();
        }
        // It was acted on once.
        const Json page = replicas.client(0).get(pathOf(id, "/history?limit=1000")).json;
        int acts = 0;
        for (const Json &entry : page.at("items")) {
            const std::string cause = entry.value("cause", "");
            const std::string by = entry.value("actor", "");
            if (by != "runner" && (cause == "STEPPED" || cause == "REJECTED" || cause == "ROLLED_BACK")) ++acts;
        }
        EXPECT_EQ(acts, 1) << page.dump();
    }

    Replicas replicas;
};

TEST_F(ReplicaApprovals, OneDecidesOnAStep) {
    constexpr int Rounds = 6;
    for (int round = 0; round < Rounds; ++round) {
        const std::string id = askedForAStep("step-" + std::to_string(round));
        expectOneWinner(id, "approve", round % 3 == 2 ? "approve" : "reject", static_cast<std::size_t>(round % 2), 10, 0);
    }
}

TEST_F(ReplicaApprovals, OneDecidesOnARollback) {
    constexpr int Rounds = 6;
    for (int round = 0; round < Rounds; ++round) {
        const std::string id = askedForARollback("back-" + std::to_string(round));
        expectOneWinner(id, "approve", round % 3 == 2 ? "approve" : "reject", static_cast<std::size_t>(round % 2), 0, 10);
    }
}

} // namespace
} // namespace crossfade
