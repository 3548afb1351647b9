// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two routers over one PostgreSQL database, a shift that goes on, clients that change rules and others that command
// shifts, groups, lists and switches, answer approvals and see alerts: one router is killed or stands still, the ways
// to the database are cut, the database itself dies.
#include "app/service/postgres.h"
#include "tests/e2e/actledger.h"
#include "tests/e2e/flapwatch.h"
#include "tests/e2e/ledger.h"
#include "tests/e2e/users.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/support/postgresdisk.h"
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
constexpr auto LongSilence = 8'500ms; // twice the leader's lease, and more
constexpr auto AwakeWithin = 1s;      // until one that stood still sends everybody where the other one does

class ReplicasKill : public testing::Test {
protected:
    enum Trouble { KillLeader, LeaderStandsStill, CutConnections, DatabaseDies, KillFollower };

    void SetUp() override
    {
        writePostgresThrough();
        m_replicas.setDatabase(m_proxy.through(m_replicas.database()));
        ASSERT_TRUE(m_replicas.startAll()) << m_replicas.log(0) << m_replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return m_replicas.leader().has_value(); }));
        m_token = m_replicas.token("admin");
        const ActLedger::Tokens tokens{m_replicas.token("viewer,operator,approver,admin,service"), m_token};
        startShift();
        for (std::size_t i = 0; i < 2; ++i) {
            m_books.push_back(std::make_unique<ActLedger>(i, tokens));
            m_books.back()->begin(m_replicas.url(i));
        }
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
        for (std::size_t i = 0; i < 2; ++i)
            threads.emplace_back([this, i](const std::stop_token &stop) {
                while (!stop.stop_requested() && m_books[i]->act(m_replicas.url(i)))
                    std::this_thread::sleep_for(40ms); // a person's pace, nearly: the rules' clients want their turn
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
        standStill(*leader, other);
    }
    // Far longer than its lease; what it was in the middle of is over when it wakes, and it does nothing as the leader
    // that it was: neither steps, which the history tells, nor judges.
    void standStill(std::size_t leader, std::size_t other)
    {
        const std::int64_t term = m_replicas.term(leader);
        m_usable[leader] = false;
        m_replicas.signal(leader, SIGSTOP);
        const auto wakes = std::chrono::steady_clock::now() + LongSilence;
        EXPECT_TRUE(waitFor([&] { return m_replicas.role(other) == "LEADER"; }, 12s));
        EXPECT_TRUE(walksOn(other)) << shift(other).dump(2) << m_replicas.log(other);
        std::this_thread::sleep_until(wakes);
        const std::int64_t next = m_replicas.term(other);
        EXPECT_GT(next, term);
        const std::int64_t judgedBefore = judgedUntil(term);
        const std::int64_t judgedSince = judgedUntil(next);
        // Where its old snapshot sends people, and where the other one does, is compared from here on.
        m_calm.begin(std::chrono::steady_clock::now() + AwakeWithin - FlapWatch::propagation());
        m_replicas.signal(leader, SIGCONT);
        m_usable[leader] = true;
        EXPECT_TRUE(waitFor([&] { return m_replicas.role(leader) == "FOLLOWER"; }));
        EXPECT_TRUE(waitFor([&] { return judgedUntil(next) > judgedSince; })) << "the other one goes on";
        EXPECT_EQ(judgedUntil(term), judgedBefore);
        EXPECT_EQ(m_replicas.term(other), next);
        EXPECT_EQ(m_replicas.role(leader), "FOLLOWER");
        EXPECT_TRUE(walksOn(other)) << "the two are compared over a change, too";
    }
    // How many judgements of leaders up to this term are stored; the way there is not the one that is cut.
    std::int64_t judgedUntil(std::int64_t term) const
    {
        PostgresTarget target;
        target.url = m_replicas.database();
        target.application = "test";
        const auto database = PostgresDatabase::open(target, PostgresDatabase::Mode::ReadOnly);
        if (!database) return -1;
        const auto rows = (*database)->query("SELECT count(*) FROM judgement WHERE term <= ?", {term});
        return rows && rows->size() == 1 ? rows->front().integer(0) : -1;
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
        expectActsKept();
        // What got no answer here is asked for again there.
        for (std::size_t i = 0; i < 2; ++i) {
            m_ledgers[i].settle(m_replicas.client(1 - i));
            m_books[i]->settle(m_replicas.url(1 - i));
        }
    }
    void expectActsKept()
    {
        for (std::size_t i = 0; i < 2; ++i) // a rollback may have been taken while the database was away
            ASSERT_TRUE(waitFor([&] {
                const TestAnswer waits = m_replicas.client(i).get("/api/v1/rollbacks/unstored");
                return waits.status == 200 && waits.json.value("total", -1) == 0;
            }, 30s)) << m_replicas.log(i);
        // Both read it from one table; each is asked in turn.
        const auto audit = ActLedger::auditOf(m_replicas.client(m_pages++ % 2),
                                              std::min(m_books[0]->begun(), m_books[1]->begun()));
        for (std::size_t i = 0; i < 2; ++i) {
            for (const auto &book : m_books)
                expectKept(book->hold(m_replicas.url(i), audit), i);
            for (const auto &book : m_books)
                EXPECT_EQ(book->standing(m_replicas.url(i)), "") << "at " << i;
        }
    }
    static void expectKept(const ActLedger::Verdict &verdict, std::size_t number)
    {
        EXPECT_TRUE(verdict.lost.empty()) << "at " << number << ": " << Json(verdict.lost).dump(2);
        EXPECT_TRUE(verdict.twice.empty()) << "at " << number << ": " << Json(verdict.twice).dump(2);
        EXPECT_TRUE(verdict.strange.empty()) << "at " << number << ": " << Json(verdict.strange).dump(2);
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
        EXPECT_TRUE(waitFor([&] { return m_acts >= before + 20; }, 60s)); // however busy the machine is
        m_calm.end();
        makeTrouble(trouble);
        m_calm.begin();
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
    std::vector<std::unique_ptr<ActLedger>> m_books;
    std::size_t m_pages = 0;
    CalmTimes m_calm; // when both are there and nothing is broken
    std::atomic<int> m_acts = 0;
    std::unique_ptr<ReplicaTraffic> m_traffic;
};

TEST_F(ReplicasKill, NothingAcknowledgedIsLostAndNoStepIsTakenTwice)
{
    const bool full = std::getenv("CROSSFADE_FULL") != nullptr;
    const Heartbeat heartbeat;
    const FlapWatch watch(m_replicas, WatchedUsers, m_calm, heartbeat);
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
    EXPECT_EQ(watch.late(), 0) << "the two answered otherwise for longer than a change takes";
    std::map<std::string, int> acts{{"rules", 0}};
    acts["rules"] = static_cast<int>(m_ledgers[0].acknowledged() + m_ledgers[1].acknowledged());
    const auto audit = ActLedger::auditOf(m_replicas.client(0), "1970-01-01T00:00:00Z");
    for (std::size_t i = 0; i < 2; ++i) {
        for (const auto &[kind, count] : m_books[i]->acknowledged())
            acts[kind] += count;
        expectKept(m_books[i]->holdAll(audit), 0);
    }
    for (const char *kind : {"shift", "group", "gray list", "approval", "alert", "switches"})
        EXPECT_GE(acts[kind], rounds) << kind;
    std::printf("%d rounds, acts acknowledged: %s; %.1f %% reached; the two answered otherwise %d times, for %lld ms "
                "at most\n",
                rounds, Json(acts).dump().c_str(), percentage(0), watch.differed(),
                static_cast<long long>(watch.longest().count()));
}

} // namespace
} // namespace crossfade
