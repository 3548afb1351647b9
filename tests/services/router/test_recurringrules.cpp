// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Time rules that come again every week: over HTTP, in the store, and in stores that knew none.

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crossfade {

namespace {

const Json Nights{{"weekdays", {"MON", "TUE", "WED", "THU", "FRI"}},
                  {"from", "22:00"},
                  {"to", "06:00"},
                  {"time_zone", "Europe/Berlin"}};

Json timeRuleBody(const Json &recurrence)
{
    return {{"config_name", "nights"},
            {"config_type", "TIME_BASED"},
            {"target_platform", "NEW"},
            {"reason", "load test"},
            {"recurrence", recurrence}};
}

class RecurringRules : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start()) << router.log();
        router.call(
            {"PUT", "/api/v1/switches", {{"master", "OFF"}, {"default_platform", "LEGACY"}}, "1"});
    }

    Json decisionAt(const char *when, bool trace = false)
    {
        const Json requests{{"requests", {{{"user_id", "ann"}, {"at", when}}}}};
        return router
            .post(std::string("/api/v1/decisions") + (trace ? "?trace=true" : ""), requests, 200)
            .at("decisions")[0];
    }
    std::string reasonAt(const char *when) { return decisionAt(when).at("reason"); }

    std::unique_ptr<StoreConnection> store() { return router.store(); }

    RouterService router;
};

} // namespace

TEST_F(RecurringRules, areStoredShownAndObeyed)
{
    const TestAnswer created = router.call({"POST", "/api/v1/rules", timeRuleBody(Nights)});
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(created.json.at("recurrence"), Nights);
    EXPECT_TRUE(created.json.at("warnings").empty());
    const std::string id = created.json.at("id");
    const std::string path = "/api/v1/rules/" + id;
    EXPECT_EQ(router.get(path).at("recurrence"), Nights);
    EXPECT_EQ(router.get("/api/v1/rules?type=TIME_BASED").at("items")[0].at("recurrence"), Nights);
    EXPECT_EQ(
        router.get("/api/v1/audit?object_type=rule").at("items")[0].at("after").at("recurrence"),
        Nights);
    EXPECT_EQ(reasonAt("2026-11-20T20:59:59.999Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(decisionAt("2026-11-20T21:00:00Z").at("rule_id"), id);
    EXPECT_EQ(decisionAt("2026-11-20T21:00:00Z").at("rule_reason"), "load test");
    EXPECT_EQ(reasonAt("2026-11-21T05:00:00Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonAt("2026-11-22T22:00:00Z"), "DEFAULT_ROUTING"); // Sunday
    EXPECT_EQ(reasonAt("2026-03-27T21:00:00Z"), "TIME_RULE");
    EXPECT_EQ(reasonAt("2026-03-30T19:59:59Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonAt("2026-03-30T20:00:00Z"), "TIME_RULE"); // summer time since
    EXPECT_EQ(reasonAt("2097-07-01T20:00:00Z"), "TIME_RULE"); // far beyond what zone files list
    EXPECT_EQ(reasonAt("9999-07-01T20:00:00Z"), "TIME_RULE");
    EXPECT_EQ(reasonAt("1970-07-01T21:00:00Z"), "TIME_RULE"); // no summer time in that year
    EXPECT_EQ(reasonAt("1970-07-01T20:59:59Z"), "DEFAULT_ROUTING");
    const Json line5 = decisionAt("2026-11-21T12:00:00Z", true).at("trace")[4];
    EXPECT_NE(line5.at("detail").get<std::string>().find("next at 2026-11-23T21:00:00.000Z"),
              std::string::npos)
        << line5;

    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(router.get(path).at("recurrence"), Nights);
    EXPECT_EQ(decisionAt("2026-11-20T21:00:00Z").at("rule_id"), id);
}

TEST_F(RecurringRules, arePatchedReplacedAndMadePlainAgain)
{
    const std::string path =
        "/api/v1/rules/" +
        router.post("/api/v1/rules", timeRuleBody(Nights)).at("id").get<std::string>();
    EXPECT_EQ(router.call({"PATCH", path, {{"priority", 5}}, "1"}).json.at("recurrence"), Nights);
    Json weekend = Nights;
    weekend["weekdays"] = Json::array({"SAT", "SUN"});
    weekend["to"] = "22:00";
    const TestAnswer patched = router.call(
        {"PATCH", path, {{"recurrence", weekend}, {"end_time", "2026-11-22T12:00:00Z"}}, "2"});
    ASSERT_EQ(patched.status, 200) << patched.body;
    EXPECT_EQ(patched.json.at("recurrence"), weekend);
    EXPECT_EQ(reasonAt("2026-11-20T21:00:00Z"), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonAt("2026-11-21T21:00:00Z"), "TIME_RULE");
    EXPECT_EQ(reasonAt("2026-11-22T11:59:59Z"), "TIME_RULE");
    EXPECT_EQ(reasonAt("2026-11-22T12:00:00Z"), "DEFAULT_ROUTING");
    const TestAnswer plain =
        router.call({"PATCH", path, {{"recurrence", nullptr}, {"end_time", nullptr}}, "3"});
    ASSERT_EQ(plain.status, 200) << plain.body;
    EXPECT_TRUE(plain.json.at("recurrence").is_null());
    EXPECT_EQ(reasonAt("2026-11-20T12:00:00Z"), "TIME_RULE");
    // A PUT without it says none, as with the other fields.
    EXPECT_EQ(router.call({"PUT", path, timeRuleBody(Nights), "4"}).json.at("recurrence"), Nights);
    Json without = timeRuleBody(Nights);
    without.erase("recurrence");
    EXPECT_TRUE(router.call({"PUT", path, without, "5"}).json.at("recurrence").is_null());
}

TEST_F(RecurringRules, everyZoneHasItsOwnClocks)
{
    const auto add = [&](const char *name, const char *zone, const char *from, const char *to,
                         int priority) {
        Json body =
            timeRuleBody({{"weekdays", {"SAT"}}, {"from", from}, {"to", to}, {"time_zone", zone}});
        body["config_name"] = name;
        body["priority"] = priority;
        router.post("/api/v1/rules", body);
    };
    add("nepal", "Asia/Kathmandu", "09:00", "10:00", 1);          // 03:15 to 04:15 UTC
    add("samoa", "Pacific/Apia", "17:30", "19:00", 2);            // 04:30 to 06:00 UTC
    add("lord howe", "Australia/Lord_Howe", "14:00", "18:00", 3); // 03:00 to 07:00 UTC in summer
    const auto nameAt = [&](const char *when) {
        const Json decision = decisionAt(when);
        return decision.at("rule_id").is_null()
                   ? std::string("none")
                   : router.get("/api/v1/rules/" + decision.at("rule_id").get<std::string>())
                         .at("config_name")
                         .get<std::string>();
    };
    EXPECT_EQ(nameAt("2026-11-21T02:59:59Z"), "none");
    EXPECT_EQ(nameAt("2026-11-21T03:00:00Z"), "lord howe");
    EXPECT_EQ(nameAt("2026-11-21T03:15:00Z"), "nepal");
    EXPECT_EQ(nameAt("2026-11-21T04:15:00Z"), "lord howe");
    EXPECT_EQ(nameAt("2026-11-21T04:30:00Z"), "samoa");
    EXPECT_EQ(nameAt("2026-11-21T06:30:00Z"), "lord howe");
    EXPECT_EQ(nameAt("2026-11-21T07:00:00Z"), "none");
}

TEST_F(RecurringRules, warningsAndPreviewsKnowThem)
{
    router.post("/api/v1/rules", timeRuleBody(Nights));
    Json within = timeRuleBody(Nights);
    within["priority"] = 200;
    const TestAnswer looked = router.call({"POST", "/api/v1/rules?dry_run=true", within});
    EXPECT_EQ(looked.json.at("warnings")[0].at("code"), "SHADOWED");
    Json never = timeRuleBody(Nights);
    never["recurrence"]["weekdays"] = Json::array({"WED"});
    never["start_time"] = "2126-11-21T12:00:00Z"; // a Thursday
    never["end_time"] = "2126-11-22T00:00:00Z";
    const TestAnswer empty = router.call({"POST", "/api/v1/rules?dry_run=true", never});
    EXPECT_EQ(empty.json.at("warnings")[0].at("code"), "EMPTY_WINDOW");
    EXPECT_EQ(empty.json.at("warnings")[0].at("pointer"), "/recurrence");

    Json days = timeRuleBody(Nights);
    days["recurrence"]["from"] = "06:00";
    days["recurrence"]["to"] = "22:00";
    const auto movedAt = [&](const char *when) {
        const Json question{{"changes", {{{"kind", "rule.put"}, {"rule", days}}}}, {"at", when}};
        const TestAnswer answer = router.call({"POST", "/api/v1/previews", question});
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer.json.at("to_new").at("count").get<int>();
    };
    ASSERT_EQ(router.send({"PUT", "/api/v1/directory", {}, "1"}, "ann\nbob\n", "text/plain").status,
              200);
    EXPECT_EQ(movedAt("2026-11-20T12:00:00Z"), 2);
    EXPECT_EQ(movedAt("2026-11-20T22:00:00Z"), 0); // the nights are on NEW already
    EXPECT_EQ(movedAt("2026-11-21T12:00:00Z"), 0); // no working day
    days["recurrence"]["time_zone"] = "Europe/Atlantis";
    const TestAnswer bad = router.call(
        {"POST", "/api/v1/previews", {{"changes", {{{"kind", "rule.put"}, {"rule", days}}}}}});
    EXPECT_EQ(bad.status, 422);
    EXPECT_EQ(pointerOf(bad), "/changes/0/rule/recurrence/time_zone");
}

TEST_F(RecurringRules, theirBeginsAndEndsStandInTheHistory)
{
    Json always = timeRuleBody(Nights);
    always["recurrence"] = {{"weekdays", {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}},
                            {"from", "01:00"},
                            {"to", "02:00"},
                            {"time_zone", "UTC"}};
    router.post("/api/v1/rules", always);
    ASSERT_EQ(router.stop(), 0);
    // As if all of it had been done ten days ago.
    ASSERT_TRUE(store()->execute("UPDATE revision SET at = at - 864000000"));
    ASSERT_TRUE(router.start()) << router.log();
    const Json history = router.get("/api/v1/users/ann").at("history");
    int begins = 0;
    int ends = 0;
    for (const Json &entry : history) {
        if (entry.at("cause") != "WINDOW") continue;
        EXPECT_EQ(entry.at("reason"), "load test");
        const std::string clock = entry.at("at").get<std::string>().substr(11);
        if (clock == "01:00:00.000Z" && entry.at("to") == "NEW") ++begins;
        if (clock == "02:00:00.000Z" && entry.at("to") == "LEGACY") ++ends;
    }
    EXPECT_GE(begins, 9);
    EXPECT_GE(ends, 9);
    EXPECT_LE(begins + ends, 21);
}

TEST_F(RecurringRules, aStoreThatKnewNoneOpens)
{
    Json plain = timeRuleBody(nullptr);
    plain["start_time"] = "2030-01-01T00:00:00Z";
    const Json rule = router.post("/api/v1/rules", plain);
    const Json user = router.post("/api/v1/rules", userRuleBody("bob"));
    ASSERT_EQ(router.stop(), 0);
    {
        const auto old = store();
        backToScript(*old, "router", 3);
        ASSERT_TRUE(old->execute(
            "UPDATE revision SET after_json = replace(after_json, '\"recurrence\":null,', '')"));
    }
    ASSERT_TRUE(router.start()) << router.log();
    Json stored = router.get("/api/v1/rules/" + rule.at("id").get<std::string>());
    EXPECT_TRUE(stored.at("recurrence").is_null());
    stored["warnings"] = rule.at("warnings");
    EXPECT_EQ(stored, rule);
    EXPECT_EQ(reasonAt("2030-01-02T00:00:00Z"), "TIME_RULE");
    EXPECT_EQ(router.get("/api/v1/users/bob").at("decision").at("rule_id"), user.at("id"));
    EXPECT_EQ(router.get("/api/v1/users/bob").at("history").size(), 2U);
    const Json now = router.post("/api/v1/rules", timeRuleBody(Nights));
    EXPECT_EQ(now.at("recurrence"), Nights);
}

// Leaving the rule out without a word would route wrongly; so it says what is missing and stays
// down.
TEST_F(RecurringRules, aZoneThatIsGoneIsToldAtTheStart)
{
    router.post("/api/v1/rules", timeRuleBody(Nights));
    ASSERT_EQ(router.stop(), 0);
    ASSERT_TRUE(store()->execute("UPDATE rule SET time_zone = 'Europe/Atlantis'"));
    const Output output = router.command({"serve", "--listen", "127.0.0.1:0"});
    EXPECT_EQ(output.exitCode, 1);
    EXPECT_NE(output.err.find("Europe/Atlantis"), std::string::npos) << output.err;
    EXPECT_NE(output.err.find("nights"), std::string::npos) << output.err;
}

} // namespace crossfade
