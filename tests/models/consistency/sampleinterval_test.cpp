// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/checkalert.h"
#include "models/consistency/keyhash.h"
#include "models/consistency/sampleinterval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace crossfade {
namespace {

constexpr std::int64_t Endless = 1'000'000'000'000;
const Percentage Threshold = Percentage::fromHundredths(9'950);

SampleFacts clean(std::int64_t rows, std::int64_t of)
{
    SampleFacts facts;
    facts.counts.matched = rows;
    facts.larger = of;
    facts.bound = sampleBound(rows, of);
    return facts;
}

// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I,
// method 3, at 95 %.
TEST(SampleInterval, HasThePublishedScoreBounds)
{
    struct Case {
        double good, rows, lower, upper;
    };
    for (const Case &one : {Case{81, 263, 0.2553, 0.3662}, Case{15, 148, 0.0624, 0.1605}, Case{0, 20, 0, 0.1611},
                            Case{1, 29, 0.0061, 0.1718}}) {
        const ShareBounds bounds = scoreBounds(one.good / one.rows, one.rows, 1.959964);
        EXPECT_NEAR(bounds.lower, one.lower, 5e-5) << one.good << "/" << one.rows;
        EXPECT_NEAR(bounds.upper, one.upper, 5e-5) << one.good << "/" << one.rows;
    }
}

TEST(SampleInterval, Takes598CleanRowsToShow995Percent)
{
    EXPECT_GE(shareBounds(598, 598, Endless).lower, 0.995);
    EXPECT_LT(shareBounds(597, 597, Endless).lower, 0.995);
    EXPECT_EQ(sampleVerdict(clean(598, Endless), Threshold).outcome, SampleOutcome::Above);
    EXPECT_EQ(sampleVerdict(clean(598, Endless), Threshold).lower, Threshold);
    EXPECT_EQ(sampleVerdict(clean(597, Endless), Threshold).outcome, SampleOutcome::Undecided);
    EXPECT_EQ(sampleVerdict(clean(597, Endless), Threshold).upper.hundredths(), Percentage::Whole);
    SampleFacts one = clean(598, Endless); // and a single bad one undoes it
    one.counts.matched = 597;
    one.counts.different = 1;
    EXPECT_EQ(sampleVerdict(one, Threshold).outcome, SampleOutcome::Undecided);
}

// Of 10 rows 5 good ones: 3 bad ones among the rest are missed in C(7,5)/C(10,5) = 8.3 % of all draws, 4 in 2.4 %.
TEST(SampleInterval, IsExactWhereNothingDiffers)
{
    EXPECT_DOUBLE_EQ(shareBounds(5, 5, 10).lower, 0.7);
    EXPECT_DOUBLE_EQ(shareBounds(5, 5, 10).upper, 1);
    EXPECT_DOUBLE_EQ(shareBounds(0, 5, 10).upper, 0.3);
    EXPECT_NEAR(shareBounds(100, 100, Endless).lower, std::pow(0.05, 0.01), 1e-9);
}

// Clopper and Pearson's of an endless table, as binomial tables have them: 1 of 20, 3 of 50 at 95 % on one side.
TEST(SampleInterval, IsExactWhereFewDiffer)
{
    EXPECT_NEAR(1 - shareBounds(19, 20, Endless).lower, 0.2161, 5e-5);
    EXPECT_NEAR(1 - shareBounds(47, 50, Endless).lower, 0.1478, 5e-5);
    // Each bad row more, across the change to the score too, lowers both bounds.
    for (const std::int64_t population : {std::int64_t{1'100}, std::int64_t{50'000}, Endless}) {
        ShareBounds before{1.1, 1.1};
        for (std::int64_t bad = 0; bad <= 60; ++bad) {
            const ShareBounds bounds = shareBounds(1'000 - bad, 1'000, population);
            EXPECT_LT(bounds.lower, before.lower) << bad << " of " << population;
            EXPECT_LE(bounds.upper, before.upper) << bad << " of " << population;
            EXPECT_LT(bounds.lower, bounds.upper);
            before = bounds;
        }
    }
}

TEST(SampleInterval, KnowsAllOfWhatWasReadWhole)
{
    EXPECT_EQ(shareBounds(7, 8, 8), (ShareBounds{0.875, 0.875}));
    SampleFacts facts = clean(9'949, 10'000);
    facts.counts.missing = 51;
    facts.bound = KeyHashEnd - 1;
    const SampleVerdict verdict = sampleVerdict(facts, Threshold);
    EXPECT_EQ(verdict.outcome, SampleOutcome::Below);
    EXPECT_EQ(verdict.lower.hundredths(), 9'949);
    EXPECT_EQ(verdict.upper.hundredths(), 9'949);
    EXPECT_EQ(sampleVerdict(SampleFacts{{}, 0, KeyHashEnd - 1, true}, Threshold).outcome, SampleOutcome::Above); // of nothing
    EXPECT_EQ(shareBounds(0, 0, 8), (ShareBounds{0, 1}));
    EXPECT_EQ(sampleVerdict(SampleFacts{{}, 8, sampleBound(1, 8), true}, Threshold).outcome, SampleOutcome::Undecided);
}

TEST(SampleInterval, NarrowsWithTheShareThatWasRead)
{
    double width = 1;
    for (const std::int64_t population : {Endless, std::int64_t{4'000}, std::int64_t{2'000}, std::int64_t{1'100}}) {
        const ShareBounds bounds = shareBounds(950, 1'000, population);
        EXPECT_LT(bounds.upper - bounds.lower, width) << population;
        EXPECT_GE(bounds.lower, 950.0 / static_cast<double>(population));
        width = bounds.upper - bounds.lower;
        EXPECT_NEAR(shareBounds(50, 1'000, population).upper, 1 - bounds.lower, 1e-12);
    }
}

TEST(SampleInterval, IsNeverSureOfWhatWasNotJudged)
{
    SampleFacts facts = clean(2'000, Endless);
    facts.complete = false;
    EXPECT_EQ(sampleVerdict(facts, Threshold).outcome, SampleOutcome::Undecided);
    facts.counts.different = 500;
    EXPECT_EQ(sampleVerdict(facts, Threshold).outcome, SampleOutcome::Undecided);
    facts.complete = true;
    EXPECT_EQ(sampleVerdict(facts, Threshold).outcome, SampleOutcome::Below);
    EXPECT_EQ(checkStatusOf(SampleOutcome::Above), CheckStatus::Success);
    EXPECT_EQ(checkStatusOf(SampleOutcome::Below), CheckStatus::Failed);
    EXPECT_EQ(checkStatusOf(SampleOutcome::Undecided), CheckStatus::Partial);
}

// A tenth of two tables of 1 000 rows that share nothing: 2 000 rows, not 1 000.
TEST(SampleInterval, CountsTheUnionOfBothSides)
{
    SampleFacts facts = clean(100, 1'000);
    facts.counts = {0, 100, 100, 0};
    EXPECT_EQ(sampleVerdict(facts, Threshold).population, 2'000);
    facts.counts = {100, 100, 0, 0};
    EXPECT_EQ(sampleVerdict(facts, Threshold).population, 1'000);
    facts.larger.reset();
    EXPECT_EQ(sampleVerdict(facts, Threshold).population, 2'000);
}

// Samples of tables with a known share of bad rows: each bound is on the wrong side of it about as rarely as it says.
TEST(SampleInterval, HoldsAsOftenAsItSays)
{
    constexpr int Draws = 4'000;
    std::mt19937_64 random(20'261'123);
    double worst = 0;
    double sum = 0;
    int cases = 0;
    for (const std::int64_t population : {500, 5'000, 200'000}) {
        for (const std::int64_t sampled : {60, 250, 450}) {
            for (const double share : {0.0, 0.002, 0.005, 0.01, 0.03, 0.2, 0.5}) {
                const auto bad = static_cast<std::int64_t>(std::llround(share * static_cast<double>(population)));
                const double truth = 1 - static_cast<double>(bad) / static_cast<double>(population);
                std::map<std::int64_t, ShareBounds> known;
                int above = 0;
                int below = 0;
                for (int draw = 0; draw < Draws; ++draw) {
                    std::int64_t badLeft = bad;
                    std::int64_t good = 0;
                    for (std::int64_t i = 0; i < sampled; ++i) { // without putting back
                        const bool isBad = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(population - i)) < badLeft;
                        badLeft -= isBad;
                        good += !isBad;
                    }
                    const auto [found, isNew] = known.try_emplace(good);
                    if (isNew) found->second = shareBounds(good, sampled, population);
                    const ShareBounds &bounds = found->second;
                    above += bounds.lower > truth + 1e-12;
                    below += bounds.upper < truth - 1e-12;
                }
                for (const int wrong : {above, below}) {
                    const double rate = static_cast<double>(wrong) / Draws;
                    worst = std::max(worst, rate);
                    sum += rate;
                    ++cases;
                }
            }
        }
    }
    EXPECT_LT(worst, 0.07);       // the score's are about 5 %, and 4 000 draws scatter by 1 % at most
    EXPECT_LT(sum / cases, 0.05); // all together
    EXPECT_GT(sum / cases, 0.02); // and not by being useless
}

TEST(SampleBound, TakesTheShareOfAllHashes)
{
    EXPECT_EQ(sampleBound(1'000, 1'000), KeyHashEnd - 1);
    EXPECT_EQ(sampleBound(5, 0), KeyHashEnd - 1);
    EXPECT_EQ(sampleBound(1, 4), KeyHashEnd / 4);
    EXPECT_GT(sampleBound(1, Endless), 0);
}

TEST(SampleAlert, IsRaisedOnlyBelowTheThreshold)
{
    RunOutcome outcome{"users", "FINISHED", false, CheckStatus::Partial, {}, Threshold, "", SampleVerdict{}, 1'000};
    EXPECT_FALSE(alertFor(outcome));
    outcome.sample->outcome = SampleOutcome::Above;
    EXPECT_FALSE(alertFor(outcome));
    outcome.sample = {Percentage::fromHundredths(9'700), Percentage::fromHundredths(9'860), SampleOutcome::Below, 50'000};
    const auto alert = alertFor(outcome);
    ASSERT_TRUE(alert);
    EXPECT_EQ(alert->type, "DATA_INCONSISTENCY");
    EXPECT_EQ(alert->message, "The check users drew 1000 of 50000 rows: at most 98.6 % of all are consistent, below its "
                              "threshold of 99.5 %.");
    outcome.state = "FAILED";
    outcome.sample.reset();
    EXPECT_EQ(alertFor(outcome)->type, "DATA_CONSISTENCY_CHECK_FAILED");
}

} // namespace
} // namespace crossfade
