// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include <sys/stat.h>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

std::vector<pid_t> childrenOf(const TestSandbox &sandbox)
{
    std::vector<pid_t> pids;
    for (const char *name : {"LEGACY", "NEW", "router", "comparator"})
        pids.push_back(sandbox.pid(name));
    return pids;
}

bool allGone(const std::vector<pid_t> &pids)
{
    return waitFor(
        [&] {
            return std::ranges::all_of(pids, [](pid_t pid) {
                std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
                std::string number, name, state;
                return !(stat >> number >> name >> state) || state == "Z";
            });
        },
        5s);
}

Output ask(const TestSandbox &sandbox, std::vector<std::string> arguments)
{
    arguments.insert(arguments.end(), {"--dir", sandbox.file("")});
    return runProgram("crossfade-sandbox", arguments);
}

class SandboxTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(sandbox.isUp()); }
    TestSandbox sandbox{{"--users", "1000", "--rate", "20"}};
};

TEST_F(SandboxTest, TellsEverythingOnce)
{
    const Json &ready = sandbox.ready();
    for (const char *service : {"router", "comparator", "legacy", "new"}) {
        EXPECT_TRUE(
            ready.at(service).at("url").get<std::string>().starts_with("http://127.0.0.1:"));
        EXPECT_EQ(TestClient(ready.at(service).at("url").get<std::string>()).get("/healthz").status,
                  200);
    }
    const std::pair<const char *, const char *> subjects[]{{"admin", "admin-1"},
                                                           {"operator", "operator-1"},
                                                           {"approver", "approver-1"},
                                                           {"viewer", "viewer-1"}};
    for (const auto &[token, subject] : subjects) {
        EXPECT_EQ(sandbox.router(token).get("/api/v1/session").json.value("subject", ""), subject);
        EXPECT_EQ(sandbox.comparator(token).get("/api/v1/session").json.value("subject", ""),
                  subject);
    }
    EXPECT_EQ(sandbox.router("observer").get("/api/v1/session").json.value("subject", ""), "load");
    EXPECT_EQ(sandbox.router("viewer").get(sandbox.policyPath()).json.value("policy_name", ""),
              "logins");
    EXPECT_EQ(sandbox.comparator("viewer").get(sandbox.checkPath()).json.value("check_name", ""),
              "users-full");
    EXPECT_EQ(sandbox.router().get("/api/v1/switches").json.value("default_platform", ""),
              "LEGACY");
    EXPECT_TRUE(waitFor(
        [&] { return sandbox.router().get("/api/v1/directory").json.value("users", 0) == 1'000; }));
    // Tokens are for their owner only.
    for (const char *name : {"sandbox.json", "router.tokens", "comparator.tokens"}) {
        struct stat info {};
        EXPECT_EQ(stat(sandbox.file(name).c_str(), &info), 0) << name;
        EXPECT_EQ(info.st_mode & 077, 0u) << name;
    }
    std::ifstream log(sandbox.file("router.log"));
    const std::string logged{std::istreambuf_iterator<char>(log), {}};
    EXPECT_EQ(logged.find(ready.at("tokens").at("observer").get<std::string>()), std::string::npos);
}

TEST_F(SandboxTest, TheLoadArrivesAsObservations)
{
    ASSERT_TRUE(waitFor([&] { return sandbox.accessLog("legacy").size() >= 60; }));
    const auto status = [&] { return sandbox.control().get("/api/v1/sandbox/status").json; };
    EXPECT_TRUE(waitFor([&] { return status().at("observations").value("reported", 0) >= 40; }));
    EXPECT_EQ(status().at("observations").value("refused", -1), 0);
    EXPECT_EQ(status().at("requests").value("failed", -1), 0);
    const auto counted = [&] {
        const Json series =
            sandbox.router().get("/api/v1/series?metric=request_rate&platform=LEGACY&step=1").json;
        std::int64_t sum = 0;
        for (const Json &count : series.value("count", Json::array()))
            sum += count.is_number() ? count.get<std::int64_t>() : 0;
        return sum;
    };
    EXPECT_TRUE(waitFor([&] { return counted() >= 40; })) << counted();
}

TEST_F(SandboxTest, ItsCommandsReachIt)
{
    EXPECT_EQ(ask(sandbox, {"load", "--rate", "33"}).exitCode, 0);
    EXPECT_NE(ask(sandbox, {"load"}).out.find("33"), std::string::npos);
    EXPECT_EQ(ask(sandbox, {"fault", "--platform", "NEW", "--outage"}).exitCode, 0);
    EXPECT_EQ(sandbox.platform("new").get("/healthz").status, 503);
    EXPECT_EQ(ask(sandbox, {"fault", "--platform", "NEW"}).exitCode, 0);
    EXPECT_EQ(sandbox.platform("new").get("/healthz").status, 200);
    const Output planted = ask(sandbox, {"plant", "--count", "3", "--kinds", "CASE,MISSING"});
    EXPECT_EQ(planted.exitCode, 0) << planted.err;
    const Result<Json> list = parseJson(planted.out);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->at("planted").size(), 3u);
    EXPECT_EQ(ask(sandbox, {"plant", "--kinds", "NONSENSE"}).exitCode, 1);
    EXPECT_NE(ask(sandbox, {"status"}).out.find("\"running\": true"), std::string::npos);
    // A second one in the same folder would spoil the first one's stores.
    EXPECT_EQ(ask(sandbox, {"up"}).exitCode, 1);
    EXPECT_EQ(sandbox.router().get("/healthz").status, 200);
}

TEST_F(SandboxTest, StopsWithEverythingInThreeSeconds)
{
    const std::vector<pid_t> children = childrenOf(sandbox);
    sandbox.signal("NEW", SIGSTOP); // even a process that hears nothing
    const auto from = std::chrono::steady_clock::now();
    sandbox.process().signal(SIGTERM);
    EXPECT_EQ(sandbox.process().wait(10s), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - from, 3s);
    EXPECT_TRUE(allGone(children));
}

TEST_F(SandboxTest, NothingOutlivesItsSuddenDeathAndItGoesOnFromItsStores)
{
    ASSERT_EQ(sandbox.router()
                  .post("/api/v1/rules", {{"config_name", "kept"},
                                          {"config_type", "USER_BASED"},
                                          {"target_entity", "u0000001"},
                                          {"target_platform", "NEW"},
                                          {"reason", "test"},
                                          {"priority", 100},
                                          {"active", true}})
                  .status,
              201);
    const Json before = sandbox.ready();
    const std::vector<pid_t> children = childrenOf(sandbox);
    kill(sandbox.process().pid(), SIGKILL); // it alone, not its group
    EXPECT_TRUE(sandbox.process().wait(5s));
    EXPECT_TRUE(allGone(children));

    sandbox.startAgain();
    ASSERT_TRUE(sandbox.isUp());
    const Json &after = sandbox.ready();
    for (const char *kept : {"tokens", "comparator_tokens", "policy_id", "check_id", "control"})
        EXPECT_EQ(before.at(kept), after.at(kept)) << kept;
    for (const char *service : {"router", "comparator", "legacy", "new"})
        EXPECT_EQ(before.at(service).at("url"), after.at(service).at("url")) << service;
    EXPECT_NE(sandbox.router().get("/api/v1/rules").body.find("\"kept\""), std::string::npos);
    EXPECT_EQ(sandbox.router().get("/api/v1/shift-policies").json.value("total", 0), 1);
    EXPECT_EQ(sandbox.comparator().get("/api/v1/checks").json.value("total", 0), 1);
    EXPECT_EQ(sandbox.comparator().get("/api/v1/sources").json.value("total", 0), 2);
}

TEST_F(SandboxTest, AMemberThatDiesIsShownAndStartsAgainOnlyWhenAsked)
{
    const std::string url = sandbox.ready().at("comparator").at("url").get<std::string>();
    const auto comparator = [&] {
        return sandbox.control()
            .get("/api/v1/sandbox/status")
            .json.at("processes")
            .at("comparator");
    };
    sandbox.signal("comparator", SIGKILL);
    EXPECT_TRUE(waitFor([&] { return !comparator().value("running", true); }));
    EXPECT_EQ(comparator().value("exit_code", 0), 128 + SIGKILL);
    EXPECT_TRUE(sandbox.restart("comparator"));
    EXPECT_EQ(comparator().value("url", ""), url);
    EXPECT_EQ(sandbox.comparator().get("/api/v1/session").status, 200);
}

} // namespace
} // namespace crossfade
