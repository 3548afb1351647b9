// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Who may answer which question in which state, and what happens when nobody does.
#include "tests/services/router/approvalfixture.h"

#include "app/service/sqlite.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace crossfade {
namespace {

class Approvals : public ApprovalTest {
protected:
    std::size_t causes(const std::string &id, const std::string &cause) {
        return static_cast<std::size_t>(std::ranges::count_if(
            history(id), [&](const Json &entry) { return entry.at("cause") == cause; }));
    }
};

TEST_F(Approvals, AStepIsAskedForByWhoeverSetTheTarget) {
    const std::string id =
        awaiting("shop", {{"second_person", true}}, "operator,approver"); // operator-1
    const std::string path = approvalPathOf(id);
    EXPECT_EQ(router.get(path).at("requested_by"), "operator-1");
    EXPECT_EQ(router.get(path).at("second_person"), true);
    const TestAnswer own = decide(path, "approve", "operator,approver");
    EXPECT_EQ(own.status, 403);
    EXPECT_NE(own.body.find("a second person must approve"), std::string::npos) << own.body;
    EXPECT_EQ(percentageOf(id), 0);
    // Another one sets another target: now it is his question, and the first may answer it.
    ASSERT_EQ(act(id, "shift", {{"target_percentage", 20}}, "admin,approver"), 200);
    ASSERT_TRUE(waitFor([&] {
        return stateOf(id) == "AWAITING_APPROVAL" && approvalPathOf(id) != path;
    }));
    const std::string next = approvalPathOf(id);
    EXPECT_EQ(router.get(path).at("state"), "EXPIRED");
    EXPECT_EQ(router.get(next).at("requested_by"), "admin-1");
    EXPECT_EQ(decide(next, "approve", "admin,approver").status, 403);
    EXPECT_EQ(decide(next, "approve", "operator,approver").status, 200);
    EXPECT_EQ(percentageOf(id), 10);
}

TEST_F(Approvals, WithoutTheSettingOneselfMayApprove) {
    const std::string id = awaiting("shop", Json::object(), "operator,approver");
    EXPECT_EQ(router.get(approvalPathOf(id)).at("second_person"), false);
    EXPECT_EQ(decide(approvalPathOf(id), "approve", "operator,approver").status, 200);
    EXPECT_EQ(percentageOf(id), 10);
}

TEST_F(Approvals, WhoAskedIsKnownAfterSuddenDeath) {
    const std::string id = awaiting("shop", {{"second_person", true}}, "operator,approver");
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(decide(approvalPathOf(id), "approve", "operator,approver").status, 403);
    ASSERT_EQ(act(id, "suspend"), 200);
    ASSERT_EQ(act(id, "resume"), 200); // asked anew, for the target that was set before
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    EXPECT_EQ(decide(approvalPathOf(id), "approve", "operator,approver").status, 403);
    EXPECT_EQ(decide(approvalPathOf(id), "approve", "approver").status, 200);
}

// The runner starts it, yet the question is of the person who set the time.
TEST_F(Approvals, AStartSetForATimeIsAskedByWhoSetIt) {
    const std::string id =
        createPolicy({{"guards", Json::array()}, {"approval", "EACH_STEP"}, {"second_person", true}});
    const auto soon = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) +
                      std::chrono::seconds(2);
    ASSERT_EQ(act(id, "shift", {{"start_at", formatInstant(soon)}}, "operator,approver"), 200);
    ASSERT_TRUE(waitState(id, "HELD")) << shift(id).dump();
    ASSERT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    EXPECT_EQ(router.get(approvalPathOf(id)).at("requested_by"), "operator-1");
    EXPECT_EQ(decide(approvalPathOf(id), "approve", "operator,approver").status, 403);
    EXPECT_EQ(decide(approvalPathOf(id), "approve", "approver").status, 200);
}

TEST_F(Approvals, TheRequesterCannotBeTakenOutOfTheQuestion) {
    const std::string id = awaiting("shop", {{"second_person", true}}, "operator,approver");
    const auto change = [&](const Json &body) {
        return router
            .call({"PATCH", pathOf(id), body,
                   std::to_string(policy(id).at("version").get<int>()), "operator,approver"})
            .status;
    };
    EXPECT_EQ(change({{"second_person", false}}), 409);
    EXPECT_EQ(change({{"approval", "ABOVE"}, {"approval_above", 50}}), 409);
    EXPECT_EQ(stateOf(id), "AWAITING_APPROVAL");
}

TEST_F(Approvals, OnlyStepsAboveTheSetShareAsk) {
    const std::string id = createPolicy({{"approval", "ABOVE"}, {"approval_above", 10}});
    EXPECT_EQ(policy(id).at("approval"), "ABOVE");
    EXPECT_EQ(policy(id).at("approval_above"), 10);
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    EXPECT_EQ(causes(id, "APPROVAL_OPENED"), 0U) << "10 % is not above 10 %";
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL", std::chrono::seconds(30))) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 10);
    EXPECT_EQ(router.get(approvalPathOf(id)).at("effect").at("to_percentage"), 20);
    // The percentage belongs to the word.
    const std::string other = createPolicy({{"approval", "ABOVE"}, {"approval_above", 5}});
    const TestAnswer none = router.call({"PATCH", pathOf(other), {{"approval", "NONE"}}, "1"});
    EXPECT_EQ(none.status, 200) << none.body;
    EXPECT_TRUE(none.json.at("approval_above").is_null());
    EXPECT_EQ(pointerOf(router.call({"PATCH", pathOf(other), {{"approval", "ABOVE"}}, "2"})),
              "/approval_above");
}

// The question waits, the guards do not.
TEST_F(Approvals, AWaitingOneDoesNotStopTheGuards) {
    const std::string id = createPolicy({{"approval", "ABOVE"}, {"approval_above", 10},
                                         {"on_breach", "ROLLBACK"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL", std::chrono::seconds(30))) << shift(id).dump();
    const std::string path = approvalPathOf(id);
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLED_BACK")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(router.get(path).at("state"), "EXPIRED");
    EXPECT_EQ(decide(path, "approve", "approver").status, 409);
}

TEST_F(Approvals, NobodyAnswersAStepItIsRejectedOnceAlsoAcrossSuddenDeath) {
    const std::string id = awaiting("shop");
    const std::string path = approvalPathOf(id);
    killUntilTooLate(id);
    EXPECT_EQ(decide(path, "approve", "approver").status, 409) << "too late";
    ASSERT_TRUE(waitState(id, "SUSPENDED")) << shift(id).dump();
    const Json closed = router.get(path);
    EXPECT_EQ(closed.at("state"), "EXPIRED");
    EXPECT_EQ(closed.at("decided_by"), "runner");
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(router.get(path), closed);
    EXPECT_EQ(causes(id, "REJECTED"), 1U);
    EXPECT_EQ(percentageOf(id), 0);
}

TEST_F(Approvals, NobodyAnswersAProposalItsDefaultHappensOnceAlsoAcrossSuddenDeath) {
    for (const auto &[word, state, cause, percentage] :
         std::vector<std::tuple<const char *, const char *, const char *, double>>{
             {"ROLLBACK", "ROLLED_BACK", "ROLLED_BACK", 0}, {"HOLD", "HELD", "REJECTED", 10}}) {
        std::unique_ptr<Traffic> load;
        const std::string id = proposed(word, {{"proposal_default", word}}, load);
        const std::string path = approvalPathOf(id);
        EXPECT_EQ(router.get(path).at("default_action"),
                  std::string(word) == "ROLLBACK" ? "APPROVE" : "REJECT");
        load.reset();
        killUntilTooLate(id);
        ASSERT_TRUE(waitState(id, state)) << shift(id).dump();
        EXPECT_EQ(percentageOf(id), percentage);
        EXPECT_EQ(router.get(path).at("state"), "EXPIRED");
        router.kill();
        ASSERT_TRUE(router.start()) << router.log();
        EXPECT_EQ(stateOf(id), state);
        EXPECT_EQ(causes(id, cause), 1U) << word;
    }
}

// Many steps of many shifts, two people at each.
TEST_F(Approvals, TwoAtOnceOneDecidesOnEveryStep) {
    const std::string one = router.token("approver");
    const std::string two = router.token("viewer,approver");
    constexpr int Shifts = 12;
    std::vector<std::string> ids;
    for (int i = 0; i < Shifts; ++i)
        ids.push_back(awaiting("shop-" + std::to_string(i)));
    for (const std::string &id : ids) {
        const std::string path = approvalPathOf(id);
        const auto [approved, rejected] = atOnce(path, one, "approve", two, "reject");
        EXPECT_EQ(std::min(approved.status, rejected.status), 200);
        EXPECT_EQ(std::max(approved.status, rejected.status), 409);
        const bool yes = approved.status == 200;
        EXPECT_NE((yes ? rejected : approved)
                      .body.find(std::string(yes ? "approver-1" : "viewer-1") + " was first"),
                  std::string::npos);
        EXPECT_EQ(percentageOf(id), yes ? 10 : 0);
        EXPECT_EQ(router.get(path).at("state"), yes ? "APPROVED" : "REJECTED");
    }
}

// What the store held before the third kind of question is still there, and goes on.
TEST(ApprovalStore, EarlierOnesAreKept) {
    TempDir directory;
    auto db = SqliteDatabase::open(directory.path() / "old.sqlite",
                                   SqliteDatabase::Mode::ReadWrite, false);
    ASSERT_TRUE(db) << db.error().message;
    std::vector<std::filesystem::path> scripts;
    for (const auto &entry : std::filesystem::directory_iterator(
             std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/router/sqlite"))
        scripts.push_back(entry.path());
    std::ranges::sort(scripts);
    const auto run = [&](const std::filesystem::path &file) {
        std::ifstream in(file);
        std::ostringstream text;
        text << in.rdbuf();
        const auto done = (*db)->script(text.str());
        EXPECT_TRUE(done) << file << done.error().message;
    };
    for (const auto &script : scripts) {
        if (script.filename().string() >= "0008") break;
        run(script);
    }
    ASSERT_TRUE((*db)->script(
        "INSERT INTO approval (seq, id, kind, state, policy_id, policy_name, requested_by, "
        "requested_at, deadline, default_action, summary, evidence, from_percentage, "
        "to_percentage, decided_by, decided_at, decision_reason, version) VALUES "
        "(7, 'a', 'ROLLBACK', 'APPROVED', 'p', 'logins', 'runner', 1, 2, 'APPROVE', 's', '{}', "
        "1000, 0, 'ann', 3, 'why', 2), "
        "(9, 'b', 'SHIFT_STEP', 'OPEN', 'p', 'logins', 'runner', 1, 2, 'REJECT', 's', NULL, "
        "0, 1000, NULL, NULL, NULL, 1)"));
    for (const auto &script : scripts) {
        if (script.filename().string() >= "0008") run(script);
    }
    const auto rows = (*db)->query("SELECT seq, id, decided_by, second_person, switches_change "
                                   "FROM approval ORDER BY seq",
                                   {});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].integer(0), 7);
    EXPECT_EQ((*rows)[0].text(2), "ann");
    EXPECT_EQ((*rows)[1].text(1), "b");
    EXPECT_EQ((*rows)[1].integer(3), 0);
    EXPECT_TRUE((*rows)[1].isNull(4));
}

// Under forward only the users would stay on NEW, whoever agreed to take them back.
TEST_F(Approvals, AnApprovedRollbackEndsForwardOnly) {
    std::unique_ptr<Traffic> load;
    const std::string id = proposed("shop", Json::object(), load);
    const Json last{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"forward_only", true}, {"reason", "last stage"}};
    ASSERT_EQ(router.putApproved(last).status, 200);
    ASSERT_EQ(decide(approvalPathOf(id), "approve", "operator").status, 200);
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_EQ(router.get("/api/v1/switches").at("forward_only"), false);
}

} // namespace
} // namespace crossfade
