// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/configure.h"
#include "app/sandbox/control.h"
#include "tests/services/sandbox/fakerouter.h"
#include "tests/services/sandbox/fixture.h"
#include "tests/support/http.h"

namespace crossfade {
namespace {

class ControlTest : public testing::Test {
protected:
    ControlTest()
    {
        SandboxControl::Parts parts;
        parts.token = "control";
        parts.load = &load;
        parts.planter = &planter;
        parts.url = [](const std::string &) { return "http://127.0.0.1:1"; };
        parts.processes = [] { return Json{{"NEW", {{"running", false}}}}; };
        parts.rewritten = [] { return std::int64_t{5}; };
        parts.restart = [this](const std::string &process,
                               const std::string &point) -> Result<void> {
            restarted = process + "/" + point;
            return {};
        };
        control = std::make_unique<SandboxControl>(std::move(parts));
        server = SandboxHttpServer::start("127.0.0.1:0", 2, [this](const SandboxRequest &request) {
                     return control->answer(request);
                 }).value();
        client = TestClient(server->url(), "control");
    }
    TestAnswer put(const std::string &page, const Json &body) const
    {
        return client.send("PUT", "/api/v1/sandbox/" + page, dumpJson(body));
    }
    TestAnswer post(const std::string &page, const Json &body) const
    {
        return client.post("/api/v1/sandbox/" + page, body);
    }

    SeededSandbox sandbox{600};
    FakeRouter router;
    LoadGenerator load{{router.url(), "load-token", "http://127.0.0.1:1", "http://127.0.0.1:1",
                        "auth-web", 1, 600},
                       people(),
                       {5, 600}};
    Planter planter{
        {sandbox.legacyFile, sandbox.newFile, sandbox.dir.file("p"), 600}, sampleLists(), people()};
    std::string restarted;
    std::unique_ptr<SandboxControl> control;
    std::unique_ptr<SandboxHttpServer> server;
    TestClient client{""};
};

TEST_F(ControlTest, NeedsItsToken)
{
    EXPECT_EQ(TestClient(server->url()).get("/api/v1/sandbox/status").status, 401);
    EXPECT_EQ(TestClient(server->url(), "other").get("/api/v1/sandbox/load").status, 401);
    EXPECT_EQ(client.get("/api/v1/sandbox/load").status, 200);
    EXPECT_EQ(client.get("/api/v1/sandbox/nothing").status, 404);
    EXPECT_EQ(client.get("/").status, 404);
}

TEST_F(ControlTest, SetsTheLoad)
{
    const TestAnswer set = put("load", {{"rate", 40}});
    EXPECT_EQ(set.status, 200);
    EXPECT_EQ(set.json, Json({{"rate", 40.0}, {"users", 600}}));
    EXPECT_EQ(load.settings(), (LoadSettings{40, 600}));
    EXPECT_EQ(put("load", {{"users", 100}}).status, 200);
    EXPECT_EQ(load.settings(), (LoadSettings{40, 100}));
    for (const Json &bad :
         {Json{{"rate", -1}}, Json{{"rate", "x"}}, Json{{"users", 0}}, Json{{"r", 1}}}) {
        const TestAnswer refused = put("load", bad);
        EXPECT_EQ(refused.status, 422) << bad;
        EXPECT_EQ(refused.json.at("errors").size(), 1u);
    }
    EXPECT_EQ(client.send("PUT", "/api/v1/sandbox/load", "{").status, 400);
}

TEST_F(ControlTest, PlantsAndLists)
{
    const TestAnswer planted =
        post("plant", {{"count", 4}, {"kinds", {"MISSING", "SCALE"}}, {"seed", 2}});
    ASSERT_EQ(planted.status, 200) << planted.body;
    const Json &list = planted.json.at("planted");
    ASSERT_EQ(list.size(), 4u);
    EXPECT_EQ(list[0].at("kind"), "MISSING");
    EXPECT_TRUE(list[0].at("field").is_null());
    EXPECT_EQ(list[1].at("field"), "credit");
    EXPECT_FALSE(sandbox.newRows().contains(list[0].at("entity_id").get<std::string>()));
    EXPECT_EQ(post("plant", {{"count", 1}, {"kinds", {"OTHER"}}}).status, 422);
    EXPECT_EQ(post("plant", {{"kinds", {"SCALE"}}}).status, 422);
    EXPECT_EQ(post("plant", {{"count", 700}}).status, 409); // more than there are users
}

TEST_F(ControlTest, RestartsByName)
{
    EXPECT_EQ(post("restart", {{"process", "router"}, {"kill_point", "after-commit:3"}}).status,
              200);
    EXPECT_EQ(restarted, "router/after-commit:3");
    EXPECT_EQ(post("restart", {{"process", "NEW"}}).status, 200);
    EXPECT_EQ(restarted, "NEW/");
    EXPECT_EQ(post("restart", {{"process", "init"}}).status, 422);
}

TEST_F(ControlTest, ASilentPlatformIsSaidToBeSilent)
{
    EXPECT_EQ(put("faults/NEW", {{"outage", true}}).status, 503);
    const TestAnswer status = client.get("/api/v1/sandbox/status");
    EXPECT_EQ(status.status, 200);
    EXPECT_TRUE(status.json.at("faults").at("NEW").is_null());
    EXPECT_EQ(status.json.at("rows_rewritten"), 5);
    EXPECT_EQ(status.json.at("processes").at("NEW").at("running"), false);
}

TEST(Configure, GuardsFitTheRate)
{
    RouterSetup setup;
    for (const auto &[rate, samples] :
         {std::pair{20.0, 4}, {200.0, 40}, {2'000.0, 100}, {1.0, 2}}) {
        setup.rate = rate;
        const Json policy = loginsPolicy(setup);
        EXPECT_EQ(policy.at("guards").at(0).at("min_samples"), samples) << rate;
        EXPECT_EQ(policy.at("guards").at(0).at("threshold"), 99);
        EXPECT_EQ(policy.at("guards").at(1).at("threshold"), 400);
        EXPECT_EQ(policy.at("guards").at(2).at("mode"), "SHOW");
        EXPECT_EQ(policy.at("interval_seconds"), 1);
        EXPECT_EQ(policy.at("stabilization_seconds"), 5);
    }
}

TEST(Configure, TheMappingNamesEveryColumnThatCounts)
{
    const Json mapping = userMapping("a", "b");
    EXPECT_EQ(mapping.at("fields").size(), 13u);
    EXPECT_EQ(mapping.at("legacy").at("source_id"), "a");
    EXPECT_EQ(mapping.at("new").at("source_id"), "b");
    int sensitive = 0;
    for (const Json &field : mapping.at("fields"))
        sensitive += field.at("sensitive").get<bool>() ? 1 : 0;
    EXPECT_EQ(sensitive, 2);
}

} // namespace
} // namespace crossfade
