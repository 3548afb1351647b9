// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The request map over real HTTP, and requests described as they are sent.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <tuple>

namespace crossfade {

namespace {

constexpr const char *MapPath = "/api/v1/request-map";

Json mapRows()
{
    return Json::array(
        {{{"interface", "sign-in"}, {"method", "POST"}, {"path_pattern", "/login"}, {"system_id", "auth"},
          {"operation", "read"}, {"secret_fields", {"password"}}},
         {{"interface", "user-update"}, {"method", "PUT"}, {"path_pattern", "/users/{id}"}, {"system_id", "auth"},
          {"operation", "update"}, {"entity_id", {{"from", "PATH_SEGMENT"}, {"name", "id"}}},
          {"user_id", {{"from", "HEADER"}, {"name", "X-User"}}}, {"replicate", true}}});
}

class RequestMapTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }
    TestAnswer put(const Json &rows, const std::string &version)
    {
        return router.call({"PUT", MapPath, {{"rows", rows}, {"reason", "first map"}}, version});
    }
    Json decided(const Json &http)
    {
        return router.post("/api/v1/decisions?trace=true", {{"requests", {{{"http", http}}}}}, 200).at("decisions")[0];
    }

    RouterService router;
};

TEST_F(RequestMapTest, tellsWhatARequestIsAlsoAfterARestart)
{
    const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"dual_write", true}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    router.post("/api/v1/gray-lists", {{"name", "screens"}, {"kind", "INTERFACE"}});
    router.post("/api/v1/gray-lists/screens/entries", {{"entries", {"sign-in"}}}, 200);
    router.post("/api/v1/rules", userRuleBody("ann"));
    const Json update{{"method", "PUT"}, {"path", "/users/17?x=1"}, {"headers", {{"x-user", "ann"}}}};
    EXPECT_TRUE(decided(update).at("mapped").at("row").is_null());
    EXPECT_EQ(decided(update).at("mapped").at("operation"), "read");
    const TestAnswer stored = put(mapRows(), "1");
    ASSERT_EQ(stored.status, 200) << stored.body;
    EXPECT_EQ(stored.header("etag"), "\"2\"");
    const auto check = [&] {
        const Json answer = decided(update);
        EXPECT_EQ(answer.at("mapped"), (Json{{"row", 1}, {"interface", "user-update"}, {"system_id", "auth"},
                                             {"entity_id", "17"}, {"user_id", "ann"}, {"operation", "update"},
                                             {"replicate", true}}));
        EXPECT_EQ(answer.at("reason"), "USER_RULE");
        EXPECT_EQ(answer.at("mode"), "DUAL_WRITE");
        EXPECT_EQ(decided({{"method", "POST"}, {"path", "/login"}}).at("reason"), "GRAY_LIST");
        const Json other = decided({{"method", "GET"}, {"path", "/users/17"}, {"headers", {{"x-user", "ann"}}}});
        EXPECT_TRUE(other.at("mapped").at("row").is_null());
        EXPECT_TRUE(other.at("mapped").at("user_id").is_null());
        EXPECT_EQ(other.at("reason"), "DEFAULT_ROUTING");
    };
    check();
    router.kill();
    ASSERT_TRUE(router.start());
    check();
    const Json map = router.get(MapPath);
    EXPECT_EQ(map.at("rows")[0].at("replicate"), false); // nobody's password is journalled
    EXPECT_EQ(map.at("rows")[0].at("secret_fields"), Json::array({"password"}));
    const Json audit = router.get("/api/v1/audit?limit=1").at("items")[0];
    EXPECT_EQ(audit.at("action"), "request_map.update");
    EXPECT_EQ(audit.at("reason"), "first map");
    EXPECT_EQ(put(mapRows(), "1").status, 412);
    EXPECT_EQ(put(Json::array(), "2").status, 200);
    EXPECT_TRUE(decided(update).at("mapped").at("row").is_null());
}

TEST_F(RequestMapTest, badInputNamesItsField)
{
    Json rows = mapRows();
    rows[1]["path_pattern"] = "users";
    EXPECT_EQ(pointerOf(put(rows, "1")), "/rows/1/path_pattern");
    EXPECT_EQ(pointerOf(router.call({"PUT", MapPath, Json::object(), "1"})), "/rows");
    EXPECT_EQ(router.call({"PUT", MapPath, {{"rows", Json::array()}}, "1", "operator"}).status, 403);
    const auto mistake = [&](const Json &request) {
        return pointerOf(router.call({"POST", "/api/v1/decisions", {{"requests", {request}}}}));
    };
    const Json http{{"method", "GET"}, {"path", "/users/1"}};
    EXPECT_EQ(mistake({{"http", http}, {"user_id", "ann"}}), "/requests/0/user_id");
    EXPECT_EQ(mistake({{"http", {{"method", "GET"}}}}), "/requests/0/http/path");
    EXPECT_EQ(mistake({{"http", {{"method", "GET"}, {"path", "users"}}}}), "/requests/0/http/path");
    EXPECT_EQ(mistake({{"http", {{"method", "GET"}, {"path", "/"}, {"headers", {{"a", 1}}}}}}), "/requests/0/http/headers");
    EXPECT_EQ(mistake({{"http", {{"method", "GET"}, {"path", "/"}, {"body", "x"}}}}), "/requests/0/http/body");
    EXPECT_EQ(mistake({{"http", "GET /"}}), "/requests/0/http");
    EXPECT_EQ(router.get(MapPath).at("version"), 1);
    EXPECT_EQ(router.get(MapPath).at("rows"), Json::array());
}

TEST_F(RequestMapTest, aRuleThatTakesReadsAloneIsWarnedOfBeforeItIsSaved)
{
    const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    Json rows = Json::array();
    for (const auto &[interface, method, system, operation] :
         {std::tuple("order-view", "GET", "viewing", "read"), std::tuple("order-change", "PUT", "changing", "update")})
        rows.push_back({{"interface", interface}, {"method", method}, {"path_pattern", "/orders/{id}"},
                        {"system_id", system}, {"operation", operation},
                        {"user_id", {{"from", "HEADER"}, {"name", "X-User"}}}});
    Json rule = userRuleBody("viewing", "NEW");
    rule["config_type"] = "SYSTEM_BASED";
    const auto warned = [&](const Json &warnings) {
        for (const Json &one : warnings) {
            if (one.at("code") == "SPLITS_READS_WRITES") return one.at("message").get<std::string>();
        }
        return std::string();
    };
    EXPECT_EQ(warned(router.post("/api/v1/rules?dry_run=true", rule, 200).at("warnings")), "") << "no map yet";
    ASSERT_EQ(put(rows, "1").status, 200);
    const std::string sentence = "The rule splits the reads and writes of one user: order-view (GET /orders/{id}) goes "
                                 "to NEW, order-change (PUT /orders/{id}) to LEGACY.";
    EXPECT_EQ(warned(router.post("/api/v1/rules?dry_run=true", rule, 200).at("warnings")), sentence);
    const Json preview =
        router.post("/api/v1/previews", {{"changes", {{{"kind", "rule.put"}, {"rule", rule}}}}}, 201);
    EXPECT_EQ(warned(preview.at("warnings")), sentence);
    EXPECT_EQ(preview.at("warnings")[0].at("config_name"), rule.at("config_name"));
    const Json report = router.post("/api/v1/rules/import?dry_run=true", {{"rules", {rule}}}, 200);
    EXPECT_EQ(warned(report.at("warnings")), sentence);
    router.kill();
    ASSERT_TRUE(router.start());
    const Json created = router.post("/api/v1/rules", rule);
    EXPECT_EQ(warned(created.at("warnings")), sentence) << "saved all the same";
    // To the system of the writes: what it was for before counts no more.
    const TestAnswer moved = router.call({"PATCH", "/api/v1/rules/" + created.at("id").get<std::string>() + "?dry_run=true",
                                          {{"target_entity", "changing"}}, "1"});
    EXPECT_EQ(warned(moved.json.at("warnings")),
              "The rule splits the reads and writes of one user: order-view (GET /orders/{id}) goes to LEGACY, "
              "order-change (PUT /orders/{id}) to NEW.");
}

} // namespace

} // namespace crossfade
