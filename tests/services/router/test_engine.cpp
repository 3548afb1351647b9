// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which epoch traffic engines serve: told by their agents, shown, and judged.
#include "tests/services/router/enginefixture.h"
#include "tests/services/router/shiftfixture.h"

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class EngineTest : public ShiftTest {
protected:
    TestAnswer tell(const std::vector<Json> &instances) {
        return router.call({"POST", AcksPath, engineAcks(instances), {}, "agent"});
    }
    int stored(const std::vector<Json> &instances) {
        const TestAnswer answer = tell(instances);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json.value("stored", -1);
    }
    // The rule set's newest epoch, after a change of it.
    std::int64_t changeRules() {
        router.post("/api/v1/rules", userRuleBody("u" + std::to_string(++m_rules)));
        return current();
    }
    std::int64_t current() { return router.get("/api/v1/engine").at("epoch"); }
    Json engine(std::size_t at = 0) { return router.get("/api/v1/engine").at("items").at(at); }
    std::string cause() {
        const Json drift = engine().at("drift");
        return drift.is_null() ? "" : drift.value("cause", "");
    }
    std::vector<Json> alerts() { return driftAlerts(router.get("/api/v1/alerts?limit=1000")); }
    std::int64_t clockEpoch() { return router.store()->query("SELECT epoch FROM clock")->front().integer(0); }

private:
    int m_rules = 0;
};

TEST_F(EngineTest, whatAgentsTellIsShown) {
    EXPECT_EQ(current(), 0) << "nothing was changed yet";
    const std::int64_t first = changeRules();
    EXPECT_EQ(stored({engineReport(first, {{"converged_epoch", 0}}), engineReport(0, {{"boot", "b7"}}, "edge-2")}), 2);
    const std::int64_t second = changeRules();
    const Json page = router.get("/api/v1/engine");
    EXPECT_EQ(page.at("total"), 2);
    EXPECT_EQ(page.at("epoch"), second);
    const Json &one = page.at("items").at(0);
    EXPECT_EQ(one.at("agent_id"), "agent-1");
    EXPECT_EQ(one.at("instance"), "edge-1");
    EXPECT_EQ(one.at("address"), "10.0.0.1:80");
    EXPECT_EQ(one.at("acknowledged_epoch"), first);
    EXPECT_EQ(one.at("converged_epoch"), 0);
    EXPECT_EQ(one.at("lag_epochs"), 1);
    EXPECT_GT(one.at("lag_seconds"), 0);
    EXPECT_EQ(page.at("items").at(1).at("lag_epochs"), 2);
    EXPECT_EQ(page.at("items").at(1).at("boot"), "b7");
    EXPECT_EQ(stored({engineReport(second), engineReport(second, {{"boot", "b7"}}, "edge-2")}), 2);
    EXPECT_EQ(engine().at("lag_epochs"), 0);
    EXPECT_EQ(engine().at("lag_seconds"), 0);
    // Page by page.
    const Json half = router.get("/api/v1/engine?limit=1");
    EXPECT_EQ(half.at("items").at(0).at("instance"), "edge-1");
    const Json rest = router.get("/api/v1/engine?limit=1&cursor=" + half.at("next_cursor").get<std::string>());
    EXPECT_EQ(rest.at("items").at(0).at("instance"), "edge-2");
    EXPECT_TRUE(rest.at("next_cursor").is_null());
}

TEST_F(EngineTest, onlyNewsAreWritten) {
    const std::int64_t epoch = changeRules();
    const Json report = engineReport(epoch);
    EXPECT_EQ(stored({report}), 1);
    const std::int64_t before = clockEpoch();
    int written = 0;
    for (int i = 0; i < 40; ++i)
        written += stored({report});
    EXPECT_LE(written, 2) << "heard, each 5 s";
    EXPECT_LE(clockEpoch() - before, written + 8) << "and no transaction for the others";
    // With a key the answer is kept all the same, and another body is refused.
    const TestClient::Headers key{{"Idempotency-Key", "k1"}};
    const Json body = engineAcks({report});
    const RouterService::Call call{"POST", AcksPath, body, {}, "agent", key};
    EXPECT_EQ(router.call(call).status, 200);
    EXPECT_EQ(router.call(call).header("idempotency-replayed"), "true");
    EXPECT_EQ(router.call({"POST", AcksPath, engineAcks({}), {}, "agent", key}).status, 422);
    EXPECT_TRUE(engine().at("gone_at").is_null());
}

TEST_F(EngineTest, whatIsWrongIsNamed) {
    const std::int64_t epoch = changeRules();
    const struct {
        const char *field;
        Json value;
    } fields[] = {{"instance", "a/b"},        {"instance", nullptr}, {"address", ""},          {"address", std::string(301, 'x')},
                  {"boot", "a b"},            {"epoch", -1},         {"epoch", 9'000'000'000}, {"epoch", "1"},
                  {"state", "DONE"},          {"reason", "no"},      {"at", "yesterday"},      {"at", nullptr},
                  {"at", "2999-01-01T00:00:00Z"}, {"converged_epoch", epoch + 1}, {"surprise", 1}};
    for (const auto &one : fields) {
        const TestAnswer answer = tell({engineReport(epoch), engineReport(epoch, {{one.field, one.value}}, "edge-2")});
        EXPECT_EQ(answer.status, 422) << one.field << one.value << answer.body;
        EXPECT_EQ(pointerOf(answer), std::string("/instances/1/") + one.field) << one.value;
    }
    TestAnswer answer = tell({engineReport(epoch, {{"state", "REFUSED"}})});
    EXPECT_EQ(pointerOf(answer), "/instances/0/reason");
    answer = tell({engineReport(epoch), engineReport(epoch)});
    EXPECT_EQ(pointerOf(answer), "/instances/1/instance");
    EXPECT_EQ(router.get("/api/v1/engine").at("total"), 0) << "all or nothing";
    std::vector<Json> many;
    for (int i = 0; i < 65; ++i)
        many.push_back(engineReport(epoch, Json::object(), "e" + std::to_string(i)));
    EXPECT_EQ(pointerOf(tell(many)), "/instances");
    // Who makes up names fills nothing: those that are gone count until they are forgotten.
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 65; ++i)
            many[static_cast<std::size_t>(i)]["instance"] = std::to_string(round) + "-" + std::to_string(i);
        EXPECT_EQ(stored(std::vector<Json>(many.begin(), many.begin() + 64)), round == 0 ? 64 : 128);
    }
    answer = tell({engineReport(epoch)});
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(pointerOf(answer), "/instances");
    EXPECT_EQ(router.get("/api/v1/engine").at("total"), 128);
}

TEST_F(EngineTest, oneThatFallsBehindIsToldOnceUntilItHasCaughtUp) {
    std::int64_t epoch = changeRules();
    ASSERT_EQ(stored({engineReport(epoch)}), 1);
    const std::int64_t next = changeRules();
    ASSERT_TRUE(waitFor([&] { return cause() == "NOT_ACKNOWLEDGED"; }));
    ASSERT_EQ(alerts().size(), 1U);
    const Json alert = alerts().front();
    EXPECT_EQ(alert.at("severity"), "HIGH");
    EXPECT_TRUE(alert.at("acknowledged_at").is_null());
    const Json &details = alert.at("details");
    EXPECT_EQ(details.at("instance"), "edge-1");
    EXPECT_EQ(details.at("acknowledged_epoch"), epoch);
    EXPECT_EQ(details.at("current_epoch"), next);
    EXPECT_EQ(details.at("cause"), "NOT_ACKNOWLEDGED");
    EXPECT_EQ(details.at("since"), engine().at("drift").at("since"));
    EXPECT_EQ(details.at("since"), router.get("/api/v1/engine").at("epoch_stored_at"));
    // A death neither loses nor repeats it.
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(cause(), "NOT_ACKNOWLEDGED");
    EXPECT_EQ(engine().at("drift").at("since"), details.at("since"));
    // It has said why: the same drift, with what is known now.
    ASSERT_EQ(stored({engineReport(next, {{"state", "REFUSED"}, {"reason", "the maps are too large"}})}), 1);
    ASSERT_TRUE(waitFor([&] { return cause() == "REFUSED"; }));
    ASSERT_EQ(alerts().size(), 1U);
    EXPECT_NE(alerts().front().value("message", "").find("the maps are too large"), std::string::npos);
    EXPECT_EQ(engine().at("acknowledged_epoch"), epoch);
    EXPECT_EQ(engine().at("refused").at("epoch"), next);
    EXPECT_EQ(engine().at("drift").at("since"), details.at("since"));
    // Other changes are not held up by it, nor do they make it another drift.
    epoch = changeRules();
    ASSERT_EQ(stored({engineReport(epoch)}), 1);
    ASSERT_TRUE(waitFor([&] { return cause().empty(); }));
    ASSERT_EQ(alerts().size(), 1U);
    EXPECT_FALSE(alerts().front().at("acknowledged_at").is_null());
    EXPECT_EQ(alerts().front().at("acknowledged_by"), "runner");
    const std::string metrics = TestClient(router.url()).get("/metrics").body;
    EXPECT_NE(metrics.find("crossfade_engine_instances 1\n"), std::string::npos);
    // The next one is another.
    changeRules();
    ASSERT_TRUE(waitFor([&] { return alerts().size() == 2; }));
}

TEST_F(EngineTest, whatChangesNoDecisionMakesNoDrift) {
    const std::int64_t epoch = changeRules();
    ASSERT_EQ(stored({engineReport(epoch)}), 1);
    const Instant from = agentClock();
    int written = 0;
    ASSERT_TRUE(waitFor([&] { // alerts, and what agents count, all that time
        const Json alert{{"type", "X"}, {"severity", "HIGH"}, {"message", "m"}, {"subject_id", std::to_string(++written)}};
        EXPECT_EQ(router.call({"POST", "/api/v1/alerts", alert, {}, "service"}).status, 204);
        stored({engineReport(epoch)});
        return agentClock() - from > 4s;
    }));
    EXPECT_GT(clockEpoch(), epoch + 5);
    EXPECT_EQ(current(), epoch);
    EXPECT_EQ(cause(), "");
    EXPECT_EQ(alerts().size(), 0U);
}

TEST_F(EngineTest, theKeyIndexIsPartOfTheRuleSet) {
    const std::int64_t epoch = changeRules();
    ASSERT_EQ(router.send({"PUT", "/api/v1/key-index?complete=true", {}, "1", "service"}, "{\"entity_id\":\"1\"}\n",
                          "application/x-ndjson").status, 200);
    EXPECT_GT(current(), epoch);
    EXPECT_EQ(stored({engineReport(epoch)}), 1);
    EXPECT_EQ(engine().at("lag_epochs"), 1);
}

TEST_F(EngineTest, oneThatWasTakenAwayDriftsAndComesBack) {
    const std::int64_t epoch = changeRules();
    ASSERT_EQ(stored({engineReport(epoch), engineReport(epoch, Json::object(), "edge-2")}), 2);
    ASSERT_GE(stored({engineReport(epoch, Json::object(), "edge-2")}), 1); // and the other anew, once 5 s are over
    ASSERT_TRUE(waitFor([&] { return cause() == "GONE"; }));
    EXPECT_EQ(alerts().size(), 1U);
    EXPECT_FALSE(engine().at("gone_at").is_null());
    EXPECT_TRUE(engine(1).at("drift").is_null());
    ASSERT_GE(stored({engineReport(epoch), engineReport(epoch, Json::object(), "edge-2")}), 1);
    ASSERT_TRUE(waitFor([&] { return cause().empty(); }));
    EXPECT_FALSE(alerts().front().at("acknowledged_at").is_null());
}

TEST_F(EngineTest, anAcknowledgedPostSurvives) {
    for (int round = 0; round < 3; ++round) {
        const std::int64_t epoch = changeRules();
        const TestAnswer answer = tell({engineReport(epoch)});
        router.kill(); // at once
        ASSERT_EQ(answer.status, 200) << answer.body;
        ASSERT_TRUE(router.start()) << router.log();
        EXPECT_EQ(engine().at("acknowledged_epoch"), epoch);
    }
    EXPECT_EQ(alerts().size(), 0U);
}

TEST_F(EngineTest, anAgentThatFallsSilentIsTold) {
    const std::int64_t epoch = changeRules();
    ASSERT_EQ(stored({engineReport(epoch)}), 1);
    ASSERT_TRUE(waitFor([&] { return cause() == "NOT_HEARD"; }, 45s));
    EXPECT_EQ(alerts().size(), 1U);
    ASSERT_EQ(stored({engineReport(epoch)}), 1);
    ASSERT_TRUE(waitFor([&] { return cause().empty(); }));
    EXPECT_FALSE(alerts().front().at("acknowledged_at").is_null());
}

} // namespace
} // namespace crossfade
