// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whoever is asked hears of it: an open question is an alert on the channels until it is answered.
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/approvalfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

class ApprovalAlerts : public ApprovalTest {
protected:
    std::vector<Json> asked(const std::string &query = {}) {
        std::vector<Json> found;
        const Json page = router.get("/api/v1/alerts?limit=1000" + query);
        for (const Json &alert : page.at("items")) {
            if (alert.at("type") == "APPROVAL_REQUESTED") found.push_back(alert);
        }
        return found;
    }
    std::size_t open() { return asked("&acknowledged=false").size(); }
    // Of the alert that tells of this approval.
    Json alertOf(const std::string &approvalPath) {
        const std::string id = approvalPath.substr(approvalPath.rfind('/') + 1);
        for (const Json &alert : asked()) {
            if (alert.at("details").at("approval_id") == id) return alert;
        }
        return Json();
    }
};

TEST_F(ApprovalAlerts, aStepIsToldOnTheChannelsAndOverWithTheAnswer) {
    AnsweringServer receiver;
    router.post("/api/v1/channels", {{"name", "night shift"}, {"kind", "WEBHOOK"}, {"url", receiver.url() + "/hook"},
                                     {"types", {"APPROVAL_REQUESTED"}}});
    const std::string id = awaiting("shop");
    const std::string path = approvalPathOf(id);
    const Json alert = alertOf(path);
    ASSERT_FALSE(alert.is_null());
    EXPECT_EQ(router.contract().checkSchema("Alert", alert), "");
    EXPECT_EQ(alert.at("severity"), "MEDIUM");
    EXPECT_EQ(alert.at("subject_type"), "shift_policy");
    EXPECT_EQ(alert.at("subject_id"), id);
    const Json approval = router.get(path);
    for (const char *field : {"kind", "requested_by", "deadline", "default_action", "summary", "effect", "second_person"})
        EXPECT_EQ(alert.at("details").at(field), approval.at(field)) << field;
    const std::string message = alert.at("message");
    for (const char *part : {"operator-1 asks to raise 0 % to 10 %", approval.at("deadline").get_ref<const std::string &>().c_str()})
        EXPECT_NE(message.find(part), std::string::npos) << message;
    ASSERT_TRUE(waitFor([&] { return !receiver.requests().empty(); })) << router.log();
    const auto sent = parseJson(receiver.requests().front().body);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->at("alert").at("message"), message);
    ASSERT_EQ(decide(path, "reject", "approver").status, 200);
    EXPECT_EQ(alertOf(path).at("acknowledged_by"), "approver-1");
    EXPECT_EQ(open(), 0U);
    EXPECT_EQ(receiver.requests().size(), 1U) << "the answer is no alert";
}

TEST_F(ApprovalAlerts, whatIsWithdrawnIsOverToo) {
    const std::string id = awaiting("shop");
    const std::string path = approvalPathOf(id);
    EXPECT_EQ(open(), 1U);
    ASSERT_EQ(act(id, "suspend"), 200);
    EXPECT_EQ(open(), 0U);
    EXPECT_EQ(alertOf(path).at("acknowledged_by"), "operator-1");
    // Asked anew it is a question of its own.
    ASSERT_EQ(act(id, "resume"), 200);
    ASSERT_TRUE(waitFor([&] { return open() == 1; }, std::chrono::seconds(20)));
    EXPECT_EQ(asked().size(), 2U);
}

TEST_F(ApprovalAlerts, theMasterSwitchIsAskedForLoudly) {
    const std::string path = pathOfAsked();
    const Json alert = alertOf(path);
    ASSERT_FALSE(alert.is_null());
    EXPECT_EQ(alert.at("severity"), "HIGH");
    EXPECT_EQ(alert.at("details").at("kind"), "MASTER_SWITCH");
    EXPECT_EQ(alert.at("message").get<std::string>().rfind("admin-1 asks for the master switch", 0), 0U) << alert.dump();
    ASSERT_EQ(decide(path, "reject", "admin").status, 200) << "whoever asked may take it back";
    EXPECT_EQ(open(), 0U);
}

TEST_F(ApprovalAlerts, aProposedRollbackIsNotToldTwice) {
    std::unique_ptr<Traffic> load;
    proposed("shop", Json::object(), load);
    EXPECT_TRUE(asked().empty());
    const Json page = router.get("/api/v1/alerts?limit=1000");
    EXPECT_EQ(std::ranges::count_if(page.at("items"),
                                    [](const Json &alert) { return alert.at("type") == "ROLLBACK_PROPOSED"; }),
              1);
}

TEST_F(ApprovalAlerts, isToldAgainUntilAnsweredAlsoAfterADeath) {
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    const std::string master = pathOfAsked();
    const std::string id = awaiting("shop");
    const std::string step = approvalPathOf(id);
    const auto count = [&](const std::string &path) { return alertOf(path).at("count").get<int>(); };
    ASSERT_TRUE(waitFor([&] { return count(step) >= 2 && count(master) >= 2; }, std::chrono::seconds(20)));
    router.kill();
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    const int before = count(step);
    ASSERT_TRUE(waitFor([&] { return count(step) >= before + 2; }, std::chrono::seconds(20)));
    EXPECT_EQ(asked().size(), 2U) << "the same two, told again";
    ASSERT_EQ(decide(step, "reject", "approver").status, 200);
    const int last = count(step);
    EXPECT_FALSE(waitFor([&] { return count(step) != last; }, std::chrono::milliseconds(3'500)));
}

} // namespace
} // namespace crossfade
