// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Guards over what agents count.
#include "tests/services/router/agentfixture.h"
#include "tests/services/router/shiftfixture.h"

#include <algorithm>
#include <thread>

namespace crossfade {
namespace {

// Pushes each second's requests of one policy, good or bad, until it goes away; its clock may be off.
class AgentTraffic {
public:
    AgentTraffic(std::string url, std::string token, std::string policyId)
        : m_url(std::move(url))
        , m_token(std::move(token))
        , m_policyId(std::move(policyId))
        , m_thread([this](const std::stop_token &stop) { run(stop); }) {}

    std::atomic<bool> newFails{false};
    std::atomic<int> offsetMs{0};

private:
    void run(const std::stop_token &stop) const {
        TestClient client(m_url, m_token);
        std::int64_t told = agentSecond(clock()) - 2;
        while (!stop.stop_requested()) {
            const std::int64_t ended = agentSecond(clock()) - 1;
            if (told < ended - 30 || told > ended) told = ended - 1; // its clock was set
            Json seconds = Json::array();
            for (; told < ended; ++told)
                seconds.push_back(agentSecondOf(told + 1, {agentSlot(agentCohort("NEW", m_policyId), 20, newFails ? 20 : 0),
                                                           agentSlot(agentCohort("LEGACY", m_policyId), 20)}));
            if (!seconds.empty()) sendSlots(client, agentPush(seconds, clock(), m_boot));
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    }
    Instant clock() const { return agentClock() + Milliseconds(offsetMs.load()); }

    const std::string m_url;
    const std::string m_token;
    const std::string m_policyId;
    const std::string m_boot = "boot-" + std::to_string(toMs(agentClock()));
    std::jthread m_thread;
};

class AgentGuards : public ShiftTest {
protected:
    Json standing(const std::string &id, std::size_t guard = 0) {
        return router.get(pathOf(id, "/guards")).at("items").at(guard);
    }
    bool waitVerdict(const std::string &id, const std::string &verdict) {
        return waitFor([&] { return standing(id).at("verdict") == verdict; });
    }
    std::unique_ptr<AgentTraffic> agent(const std::string &id) {
        return std::make_unique<AgentTraffic>(router.url(), router.token("agent"), id);
    }
    Json openAlerts(const std::string &type) {
        Json found = Json::array();
        const Json open = router.get("/api/v1/alerts?acknowledged=false");
        for (const Json &alert : open.at("items"))
            if (alert.at("type") == type) found.push_back(alert);
        return found;
    }
};

// The same requests, pushed one by one of one policy and as slots of another.
class BothWays : public AgentGuards {
protected:
    struct Sent {
        const char *platform;
        int second; // 0 or 1
        SeenRequest request;
    };
    static std::vector<Sent> requests(bool newIsBad) {
        std::vector<Sent> all;
        for (int i = 0; i < 400; ++i) {
            const auto user = "user-" + std::to_string(i * 7 % 97);
            const auto latency = static_cast<std::uint32_t>(1'000 + (i * 7919) % 9'000);
            all.push_back({"LEGACY", i % 2, {i % 50 != 0, latency, user}});
            all.push_back({"NEW", i % 2, {newIsBad ? i % 9 != 0 : i % 40 != 0, newIsBad ? latency * 2 : latency, user}});
        }
        return all;
    }
    static Json guards() {
        const auto guard = [](const char *id, Json more) {
            Json one{{"id", id}, {"metric", "authentication_success_rate"}, {"window_seconds", 300},
                     {"min_samples", 50}, {"breaches", 2}, {"windows", 2}};
            one.update(more);
            return one;
        };
        return {guard("rate", {{"threshold", 95}}),
                guard("worse", {{"tolerance", 2}}),
                guard("users", {{"counts", "USERS"}, {"tolerance", 5}}),
                guard("mean", {{"metric", "authorization_latency"}, {"statistic", "MEAN"}, {"tolerance", 10}}),
                guard("p95", {{"metric", "authorization_latency"}, {"statistic", "P95"}, {"threshold", 15}}),
                guard("tail", {{"metric", "authorization_latency"}, {"statistic", "P95"}, {"tolerance", 10}})};
    }
    std::string started(const std::string &system) {
        const std::string id = createPolicy(
            {{"policy_name", system}, {"target_system", system}, {"guards", guards()}, {"on_breach", "HOLD"}});
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_EQ(act(id, "suspend"), 200); // judged as ever, and no step makes the windows begin anew
        return id;
    }
    void judgedAlike(bool newIsBad);
};

void BothWays::judgedAlike(bool newIsBad) {
    const std::string one = started("one");
    const std::string other = started("other");
    const std::int64_t first = agentSecond() + 1; // after both began
    ASSERT_TRUE(waitFor([&] { return agentSecond() > first + 1; }));
    Json list = Json::array();
    std::map<std::pair<std::string, int>, std::vector<SeenRequest>> cohorts;
    for (const Sent &sent : requests(newIsBad)) {
        list.push_back({{"at", agentTime(first + sent.second)},
                        {"platform", sent.platform},
                        {"system_id", "one"},
                        {"user_id", sent.request.user},
                        {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", one}, {"epoch", 1}}},
                        {"status", sent.request.good ? 200 : 500},
                        {"latency_ms", sent.request.latencyUs / 1'000.0}});
        cohorts[{sent.platform, sent.second}].push_back(sent.request);
    }
    Json seconds = Json::array();
    for (const int second : {0, 1}) {
        Json slots = Json::array();
        for (const char *platform : {"LEGACY", "NEW"})
            slots.push_back(agentSlot({{"platform", platform}, {"system_id", "other"}, {"policy_id", other}},
                                      cohorts[{platform, second}]));
        seconds.push_back(agentSecondOf(first + second, slots));
    }
    ASSERT_EQ(router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"}).status, 202);
    const TestAnswer taken = router.call({"POST", AgentPath, agentPush(seconds), {}, "agent"});
    ASSERT_EQ(taken.json.value("stored", -1), 2) << taken.body;
    const auto standings = [&](const std::string &id) {
        Json all = Json::array();
        const Json now = router.get(pathOf(id, "/guards"));
        for (const Json &item : now.at("items")) {
            Json told;
            for (const char *field : {"verdict", "value", "samples", "reference", "p_value", "tripped", "detail"})
                told[field] = item.at(field);
            told["id"] = item.at("guard").at("id");
            all.push_back(told);
        }
        return all;
    };
    const auto isWhole = [&](const std::string &id) {
        const Json all = standings(id);
        return all.at(0).at("samples") == 400 && all.at(5).at("samples") == 400 &&
               all.at(0).at("tripped").get<bool>() == newIsBad;
    };
    ASSERT_TRUE(waitFor([&] { return isWhole(one) && isWhole(other); })) << standings(one).dump(1) << standings(other).dump(1);
    const Json pushed = standings(one);
    EXPECT_EQ(pushed, standings(other));
    for (const Json &item : pushed)
        EXPECT_EQ(item.at("verdict"), newIsBad ? "BREACH" : "PASS") << item.dump();
    EXPECT_EQ(pushed.at(2).at("samples"), 97);
    EXPECT_TRUE(pushed.at(5).at("p_value").is_number());
}

TEST_F(BothWays, goodTrafficPasses) {
    judgedAlike(false);
}

TEST_F(BothWays, badTrafficTrips) {
    judgedAlike(true);
}

TEST_F(AgentGuards, aShiftWalksAndRollsBackByThemAlone) {
    const std::string id = createPolicy({{"on_breach", "ROLLBACK"}});
    const auto load = agent(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 20, std::chrono::seconds(30))) << shift(id).dump();
    load->newFails = true;
    ASSERT_TRUE(waitState(id, "ROLLED_BACK")) << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 0);
}

TEST_F(AgentGuards, aDeadAgentIsNoEvidence) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    auto load = agent(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    load.reset();
    ASSERT_TRUE(waitVerdict(id, "STALE")) << standing(id).dump();
    const Json dead = standing(id);
    const auto judgedSince = [&] {
        std::vector<std::string> verdicts;
        const Json now = standing(id);
        for (const Json &one : now.at("recent")) {
            if (one.at("at") > dead.at("judged_at")) verdicts.push_back(one.at("verdict"));
        }
        return verdicts;
    };
    ASSERT_TRUE(waitFor([&] { return judgedSince().size() >= 4; }));
    EXPECT_EQ(std::ranges::count(judgedSince(), "STALE"), std::ssize(judgedSince())) << standing(id).dump();
    EXPECT_EQ(percentageOf(id), 10);
    // One that comes back with too little.
    ASSERT_EQ(router.call({"POST", AgentPath,
                           agentPush({agentSecondOf(agentSecond() - 1, {agentSlot(agentCohort("NEW", id), 2)})},
                                     agentClock(), "boot-2"),
                           {}, "agent"})
                  .status,
              202);
    EXPECT_TRUE(waitVerdict(id, "TOO_FEW")) << standing(id).dump();
}

TEST_F(AgentGuards, aClockThatIsOffIsToldAndOneFarOffPassesNothing) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}, {"on_breach", "HOLD"}});
    const auto good = traffic(id); // from elsewhere, of the same policy
    const auto load = agent(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitVerdict(id, "PASS")) << standing(id).dump();
    ASSERT_TRUE(waitFor([&] { return openAlerts("CLOCK_OFFSET").empty(); })) << "a push may have taken a second";
    load->offsetMs = -2'000;
    ASSERT_TRUE(waitFor([&] { return openAlerts("CLOCK_OFFSET").size() == 1; }));
    Json alert = openAlerts("CLOCK_OFFSET").at(0);
    EXPECT_EQ(alert.at("severity"), "MEDIUM");
    EXPECT_EQ(alert.at("subject_id"), "agent-1");
    EXPECT_EQ(standing(id).at("verdict"), "PASS") << "it still counts: " << standing(id).dump();
    load->offsetMs = -7'050;
    ASSERT_TRUE(waitVerdict(id, "STALE")) << standing(id).dump();
    const std::string why = standing(id).at("detail");
    EXPECT_TRUE(why.starts_with("the clock of agent agent-1 is ") && why.ends_with("measures is not counted")) << why;
    EXPECT_GT(standing(id).at("samples"), 5) << "what others pushed is enough to judge by, and does not pass";
    alert = openAlerts("CLOCK_OFFSET").at(0);
    EXPECT_EQ(alert.at("severity"), "HIGH") << alert.dump();
    EXPECT_EQ(alert.at("count"), 2) << "once as it began, once as it grew: " << alert.dump();
    // But what is bad without it is bad.
    good->newFails = true;
    ASSERT_TRUE(waitVerdict(id, "BREACH")) << standing(id).dump();
    good->newFails = false;
    ASSERT_TRUE(waitVerdict(id, "STALE")) << standing(id).dump();
    load->offsetMs = 0;
    ASSERT_TRUE(waitVerdict(id, "PASS")) << "a window later: " << standing(id).dump();
    EXPECT_TRUE(waitFor([&] { return openAlerts("CLOCK_OFFSET").empty(); }));
}

TEST_F(AgentGuards, whatComesLateCountsFromThenOn) {
    Json body = policyBody({{"stabilization_seconds", 600}});
    body["guards"][0]["window_seconds"] = 300;
    const std::string id = router.post("/api/v1/shift-policies", body).at("id");
    ASSERT_EQ(act(id, "shift"), 200);
    const std::int64_t first = agentSecond() + 1;
    ASSERT_TRUE(waitFor([&] { return agentSecond() > first + 4; }));
    const auto push = [&](std::int64_t second, const char *boot) {
        const Json slots = Json::array({agentSlot(agentCohort("NEW", id), 10)});
        EXPECT_EQ(router.call({"POST", AgentPath, agentPush({agentSecondOf(second, slots)}, agentClock(), boot), {}, "agent"})
                      .status,
                  202);
    };
    push(first + 3, "boot-1");
    ASSERT_TRUE(waitFor([&] { return standing(id).at("samples") == 10; })) << standing(id).dump();
    const Json before = standing(id).at("recent");
    push(first, "boot-2"); // of a window that was judged
    ASSERT_TRUE(waitFor([&] { return standing(id).at("samples") == 20; })) << standing(id).dump();
    const Json after = standing(id).at("recent");
    ASSERT_GT(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(after.at(i), before.at(i)) << "what was judged stays judged";
}

} // namespace
} // namespace crossfade
