// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What agents push: taken, refused, counted once, and still there after the worst.
#include "app/router/agentslots.h"
#include "tests/services/router/enginefixture.h"
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/shiftfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

class AgentSlotsTest : public ShiftTest {
protected:
    TestAnswer push(const Json &body, const std::string &roles = "agent", const std::string &path = AgentPath) {
        return router.call({"POST", path, body, {}, roles});
    }
    TestAnswer pushSeconds(std::initializer_list<Json> seconds) { return push(agentPush(seconds)); }
    // Of all requests since then.
    std::uint64_t counted(const std::string &rest, std::int64_t from) {
        const Json told = router.get("/api/v1/series?metric=request_rate&step=1&from=" + agentTime(from) + rest);
        std::uint64_t all = 0;
        for (const Json &count : told.at("count"))
            all += count.get<std::uint64_t>();
        return all;
    }
};

TEST_F(AgentSlotsTest, eachDocumentedStatusHappens) {
    const Json good = agentPush(Json::array());
    EXPECT_EQ(push(good).status, 202);
    const RouterService::Call call{"POST", AgentPath, {}, {}, "agent"};
    EXPECT_EQ(router.send(call, "{", "application/json").status, 400);
    EXPECT_EQ(router.send(call, "{\"boot_id\":NaN}", "application/json").status, 400);
    EXPECT_EQ(push(good, "").status, 401);
    for (const char *roles : {"viewer", "operator", "approver", "admin", "service", "observer"})
        EXPECT_EQ(push(good, roles).status, 403) << roles;
    EXPECT_EQ(router.send(call, "{\"boot_id\":\"" + std::string(5 << 20, 'x') + "\"}", "application/json").status, 413);
    EXPECT_EQ(router.send(call, "<a/>", "application/xml").status, 415);
    EXPECT_EQ(push(Json::object()).status, 422);
    EXPECT_EQ(push(good, "agent", std::string(AgentPath) + "?surprise=1").status, 422);
    const Json acks = engineAcks({engineReport(0)});
    const RouterService::Call ack{"POST", AcksPath, acks, {}, "agent"};
    EXPECT_EQ(router.call(ack).status, 200);
    EXPECT_EQ(router.send(ack, "{", "application/json").status, 400);
    EXPECT_EQ(push(acks, "", AcksPath).status, 401);
    for (const char *roles : {"viewer", "operator", "approver", "admin", "service", "observer"})
        EXPECT_EQ(push(acks, roles, AcksPath).status, 403) << roles;
    EXPECT_EQ(push(acks, "agent", "/api/v1/agents/agent-2/acks").status, 403) << "another's";
    EXPECT_EQ(router.send(ack, "{\"sent_at\":\"" + std::string(300'000, 'x') + "\"}", "application/json").status, 413);
    EXPECT_EQ(router.send(ack, "<a/>", "application/xml").status, 415);
    EXPECT_EQ(push(Json::object(), "agent", AcksPath).status, 422);
    for (const auto &[roles, status] : {std::pair("viewer", 200), std::pair("", 401), std::pair("agent", 403)})
        EXPECT_EQ(router.call({"GET", "/api/v1/engine", {}, {}, roles}).status, status) << roles;
    router.get("/api/v1/engine?cursor=x", 422);
    std::vector<std::string> unseen = router.contract().unseen();
    std::erase_if(unseen, [](const std::string &line) { return !isOfAgents(line); });
    EXPECT_EQ(unseen, std::vector<std::string>());
}

TEST_F(AgentSlotsTest, aTokenIsOfOneAgentAlone) {
    const Json body = agentPush({agentSecondOf(agentSecond() - 2, {agentSlot(agentCohort("NEW", ""), 3)})});
    const TestAnswer other = push(body, "agent", "/api/v1/agents/agent-2/slots");
    EXPECT_EQ(other.status, 403);
    EXPECT_EQ(other.json.at("detail"), "this token is of the agent agent-1");
    const Output made = router.command({"token", "add", "--subject", "agent-2", "--roles", "agent"});
    const TestClient second(router.url(), made.out.substr(0, made.out.find('\n')));
    EXPECT_EQ(sendSlots(second, body).status, 403) << "the other's token";
    const TestAnswer own = sendSlots(second, body, "/api/v1/agents/agent-2/slots");
    EXPECT_EQ(own.status, 202) << own.body;
    EXPECT_EQ(push(body, "operator,agent").status, 403) << "whose subject is another";
    EXPECT_EQ(push(body).json.value("stored", 0), 1) << "the same second of another agent is another one";
    EXPECT_EQ(counted("&platform=NEW", agentSecond() - 60), 6U);
}

TEST_F(AgentSlotsTest, aSecondCountsOnce) {
    const std::int64_t second = agentSecond() - 10;
    const auto of = [&](std::int64_t at) { return agentSecondOf(at, {agentSlot(agentCohort("NEW", ""), 7, 2)}); };
    TestAnswer taken = pushSeconds({of(second), of(second + 1)});
    EXPECT_EQ(taken.json.value("stored", -1), 2) << taken.body;
    EXPECT_EQ(taken.json.value("repeated", -1), 0);
    taken = pushSeconds({of(second), of(second + 1)});
    EXPECT_EQ(taken.json.value("stored", -1), 0) << taken.body;
    EXPECT_EQ(taken.json.value("repeated", -1), 2);
    taken = pushSeconds({of(second + 1), of(second + 2)});
    EXPECT_EQ(taken.json.value("stored", -1), 1) << taken.body;
    EXPECT_EQ(counted("", second), 21U);
    // After a start of the agent the rest of that second is another count of it.
    taken = push(agentPush({of(second + 2)}, agentClock(), "boot-2"));
    EXPECT_EQ(taken.json.value("stored", -1), 1) << taken.body;
    EXPECT_EQ(counted("", second), 28U);
    EXPECT_EQ(counted("&system_id=sso", second), 28U);
    EXPECT_EQ(counted("&platform=LEGACY", second), 0U);
    const Json rate = router.get("/api/v1/series?metric=error_rate&step=1&from=" + agentTime(second));
    EXPECT_NEAR(rate.at("value")[0].get<double>(), 100.0 * 2 / 7, 1e-9);
    // Who starts without end fills nothing.
    TestAnswer boot;
    for (int i = 0; i < AgentSlots::MostBoots; ++i)
        boot = push(agentPush({of(second)}, agentClock(), "again-" + std::to_string(i)));
    EXPECT_EQ(boot.status, 422);
    EXPECT_EQ(pointerOf(boot), "/boot_id");
}

TEST_F(AgentSlotsTest, allOrNothing) {
    const std::int64_t second = agentSecond() - 10;
    Json bad = agentSlot(agentCohort("NEW", ""), 5);
    bad["succeeded"] = 6;
    const TestAnswer refused = pushSeconds({agentSecondOf(second, {agentSlot(agentCohort("NEW", ""), 5)}),
                                            agentSecondOf(second + 1, {bad})});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(pointerOf(refused), "/seconds/1/slots/0/succeeded");
    EXPECT_EQ(counted("", second), 0U);
}

TEST_F(AgentSlotsTest, nothingHostileIsTaken) {
    const std::int64_t second = agentSecond() - 10;
    const Json good = agentSlot(agentCohort("NEW", ""), {{true, 5'000, "ann"}, {false, 7'000, "bob"}});
    const auto slotWith = [&](const char *field, const Json &value) {
        Json slot = good;
        slot[field] = value;
        return slot;
    };
    const std::string sixteen(16, 'f');
    std::string tooMany;
    for (int i = 0; i <= 10'000; ++i) {
        char hash[24];
        std::snprintf(hash, sizeof hash, "%016x", i);
        tooMany += hash;
    }
    const struct {
        const char *field;
        Json value;
    } slots[] = {{"platform", "BOTH"},
                 {"platform", 1},
                 {"system_id", "a b"},
                 {"policy_id", std::string(200, 'x')},
                 {"requests", -1},
                 {"requests", 1.5},
                 {"requests", 1'000'001},
                 {"requests", "2"},
                 {"requests", nullptr},
                 {"succeeded", 3},
                 {"latency", nullptr},
                 {"latency", {{1, 1}}},
                 {"latency", {{5, 1}, {4, 1}}},
                 {"latency", {{5, 1}, {5, 1}}},
                 {"latency", {{5, 2}, {6, 0}}},
                 {"latency", {{736, 2}}},
                 {"latency", {{-1, 2}}},
                 {"latency", {{70'000, 2}}},
                 {"latency", {{5, 4'294'967'297}}},
                 {"latency", {{5}}},
                 {"latency", {{5, 1, 1}}},
                 {"latency", {5, 2}},
                 {"latency_sum_us", 1},
                 {"latency_sum_us", -1},
                 {"latency_sum_us", 9'000'000'000'000'000},
                 {"users_tried", "xyz"},
                 {"users_tried", "0123456789ABCDEF"},
                 {"users_tried", sixteen + sixteen},
                 {"users_tried", tooMany},
                 {"users_tried", "r00"},
                 {"users_tried", "r" + std::string(32'768, 'f')},
                 {"users_tried", 5},
                 {"users_failed", sixteen},
                 {"batch", 0},
                 {"batch", -1},
                 {"surprise", 1}};
    for (const auto &one : slots) {
        const TestAnswer answer = pushSeconds({agentSecondOf(second, {slotWith(one.field, one.value)})});
        EXPECT_EQ(answer.status, 422) << one.field << " " << one.value.dump().substr(0, 60);
        const Json errors = answer.json.is_object() ? answer.json.value("errors", Json::array()) : Json::array();
        const std::string named = one.field == std::string("batch") && one.value == 0 ? "group_id" : one.field;
        const bool isNamed = std::ranges::any_of(errors, [&](const Json &error) {
            return error.at("pointer") == "/seconds/0/slots/0/" + named;
        });
        EXPECT_TRUE(isNamed) << one.field << " " << answer.body.substr(0, 300);
    }
    const auto refused = [&](const Json &body, const std::string &pointer) {
        const TestAnswer answer = push(body);
        EXPECT_EQ(answer.status, 422) << pointer;
        EXPECT_EQ(pointerOf(answer), pointer) << answer.body.substr(0, 300);
    };
    refused(agentPush({agentSecondOf(second, {good, good})}), "/seconds/0/slots/1");
    refused(agentPush({agentSecondOf(second, Json(257, good))}), "/seconds/0/slots");
    refused(agentPush(Json(121, agentSecondOf(second, Json::array()))), "/seconds");
    refused(agentPush({agentSecondOf(second, Json::array()), agentSecondOf(second, Json::array())}), "/seconds/1/at");
    refused(agentPush({{{"at", agentTime(second)}}}), "/seconds/0/slots");
    refused(agentPush({{{"slots", Json::array()}}}), "/seconds/0/at");
    refused(agentPush({5}), "/seconds/0");
    refused({{"sent_at", agentTime(second)}, {"seconds", Json::array()}}, "/boot_id");
    refused({{"boot_id", "b"}, {"seconds", Json::array()}}, "/sent_at");
    refused({{"boot_id", "b"}, {"sent_at", agentTime(second)}}, "/seconds");
    Json many = agentSlot({{"platform", "NEW"}}, 0);
    many["requests"] = many["succeeded"] = 600'000;
    many["latency"] = {{5, 600'000}};
    many["latency_sum_us"] = 3'000'000;
    Json others = many;
    others["platform"] = "LEGACY";
    refused(agentPush({agentSecondOf(second, {many, others})}), "/seconds/0/slots");
    EXPECT_EQ(counted("", second), 0U) << "nothing of all that";
    EXPECT_EQ(pushSeconds({agentSecondOf(second, {good})}).status, 202) << "and the good one is taken";
    EXPECT_EQ(counted("", second), 2U);
}

TEST_F(AgentSlotsTest, onlyWholeSecondsThatEndedAndAreNotOld) {
    const Instant sent = agentClock();
    const std::int64_t now = agentSecond(sent);
    const auto at = [&](const std::string &text) {
        return push(agentPush({{{"at", text}, {"slots", {agentSlot(agentCohort("NEW", ""), 1)}}}}, sent));
    };
    for (const std::string &bad : {agentTime(now), agentTime(now + 5), agentTime(now - 602),
                                   formatInstant(instantFromMs((now - 5) * 1'000 + 1))}) {
        const TestAnswer answer = at(bad);
        EXPECT_EQ(answer.status, 422) << bad;
        EXPECT_EQ(pointerOf(answer), "/seconds/0/at") << answer.body;
    }
    EXPECT_EQ(at(agentTime(now - 1)).status, 202);
    EXPECT_EQ(at(agentTime(now - 599)).status, 202);
    EXPECT_EQ(counted("", now - 700), 2U);
}

TEST_F(AgentSlotsTest, whatIsNotKnownCountsForItsSystemAlone) {
    const std::int64_t second = agentSecond() - 5;
    Json slot = agentSlot({{"platform", "NEW"}, {"system_id", "sso"}, {"policy_id", "nobody"}, {"group_id", "none"},
                           {"batch", 3}},
                          4);
    ASSERT_EQ(pushSeconds({agentSecondOf(second, {slot})}).status, 202);
    EXPECT_EQ(counted("&policy_id=nobody", second), 0U);
    EXPECT_EQ(counted("&system_id=sso", second), 4U);
}

TEST_F(AgentSlotsTest, whatWasAcknowledgedSurvivesAKill) {
    const std::string id = createPolicy({{"guards",
                                          {{{"id", "success"},
                                            {"metric", "authentication_success_rate"},
                                            {"threshold", 99},
                                            {"window_seconds", 300},
                                            {"min_samples", 5},
                                            {"breaches", 2},
                                            {"windows", 2}},
                                           {{"id", "users"},
                                            {"metric", "authentication_success_rate"},
                                            {"counts", "USERS"},
                                            {"threshold", 99},
                                            {"window_seconds", 300},
                                            {"min_samples", 1},
                                            {"mode", "SHOW"}}}}});
    ASSERT_EQ(act(id, "shift"), 200);
    const std::int64_t first = agentSecond() + 1; // after the start
    ASSERT_TRUE(waitFor([&] { return agentSecond() > first + 2; }));
    std::vector<Json> sent;
    for (int round = 0; round < 3; ++round) {
        const std::vector<SeenRequest> requests{{true, 5'000, "ann-" + std::to_string(round)}, {true, 9'000, "bob"}};
        const Json body = agentPush({agentSecondOf(first + round, {agentSlot(agentCohort("NEW", id), requests)})});
        const TestAnswer answer = push(body);
        router.kill(); // at once
        ASSERT_EQ(answer.status, 202) << answer.body;
        sent.push_back(body);
        ASSERT_TRUE(router.start()) << router.log();
        EXPECT_EQ(counted("&policy_id=" + id, first), 2U * (static_cast<unsigned>(round) + 1));
    }
    for (const Json &body : sent)
        EXPECT_EQ(push(body).json.value("repeated", -1), 1);
    EXPECT_EQ(counted("&policy_id=" + id, first), 6U);
    const auto samplesOf = [&](const char *guardId) {
        const Json guards = router.get(pathOf(id, "/guards"));
        for (const Json &item : guards.at("items"))
            if (item.at("guard").at("id") == guardId) return item.at("samples").get<int>();
        return -1;
    };
    EXPECT_TRUE(waitFor([&] { return samplesOf("success") == 6; })) << router.get(pathOf(id, "/guards")).dump();
    EXPECT_TRUE(waitFor([&] { return samplesOf("users") == 4; })) << "three times ann, and bob";
    // The coarser slots were made of the same seconds, once.
    ASSERT_EQ(router.stop(), 0);
    ASSERT_TRUE(router.start()) << router.log();
    const Json tens = router.get("/api/v1/series?metric=request_rate&step=10&policy_id=" + id +
                                 "&from=" + agentTime(agentSecond() - 4'000));
    std::uint64_t all = 0;
    for (const Json &count : tens.at("count"))
        all += count.get<std::uint64_t>();
    EXPECT_EQ(all, 6U);
}

class GroupAgentSlots : public GroupTest {};

TEST_F(GroupAgentSlots, theBatchUnderWayIsJudgedByThem) {
    const Json guards{{{"id", "success"},
                       {"metric", "authentication_success_rate"},
                       {"threshold", 99},
                       {"window_seconds", 300},
                       {"min_samples", 5},
                       {"breaches", 1},
                       {"windows", 1}},
                      {{"id", "users"},
                       {"metric", "authentication_success_rate"},
                       {"counts", "USERS"},
                       {"threshold", 99},
                       {"window_seconds", 300},
                       {"min_samples", 1},
                       {"mode", "SHOW"}}};
    const std::string id = createWith("stores", 6, {{"batch_interval_seconds", 600}, {"guards", guards}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id).starts_with("S"); })) << batchesOf(id);
    const std::int64_t second = agentSecond() + 1;
    ASSERT_TRUE(waitFor([&] { return agentSecond() > second; }));
    const auto of = [&](const char *platform, int batch, std::vector<SeenRequest> requests) {
        return agentSlot({{"platform", platform}, {"group_id", id}, {"batch", batch}}, requests);
    };
    const Json slots{of("NEW", 0, std::vector<SeenRequest>(4, {true, 5'000, "u00"})),
                     of("NEW", 1, {{false, 5'000, "u02"}}), // moved by something else: not of this batch
                     of("LEGACY", 2, {{false, 5'000, "u04"}})};
    const auto standing = [&](std::size_t guard) { return router.get(path(id, "/guards")).at("items").at(guard); };
    ASSERT_EQ(sendSlots(router.client("agent"), agentPush({agentSecondOf(second, slots)})).status, 202);
    ASSERT_TRUE(waitFor([&] { return standing(0).at("samples") == 4; })) << standing(0).dump();
    EXPECT_EQ(standing(0).at("verdict"), "TOO_FEW");
    EXPECT_EQ(standing(1).at("samples"), 1) << "one user";
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    // It settles anew: what was seen before is known, and too old.
    ASSERT_TRUE(waitFor([&] { return standing(0).at("verdict") == "STALE"; })) << standing(0).dump();
    const std::int64_t again = agentSecond() + 1;
    ASSERT_TRUE(waitFor([&] { return agentSecond() > again; }));
    std::vector<SeenRequest> requests(4, {true, 5'000, "u00"});
    requests.push_back({false, 5'000, "u01"});
    ASSERT_EQ(sendSlots(router.client("agent"), agentPush({agentSecondOf(again, {of("NEW", 0, requests)})})).status, 202);
    ASSERT_TRUE(waitFor([&] { return standing(0).at("samples") == 5; })) << standing(0).dump();
    EXPECT_EQ(standing(0).at("verdict"), "BREACH") << "four of five";
    EXPECT_EQ(standing(1).at("samples"), 2);
    EXPECT_EQ(standing(1).at("value"), 50);
}

} // namespace
} // namespace crossfade
