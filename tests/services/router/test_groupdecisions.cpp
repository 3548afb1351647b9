// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a batch is judged by: the requests of its users that the group decided, and none else; errors divided by those
// tried. And when a group begins that was given a time.
#include "tests/services/router/agentfixture.h"
#include "tests/services/router/groupfixture.h"

#include "tests/support/heartbeat.h"

#include <gmock/gmock.h>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class GroupDecisions : public GroupTest {
protected:
    // One request; `more` over it.
    static Json seen(const std::string &user, const char *platform, int status, const Json &more = Json::object()) {
        Json one{{"at", formatInstant(agentClock())}, {"platform", platform}, {"user_id", user},
                 {"status", status},                  {"latency_ms", 10}};
        one.update(more);
        return one;
    }
    void observe(const Json &list) {
        const TestAnswer taken = router.client("observer").observe(list);
        ASSERT_EQ(taken.status, 202) << taken.body;
    }
    static Json guard(const char *id, const Json &more) {
        Json one{{"id", id},           {"metric", "authentication_success_rate"}, {"window_seconds", 60},
                 {"min_samples", 1},   {"breaches", 1},
                 {"windows", 1}};
        one.update(more);
        return one;
    }
    Instant movedAt(const std::string &id) {
        const std::vector<Json> history = historyOf(id);
        const auto moved = std::ranges::find(history, Json("BATCH_MOVED"), [](const Json &entry) { return entry.at("cause"); });
        const Result<Instant> at = moved == history.end() ? Result<Instant>(fail(ErrorKind::NotFound, "no batch was moved"))
                                                          : parseInstant(moved->at("at").get<std::string>());
        EXPECT_TRUE(at);
        return at ? *at : Instant();
    }
    // A group of eight whose first batch, u00 to u03, settles for minutes.
    std::string settling(const Json &guards) {
        const std::string id = createWith(
            "stores", 8, {{"batch_size", 4}, {"batch_interval_seconds", 600}, {"guards", guards}});
        EXPECT_EQ(act(id, "shift").status, 200);
        EXPECT_TRUE(waitFor([&] { return batchesOf(id) == "SP"; })) << batchesOf(id);
        const Instant moved = movedAt(id);
        // Its guards look at whole seconds after that: one of them is over then.
        EXPECT_TRUE(waitFor([&] { return agentSecond() > toMs(std::chrono::ceil<Seconds>(moved)) / 1000; }));
        return id;
    }
    Json standing(const std::string &id, const std::string &guardId) {
        const Json all = router.get(path(id, "/guards"));
        for (const Json &item : all.at("items")) {
            if (item.at("guard").at("id") == guardId) return item;
        }
        return {};
    }
    bool waitSamples(const std::string &id, const std::string &guardId) {
        return waitFor([&] { return standing(id, guardId).at("samples").get<int>() > 0; });
    }
};

const Json Errors{{"threshold", 99}, {"min_samples", 2}};

// The back office goes to NEW by a rule of its own and fails there; one user is pinned to LEGACY, and fails there.
TEST_F(GroupDecisions, whatRulesDecidedIsNotTheBatchs) {
    router.post("/api/v1/rules", {{"config_name", "crm"}, {"config_type", "SYSTEM_BASED"}, {"target_entity", "crm"},
                                  {"target_platform", "NEW"}});
    router.post("/api/v1/rules", userRuleBody("u05", "LEGACY"));
    const std::string id = settling(Json::array({guard("success", Errors), guard("worse", {{"tolerance", 1}})}));
    Json list = Json::array();
    for (const char *user : {"u00", "u01"}) {
        for (int i = 0; i < 3; ++i)
            list.push_back(seen(user, "NEW", 200));
        for (int i = 0; i < 20; ++i) {
            list.push_back(seen(user, "NEW", 500, {{"system_id", "crm"}}));
            list.push_back(seen(user, "NEW", 500, {{"decision", {{"reason", "SYSTEM_RULE"}, {"epoch", 1}}}}));
        }
    }
    list.push_back(seen("u02", "NEW", 200, {{"decision", {{"reason", "USER_GROUP"}, {"epoch", 1}}}}));
    for (int i = 0; i < 5; ++i)
        list.push_back(seen("u04", "LEGACY", 200));
    for (int i = 0; i < 20; ++i)
        list.push_back(seen("u05", "LEGACY", 500));
    observe(list);
    ASSERT_TRUE(waitSamples(id, "success"));
    ASSERT_TRUE(waitSamples(id, "worse"));
    EXPECT_EQ(standing(id, "success").at("samples"), 7);
    EXPECT_EQ(standing(id, "success").at("value"), 100);
    EXPECT_EQ(standing(id, "worse").at("samples"), 7);
    EXPECT_EQ(standing(id, "worse").at("reference"), 100) << "of those whom the group keeps there";
    EXPECT_EQ(shift(id).at("users"), (Json{{"moved", 4}, {"tried", 3}, {"proven", 3}}));
    EXPECT_EQ(batchesOf(id), "SP");
    // What the group itself sent there trips it.
    observe(Json::array({seen("u00", "NEW", 500)}));
    ASSERT_TRUE(waitGroup(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(historyOf(id).back().at("evidence").at("value"), 87.5);
}

TEST_F(GroupDecisions, whatAnAgentSaysAPolicyDecidedIsNotTheBatchs) {
    const std::string policy =
        router.post("/api/v1/shift-policies", {{"policy_name", "all"}, {"target_system", "*"}}).at("id");
    ASSERT_EQ(router.call({"POST", "/api/v1/shift-policies/" + policy + "/shift", Json::object()}).status, 200);
    const std::string id = settling(Json::array({guard("success", Errors)}));
    const Json ofGroup{{"platform", "NEW"}, {"group_id", id}, {"batch", 0}};
    Json ofPolicy = ofGroup;
    ofPolicy["policy_id"] = policy;
    const std::int64_t second = agentSecond() - 1;
    const Json push = agentPush({agentSecondOf(second, {agentSlot(ofGroup, 10), agentSlot(ofPolicy, 20, 20)})});
    const TestAnswer taken = router.call({"POST", AgentPath, push, {}, "agent"});
    ASSERT_EQ(taken.json.value("stored", -1), 1) << taken.body;
    ASSERT_TRUE(waitSamples(id, "success"));
    EXPECT_EQ(standing(id, "success").at("samples"), 10);
    EXPECT_EQ(standing(id, "success").at("value"), 100);
    EXPECT_EQ(batchesOf(id), "SP");
}

// Of a batch of four one user is never seen: he is neither a success nor a failure.
TEST_F(GroupDecisions, errorsAreDividedByThoseTried) {
    const std::string id = settling(
        Json::array({guard("requests", {{"threshold", 99}, {"min_samples", 5}}),
                     guard("users", {{"threshold", 99}, {"counts", "USERS"}, {"mode", "SHOW"}})}));
    observe({seen("u00", "NEW", 500), seen("u00", "NEW", 500), seen("u00", "NEW", 500), seen("u01", "NEW", 200),
             seen("u02", "NEW", 200), seen("u04", "LEGACY", 200)});
    ASSERT_TRUE(waitGroup(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(historyOf(id).back().at("evidence").at("value"), 40) << "two requests of five";
    EXPECT_DOUBLE_EQ(standing(id, "users").at("value").get<double>(), 100.0 * 2 / 3) << "two users of the three tried";
    EXPECT_EQ(standing(id, "users").at("samples"), 3);
    EXPECT_EQ(shift(id).at("users"), (Json{{"moved", 4}, {"tried", 3}, {"proven", 2}}));
}

TEST_F(GroupDecisions, aGroupBeginsAtItsTime) {
    const Heartbeat heartbeat;
    const auto asked = std::chrono::steady_clock::now();
    const Instant begins = agentClock() + 6s;
    const std::string id = createWith("stores", 2, {{"start_at", formatInstant(begins)}, {"guards", Json::array()}});
    ASSERT_EQ(act(id, "shift").status, 200);
    EXPECT_EQ(batchesOf(id), "P");
    EXPECT_EQ(shift(id).at("waits_for"), "no batch moves before " + formatInstant(begins));
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    ASSERT_TRUE(waitGroup(id, "COMPLETED", 30s)) << shift(id).dump();
    EXPECT_EQ(decide("u00").at("platform"), "NEW");
    const Instant at = movedAt(id);
    EXPECT_GE(at, begins);
    EXPECT_LE(at, begins + 4s + heartbeat.heldUpSince(asked)) << "at its time, not some time";
}

} // namespace
} // namespace crossfade
