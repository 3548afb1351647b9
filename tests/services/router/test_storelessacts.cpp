// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What takes users back by another name than rollback, while the store does not answer: a lower target, the approval
// of a proposed rollback, the master switch. And what cannot be done then says what can.
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/storelessfixture.h"
#include "tests/services/teststore.h"

#include <algorithm>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class StorelessActs : public Storeless {
protected:
    // The store's refusal, which names what would be done without it.
    void expectTold(const TestAnswer &refused, const std::string &command) {
        EXPECT_EQ(refused.status, 503) << refused.body;
        EXPECT_EQ(router.contract().checkSchema("Problem", refused.json), "");
        EXPECT_EQ(refused.json.value("code", ""), "NEEDS_STORE");
        EXPECT_NE(refused.json.value("detail", "").find(command), std::string::npos) << refused.body;
    }
    // Also answered 503, which every route may be and none documents.
    TestAnswer sent(const std::string &path, const Json &body, const std::string &roles = "operator") {
        return TestClient(router.url(), router.token(roles)).post(path, body);
    }
    TestAnswer putSwitches(const Json &wanted, const std::string &version) {
        const auto start = StorelessClock::now();
        const TestClient client(router.url(), router.token("operator"));
        TestAnswer answer = client.send("PUT", "/api/v1/switches", dumpJson(wanted),
                                        {{"Content-Type", "application/json"}, {"If-Match", "\"" + version + "\""}});
        if (answer.status != 503) {
            EXPECT_EQ(router.contract().check("PUT", "/api/v1/switches", answer), "");
        }
        std::printf("PUT /switches: %d after %.2f s\n", answer.status,
                    std::chrono::duration<double>(StorelessClock::now() - start).count());
        return answer;
    }
};

TEST_F(StorelessActs, aLowerTargetIsARollbackToIt) {
    const std::string id = atTen();
    const std::string path = pathOf(id, "/shift");
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestAnswer done = rollBack(path, {{"target_percentage", 5}, {"reason", "half of them"}});
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(done.json.at("scope"), "POLICIES");
    EXPECT_EQ(done.json.at("items").at(0).at("from_percentage"), 10);
    EXPECT_EQ(done.json.at("items").at(0).at("to_percentage"), 5);
    const TestAnswer none = rollBack(path, {{"target_percentage", 0}, {"reason", "all of them"}});
    ASSERT_EQ(none.status, 202) << none.body;
    EXPECT_EQ(userOnNew(), "");
    // A higher one, or one later, is no rollback: the store's to answer.
    expectTold(sent(path, {{"target_percentage", 20}, {"reason", "on"}}), "POST " + pathOf(id, "/rollback"));
    EXPECT_EQ(unstored().size(), 2U);
    thief->rollback();
    ASSERT_TRUE(waitStored()) << unstored().dump();
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_EQ(percentageOf(id), 0);
    const std::vector<Json> entries = entriesOf(id, "ROLLED_BACK");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].at("at"), done.json.at("at"));
    EXPECT_EQ(entries[0].at("to_percentage"), 5);
    EXPECT_EQ(entries[0].at("reason"), "half of them");
    EXPECT_EQ(entries[1].at("to_percentage"), 0);
    EXPECT_TRUE(isIntact());
    EXPECT_EQ(act(id, "shift"), 200) << "a person may begin anew";
}

TEST_F(StorelessActs, aLowerTargetWithoutAReasonTakesNobodyBack) {
    const std::string id = atTen();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestAnswer refused =
        TestClient(router.url(), router.token("operator"))
            .send("POST", pathOf(id, "/shift"), R"({"target_percentage": 0})", {{"Content-Type", "application/json"}});
    expectTold(refused, "/rollback");
    EXPECT_TRUE(unstored().empty());
    EXPECT_NE(userOnNew(), "");
    thief->rollback();
}

TEST_F(StorelessActs, aProposedRollbackIsApproved) {
    std::unique_ptr<Traffic> load;
    const std::string id = proposed("shop", {{"proposal_deadline_seconds", 86'400}}, load);
    const std::string approval = approvalPathOf(id);
    const auto onNew = [&] {
        Json requests = Json::array();
        for (int i = 0; i < 200; ++i)
            requests.push_back({{"user_id", "user-" + std::to_string(i)}, {"system_id", "shop"}});
        const Json decided = router.post("/api/v1/decisions", {{"requests", requests}}, 200).at("decisions");
        return std::ranges::count_if(decided, [](const Json &one) { return one.at("platform") == "NEW"; });
    };
    ASSERT_GT(onNew(), 0);
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestAnswer done = rollBack(approval + "/approve", {{"reason", "NEW fails"}});
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(done.json.at("approval_id"), approval.substr(approval.rfind('/') + 1));
    EXPECT_EQ(done.json.at("items").at(0).at("policy_id"), id);
    EXPECT_EQ(onNew(), 0);
    thief->rollback();
    ASSERT_TRUE(waitStored()) << unstored().dump();
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    const Json closed = router.get(approval);
    EXPECT_EQ(closed.at("state"), "APPROVED");
    EXPECT_EQ(closed.at("decided_by"), done.json.at("actor"));
    EXPECT_EQ(closed.at("decision_reason"), "NEW fails");
    const std::vector<Json> entries = entriesOf(id, "ROLLED_BACK");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].at("at"), done.json.at("at"));
    EXPECT_EQ(entries[0].at("actor"), done.json.at("actor"));
    EXPECT_TRUE(isIntact());
}

// A step needs the store, whoever approves it; so does what is not asked any more.
TEST_F(StorelessActs, theApprovalOfAStepIsTheStores) {
    const std::string id = awaiting("shop");
    const std::string approval = approvalPathOf(id);
    ASSERT_NE(router.token("approver"), "");
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    expectTold(sent(approval + "/approve", {{"reason", "go"}}, "approver"), "POST /api/v1/rollbacks");
    EXPECT_TRUE(unstored().empty());
    thief->rollback();
    EXPECT_EQ(percentageOf(id), 0);
}

TEST_F(StorelessActs, everybodyGoesToLegacyBySwitch) {
    const std::string id = atTen();
    ASSERT_EQ(router.call({"POST", "/api/v1/rules",
                           {{"config_name", "vip"}, {"config_type", "USER_BASED"}, {"target_entity", "vip"},
                            {"target_platform", "NEW"}}, {}, "operator"}).status, 201);
    ASSERT_EQ(platformOf("vip"), "NEW");
    const Json before = router.get("/api/v1/switches");
    const std::string version = std::to_string(before.at("version").get<int>());
    Json legacy{{"master", "LEGACY"}, {"default_platform", before.at("default_platform")}, {"reason", "NEW burns"}};
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    Json more = legacy;
    more["dual_write"] = !before.at("dual_write").get<bool>();
    expectTold(putSwitches(more, version), "master LEGACY and no other change");
    expectTold(putSwitches(legacy, "99"), "POST /api/v1/rollbacks");
    EXPECT_EQ(platformOf("vip"), "NEW");
    const TestAnswer done = putSwitches(legacy, version);
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(done.json.at("scope"), "SWITCHES");
    EXPECT_TRUE(done.json.at("master_to_legacy").get<bool>());
    EXPECT_EQ(platformOf("vip"), "LEGACY") << "rules too";
    EXPECT_EQ(userOnNew(), "");
    // In force from the first decision of the next process on.
    router.kill();
    thief->rollback();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(platformOf("vip"), "LEGACY");
    ASSERT_TRUE(waitStored()) << unstored().dump();
    const Json after = router.get("/api/v1/switches");
    EXPECT_EQ(after.at("master"), "LEGACY");
    EXPECT_EQ(after.at("changed_by"), done.json.at("actor"));
    EXPECT_EQ(after.at("dual_write"), before.at("dual_write"));
    ASSERT_EQ(audited("switches.update").size(), 1U);
    EXPECT_EQ(audited("switches.update")[0].at("reason"), "NEW burns");
    EXPECT_EQ(percentageOf(id), 10) << "the share stays as it was, for the way back";
    EXPECT_TRUE(isIntact());
    // Lifted by a person.
    legacy["master"] = "OFF";
    EXPECT_EQ(putSwitches(legacy, std::to_string(after.at("version").get<int>())).status, 200);
    EXPECT_EQ(platformOf("vip"), "NEW");
}

TEST_F(StorelessActs, forwardOnlyIsEndedBySwitch) {
    const Json lastStage{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"forward_only", true}, {"reason", "all"}};
    ASSERT_EQ(router.putApproved(lastStage).status, 200);
    ASSERT_EQ(platformOf("somebody"), "NEW");
    const std::string version = std::to_string(router.get("/api/v1/switches").at("version").get<int>());
    ASSERT_NE(router.token("operator"), ""); // none can be made later
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const Json ended{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"forward_only", false}, {"reason", "back"}};
    const TestAnswer done = putSwitches(ended, version);
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_TRUE(done.json.at("forward_only_ended").get<bool>());
    EXPECT_EQ(platformOf("somebody"), "LEGACY");
    thief->rollback();
    ASSERT_TRUE(waitStored()) << unstored().dump();
    EXPECT_FALSE(router.get("/api/v1/switches").at("forward_only").get<bool>());
    EXPECT_EQ(platformOf("somebody"), "LEGACY");
}

TEST_F(StorelessActs, aStepwiseRollbackSaysWhatCanBeDone) {
    const std::string id = atTen();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const Json slowly{{"mode", "STEPWISE"}, {"target_percentage", 0}, {"reason", "slowly"}};
    expectTold(sent(pathOf(id, "/rollback"), slowly), R"({"mode": "IMMEDIATE"})");
    thief->rollback();
}

class StorelessProposals : public GroupTest {};

TEST_F(StorelessProposals, theBatchOfAGroupGoesBack) {
    const std::string id =
        createWith("stores", 6, {{"batch_interval_seconds", 600}, {"on_breach", "PROPOSE_ROLLBACK"},
                                 {"proposal_deadline_seconds", 86'400}});
    GroupTraffic traffic(router, names(6));
    traffic.fail({"u00", "u01"});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
    ASSERT_EQ(decide("u00").at("platform"), "NEW");
    const std::string approval = router.get("/api/v1/approvals?kind=ROLLBACK&state=OPEN").at("items").at(0).at("id");
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestAnswer done =
        router.call({"POST", "/api/v1/approvals/" + approval + "/approve", {{"reason", "NEW fails"}}, {}, "operator"});
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(done.json.at("groups").at(0).at("batch"), 0);
    EXPECT_EQ(done.json.at("groups").at(0).at("users"), 2);
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    thief->rollback();
    ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }, 20s));
    EXPECT_EQ(router.get("/api/v1/approvals/" + approval).at("state"), "APPROVED");
    EXPECT_EQ(batchesOf(id), "RPP");
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
}

} // namespace
} // namespace crossfade
