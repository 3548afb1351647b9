// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/shiftfixture.h"

#include <algorithm>
#include <atomic>
#include <future>

namespace crossfade {
namespace {

class ShiftBreach : public ShiftTest {
protected:
    // At 10 % and baking for long, NEW failing, the rollback proposed.
    std::string proposed(Json changes, std::unique_ptr<Traffic> &load) {
        changes["stabilization_seconds"] = 600;
        const std::string id = createPolicy(changes);
        load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        load->newFails = true;
        EXPECT_TRUE(waitState(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
        return id;
    }
    TestAnswer decide(const std::string &approval, const char *how, const std::string &roles) {
        return router.call(
            {"POST", "/api/v1/approvals/" + approval + "/" + how, {{"reason", "seen"}}, {}, roles});
    }
    // Counts the alerts of one type.
    std::size_t alerts(const std::string &type) {
        const Json items = router.get("/api/v1/alerts").at("items");
        return static_cast<std::size_t>(std::ranges::count_if(
            items, [&](const Json &alert) { return alert.at("type") == type; }));
    }
    double waiting() {
        const std::string text = router.call({"GET", "/metrics", {}}).body;
        const std::string name = "crossfade_queue_length{queue=\"write\"} ";
        const auto at = text.find(name);
        return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size()));
    }
    int post(const std::string &path, const Json &body) {
        return TestClient(router.url(), router.token("operator")).post(path, body).status;
    }
    void goesFirst(const std::string &prefix, const std::string &path, const Json &body);
    int sentWhileOthersWait(const std::string &prefix, const std::string &path, const Json &body);
    std::unique_ptr<Traffic> load;
};

// While another process holds the store. 503: the five seconds that the router waits for it were over before all
// of them had come, and nothing was stored.
int ShiftBreach::sentWhileOthersWait(const std::string &prefix, const std::string &path, const Json &body) {
    const auto thief = router.store();
    EXPECT_TRUE(holdWriting(*thief));
    std::atomic<int> refused = 0;
    std::vector<std::jthread> others;
    const auto queuesMoreThan = [&](double count) {
        return waitFor([&] { return refused > 0 || waiting() > count; }) && refused == 0;
    };
    // One after the other: what comes together may be taken up together, and then none of it waits.
    const bool othersWait = waitFor([&] {
        if (others.size() < 100) {
            others.emplace_back([this, &refused, name = prefix + std::to_string(others.size())] {
                if (post("/api/v1/rules", userRuleBody(name)) != 201) ++refused;
            });
        }
        return refused > 0 || waiting() > 5;
    }) && refused == 0;
    const double before = waiting();
    auto answer = std::async(std::launch::async, [&] { return post(path, body); });
    const bool allWait = othersWait && queuesMoreThan(before);
    if (!allWait) {
        EXPECT_EQ(answer.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    }
    thief->rollback();
    const int status = answer.get();
    if (!allWait) {
        EXPECT_TRUE(status == 503 || status == 202) << status; // 202: done without the store
    }
    return status;
}

void ShiftBreach::goesFirst(const std::string &prefix, const std::string &path, const Json &body) {
    int status = 503;
    for (int i = 0; status == 503 && i < 5; ++i)
        status = sentWhileOthersWait(prefix + std::to_string(i) + "-", path, body);
    if (status == 202) { // two seconds were over: before all of them, whatever is stored first
        ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; },
                            std::chrono::seconds(20)));
        return;
    }
    ASSERT_EQ(status, 200);
    // Newest first: rules stored after it.
    const Json entries = router.get("/api/v1/audit?limit=100").at("items");
    std::vector<std::string> actions;
    for (const Json &entry : entries)
        actions.push_back(entry.at("action"));
    const auto back = std::ranges::find(actions, "shift.rolled_back");
    ASSERT_NE(back, actions.end());
    EXPECT_GE(std::count(actions.begin(), back, "rule.create"), 2);
}

TEST_F(ShiftBreach, isProposedWithEvidenceAndApprovedToZero) {
    const std::string id = proposed({}, load);
    EXPECT_EQ(percentageOf(id), 10) << "nothing moves until somebody decides";
    const std::string approval = openApproval();
    ASSERT_NE(approval, "");
    const Json asked = router.get("/api/v1/approvals/" + approval);
    EXPECT_EQ(asked.at("kind"), "ROLLBACK");
    EXPECT_EQ(asked.at("default_action"), "APPROVE");
    EXPECT_EQ(asked.at("effect").at("from_percentage"), 10);
    EXPECT_EQ(asked.at("effect").at("to_percentage"), 0);
    const Json &evidence = asked.at("evidence");
    EXPECT_EQ(evidence.at("guard").at("threshold"), 99);
    const Json &last = evidence.at("values").back();
    EXPECT_EQ(last.at("verdict"), "BREACH");
    EXPECT_LT(last.at("value").get<double>(), 99);
    const Json &series = evidence.at("series");
    EXPECT_EQ(series.at("t").size(), series.at("new").size());
    EXPECT_TRUE(std::ranges::any_of(series.at("new"),
                                    [](const Json &v) { return v.is_number() && v < 50; }));
    EXPECT_TRUE(std::ranges::any_of(series.at("legacy"), [](const Json &v) { return v == 100; }));

    EXPECT_EQ(decide(approval, "reject", "operator").status, 403);
    // An operator, who may not reject it, does not get round that by an edit.
    const std::string version = std::to_string(policy(id).at("version").get<int>());
    const TestAnswer edited =
        router.call({"PATCH", pathOf(id), {{"proposal_default", "HOLD"}}, version, "operator"});
    EXPECT_EQ(edited.status, 409) << edited.body;
    EXPECT_EQ(decide(approval, "approve", "viewer").status, 403);
    EXPECT_EQ(decide(approval, "approve", "operator").status, 200);
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_EQ(alerts("GUARD_TRIPPED"), 1U);
    EXPECT_EQ(alerts("ROLLBACK_PROPOSED"), 1U);
    const Json entry = history(id).back();
    EXPECT_EQ(entry.at("reason"), "seen");
    EXPECT_EQ(entry.at("actor"), "operator-1");
}

// Many changes wait while another process holds the store: what goes back is stored before them.
TEST_F(ShiftBreach, anApprovedRollbackAndALowerTargetGoBeforeWhatWaits) {
    const std::string asked = proposed({{"proposal_deadline_seconds", 600}}, load);
    const std::string approvePath = "/api/v1/approvals/" + openApproval() + "/approve";
    const std::string id = createPolicy({{"target_system", "shop"}, {"stabilization_seconds", 600}});
    load.reset();
    ASSERT_EQ(act(id, "shift"), 200);
    const auto otherLoad = traffic(id);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    const Json reason{{"reason", "back"}};
    goesFirst("a", approvePath, reason);
    EXPECT_EQ(percentageOf(asked), 0);
    goesFirst("b", pathOf(id, "/shift"), {{"target_percentage", 5}, {"reason", "back"}});
    EXPECT_EQ(percentageOf(id), 5);
}

TEST_F(ShiftBreach, rejectedStaysHeldAndIsNotAskedAgain) {
    const std::string id = proposed({}, load);
    EXPECT_EQ(decide(openApproval(), "reject", "approver").status, 200);
    EXPECT_EQ(stateOf(id), "HELD");
    EXPECT_EQ(shift(id).at("held_cause"), "GUARD");
    EXPECT_EQ(percentageOf(id), 10);
    // Two further judgements of a NEW that still fails ask nobody again.
    const std::string judged = router.get(pathOf(id, "/guards")).at("judged_at");
    ASSERT_TRUE(waitFor([&] {
        const Json recent = router.get(pathOf(id, "/guards")).at("items")[0].at("recent");
        return std::ranges::count_if(recent,
                                     [&](const Json &one) { return one.at("at") > judged; }) >= 2;
    }));
    EXPECT_EQ(openApproval(), "");
    EXPECT_EQ(stateOf(id), "HELD");
}

TEST_F(ShiftBreach, theDeadlineRollsBack) {
    const std::string id = proposed({{"proposal_deadline_seconds", 2}}, load);
    const std::string approval = openApproval();
    ASSERT_TRUE(waitState(id, "ROLLED_BACK"));
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(router.get("/api/v1/approvals/" + approval).at("state"), "EXPIRED");
    EXPECT_EQ(decide(approval, "approve", "operator").status, 409);
}

TEST_F(ShiftBreach, theDeadlineHoldsAcrossSuddenDeath) {
    const std::string id = proposed({{"proposal_deadline_seconds", 5}}, load);
    const std::string approval = openApproval();
    load.reset();
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitState(id, "ROLLED_BACK", std::chrono::seconds(10))) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(router.get("/api/v1/approvals/" + approval).at("state"), "EXPIRED");
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

TEST_F(ShiftBreach, rollsBackAtOnceWhereThePolicySaysSo) {
    const std::string id =
        createPolicy({{"on_breach", "ROLLBACK"}, {"stabilization_seconds", 600}});
    load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLED_BACK"));
    EXPECT_EQ(percentageOf(id), 0);
    const Json entry = history(id).back();
    EXPECT_EQ(entry.at("actor"), "runner");
    EXPECT_EQ(entry.at("evidence").at("guard").at("id"), "success");
}

TEST_F(ShiftBreach, twoAtOnceOneDecides) {
    const std::string id = proposed({}, load);
    const std::string path = "/api/v1/approvals/" + openApproval();
    const std::string operatorToken = router.token("operator");
    const std::string approverToken = router.token("approver");
    int approved = 0;
    int rejected = 0;
    {
        std::jthread one([&] {
            approved = TestClient(router.url(), operatorToken)
                           .post(path + "/approve", {{"reason", "a"}})
                           .status;
        });
        std::jthread two([&] {
            rejected = TestClient(router.url(), approverToken)
                           .post(path + "/reject", {{"reason", "b"}})
                           .status;
        });
    }
    EXPECT_EQ(std::min(approved, rejected), 200);
    EXPECT_EQ(std::max(approved, rejected), 409);
    EXPECT_EQ(percentageOf(id), approved == 200 ? 0 : 10);
    EXPECT_EQ(stateOf(id), approved == 200 ? "ROLLED_BACK" : "HELD");
}

TEST_F(ShiftBreach, alertsAreCountedAndAcknowledged) {
    const std::string id = proposed({}, load);
    const Json items = router.get("/api/v1/alerts?acknowledged=false").at("items");
    ASSERT_FALSE(items.empty());
    const std::string path =
        "/api/v1/alerts/" + items[0].at("id").get<std::string>() + "/acknowledge";
    EXPECT_EQ(router.call({"POST", path, Json::object(), {}, "viewer"}).status, 403);
    const TestAnswer seen = router.call({"POST", path, Json::object(), {}, "operator"});
    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(seen.json.at("acknowledged_by"), "operator-1");
    const TestAnswer again = router.call({"POST", path, Json::object(), {}, "approver"});
    EXPECT_EQ(again.json.at("acknowledged_by"), "operator-1") << "a second time changes nothing";
    EXPECT_EQ(router.get("/api/v1/alerts?acknowledged=false").at("total").get<std::size_t>(),
              items.size() - 1);
    const Json raised{
        {"type", "DATA_INCONSISTENCY"}, {"severity", "MEDIUM"}, {"message", "12 differences"}};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(router.call({"POST", "/api/v1/alerts", raised, {}, "service"}).status, 204);
    EXPECT_EQ(alerts("DATA_INCONSISTENCY"), 1U);
    EXPECT_EQ(router.get("/api/v1/alerts?limit=1").at("items")[0].at("count"), 3);
}

// Nobody has acknowledged the first: the second question is told all the same, and so is each way back.
TEST_F(ShiftBreach, everyQuestionAndEveryWayBackIsAnAlertOfItsOwn) {
    const std::string id = proposed({}, load);
    EXPECT_EQ(decide(openApproval(), "reject", "approver").status, 200);
    ASSERT_EQ(act(id, "resume"), 200);
    ASSERT_TRUE(waitState(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
    EXPECT_EQ(alerts("ROLLBACK_PROPOSED"), 2U);
    EXPECT_EQ(decide(openApproval(), "approve", "operator").status, 200);
    EXPECT_EQ(alerts("ROLLED_BACK"), 1U);
    EXPECT_EQ(act(id, "rollback"), 200) << "it is there already";
    EXPECT_EQ(alerts("ROLLED_BACK"), 1U);
    load->newFails = false;
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    EXPECT_EQ(act(id, "rollback"), 200);
    EXPECT_EQ(alerts("ROLLED_BACK"), 2U);
}

// A transition is on disk or it never was: what decides after the death is what is stored.
TEST_F(ShiftBreach, deathAroundAStepLeavesWhatIsStored) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    for (const char *point : {"shift.before-step:1", "shift.after-step:1"}) {
        ASSERT_TRUE(router.stop());
        ASSERT_TRUE(router.start({}, {std::string("CROSSFADE_KILL_POINT=") + point}))
            << router.log();
        load = traffic(id);
        TestClient(router.url(), router.token("operator"))
            .post(pathOf(id, "/shift"), {{"target_percentage", 20}, {"reason", "go"}});
        EXPECT_TRUE(waitFor([&] { return TestClient(router.url()).get("/healthz").status == 0; }))
            << point;
        load.reset();
        router.kill();
        ASSERT_TRUE(router.start()) << router.log();
        const double stored = percentageOf(id);
        EXPECT_EQ(stored, std::string(point).starts_with("shift.before") ? 0 : 10) << point;
        EXPECT_EQ(history(id).back().at("to_percentage"), stored);
        const Json covers =
            router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u1"}}}}}, 200);
        const Json &decision = covers.at("decisions")[0];
        EXPECT_EQ(decision.at("platform") == "NEW",
                  decision.at("bucket").get<double>() < stored * 100);
        EXPECT_EQ(act(id, "rollback"), 200);
    }
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

} // namespace
} // namespace crossfade
