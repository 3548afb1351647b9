// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/promanswer.h"

#include "models/core/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace crossfade {

namespace {

std::string vectorOf(const std::string &samples) {
    return R"({"status":"success","data":{"resultType":"vector","result":[)" + samples + "]}}";
}

std::string sampleOf(const std::string &value, const std::string &time = "1700000000.123") {
    return R"({"metric":{"job":"a"},"value":[)" + time + ",\"" + value + "\"]}";
}

PromAnswer answered(const std::string &body, int status = 200) {
    return readPromAnswer(status, body);
}

void expectMeasured(const std::string &body, double value) {
    const PromAnswer answer = answered(body);
    EXPECT_EQ(answer.error, "") << body;
    ASSERT_TRUE(answer.value) << body;
    EXPECT_EQ(*answer.value, value) << body;
    EXPECT_EQ(toMs(*answer.at), 1'700'000'000'123) << body;
}

// Never a value beside an error, never a value without a time, never one that is no number.
void expectHonest(const PromAnswer &answer) {
    RC_ASSERT(answer.error.empty() || !answer.value);
    RC_ASSERT(answer.value.has_value() == answer.at.has_value());
    if (answer.value) RC_ASSERT(std::isfinite(*answer.value));
}

} // namespace

TEST(PromAnswer, aScalarAndAVectorOfOneAreMeasured) {
    expectMeasured(vectorOf(sampleOf("0.93")), 0.93);
    expectMeasured(vectorOf(sampleOf("-1e-7")), -1e-7);
    expectMeasured(R"({"status":"success","data":{"resultType":"scalar","result":[1700000000.123,"42"]}})", 42);
    expectMeasured(R"({"status":"success","data":{"resultType":"vector","result":[)" + sampleOf("7") +
                       R"(]},"warnings":[],"infos":["PromQL info: ..."]})",
                   7);
}

TEST(PromAnswer, nothingMatchedIsNeitherAValueNorAnError) {
    EXPECT_EQ(answered(vectorOf("")), PromAnswer());
}

TEST(PromAnswer, whatIsNoSingleNumberIsRefusedWithWords) {
    const struct {
        std::string body;
        const char *words;
    } cases[] = {
        {vectorOf(sampleOf("NaN")), "the value is NaN"},
        {vectorOf(sampleOf("+Inf")), "the value is +Inf"},
        {vectorOf(sampleOf("-Inf")), "the value is -Inf"},
        {vectorOf(sampleOf("1e999")), "the value is no number: 1e999"},
        {vectorOf(sampleOf("1,5")), "the value is no number: 1,5"},
        {vectorOf(sampleOf("")), "the value is no number: "},
        {vectorOf(sampleOf("infinity")), "the value is no number: infinity"},
        {vectorOf(sampleOf("nan")), "the value is no number: nan"},
        {vectorOf(sampleOf(" 1")), "the value is no number:  1"},
        {vectorOf(sampleOf("1", "-5")), "the value's time is no time"},
        {vectorOf(sampleOf("1", "1e300")), "the value's time is no time"},
        {vectorOf(sampleOf("1") + "," + sampleOf("2")),
         "the expression answers 2 series where one number is needed"},
        {vectorOf(R"({"metric":{},"histogram":[1700000000,{"count":"5"}]})"),
         "the expression answers a histogram where one number is needed"},
        {vectorOf(R"({"metric":{}})"), "the answer holds no value with its time"},
        {vectorOf(R"({"value":[1700000000,0.5]})"), "the answer holds no value with its time"},
        {vectorOf(R"({"value":["1700000000","0.5"]})"), "the answer holds no value with its time"},
        {vectorOf("5"), "the answer holds no value with its time"},
        {R"({"status":"success","data":{"resultType":"matrix","result":[]}})",
         "the expression answers a matrix where one number is needed"},
        {R"({"status":"success","data":{"resultType":"string","result":[1,"a"]}})",
         "the expression answers a string where one number is needed"},
        {R"({"status":"success","data":{"resultType":"vector","result":{}}})", "the answer is not one of Prometheus"},
        {R"({"status":"success","data":{"resultType":"scalar"}})", "the answer holds no value with its time"},
        {R"({"status":"success","data":{"resultType":7}})", "the answer is not one of Prometheus"},
        {R"({"status":"success"})", "the answer is not one of Prometheus"},
        {R"({"status":"success","data":[]})", "the answer is not one of Prometheus"},
        {R"({"data":{"resultType":"vector","result":[]}})", "the answer is not one of Prometheus"},
        {R"({"status":"success","warnings":["a store did not answer"],"data":{"resultType":"vector","result":[]}})",
         "the source warns: a store did not answer"},
        {R"({"status":"error","errorType":"execution","error":"too many samples"})",
         "answered 200: too many samples"},
        {"[]", "the answer is not one of Prometheus"},
        {"null", "the answer is not one of Prometheus"},
        {"", "the answer is not JSON"},
        {"<html>welcome</html>", "the answer is not JSON"},
        {"{\"status\":\"success\",\"status\":\"success\"}", "the answer is not JSON"},
    };
    for (const auto &one : cases) {
        const PromAnswer answer = answered(one.body);
        EXPECT_EQ(answer.error, one.words) << one.body;
        EXPECT_FALSE(answer.value) << one.body;
        EXPECT_FALSE(answer.at) << one.body;
    }
}

TEST(PromAnswer, aStatusBesideSuccessIsAnErrorWhateverTheBodySays) {
    const std::string good = vectorOf(sampleOf("1"));
    for (const int status : {100, 301, 302, 400, 401, 403, 404, 422, 500, 502, 503}) {
        const PromAnswer answer = answered(good, status);
        EXPECT_EQ(answer.error, "answered " + std::to_string(status));
        EXPECT_FALSE(answer.value);
    }
    EXPECT_EQ(answered(R"({"status":"error","error":"parse error: unclosed left parenthesis"})", 400).error,
              "answered 400: parse error: unclosed left parenthesis");
    EXPECT_EQ(answered("Bad Gateway", 502).error, "answered 502");
    EXPECT_EQ(answered(R"({"error":5})", 500).error, "answered 500");
}

TEST(PromAnswer, longWordsOfTheSourceAreShortened) {
    const std::string words = std::string(299, 'x') + "灰度";
    const PromAnswer answer = answered(dumpJson({{"status", "error"}, {"error", words}}), 400);
    EXPECT_EQ(answer.error, "answered 400: " + std::string(299, 'x') + "\u2026");
    EXPECT_EQ(shortened("灰度", 6), "灰度");
    EXPECT_EQ(shortened("灰度", 5), "灰\u2026");
    EXPECT_EQ(shortened("灰度", 2), "\u2026");
    EXPECT_EQ(shortened("", 0), "");
}

RC_GTEST_PROP(PromAnswer, everyFiniteNumberComesThroughExactly, (double value, std::uint32_t milliseconds)) {
    RC_PRE(std::isfinite(value));
    char number[64];
    std::snprintf(number, sizeof number, "%.17g", value);
    const std::int64_t at = 1'600'000'000'000 + milliseconds;
    char time[64];
    std::snprintf(time, sizeof time, "%.3f", static_cast<double>(at) / 1000);
    const PromAnswer answer = answered(vectorOf(sampleOf(number, time)));
    RC_ASSERT(answer.error.empty());
    RC_ASSERT(answer.value == value);
    RC_ASSERT(toMs(answer.at.value()) == at);
}

RC_GTEST_PROP(PromAnswer, noTextAtAllMakesAValueUp, (const std::string &noise, std::uint16_t status)) {
    expectHonest(answered(noise, status % 600));
    const PromAnswer inside = answered(dumpJson({{"status", "success"},
                                                 {"data", {{"resultType", "vector"}, {"result", {{{"value", {1, noise}}}}}}}}));
    expectHonest(inside);
}

// A good answer of which a byte was changed or the end was lost is a value only if it still is an answer.
RC_GTEST_PROP(PromAnswer, brokenOnesAreNeverHalfRead, ()) {
    std::string body = vectorOf(sampleOf("0.5"));
    const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
    if (*rc::gen::arbitrary<bool>())
        body.resize(at);
    else
        body[at] = *rc::gen::arbitrary<char>();
    const PromAnswer answer = answered(body);
    expectHonest(answer);
    if (at < body.size()) return;
    RC_ASSERT(!answer.value);
    RC_ASSERT(!answer.error.empty());
}

} // namespace crossfade
