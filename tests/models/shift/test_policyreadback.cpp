// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A policy is stored as it is written and read back by the same rules: what is accepted once must
// be accepted for ever, and mean the same.
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

const std::vector<std::string> Metrics{"authentication_success_rate", "error_rate",
                                       "request_rate",                "authorization_latency",
                                       "consistency_percentage",      "user_satisfaction",
                                       "PROMQL"};

Json bodyOf(const char *field, Json value) {
    return Json{{"policy_name", "users"}, {"target_system", "*"}, {field, std::move(value)}};
}

Json thresholds(std::size_t count, const char *metric = "error_rate") {
    Json list = Json::array();
    for (std::size_t i = 0; i < count; ++i)
        list.push_back({{"metric", metric}, {"threshold", 1}});
    return list;
}

// What a store keeps: the text of the written policy, without its id.
Result<ShiftPolicy> readBack(const ShiftPolicy &policy) {
    Json written = policyToJson(policy);
    written.erase("id");
    const Result<Json> stored = parseJson(dumpJson(written));
    if (!stored) return fail(stored.error());
    return policyFromJson(*stored, {});
}

std::string firstPointer(const Json &body) {
    const Result<ShiftPolicy> policy = policyFromJson(body, "s");
    return policy ? std::string() : policy.error().fields.at(0).pointer;
}

TEST(PolicyReadBack, AConsistencyThresholdNeedsItsCheck) {
    for (const char *list : {"success_thresholds", "rollback_conditions"})
        EXPECT_EQ(firstPointer(bodyOf(list, thresholds(1, "consistency_percentage"))),
                  "/" + std::string(list) + "/0/metric");
    EXPECT_TRUE(policyFromJson(bodyOf("guards", {{{"metric", "consistency_percentage"},
                                                  {"check_name", "users"},
                                                  {"threshold", 99}}}),
                               "s"));
}

TEST(PolicyReadBack, AllListsTogetherHoldAsManyAsOneMay) {
    Json body = bodyOf("guards", thresholds(64));
    body["success_thresholds"] = thresholds(32);
    body["rollback_conditions"] = thresholds(32);
    const Result<ShiftPolicy> most = policyFromJson(body, "s");
    ASSERT_TRUE(most) << most.error().message;
    ASSERT_EQ(most->guards.size(), 128U);
    const Result<ShiftPolicy> again = readBack(*most);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *most);
    body["guards"] = thresholds(65);
    EXPECT_EQ(firstPointer(body), "/guards");
    EXPECT_EQ(firstPointer(bodyOf("guards", thresholds(129))), "/guards");
    EXPECT_EQ(firstPointer(bodyOf("success_thresholds", thresholds(33))), "/success_thresholds");
}

Json number(std::vector<double> values) {
    return Json(*rc::gen::elementOf(values));
}

Json word(const std::vector<std::string> &words) {
    return Json(*rc::gen::elementOf(words));
}

// Mostly absent: what fits one metric does not fit another, and most bodies should be accepted.
Json seldom(Json value) {
    return *rc::gen::inRange(0, 8) == 0 ? std::move(value) : Json();
}

Json anyThreshold() {
    return Json{{"metric", word(Metrics)},
                {"threshold", number({0, 1, 50, 99.5, 100})},
                {"critical_threshold", seldom(number({0, 100}))}};
}

Json anyGuard() {
    Json guard = anyThreshold();
    if (*rc::gen::inRange(0, 4) == 0) {
        guard["metric"] = word({"authentication_success_rate", "error_rate", "authorization_latency"});
        guard["threshold"] = Json();
        guard["tolerance"] = number({0, 0.5, 50});
    }
    guard["id"] = seldom(word({"a", "g1", "g2", "g7"}));
    guard["statistic"] = seldom(word({"RATE", "MEAN", "P50", "P95", "P99"}));
    guard["platform"] = word({"LEGACY", "NEW"});
    guard["comparison"] = seldom(word({">=", "<="}));
    guard["window_seconds"] = *rc::gen::inRange(1, 3'601);
    guard["breaches"] = number({1, 3, 5});
    guard["windows"] = number({5, 9});
    guard["mode"] = word({"DECIDE", "SHOW"});
    guard["on_breach"] = seldom(word({"HOLD", "PROPOSE_ROLLBACK", "ROLLBACK"}));
    guard["check_name"] = word({"users", "灰度 \"\\"});
    guard["counts"] = seldom(word({"REQUESTS", "USERS"}));
    if (guard["metric"] == "PROMQL") {
        guard["source"] = "main";
        guard["expression"] = word({"up", "sum(a{b=\"灰度\"})\n/ 2"});
        guard["samples_expression"] = seldom("count(up)");
    }
    return guard;
}

template <class Make>
Json listOf(int most, Make make) {
    Json list = Json::array();
    for (int i = *rc::gen::weightedElement<int>({{4, 0}, {2, 1}, {1, most}}); i > 0; --i)
        list.push_back(make());
    return list;
}

Json anyBody() {
    Json body = bodyOf("guards", listOf(3, anyGuard));
    body["success_thresholds"] = listOf(2, anyThreshold);
    body["rollback_conditions"] = listOf(2, anyThreshold);
    body["monitoring_metrics"] = listOf(3, [] { return word(Metrics); });
    body["max_shift_percentage"] = *rc::gen::inRange(1, 10'001) / 100.0;
    body["shift_increment"] = *rc::gen::inRange(1, 10'001) / 100.0;
    body["steps"] = listOf(1, [] {
        return Json{{"percentage", *rc::gen::inRange(0, 101) / 100.0},
                    {"min_samples", 7},
                    {"approval", seldom(*rc::gen::arbitrary<bool>())}};
    });
    body["freezes"] = listOf(1, [] {
        return Json{{"start", word({"0001-01-01T00:00:00Z", "2026-01-01T00:00:00.5+08:00",
                                    "2026-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00"})},
                    {"end", word({"2199-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                                  "9999-12-31T23:59:59-05:00"})},
                    {"reason", seldom(word({"fair"}))}};
    });
    body["approval"] = word({"NONE", "EACH_STEP", "ABOVE"});
    if (body["approval"] == "ABOVE") body["approval_above"] = *rc::gen::inRange(0, 10'001) / 100.0;
    body["second_person"] = *rc::gen::arbitrary<bool>();
    body["proposal_default"] = word({"ROLLBACK", "HOLD"});
    body["new_health_url"] = seldom("http://127.0.0.1:1/healthz");
    body["salt"] = seldom("salt-2");
    return body;
}

RC_GTEST_PROP(AnyPolicy, WhatIsAcceptedIsReadBackTheSame, ()) {
    const Result<ShiftPolicy> policy = policyFromJson(anyBody(), "s");
    RC_CLASSIFY(policy.has_value(), "accepted");
    if (!policy) return;
    const Result<ShiftPolicy> again = readBack(*policy);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *policy);
}

} // namespace
} // namespace crossfade::test
