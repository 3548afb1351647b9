// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Rollbacks while the store does not answer: in force at once, kept over a sudden death, stored once when it answers.
// The store is held by another process, which is what a database that stands still looks like from here.
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/storelessfixture.h"
#include "tests/services/teststore.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include <sys/mount.h>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

const TestClient::Headers UnderKey{{"Content-Type", "application/json"}, {"Idempotency-Key", "back-1"}};

TEST_F(Storeless, isInForceAtOnceAndStoredOnceLater) {
    const std::string id = atTen();
    const std::string user = userOnNew();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestClient client(router.url(), router.token("operator"));
    const std::string path = pathOf(id, "/rollback");
    const std::string body = dumpJson({{"reason", "errors on NEW"}});
    Stopwatch watch;
    const TestAnswer done = client.send("POST", path, body, UnderKey);
    EXPECT_LT(watch.seconds(), 3);
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(router.contract().check("POST", path, done), "");
    EXPECT_EQ(done.json.at("items").at(0).at("policy_id"), id);
    EXPECT_EQ(done.json.at("items").at(0).at("from_percentage"), 10);
    EXPECT_EQ(done.json.at("items").at(0).at("to_percentage"), 0);
    EXPECT_EQ(done.json.at("reason"), "errors on NEW");
    EXPECT_EQ(platformOf(user), "LEGACY");
    EXPECT_EQ(userOnNew(), "");
    ASSERT_EQ(unstored().size(), 1U);
    EXPECT_EQ(unstored().at(0).at("id"), done.json.at("id"));
    // A repeated key has the same answer, at once; another body is no repetition.
    watch.begin();
    const TestAnswer repeated = client.send("POST", path, body, UnderKey);
    EXPECT_LT(watch.seconds(), 1);
    EXPECT_EQ(repeated.status, 202);
    EXPECT_EQ(repeated.body, done.body);
    EXPECT_EQ(repeated.header("idempotency-replayed"), "true");
    EXPECT_EQ(client.send("POST", path, dumpJson({{"reason", "other"}}), UnderKey).status, 422);
    EXPECT_EQ(unstored().size(), 1U);
    EXPECT_NE(router.client("admin").get("/metrics").body.find("crossfade_rollbacks_unstored 1"), std::string::npos);

    thief->rollback();
    ASSERT_TRUE(waitStored()) << unstored().dump();
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(platformOf(user), "LEGACY");
    const std::vector<Json> entries = entriesOf(id, "ROLLED_BACK");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].at("at"), done.json.at("at")) << "when it was done";
    EXPECT_GT(entries[0].at("stored_at"), entries[0].at("at"));
    EXPECT_EQ(entries[0].at("actor"), done.json.at("actor"));
    EXPECT_EQ(entries[0].at("reason"), "errors on NEW");
    ASSERT_EQ(audited("shift.rolled_back").size(), 1U);
    EXPECT_EQ(audited("shift.rolled_back")[0].at("request_id"), done.json.at("request_id"));
    ASSERT_EQ(audited("rollback.local").size(), 1U);
    EXPECT_EQ(audited("rollback.local")[0].at("after").at("rollback").at("at"), done.json.at("at"));
    EXPECT_EQ(audited("rollback.local")[0].at("after").at("policies").at(id), "ROLLED_BACK");
    EXPECT_TRUE(isIntact());
    EXPECT_TRUE(waitFor([&] { return journal().empty(); })) << journal();
    const TestAnswer later = client.send("POST", path, body, UnderKey);
    EXPECT_EQ(later.status, 202) << "what the client was told once";
    EXPECT_EQ(later.body, done.body);
    EXPECT_EQ(entriesOf(id, "ROLLED_BACK").size(), 1U);
    // Lifted by a stored act of an operator.
    EXPECT_EQ(act(id, "shift"), 200);
    EXPECT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
    const auto load = traffic(id);
    EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    EXPECT_EQ(platformOf(user), "NEW");
}

// Kept before it is answered: killed at any moment from then on, and started again, it is in force from the first
// decision on and stored once.
TEST_F(Storeless, nothingIsLostByASuddenDeath) {
    const auto onNew = [this](const std::string &system) {
        Json requests = Json::array();
        for (int i = 0; i < 200; ++i)
            requests.push_back({{"user_id", "user-" + std::to_string(i)}, {"system_id", system}});
        const Json decided = router.post("/api/v1/decisions", {{"requests", requests}}, 200).at("decisions");
        return std::ranges::count_if(decided, [](const Json &one) { return one.at("platform") == "NEW"; });
    };
    for (const std::string point : {"rollback.kept", "rollback.stored", "while.waiting"}) {
        SCOPED_TRACE(point);
        ASSERT_TRUE(router.stop());
        ASSERT_TRUE(router.start({}, {"CROSSFADE_KILL_POINT=" + point + ":1"})) << router.log();
        const std::string id =
            createPolicy({{"policy_name", point}, {"target_system", point}, {"stabilization_seconds", 600}});
        ASSERT_EQ(act(id, "shift"), 200);
        ASSERT_TRUE(waitState(id, "HELD"));
        ASSERT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
        ASSERT_TRUE(waitPercentage(id, 10));
        // What a reader finds stored is in force a moment later.
        ASSERT_TRUE(waitFor([&] { return onNew(point) > 0; }));
        const auto thief = router.store();
        ASSERT_TRUE(holdWriting(*thief));
        const TestClient client(router.url(), router.token("operator"));
        client.send("POST", pathOf(id, "/rollback"), dumpJson({{"reason", "now"}}),
                    {{"Content-Type", "application/json"}});
        if (point == "while.waiting") {
            EXPECT_EQ(unstored().size(), 1U);
            router.kill();
        }
        EXPECT_NE(journal(), "");
        thief->rollback();
        if (point == "rollback.stored") { // it dies once it is stored, and still in the journal
            ASSERT_TRUE(waitFor([&] { return client.get("/healthz").status != 200; }, 20s));
            EXPECT_NE(journal(), "");
        }
        router.kill();
        ASSERT_TRUE(router.start()) << router.log();
        EXPECT_EQ(onNew(point), 0) << "from the first decision on";
        ASSERT_TRUE(waitStored());
        EXPECT_EQ(percentageOf(id), 0);
        EXPECT_EQ(entriesOf(id, "ROLLED_BACK").size(), 1U);
        EXPECT_EQ(entriesOf(id, "ROLLED_BACK")[0].at("reason"), "now");
        EXPECT_TRUE(isIntact());
        EXPECT_TRUE(waitFor([&] { return journal().empty(); }));
    }
}

TEST_F(Storeless, everythingGoesBackTheSwitchesToo) {
    const std::string id = atTen();
    const std::string user = userOnNew();
    const Json lastStage{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"forward_only", true}, {"reason", "all"}};
    ASSERT_EQ(router.putApproved(lastStage).status, 200);
    ASSERT_EQ(platformOf("somebody"), "NEW");
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const TestAnswer done = rollBack("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "all"}});
    ASSERT_EQ(done.status, 202) << done.body;
    EXPECT_TRUE(done.json.at("forward_only_ended").get<bool>());
    EXPECT_FALSE(done.json.at("master_ended").get<bool>());
    EXPECT_EQ(platformOf("somebody"), "LEGACY");
    EXPECT_EQ(platformOf(user), "LEGACY");
    // What would need the runner, or what is not there, is the store's to answer.
    const Json slowly{{"mode", "STEPWISE"}, {"target_percentage", 0}, {"reason", "slowly"}};
    const TestAnswer stepwise = TestClient(router.url(), router.token("operator")).post(pathOf(id, "/rollback"), slowly);
    EXPECT_EQ(stepwise.status, 503) << stepwise.body;
    EXPECT_EQ(router.contract().checkSchema("Problem", stepwise.json), "");
    thief->rollback();
    ASSERT_TRUE(waitStored());
    EXPECT_FALSE(router.get("/api/v1/switches").at("forward_only").get<bool>());
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    EXPECT_EQ(platformOf("somebody"), "LEGACY");
    EXPECT_TRUE(isIntact());
}

// Two of them, one after the other: each is an act of its own, and the share is the lower of both.
TEST_F(Storeless, theLowerOfTwoHolds) {
    const std::string id = atTen();
    const std::string user = userOnNew();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    EXPECT_EQ(rollBack(pathOf(id, "/rollback"), {{"target_percentage", 5}, {"reason", "half"}}).status, 202);
    EXPECT_EQ(rollBack(pathOf(id, "/rollback"), {{"target_percentage", 0}, {"reason", "all"}}).status, 202);
    EXPECT_EQ(platformOf(user), "LEGACY");
    EXPECT_EQ(unstored().size(), 2U);
    thief->rollback();
    ASSERT_TRUE(waitStored());
    EXPECT_EQ(percentageOf(id), 0);
    const std::vector<Json> entries = entriesOf(id, "ROLLED_BACK");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].at("to_percentage"), 5);
    EXPECT_EQ(entries[1].at("to_percentage"), 0);
}

// What is noted of each rollback, so that it is stored once, does not pile up for ever.
TEST_F(Storeless, whatIsNotedOfOldOnesIsForgotten) {
    const std::string id = atTen();
    const auto store = router.store();
    const auto noted = [&] { return store->query("SELECT count(*) FROM rollback_act")->front().integer(0); };
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const std::int64_t days = 24 * 3'600'000;
    for (int i = 0; i < 90; ++i)
        ASSERT_TRUE(store->execute("INSERT INTO rollback_act (id, at) VALUES (?, ?)",
                                   {"old-" + std::to_string(i), now - (31 + i) * days}));
    ASSERT_TRUE(store->execute("INSERT INTO rollback_act (id, at) VALUES ('may-wait-still', ?)", {now - 29 * days}));
    const TestClient client(router.url(), router.token("operator"));
    ASSERT_EQ(client.post(pathOf(id, "/rollback"), {{"reason", "back"}}).status, 200);
    EXPECT_EQ(noted(), 3) << "the start of the shift, this one, and what a router may still bring";
    EXPECT_EQ(store->query("SELECT count(*) FROM rollback_act WHERE id = 'may-wait-still'")->front().integer(0), 1);
}

TEST_F(Storeless, theListIsForReadersAndNeedsNoStore) {
    EXPECT_EQ(router.call({"GET", "/api/v1/rollbacks/unstored", {}, {}, ""}).status, 401);
    EXPECT_EQ(router.call({"GET", "/api/v1/rollbacks/unstored", {}, {}, "observer"}).status, 403);
    EXPECT_EQ(router.call({"GET", "/api/v1/rollbacks/unstored?x=1", {}}).status, 422);
    EXPECT_EQ(router.call({"GET", "/api/v1/rollbacks/unstored", {}, {}, "viewer"}).json.at("total"), 0);
}

// With its folder on a small disk of its own.
class StorelessDisk : public testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directories(router.file("data"));
        if (::mount("none", router.file("data").c_str(), "tmpfs", 0, "size=8m") != 0)
            GTEST_SKIP() << "only root can make a disk that is full";
        m_mounted = true;
        ASSERT_TRUE(router.start()) << router.log();
    }
    void TearDown() override {
        if (!m_mounted) return;
        router.kill();
        ::umount(router.file("data").c_str());
    }
    RouterService router;

private:
    bool m_mounted = false;
};

// The disk that stops the store does not stop the way back.
TEST_F(StorelessDisk, aFullDisk) {
    const std::string id = router.post("/api/v1/shift-policies", {{"policy_name", "p"}, {"target_system", "*"},
                                                                   {"guards", Json::array()}}).at("id");
    const std::string path = "/api/v1/shift-policies/" + id;
    router.post(path + "/shift", {{"reason", "go"}}, 200);
    ASSERT_NE(router.token("operator"), ""); // there is no room for it later
    {
        std::ofstream filler(router.file("data") + "/filler");
        const std::string block(4'096, 'x');
        while (filler.write(block.data(), 4'096).flush()) {
        }
    }
    ASSERT_TRUE(waitFor([&] {
        return router.client("operator").post("/api/v1/rules", userRuleBody("somebody")).status >= 500;
    })) << "the store takes nothing";
    const Stopwatch watch;
    const TestAnswer done = router.call({"POST", path + "/rollback", {{"reason", "back"}}, {}, "operator"});
    EXPECT_LT(watch.seconds(), 3);
    EXPECT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(router.get("/api/v1/rollbacks/unstored").at("total"), 1);
    std::filesystem::remove(router.file("data") + "/filler");
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }, 30s))
        << router.get("/api/v1/rollbacks/unstored").dump();
    EXPECT_EQ(router.get(path + "/shift").at("state"), "ROLLED_BACK");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
}

class StorelessGroups : public GroupTest {};

TEST_F(StorelessGroups, aBatchOrAllGoBack) {
    const std::string id = createWith("stores", 6, {{"batch_interval_seconds", 600}});
    GroupTraffic traffic(router, names(6));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return decide("u00").at("platform") == "NEW"; })) << batchesOf(id);
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const Stopwatch watch;
    const TestAnswer batch = act(id, "rollback", {{"batch", 0}});
    EXPECT_LT(watch.seconds(), 3);
    ASSERT_EQ(batch.status, 202) << batch.body;
    EXPECT_EQ(batch.json.at("groups").at(0).at("users"), 2);
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    const TestAnswer all = act(id, "rollback");
    ASSERT_EQ(all.status, 202) << all.body;
    for (const std::string &user : names(6))
        EXPECT_EQ(decide(user).at("platform"), "LEGACY") << user;
    thief->rollback();
    ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }, 20s));
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    std::vector<std::string> back;
    for (const Json &entry : historyOf(id)) {
        if (!entry.at("stored_at").is_null()) back.push_back(entry.at("cause"));
    }
    EXPECT_EQ(back, (std::vector<std::string>{"BATCH_ROLLED_BACK", "ROLLED_BACK"}));
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
    EXPECT_EQ(act(id, "shift").status, 200) << "a person may begin anew";
}

} // namespace
} // namespace crossfade
