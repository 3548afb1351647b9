// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/promqlreading.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

Guard saturation() {
    Guard guard;
    guard.id = "cpu";
    guard.metric = Metric::Promql;
    guard.source = "main";
    guard.expression = "max(cpu_busy)";
    guard.comparison = Comparison::AtMost;
    guard.threshold = 0.8;
    guard.minSamples = 0;
    guard.windowSeconds = 60;
    return guard;
}

Guard counting() {
    Guard guard = saturation();
    guard.samplesExpression = "count(cpu_busy)";
    guard.minSamples = 10;
    return guard;
}

PromAnswer said(double value, std::int64_t second) {
    return {value, at(second), {}};
}

constexpr std::int64_t NowSecond = 10'000;
constexpr std::int64_t LongAgo = 1'000; // the step

Judgement judge(const Guard &guard, const PromqlFact &fact, std::int64_t step = LongAgo) {
    return judgeWindow(guard, promqlReading(guard, fact, at(step), at(NowSecond)), at(NowSecond));
}

TEST(PromqlGuard, aFreshValueIsHeldAgainstTheThreshold) {
    const Judgement good = judge(saturation(), {said(0.25, NowSecond), {}});
    EXPECT_EQ(good.verdict, Verdict::Pass);
    EXPECT_EQ(good.value, 0.25);
    EXPECT_EQ(good.detail, "0.25 is <= 0.8") << "it counts nothing, so it tells of no count";
    const Judgement bad = judge(saturation(), {said(0.800000001, NowSecond - 1), {}});
    EXPECT_EQ(bad.verdict, Verdict::Breach);
    EXPECT_EQ(bad.detail, "0.800000001 is not <= 0.8");
    EXPECT_EQ(judge(saturation(), {said(0.8, NowSecond), {}}).verdict, Verdict::Pass) << "at most";
    Guard least = saturation();
    least.comparison = Comparison::AtLeast;
    least.threshold = -5;
    least.criticalThreshold = -10;
    EXPECT_EQ(judge(least, {said(-5, NowSecond), {}}).verdict, Verdict::Pass);
    EXPECT_FALSE(judge(least, {said(-7, NowSecond), {}}).critical);
    EXPECT_TRUE(judge(least, {said(-11, NowSecond), {}}).critical);
}

TEST(PromqlGuard, whatIsNoFreshValueNeverPasses) {
    const PromAnswer nothing;
    const PromAnswer broken{std::nullopt, std::nullopt, "answered 503"};
    const struct {
        const char *name;
        PromqlFact fact;
        Verdict verdict;
        const char *detail;
    } cases[] = {
        {"nothing matched", {nothing, {}}, Verdict::NoData, "the expression matched nothing"},
        {"the source failed", {broken, {}}, Verdict::SourceError, "main: answered 503"},
        {"older than the window", {said(0.1, NowSecond - 61), {}}, Verdict::Stale,
         "the latest sample is older than the window"},
        {"from the future", {said(0.1, NowSecond + 6), {}}, Verdict::SourceError,
         "main: its clock is ahead of this one's"},
    };
    for (const auto &one : cases) {
        const Judgement judgement = judge(saturation(), one.fact);
        EXPECT_EQ(judgement.verdict, one.verdict) << one.name;
        EXPECT_EQ(judgement.detail, one.detail) << one.name;
    }
    EXPECT_EQ(judge(saturation(), {said(0.1, NowSecond + 5), {}}).verdict, Verdict::Pass) << "clocks differ a little";
    EXPECT_EQ(judge(saturation(), {said(0.1, NowSecond - 60), {}}).verdict, Verdict::Pass) << "just inside";
}

TEST(PromqlGuard, samplesAreCountedWhereThereIsAnExpressionForThem) {
    const PromAnswer good = said(0.1, NowSecond);
    const PromAnswer broken{std::nullopt, std::nullopt, "no answer within 3000 ms"};
    const auto verdict = [&](const std::optional<PromAnswer> &samples) {
        return judge(counting(), {good, samples}).verdict;
    };
    EXPECT_EQ(verdict(said(10, NowSecond)), Verdict::Pass);
    EXPECT_EQ(judge(counting(), {good, said(10.9, NowSecond)}).samples, 10U);
    EXPECT_EQ(verdict(said(9.9, NowSecond)), Verdict::TooFew);
    EXPECT_EQ(judge(counting(), {good, said(9, NowSecond)}).detail, "n = 9, needs 10");
    EXPECT_EQ(verdict(said(0, NowSecond)), Verdict::NoData);
    EXPECT_EQ(verdict(said(-1, NowSecond)), Verdict::SourceError);
    EXPECT_EQ(verdict(said(1e300, NowSecond)), Verdict::Pass);
    EXPECT_EQ(verdict(said(500, NowSecond - 61)), Verdict::Stale) << "a count of another time";
    EXPECT_EQ(verdict(PromAnswer()), Verdict::NoData);
    EXPECT_EQ(verdict(std::nullopt), Verdict::NoData);
    EXPECT_EQ(verdict(broken), Verdict::SourceError);
    EXPECT_EQ(judge(counting(), {good, broken}).detail, "main: no answer within 3000 ms");
    EXPECT_EQ(judge(counting(), {good, said(12, NowSecond)}).detail, "0.1 is <= 0.8, n = 12");
}

TEST(PromqlGuard, noWindowThatReachesBackBeforeTheStepPasses) {
    const PromqlFact good{said(0.1, NowSecond), {}};
    EXPECT_EQ(judge(saturation(), good, NowSecond - 60).verdict, Verdict::Pass);
    const Judgement early = judge(saturation(), good, NowSecond - 59);
    EXPECT_EQ(early.verdict, Verdict::TooFew);
    EXPECT_EQ(early.detail, "59 s of the window lie after the step, needs 60");
    EXPECT_EQ(judge(saturation(), {said(0.9, NowSecond), {}}, NowSecond - 59).verdict, Verdict::Breach)
        << "what is bad already is told at once";
    EXPECT_EQ(judge(saturation(), {said(0.1, NowSecond - 20), {}}, NowSecond - 10).verdict, Verdict::Stale)
        << "measured before the step";
    EXPECT_EQ(judge(saturation(), good, NowSecond + 30).verdict, Verdict::TooFew) << "a clock that was set back";
    EXPECT_EQ(judge(counting(), {said(0.1, NowSecond), said(50, NowSecond)}, NowSecond - 59).detail,
              "59 s of the window lie after the step, needs 60");
}

TEST(PromqlGuard, gatesAskForNoSamplesWhereNoneAreCounted) {
    ShiftPolicy policy = plainPolicy();
    policy.guards = {saturation()};
    policy.steps = {{percent(5), std::nullopt, 5'000}, {percent(10), std::nullopt, std::nullopt}};
    ShiftFacts facts = greenFacts(policy, at(2'000));
    facts.guards.front().last = judged(Verdict::Pass, at(2'000), 0);
    const ShiftStatus status = statusIn(ShiftState::Evaluating, 5);
    for (const GateReport &report : gatesFor(policy, status, facts)) {
        if (report.gate != Gate::Samples) continue;
        EXPECT_EQ(report.state, GateState::Open) << report.detail;
    }
    facts.guards.front().last = judged(Verdict::SourceError, at(2'000), 0);
    for (const GateReport &report : gatesFor(policy, status, facts)) {
        if (report.gate != Gate::Guards) continue;
        EXPECT_EQ(report.state, GateState::Blocked);
        EXPECT_EQ(report.detail, "PROMQL \u00ABmax(cpu_busy)\u00BB: SOURCE_ERROR, SOURCE_ERROR");
    }
}

TEST(PromqlGuard, isReadWithItsOwnRules) {
    const auto policyWith = [](const Json &guard) {
        return policyFromJson({{"policy_name", "p"}, {"target_system", "*"}, {"guards", {guard}}}, "s");
    };
    const Json good{{"metric", "PROMQL"}, {"source", "main"}, {"expression", "sum(\nup\n) > 0"}, {"threshold", -3.5}};
    const auto read = policyWith(good);
    ASSERT_TRUE(read) << read.error().message;
    const Guard &guard = read->guards.front();
    EXPECT_EQ(guard.expression, "sum(\nup\n) > 0") << "as it was written";
    EXPECT_EQ(guard.minSamples, 0U);
    EXPECT_FALSE(guard.countsSamples());
    EXPECT_EQ(guard.comparison, Comparison::AtLeast);
    Json counted = good;
    counted["samples_expression"] = "count(up)";
    EXPECT_EQ(policyWith(counted)->guards.front().minSamples, 100U);
    const struct {
        Json changes;
        const char *pointer;
    } wrong[] = {
        {{{"source", nullptr}}, "/guards/0/source"},
        {{{"source", "a b"}}, "/guards/0/source"},
        {{{"expression", nullptr}}, "/guards/0/expression"},
        {{{"expression", ""}}, "/guards/0/expression"},
        {{{"expression", " \n\t"}}, "/guards/0/expression"},
        {{{"expression", std::string(1'001, 'x')}}, "/guards/0/expression"},
        {{{"expression", 5}}, "/guards/0/expression"},
        {{{"samples_expression", " "}}, "/guards/0/samples_expression"},
        {{{"samples_expression", "x"}, {"min_samples", 0}}, "/guards/0/min_samples"},
        {{{"min_samples", 1}}, "/guards/0/min_samples"},
        {{{"tolerance", 1}, {"threshold", nullptr}}, "/guards/0/tolerance"},
        {{{"statistic", "P95"}}, "/guards/0/statistic"},
        {{{"threshold", 1e16}}, "/guards/0/threshold"},
        {{{"threshold", nullptr}}, "/guards/0/threshold"},
        {{{"metric", "error_rate"}, {"source", nullptr}, {"threshold", 1}}, "/guards/0/expression"},
        {{{"metric", "error_rate"}, {"expression", nullptr}, {"threshold", 1}}, "/guards/0/source"},
    };
    for (const auto &one : wrong) {
        Json guardBody = good;
        for (const auto &[key, value] : one.changes.items())
            guardBody[key] = value;
        const auto refused = policyWith(guardBody);
        ASSERT_FALSE(refused) << guardBody.dump();
        EXPECT_EQ(refused.error().fields.front().pointer, one.pointer) << guardBody.dump();
    }
    for (const char *list : {"success_thresholds", "rollback_conditions"}) {
        const auto named = policyFromJson({{"policy_name", "p"},
                                           {"target_system", "*"},
                                           {list, {{{"metric", "PROMQL"}, {"threshold", 1}}}}},
                                          "s");
        ASSERT_FALSE(named);
        EXPECT_EQ(named.error().fields.front().pointer, "/" + std::string(list) + "/0/metric");
    }
    EXPECT_FALSE(policyFromJson({{"policy_name", "p"}, {"target_system", "*"}, {"monitoring_metrics", {"PROMQL"}}}, "s"));
}

TEST(PromqlGuard, longExpressionsAreShortenedInSentencesOnly) {
    Guard guard = saturation();
    guard.expression = std::string(300, 'x');
    EXPECT_EQ(guardTitle(guard), "PROMQL \u00AB" + std::string(200, 'x') + "\u2026\u00BB");
    EXPECT_EQ(guardTitle(successGuard()), "authentication_success_rate");
    EXPECT_EQ(guardToJson(guard).at("expression"), guard.expression);
}

// Whatever the source says: what passes is fresh, holds, counts enough, and belongs to one share.
RC_GTEST_PROP(PromqlGuard, aPassIsAlwaysProven, (bool counts, bool atMost, double threshold)) {
    Guard guard = counts ? counting() : saturation();
    guard.comparison = atMost ? Comparison::AtMost : Comparison::AtLeast;
    guard.threshold = threshold;
    const auto anyAnswer = [] {
        PromAnswer answer;
        const int kind = *rc::gen::inRange(0, 4);
        if (kind == 0) answer.error = "broken";
        if (kind < 2) return answer;
        answer.value = *rc::gen::arbitrary<double>();
        answer.at = at(NowSecond + *rc::gen::inRange(-90, 15));
        return answer;
    };
    PromqlFact fact{anyAnswer(), std::nullopt};
    if (counts && *rc::gen::arbitrary<bool>()) fact.samples = anyAnswer();
    const std::int64_t step = NowSecond + *rc::gen::inRange(-120, 20);
    const Judgement judgement = judge(guard, fact, step);
    RC_ASSERT(!judgement.detail.empty());
    if (judgement.verdict != Verdict::Pass) return;
    RC_ASSERT(fact.value.error.empty());
    RC_ASSERT(holds(guard.comparison, fact.value.value.value(), threshold));
    RC_ASSERT(fact.value.at.value() >= at(NowSecond - guard.windowSeconds));
    RC_ASSERT(fact.value.at.value() <= at(NowSecond + 5));
    RC_ASSERT(step <= NowSecond - guard.windowSeconds);
    if (!counts) return;
    RC_ASSERT(fact.samples.value().value.value() >= static_cast<double>(guard.minSamples));
}

} // namespace
} // namespace crossfade::test
