// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How long a change that one router has acknowledged takes to be in force on the other: each of many is measured.
#include "tests/support/heartbeat.h"
#include "tests/support/replicas.h"

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class Propagation : public testing::Test {
protected:
    // Of one change, from its acknowledgement on.
    struct Measured {
        milliseconds behind{}; // until the other one had answered by it: a question longer than it took, at most
        milliseconds asked{};  // that one request of it took, at the slowest
        milliseconds heldUp{}; // the machine itself, meanwhile
        // The machine did not let the measurement be one: not the change, but a mere question took that long.
        bool isDisturbed() const { return heldUp + asked > 100ms; }
    };

    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    }
    static milliseconds since(Clock::time_point then) {
        return std::chrono::duration_cast<milliseconds>(Clock::now() - then);
    }
    // What a question that changes nothing and reads nothing takes there now.
    static milliseconds questionTo(const TestClient &client) {
        const auto asked = Clock::now();
        EXPECT_EQ(client.get("/healthz").status, 200);
        return since(asked);
    }
    Measured measure(std::size_t at, const Json &request, const std::string &reason, Clock::time_point acknowledged) {
        const TestClient there = replicas.client(1 - at);
        Measured one;
        const auto limit = acknowledged + 5s;
        for (auto asked = Clock::now();; asked = Clock::now()) {
            const TestAnswer answer = there.post("/api/v1/decisions", {{"requests", {request}}});
            EXPECT_EQ(answer.status, 200) << answer.body;
            one.behind = since(acknowledged);
            if (answer.status == 200 && answer.json.at("decisions").at(0).value("reason", "") == reason) break;
            if (asked > limit) {
                ADD_FAILURE() << request.dump() << " is not decided by " << reason;
                break;
            }
            std::this_thread::sleep_for(2ms);
        }
        one.asked = std::max(questionTo(there), questionTo(replicas.client(at)));
        one.heldUp = heartbeat.heldUpSince(acknowledged);
        return one;
    }

    Replicas replicas;
    const Heartbeat heartbeat;
};

TEST_F(Propagation, EachChangeIsInForceOnTheOtherWithinAFifthOfASecond) {
    constexpr std::size_t Wanted = 60;
    constexpr std::size_t Most = 200; // where the machine is busy with something else
    const milliseconds limit(std::getenv("CROSSFADE_SANITIZED") ? 1'000 : 200);
    std::vector<milliseconds> good;
    std::vector<milliseconds> all;
    for (std::size_t i = 0; i < Most && good.size() < Wanted && !HasFailure(); ++i) {
        const std::size_t at = i % 2; // here and there in turn
        const std::string user = "user-" + std::to_string(i);
        const TestClient here = replicas.client(at);
        const TestAnswer made = here.post("/api/v1/rules", userRuleBody(user));
        const auto acknowledged = Clock::now();
        ASSERT_EQ(made.status, 201) << made.body;
        std::vector<Measured> both{measure(at, {{"user_id", user}}, "USER_RULE", acknowledged)};
        if (i % 3 == 0) { // and away again
            const TestAnswer gone = here.remove("/api/v1/rules/" + made.json.value("id", ""), "1");
            const auto taken = Clock::now();
            ASSERT_EQ(gone.status, 204) << gone.body;
            both.push_back(measure(at, {{"user_id", user}}, "DEFAULT_ROUTING", taken));
        }
        for (const Measured &one : both) {
            all.push_back(one.behind);
            if (one.isDisturbed()) continue;
            good.push_back(one.behind);
            // Far beyond it is nobody's turn that was taken by others, but a change that was not told.
            EXPECT_LE(one.behind, 5 * limit) << i << ": of change " << all.size() << ", a question took "
                                         << one.asked.count() << " ms, held up " << one.heldUp.count() << " ms";
        }
    }
    ASSERT_FALSE(all.empty());
    std::ranges::sort(good);
    std::ranges::sort(all);
    const auto at = [](const std::vector<milliseconds> &sorted, std::size_t percent) {
        return sorted.empty() ? -1 : sorted[(sorted.size() - 1) * percent / 100].count();
    };
    std::printf("%zu changes, %zu of them while the machine was not held up: median %lld ms, p90 %lld ms, at most "
                "%lld ms; of all p90 %lld ms, at most %lld ms\n",
                all.size(), good.size(), static_cast<long long>(at(good, 50)), static_cast<long long>(at(good, 90)),
                static_cast<long long>(at(good, 100)), static_cast<long long>(at(all, 90)),
                static_cast<long long>(at(all, 100)));
    EXPECT_LE(at(good, 90), limit.count()) << "nine of ten, as the machine may be held up where nobody sees it";
    EXPECT_GE(good.size(), Wanted / 3) << "the machine was too busy to say anything";
}

} // namespace
} // namespace crossfade
