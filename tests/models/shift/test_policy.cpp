// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

Json least() {
    return Json{{"policy_name", "users"}, {"target_system", "*"}};
}

std::vector<std::string> badPointers(const Json &body) {
    const Result<ShiftPolicy> policy = policyFromJson(body, "salt");
    std::vector<std::string> pointers;
    if (policy) return pointers;
    for (const FieldError &error : policy.error().fields)
        pointers.push_back(error.pointer);
    return pointers;
}

Json with(const char *field, Json value) {
    Json body = least();
    body[field] = std::move(value);
    return body;
}

Json withGuard(Json guard) {
    return with("guards", Json::array({std::move(guard)}));
}

TEST(PolicyInput, LeastIsFilledWithTheDefaults) {
    const Result<ShiftPolicy> policy = policyFromJson(least(), "salt-1");
    ASSERT_TRUE(policy);
    EXPECT_EQ(policy->max, percent(100));
    EXPECT_EQ(policy->increment, percent(5));
    EXPECT_EQ(policy->stabilizationSeconds, 300);
    EXPECT_EQ(policy->intervalSeconds, 10);
    EXPECT_EQ(policy->onBreach, OnBreach::ProposeRollback);
    EXPECT_EQ(policy->proposalDeadlineSeconds, 300);
    EXPECT_TRUE(policy->proposalRollsBack);
    EXPECT_EQ(policy->salt, "salt-1");
    EXPECT_EQ(policy->usersWithoutId, Platform::Legacy);
}

TEST(PolicyInput, EveryBadFieldIsNamed) {
    Json body = with("guards", Json::array({{{"metric", "cpu"}, {"threshold", 1}},
                                            {{"metric", "error_rate"}, {"threshold", 101}}}));
    body["max_shift_percentage"] = 101;
    body["on_breach"] = "PANIC";
    body["wat"] = 1;
    EXPECT_THAT(badPointers(body),
                ::testing::UnorderedElementsAre("/guards/0/metric", "/guards/1/threshold",
                                                "/max_shift_percentage", "/on_breach", "/wat"));
}

TEST(PolicyInput, WhatIsRefused) {
    const struct {
        Json body;
        const char *pointer;
    } cases[] = {
        {with("max_shift_percentage", 0), "/max_shift_percentage"},
        {with("max_shift_percentage", 1.234), "/max_shift_percentage"},
        {with("shift_increment", 0), "/shift_increment"},
        {with("interval_seconds", 0), "/interval_seconds"},
        {with("stabilization_seconds", -1), "/stabilization_seconds"},
        {with("target_system", "a:b"), "/target_system"},
        {with("salt", "a:b"), "/salt"},
        {with("new_health_url", "file:///etc/passwd"), "/new_health_url"},
        {with("policy_name", ""), "/policy_name"},
        {with("steps", Json::array({{{"percentage", 5}}, {{"percentage", 5}}})),
         "/steps/1/percentage"},
        {with("steps", Json::array({Json::object()})), "/steps/0/percentage"},
        {with("freezes",
              Json::array({{{"start", "2026-01-02T00:00:00Z"}, {"end", "2026-01-01T00:00:00Z"}}})),
         "/freezes/0/end"},
        {with("consistency_gate", Json{{"check_names", Json::array()}}),
         "/consistency_gate/check_names"},
        {withGuard({{"metric", "share_new"}, {"threshold", 1}}), "/guards/0/metric"},
        {withGuard({{"metric", "error_rate"}}), "/guards/0/threshold"},
        {withGuard({{"metric", "error_rate"}, {"threshold", 1}, {"breaches", 4}, {"windows", 3}}),
         "/guards/0/breaches"},
        {withGuard({{"metric", "authorization_latency"}, {"threshold", 1}, {"comparison", ">="}}),
         "/guards/0/comparison"},
        {withGuard({{"metric", "authorization_latency"}, {"threshold", 1}, {"statistic", "RATE"}}),
         "/guards/0/statistic"},
        {withGuard({{"metric", "authentication_success_rate"},
                    {"threshold", 99},
                    {"critical_threshold", 99.5}}),
         "/guards/0/critical_threshold"},
        {withGuard({{"metric", "consistency_percentage"}, {"threshold", 99}}),
         "/guards/0/check_name"},
        {withGuard({{"metric", "sync_backlog"}, {"threshold", 1}, {"comparison", ">="}}),
         "/guards/0/comparison"},
        {withGuard({{"metric", "dead_letters"}, {"threshold", -1}}), "/guards/0/threshold"},
        {withGuard({{"metric", "dead_letters"}, {"tolerance", 1}}), "/guards/0/tolerance"},
        {withGuard({{"metric", "sync_backlog"}, {"threshold", 1}, {"counts", "USERS"}}),
         "/guards/0/counts"},
        {withGuard({{"metric", "error_rate"}, {"threshold", 1}, {"tolerance", 1}}),
         "/guards/0/threshold"},
        {withGuard({{"metric", "error_rate"}, {"tolerance", 50.5}}), "/guards/0/tolerance"},
        {withGuard({{"metric", "error_rate"}, {"tolerance", -1}}), "/guards/0/tolerance"},
        {withGuard({{"metric", "request_rate"}, {"tolerance", 1}}), "/guards/0/tolerance"},
        {withGuard({{"metric", "user_satisfaction"}, {"tolerance", 1}}), "/guards/0/tolerance"},
        {withGuard({{"metric", "authorization_latency"}, {"tolerance", 1'001}}),
         "/guards/0/tolerance"},
        {with("success_thresholds",
              Json::array({{{"metric", "error_rate"}, {"threshold", 1}, {"tolerance", 1}}})),
         "/success_thresholds/0/tolerance"},
        {with("rollback_conditions", Json::array({{{"metric", "no_such"}, {"threshold", 1}}})),
         "/rollback_conditions/0/metric"},
        {with("monitoring_metrics", Json::array({"no_such"})), "/monitoring_metrics"},
        {with("guards", Json::array({{{"id", "a"}, {"metric", "error_rate"}, {"threshold", 1}},
                                     {{"id", "a"}, {"metric", "error_rate"}, {"threshold", 2}}})),
         "/guards/1/id"},
    };
    for (const auto &one : cases)
        EXPECT_THAT(badPointers(one.body), ::testing::ElementsAre(one.pointer))
            << dumpJson(one.body);
}

// Everybody who reads the policy, its gates or the audit log would see it. What is stored is read all the same.
TEST(PolicyInput, AHealthUrlHoldsNoPassword) {
    const ZoneSource anyZone = [](std::string_view) { return ZonePtr(); };
    for (const char *field : {"new_health_url", "legacy_health_url"}) {
        for (const char *url : {"http://ann:secret@idp/healthz", "https://token@idp", "http://a:b@idp?x=1"}) {
            const Json body = with(field, url);
            const Result<ShiftPolicy> policy = policyFromJson(body, "s", anyZone);
            ASSERT_FALSE(policy) << url;
            EXPECT_EQ(policy.error().fields.at(0).pointer, "/" + std::string(field));
            EXPECT_EQ(policy.error().message.find("secret"), std::string::npos);
            EXPECT_TRUE(policyFromJson(body, "s")) << url;
        }
        EXPECT_TRUE(policyFromJson(with(field, "http://idp:81/users/ann@example.org?who=b@c"), "s", anyZone));
    }
}

TEST(PolicyInput, AToleranceStandsInTheThresholdsPlace) {
    const Json body = with(
        "guards", Json::array({{{"metric", "authorization_latency"}, {"tolerance", 10}, {"threshold", nullptr}},
                               {{"metric", "error_rate"}, {"tolerance", nullptr}, {"threshold", 1}}}));
    const Result<ShiftPolicy> policy = policyFromJson(body, "s");
    ASSERT_TRUE(policy);
    const Guard &relative = policy->guards[0];
    EXPECT_EQ(relative.tolerance, 10);
    EXPECT_EQ(relative.comparison, Comparison::AtMost);
    EXPECT_EQ(relative.statistic, Statistic::P95);
    EXPECT_EQ(relative.minSamples, 200U);
    EXPECT_TRUE(guardToJson(relative).at("threshold").is_null());
    EXPECT_EQ(guardToJson(relative).at("tolerance"), 10);
    EXPECT_FALSE(policy->guards[1].isRelative());
    EXPECT_TRUE(guardToJson(policy->guards[1]).at("tolerance").is_null());
}

TEST(PolicyInput, TheSourcesNamesBecomeGuards) {
    Json body = least();
    body["monitoring_metrics"] = {"authentication_success_rate", "request_rate", "error_rate"};
    body["success_thresholds"] =
        Json::array({{{"metric", "authentication_success_rate"}, {"threshold", 99.5}}});
    body["rollback_conditions"] =
        Json::array({{{"metric", "authorization_latency"}, {"threshold", 800}}});
    const Result<ShiftPolicy> policy = policyFromJson(body, "s");
    ASSERT_TRUE(policy);
    ASSERT_EQ(policy->guards.size(), 4U);
    const Guard &success = policy->guards[0];
    EXPECT_EQ(success.metric, Metric::SuccessRate);
    EXPECT_EQ(success.comparison, Comparison::AtLeast);
    EXPECT_TRUE(success.decides);
    EXPECT_FALSE(success.onBreach);
    const Guard &latency = policy->guards[1];
    EXPECT_EQ(latency.metric, Metric::Latency);
    EXPECT_EQ(latency.comparison, Comparison::AtMost);
    EXPECT_EQ(latency.onBreach, OnBreach::Rollback);
    EXPECT_FALSE(policy->guards[2].decides) << "only monitored";
    EXPECT_EQ(policy->guards[2].metric, Metric::RequestRate);
    EXPECT_EQ(policy->guards[3].metric, Metric::ErrorRate);
}

TEST(PolicyInput, WhatIsWrittenIsReadBackTheSame) {
    Json body = least();
    body["monitoring_metrics"] = {"error_rate", "authorization_latency", "user_satisfaction"};
    body["steps"] =
        Json::array({{{"percentage", 1}, {"stabilization_seconds", 5}, {"min_samples", 7}},
                     {{"percentage", 12.5}, {"approval", true}}});
    body["move_at"] = "NEXT_SIGN_IN";
    body["freezes"] = Json::array({{{"start", "2026-01-01T00:00:00Z"},
                                    {"end", "2026-01-02T00:00:00Z"},
                                    {"reason", "new year"}}});
    body["consistency_gate"] = {
        {"check_names", {"users"}}, {"minimum_percentage", 99.9}, {"max_age_seconds", 60}};
    body["approval"] = "EACH_STEP";
    body["proposal_default"] = "HOLD";
    body["new_health_url"] = "http://127.0.0.1:1/healthz";
    const Result<ShiftPolicy> policy = policyFromJson(body, "s");
    ASSERT_TRUE(policy) << policy.error().message;
    Json written = policyToJson(*policy);
    written.erase("id");
    const Result<ShiftPolicy> again = policyFromJson(written, "other");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *policy);
    EXPECT_EQ(again->moveAt, MoveAt::NextSignIn);
    EXPECT_EQ(again->steps[1].approval, true);
}

TEST(PolicyInput, TheApprovalSaysFromWhereOn) {
    Json body = least();
    const auto pointer = [&] {
        const Result<ShiftPolicy> policy = policyFromJson(body, "s");
        return policy ? std::string() : policy.error().fields.at(0).pointer;
    };
    EXPECT_FALSE(policyFromJson(body, "s")->secondPerson);
    body["approval"] = "ABOVE";
    EXPECT_EQ(pointer(), "/approval_above");
    body["approval_above"] = 25;
    body["second_person"] = true;
    const Result<ShiftPolicy> policy = policyFromJson(body, "s");
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_TRUE(policy->secondPerson);
    for (const auto &[to, asks] : std::vector<std::pair<double, bool>>{
             {5, false}, {25, false}, {25.01, true}, {100, true}})
        EXPECT_EQ(needsApproval(*policy, percent(to)), asks) << to;
    for (const auto &[wrong, where] : std::vector<std::pair<Json, std::string>>{
             {{{"approval", "NONE"}}, "/approval_above"},
             {{{"approval", "EACH_STEP"}}, "/approval_above"},
             {{{"approval_above", 100.5}}, "/approval_above"},
             {{{"approval_above", 1.234}}, "/approval_above"},
             {{{"approval", "ABOVE 25"}}, "/approval"},
             {{{"second_person", "yes"}}, "/second_person"}}) {
        const Json good = body;
        body.update(wrong);
        EXPECT_EQ(pointer(), where) << wrong;
        body = good;
    }
}

std::vector<double> walk(const ShiftPolicy &policy, double goal = 100) {
    std::vector<double> stops;
    Percentage now;
    while (nextStop(policy, now, percent(goal)) > now) {
        now = nextStop(policy, now, percent(goal));
        stops.push_back(now.percent());
    }
    return stops;
}

TEST(Stops, LastStepIsCutAtMax) {
    ShiftPolicy policy = plainPolicy();
    policy.max = percent(50);
    policy.increment = percent(20);
    EXPECT_THAT(walk(policy), ::testing::ElementsAre(20, 40, 50));
    EXPECT_THAT(walk(policy, 30), ::testing::ElementsAre(20, 30));
    EXPECT_THAT(walk(policy, 0), ::testing::IsEmpty());
}

TEST(Stops, ExplicitStepsThenByIncrement) {
    ShiftPolicy policy = plainPolicy();
    policy.increment = percent(25);
    policy.steps = {{percent(1), {}, {}}, {percent(10), {}, {}}, {percent(40), {}, {}}};
    EXPECT_THAT(walk(policy), ::testing::ElementsAre(1, 10, 40, 65, 90, 100));
    EXPECT_THAT(walk(policy, 25), ::testing::ElementsAre(1, 10, 25));
    EXPECT_THAT(walk(policy, 70), ::testing::ElementsAre(1, 10, 40, 65, 70));
    EXPECT_EQ(nextStop(policy, percent(70), percent(100)), percent(90)) << "counted from the last written step";
    EXPECT_EQ(previousStop(policy, percent(100), Percentage()), percent(90));
    EXPECT_EQ(previousStop(policy, percent(65), Percentage()), percent(40));
    EXPECT_EQ(previousStop(policy, percent(25), Percentage()), percent(10));
    EXPECT_EQ(previousStop(policy, percent(10), percent(5)), percent(5));
    policy.max = percent(50);
    EXPECT_THAT(walk(policy), ::testing::ElementsAre(1, 10, 40, 50));
    policy.max = percent(40);
    EXPECT_THAT(walk(policy), ::testing::ElementsAre(1, 10, 40));
}

// What is walked is what is shown, wherever the steps end.
RC_GTEST_PROP(Stops, TheWalkMeetsEveryStop, ()) {
    ShiftPolicy policy = plainPolicy();
    policy.max = Percentage::fromHundredths(*rc::gen::inRange(1, 10'001));
    policy.increment = Percentage::fromHundredths(*rc::gen::inRange(1, 3'000));
    int last = 0;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        last += *rc::gen::inRange(1, 2'500);
        if (last <= Percentage::Whole) policy.steps.push_back({Percentage::fromHundredths(last), {}, {}});
    }
    std::vector<Percentage> walked{Percentage()};
    while (nextStop(policy, walked.back(), policy.max) > walked.back())
        walked.push_back(nextStop(policy, walked.back(), policy.max));
    RC_ASSERT(walked == allStops(policy));
    // Beyond what somebody wrote no step is larger than the increment.
    for (std::size_t i = 1; i < walked.size(); ++i) {
        const bool written = !policy.steps.empty() && policy.steps.back().percentage >= walked[i];
        RC_ASSERT(written || walked[i] - walked[i - 1] <= policy.increment);
    }
}

TEST(Stops, AStepMayHaveItsOwnPatience) {
    ShiftPolicy policy = plainPolicy();
    policy.steps = {{percent(1), 5, 20}, {percent(10), {}, {}}};
    EXPECT_EQ(stabilizationSecondsAt(policy, percent(1)), 5);
    EXPECT_EQ(stabilizationSecondsAt(policy, percent(10)), 60);
    EXPECT_EQ(minSamplesAt(policy, percent(1), policy.guards[0]), 20U);
    EXPECT_EQ(minSamplesAt(policy, percent(10), policy.guards[0]), 10U);
}

TEST(Approvals, LessIsAskedWhereSomeStepPassesUnaskedOrByWhoAsked) {
    ShiftPolicy each = plainPolicy();
    each.approval = StepApproval::EachStep;
    each.secondPerson = true;
    ShiftPolicy other = each;
    EXPECT_FALSE(asksLess(other, each));
    other.secondPerson = false;
    EXPECT_TRUE(asksLess(other, each));
    EXPECT_FALSE(asksLess(each, other)) << "more is asked";
    other = each;
    other.approval = StepApproval::Above;
    other.approvalAbove = percent(0.01);
    EXPECT_TRUE(asksLess(other, each)) << "the very first step";
    ShiftPolicy higher = other;
    higher.approvalAbove = percent(50);
    EXPECT_TRUE(asksLess(higher, other));
    EXPECT_FALSE(asksLess(other, higher));
    other = each;
    other.steps = {{percent(30), {}, {}, false}};
    EXPECT_TRUE(asksLess(other, each));
    // Nothing is asked: nobody is missed.
    ShiftPolicy none = plainPolicy();
    none.approval = StepApproval::None;
    none.secondPerson = true;
    other = none;
    other.secondPerson = false;
    EXPECT_FALSE(asksLess(other, none));
    // A written step that asks, or is cut in two.
    ShiftPolicy written = none;
    written.steps = {{percent(10), {}, {}}, {percent(50), {}, {}, true}};
    other = written;
    other.steps[1].approval.reset();
    EXPECT_TRUE(asksLess(other, written));
    other.steps = {{percent(10), {}, {}}, {percent(49), {}, {}}, {percent(50), {}, {}, true}};
    EXPECT_TRUE(asksLess(other, written));
    other = written;
    other.steps = {{percent(5), {}, {}, true}, {percent(50), {}, {}, true}};
    EXPECT_FALSE(asksLess(other, written));
}

} // namespace
} // namespace crossfade::test
