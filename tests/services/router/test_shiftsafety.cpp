// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What must hold although something went wrong: a stored policy that cannot be read, guards that
// trip or fall silent where the runner does not act, an approval of a step that has changed.
#include "tests/services/router/shiftfixture.h"


#include <algorithm>

namespace crossfade {
namespace {

class ShiftSafety : public ShiftTest {
protected:
    // At 10 % of its system without any traffic, baking for long.
    std::string atTenPercent(const std::string &system, Json changes = Json::object()) {
        const std::string id = overridden(system, std::move(changes));
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        return id;
    }
    // Started, and the gate that wants traffic overridden.
    std::string overridden(const std::string &system, Json changes) {
        changes["policy_name"] = system;
        changes["target_system"] = system;
        changes["stabilization_seconds"] = 600;
        const std::string id = createPolicy(changes);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitState(id, "HELD"));
        EXPECT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
        return id;
    }
    // Changes the store behind the service's back.
    void whileStopped(const std::function<void(StoreConnection &)> &change) {
        ASSERT_TRUE(router.stop());
        {
            const auto db = router.store();
            ASSERT_TRUE(db);
            change(*db);
        }
        ASSERT_TRUE(router.start()) << router.log();
    }
    std::vector<Json> alerts(const std::string &type) {
        std::vector<Json> found;
        const Json answer = router.get("/api/v1/alerts");
        for (const Json &alert : answer.at("items")) {
            if (alert.at("type") == type) found.push_back(alert);
        }
        return found;
    }
    std::string platformOf(const std::string &user, const std::string &system) {
        const Json decided = router.post(
            "/api/v1/decisions", {{"requests", {{{"user_id", user}, {"system_id", system}}}}}, 200);
        return decided.at("decisions")[0].at("platform");
    }
    std::string userOnNew(const std::string &system) {
        for (int i = 0; i < 1'000; ++i) {
            const std::string user = "user-" + std::to_string(i);
            if (platformOf(user, system) == "NEW") return user;
        }
        return {};
    }
    TestAnswer decide(const std::string &approval, const char *how) {
        return router.call({"POST", "/api/v1/approvals/" + approval + "/" + how,
                            {{"reason", "seen"}}, {}, "approver"});
    }
};

TEST_F(ShiftSafety, whatIsAcceptedIsReadAgain) {
    const TestAnswer blind = router.call(
        {"POST", "/api/v1/shift-policies",
         policyBody({{"rollback_conditions",
                      {{{"metric", "consistency_percentage"}, {"threshold", 99}}}}})});
    EXPECT_EQ(blind.status, 422);
    EXPECT_EQ(pointerOf(blind), "/rollback_conditions/0/metric");
    Json many = Json::array();
    for (int i = 0; i < 32; ++i)
        many.push_back({{"metric", "error_rate"}, {"threshold", 1}});
    const std::string id = createPolicy({{"guards", many}, {"success_thresholds", many}});
    EXPECT_EQ(policy(id).at("guards").size(), 64U);
    EXPECT_EQ(router.get("/api/v1/shift-policies").at("total"), 1);
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(policy(id).at("guards").size(), 64U);
    EXPECT_EQ(router.post("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "now"}}, 200)
                  .at("items")
                  .size(),
              0U);
}

TEST_F(ShiftSafety, oneUnreadableRecordKeepsNobodyFromGoingBack) {
    const std::string broken = atTenPercent("shop");
    const std::string whole = atTenPercent("bank");
    const std::string user = userOnNew("shop");
    ASSERT_NE(user, "");
    whileStopped([&](StoreConnection &db) {
        const auto rows = db.query("SELECT definition FROM shift_policy WHERE id = ?", {broken});
        ASSERT_TRUE(rows && rows->size() == 1);
        Json definition = parseJson(rows->front().text(0)).value_or(Json::object());
        definition["interval_seconds"] = 0;
        EXPECT_TRUE(db.execute("UPDATE shift_policy SET definition = ? WHERE id = ?",
                               {dumpJson(definition), broken}));
    });
    EXPECT_EQ(router.get("/api/v1/shift-policies").at("total"), 1);
    ASSERT_TRUE(waitFor([&] { return alerts("POLICY_UNREADABLE").size() == 1; }));
    EXPECT_EQ(alerts("POLICY_UNREADABLE")[0].at("subject_id"), broken);
    EXPECT_NE(router.log().find(broken), std::string::npos);
    EXPECT_EQ(platformOf(user, "shop"), "NEW");
    const Json done =
        router.post("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "everything"}}, 200);
    ASSERT_EQ(done.at("items").size(), 2U);
    EXPECT_EQ(percentageOf(whole), 0);
    EXPECT_EQ(stateOf(whole), "ROLLED_BACK");
    EXPECT_EQ(done.at("items")[1].at("policy_id"), broken);
    EXPECT_EQ(done.at("items")[1].at("to_percentage"), 0);
    EXPECT_EQ(platformOf(user, "shop"), "LEGACY");
    EXPECT_EQ(router.get("/api/v1/audit?object_id=" + broken + "&limit=1")
                  .at("items")[0]
                  .at("reason"),
              "everything");
}

TEST_F(ShiftSafety, anUnreadableDefinitionIsNamedTakenBackAndDeleted) {
    const std::string broken = atTenPercent("shop");
    const std::string whole = createPolicy({{"policy_name", "whole"}, {"target_system", "whole"}});
    const std::string user = userOnNew("shop");
    ASSERT_NE(user, "");
    whileStopped([&](StoreConnection &db) {
        const auto rows = db.query("SELECT definition FROM shift_policy WHERE id = ?", {broken});
        ASSERT_TRUE(rows && rows->size() == 1);
        Json definition = parseJson(rows->front().text(0)).value_or(Json::object());
        definition["interval_seconds"] = 0;
        EXPECT_TRUE(db.execute("UPDATE shift_policy SET definition = ? WHERE id = ?",
                               {dumpJson(definition), broken}));
    });
    for (const char *part : {"", "/shift", "/guards", "/gates", "/history"}) {
        const TestAnswer answer = router.call({"GET", pathOf(broken, part), {}});
        EXPECT_EQ(answer.status, 409) << part << answer.body;
        const std::string detail = answer.json.at("detail");
        for (const char *said : {"\"shop\"", broken.c_str(), "/interval_seconds", "rolled back or deleted"})
            EXPECT_NE(detail.find(said), std::string::npos) << detail;
    }
    const std::string version = router.call({"GET", pathOf(broken), {}}).header("etag");
    EXPECT_EQ(version, "\"1\"") << "what deleting asks for";
    EXPECT_EQ(router.call({"PUT", pathOf(broken), policyBody({{"target_system", "shop"}}), "1"}).status, 409);
    EXPECT_EQ(act(broken, "suspend"), 409);
    const Json listed = router.get("/api/v1/shift-policies");
    ASSERT_EQ(listed.at("items").size(), 1U);
    EXPECT_EQ(listed.at("items")[0].at("id"), whole);

    EXPECT_EQ(router.call({"DELETE", pathOf(broken), {}, "1"}).status, 409) << "it moves users";
    EXPECT_EQ(act(broken, "rollback", {{"target_percentage", 20}}), 422);
    EXPECT_EQ(platformOf(user, "shop"), "NEW");
    const TestAnswer back = router.call({"POST", pathOf(broken, "/rollback"), {{"reason", "back"}}, {}, "operator"});
    ASSERT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(back.json.at("state"), "ROLLED_BACK");
    EXPECT_EQ(back.json.at("percentage"), 0);
    EXPECT_EQ(platformOf(user, "shop"), "LEGACY");
    EXPECT_EQ(alerts("POLICY_UNREADABLE").size(), 1U);

    EXPECT_EQ(router.call({"DELETE", pathOf(broken), {}, "7"}).status, 412);
    EXPECT_EQ(router.call({"DELETE", pathOf(broken), {}, "1"}).status, 409) << "by default its users are NEW's";
    EXPECT_EQ(platformOf(user, "shop"), "LEGACY");
    const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    EXPECT_EQ(router.call({"DELETE", pathOf(broken), {}, "1"}).status, 204);
    router.get(pathOf(broken), 404);
    const Json told = router.get("/api/v1/audit?object_id=" + broken + "&limit=1").at("items")[0];
    EXPECT_EQ(told.at("action"), "shift_policy.delete");
    EXPECT_EQ(told.at("before").at("policy_name"), "shop");
    // Its system is free for another policy.
    const std::string next = createPolicy({{"policy_name", "next"}, {"target_system", "shop"}});
    EXPECT_EQ(act(next, "shift"), 200);
}

TEST_F(ShiftSafety, anUnreadableStatusIsWrittenAnewByTheRollback) {
    const std::string broken = atTenPercent("shop");
    const std::string draft = createPolicy({{"policy_name", "draft"}, {"target_system", "draft"}});
    whileStopped([&](StoreConnection &db) {
        EXPECT_TRUE(db.execute("UPDATE shift_policy SET status = ? WHERE id = ?",
                               {"{\"state\":\"FROM_THE_FUTURE\"}", broken}));
        EXPECT_TRUE(db.execute("UPDATE shift_policy SET definition = 'no JSON' WHERE id = ?", {draft}));
    });
    const TestAnswer answer = router.call({"GET", pathOf(broken), {}});
    EXPECT_EQ(answer.status, 409);
    EXPECT_NE(answer.body.find("shift_status"), std::string::npos) << answer.body;
    EXPECT_EQ(act(draft, "rollback"), 409) << "it moves nobody";
    const Json done = router.post(
        "/api/v1/rollbacks", {{"scope", "POLICIES"}, {"policy_ids", {broken}}, {"reason", "back"}}, 200);
    ASSERT_EQ(done.at("items").size(), 1U);
    EXPECT_EQ(done.at("items")[0].at("from_percentage"), 10);
    EXPECT_EQ(stateOf(broken), "ROLLED_BACK");
    EXPECT_EQ(percentageOf(broken), 0);
    EXPECT_EQ(router.call({"DELETE", pathOf(draft), {}, "1"}).status, 204);
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(act(broken, "shift"), 200) << "a policy like any other";
}

TEST_F(ShiftSafety, aGuardThatTripsWhileSuspendedIsTold) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_EQ(act(id, "suspend"), 200);
    EXPECT_TRUE(alerts("GUARD_TRIPPED").empty());
    load->newFails = true;
    ASSERT_TRUE(waitFor([&] { return !alerts("GUARD_TRIPPED").empty(); }, std::chrono::seconds(15)));
    const Json alert = alerts("GUARD_TRIPPED")[0];
    EXPECT_EQ(alert.at("details").at("state"), "SUSPENDED");
    EXPECT_EQ(alert.at("details").at("guard"), "success");
    EXPECT_EQ(alert.at("subject_id"), id);
    // Told once, not at each judgement that follows.
    const std::string judged = router.get(pathOf(id, "/guards")).at("judged_at");
    ASSERT_TRUE(waitFor([&] {
        const Json recent = router.get(pathOf(id, "/guards")).at("items")[0].at("recent");
        return std::ranges::count_if(recent,
                                     [&](const Json &one) { return one.at("at") > judged; }) >= 3;
    }));
    EXPECT_EQ(alerts("GUARD_TRIPPED").size(), 1U);
    EXPECT_EQ(alerts("GUARD_TRIPPED")[0].at("count"), 1);
    EXPECT_EQ(stateOf(id), "SUSPENDED") << "and nothing acts on it";
    EXPECT_EQ(percentageOf(id), 10);
}

TEST_F(ShiftSafety, silenceAtRestIsTold) {
    const std::string id = atTenPercent("shop");
    ASSERT_EQ(act(id, "suspend"), 200);
    // With a second judgement the first one is stored, too.
    ASSERT_TRUE(waitFor(
        [&] { return router.get(pathOf(id, "/guards")).at("items")[0].at("recent").size() >= 2; }));
    EXPECT_TRUE(alerts("METRICS_SILENT").empty()) << "a few seconds are no silence";
    // As if all this had been a minute earlier.
    whileStopped([](StoreConnection &db) {
        EXPECT_TRUE(setStoredField(db, "shift_policy", "status", "stepped_at", [](const Json &at) {
            return Json(at.get<std::int64_t>() - 200'000);
        }));
        EXPECT_TRUE(db.execute("UPDATE judgement SET at = at - 70000"));
    });
    ASSERT_TRUE(waitFor([&] { return !alerts("METRICS_SILENT").empty(); }));
    EXPECT_EQ(alerts("METRICS_SILENT").size(), 1U);
    EXPECT_EQ(alerts("METRICS_SILENT")[0].at("subject_id"), id);
    EXPECT_EQ(alerts("METRICS_SILENT")[0].at("severity"), "HIGH");
}

TEST_F(ShiftSafety, anApprovalHoldsForTheStepThatWasShown) {
    const std::string id =
        overridden("shop", {{"approval", "EACH_STEP"}, {"guards", Json::array()}});
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    const std::string approval = openApproval();
    const auto change = [&](Json body) {
        return router.call({"PATCH", pathOf(id), std::move(body),
                            std::to_string(policy(id).at("version").get<int>())});
    };
    EXPECT_EQ(change({{"shift_increment", 20}}).status, 409);
    EXPECT_EQ(change({{"max_shift_percentage", 5}}).status, 409);
    EXPECT_EQ(change({{"steps", {{{"percentage", 20}}}}}).status, 409);
    EXPECT_EQ(change({{"guards", policyBody().at("guards")}}).status, 409);
    EXPECT_EQ(change({{"approval", "NONE"}}).status, 409);
    EXPECT_EQ(change({{"policy_name", "renamed"}}).status, 200) << "what nobody is asked about";
    whileStopped([](StoreConnection &db) {
        EXPECT_TRUE(setStoredField(db, "shift_policy", "definition", "shift_increment",
                                   [](const Json &) { return Json(20); }));
    });
    // To whoever starts with that definition it is another step: the question is closed, and asked anew.
    std::string anew;
    ASSERT_TRUE(waitFor([&] {
        anew = openApproval();
        return !anew.empty() && anew != approval;
    })) << shift(id).dump();
    ASSERT_TRUE(waitState(id, "AWAITING_APPROVAL")) << shift(id).dump();
    const TestAnswer other = decide(approval, "approve");
    EXPECT_EQ(other.status, 409) << other.body;
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(router.get("/api/v1/approvals/" + approval).at("state"), "EXPIRED");
    EXPECT_EQ(router.get("/api/v1/approvals/" + anew).at("effect").at("to_percentage"), 20);
    EXPECT_EQ(decide(anew, "reject").status, 200) << "no is no to every step";
    EXPECT_EQ(stateOf(id), "SUSPENDED");
}

} // namespace
} // namespace crossfade
