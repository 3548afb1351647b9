// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/users.h"
#include "tests/support/testsandbox.h"

#include <gtest/gtest.h>

#include <functional>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t Users = 5'000;

struct Moved {
    std::set<std::string> toNew;
    std::set<std::string> toLegacy;
    bool operator==(const Moved &) const = default;
};

class PreviewTest : public testing::Test {
protected:
    PreviewTest()
        : sandbox({"--rate", "100", "--users", std::to_string(Users)})
    {
    }
    void SetUp() override
    {
        ASSERT_TRUE(sandbox.isUp());
        router = sandbox.router();
    }

    std::set<std::string> members(const std::string &preview, const std::string &direction) const
    {
        std::set<std::string> users;
        std::string cursor;
        do {
            const Json page = router
                                  .get("/api/v1/previews/" + preview +
                                       "/members?limit=1000&direction=" + direction +
                                       (cursor.empty() ? "" : "&cursor=" + cursor))
                                  .json;
            if (!page.is_object() || !page.contains("items")) return {};
            for (const Json &item : page.at("items"))
                users.insert(item.value("user_id", ""));
            cursor =
                page.at("next_cursor").is_string() ? page.at("next_cursor").get<std::string>() : "";
        } while (!cursor.empty());
        return users;
    }

    // What a preview says, its counts checked against its lists.
    Moved foretold(const Json &change, const std::string &system) const
    {
        const TestAnswer answer =
            router.post("/api/v1/previews", {{"changes", {change}}, {"system_id", system}});
        EXPECT_EQ(answer.status, 201) << answer.body;
        if (answer.status != 201) return {};
        const std::string id = answer.json.value("id", "");
        Moved moved{members(id, "NEW"), members(id, "LEGACY")};
        EXPECT_EQ(answer.json.at("to_new").value("count", -1), std::ssize(moved.toNew));
        EXPECT_EQ(answer.json.at("to_legacy").value("count", -1), std::ssize(moved.toLegacy));
        EXPECT_EQ(answer.json.value("known_users", -1), Users);
        return moved;
    }

    // Foretells `change`, makes it, and holds the preview against every user's decision.
    void expectAsForetold(const Json &change, const std::function<void()> &makeIt,
                          const std::string &system = "auth-web")
    {
        const auto before = decisionsOfAll(router, Users, system);
        const Moved said = foretold(change, system);
        makeIt();
        const auto after = decisionsOfAll(router, Users, system);
        ASSERT_EQ(before.size(), static_cast<std::size_t>(Users));
        Moved happened;
        for (const auto &[user, platform] : after) {
            if (platform == before.at(user)) continue;
            (platform == "NEW" ? happened.toNew : happened.toLegacy).insert(user);
        }
        EXPECT_EQ(said, happened) << change.dump();
        EXPECT_GT(happened.toNew.size() + happened.toLegacy.size(), 0u) << change.dump();
        std::printf("%s: %zu to NEW, %zu to LEGACY\n", change.value("kind", "").c_str(),
                    happened.toNew.size(), happened.toLegacy.size());
    }

    static Json rule(const char *name, const char *type, const char *target, const char *platform)
    {
        return {{"config_name", name}, {"config_type", type},         {"target_entity", target},
                {"reason", "test"},    {"target_platform", platform}, {"priority", 100},
                {"active", true}};
    }
    void putRule(const Json &wanted)
    {
        const TestAnswer made = router.post("/api/v1/rules", wanted);
        EXPECT_EQ(made.status, 201) << made.body;
        ruleId = made.json.value("id", "");
    }

    TestSandbox sandbox;
    TestClient router{""};
    std::string ruleId;
};

TEST_F(PreviewTest, SaysExactlyWhoThenMoves)
{
    const std::string policy = sandbox.ready().value("policy_id", "");
    const auto percentage = [&](double percent) {
        return Json{{"kind", "shift.percentage"}, {"policy_id", policy}, {"percentage", percent}};
    };
    expectAsForetold(percentage(5), [&] { ASSERT_TRUE(sandbox.shiftTo(5)); });

    const auto moved = on("NEW", decisionsOfAll(router, Users));
    const auto stayed = on("LEGACY", decisionsOfAll(router, Users));
    const Json toNew = rule("one to NEW", "USER_BASED", stayed.begin()->c_str(), "NEW");
    expectAsForetold({{"kind", "rule.put"}, {"rule", toNew}}, [&] { putRule(toNew); });
    const Json back = rule("one back", "USER_BASED", moved.begin()->c_str(), "LEGACY");
    expectAsForetold({{"kind", "rule.put"}, {"rule", back}}, [&] { putRule(back); });
    expectAsForetold({{"kind", "rule.delete"}, {"id", ruleId}}, [&] {
        const std::string version =
            std::to_string(router.get("/api/v1/rules/" + ruleId).json.value("version", 0));
        EXPECT_EQ(router.remove("/api/v1/rules/" + ruleId, version).status, 204);
    });
    const Json system = rule("another system", "SYSTEM_BASED", "auth-mobile", "NEW");
    expectAsForetold(
        {{"kind", "rule.put"}, {"rule", system}}, [&] { putRule(system); }, "auth-mobile");

    expectAsForetold(percentage(10), [&] { ASSERT_TRUE(sandbox.shiftTo(10)); });
    const auto rollback = [&](double percent) {
        const TestAnswer done = router.post(
            sandbox.policyPath() + "/rollback",
            {{"target_percentage", percent}, {"mode", "IMMEDIATE"}, {"reason", "test"}});
        EXPECT_EQ(done.status, 200) << done.body;
    };
    expectAsForetold(percentage(3), [&] { rollback(3); });

    const Json switches = router.get("/api/v1/switches").json;
    const auto setMaster = [&](const char *master) {
        const Json now = router.get("/api/v1/switches").json;
        const TestAnswer set = sandbox.router("operator")
                                   .put("/api/v1/switches",
                                        {{"master", master},
                                         {"default_platform", now.value("default_platform", "")},
                                         {"reason", "test"}},
                                        std::to_string(now.value("version", 0)));
        EXPECT_EQ(set.status, 200) << set.body;
    };
    expectAsForetold({{"kind", "switches.put"},
                      {"switches", {{"master", "LEGACY"}, {"default_platform", "LEGACY"}}}},
                     [&] { setMaster("LEGACY"); });
    expectAsForetold({{"kind", "switches.put"},
                      {"switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}}}},
                     [&] { setMaster("OFF"); });
    expectAsForetold(percentage(0), [&] { rollback(0); });
}

} // namespace
} // namespace crossfade
