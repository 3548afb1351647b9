// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/routingjson.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

using namespace crossfade;
using namespace crossfade::test;

namespace {

Json validRule()
{
    return Json{{"config_name", "VIPs"},     {"config_type", "USER_BASED"}, {"target_entity", "ann"},
                {"target_platform", "NEW"}, {"reason", "first"},           {"priority", 5}};
}

ZonePtr noZone(std::string_view) { return nullptr; } // none of these rules recurs

// The pointers of all mistakes, sorted and joined.
std::string mistakes(const Json &body)
{
    JsonReader in(body);
    readRuleInput(in, noZone);
    const std::optional<Error> error = in.finish();
    if (!error) return {};
    std::vector<std::string> pointers;
    for (const FieldError &field : error->fields)
        pointers.push_back(field.pointer);
    std::ranges::sort(pointers);
    std::string text;
    for (const std::string &pointer : pointers)
        text += (text.empty() ? "" : " ") + pointer;
    return text;
}

Json with(const char *field, Json value)
{
    Json body = validRule();
    body[field] = std::move(value);
    return body;
}

std::string requestMistake(const Json &body)
{
    JsonReader in(body);
    readDecisionRequest(in, body, at(0));
    const std::optional<Error> error = in.finish();
    return error ? "at " + error->fields.front().pointer : std::string();
}

} // namespace

RC_GTEST_PROP(RoutingJson, aStoredRuleComesBack, ())
{
    Rule rule = *anyRule();
    rule.reason = "<b>'; DROP TABLE rule; --</b> & \"质量\" ½";
    rule.createdAt = *anyInstant();
    rule.updatedAt = *anyInstant();
    rule.version = *rc::gen::inRange(1, 1000);
    const Result<Json> parsed = parseJson(dumpJson(ruleToJson(rule)));
    RC_ASSERT(parsed.has_value());
    const Result<Rule> back = ruleFromJson(*parsed, noZone);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == rule);
}

RC_GTEST_PROP(RoutingJson, aRulesTextIsThatOfItsJson, ())
{
    Rule rule = *anyRule();
    rule.reason = *rc::gen::arbitrary<std::string>();
    rule.name = *rc::gen::element<std::string>("plain", "\xE5\xBC\xA0", "a\"b\\", "\xFF");
    rule.createdAt = *anyInstant();
    if (rule.type == RuleType::Time && *rc::gen::arbitrary<bool>())
        rule.recurrence = Recurrence{{WeeklyWindow::EveryDay, 60, 120, "Europe/Berlin"}, nullptr};
    RC_ASSERT(ruleText(rule) == dumpJson(ruleToJson(rule)));
}

RC_GTEST_PROP(RoutingJson, policiesAndSwitchesComeBack, ())
{
    const PolicyChange change = *anyCover();
    if (change.after) {
        const Result<PolicyCover> cover = coverFromJson(coverToJson(*change.after));
        RC_ASSERT(cover.has_value());
        RC_ASSERT(*cover == *change.after);
    }
    Switches switches = *anySwitches();
    switches.changedBy = "ann";
    const Result<Switches> back = switchesFromJson(switchesToJson(switches));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == switches);
}

TEST(RoutingJson, defaultsOfARule)
{
    Json body = validRule();
    body.erase("priority");
    JsonReader in(body);
    const Rule rule = readRuleInput(in, noZone);
    EXPECT_FALSE(in.finish());
    EXPECT_EQ(rule.priority, 100);
    EXPECT_TRUE(rule.active);
    EXPECT_EQ(rule.window, TimeWindow());
}

TEST(RoutingJson, mistakesNameTheirField)
{
    EXPECT_EQ(mistakes(validRule()), "");
    EXPECT_EQ(mistakes(Json::object()),
              "/config_name /config_type /target_entity /target_platform");
    EXPECT_EQ(mistakes(with("config_name", "")), "/config_name");
    EXPECT_EQ(mistakes(with("config_name", std::string(201, 'a'))), "/config_name");
    EXPECT_EQ(mistakes(with("config_name", "a\nb")), "/config_name");
    EXPECT_EQ(mistakes(with("config_type", "user_based")), "/config_type");
    EXPECT_EQ(mistakes(with("target_entity", "a:b")), "/target_entity");
    EXPECT_EQ(mistakes(with("target_entity", nullptr)), "/target_entity");
    EXPECT_EQ(mistakes(with("config_type", "TIME_BASED")), "/target_entity");
    EXPECT_EQ(mistakes(with("target_platform", "OLD")), "/target_platform");
    EXPECT_EQ(mistakes(with("reason", std::string(4001, 'a'))), "/reason");
    EXPECT_EQ(mistakes(with("start_time", "yesterday")), "/start_time");
    EXPECT_EQ(mistakes(with("end_time", 5)), "/end_time");
    EXPECT_EQ(mistakes(with("priority", -1)), "/priority");
    EXPECT_EQ(mistakes(with("priority", 1.5)), "/priority");
    EXPECT_EQ(mistakes(with("active", "yes")), "/active");
    EXPECT_EQ(mistakes(with("colour", "red")), "/colour");
    EXPECT_EQ(mistakes(with("id", "r1")), "/id");
}

TEST(RoutingJson, aPatchReplacesAndClears)
{
    Rule rule = userRule("r", "ann", Platform::New);
    rule.window = {at(10), at(20)};
    const Json merged = patchedRuleInput(rule, {{"end_time", nullptr}, {"priority", 7}});
    JsonReader in(merged);
    const Rule patched = readRuleInput(in, noZone);
    EXPECT_FALSE(in.finish());
    EXPECT_EQ(patched.priority, 7);
    EXPECT_EQ(patched.window.end, std::nullopt);
    EXPECT_EQ(patched.window.start, at(10));
    EXPECT_EQ(patched.target, "ann");
    EXPECT_EQ(mistakes(patchedRuleInput(rule, {{"version", 3}})), "/version");
    EXPECT_EQ(mistakes(patchedRuleInput(rule, Json::array())), "");
}

TEST(RoutingJson, decisionRequests)
{
    EXPECT_EQ(requestMistake({{"user_id", "ann"}}), "");
    EXPECT_EQ(requestMistake({{"operation", "read"}}), "");
    EXPECT_EQ(requestMistake(Json::object()), "at ");
    EXPECT_EQ(requestMistake({{"at", "2026-01-01T00:00:00Z"}}), "at ");
    EXPECT_EQ(requestMistake({{"user_id", "a b"}}), "at /user_id");
    EXPECT_EQ(requestMistake({{"user_id", 7}}), "at /user_id");
    EXPECT_EQ(requestMistake({{"operation", "READ"}}), "at /operation");
    EXPECT_EQ(requestMistake({{"user_id", "ann"}, {"tenant", "x"}}), "at /tenant");
    EXPECT_EQ(requestMistake({{"interface", std::string(201, 'a')}}), "at /interface");
    const Json body{{"user_id", "ann"}, {"system_id", "shop"}, {"operation", "delete"},
                    {"at", "1970-01-01T00:00:05+00:00"}};
    JsonReader in(body);
    const DecisionRequest request = readDecisionRequest(in, body, at(0));
    EXPECT_EQ(request.userId, "ann");
    EXPECT_EQ(request.systemId, "shop");
    EXPECT_EQ(request.operation, Operation::Delete);
    EXPECT_EQ(request.at, at(5));
}

TEST(RoutingJson, aDecisionAsTheContractWritesIt)
{
    const Snapshot snapshot = quiet().changed(covering("p", "shop", 558), 9);
    const Decision decision = decide(snapshot, userRequest("user-000001", "shop"));
    EXPECT_EQ(decisionToJson(decision),
              (Json{{"platform", "NEW"}, {"mode", "SINGLE"}, {"primary", "NEW"},
                    {"reason", "PERCENTAGE"}, {"rule_reason", nullptr}, {"rule_id", nullptr},
                    {"policy_id", "p"}, {"gray_list", nullptr}, {"group_id", nullptr}, {"group_batch", nullptr}, {"bucket", 557}, {"line", "10b"}, {"epoch", 9}}));
}
