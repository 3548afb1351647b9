// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whoever sends tokens that nobody knows, while the database stands still: decisions and rollbacks do not wait for him.
#include "tests/support/replicas.h"
#include "tests/support/stopwatch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
using TokensClock = std::chrono::steady_clock;

double secondsOfWait(TokensClock::time_point start) {
    return std::chrono::duration<double>(TokensClock::now() - start).count();
}

TEST(UnknownTokens, holdUpNobodyWhileTheDatabaseStandsStill) {
    Replicas router(1);
    ASSERT_TRUE(router.startAll()) << router.log(0);
    ASSERT_TRUE(waitFor([&] { return router.leader().has_value(); }));
    const TestClient known = router.client(0);
    const Json asked{{"requests", {{{"user_id", "anna"}, {"system_id", "shop"}}}}};
    ASSERT_EQ(known.post("/api/v1/decisions", asked).status, 200);

    // Several at once, each with another token, without a pause.
    std::atomic<bool> done = false;
    std::atomic<int> refused = 0;
    std::atomic<int> otherwise = 0;
    std::atomic<int> sent = 0;
    PostgresServer::instance().pause();
    std::vector<std::thread> senders;
    for (int i = 0; i < 4; ++i)
        senders.emplace_back([&, i] {
            for (int n = 0; !done; ++n) {
                ++sent;
                TestClient stranger(router.url(0), "stranger-" + std::to_string(i) + "-" + std::to_string(n));
                stranger.setTimeout(5s);
                ++(stranger.get("/api/v1/session").status == 401 ? refused : otherwise);
            }
        });
    std::vector<double> waits;
    Stopwatch watch; // the strangers take all that the machine has
    for (const auto begun = TokensClock::now(); secondsOfWait(begun) < 6;) {
        watch.begin();
        EXPECT_EQ(known.post("/api/v1/decisions", asked).status, 200);
        waits.push_back(watch.seconds()); // that is a pause as well
    }
    watch.begin();
    const TestAnswer back = known.post("/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", "now"}});
    const double rollback = watch.seconds();
    done = true;
    for (std::thread &sender : senders)
        sender.join();
    PostgresServer::instance().goOn();
    std::ranges::sort(waits);
    std::printf("%zu decisions: median %.4f s, slowest %.4f s; rollback %d after %.2f s; %d of %d strangers refused\n",
                waits.size(), waits[waits.size() / 2], waits.back(), back.status, rollback, refused.load(), sent.load());
    EXPECT_LT(waits[waits.size() / 2], 0.1);
    EXPECT_LT(waits.back(), 0.7) << "none waits for a look at the tokens, which took a second";
    EXPECT_EQ(back.status, 202) << back.body;
    EXPECT_LT(rollback, 3);
    EXPECT_GT(refused, 10);
    EXPECT_EQ(otherwise, 0);
    // Whoever gets a token meanwhile is known once the database answers.
    EXPECT_TRUE(waitFor([&] { return router.client(0, "viewer").get("/api/v1/session").status == 200; }, 20s));
}

} // namespace
} // namespace crossfade
