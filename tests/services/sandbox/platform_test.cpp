// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/platform.h"
#include "tests/services/sandbox/fixture.h"
#include "tests/support/heartbeat.h"
#include "tests/support/http.h"
#include "tests/support/process.h"

#include <filesystem>
#include <fstream>
#include <thread>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// A platform over a seeded database, served over real HTTP.
class PlatformTest : public testing::TestWithParam<Platform> {
protected:
    PlatformTest()
        : service({GetParam(), GetParam() == Platform::New ? sandbox.newFile : sandbox.legacyFile,
                   "", sandbox.dir.file("access.log"), "", "control-token"})
    {
        const Result<void> opened = service.open();
        EXPECT_TRUE(opened);
        server = SandboxHttpServer::start("127.0.0.1:0", 4, [this](const SandboxRequest &request) {
                     return service.answer(request);
                 }).value();
        client = TestClient(server->url());
        control = TestClient(server->url(), "control-token");
    }
    TestAnswer login(std::int64_t number, const std::string &password) const
    {
        return client.post("/login", {{"user_id", userId(number)}, {"password", password}});
    }
    TestAnswer setFaults(const Json &faults) const
    {
        return control.send("PUT", "/faults", dumpJson(faults),
                            {{"Content-Type", "application/json"}});
    }
    std::int64_t firstActive(bool active) const
    {
        std::int64_t number = 1;
        while (people().isActive(number) != active)
            ++number;
        return number;
    }
    std::vector<std::string> logLines() const
    {
        std::ifstream in(sandbox.dir.file("access.log"));
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);)
            lines.push_back(line);
        return lines;
    }

    SeededSandbox sandbox{400};
    PlatformService service;
    std::unique_ptr<SandboxHttpServer> server;
    TestClient client{""};
    TestClient control{""};
};

INSTANTIATE_TEST_SUITE_P(Both, PlatformTest, testing::Values(Platform::Legacy, Platform::New),
                         [](const auto &info) { return std::string(platformWord(info.param)); });

TEST_P(PlatformTest, SignsInWithTheRightPasswordOnly)
{
    const std::int64_t number = firstActive(true);
    const TestAnswer good = login(number, people().password(number));
    EXPECT_EQ(good.status, 200) << good.body;
    EXPECT_EQ(good.json.value("user_id", ""), userId(number));
    EXPECT_EQ(good.json.value("display_name", ""), people().person(number).displayName);
    EXPECT_EQ(good.json.value("platform", ""), platformWord(GetParam()));
    EXPECT_EQ(login(number, people().password(number) + "x").status, 401);
    EXPECT_EQ(login(999'999, "any").status, 401);
    const std::int64_t inactive = firstActive(false);
    EXPECT_EQ(login(inactive, people().password(inactive)).status, 403);
    EXPECT_EQ(good.body.find(people().person(number).passwordHash), std::string::npos);
}

TEST_P(PlatformTest, RefusesWhatIsNoSignIn)
{
    EXPECT_EQ(client.send("POST", "/login", "{").status, 400);
    EXPECT_EQ(client.send("POST", "/login", "[]").status, 422);
    EXPECT_EQ(client.send("POST", "/login", R"({"user_id":"u0000001"})").status, 422);
    EXPECT_EQ(client.send("POST", "/login", R"({"user_id":"a b","password":"x"})").status, 422);
    EXPECT_EQ(client.get("/login").status, 404);
    EXPECT_EQ(client.send("POST", "/login", std::string(100 << 10, ' ')).status,
              0); // over the limit
    EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_P(PlatformTest, LooksUsersUp)
{
    const TestAnswer found = client.get("/users/u0000005");
    EXPECT_EQ(found.status, 200);
    EXPECT_EQ(found.json.value("email", ""), people().person(5).email);
    EXPECT_EQ(found.json.value("active", false), people().person(5).active);
    EXPECT_EQ(client.get("/users/u9999999").status, 404);
    EXPECT_EQ(client.get("/users/x%20y").status, 404);
    EXPECT_EQ(client.get("/users/").status, 404);
}

TEST_P(PlatformTest, FaultsAreSetByTheControlOnly)
{
    EXPECT_EQ(client.get("/faults").status, 401);
    EXPECT_EQ(client.send("PUT", "/faults", R"({"outage":true})").status, 401);
    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(setFaults({{"error_rate", 101}}).status, 422);
    EXPECT_EQ(setFaults({{"unknown", 1}}).status, 422);
    EXPECT_EQ(setFaults({{"outage", true}}).status, 200);
    EXPECT_EQ(client.get("/healthz").status, 503);
    EXPECT_EQ(client.get("/users/u0000005").status, 503);
    EXPECT_EQ(control.get("/faults").json.value("outage", false), true);
    EXPECT_EQ(setFaults(Json::object()).status, 200);
    EXPECT_EQ(client.get("/users/u0000005").status, 200);
}

TEST_P(PlatformTest, ErrorsComeAtTheirRate)
{
    EXPECT_EQ(setFaults({{"error_rate", 30}}).status, 200);
    int failed = 0;
    for (int i = 0; i < 300; ++i)
        failed += client.get("/users/u0000005").status == 500 ? 1 : 0;
    EXPECT_NEAR(failed, 90, 32); // four standard deviations
    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(setFaults({{"error_rate", 100}}).status, 200);
    EXPECT_EQ(client.get("/users/u0000005").status, 500);
}

TEST_P(PlatformTest, LatencyIsAddedWithoutHoldingOthersUp)
{
    EXPECT_EQ(setFaults({{"latency_ms", 300}}).status, 200);
    const Heartbeat heartbeat;
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> callers;
    for (int i = 0; i < 12; ++i)
        callers.emplace_back([this] { EXPECT_EQ(client.get("/users/u0000005").status, 200); });
    for (std::thread &caller : callers)
        caller.join();
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_GE(took, 300ms);
    EXPECT_LT(took, 1'200ms + heartbeat.heldUpSince(start)); // one after another they would take 3.6 s, four at once 0.9 s
}

TEST_P(PlatformTest, LogsWhoWasServedWhen)
{
    const auto before = std::chrono::system_clock::now();
    login(3, "wrong");
    client.get("/users/u0000005");
    client.get("/healthz");
    const auto lines = logLines();
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_NE(lines[0].find(" LOGIN u0000003"), std::string::npos);
    EXPECT_NE(lines[1].find(" LOOKUP u0000005"), std::string::npos);
    EXPECT_NE(lines[2].find(" HEALTH -"), std::string::npos);
    const auto from =
        std::chrono::duration_cast<std::chrono::microseconds>(before.time_since_epoch());
    EXPECT_GE(std::stoll(lines[0]), from.count());
    EXPECT_LT(std::stoll(lines[2]), from.count() + 10'000'000);
    for (const std::string &line : lines)
        EXPECT_EQ(line.find("wrong"), std::string::npos);
}

TEST(AccessLog, MovesAsideWhenItIsFull)
{
    const TempDir dir;
    {
        AccessLog log(dir.file("a.log"), 2'000);
        for (int i = 0; i < 100; ++i)
            log.write(std::chrono::system_clock::now(), "LOGIN", "u0000001");
    }
    EXPECT_GE(std::filesystem::file_size(dir.file("a.log.1")), 2'000u);
    EXPECT_LT(std::filesystem::file_size(dir.file("a.log")), 2'000u);
}

TEST(SandboxHttpServer, RefusesAnAddressThatIsTakenOrNone)
{
    const auto answer = [](const SandboxRequest &) { return SandboxReply::problem(404, ""); };
    const auto first = SandboxHttpServer::start("127.0.0.1:0", 1, answer).value();
    EXPECT_FALSE(SandboxHttpServer::start(first->url().substr(7), 1, answer));
    for (const char *bad : {"", "127.0.0.1", "nowhere:80", "127.0.0.1:70000"})
        EXPECT_FALSE(SandboxHttpServer::start(bad, 1, answer)) << bad;
}

} // namespace
} // namespace crossfade
