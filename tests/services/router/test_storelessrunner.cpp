// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A failing NEW, a store that takes nothing, and nobody at the console: the runner goes back all the same, and what it
// did and judged is in the store afterwards as if that had answered.
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/shiftfixture.h"
#include "tests/services/teststore.h"

#include <algorithm>
#include <chrono>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class StorelessRunner : public ShiftTest {
protected:
    // At 10 % of everybody, baking for long.
    std::string atTen(const Json &changes) {
        Json policy{{"stabilization_seconds", 600}};
        policy.update(changes);
        const std::string id = createPolicy(policy);
        load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        EXPECT_GT(onNew(), 0);
        return id;
    }
    long onNew() {
        Json requests = Json::array();
        for (int i = 0; i < 200; ++i)
            requests.push_back({{"user_id", "user-" + std::to_string(i)}});
        const Json decided = router.post("/api/v1/decisions", {{"requests", requests}}, 200).at("decisions");
        return std::ranges::count_if(decided, [](const Json &one) { return one.at("platform") == "NEW"; });
    }
    bool waitBack(std::chrono::milliseconds limit) {
        return waitFor([&] { return onNew() == 0; }, limit);
    }
    Json unstored() { return router.get("/api/v1/rollbacks/unstored").at("items"); }
    bool waitStored() {
        return waitFor([&] { return unstored().empty(); }, 20s);
    }
    std::vector<Json> rolledBack(const std::string &id) {
        std::vector<Json> found;
        for (const Json &entry : history(id)) {
            if (entry.at("cause") == "ROLLED_BACK") found.push_back(entry);
        }
        return found;
    }
    static Json gist(const Json &entry) {
        return Json{entry.at("at"), entry.at("from_percentage"), entry.at("to_percentage"), entry.at("state"),
                    entry.at("cause")};
    }
    TestAnswer drill(const std::string &id) {
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        const Json body{{"from", formatInstant(now - std::chrono::hours(1))},
                        {"to", formatInstant(now + std::chrono::minutes(5))}};
        return router.call({"POST", pathOf(id, "/drill"), body, {}, "viewer"});
    }
    // Once what was looked at is stored: the drill did what the live run did.
    void expectDrilledAsLived(const std::string &id) {
        Json lived = Json::array();
        for (const Json &entry : history(id))
            lived.push_back(gist(entry));
        Json would;
        TestAnswer answer;
        EXPECT_TRUE(waitFor([&] {
            answer = drill(id);
            would = Json::array();
            for (const Json &entry : answer.json.at("items"))
                would.push_back(gist(entry));
            return would == lived;
        })) << would.dump() << "\nbut it did\n" << lived.dump();
        EXPECT_TRUE(answer.json.at("gaps").empty()) << answer.body;
        EXPECT_EQ(answer.json.at("orders_ignored"), 0);
    }
    // The longest time between two judgements that are stored, in seconds.
    double longestPause(const std::string &id) {
        const auto store = router.store();
        const auto rows = store->query("SELECT at FROM judgement WHERE policy_id = ? ORDER BY at", {id});
        EXPECT_TRUE(rows && rows->size() > 2);
        std::int64_t longest = 0;
        for (std::size_t i = 1; rows && i < rows->size(); ++i)
            longest = std::max(longest, (*rows)[i].integer(0) - (*rows)[i - 1].integer(0));
        return static_cast<double>(longest) / 1'000;
    }
    std::unique_ptr<Traffic> load;
};

TEST_F(StorelessRunner, aTrippedGuardRollsBackAndIsStoredAsItWas) {
    const std::string id = atTen({{"on_breach", "ROLLBACK"}});
    ASSERT_TRUE(waitFor([&] { return router.get(pathOf(id, "/guards")).at("items")[0].at("verdict") == "PASS"; }));
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    load->newFails = true;
    ASSERT_TRUE(waitBack(20s)) << "users stay on a failing NEW: " << shift(id).dump();
    ASSERT_EQ(unstored().size(), 1U);
    const Json kept = unstored().at(0);
    EXPECT_EQ(kept.at("actor"), "runner");
    EXPECT_EQ(kept.at("items").at(0).at("policy_id"), id);
    EXPECT_EQ(kept.at("items").at(0).at("from_percentage"), 10);
    EXPECT_EQ(kept.at("items").at(0).at("to_percentage"), 0);
    EXPECT_NE(kept.at("reason").get<std::string>().find("authentication_success_rate tripped"), std::string::npos) << kept;
    EXPECT_EQ(percentageOf(id), 10) << "as stored";
    std::this_thread::sleep_for(5s); // it is judged all the time, and lowered once
    EXPECT_EQ(unstored().size(), 1U);

    thief->rollback();
    ASSERT_TRUE(waitStored()) << unstored().dump();
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(onNew(), 0);
    const std::vector<Json> entries = rolledBack(id);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].at("at"), kept.at("at"));
    EXPECT_GT(entries[0].at("stored_at"), entries[0].at("at"));
    EXPECT_EQ(entries[0].at("actor"), "runner");
    EXPECT_EQ(entries[0].at("reason"), kept.at("reason"));
    EXPECT_EQ(entries[0].at("evidence").at("guard").at("id"), "success");
    EXPECT_EQ(entries[0].at("evidence").at("values").back().at("verdict"), "BREACH");
    EXPECT_LE(entries[0].at("evidence").at("tripped_at"), entries[0].at("at"));
    const Json alerts = router.get("/api/v1/alerts").at("items");
    for (const char *type : {"ROLLED_BACK", "GUARD_TRIPPED"})
        EXPECT_EQ(std::ranges::count(alerts, type, [](const Json &alert) { return alert.at("type"); }), 1) << type;
    expectDrilledAsLived(id);
    EXPECT_LT(longestPause(id), 6) << "every judgement is stored";
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
    // Only a person raises again.
    EXPECT_EQ(act(id, "shift"), 200);
    load->newFails = false;
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    EXPECT_GT(onNew(), 0);
}

TEST_F(StorelessRunner, aProposalThatNobodyAnsweredRollsBack) {
    const std::string id = atTen({{"on_breach", "PROPOSE_ROLLBACK"}, {"proposal_deadline_seconds", 6}});
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLBACK_PROPOSED")) << shift(id).dump();
    const std::string approval = openApproval();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    ASSERT_TRUE(waitBack(20s)) << shift(id).dump();
    thief->rollback();
    ASSERT_TRUE(waitStored());
    const std::vector<Json> entries = rolledBack(id);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].at("actor"), "runner");
    EXPECT_EQ(entries[0].at("reason"), "nobody answered within the deadline");
    EXPECT_FALSE(entries[0].at("stored_at").is_null());
    EXPECT_EQ(router.get("/api/v1/approvals/" + approval).at("state"), "EXPIRED");
    expectDrilledAsLived(id);
}

TEST_F(StorelessRunner, whatItDidSurvivesItsSuddenDeath) {
    const std::string id = atTen({{"on_breach", "ROLLBACK"}});
    auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    load->newFails = true;
    ASSERT_TRUE(waitBack(20s));
    const Json kept = unstored().at(0);
    load.reset();
    router.kill();
    thief->rollback();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(onNew(), 0) << "from the first decision on";
    ASSERT_TRUE(waitStored());
    const std::vector<Json> entries = rolledBack(id);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].at("at"), kept.at("at"));
    EXPECT_EQ(entries[0].at("evidence").at("guard").at("id"), "success");
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
}

// What only holds, or would raise, waits for the store.
TEST_F(StorelessRunner, nothingElseHappensWithoutTheStore) {
    const std::string id = atTen({{"on_breach", "HOLD"}, {"stabilization_seconds", 2}});
    ASSERT_TRUE(waitState(id, "STABILIZING"));
    const double share = percentageOf(id);
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const long users = onNew();
    std::this_thread::sleep_for(6s);
    EXPECT_EQ(percentageOf(id), share);
    EXPECT_EQ(onNew(), users);
    load->newFails = true;
    std::this_thread::sleep_for(6s);
    EXPECT_EQ(onNew(), users);
    EXPECT_TRUE(unstored().empty());
    thief->rollback();
    EXPECT_TRUE(waitFor([&] { return shift(id).at("held_cause") == "GUARD"; })) << shift(id).dump();
    EXPECT_LT(longestPause(id), 6);
}

class StorelessGroupRunner : public GroupTest {
protected:
    static Json failing(const Json &changes) {
        Json body{{"batch_interval_seconds", 600}};
        body.update(changes);
        return body;
    }
    bool waitStored() {
        return waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }, 20s);
    }
    std::vector<Json> back(const std::string &id) {
        std::vector<Json> found;
        for (const Json &entry : historyOf(id)) {
            if (entry.at("cause") == "BATCH_ROLLED_BACK") found.push_back(entry);
        }
        return found;
    }
};

TEST_F(StorelessGroupRunner, aBatchThatFailsGoesBack) {
    const std::string id = createWith("stores", 6, failing({{"on_breach", "ROLLBACK"}}));
    GroupTraffic traffic(router, names(6));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id).starts_with("S"); })) << batchesOf(id);
    ASSERT_EQ(decide("u00").at("platform"), "NEW");
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    traffic.fail(names(2));
    ASSERT_TRUE(waitFor([&] { return decide("u00").at("platform") == "LEGACY"; }, 20s)) << batchesOf(id);
    EXPECT_EQ(decide("u01").at("platform"), "LEGACY");
    const Json kept = router.get("/api/v1/rollbacks/unstored").at("items");
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].at("actor"), "runner");
    EXPECT_EQ(kept[0].at("groups").at(0).at("batch"), 0);
    EXPECT_EQ(kept[0].at("groups").at(0).at("users"), 2);
    std::this_thread::sleep_for(3s);
    EXPECT_EQ(decide("u02").at("platform"), "LEGACY") << "no other batch moves";
    EXPECT_EQ(router.get("/api/v1/rollbacks/unstored").at("total"), 1);
    thief->rollback();
    ASSERT_TRUE(waitStored());
    EXPECT_EQ(batchesOf(id), "RPP");
    EXPECT_EQ(stateOf(id), "HELD");
    ASSERT_EQ(back(id).size(), 1U);
    const Json entry = back(id)[0];
    EXPECT_EQ(entry.at("actor"), "runner");
    EXPECT_EQ(entry.at("at"), kept[0].at("at"));
    EXPECT_EQ(entry.at("reason"), kept[0].at("reason"));
    EXPECT_FALSE(entry.at("stored_at").is_null());
    EXPECT_EQ(entry.at("evidence").at("guard").at("id"), "success");
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
}

TEST_F(StorelessGroupRunner, aProposalThatNobodyAnsweredTakesItBack) {
    const std::string id =
        createWith("stores", 4, failing({{"on_breach", "PROPOSE_ROLLBACK"}, {"proposal_deadline_seconds", 6}}));
    GroupTraffic traffic(router, names(4));
    traffic.fail(names(2));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "ROLLBACK_PROPOSED")) << batchesOf(id);
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    ASSERT_TRUE(waitFor([&] { return decide("u00").at("platform") == "LEGACY"; }, 20s));
    thief->rollback();
    ASSERT_TRUE(waitStored());
    ASSERT_EQ(back(id).size(), 1U);
    EXPECT_EQ(back(id)[0].at("actor"), "runner");
    EXPECT_EQ(back(id)[0].at("reason"), "batch 1 is back: nobody answered within the deadline");
    EXPECT_EQ(batchesOf(id), "RP");
    EXPECT_EQ(router.get("/api/v1/approvals?state=OPEN").at("total"), 0);
}

} // namespace
} // namespace crossfade
