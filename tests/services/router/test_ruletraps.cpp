// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Where rules are easily got wrong, over HTTP: which of several wins, a deletion as an operation, and times of day on
// the two days a year on which clocks are set.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crossfade {

namespace {

constexpr const char *TrapRules = "/api/v1/rules";
constexpr const char *TrapMap = "/api/v1/request-map";

class RuleTraps : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start()) << router.log();
        const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    }
    Json decided(Json request, bool trace = false)
    {
        const Json requests{{"requests", {std::move(request)}}};
        return router.post(std::string("/api/v1/decisions") + (trace ? "?trace=true" : ""), requests, 200)
            .at("decisions")[0];
    }
    // With an id that the test chooses.
    static Json rule(const std::string &id, const std::string &name, const std::string &platform, int priority = 100)
    {
        return {{"id", id},
                {"config_name", name},
                {"config_type", "USER_BASED"},
                {"target_entity", "ann"},
                {"target_platform", platform},
                {"reason", "by " + name},
                {"priority", priority},
                {"active", true}};
    }
    void import(const Json &rules)
    {
        const TestAnswer answer = router.call({"POST", "/api/v1/rules/import", {{"rules", rules}}});
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    static std::string pathOf(const std::string &id) { return std::string(TrapRules) + "/" + id; }
    // Who wins, by the decision and by its trace, which names him and no other.
    void expectWinner(const std::string &name, const std::string &id, const std::string &platform)
    {
        const Json decision = decided({{"user_id", "ann"}}, true);
        EXPECT_EQ(decision.at("rule_id"), id);
        EXPECT_EQ(decision.at("platform"), platform);
        EXPECT_EQ(decision.at("rule_reason"), "by " + name);
        const Json line3 = decision.at("trace")[2];
        EXPECT_EQ(line3.at("decides"), true) << line3;
        EXPECT_NE(line3.at("detail").get<std::string>().find("\"" + name + "\""), std::string::npos) << line3;
    }
    void timeRule(const std::string &name, const std::string &from, const std::string &to, const std::string &zone,
                  int priority = 100)
    {
        router.post(TrapRules, {{"config_name", name},
                            {"config_type", "TIME_BASED"},
                            {"target_platform", "NEW"},
                            {"reason", name},
                            {"priority", priority},
                            {"recurrence",
                             {{"weekdays", {"SUN"}}, {"from", from}, {"to", to}, {"time_zone", zone}}}});
    }
    // The rule that decides at that moment, by its name; "" if none does.
    std::string at(const std::string &when)
    {
        const Json decision = decided({{"user_id", "bob"}, {"at", when}});
        return decision.at("reason") == "TIME_RULE" ? decision.at("rule_reason").get<std::string>() : std::string();
    }
    void deleteRules()
    {
        const Json page = router.get("/api/v1/rules?limit=1000");
        for (const Json &one : page.at("items"))
            EXPECT_EQ(router.call({"DELETE", pathOf(one.at("id")), {}, std::to_string(one.at("version").get<int>())})
                          .status,
                      204);
    }

    RouterService router;
};

const std::string SmallId = "01930000-0000-7000-8000-000000000001";
const std::string MiddleId = "01930000-0000-7000-8000-000000000002";
const std::string LargeId = "01930000-0000-7000-8000-00000000000a";

} // namespace

TEST_F(RuleTraps, theSmallerPriorityWinsAndAmongEqualsTheSmallerId)
{
    // The larger id is there first, and was changed last: neither counts.
    import({rule(LargeId, "large", "LEGACY"), rule(MiddleId, "middle", "NEW")});
    expectWinner("middle", MiddleId, "NEW");
    import(Json::array({rule(SmallId, "small", "LEGACY")}));
    expectWinner("small", SmallId, "LEGACY");
    ASSERT_EQ(router.call({"PATCH", pathOf(LargeId), {{"config_name", "large"}, {"reason", "by large"}}, "1"}).status,
              200);
    expectWinner("small", SmallId, "LEGACY");
    // 9 is smaller than 10 and 100: a number, not a text.
    ASSERT_EQ(router.call({"PATCH", pathOf(SmallId), {{"priority", 10}}, "1"}).status, 200);
    ASSERT_EQ(router.call({"PATCH", pathOf(MiddleId), {{"priority", 9}}, "1"}).status, 200);
    expectWinner("middle", MiddleId, "NEW");
    const auto check = [&] { // whoever wins is gone, off or out of his time: the next one
        ASSERT_EQ(router.call({"PATCH", pathOf(MiddleId), {{"active", false}}, "2"}).status, 200);
        expectWinner("small", SmallId, "LEGACY");
        ASSERT_EQ(router.call({"PATCH", pathOf(SmallId), {{"end_time", "2020-01-01T00:00:00Z"}}, "2"}).status, 200);
        expectWinner("large", LargeId, "LEGACY");
        ASSERT_EQ(router.call({"DELETE", pathOf(LargeId), {}, "2"}).status, 204);
        EXPECT_EQ(decided({{"user_id", "ann"}}).at("reason"), "DEFAULT_ROUTING");
    };
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    expectWinner("middle", MiddleId, "NEW");
    check();
}

TEST_F(RuleTraps, aUsersRuleWinsOverASystemsAndThatOverATimesWhateverTheirPriorities)
{
    Json system = rule(MiddleId, "system", "NEW", 1);
    system["config_type"] = "SYSTEM_BASED";
    system["target_entity"] = "shop";
    Json always = rule(SmallId, "always", "LEGACY", 0);
    always["config_type"] = "TIME_BASED";
    always.erase("target_entity");
    import({rule(LargeId, "user", "LEGACY", 1'000), system, always});
    expectWinner("user", LargeId, "LEGACY");
    const Json line4 = decided({{"user_id", "bob"}, {"system_id", "shop"}}, true);
    EXPECT_EQ(line4.at("rule_id"), MiddleId);
    EXPECT_EQ(line4.at("reason"), "SYSTEM_RULE");
    EXPECT_EQ(decided({{"user_id", "bob"}, {"system_id", "crm"}}).at("rule_id"), SmallId);
}

TEST_F(RuleTraps, aDeletionIsWrittenToBothAsAnyOtherWriteIs)
{
    const Json rows = Json::array({{{"interface", "user-delete"},
                                    {"method", "DELETE"},
                                    {"path_pattern", "/users/{id}"},
                                    {"system_id", "auth"},
                                    {"operation", "delete"},
                                    {"entity_id", {{"from", "PATH_SEGMENT"}, {"name", "id"}}},
                                    {"user_id", {{"from", "PATH_SEGMENT"}, {"name", "id"}}},
                                    {"replicate", true}}});
    ASSERT_EQ(router.call({"PUT", TrapMap, {{"rows", rows}, {"reason", "deletions"}}, "1"}).status, 200);
    const auto put = [&](const Json &changes) {
        Json all{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"reason", "trap"}};
        all.update(changes);
        const int version = router.get("/api/v1/switches").at("version");
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", all, std::to_string(version)}).status, 200);
    };
    const auto deletion = [&](const std::string &id) {
        return decided({{"http", {{"method", "DELETE"}, {"path", "/users/" + id}}}});
    };
    import(Json::array({rule(SmallId, "moved", "NEW")}));
    Json decision = deletion("ann");
    EXPECT_EQ(decision.at("mapped").at("operation"), "delete");
    EXPECT_EQ(decision.at("mapped").at("user_id"), "ann");
    EXPECT_EQ(decision.at("reason"), "USER_RULE");
    EXPECT_EQ(decision.at("platform"), "NEW");
    EXPECT_EQ(decision.at("mode"), "SINGLE");
    // A deletion that the other side never hears of would come back with the next repair.
    put({{"dual_write", true}, {"inserts_to_new", true}, {"id_threshold", 1'000}});
    decision = deletion("ann");
    EXPECT_EQ(decision.at("platform"), "BOTH");
    EXPECT_EQ(decision.at("mode"), "DUAL_WRITE");
    EXPECT_EQ(decision.at("primary"), "NEW");
    decision = deletion("bob");
    EXPECT_EQ(decision.at("mode"), "DUAL_WRITE");
    EXPECT_EQ(decision.at("primary"), "LEGACY");
    EXPECT_EQ(decision.at("reason"), "DEFAULT_ROUTING") << "inserts_to_new is about insertions";
    decision = deletion("1000");
    EXPECT_EQ(decision.at("reason"), "ID_THRESHOLD");
    EXPECT_EQ(decision.at("platform"), "NEW");
    EXPECT_EQ(decision.at("mode"), "SINGLE") << "LEGACY never knew it";
    // A rule for both: reads are compared, a deletion is done twice.
    import(Json::array({rule(MiddleId, "both", "BOTH", 1)}));
    decision = deletion("ann");
    EXPECT_EQ(decision.at("mode"), "DUAL_WRITE");
    EXPECT_EQ(decision.at("primary"), "LEGACY");
    EXPECT_EQ(decided({{"user_id", "ann"}, {"operation", "read"}}).at("mode"), "COMPARE");
    EXPECT_EQ(decided({{"user_id", "ann"}, {"operation", "delete"}}).at("mode"), "DUAL_WRITE");
    // Of the same path another method is no deletion.
    EXPECT_TRUE(decided({{"http", {{"method", "GET"}, {"path", "/users/ann"}}}}).at("mapped").at("row").is_null());
    put({{"master", "LEGACY"}, {"dual_write", true}});
    EXPECT_EQ(deletion("ann").at("mode"), "SINGLE") << "the master switch is never dual";
}

// The night in spring in which clocks go from 2:00 to 3:00 at 01:00 UTC.
TEST_F(RuleTraps, inSpringTheSkippedHourDoesNotOccur)
{
    const std::string berlin = "Europe/Berlin";
    timeRule("within", "02:15", "02:45", berlin);
    EXPECT_EQ(at("2026-03-29T00:59:59.999Z"), "");
    EXPECT_EQ(at("2026-03-29T01:00:00Z"), "");
    EXPECT_EQ(at("2026-03-29T01:30:00Z"), "");
    EXPECT_EQ(at("2026-03-22T01:15:00Z"), "within") << "the Sunday before";
    EXPECT_EQ(at("2026-04-05T00:15:00Z"), "within") << "the Sunday after";
    EXPECT_EQ(at("2026-04-05T01:15:00Z"), "");
    deleteRules();
    timeRule("begins in it", "02:30", "04:00", berlin);
    EXPECT_EQ(at("2026-03-29T00:59:59.999Z"), "");
    EXPECT_EQ(at("2026-03-29T01:00:00Z"), "begins in it") << "with the jump";
    EXPECT_EQ(at("2026-03-29T01:59:59.999Z"), "begins in it");
    EXPECT_EQ(at("2026-03-29T02:00:00Z"), "") << "04:00";
    deleteRules();
    timeRule("ends in it", "01:00", "02:30", berlin);
    EXPECT_EQ(at("2026-03-29T00:00:00Z"), "ends in it");
    EXPECT_EQ(at("2026-03-29T00:59:59.999Z"), "ends in it");
    EXPECT_EQ(at("2026-03-29T01:00:00Z"), "") << "with the jump";
    deleteRules();
    // Spans that touch leave no gap and do not overlap.
    timeRule("before", "00:00", "02:30", berlin, 1);
    timeRule("after", "02:30", "06:00", berlin, 2);
    EXPECT_EQ(at("2026-03-29T00:59:59.999Z"), "before");
    EXPECT_EQ(at("2026-03-29T01:00:00Z"), "after");
    EXPECT_EQ(at("2026-03-29T03:59:59.999Z"), "after");
    EXPECT_EQ(at("2026-03-29T04:00:00Z"), "");
}

// The night in autumn in which clocks go from 3:00 back to 2:00 at 01:00 UTC.
TEST_F(RuleTraps, inAutumnTheDoubledHourOccursOnce)
{
    const std::string berlin = "Europe/Berlin";
    timeRule("within", "02:15", "02:45", berlin);
    EXPECT_EQ(at("2026-10-25T00:14:59.999Z"), "");
    EXPECT_EQ(at("2026-10-25T00:15:00Z"), "within") << "the first 2:15";
    EXPECT_EQ(at("2026-10-25T00:45:00Z"), "");
    EXPECT_EQ(at("2026-10-25T01:15:00Z"), "") << "the second 2:15";
    deleteRules();
    timeRule("whole", "02:00", "03:00", berlin);
    EXPECT_EQ(at("2026-10-24T23:59:59.999Z"), "");
    EXPECT_EQ(at("2026-10-25T00:00:00Z"), "whole");
    EXPECT_EQ(at("2026-10-25T01:00:00Z"), "whole") << "in one piece until it is 3:00";
    EXPECT_EQ(at("2026-10-25T01:59:59.999Z"), "whole");
    EXPECT_EQ(at("2026-10-25T02:00:00Z"), "");
    deleteRules();
    timeRule("over it", "01:00", "04:00", berlin);
    EXPECT_EQ(at("2026-10-24T23:00:00Z"), "over it");
    EXPECT_EQ(at("2026-10-25T02:59:59.999Z"), "over it") << "four hours long";
    EXPECT_EQ(at("2026-10-25T03:00:00Z"), "");
    // What would happen then is the same asked as a preview.
    ASSERT_EQ(router.send({"PUT", "/api/v1/directory", {}, "1"}, "bob\n", "text/plain").status, 200);
    const Json rule{{"config_name", "dawn"},
                    {"config_type", "TIME_BASED"},
                    {"target_platform", "NEW"},
                    {"recurrence",
                     {{"weekdays", {"SUN"}}, {"from", "02:15"}, {"to", "02:45"}, {"time_zone", berlin}}}};
    deleteRules();
    const auto movedAt = [&](const char *when) {
        const Json question{{"changes", {{{"kind", "rule.put"}, {"rule", rule}}}}, {"at", when}};
        return router.post("/api/v1/previews", question).at("to_new").at("count").get<int>();
    };
    EXPECT_EQ(movedAt("2026-10-25T00:20:00Z"), 1);
    EXPECT_EQ(movedAt("2026-10-25T01:20:00Z"), 0);
    EXPECT_EQ(movedAt("2026-03-29T01:20:00Z"), 0);
}

// Elsewhere clocks are set on other days, by other amounts, and at another time of the day.
TEST_F(RuleTraps, clocksAreSetByEachZonesOwnRules)
{
    timeRule("new york", "02:15", "02:45", "America/New_York", 1);
    EXPECT_EQ(at("2026-03-08T07:30:00Z"), "") << "skipped";
    EXPECT_EQ(at("2026-03-29T06:15:00Z"), "new york") << "Europe's night is one like any other";
    deleteRules();
    timeRule("new york", "01:15", "01:45", "America/New_York", 1);
    EXPECT_EQ(at("2026-11-01T05:15:00Z"), "new york");
    EXPECT_EQ(at("2026-11-01T06:15:00Z"), "") << "the second 1:15";
    deleteRules();
    // Half an hour, in October towards summer: 2:00 becomes 2:30 at 15:30 UTC of the day before.
    timeRule("lord howe", "02:10", "02:40", "Australia/Lord_Howe", 1);
    EXPECT_EQ(at("2026-10-03T15:29:59.999Z"), "");
    EXPECT_EQ(at("2026-10-03T15:30:00Z"), "lord howe");
    EXPECT_EQ(at("2026-10-03T15:40:00Z"), "");
}

} // namespace crossfade
