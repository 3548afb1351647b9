// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two routers over one PostgreSQL database, a shift that goes on and clients that change rules: one router is
// killed or stands still, the ways to the database are cut, the database itself dies.
#include "tests/e2e/ledger.h"
#include "tests/e2e/users.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/support/replicas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t WatchedUsers = 400;
constexpr double StepPercent = 0.2;

// A user whom a router has sent to NEW stays there, whatever happens to it, as long as nobody rolls back.
class FlapWatch {
public:
    explicit FlapWatch(Replicas &replicas)
        : m_replicas(replicas)
        , m_token(replicas.token("admin"))
        , m_thread([this](const std::stop_token &stop) { run(stop); })
    {
    }
    int flapped() const { return m_flapped; }
    int looks() const { return m_looks; }

private:
    void run(const std::stop_token &stop)
    {
        std::array<std::set<std::string>, 2> before;
        while (!stop.stop_requested()) {
            for (std::size_t i = 0; i < before.size(); ++i) {
                TestClient client(m_replicas.url(i), m_token);
                client.setTimeout(1s);
                const auto decisions = decisionsOfAll(client, WatchedUsers);
                if (decisions.empty()) continue; // dead, or standing still
                const std::set<std::string> now = on("NEW", decisions);
                if (!std::ranges::includes(now, before[i])) ++m_flapped;
                before[i] = now;
                ++m_looks;
            }
        }
    }

    Replicas &m_replicas;
    const std::string m_token;
    std::atomic<int> m_flapped = 0;
    std::atomic<int> m_looks = 0;
    std::jthread m_thread;
};

class ReplicasKill : public testing::Test {
protected:
    enum Trouble { KillLeader, LeaderStandsStill, CutConnections, DatabaseDies, KillFollower };

    void SetUp() override
    {
        m_replicas.setDatabase(m_proxy.through(m_replicas.database()));
        ASSERT_TRUE(m_replicas.startAll()) << m_replicas.log(0) << m_replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return m_replicas.leader().has_value(); }));
        m_token = m_replicas.token("admin");
        startShift();
    }
    void startShift()
    {
        const TestClient client = m_replicas.client(0);
        const TestAnswer usual = client.get("/api/v1/switches");
        ASSERT_EQ(client.put("/api/v1/switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}},
                             std::to_string(usual.json.value("version", 0)))
                      .status,
                  200);
        const TestAnswer made = client.post("/api/v1/shift-policies", {{"policy_name", "users"},
                                                                       {"target_system", "*"},
                                                                       {"shift_increment", StepPercent},
                                                                       {"stabilization_seconds", 1},
                                                                       {"interval_seconds", 1},
                                                                       {"guards",
                                                                        {{{"id", "success"},
                                                                          {"metric", "authentication_success_rate"},
                                                                          {"threshold", 99},
                                                                          {"window_seconds", 3},
                                                                          {"min_samples", 5}}}}});
        ASSERT_EQ(made.status, 201) << made.body;
        m_path = "/api/v1/shift-policies/" + made.json.value("id", "");
        m_salt = made.json.value("salt", "");
        m_traffic = std::make_unique<ReplicaTraffic>(
            [this] {
                std::vector<std::string> urls;
                for (std::size_t i = 0; i < 2; ++i) {
                    if (m_usable[i]) urls.push_back(m_replicas.url(i));
                }
                return urls;
            },
            m_replicas.token("observer"), made.json.value("id", ""));
        ASSERT_EQ(client.post(m_path + "/shift", {{"reason", "go"}}).status, 200);
        ASSERT_TRUE(waitFor([&] { return percentage(0) >= StepPercent; }, 30s)) << shift(0).dump(2);
    }
    Json shift(std::size_t number) const
    {
        TestClient client(m_replicas.url(number), m_token);
        client.setTimeout(3s);
        const TestAnswer answer = client.get(m_path + "/shift");
        return answer.status == 200 ? answer.json : Json::object();
    }
    double percentage(std::size_t number) const { return shift(number).value("percentage", -1.0); }
    bool walksOn(std::size_t number)
    {
        double from = -1;
        waitFor([&] { return (from = percentage(number)) >= 0; }, 30s);
        return waitFor([&] { return percentage(number) > from; }, 40s);
    }

    // Clients of both routers, each with a book of its own, until they get no answer or are told to stop.
    std::vector<std::jthread> clients()
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < 2; ++i)
            threads.emplace_back([this, i](const std::stop_token &stop) {
                TestClient client(m_replicas.url(i), m_token);
                client.setTimeout(40s); // one that stands still answers when it wakes
                while (!stop.stop_requested() && m_ledgers[i].act(client))
                    ++m_acts;
            });
        return threads;
    }
    void makeTrouble(Trouble trouble)
    {
        std::optional<std::size_t> leader;
        ASSERT_TRUE(waitFor([&] { return (leader = m_replicas.leader()).has_value(); }, 15s));
        const std::size_t other = 1 - *leader;
        switch (trouble) {
        case KillLeader: return killOne(*leader, other);
        case KillFollower: return killOne(other, *leader);
        case CutConnections:
            m_proxy.cutAll();
            EXPECT_TRUE(walksOn(0)) << shift(0).dump(2);
            return;
        case DatabaseDies:
            PostgresServer::instance().stopAtOnce();
            PostgresServer::instance().startAgain();
            EXPECT_TRUE(walksOn(0)) << shift(0).dump(2);
            return;
        case LeaderStandsStill: break;
        }
        m_usable[*leader] = false;
        m_replicas.signal(*leader, SIGSTOP);
        EXPECT_TRUE(waitFor([&] { return m_replicas.role(other) == "LEADER"; }, 12s));
        EXPECT_TRUE(walksOn(other)) << shift(other).dump(2) << m_replicas.log(other);
        m_replicas.signal(*leader, SIGCONT);
        m_usable[*leader] = true;
        EXPECT_TRUE(waitFor([&] { return m_replicas.role(*leader) == "FOLLOWER"; }));
    }
    void killOne(std::size_t victim, std::size_t other)
    {
        m_usable[victim] = false;
        m_replicas.kill(victim);
        EXPECT_TRUE(waitFor([&] { return m_replicas.role(other) == "LEADER"; }, 12s));
        EXPECT_TRUE(walksOn(other)) << shift(other).dump(2) << m_replicas.log(other);
        ASSERT_TRUE(m_replicas.start(victim)) << m_replicas.log(victim);
        m_usable[victim] = true;
    }

    void expectNothingLost()
    {
        for (std::size_t i = 0; i < 2; ++i) {
            ASSERT_TRUE(waitFor([&] { return m_replicas.isReady(i); }, 30s)) << m_replicas.log(i);
            const TestClient client = m_replicas.client(i);
            for (const RuleLedger &ledger : m_ledgers) {
                const RuleLedger::Verdict verdict = ledger.hold(client);
                EXPECT_EQ(verdict.lost, 0u);
                EXPECT_EQ(verdict.strange, 0u);
            }
            EXPECT_TRUE(auditIntact(client));
        }
        // What got no answer here is asked for again there.
        for (std::size_t i = 0; i < 2; ++i)
            m_ledgers[i].settle(m_replicas.client(1 - i));
    }
    // Every move of the percentage follows from the one before by one step, and both routers send the same
    // users where the last one says.
    void expectConsistentShift()
    {
        ASSERT_TRUE(waitFor([&] {
            return m_replicas.client(0).post(m_path + "/suspend", {{"reason", "count"}}).status == 200;
        })) << shift(0).dump(2);
        const Json page = m_replicas.client(1).get(m_path + "/history?limit=1000").json;
        ASSERT_TRUE(page.is_object());
        double at = 0;
        const Json &items = page.at("items");
        for (auto entry = items.rbegin(); entry != items.rend(); ++entry) {
            const double from = entry->value("from_percentage", 0.0);
            const double to = entry->value("to_percentage", 0.0);
            if (from == to || entry->value("result", "") != "SUCCESS") continue;
            EXPECT_NEAR(from, at, 1e-9) << entry->dump();
            EXPECT_NEAR(to - from, StepPercent, 1e-9) << entry->dump();
            at = to;
        }
        const auto expected = usersBelow(static_cast<std::uint32_t>(std::lround(at * 100)), WatchedUsers, m_salt);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_TRUE(waitFor([&] { return std::abs(percentage(i) - at) < 1e-9; })) << shift(i).dump(2);
            EXPECT_EQ(on("NEW", decisionsOfAll(m_replicas.client(i), WatchedUsers)), expected);
        }
        const TestAnswer resumed = m_replicas.client(1).post(m_path + "/resume", {{"reason", "go on"}});
        EXPECT_EQ(resumed.status, 200) << resumed.body;
    }
    void round(Trouble trouble)
    {
        SCOPED_TRACE("trouble " + std::to_string(trouble));
        const int before = m_acts;
        std::vector<std::jthread> threads = clients();
        EXPECT_TRUE(waitFor([&] { return m_acts >= before + 20; }));
        makeTrouble(trouble);
        for (std::jthread &thread : threads)
            thread.request_stop();
        threads.clear(); // waits for them
        expectNothingLost();
        expectConsistentShift();
    }

    Replicas m_replicas;
    CuttingProxy m_proxy{PostgresServer::instance().port()};
    std::string m_token;
    std::string m_path;
    std::string m_salt;
    std::array<std::atomic<bool>, 2> m_usable{true, true};
    std::array<RuleLedger, 2> m_ledgers{RuleLedger(1), RuleLedger(2)};
    std::atomic<int> m_acts = 0;
    std::unique_ptr<ReplicaTraffic> m_traffic;
};

TEST_F(ReplicasKill, NothingAcknowledgedIsLostAndNoStepIsTakenTwice)
{
    const bool full = std::getenv("CROSSFADE_FULL") != nullptr;
    const FlapWatch watch(m_replicas);
    const auto until = std::chrono::steady_clock::now() + 10min;
    std::vector<Trouble> troubles{KillLeader, LeaderStandsStill, CutConnections, DatabaseDies};
    if (full) troubles.push_back(KillFollower);
    int rounds = 0;
    do {
        for (const Trouble trouble : troubles) {
            round(trouble);
            ++rounds;
            if (testing::Test::HasFailure()) return;
        }
    } while (full && std::chrono::steady_clock::now() < until);
    EXPECT_EQ(watch.flapped(), 0);
    EXPECT_GT(watch.looks(), rounds);
    std::printf("%d rounds, %zu acts acknowledged, %.1f %% reached, none lost\n", rounds,
                m_ledgers[0].acknowledged() + m_ledgers[1].acknowledged(), percentage(0));
}

} // namespace
} // namespace crossfade
