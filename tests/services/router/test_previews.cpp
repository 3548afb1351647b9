// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewstore.h"
#include "models/routing/decision.h"
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace crossfade {

namespace {

constexpr int UserCount = 3'000;

std::string userName(int number) { return "user-" + std::to_string(number); }

class Previews : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start()) << router.log();
        router.call({"PUT", "/api/v1/switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}}, "1"});
        std::string ids;
        for (int i = 0; i < UserCount; ++i)
            ids += userName(i) + "\n";
        const TestAnswer put = router.send({"PUT", "/api/v1/directory", {}, "1"}, ids, "text/plain");
        ASSERT_EQ(put.status, 200) << put.body;
        ASSERT_EQ(put.json.at("users"), UserCount);
    }

    // Who is served by which primary platform now, by asking for every user.
    std::map<std::string, std::string> everybody(const std::string &system = {})
    {
        Json requests = Json::array();
        for (int i = 0; i < UserCount; ++i) {
            requests.push_back({{"user_id", userName(i)}});
            if (!system.empty()) requests.back()["system_id"] = system;
        }
        const Json answer = router.post("/api/v1/decisions", {{"requests", requests}}, 200);
        std::map<std::string, std::string> result;
        for (int i = 0; i < UserCount; ++i)
            result[userName(i)] = answer.at("decisions").at(static_cast<std::size_t>(i)).at("primary");
        return result;
    }
    std::set<std::string> members(const Json &preview, const std::string &direction)
    {
        std::set<std::string> all;
        std::string cursor;
        do {
            const Json page = router.get("/api/v1/previews/" + preview.at("id").get<std::string>() +
                                         "/members?limit=700&direction=" + direction +
                                         (cursor.empty() ? "" : "&cursor=" + cursor));
            for (const Json &item : page.at("items"))
                all.insert(item.at("user_id").get<std::string>());
            cursor = page.at("next_cursor").is_null() ? "" : page.at("next_cursor").get<std::string>();
        } while (!cursor.empty());
        return all;
    }

    RouterService router;
};

} // namespace

TEST_F(Previews, equalWhoThenReallyMoves)
{
    for (int i = 0; i < 300; i += 3)
        router.post("/api/v1/rules", userRuleBody(userName(i), "NEW"));
    Json system = userRuleBody("shop", "NEW");
    system["config_type"] = "SYSTEM_BASED";
    system["priority"] = 5;
    const Json preview = router.post("/api/v1/previews", {{"changes", {{{"kind", "rule.put"}, {"rule", system}}}}});
    EXPECT_EQ(preview.at("known_users"), UserCount);
    EXPECT_EQ(preview.at("system_id"), "shop");
    EXPECT_TRUE(preview.at("held").is_null());
    EXPECT_TRUE(preview.at("stranded_writes").is_null());
    const auto before = everybody("shop");
    router.post("/api/v1/rules", system);
    const auto after = everybody("shop");
    std::set<std::string> moved;
    for (const auto &[user, platform] : before) {
        if (after.at(user) != platform) moved.insert(user);
    }
    EXPECT_EQ(moved.size(), 2'900U);
    EXPECT_EQ(preview.at("to_new").at("count"), moved.size());
    EXPECT_EQ(preview.at("to_new").at("by_reason"), (Json{{"SYSTEM_RULE", 2'900}}));
    EXPECT_EQ(preview.at("to_legacy").at("count"), 0);
    EXPECT_EQ(members(preview, "NEW"), moved);
    EXPECT_TRUE(members(preview, "LEGACY").empty());
    EXPECT_EQ(preview.at("sample_to_new").size(), 20U);
}

TEST_F(Previews, changesNothing)
{
    const std::int64_t audited = router.get("/api/v1/audit").at("total");
    const Json preview = router.post(
        "/api/v1/previews",
        {{"changes", {{{"kind", "switches.put"}, {"switches", {{"master", "NEW"}, {"default_platform", "LEGACY"}}}}}}});
    EXPECT_EQ(preview.at("to_new").at("by_reason"), (Json{{"MASTER_NEW", UserCount}}));
    EXPECT_EQ(router.get("/api/v1/switches").at("master"), "OFF");
    EXPECT_EQ(router.get("/api/v1/audit").at("total"), audited);
    EXPECT_EQ(everybody().at(userName(7)), "LEGACY");
}

// Of a policy that is still a draft and covers nobody: its own buckets, through its own system.
TEST_F(Previews, ofAPercentageAreExactlyTheBuckets)
{
    const Json policy = router.post("/api/v1/shift-policies",
                                    {{"policy_name", "logins"}, {"target_system", "shop"}});
    const Json preview = router.post(
        "/api/v1/previews", {{"changes", {{{"kind", "shift.percentage"}, {"policy_id", policy.at("id")},
                                           {"percentage", 12.34}}}}});
    std::set<std::string> expected;
    for (int i = 0; i < UserCount; ++i) {
        if (stickyBucket(userName(i), policy.at("salt").get<std::string>()) < 1234)
            expected.insert(userName(i));
    }
    EXPECT_GT(expected.size(), 250U);
    EXPECT_EQ(preview.at("system_id"), "shop");
    EXPECT_EQ(preview.at("to_new").at("by_reason"), (Json{{"PERCENTAGE", expected.size()}}));
    EXPECT_EQ(members(preview, "NEW"), expected);
    EXPECT_EQ(preview.at("to_legacy").at("count"), 0);
}

TEST_F(Previews, theListIsAFileToo)
{
    const Json preview = router.post(
        "/api/v1/previews",
        {{"changes", {{{"kind", "switches.put"}, {"switches", {{"master", "NEW"}, {"default_platform", "LEGACY"}}}}}}});
    const std::string path = "/api/v1/previews/" + preview.at("id").get<std::string>() + "/members?format=";
    const TestAnswer file = router.call({"GET", path + "csv", {}});
    ASSERT_EQ(file.status, 200);
    EXPECT_TRUE(file.header("content-type").starts_with("text/csv"));
    EXPECT_TRUE(file.body.starts_with("user_id,from,to,reason\r\nuser-0,LEGACY,NEW,MASTER_NEW\r\n")) << file.body.substr(0, 99);
    EXPECT_EQ(std::ranges::count(file.body, '\n'), UserCount + 1);
    EXPECT_GT(file.body.size(), std::size_t{64 << 10}) << "more than one piece";
    EXPECT_EQ(router.call({"GET", path + "csv&direction=LEGACY", {}}).body, "user_id,from,to,reason\r\n");
    for (const auto &[query, pointer] : {std::pair("xml", "?format"), std::pair("csv&limit=5", "?limit"),
                                         std::pair("csv&cursor=YQ", "?cursor")}) {
        const TestAnswer refused = router.call({"GET", path + query, {}});
        EXPECT_EQ(refused.status, 422) << query;
        EXPECT_EQ(pointerOf(refused), pointer);
    }
}

// As a slider asks while it is dragged: the same policy again and again, with another percentage.
TEST_F(Previews, ofARunningPolicyFollowTheSlider)
{
    const Json policy = router.post("/api/v1/shift-policies", {{"policy_name", "logins"}, {"target_system", "shop"}});
    const std::string path = "/api/v1/shift-policies/" + policy.at("id").get<std::string>();
    ASSERT_LT(router.call({"POST", path + "/shift", {{"target_percentage", 60}, {"reason", "go"}}}).status, 300);
    ASSERT_LT(router.call({"POST", path + "/suspend", Json::object()}).status, 300);
    const std::int64_t now = std::lround(router.get(path + "/shift").at("percentage").get<double>() * 100);
    const auto previewAt = [&](double percentage) {
        return router.post("/api/v1/previews", {{"changes", {{{"kind", "shift.percentage"}, {"policy_id", policy.at("id")},
                                                              {"percentage", percentage}}}}});
    };
    const auto expectedAt = [&](double percentage, const std::string &without = {}) {
        std::set<std::string> expected;
        for (int i = 0; i < UserCount; ++i) {
            const std::int32_t bucket = stickyBucket(userName(i), policy.at("salt").get<std::string>());
            if (bucket >= now && bucket < std::lround(percentage * 100) && userName(i) != without)
                expected.insert(userName(i));
        }
        return expected;
    };
    for (const double percentage : {20.0, 37.5, 100.0, 20.0}) {
        const Json preview = previewAt(percentage);
        const auto expected = expectedAt(percentage);
        EXPECT_EQ(preview.at("to_new").at("count"), expected.size()) << percentage;
        EXPECT_EQ(preview.at("to_new").at("by_reason"), (Json{{"PERCENTAGE", expected.size()}}));
        EXPECT_EQ(preview.at("to_legacy").at("count"), 0);
        EXPECT_EQ(preview.at("sample_to_new").size(), 20U);
        EXPECT_EQ(members(preview, "NEW"), expected);
        EXPECT_TRUE(members(preview, "LEGACY").empty());
    }
    EXPECT_EQ(previewAt(static_cast<double>(now) / 100).at("to_new").at("count"), 0);
    // Somebody gets a rule of his own meanwhile: the percentage moves him no more.
    const std::string one = *expectedAt(20).begin();
    router.post("/api/v1/rules", userRuleBody(one, "LEGACY"));
    EXPECT_EQ(members(previewAt(20), "NEW"), expectedAt(20, one));
}

TEST_F(Previews, severalChangesTogether)
{
    const Json rule = router.post("/api/v1/rules", userRuleBody(userName(1), "NEW"));
    Json changed = userRuleBody(userName(2), "NEW");
    const Json preview = router.post(
        "/api/v1/previews",
        {{"changes",
          {{{"kind", "rule.put"}, {"id", rule.at("id")}, {"rule", changed}},
           {{"kind", "rule.put"}, {"rule", userRuleBody(userName(3), "BOTH")}},
           {{"kind", "rule.put"}, {"rule", userRuleBody("unknown-user", "NEW")}}}}});
    EXPECT_EQ(members(preview, "NEW"), std::set<std::string>{userName(2)});
    EXPECT_EQ(members(preview, "LEGACY"), std::set<std::string>{userName(1)});
    const Json page = router.get("/api/v1/previews/" + preview.at("id").get<std::string>() + "/members");
    EXPECT_EQ(page.at("total"), 2);
    EXPECT_EQ(page.at("items")[0],
              (Json{{"user_id", userName(1)}, {"from", "NEW"}, {"to", "LEGACY"}, {"reason", "DEFAULT_ROUTING"}}));
    const Json gone = router.post("/api/v1/previews", {{"changes", {{{"kind", "rule.delete"}, {"id", rule.at("id")}}}}});
    EXPECT_EQ(gone.at("to_legacy").at("count"), 1);
    const Json twice = router.post(
        "/api/v1/previews", {{"changes",
                              {{{"kind", "rule.put"}, {"id", rule.at("id")}, {"rule", changed}},
                               {{"kind", "rule.delete"}, {"id", rule.at("id")}}}}});
    EXPECT_EQ(twice.at("to_new").at("count"), 0);
    EXPECT_EQ(twice.at("to_legacy").at("count"), 1);
}

TEST_F(Previews, badInputNamesItsField)
{
    const auto pointer = [&](const Json &body) {
        const TestAnswer answer = router.call({"POST", "/api/v1/previews", body});
        EXPECT_EQ(answer.status, 422) << body;
        return pointerOf(answer);
    };
    EXPECT_EQ(pointer(Json::object()), "/changes");
    EXPECT_EQ(pointer({{"changes", Json::array()}}), "/changes");
    EXPECT_EQ(pointer({{"changes", "all"}}), "/changes");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "rule.burn"}}}}}), "/changes/0/kind");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "rule.put"}}}}}), "/changes/0/rule");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "rule.delete"}}}}}), "/changes/0/id");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "rule.delete"}, {"id", "nobody"}}}}}), "/changes/0/id");
    Json rule = userRuleBody("ann");
    rule["priority"] = "high";
    EXPECT_EQ(pointer({{"changes", {{{"kind", "rule.put"}, {"rule", rule}}}}}), "/changes/0/rule/priority");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "shift.percentage"}, {"policy_id", "p"}, {"percentage", 5}}}}}),
              "/changes/0/policy_id");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "shift.percentage"}, {"policy_id", "p"}, {"percentage", 5.001}}}}}),
              "/changes/0/percentage");
    EXPECT_EQ(pointer({{"changes", {{{"kind", "rule.put"}, {"rule", userRuleBody("a")}}}}, {"system_id", "a b"}}),
              "/system_id");
    Json many = Json::array();
    for (int i = 0; i < 101; ++i)
        many.push_back({{"kind", "rule.put"}, {"rule", userRuleBody("a")}});
    EXPECT_EQ(pointer({{"changes", many}}), "/changes");
    EXPECT_EQ(router.call({"GET", "/api/v1/previews/none/members", {}}).status, 404);
}

TEST(PreviewStore, keepsTheLastOnesOnly)
{
    PreviewStore store;
    const auto users = std::make_shared<const IdSet>();
    const auto add = [&](int number, Instant now, const IdSetPtr &directory) {
        auto preview = std::make_shared<StoredPreview>();
        preview->id = std::to_string(number);
        preview->users = directory;
        preview->expiresAt = now + std::chrono::minutes(30);
        store.add(preview, now);
    };
    const Instant start = instantFromMs(0);
    for (int i = 0; i < 40; ++i)
        add(i, start, users);
    EXPECT_EQ(store.size(), PreviewStore::MostKept);
    EXPECT_EQ(store.find("7", start), nullptr);
    EXPECT_NE(store.find("8", start), nullptr);
    EXPECT_NE(store.find("39", start + std::chrono::minutes(29)), nullptr);
    EXPECT_EQ(store.find("39", start + std::chrono::minutes(30)), nullptr);
    EXPECT_EQ(store.size(), 0U);
}

TEST(PreviewStore, holdsOnToTwoDirectoriesAtMost)
{
    PreviewStore store;
    for (int i = 0; i < 3; ++i) {
        IdSetBuilder builder(10);
        builder.add("user-" + std::to_string(i));
        auto preview = std::make_shared<StoredPreview>();
        preview->id = std::to_string(i);
        preview->users = std::make_shared<const IdSet>(*builder.build());
        preview->expiresAt = instantFromMs(1000);
        store.add(preview, instantFromMs(0));
    }
    EXPECT_EQ(store.find("0", instantFromMs(0)), nullptr);
    EXPECT_NE(store.find("1", instantFromMs(0)), nullptr);
    EXPECT_NE(store.find("2", instantFromMs(0)), nullptr);
}

} // namespace crossfade
