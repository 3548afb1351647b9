// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <set>

namespace crossfade {

namespace {

class Rules : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }

    std::string create(const Json &body)
    {
        return router.post("/api/v1/rules", body).at("id").get<std::string>();
    }
    static std::string platformOf(const Json &decision) { return decision.at("platform"); }
    Json decide(const std::string &user)
    {
        return router.post("/api/v1/decisions", {{"requests", {{{"user_id", user}}}}}, 200)
            .at("decisions")
            .at(0);
    }

    RouterService router;
};

} // namespace

TEST_F(Rules, liveFromCreationToDeletion)
{
    const TestAnswer created = router.call({"POST", "/api/v1/rules", userRuleBody("ann", "LEGACY")});
    ASSERT_EQ(created.status, 201);
    const std::string id = created.json.at("id");
    EXPECT_EQ(created.header("etag"), "\"1\"");
    EXPECT_EQ(created.header("location"), "/api/v1/rules/" + id);
    EXPECT_EQ(created.json.at("priority"), 100);
    EXPECT_EQ(created.json.at("active"), true);
    EXPECT_EQ(created.json.at("changed_by"), "admin-1");
    EXPECT_EQ(decide("ann").at("reason"), "USER_RULE");
    EXPECT_EQ(decide("ann").at("rule_id"), id);
    EXPECT_EQ(decide("ann").at("platform"), "LEGACY");

    const TestAnswer patched =
        router.call({"PATCH", "/api/v1/rules/" + id, {{"target_platform", "NEW"}, {"priority", 7}}, "1"});
    ASSERT_EQ(patched.status, 200) << patched.body;
    EXPECT_EQ(patched.header("etag"), "\"2\"");
    EXPECT_EQ(patched.json.at("priority"), 7);
    EXPECT_EQ(patched.json.at("config_name"), "rule of ann");
    EXPECT_EQ(decide("ann").at("platform"), "NEW");

    Json whole = userRuleBody("bob", "LEGACY");
    EXPECT_EQ(router.call({"PUT", "/api/v1/rules/" + id, whole, "2"}).status, 200);
    EXPECT_EQ(decide("ann").at("reason"), "DEFAULT_ROUTING");
    EXPECT_EQ(decide("bob").at("rule_id"), id);
    EXPECT_EQ(router.get("/api/v1/rules/" + id).at("priority"), 100);

    EXPECT_EQ(router.call({"DELETE", "/api/v1/rules/" + id, {}, "3"}).status, 204);
    EXPECT_EQ(decide("bob").at("reason"), "DEFAULT_ROUTING");
    router.get("/api/v1/rules/" + id, 404);
}

TEST_F(Rules, twoOperatorsCannotOverwriteEachOther)
{
    const std::string path = "/api/v1/rules/" + create(userRuleBody("ann"));
    EXPECT_EQ(router.call({"PATCH", path, {{"priority", 1}}}).status, 428);
    EXPECT_EQ(router.call({"PATCH", path, {{"priority", 1}}, "1"}).status, 200);
    const TestAnswer late = router.call({"PATCH", path, {{"priority", 2}}, "1"});
    EXPECT_EQ(late.status, 412);
    EXPECT_EQ(pointerOf(late), "header:If-Match");
    EXPECT_EQ(router.call({"PUT", path, userRuleBody("ann"), "1"}).status, 412);
    EXPECT_EQ(router.call({"DELETE", path, {}, "1"}).status, 412);
    EXPECT_EQ(router.call({"DELETE", path, {}}).status, 428);
    EXPECT_EQ(router.get(path).at("priority"), 1);
}

TEST_F(Rules, surviveKill)
{
    const std::string id = create(userRuleBody("ann"));
    const Json before = router.get("/api/v1/rules/" + id);
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(router.get("/api/v1/rules/" + id), before);
    EXPECT_EQ(decide("ann").at("rule_id"), id);
}

TEST_F(Rules, pagesAreStableWhileOthersChange)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 25; ++i)
        ids.push_back(create(userRuleBody("user-" + std::to_string(i))));
    std::vector<std::string> seen;
    std::string cursor;
    for (int page = 0; page < 10; ++page) {
        const Json answer = router.get("/api/v1/rules?limit=10" + (cursor.empty() ? "" : "&cursor=" + cursor));
        for (const Json &item : answer.at("items"))
            seen.push_back(item.at("id"));
        if (page == 0) {
            EXPECT_EQ(answer.at("total"), 25);
            // What was seen already disappears: nothing after it may be skipped.
            router.call({"DELETE", "/api/v1/rules/" + ids[3], {}, "1"});
        }
        if (answer.at("next_cursor").is_null()) break;
        cursor = answer.at("next_cursor");
    }
    EXPECT_EQ(seen, ids);
}

TEST_F(Rules, anchorsAreWhereTheirPagesBegin)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 23; ++i)
        ids.push_back(create(userRuleBody("user-" + std::to_string(i), i % 2 == 0 ? "NEW" : "LEGACY")));
    const auto check = [&](const std::string &filters, const std::vector<std::string> &listed, std::int64_t count) {
        const Json answer = router.get("/api/v1/rules/anchors?count=" + std::to_string(count) + filters);
        EXPECT_EQ(answer.at("total"), listed.size());
        std::size_t before = 0;
        for (const Json &anchor : answer.at("anchors")) {
            const auto offset = anchor.at("offset").get<std::size_t>();
            EXPECT_EQ(offset - before, answer.at("anchors")[0].at("offset").get<std::size_t>()) << "evenly";
            before = offset;
            const Json page = router.get("/api/v1/rules?limit=2" + filters +
                                         "&cursor=" + anchor.at("cursor").get<std::string>());
            EXPECT_FALSE(page.at("items").empty());
            if (page.at("items").empty()) return std::size_t{0};
            EXPECT_EQ(page.at("items")[0].at("id"), listed[offset]) << offset;
        }
        return answer.at("anchors").size();
    };
    std::vector<std::string> onNew;
    for (std::size_t i = 0; i < ids.size(); i += 2)
        onNew.push_back(ids[i]);
    EXPECT_EQ(check("", ids, 5), 4U);
    EXPECT_EQ(check("", ids, 100), 22U) << "each begins after a rule, the first of none";
    EXPECT_EQ(check("", ids, 1), 0U);
    EXPECT_EQ(check("&platform=NEW", onNew, 3), 2U);
    EXPECT_EQ(check("&q=user-1&active=true", {ids[1], ids[10], ids[11], ids[12], ids[13], ids[14], ids[15], ids[16],
                                              ids[17], ids[18], ids[19]}, 4), 3U);
    EXPECT_EQ(check("&type=TIME_BASED", {}, 4), 0U);
    for (const char *bad : {"?count=0", "?count=10001", "?count=x", "?platform=x", "?limit=3", "?cursor=YQ"}) {
        const TestAnswer answer = router.call({"GET", std::string("/api/v1/rules/anchors") + bad, {}});
        EXPECT_EQ(answer.status, 422) << bad;
        EXPECT_EQ(pointerOf(answer), std::string(bad).substr(0, std::string(bad).find('='))) << bad;
    }
}

TEST_F(Rules, filters)
{
    create(userRuleBody("ann", "NEW"));
    Json system = userRuleBody("shop", "BOTH");
    system["config_type"] = "SYSTEM_BASED";
    system["config_name"] = "100%_of the \\ shop";
    create(system);
    Json off = userRuleBody("ann", "LEGACY");
    off["active"] = false;
    create(off);
    const auto total = [&](const std::string &query) {
        return router.get("/api/v1/rules?" + query).at("total").get<int>();
    };
    EXPECT_EQ(total("type=USER_BASED"), 2);
    EXPECT_EQ(total("type=TIME_BASED"), 0);
    EXPECT_EQ(total("target=ann"), 2);
    EXPECT_EQ(total("target=ann&active=true"), 1);
    EXPECT_EQ(total("platform=BOTH"), 1);
    EXPECT_EQ(total("active=false"), 1);
    EXPECT_EQ(total("q=SHOP"), 1);
    EXPECT_EQ(total("q=100%25_of"), 1);
    EXPECT_EQ(total("q=%25"), 1);
    EXPECT_EQ(total("q=_"), 1);
    EXPECT_EQ(total("q=%5C"), 1);
    EXPECT_EQ(total("q=rule%20of%20a"), 2);
    for (const char *bad : {"?type=X", "?platform=x", "?active=1", "?limit=0", "?limit=1001",
                            "?limit=a", "?cursor=%21", "?colour=red"}) {
        const TestAnswer answer = router.call({"GET", std::string("/api/v1/rules") + bad, {}});
        EXPECT_EQ(answer.status, 422) << bad;
        EXPECT_EQ(pointerOf(answer), std::string(bad).substr(0, std::string(bad).find('='))) << bad;
    }
}

TEST_F(Rules, dryRunWarnsAndChangesNothing)
{
    Json first = userRuleBody("ann", "NEW");
    first["priority"] = 1;
    const std::string other = create(first);
    const TestAnswer looked = router.call({"POST", "/api/v1/rules?dry_run=true", userRuleBody("ann", "LEGACY")});
    EXPECT_EQ(looked.status, 200);
    ASSERT_EQ(looked.json.at("warnings").size(), 2U);
    EXPECT_EQ(looked.json.at("warnings")[0].at("code"), "SHADOWED");
    EXPECT_EQ(looked.json.at("warnings")[0].at("rule_id"), other);
    EXPECT_EQ(looked.json.at("warnings")[0].at("pointer"), "/priority");
    EXPECT_EQ(looked.json.at("warnings")[1].at("code"), "CONTRADICTS");
    const TestAnswer patch = router.call(
        {"PATCH", "/api/v1/rules/" + other + "?dry_run=true", {{"end_time", "2020-01-01T00:00:00Z"}}, "1"});
    EXPECT_EQ(patch.json.at("warnings")[0].at("code"), "PAST_WINDOW");
    EXPECT_EQ(router.get("/api/v1/rules").at("total"), 1);
    EXPECT_EQ(router.get("/api/v1/rules/" + other).at("version"), 1);
    EXPECT_EQ(router.get("/api/v1/audit?object_type=rule").at("total"), 1);
    const TestAnswer saved = router.call({"POST", "/api/v1/rules", userRuleBody("ann", "LEGACY")});
    EXPECT_EQ(saved.status, 201);
    EXPECT_EQ(saved.json.at("warnings").size(), 2U);
}

TEST_F(Rules, aRepeatedKeyCreatesOnce)
{
    const RouterService::Call call{"POST", "/api/v1/rules", userRuleBody("ann"), {}, "admin",
                                   {{"Idempotency-Key", "once"}}};
    const TestAnswer first = router.call(call);
    const TestAnswer second = router.call(call);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(first.json, second.json);
    EXPECT_EQ(router.get("/api/v1/rules").at("total"), 1);
    RouterService::Call other = call;
    other.body["priority"] = 5;
    EXPECT_EQ(router.call(other).status, 422);
}

TEST_F(Rules, changesAreAuditedWithBeforeAndAfter)
{
    const std::string id = create(userRuleBody("ann"));
    router.call({"PATCH", "/api/v1/rules/" + id, {{"priority", 3}}, "1", "operator",
                 {{"X-Reason", "urgent%20%E2%9C%93"}}});
    router.call({"DELETE", "/api/v1/rules/" + id, {}, "2"});
    const Json items = router.get("/api/v1/audit?object_type=rule&object_id=" + id).at("items");
    ASSERT_EQ(items.size(), 3U);
    EXPECT_EQ(items[0].at("action"), "rule.delete");
    EXPECT_TRUE(items[0].at("after").is_null());
    EXPECT_EQ(items[1].at("action"), "rule.update");
    EXPECT_EQ(items[1].at("subject"), "operator-1");
    EXPECT_EQ(items[1].at("reason"), "urgent ✓");
    EXPECT_EQ(items[1].at("before").at("priority"), 100);
    EXPECT_EQ(items[1].at("after").at("priority"), 3);
    EXPECT_TRUE(items[2].at("before").is_null());
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

TEST_F(Rules, textsComeBackUnchanged)
{
    for (const std::string &text :
         {std::string("<script>alert('x')</script>"), std::string("'; DROP TABLE rule; --"),
          std::string("100% \\ \"quoted\" %s %n ${HOME} $(id)"), std::string("质量保证 Ünïcode 🚦 \u202Eright"),
          std::string("line\nbreak\ttab"), std::string("null"), std::string(1000, 'x')}) {
        Json body = userRuleBody("ann");
        body["reason"] = text;
        const bool isName = text.find('\n') == std::string::npos && text.size() <= 200;
        if (isName) body["config_name"] = text;
        const TestAnswer created = router.call({"POST", "/api/v1/rules", body});
        ASSERT_EQ(created.status, 201) << created.body;
        const Json stored = router.get("/api/v1/rules/" + created.json.at("id").get<std::string>());
        EXPECT_EQ(stored.at("reason"), text);
        if (isName) {
            EXPECT_EQ(stored.at("config_name"), text);
        }
        const Json audit = router.get("/api/v1/audit?limit=1").at("items").at(0);
        EXPECT_EQ(audit.at("after").at("reason"), text);
        EXPECT_EQ(audit.at("reason"), text);
    }
    EXPECT_EQ(router.get("/api/v1/rules").at("total"), 7);
}

TEST_F(Rules, windowsDecideAsOfAnyTime)
{
    Json body = userRuleBody("ann", "LEGACY");
    body["start_time"] = "2030-01-01T00:00:00Z";
    body["end_time"] = "2030-01-02T02:00:00+02:00";
    create(body);
    const auto at = [&](const std::string &when) {
        const Json requests{{"requests", {{{"user_id", "ann"}, {"at", when}}}}};
        return router.post("/api/v1/decisions", requests, 200).at("decisions")[0].at("reason");
    };
    EXPECT_EQ(at("2029-12-31T23:59:59.999Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(at("2030-01-01T00:00:00Z"), "USER_RULE");
    EXPECT_EQ(at("2030-01-01T23:59:59.999Z"), "USER_RULE");
    EXPECT_EQ(at("2030-01-02T00:00:00Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(decide("ann").at("reason"), "DEFAULT_ROUTING");
}

} // namespace crossfade
