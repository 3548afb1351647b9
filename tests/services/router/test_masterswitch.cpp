// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Sending everybody to NEW: asked for, its gates answered for, approved by a second person, withdrawn,
// forgotten, across sudden deaths and by many at once.
#include "tests/services/router/approvalfixture.h"

#include <algorithm>
#include <latch>

namespace crossfade {
namespace {

class MasterSwitchHttp : public ApprovalTest {
protected:
    std::string reasonOf(const std::string &user) {
        return router.post("/api/v1/decisions", {{"requests", {{{"user_id", user}}}}}, 200)
            .at("decisions")[0]
            .at("reason");
    }
    std::size_t audited(const std::string &action) {
        return router.get("/api/v1/audit?action=" + action).at("items").size();
    }
    Json gateOf(const std::string &path, std::size_t index) {
        return router.get(path).at("evidence").at("gates").at(index);
    }
    std::string completedPolicy() {
        const std::string id = createPolicy({{"target_system", "shop"},
                                             {"guards", Json::array()},
                                             {"stabilization_seconds", 0},
                                             {"max_shift_percentage", 100},
                                             {"shift_increment", 100}});
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitState(id, "HELD"));
        EXPECT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
        EXPECT_TRUE(waitPercentage(id, 100));
        EXPECT_TRUE(waitState(id, "EVALUATING"));
        for (const char *gate : {"EVIDENCE", "TRAFFIC"})
            EXPECT_EQ(act(id, "override", {{"gate", gate}}), 200);
        EXPECT_TRUE(waitState(id, "COMPLETED")) << shift(id).dump();
        return id;
    }
};

TEST_F(MasterSwitchHttp, AskingChangesNothingAndIsShownToAll) {
    const TestAnswer asked = ask("admin");
    ASSERT_EQ(asked.status, 202) << asked.body;
    const std::string id = asked.json.at("id");
    EXPECT_EQ(asked.header("location"), "/api/v1/approvals/" + id);
    EXPECT_EQ(asked.json.at("kind"), "MASTER_SWITCH");
    EXPECT_EQ(asked.json.at("requested_by"), "admin-1");
    EXPECT_EQ(asked.json.at("summary"), "all are moved");
    EXPECT_EQ(asked.json.at("default_action"), "REJECT");
    EXPECT_EQ(asked.json.at("second_person"), true);
    EXPECT_EQ(asked.json.at("switches").at("before").at("master"), "OFF");
    EXPECT_EQ(asked.json.at("switches").at("after").at("master"), "NEW");
    EXPECT_EQ(router.get("/api/v1/switches").at("version"), 1);
    EXPECT_EQ(reasonOf("ann"), "DEFAULT_ROUTING");
    EXPECT_EQ(router.get("/api/v1/approvals?state=OPEN&kind=MASTER_SWITCH").at("items")[0],
              asked.json);
    EXPECT_EQ(audited("approval.ask"), 1U);
    const auto deadline = parseInstant(asked.json.at("deadline").get<std::string>());
    const auto at = parseInstant(asked.json.at("requested_at").get<std::string>());
    ASSERT_TRUE(deadline && at);
    EXPECT_EQ(*deadline - *at, Seconds(86'400));
    const TestAnswer again = ask("admin,approver");
    EXPECT_EQ(again.status, 409);
    EXPECT_NE(again.body.find(id), std::string::npos) << "the open one is named";
    EXPECT_NE(again.body.find("admin-1"), std::string::npos);
    EXPECT_EQ(ask("operator").status, 403);
}

TEST_F(MasterSwitchHttp, LegacyIsARollbackAndWaitsForNobody) {
    const std::string path = pathOfAsked();
    EXPECT_EQ(put({{"master", "LEGACY"}, {"default_platform", "NEW"}, {"reason", "NEW is down"}},
                  "operator")
                  .status,
              200);
    EXPECT_EQ(reasonOf("ann"), "MASTER_LEGACY");
    const Json closed = router.get(path);
    EXPECT_EQ(closed.at("state"), "EXPIRED");
    EXPECT_EQ(closed.at("decided_by"), "operator-1");
    EXPECT_EQ(closed.at("decision_reason"), "the switches were changed");
    const TestAnswer late = decide(path, "approve", "approver");
    EXPECT_EQ(late.status, 409);
    EXPECT_NE(late.body.find("the switches were changed"), std::string::npos) << late.body;
    EXPECT_NE(late.body.find("operator-1"), std::string::npos);
    EXPECT_EQ(reasonOf("ann"), "MASTER_LEGACY");
    EXPECT_EQ(ask("admin").status, 202) << "over the switches as they are now";
}

TEST_F(MasterSwitchHttp, EveryOtherChangeWithdrawsItToo) {
    for (const Json &change : {Json{{"dual_write", true}}, Json{{"read_compare_percent", 5}}}) {
        const std::string path = pathOfAsked();
        Json body{{"master", "OFF"}, {"default_platform", "NEW"}};
        body.update(change);
        EXPECT_EQ(put(body, "operator").status, 200);
        EXPECT_EQ(router.get(path).at("state"), "EXPIRED") << change;
    }
    EXPECT_EQ(audited("approval.withdraw"), 2U);
}

TEST_F(MasterSwitchHttp, ApprovingCarriesOutExactlyWhatWasAsked) {
    Json wanted{{"master", "NEW"},
                {"default_platform", "LEGACY"},
                {"dual_write", true},
                {"id_threshold", 77},
                {"read_compare_percent", 2.5},
                {"reason", "\u5168\u90e8 <b>moved</b>"}};
    const TestAnswer asked = put(wanted, "admin");
    ASSERT_EQ(asked.status, 202) << asked.body;
    EXPECT_EQ(asked.json.at("summary"), wanted.at("reason"));
    const std::string path = "/api/v1/approvals/" + asked.json.at("id").get<std::string>();
    answerForAll(path);
    ASSERT_EQ(decide(path, "approve", "approver").status, 200);
    const Json now = router.get("/api/v1/switches");
    wanted.erase("reason");
    for (const auto &[field, value] : wanted.items())
        EXPECT_EQ(now.at(field), value) << field;
    EXPECT_EQ(now.at("version"), 2);
    EXPECT_EQ(now.at("changed_by"), "approver-1");
    EXPECT_EQ(reasonOf("ann"), "MASTER_NEW");
    for (const char *action :
         {"approval.ask", "approval.override", "approval.approve", "switches.update"})
        EXPECT_EQ(audited(action), 1U) << action;
    EXPECT_EQ(decide(path, "approve", "approver").status, 409) << "once";
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(reasonOf("ann"), "MASTER_NEW");
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

TEST_F(MasterSwitchHttp, ForwardOnlyIsAskedForAsWell) {
    const TestAnswer asked = put({{"master", "OFF"},
                                  {"default_platform", "NEW"},
                                  {"forward_only", true},
                                  {"reason", "the last stage"}},
                                 "admin");
    ASSERT_EQ(asked.status, 202) << asked.body;
    EXPECT_EQ(asked.json.at("switches").at("after").at("forward_only"), true);
    EXPECT_EQ(reasonOf("ann"), "DEFAULT_ROUTING");
}

TEST_F(MasterSwitchHttp, NothingClosedPassesUnanswered) {
    const std::string path = pathOfAsked();
    const Json gates = router.get(path).at("evidence").at("gates");
    ASSERT_EQ(gates.size(), 5U);
    for (const Json &gate : gates)
        EXPECT_EQ(gate.at("status"), "UNKNOWN") << gate;
    for (const Json &gate : gates) {
        const TestAnswer refused = decide(path, "approve", "approver");
        EXPECT_EQ(refused.status, 409);
        EXPECT_NE(refused.body.find(gate.at("gate").get<std::string>() + " is not green"),
                  std::string::npos)
            << refused.body;
        EXPECT_EQ(answerFor(path, {gate.at("gate")}, "operator").status, 403);
        EXPECT_EQ(answerFor(path, {gate.at("gate")}, "admin").status, 200);
    }
    EXPECT_EQ(audited("approval.override"), 5U) << "each an act of its own";
    EXPECT_EQ(router.get("/api/v1/switches").at("version"), 1);
    EXPECT_EQ(decide(path, "approve", "approver").status, 200);
}

TEST_F(MasterSwitchHttp, WhatIsAnsweredForIsChecked) {
    const std::string path = pathOfAsked() + "/override";
    const auto pointer = [&](const Json &body) {
        return pointerOf(router.call({"POST", path, body, {}, "approver"}));
    };
    EXPECT_EQ(pointer({{"reason", "x"}}), "/gates");
    EXPECT_EQ(pointer({{"reason", "x"}, {"gates", Json::array()}}), "/gates");
    EXPECT_EQ(pointer({{"reason", "x"}, {"gates", {"BACKFILL", "MOON"}}}), "/gates/1");
    EXPECT_EQ(pointer({{"gates", {"BACKFILL"}}}), "/reason");
    EXPECT_EQ(pointer({{"reason", "x"}, {"gates", {"BACKFILL"}}, {"all", true}}), "/all");
}

TEST_F(MasterSwitchHttp, APolicyThatIsDoneOpensItsGate) {
    const std::string id = completedPolicy();
    const std::string path = pathOfAsked();
    EXPECT_EQ(gateOf(path, 0).at("status"), "OPEN");
    EXPECT_EQ(answerFor(path, {"POLICIES"}, "approver").status, 409) << "nothing to answer for";
    // It goes on being looked at while the question is open.
    ASSERT_EQ(act(id, "rollback"), 200);
    EXPECT_TRUE(waitFor([&] { return gateOf(path, 0).at("status") == "BLOCKED"; }));
    EXPECT_EQ(gateOf(path, 0).at("detail"), "users is ROLLED_BACK");
}

TEST_F(MasterSwitchHttp, AnAnswerForAGateLapsesWithWhatItWasGivenFor) {
    const std::string id = createPolicy();
    const std::string path = pathOfAsked();
    EXPECT_EQ(gateOf(path, 0).at("detail"), "users is DRAFT");
    answerForAll(path);
    EXPECT_EQ(gateOf(path, 0).at("status"), "OVERRIDDEN");
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    const TestAnswer refused = decide(path, "approve", "approver");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("users is HELD"), std::string::npos) << refused.body;
    EXPECT_TRUE(waitFor([&] { return gateOf(path, 0).at("status") == "BLOCKED"; }));
    EXPECT_EQ(gateOf(path, 2).at("status"), "OVERRIDDEN") << "the others stand";
    EXPECT_EQ(answerFor(path, {"POLICIES"}, "approver").status, 200);
    EXPECT_EQ(decide(path, "approve", "approver").status, 200);
}

TEST_F(MasterSwitchHttp, WhoeverAskedNeverApprovesWhateverHisRoles) {
    const std::string path = pathOfAsked();
    answerForAll(path);
    for (const char *roles : {"admin,approver", "admin,approver,operator"}) {
        const TestAnswer own = decide(path, "approve", roles);
        EXPECT_EQ(own.status, 403);
        EXPECT_NE(own.body.find("a second person must approve"), std::string::npos) << own.body;
    }
    EXPECT_EQ(router.get(path).at("state"), "OPEN");
    EXPECT_EQ(decide(path, "reject", "viewer,admin").status, 403) << "another admin's question";
    EXPECT_EQ(decide(path, "reject", "admin").status, 200) << "one's own may be taken back";
    EXPECT_EQ(router.get(path).at("state"), "REJECTED");
    const std::string second = pathOfAsked();
    answerForAll(second);
    EXPECT_EQ(decide(second, "approve", "viewer,approver").status, 200);
    EXPECT_EQ(router.get("/api/v1/switches").at("changed_by"), "viewer-1");
}

TEST_F(MasterSwitchHttp, TheDeadlineRejectsOnceAlsoAcrossSuddenDeath) {
    const std::string path = pathOfAsked();
    answerForAll(path);
    killAndEdit({"UPDATE approval SET deadline = requested_at - 1 WHERE state = 'OPEN'"});
    // The router answers before its timer has looked: too late is too late all the same.
    EXPECT_EQ(decide(path, "approve", "approver").status, 409);
    ASSERT_TRUE(waitFor([&] { return router.get(path).at("state") == "EXPIRED"; }));
    const Json closed = router.get(path);
    EXPECT_EQ(closed.at("decided_by"), "runner");
    EXPECT_EQ(closed.at("decision_reason"), "nobody answered within the deadline");
    for (int i = 0; i < 2; ++i) {
        router.kill();
        ASSERT_TRUE(router.start()) << router.log();
        EXPECT_EQ(router.get(path), closed);
    }
    EXPECT_EQ(audited("approval.expire"), 1U);
    EXPECT_EQ(router.get("/api/v1/switches").at("version"), 1);
    EXPECT_EQ(ask("admin").status, 202);
}

TEST_F(MasterSwitchHttp, AnOpenQuestionSurvivesSuddenDeath) {
    const std::string path = pathOfAsked();
    answerForAll(path);
    const Json before = router.get(path);
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(router.get(path), before);
    EXPECT_EQ(decide(path, "approve", "approver").status, 200);
    EXPECT_EQ(reasonOf("ann"), "MASTER_NEW");
}

// Asked by many at once: one question is open, the others are told of it.
TEST_F(MasterSwitchHttp, OneQuestionAtATime) {
    const std::string token = router.token("admin");
    constexpr int Askers = 8;
    std::vector<int> statuses(Askers);
    {
        std::latch start(Askers);
        std::vector<std::jthread> threads;
        for (int i = 0; i < Askers; ++i)
            threads.emplace_back([&, i] {
                const TestClient client(router.url(), token);
                start.arrive_and_wait();
                statuses[static_cast<std::size_t>(i)] =
                    client.put("/api/v1/switches", everybodyToNew(), "1").status;
            });
    }
    EXPECT_EQ(std::ranges::count(statuses, 202), 1);
    EXPECT_EQ(std::ranges::count(statuses, 409), Askers - 1);
}

// Two people answer in the same moment, many times over: one decides, the other is told who did.
TEST_F(MasterSwitchHttp, TwoAtOnceOneDecides) {
    const std::string one = router.token("approver");
    const std::string two = router.token("viewer,approver");
    int approvals = 0;
    constexpr int Rounds = 40;
    for (int round = 0; round < Rounds; ++round) {
        const std::string path = pathOfAsked();
        answerForAll(path);
        const auto [first, second] = atOnce(path, one, "approve", two, round % 2 ? "approve" : "reject");
        const bool firstWon = first.status == 200;
        const TestAnswer &loser = firstWon ? second : first;
        ASSERT_EQ((firstWon ? first : second).status, 200) << first.body << second.body;
        ASSERT_EQ(loser.status, 409) << loser.body;
        const std::string winner = firstWon ? "approver-1" : "viewer-1";
        EXPECT_NE(loser.body.find(winner + " was first"), std::string::npos) << loser.body;
        const Json closed = router.get(path);
        EXPECT_EQ(closed.at("decided_by"), winner);
        const bool approved = closed.at("state") == "APPROVED";
        EXPECT_EQ(reasonOf("ann"), approved ? "MASTER_NEW" : "DEFAULT_ROUTING");
        approvals += approved;
        if (approved) {
            ASSERT_EQ(put({{"master", "OFF"}, {"default_platform", "NEW"}, {"reason", "again"}},
                          "operator")
                          .status,
                      200);
        }
    }
    EXPECT_EQ(audited("approval.approve"), static_cast<std::size_t>(approvals));
    EXPECT_EQ(audited("approval.reject"), static_cast<std::size_t>(Rounds - approvals));
    EXPECT_EQ(router.get("/api/v1/switches").at("version"), 1 + 2 * approvals);
}

} // namespace
} // namespace crossfade
