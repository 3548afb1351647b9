// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A leader that dies, stands still or is cut off from the store, before the first step and later: another one leads
// within six seconds, and does what the one before it did not.
#include "tests/support/heartbeat.h"
#include "tests/support/replicas.h"

#include "app/service/postgres.h"
#include "tests/services/kit/cuttingproxy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto TakenOverWithin = 6s;

class LeaderChange : public testing::Test {
protected:
    void start() {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
        first = *replicas.leader();
        second = 1 - first;
        term = replicas.term(first);
    }
    // A shift that somebody has started at the leader, and that has nothing to go by yet: at 0 %.
    void startShift() {
        const TestClient client = replicas.client(first);
        const TestAnswer made = client.post("/api/v1/shift-policies", {{"policy_name", "users"},
                                                                       {"target_system", "*"},
                                                                       {"shift_increment", 1},
                                                                       {"stabilization_seconds", 1},
                                                                       {"interval_seconds", 1},
                                                                       {"guards",
                                                                        {{{"id", "success"},
                                                                          {"metric", "authentication_success_rate"},
                                                                          {"threshold", 99},
                                                                          {"window_seconds", 3},
                                                                          {"min_samples", 5}}}}});
        ASSERT_EQ(made.status, 201) << made.body;
        policyId = made.json.value("id", "");
        path = "/api/v1/shift-policies/" + policyId;
        ASSERT_EQ(client.post(path + "/shift", {{"reason", "go"}}).status, 200);
        EXPECT_EQ(percentageOf(first), 0);
    }
    void sendTrafficTo(std::size_t number) {
        traffic = std::make_unique<ReplicaTraffic>(
            [url = replicas.url(number)] { return std::vector<std::string>{url}; }, replicas.token("observer"),
            policyId);
    }
    double percentageOf(std::size_t number) {
        const TestAnswer answer = replicas.client(number).get(path + "/shift");
        return answer.status == 200 ? answer.json.value("percentage", -1.0) : -1;
    }
    bool reaches(std::size_t number, double percentage) {
        return waitFor([&] { return percentageOf(number) >= percentage; }, 30s);
    }
    // The second one, in a term of its own, within the time.
    void expectTakenOver(Clock::time_point since) {
        ASSERT_TRUE(waitFor([&] { return replicas.role(second) == "LEADER"; }, 15s)) << replicas.log(second);
        const auto took = Clock::now() - since;
        EXPECT_LE(took, TakenOverWithin + heartbeat.heldUpSince(since));
        EXPECT_GT(replicas.term(second), term);
        std::printf("taken over after %.1f s\n", std::chrono::duration<double>(took).count());
    }
    std::vector<Json> history(std::size_t number) {
        const TestAnswer page = replicas.client(number).get(path + "/history?limit=1000");
        EXPECT_EQ(page.status, 200) << page.body;
        if (page.status != 200) return {};
        const Json &items = page.json.at("items");
        return {items.rbegin(), items.rend()};
    }
    // Started once, then from 0 % on by one step at a time, none of them twice.
    void expectEachStepOnce(std::size_t number) {
        double at = 0;
        int started = 0;
        for (const Json &entry : history(number)) {
            started += entry.value("cause", "") == "STARTED" ? 1 : 0;
            if (entry.at("from_percentage") == entry.at("to_percentage")) continue;
            EXPECT_EQ(entry.value("from_percentage", -1.0), at) << entry.dump();
            at = entry.value("to_percentage", -1.0);
            EXPECT_EQ(at, entry.value("from_percentage", -1.0) + 1) << entry.dump();
        }
        EXPECT_EQ(started, 1);
        EXPECT_GE(at, 1);
    }
    std::int64_t judgedIn(std::int64_t judgedTerm) const {
        PostgresTarget target;
        target.url = replicas.database();
        target.application = "test";
        const auto database = PostgresDatabase::open(target, PostgresDatabase::Mode::ReadOnly);
        const auto rows = database ? (*database)->query("SELECT count(*) FROM judgement WHERE term = ?", {judgedTerm})
                                   : Result<std::vector<SqlRow>>(fail(database.error()));
        return rows && rows->size() == 1 ? rows->front().integer(0) : -1;
    }
    // Awake, or reached again, it follows, and neither steps nor judges: `judged` is how often it had before.
    void expectItFollows(std::int64_t judged) {
        const double from = percentageOf(second);
        EXPECT_TRUE(waitFor([&] { return replicas.role(first) == "FOLLOWER"; })) << replicas.log(first);
        EXPECT_TRUE(reaches(second, from + 2)) << replicas.log(second);
        EXPECT_EQ(replicas.leader(), second);
        EXPECT_EQ(judgedIn(term), judged);
        EXPECT_TRUE(reaches(first, from + 2)) << "it has learnt what it slept through";
        expectEachStepOnce(first);
    }

    Replicas replicas;
    const Heartbeat heartbeat;
    std::size_t first = 0; // leads
    std::size_t second = 1;
    std::int64_t term = 0;
    std::string policyId;
    std::string path;
    std::unique_ptr<ReplicaTraffic> traffic;
};

TEST_F(LeaderChange, OneThatDiesBeforeTheFirstStepLeavesItToTheNext) {
    start();
    startShift();
    replicas.kill(first);
    expectTakenOver(Clock::now());
    EXPECT_EQ(percentageOf(second), 0) << "nothing speaks for a step yet";
    sendTrafficTo(second);
    EXPECT_TRUE(reaches(second, 2)) << replicas.log(second);
    expectEachStepOnce(second);
    const std::int64_t judged = judgedIn(term);
    ASSERT_TRUE(replicas.start(first)) << replicas.log(first);
    expectItFollows(judged);
}

// Its connections stay open, and nobody says that it is gone.
TEST_F(LeaderChange, OneThatFallsSilentBeforeTheFirstStepDoesNotTakeItWhenItWakes) {
    start();
    startShift();
    sendTrafficTo(first); // so it is about to
    replicas.signal(first, SIGSTOP);
    const auto stopped = Clock::now();
    const double at = percentageOf(second);
    EXPECT_LE(at, 1);
    expectTakenOver(stopped);
    sendTrafficTo(second);
    EXPECT_TRUE(reaches(second, at + 2)) << replicas.log(second);
    std::this_thread::sleep_until(stopped + 8500ms); // twice its lease
    const std::int64_t judged = judgedIn(term);
    replicas.signal(first, SIGCONT);
    expectItFollows(judged);
}

// It stands still with a transaction of its own open, which everybody else who writes waits for.
TEST_F(LeaderChange, OneThatFallsSilentInTheMiddleOfAStepDoesNotHoldUpTheNext) {
    start();
    startShift();
    sendTrafficTo(first);
    ASSERT_TRUE(reaches(first, 1));
    for (int i = 0; i < 2; ++i) { // in different moments of its second
        std::this_thread::sleep_for(std::chrono::milliseconds(170 * i));
        replicas.signal(first, SIGSTOP);
        const auto stopped = Clock::now();
        expectTakenOver(stopped);
        sendTrafficTo(second);
        const double from = percentageOf(second);
        EXPECT_TRUE(reaches(second, from + 1)) << replicas.log(second);
        const std::int64_t judged = judgedIn(term);
        replicas.signal(first, SIGCONT);
        EXPECT_TRUE(waitFor([&] { return replicas.role(first) == "FOLLOWER"; })) << replicas.log(first);
        EXPECT_EQ(judgedIn(term), judged);
        expectEachStepOnce(second);
        std::swap(first, second);
        term = replicas.term(first);
    }
}

// The process is well, but what it says does not reach the store, nor the other way round: nobody closes anything.
TEST_F(LeaderChange, OneThatTheStoreNoLongerHearsIsReplacedAndKnowsIt) {
    CuttingProxy way(PostgresServer::instance().port());
    const std::string direct = replicas.database();
    replicas.setDatabase(way.through(direct));
    ASSERT_TRUE(replicas.start(0)) << replicas.log(0);
    ASSERT_TRUE(waitFor([&] { return replicas.leader() == std::optional<std::size_t>(0); }));
    replicas.setDatabase(direct);
    ASSERT_TRUE(replicas.start(1)) << replicas.log(1);
    first = 0;
    second = 1;
    term = replicas.term(0);
    startShift();
    sendTrafficTo(first);
    ASSERT_TRUE(reaches(second, 1));
    way.silence(true);
    const auto silent = Clock::now();
    expectTakenOver(silent);
    EXPECT_NE(replicas.role(first), "LEADER") << "it cannot know, so it does not";
    sendTrafficTo(second);
    EXPECT_TRUE(reaches(second, percentageOf(second) + 1)) << replicas.log(second);
    std::this_thread::sleep_until(silent + 8500ms);
    const std::int64_t judged = judgedIn(term);
    way.silence(false);
    EXPECT_TRUE(waitFor([&] { return replicas.role(first) == "FOLLOWER"; }, 30s)) << replicas.log(first);
    expectItFollows(judged);
    replicas.signal(first, SIGKILL); // before the way it uses goes away
}

} // namespace
} // namespace crossfade
