// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A PostgreSQL that stands still or is gone, a failing NEW, and nobody at the console: the lease runs out, nobody can
// say who leads, and each router goes on judging what it sees. It lowers, and nothing else.
#include "tests/support/contract.h"
#include "tests/support/replicas.h"

#include "models/core/time.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// Observations of one policy and of the users of one group to each replica, four times a second.
class FailingTraffic {
public:
    FailingTraffic(std::vector<std::string> urls, std::string token, std::string policyId)
        : m_urls(std::move(urls))
        , m_token(std::move(token))
        , m_policyId(std::move(policyId))
        , m_thread([this](const std::stop_token &stop) { run(stop); }) {}
    std::atomic<bool> newFails{false};

private:
    Json observations() const {
        Json list = Json::array();
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        for (const char *platform : {"NEW", "LEGACY"}) {
            const bool fails = newFails && std::string_view(platform) == "NEW";
            for (int i = 0; i < 10; ++i)
                list.push_back({{"at", formatInstant(now)},
                                {"platform", platform},
                                {"user_id", "user-" + std::to_string(i)},
                                {"system_id", "shop"},
                                {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", m_policyId}, {"epoch", 1}}},
                                {"status", fails ? 500 : 200},
                                {"latency_ms", 10 + i}});
        }
        for (int i = 0; i < 4; ++i) // those of the group, without a decision: the router decides whose they are
            list.push_back({{"at", formatInstant(now)},
                            {"platform", "NEW"},
                            {"user_id", "member-" + std::to_string(i)},
                            {"status", newFails ? 500 : 200},
                            {"latency_ms", 10}});
        return list;
    }
    void run(const std::stop_token &stop) const {
        while (!stop.stop_requested()) {
            for (const std::string &url : m_urls) {
                TestClient client(url, m_token);
                client.setTimeout(1s);
                client.observe(observations());
            }
            std::this_thread::sleep_for(250ms);
        }
    }
    const std::vector<std::string> m_urls;
    const std::string m_token;
    const std::string m_policyId;
    std::jthread m_thread;
};

class PausedDatabase {
public:
    PausedDatabase() { PostgresServer::instance().pause(); }
    ~PausedDatabase() { PostgresServer::instance().goOn(); }
    PausedDatabase(const PausedDatabase &) = delete;
    PausedDatabase &operator=(const PausedDatabase &) = delete;
};

class StorelessJudges : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    Json get(std::size_t at, const std::string &path) {
        const TestAnswer answer = replicas.client(at).get(path);
        EXPECT_EQ(answer.status, 200) << path << answer.body << answer.error;
        return answer.json;
    }
    static Json guards() {
        return Json::array({{{"id", "success"},
                             {"metric", "authentication_success_rate"},
                             {"threshold", 99},
                             {"window_seconds", 3},
                             {"min_samples", 4},
                             {"breaches", 2},
                             {"windows", 2}}});
    }
    Json post(const std::string &path, Json body, int status = 200) {
        if (!body.contains("reason")) body["reason"] = "test";
        const TestAnswer answer = replicas.client(0).post(path, body);
        EXPECT_EQ(answer.status, status) << path << answer.body;
        return answer.json;
    }
    static std::string policyPath(const std::string &id, const std::string &rest = {}) {
        return "/api/v1/shift-policies/" + id + rest;
    }
    static std::string groupPath(const std::string &id, const std::string &rest = {}) {
        return "/api/v1/user-groups/" + id + rest;
    }
    // A policy at 50 % of its system and a group of four in one batch, both baking for long.
    void startBoth(const char *onBreach) {
        policy = post("/api/v1/shift-policies",
                      {{"policy_name", "shop"}, {"target_system", "shop"}, {"max_shift_percentage", 50},
                       {"shift_increment", 50}, {"stabilization_seconds", 600}, {"interval_seconds", 1},
                       {"guards", guards()}, {"on_breach", onBreach}, {"proposal_deadline_seconds", 12}},
                      201).at("id");
        group = post("/api/v1/user-groups",
                     {{"group_name", "crew"}, {"batch_size", 4}, {"batch_interval_seconds", 600},
                      {"interval_seconds", 1}, {"guards", guards()}, {"on_breach", onBreach},
                      {"proposal_deadline_seconds", 12}},
                     201).at("id");
        const std::string version = std::to_string(get(0, groupPath(group)).at("version").get<int>());
        const TestAnswer members =
            replicas.client(0).send("PUT", groupPath(group, "/members"), "member-0\nmember-1\nmember-2\nmember-3\n",
                                    {{"Content-Type", "text/plain"}, {"If-Match", "\"" + version + "\""},
                                     {"X-Reason", "test"}});
        EXPECT_EQ(members.status, 200) << members.body;
        load = std::make_unique<FailingTraffic>(std::vector{replicas.url(0), replicas.url(1)},
                                                replicas.token("observer"), policy);
        post(policyPath(policy, "/shift"), Json::object());
        post(groupPath(group, "/shift"), Json::object());
        for (const std::size_t at : {0U, 1U})
            ASSERT_TRUE(waitFor([&] { return onNew(at) > 0 && crewOnNew(at) == 4; }, 30s)) << get(at, policyPath(policy, "/shift"));
    }
    long onNew(std::size_t at) { return count(at, "user-", 60, "shop"); }
    long crewOnNew(std::size_t at) { return count(at, "member-", 4, ""); }
    long count(std::size_t at, const std::string &name, int users, const std::string &system) {
        Json requests = Json::array();
        for (int i = 0; i < users; ++i) {
            requests.push_back({{"user_id", name + std::to_string(i)}});
            if (!system.empty()) requests.back()["system_id"] = system;
        }
        const TestAnswer answer = replicas.client(at).post("/api/v1/decisions", {{"requests", requests}});
        if (answer.status != 200) return -1;
        const Json &decided = answer.json.at("decisions");
        return std::ranges::count_if(decided, [](const Json &one) { return one.at("platform") == "NEW"; });
    }
    bool isBack(std::size_t at) { return onNew(at) == 0 && crewOnNew(at) == 0; }
    bool waitStored() {
        return waitFor([&] {
            return std::ranges::all_of(std::array{0U, 1U}, [&](std::size_t at) {
                return replicas.client(at).get("/api/v1/rollbacks/unstored").json.value("total", -1) == 0;
            });
        }, 60s);
    }
    std::vector<Json> entries(const std::string &path, const char *cause) {
        std::vector<Json> found;
        const Json page = get(0, path + "/history?limit=1000");
        for (const Json &entry : page.at("items")) {
            if (entry.at("cause") == cause) found.push_back(entry);
        }
        return found;
    }
    // Each is stored once, by the runner, after it was done.
    void expectStoredOnce(const std::string &reason) {
        ASSERT_TRUE(waitStored()) << replicas.log(0) << replicas.log(1);
        for (const auto &found : {entries(policyPath(policy), "ROLLED_BACK"), entries(groupPath(group), "BATCH_ROLLED_BACK")}) {
            ASSERT_EQ(found.size(), 1U);
            EXPECT_EQ(found[0].at("actor"), "runner");
            EXPECT_NE(found[0].at("reason").get<std::string>().find(reason), std::string::npos) << found[0];
            EXPECT_FALSE(found[0].at("stored_at").is_null());
        }
        for (const std::size_t at : {0U, 1U}) {
            EXPECT_TRUE(isBack(at)) << at;
            EXPECT_TRUE(waitFor([&] { return get(at, policyPath(policy, "/shift")).at("percentage") == 0; }));
            EXPECT_EQ(get(at, policyPath(policy, "/shift")).at("state"), "ROLLED_BACK");
        }
        EXPECT_TRUE(get(0, "/api/v1/audit/verification").at("intact").get<bool>());
    }

    Replicas replicas;
    std::string policy;
    std::string group;
    std::unique_ptr<FailingTraffic> load;
};

TEST_F(StorelessJudges, aPausedDatabaseStopsNoGuard) {
    startBoth("ROLLBACK");
    ASSERT_FALSE(HasFatalFailure());
    {
        const PausedDatabase paused;
        std::this_thread::sleep_for(6s); // the lease has run out
        load->newFails = true;
        for (const std::size_t at : {0U, 1U})
            EXPECT_TRUE(waitFor([&] { return isBack(at); }, 30s)) << at << ": " << onNew(at) << ", " << crewOnNew(at)
                                                                   << replicas.log(at);
        std::this_thread::sleep_for(2s);
    }
    expectStoredOnce("authentication_success_rate");
}

TEST_F(StorelessJudges, aProposalThatNobodyAnsweredIsDueAllTheSame) {
    startBoth("PROPOSE_ROLLBACK");
    ASSERT_FALSE(HasFatalFailure());
    load->newFails = true;
    ASSERT_TRUE(waitFor([&] {
        return std::ranges::all_of(std::array{0U, 1U}, [&](std::size_t at) {
            return get(at, policyPath(policy, "/shift")).at("state") == "ROLLBACK_PROPOSED" &&
                   get(at, groupPath(group)).at("shift").at("state") == "ROLLBACK_PROPOSED";
        });
    }, 20s));
    PostgresServer::instance().stopAtOnce();
    const auto leader = replicas.log(0).size(); // what was logged before is of no interest
    EXPECT_TRUE(waitFor([&] { return isBack(0) && isBack(1); }, 60s)) << replicas.log(0).substr(leader);
    PostgresServer::instance().startAgain();
    expectStoredOnce("nobody answered within the deadline");
}

// While the database is away nothing is raised, however well it goes; who leads afterwards goes on.
TEST_F(StorelessJudges, nothingIsRaised) {
    startBoth("ROLLBACK");
    ASSERT_FALSE(HasFatalFailure());
    const long users = onNew(0);
    const Json before = get(0, policyPath(policy, "/history?limit=1000")).at("total");
    {
        const PausedDatabase paused;
        std::this_thread::sleep_for(10s);
        for (const std::size_t at : {0U, 1U}) {
            EXPECT_EQ(onNew(at), users);
            EXPECT_EQ(crewOnNew(at), 4);
        }
    }
    ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }, 40s));
    EXPECT_TRUE(entries(policyPath(policy), "ROLLED_BACK").empty());
    EXPECT_GE(get(0, policyPath(policy, "/history?limit=1000")).at("total"), before);
    load->newFails = true;
    EXPECT_TRUE(waitFor([&] { return isBack(0) && isBack(1); }, 40s));
    EXPECT_TRUE(waitFor([&] { return entries(policyPath(policy), "ROLLED_BACK").size() == 1; }));
}

} // namespace
} // namespace crossfade
