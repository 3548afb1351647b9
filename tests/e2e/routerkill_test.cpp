// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/ledger.h"
#include "tests/e2e/users.h"
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// What the policy was last told to do: suspended or going on.
class ShiftBook {
public:
    // False once the router does not answer.
    bool act(const TestSandbox &sandbox)
    {
        const bool suspend = !m_suspended;
        m_open = true;
        const TestAnswer answer = sandbox.router().post(
            sandbox.policyPath() + (suspend ? "/suspend" : "/resume"), {{"reason", "test"}});
        if (answer.status == 0 || answer.status == 503) return false;
        EXPECT_EQ(answer.status, 200) << answer.body;
        m_open = false;
        m_suspended = suspend;
        return true;
    }
    // The state agrees with the last answer, or with the command that got none.
    // `toldOtherwise`: somebody else gave it a command since.
    void hold(const TestSandbox &sandbox, bool toldOtherwise = false)
    {
        const bool now = sandbox.shift().value("state", "") == "SUSPENDED";
        EXPECT_TRUE(m_open || toldOtherwise || now == m_suspended) << sandbox.shift().dump(2);
        m_open = false;
        m_suspended = now;
    }

private:
    bool m_suspended = false;
    bool m_open = false;
};

// Has the shift going on towards 50 %, from the clean process before the one that will die.
void keepGoing(const TestSandbox &sandbox)
{
    const Json now = sandbox.shift();
    if (now.value("percentage", 0.0) >= 45) {
        const TestAnswer back = sandbox.router().post(
            sandbox.policyPath() + "/rollback",
            {{"target_percentage", 5}, {"mode", "IMMEDIATE"}, {"reason", "from the start"}});
        EXPECT_EQ(back.status, 200) << back.body;
    }
    const std::string state = sandbox.shift().value("state", "");
    const bool suspended = state == "SUSPENDED" || state == "HELD";
    const bool rests = state == "ROLLED_BACK" || state == "AT_TARGET";
    if (!suspended && !rests) return;
    const TestAnswer told =
        sandbox.router().post(sandbox.policyPath() + (suspended ? "/resume" : "/shift"),
                              suspended ? Json{{"reason", "go on"}}
                                        : Json{{"target_percentage", 50}, {"reason", "go on"}});
    EXPECT_TRUE(told.status == 200 || told.status == 409) << told.body;
}

// Every move of the percentage follows from the one before, none is larger than a step, and the
// last is where the shift stands and where the users are. Answers the steps taken upwards.
int expectConsistentShift(const TestSandbox &sandbox, std::int64_t users,
                          const std::string &salt)
{
    std::vector<Json> moves;
    const Json page = sandbox.router().get(sandbox.policyPath() + "/history?limit=1000").json;
    for (const Json &entry : page.at("items")) {
        const bool moved = entry.value("from_percentage", 0.0) != entry.value("to_percentage", 0.0);
        if (moved && entry.value("result", "") == "SUCCESS") moves.push_back(entry);
    }
    std::ranges::sort(moves, {}, [](const Json &entry) { return entry.value("id", ""); });
    double at = 0;
    int steps = 0;
    for (const Json &move : moves) {
        EXPECT_EQ(move.value("from_percentage", -1.0), at) << move.dump();
        steps += move.value("to_percentage", 0.0) > at ? 1 : 0;
        EXPECT_LE(move.value("to_percentage", 100.0) - at, 5.0) << move.dump();
        at = move.value("to_percentage", -1.0);
    }
    EXPECT_EQ(sandbox.shift().value("percentage", -1.0), at);
    EXPECT_EQ(on("NEW", decisionsOfAll(sandbox.router(), users)),
              usersBelow(static_cast<std::uint32_t>(at * 100), users, salt));
    return steps;
}

TEST(RouterKill, NothingAcknowledgedIsLostAtAnyPointDuringAShift)
{
    constexpr std::int64_t Users = 3'000;
    constexpr std::array Points{"store.before-commit",   "store.after-commit",
                                "service.before-answer", "audit.mid-head",
                                "shift.before-store",    "shift.after-store"};
    TestSandbox sandbox({"--rate", "50", "--users", std::to_string(Users)});
    ASSERT_TRUE(sandbox.isUp());
    const std::string salt = sandbox.router().get(sandbox.policyPath()).json.value("salt", "");
    ASSERT_TRUE(sandbox.shiftTo(5));
    ASSERT_EQ(
        sandbox.router()
            .post(sandbox.policyPath() + "/shift", {{"target_percentage", 50}, {"reason", "go"}})
            .status,
        200);

    int steps = 0;
    RuleLedger ledger(4);
    ShiftBook book;
    std::mt19937 random(4);
    const std::size_t rounds = std::getenv("CROSSFADE_FULL") ? 50 : 6;
    for (std::size_t i = 0; i < rounds; ++i) {
        const std::string name = Points[i % Points.size()];
        const bool ofShift = name.starts_with("shift.");
        const std::string point =
            name + ":" + std::to_string(ofShift ? 1 + i % 3 : 1 + random() % 40);
        SCOPED_TRACE(point);
        if (ofShift) {
            keepGoing(sandbox);
            book.hold(sandbox, true);
        }
        sandbox.restart("router", point); // it may end before it answers: that is a round, too
        const TestClient router = sandbox.router();
        bool alive = true;
        // Either the runner's own next step, or the acts of a client, meet the point.
        if (ofShift) alive = !waitFor([&] { return router.get("/healthz").status == 0; }, 60s);
        for (int acts = 0; !ofShift && alive && acts < 200; ++acts)
            alive = acts % 4 == 3 ? book.act(sandbox) : ledger.act(router);
        ASSERT_FALSE(alive) << "the router did not end";

        ASSERT_TRUE(sandbox.restart("router"));
        const RuleLedger::Verdict verdict = ledger.hold(router);
        EXPECT_EQ(verdict.lost, 0u);
        EXPECT_EQ(verdict.strange, 0u);
        book.hold(sandbox);
        steps = expectConsistentShift(sandbox, Users, salt);
        EXPECT_TRUE(auditIntact(router));
        ledger.settle(router);
        if (testing::Test::HasFailure()) return;
    }
    std::printf("%zu kills, %zu acts acknowledged, %d steps taken, none lost\n", rounds,
                ledger.acknowledged(), steps);
    // The load never stopped, and the shift goes on from what is stored.
    keepGoing(sandbox);
    const double at = sandbox.shift().value("percentage", 0.0);
    EXPECT_TRUE(waitFor([&] { return sandbox.shift().value("percentage", 0.0) > at; }, 60s))
        << sandbox.shift().dump(2);
}

} // namespace
} // namespace crossfade
