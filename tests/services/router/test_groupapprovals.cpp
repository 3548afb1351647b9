// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Questions about a group's batches: whether one moves, whether one goes back; who may answer, and what
// happens when nobody does.
#include "tests/services/router/groupfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

class GroupApprovals : public GroupTest {
protected:
    static constexpr const char *Starter = "operator,approver"; // operator-1

    std::string approvalPath(const std::string &id) {
        return "/api/v1/approvals/" + shift(id).at("approval_id").get<std::string>();
    }
    TestAnswer answer(const std::string &approval, const std::string &how, const std::string &roles) {
        return router.call({"POST", approval + "/" + how, {{"reason", "because"}}, {}, roles});
    }
    // Started by operator-1, waiting for its first batch's approval.
    std::string asked(const Json &changes = Json::object()) {
        Json body{{"guards", Json::array()}, {"approval", "EACH_BATCH"}, {"second_person", true}};
        body.update(changes);
        const std::string id = createWith("stores", 6, body);
        EXPECT_EQ(act(id, "shift", Json::object(), Starter).status, 200);
        EXPECT_TRUE(waitGroup(id, "AWAITING_APPROVAL")) << shift(id).dump();
        return id;
    }
    // Its first batch fails on NEW.
    std::string breached(const Json &changes) {
        const std::string id = createWith("stores", 6, changes);
        traffic = std::make_unique<GroupTraffic>(router, names(6));
        traffic->fail({"u00", "u01"});
        EXPECT_EQ(act(id, "shift").status, 200);
        return id;
    }
    std::size_t alerts(const std::string &type) {
        const Json raised = router.get("/api/v1/alerts");
        return static_cast<std::size_t>(std::ranges::count_if(
            raised.at("items"), [&](const Json &alert) { return alert.at("type") == type; }));
    }
    void TearDown() override { traffic.reset(); }

    std::unique_ptr<GroupTraffic> traffic;
};

TEST_F(GroupApprovals, aBatchMovesWhenASecondPersonSaysSo) {
    const std::string id = asked();
    const std::string path = approvalPath(id);
    const Json approval = router.get(path);
    EXPECT_EQ(approval.at("kind"), "SHIFT_STEP");
    EXPECT_EQ(approval.at("group"), (Json{{"id", id}, {"name", "stores"}, {"batch", 0}, {"users", 2}}));
    EXPECT_TRUE(approval.at("policy_id").is_null() && approval.at("effect").is_null());
    EXPECT_EQ(approval.at("requested_by"), "operator-1");
    EXPECT_EQ(approval.at("default_action"), "REJECT");
    EXPECT_EQ(approval.at("deadline"), shift(id).at("deadline"));
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    const Json told = router.get("/api/v1/alerts").at("items").at(0);
    EXPECT_EQ(told.at("type"), "APPROVAL_REQUESTED");
    EXPECT_EQ(told.at("subject_id"), id);
    EXPECT_EQ(told.at("details").at("group"), approval.at("group"));
    EXPECT_EQ(told.at("message"), "stores: operator-1 asks to move batch 1, 2 users, answer until " +
                                      approval.at("deadline").get<std::string>());
    // Not whoever asked, nor anybody without the role; and he cannot be taken out of the question.
    const TestAnswer own = answer(path, "approve", Starter);
    EXPECT_EQ(own.status, 403);
    EXPECT_NE(own.body.find("a second person must approve"), std::string::npos) << own.body;
    EXPECT_EQ(answer(path, "approve", "viewer").status, 403);
    const std::string version = std::to_string(group(id).at("version").get<int>());
    for (const Json &change : {Json{{"second_person", false}}, Json{{"approval", "NONE"}}})
        EXPECT_EQ(router.call({"PATCH", GroupTest::path(id), change, version, "operator"}).status, 409);
    ASSERT_EQ(answer(path, "approve", "approver").status, 200);
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    EXPECT_EQ(decide("u02").at("platform"), "LEGACY");
    const Json known = router.get("/api/v1/alerts?acknowledged=true").at("items");
    ASSERT_EQ(known.size(), 1U);
    EXPECT_EQ(known.at(0).at("id"), told.at("id"));
    EXPECT_EQ(known.at(0).at("acknowledged_by"), "approver-1");
    EXPECT_EQ(answer(path, "reject", "approver").status, 409) << "the first answer is final";
    // The next one is a question of its own.
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "AWAITING_APPROVAL" && approvalPath(id) != path; }));
    EXPECT_EQ(router.get(approvalPath(id)).at("group").at("batch"), 1);
    EXPECT_EQ(batchesOf(id), "MPP");
}

TEST_F(GroupApprovals, aQuestionOutlivesSuddenDeathAndEndsWithTheShift) {
    const std::string id = asked();
    const std::string first = approvalPath(id);
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(stateOf(id), "AWAITING_APPROVAL");
    EXPECT_EQ(approvalPath(id), first);
    EXPECT_EQ(answer(first, "approve", Starter).status, 403) << "who asked is known";
    ASSERT_EQ(answer(first, "reject", "approver").status, 200);
    EXPECT_EQ(stateOf(id), "SUSPENDED");
    EXPECT_TRUE(shift(id).at("approval_id").is_null());
    EXPECT_EQ(batchesOf(id), "PPP");
    // Asked anew; whoever resumes is not whoever started it.
    ASSERT_EQ(act(id, "resume", Json::object(), "admin").status, 200);
    ASSERT_TRUE(waitGroup(id, "AWAITING_APPROVAL"));
    const std::string second = approvalPath(id);
    EXPECT_NE(second, first);
    EXPECT_EQ(router.get(second).at("requested_by"), "operator-1");
    ASSERT_EQ(act(id, "suspend").status, 200);
    EXPECT_EQ(router.get(second).at("state"), "EXPIRED");
    EXPECT_EQ(answer(second, "approve", "approver").status, 409);
    ASSERT_EQ(act(id, "resume").status, 200);
    ASSERT_TRUE(waitGroup(id, "AWAITING_APPROVAL"));
    const std::string third = approvalPath(id);
    ASSERT_EQ(act(id, "rollback").status, 200) << "going back asks nobody";
    EXPECT_EQ(router.get(third).at("state"), "EXPIRED");
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
}

TEST_F(GroupApprovals, nobodyAnswersThenNoBatchMoves) {
    const std::string id = asked();
    const std::string path = approvalPath(id);
    // Long past by the next start.
    ASSERT_TRUE(router.stop());
    {
        const auto store = router.store();
        ASSERT_TRUE(store->execute("UPDATE approval SET deadline = 1000"));
        ASSERT_TRUE(setStoredField(*store, "user_group", "status", "deadline", [](const Json &) { return 1'000; }));
    }
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitGroup(id, "SUSPENDED")) << shift(id).dump();
    EXPECT_EQ(router.get(path).at("state"), "EXPIRED");
    EXPECT_EQ(router.get(path).at("decided_by"), "runner");
    EXPECT_EQ(batchesOf(id), "PPP");
    EXPECT_EQ(historyOf(id).back().at("cause"), "REJECTED");
}

TEST_F(GroupApprovals, onlyTheFirstBatchWhereThatIsWanted) {
    const std::string id = asked({{"approval", "FIRST_BATCH"}, {"second_person", false}});
    ASSERT_EQ(answer(approvalPath(id), "approve", Starter).status, 200) << "nobody else is asked for";
    ASSERT_TRUE(waitGroup(id, "COMPLETED")) << shift(id).dump();
    const std::vector<Json> history = historyOf(id);
    EXPECT_EQ(std::ranges::count_if(history, [](const Json &one) { return one.at("cause") == "APPROVAL_OPENED"; }), 1);
}

TEST_F(GroupApprovals, aProposedRollbackTakesThatBatchBack) {
    const std::string id = breached({{"on_breach", "PROPOSE_ROLLBACK"}});
    ASSERT_TRUE(waitGroup(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
    const std::string path = approvalPath(id);
    const Json approval = router.get(path);
    EXPECT_EQ(approval.at("kind"), "ROLLBACK");
    EXPECT_EQ(approval.at("default_action"), "APPROVE");
    EXPECT_EQ(approval.at("requested_by"), "runner");
    EXPECT_EQ(approval.at("evidence").at("guard").at("id"), "success");
    EXPECT_EQ(batchesOf(id), "HPP");
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    EXPECT_EQ(alerts("ROLLBACK_PROPOSED"), 1U);
    EXPECT_EQ(answer(path, "reject", "operator").status, 403) << "only an approver keeps it there";
    const std::string version = std::to_string(group(id).at("version").get<int>());
    const Json hold{{"proposal_default", "HOLD"}};
    EXPECT_EQ(router.call({"PATCH", this->path(id), hold, version, "operator"}).status, 409) << "nor by an edit";
    ASSERT_EQ(answer(path, "approve", "operator").status, 200);
    EXPECT_EQ(batchesOf(id), "RPP");
    EXPECT_EQ(stateOf(id), "HELD");
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
}

TEST_F(GroupApprovals, aProposalNobodyAnswersIsCarriedOutOrDropped) {
    const std::string id = breached({{"on_breach", "PROPOSE_ROLLBACK"}, {"proposal_deadline_seconds", 1}});
    ASSERT_TRUE(waitFor([&] { return batchesOf(id) == "RPP"; }, std::chrono::seconds(20))) << shift(id).dump();
    EXPECT_EQ(stateOf(id), "HELD");
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    const Json closed = router.get("/api/v1/approvals?kind=ROLLBACK").at("items").at(0);
    EXPECT_EQ(closed.at("state"), "EXPIRED");
    EXPECT_EQ(closed.at("group").at("id"), id);
    traffic.reset();
    ASSERT_EQ(act(id, "rollback").status, 200);
    const std::string version = std::to_string(group(id).at("version").get<int>());
    ASSERT_EQ(router.call({"PATCH", path(id), {{"proposal_default", "HOLD"}}, version, "operator"}).status, 200);
    traffic = std::make_unique<GroupTraffic>(router, names(6));
    traffic->fail({"u00", "u01"});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return historyOf(id).back().at("cause") == "ROLLBACK_REFUSED"; },
                        std::chrono::seconds(20)))
        << shift(id).dump();
    EXPECT_EQ(batchesOf(id), "HPP");
    EXPECT_EQ(stateOf(id), "HELD");
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
}

TEST_F(GroupApprovals, twoAnswerAtOnceAndOneWins) {
    const std::string id = asked();
    const std::string path = approvalPath(id);
    TestAnswer yes;
    TestAnswer no;
    {
        const std::string approver = router.token("approver");
        const std::string other = router.token("admin,approver");
        std::jthread one([&] { yes = TestClient(router.url(), approver).post(path + "/approve", {{"reason", "go"}}); });
        std::jthread two([&] { no = TestClient(router.url(), other).post(path + "/reject", {{"reason", "stay"}}); });
    }
    EXPECT_EQ(std::min(yes.status, no.status), 200) << yes.body << no.body;
    EXPECT_EQ(std::max(yes.status, no.status), 409) << yes.body << no.body;
    EXPECT_EQ(decide("u00").at("platform"), yes.status == 200 ? "NEW" : "LEGACY");
}

} // namespace
} // namespace crossfade
