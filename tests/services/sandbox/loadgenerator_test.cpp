// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/loadgenerator.h"
#include "tests/services/sandbox/fakerouter.h"
#include "tests/services/sandbox/fixture.h"
#include "tests/support/heartbeat.h"
#include "tests/support/process.h"

#include <set>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// Counts what reaches it.
struct FakePlatform {
    FakePlatform()
        : server(SandboxHttpServer::start("127.0.0.1:0", 2, [this](const SandboxRequest &request) {
                     ++(request.path == "/login" ? signIns : lookups);
                     last = std::chrono::steady_clock::now().time_since_epoch().count();
                     SandboxReply reply = status == 200 ? SandboxReply::json(Json::object())
                                                        : SandboxReply::problem(status, "");
                     reply.delay = std::chrono::milliseconds(delayMs);
                     return reply;
                 }).value())
    {
    }
    int calls() const { return signIns + lookups; }
    std::chrono::steady_clock::time_point lastCall() const
    {
        return std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(last));
    }

    std::atomic<int> signIns{0};
    std::atomic<int> lookups{0};
    std::atomic<std::chrono::steady_clock::rep> last{0};
    std::atomic<int> status{200};
    std::atomic<int> delayMs{0};
    std::unique_ptr<SandboxHttpServer> server;
};

class LoadGeneratorTest : public testing::Test {
protected:
    void start(double rate, const std::string &newUrl = {})
    {
        LoadGenerator::Options options;
        options.router = router->url();
        options.token = "load-token";
        options.legacy = legacy.server->url();
        options.newPlatform = newUrl.empty() ? newer.server->url() : newUrl;
        options.knownUsers = 1'000;
        load = std::make_unique<LoadGenerator>(options, people(), LoadSettings{rate, 1'000});
    }
    std::vector<Json> calls() const // observations that are no scores
    {
        std::vector<Json> list;
        for (const Json &one : router->observations()) {
            if (!one.contains("metric")) list.push_back(one);
        }
        return list;
    }

    std::unique_ptr<FakeRouter> router = std::make_unique<FakeRouter>();
    FakePlatform legacy;
    FakePlatform newer;
    std::unique_ptr<LoadGenerator> load;
};

TEST_F(LoadGeneratorTest, AsksCallsTimesAndReports)
{
    legacy.delayMs = 30;
    start(200);
    ASSERT_TRUE(waitFor([&] { return calls().size() >= 200; }));
    load.reset();
    EXPECT_EQ(newer.calls(), 0);
    EXPECT_NEAR(legacy.signIns, 0.7 * legacy.calls(), 0.12 * legacy.calls());
    std::set<std::string> users;
    for (const Json &one : calls()) {
        EXPECT_EQ(one.at("platform"), "LEGACY");
        EXPECT_EQ(one.at("system_id"), "auth-web");
        EXPECT_EQ(one.at("status"), 200);
        EXPECT_EQ(one.at("ok"), true);
        EXPECT_GE(one.at("latency_ms").get<double>(), 29);
        EXPECT_EQ(one.at("decision"),
                  Json({{"reason", "PERCENTAGE"}, {"policy_id", "p-1"}, {"epoch", 17}}));
        users.insert(one.at("user_id").get<std::string>());
    }
    EXPECT_GT(users.size(), 120u);
    // Gathered questions, but each call had an answer of its own.
    EXPECT_LT(router->questions(), router->decided());
    EXPECT_LE(static_cast<std::size_t>(legacy.calls()), router->decided());
}

TEST_F(LoadGeneratorTest, KeepsItsRateAndTakesAnother)
{
    start(100);
    ASSERT_TRUE(waitFor([&] { return load->counts().drawn >= 10; }));
    const Heartbeat heartbeat;
    const auto from = std::chrono::steady_clock::now();
    const std::int64_t before = load->counts().drawn;
    ASSERT_TRUE(waitFor([&] { return load->counts().drawn >= before + 200; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    // What was due while the machine was held up is drawn afterwards, and who waits here hears of it later.
    const std::chrono::duration<double> heldUp = heartbeat.heldUpSince(from);
    EXPECT_NEAR(took.count(), 2.0, 0.3 + heldUp.count());
    load->set({0, 1'000});
    ASSERT_TRUE(waitFor([&] { return load->counts().inFlight == 0; }));
    const std::int64_t stopped = load->counts().drawn;
    load->set({500, 1'000});
    EXPECT_TRUE(waitFor([&] { return load->counts().drawn >= stopped + 100; }));
}

TEST_F(LoadGeneratorTest, FollowsTheRouterAtOnce)
{
    start(300);
    ASSERT_TRUE(waitFor([&] { return legacy.calls() >= 50; }));
    router->decide("NEW");
    ASSERT_TRUE(waitFor([&] { return newer.calls() >= 50; }));
    router->decide("LEGACY");
    const Heartbeat heartbeat;
    const auto decided = std::chrono::steady_clock::now();
    const int servedSince = legacy.calls();
    ASSERT_TRUE(waitFor([&] { return std::chrono::steady_clock::now() - decided > 1s && legacy.calls() > servedSince + 100; }));
    const int atNew = newer.calls();
    EXPECT_LT(newer.lastCall() - decided, 150ms + heartbeat.heldUpSince(decided)) << "when it came, whoever looked when";
    // BOTH is served by its primary.
    router->decide("BOTH");
    EXPECT_TRUE(waitFor([&] { return newer.calls() > atNew + 20; }));
}

TEST_F(LoadGeneratorTest, ASilentPlatformCostsTimeoutsNotTheLoad)
{
    newer.delayMs = 5'000;
    router->decide("NEW");
    start(100);
    ASSERT_TRUE(waitFor([&] { return calls().size() >= 50; }));
    for (const Json &one : calls()) {
        EXPECT_EQ(one.at("status"), 504);
        EXPECT_EQ(one.at("ok"), false);
        EXPECT_NEAR(one.at("latency_ms").get<double>(), 1'000, 400);
    }
    const std::int64_t drawn = load->counts().drawn;
    router->decide("LEGACY");
    EXPECT_TRUE(waitFor([&] { return legacy.calls() >= 100; }, 3s));
    // Of those at LEGACY a few were drawn before the count was read.
    EXPECT_GE(load->counts().drawn, drawn + 80);
}

TEST_F(LoadGeneratorTest, ADeadPlatformIsReportedAtOnce)
{
    router->decide("NEW");
    const std::string url = newer.server->url();
    newer.server.reset();
    start(100, url);
    ASSERT_TRUE(waitFor([&] { return calls().size() >= 50; }));
    for (const Json &one : calls()) {
        EXPECT_EQ(one.at("status"), 502);
        EXPECT_EQ(one.at("ok"), false);
    }
    // Users who could not sign in say so.
    EXPECT_TRUE(waitFor([&] {
        for (const Json &one : router->observations()) {
            if (one.contains("metric")) return one.at("value").get<int>() <= 2;
        }
        return false;
    }));
}

TEST_F(LoadGeneratorTest, WrongPasswordsAndServerErrorsAreFailures)
{
    legacy.status = 401;
    start(200);
    ASSERT_TRUE(waitFor([&] { return calls().size() >= 20; }));
    EXPECT_EQ(calls().front().at("status"), 401);
    EXPECT_EQ(calls().front().at("ok"), false);
}

TEST_F(LoadGeneratorTest, GoesOnWhenTheRouterComesBack)
{
    start(200);
    ASSERT_TRUE(waitFor([&] { return legacy.calls() >= 50; }));
    const std::string address = router->url().substr(7);
    router.reset();
    // Nobody says who serves: nobody is served, and nothing is made up from memory.
    ASSERT_TRUE(waitFor([&] { return load->counts().undecided >= 50; }));
    // Who had his answer before is served still, however late his turn comes; then, of a hundred, not one.
    int served = 0;
    ASSERT_TRUE(waitFor([&] {
        served = legacy.calls();
        const std::int64_t drawn = load->counts().drawn;
        return waitFor([&] { return load->counts().drawn >= drawn + 100; }) && legacy.calls() == served;
    }));
    router = std::make_unique<FakeRouter>(address);
    EXPECT_TRUE(waitFor([&] { return legacy.calls() >= served + 100; }));
    // What was seen before it went is told, too, as long as it is fresh.
    EXPECT_TRUE(waitFor([&] { return calls().size() >= 100; }));
}

TEST_F(LoadGeneratorTest, ALateDecisionIsNotUsed)
{
    router->delayMs = 250;
    start(50);
    ASSERT_TRUE(waitFor([&] { return load->counts().undecided >= 10; }));
    EXPECT_EQ(legacy.calls(), 0);
    router->delayMs = 0;
    EXPECT_TRUE(waitFor([&] { return legacy.calls() >= 20; }));
}

TEST_F(LoadGeneratorTest, RefusedObservationsAreCountedNotRepeated)
{
    router->refuse = 403;
    start(200);
    ASSERT_TRUE(waitFor([&] { return load->counts().undecided >= 20; }));
    router->refuse = 0;
    ASSERT_TRUE(waitFor([&] { return load->counts().reported >= 20; }));
    EXPECT_EQ(load->counts().dropped, 0);
}

TEST(ObservationQueue, DropsTheOldestAndSaysSo)
{
    ObservationQueue queue;
    const Instant start = instantFromMs(1'000'000);
    for (int i = 0; i < 20'010; ++i)
        queue.add(start + Milliseconds(i), {{"n", i}});
    EXPECT_EQ(queue.size(), ObservationQueue::MaxHeld);
    EXPECT_EQ(queue.dropped(), 10);
    auto batch = queue.take(start + Milliseconds(20'010));
    ASSERT_EQ(batch.size(), ObservationQueue::MaxBatch);
    EXPECT_EQ(batch.front().observation.at("n"), 10);
    queue.putBack(std::move(batch), start + Milliseconds(20'010));
    EXPECT_EQ(queue.size(), ObservationQueue::MaxHeld);
    // Too old for the router: dropped, however many.
    EXPECT_TRUE(queue.take(start + Milliseconds(20'010) + ObservationQueue::MaxAge).empty());
    EXPECT_EQ(queue.dropped(), 20'010);
}

} // namespace
} // namespace crossfade
