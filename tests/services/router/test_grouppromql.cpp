// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Groups under a guard that asks a real Prometheus server: a batch is moved only while it answers well, and
// going back never waits for it.
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/groupfixture.h"
#include "tests/support/prometheus.h"
#include "tests/support/stopwatch.h"

#include <csignal>

namespace crossfade {
namespace {

class GroupPromql : public GroupTest {
protected:
    void SetUp() override {
        GroupTest::SetUp();
        busy("0.25");
        ASSERT_TRUE(prometheus.start()) << prometheus.problem();
        const Json now = router.get("/api/v1/metric-sources");
        const Json sources{{"items", {{{"name", "main"}, {"url", prometheus.url()}, {"timeout_seconds", 1}}}}};
        const std::string version = std::to_string(now.at("version").get<int>());
        ASSERT_EQ(router.call({"PUT", "/api/v1/metric-sources", sources, version}).status, 200);
        ASSERT_TRUE(prometheus.waitFor("app_busy_ratio"));
    }
    void busy(const std::string &value) {
        application.answer(200, "# TYPE app_busy_ratio gauge\napp_busy_ratio " + value + "\n");
    }
    static Json guardedBy(const std::string &source) {
        return {{"guards",
                 {{{"id", "busy"}, {"metric", "PROMQL"}, {"source", source}, {"expression", "app_busy_ratio"},
                   {"comparison", "<="}, {"threshold", 0.8}, {"window_seconds", 2}, {"breaches", 1}, {"windows", 1}}}}};
    }
    std::string verdictOf(const std::string &id) {
        return router.get(path(id, "/guards")).at("items").at(0).at("verdict");
    }

    AnsweringServer application;
    PrometheusServer prometheus{{{"app", addressOf(application.url())}}};
};

TEST_F(GroupPromql, movesWhileTheExpressionHoldsAndStopsWhenItDoesNot) {
    const std::string id = createWith("stores", 6, guardedBy("main"));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id).starts_with("M"); }, std::chrono::seconds(20))) << shift(id).dump();
    busy("0.95");
    ASSERT_TRUE(waitGroup(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(shift(id).at("held_cause"), "GUARD");
    EXPECT_NE(shift(id).at("held_detail").get<std::string>().find("app_busy_ratio"), std::string::npos);
    EXPECT_EQ(historyOf(id).back().at("evidence").at("guard").at("expression"), "app_busy_ratio");
}

TEST_F(GroupPromql, aSilentSourceLetsNothingPassAndDelaysNoWayBack) {
    const std::string id = createWith("stores", 6, guardedBy("main"));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id).starts_with("MS"); }, std::chrono::seconds(20))) << shift(id).dump();
    prometheus.process().signal(SIGSTOP);
    ASSERT_TRUE(waitFor([&] { return verdictOf(id) == "SOURCE_ERROR"; })) << shift(id).dump();
    const std::string there = batchesOf(id);
    // Some judgements later it has not moved on.
    const std::string judged = router.get(path(id, "/guards")).at("judged_at");
    ASSERT_TRUE(waitFor([&] {
        const Json recent = router.get(path(id, "/guards")).at("items").at(0).at("recent");
        return recent.size() >= 3 && router.get(path(id, "/guards")).at("judged_at") != judged;
    }));
    EXPECT_EQ(batchesOf(id), there);
    const Stopwatch watch;
    ASSERT_EQ(act(id, "rollback", {{"batch", 0}}).status, 200);
    ASSERT_EQ(act(id, "rollback").status, 200);
    EXPECT_LT(watch.seconds(), 2);
    for (const std::string &user : names(6))
        EXPECT_EQ(decide(user).at("platform"), "LEGACY");
    prometheus.process().signal(SIGCONT);
}

TEST_F(GroupPromql, aSourceThereIsNoneOfIsNamedWhenItIsWrittenDown) {
    const Json body = groupBody("stores", guardedBy("nowhere"));
    const TestAnswer refused = router.call({"POST", "/api/v1/user-groups", body, {}, "operator"});
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(pointerOf(refused), "/guards/0/source");
}

// Another process holds the store: said within a bound, nothing half done, and the same request works later.
TEST_F(GroupPromql, aHeldStoreHoldsUpNoWayBack) {
    const std::string id = createWith("stores", 4, {{"guards", Json::array()}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "COMPLETED"));
    const TestClient client(router.url(), router.token("operator"));
    const TestClient::Headers once{{"Content-Type", "application/json"}, {"Idempotency-Key", "back-1"}};
    const std::string body = dumpJson({{"reason", "now"}});
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const auto begun = std::chrono::steady_clock::now();
    const TestAnswer kept = client.send("POST", path(id, "/rollback"), body, once);
    EXPECT_EQ(kept.status, 202) << kept.body;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5)) << "2 s of waiting for the store";
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(batchesOf(id), "MM") << "what is stored is not touched";
    thief->rollback();
    EXPECT_EQ(client.send("POST", path(id, "/rollback"), body, once).body, kept.body) << "what the key remembers";
    EXPECT_TRUE(waitGroup(id, "ROLLED_BACK"));
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
}

} // namespace
} // namespace crossfade
