// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/approvalfixture.h"


#include <latch>

namespace crossfade {

Json ApprovalTest::everybodyToNew() {
    return {{"master", "NEW"}, {"default_platform", "NEW"}, {"reason", "all are moved"}};
}

TestAnswer ApprovalTest::put(const Json &switches, const std::string &roles) {
    const std::string version =
        std::to_string(router.get("/api/v1/switches").at("version").get<int>());
    return router.call({"PUT", "/api/v1/switches", switches, version, roles});
}

std::string ApprovalTest::pathOfAsked() {
    const TestAnswer asked = ask("admin");
    EXPECT_EQ(asked.status, 202) << asked.body;
    if (asked.status != 202) return "/api/v1/approvals/none";
    return "/api/v1/approvals/" + asked.json.at("id").get<std::string>();
}

TestAnswer ApprovalTest::answerFor(const std::string &path, const Json &gates,
                                   const std::string &roles) {
    return router.call(
        {"POST", path + "/override", {{"gates", gates}, {"reason", "looked at"}}, {}, roles});
}

void ApprovalTest::answerForAll(const std::string &path) {
    Json closed = Json::array();
    const Json approval = router.get(path);
    for (const Json &gate : approval.at("evidence").at("gates")) {
        if (gate.at("status") != "OPEN") closed.push_back(gate.at("gate"));
    }
    const TestAnswer answer = answerFor(path, closed, "approver");
    EXPECT_EQ(answer.status, 200) << answer.body;
}

TestAnswer ApprovalTest::decide(const std::string &path, const std::string &how,
                                const std::string &roles) {
    return router.call({"POST", path + "/" + how, {{"reason", "seen"}}, {}, roles});
}

std::pair<TestAnswer, TestAnswer> ApprovalTest::atOnce(const std::string &path,
                                                       const std::string &oneToken,
                                                       const std::string &oneAct,
                                                       const std::string &twoToken,
                                                       const std::string &twoAct) {
    std::pair<TestAnswer, TestAnswer> answers;
    std::latch start(2);
    const auto answer = [&](const std::string &token, const std::string &how, TestAnswer &into) {
        const TestClient client(router.url(), token);
        start.arrive_and_wait();
        into = client.post(path + "/" + how, {{"reason", "at once"}});
    };
    {
        std::jthread one([&] { answer(oneToken, oneAct, answers.first); });
        std::jthread two([&] { answer(twoToken, twoAct, answers.second); });
    }
    return answers;
}

void ApprovalTest::killAndEdit(const std::vector<std::string> &statements) {
    router.kill();
    {
        const auto db = router.store();
        ASSERT_TRUE(db);
        for (const std::string &sql : statements)
            ASSERT_TRUE(db->script(sql)) << sql;
    }
    ASSERT_TRUE(router.start()) << router.log();
}

void ApprovalTest::killUntilTooLate(const std::string &policyId) {
    const auto db = router.store();
    ASSERT_TRUE(db);
    router.kill();
    const auto rows = db->query("SELECT status FROM shift_policy WHERE id = ?", {policyId});
    ASSERT_TRUE(rows && rows->size() == 1);
    Json status = parseJson(rows->front().text(0)).value_or(Json::object());
    status["deadline"] = 1'000;
    ASSERT_TRUE(db->execute("UPDATE shift_policy SET status = ? WHERE id = ?", {dumpJson(status), policyId}));
    ASSERT_TRUE(db->execute("UPDATE approval SET deadline = 1000 WHERE state = 'OPEN'"));
    ASSERT_TRUE(router.start()) << router.log();
}

std::string ApprovalTest::awaiting(const std::string &system, Json changes,
                                   const std::string &roles) {
    changes["policy_name"] = system;
    changes["target_system"] = system;
    changes["guards"] = Json::array();
    if (!changes.contains("approval")) changes["approval"] = "EACH_STEP";
    const std::string id = createPolicy(changes);
    EXPECT_EQ(act(id, "shift", Json::object(), roles), 200);
    EXPECT_TRUE(waitState(id, "HELD"));
    EXPECT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
    EXPECT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    return id;
}

std::string ApprovalTest::proposed(const std::string &system, Json changes,
                                   std::unique_ptr<Traffic> &load) {
    changes["policy_name"] = system;
    changes["target_system"] = system;
    changes["stabilization_seconds"] = 600;
    const std::string id = createPolicy(changes);
    load = traffic(id);
    EXPECT_EQ(act(id, "shift"), 200);
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    load->newFails = true;
    EXPECT_TRUE(waitState(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
    return id;
}

std::string ApprovalTest::approvalPathOf(const std::string &policyId) {
    const Json id = shift(policyId).at("approval_id");
    return "/api/v1/approvals/" + (id.is_string() ? id.get<std::string>() : std::string("none"));
}

} // namespace crossfade
