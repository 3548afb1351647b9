// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace crossfade::test {
namespace {

WindowReading reading(std::optional<double> value, std::uint64_t samples) {
    WindowReading made;
    made.value = value;
    made.samples = samples;
    made.from = at(100);
    made.to = at(160);
    if (samples > 0) made.newest = at(159);
    return made;
}

Verdict verdictOf(const Guard &guard, const WindowReading &read) {
    return judgeWindow(guard, read, at(160)).verdict;
}

TEST(Window, AtLeastMeansTheThresholdItselfPasses) {
    const Guard guard = successGuard();
    EXPECT_EQ(verdictOf(guard, reading(99.0, 10)), Verdict::Pass);
    EXPECT_EQ(verdictOf(guard, reading(98.999, 10)), Verdict::Breach);
    Guard latency = guard;
    latency.comparison = Comparison::AtMost;
    EXPECT_EQ(verdictOf(latency, reading(99.0, 10)), Verdict::Pass);
    EXPECT_EQ(verdictOf(latency, reading(99.001, 10)), Verdict::Breach);
}

TEST(Window, FewSamplesAreNeitherGoodNorBad) {
    EXPECT_EQ(verdictOf(successGuard(), reading(0.0, 9)), Verdict::TooFew);
    EXPECT_EQ(verdictOf(successGuard(), reading(100.0, 9)), Verdict::TooFew);
}

TEST(Window, NothingMeasuredIsNoDataAndOldOnesAreStale) {
    EXPECT_EQ(verdictOf(successGuard(), reading(std::nullopt, 0)), Verdict::NoData);
    WindowReading old = reading(std::nullopt, 0);
    old.newest = at(99);
    EXPECT_EQ(verdictOf(successGuard(), old), Verdict::Stale);
}

// Where somebody's evidence is missing, what is left may be bad enough, but is not good enough.
TEST(Window, WhatAClockThatIsOffLeavesOutNeverPasses) {
    const auto judged = [](std::optional<double> value, std::uint64_t samples) {
        WindowReading read = reading(value, samples);
        read.clockFault = "the clock of agent a is 7.0 s ahead";
        return judgeWindow(successGuard(), read, at(160));
    };
    EXPECT_EQ(judged(100.0, 1'000).verdict, Verdict::Stale);
    EXPECT_EQ(judged(100.0, 1'000).detail, "the clock of agent a is 7.0 s ahead");
    EXPECT_EQ(judged(100.0, 9).verdict, Verdict::Stale);
    EXPECT_EQ(judged(std::nullopt, 0).verdict, Verdict::Stale);
    EXPECT_EQ(judged(98.0, 1'000).verdict, Verdict::Breach);
    EXPECT_EQ(judged(std::numeric_limits<double>::quiet_NaN(), 1'000).verdict, Verdict::SourceError);
}

TEST(Window, WhatIsNoNumberIsTheSourcesError) {
    for (const double value :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity()}) {
        const Judgement judgement = judgeWindow(successGuard(), reading(value, 1'000), at(160));
        EXPECT_EQ(judgement.verdict, Verdict::SourceError);
        EXPECT_FALSE(judgement.value);
    }
    WindowReading failed = reading(100.0, 1'000);
    failed.sourceError = "the comparator: refused";
    const Judgement judgement = judgeWindow(successGuard(), failed, at(160));
    EXPECT_EQ(judgement.verdict, Verdict::SourceError);
    EXPECT_EQ(judgement.detail, "the comparator: refused");
}

TEST(Window, CriticalIsOnlyABreachBeyondTheCriticalThreshold) {
    Guard guard = successGuard();
    guard.criticalThreshold = 80;
    EXPECT_FALSE(judgeWindow(guard, reading(80.0, 10), at(160)).critical);
    EXPECT_TRUE(judgeWindow(guard, reading(79.9, 10), at(160)).critical);
    EXPECT_FALSE(judgeWindow(guard, reading(0.0, 9), at(160)).critical)
        << "too few to say anything";
}

// Which windows, written b(reach) p(ass) f(ew), trip 3 of 3.
struct Sequence {
    const char *windows;
    int breaches, outOf;
    bool trips;
};

TEST(KOfN, CountsDecayAsWindowsPass) {
    const Sequence sequences[] = {
        {"bb", 3, 3, false},   {"bbb", 3, 3, true},    {"bbpb", 3, 3, false},
        {"bfbb", 3, 3, false}, {"bfbb", 3, 4, true},   {"bbbp", 3, 3, false},
        {"b", 1, 1, true},     {"bp", 1, 2, true},     {"bpp", 1, 2, false},
        {"ffff", 1, 3, false}, {"pbpbpb", 3, 5, true}, {"pbppbpb", 3, 5, false},
    };
    for (const Sequence &sequence : sequences) {
        Guard guard = successGuard();
        guard.breaches = sequence.breaches;
        guard.windows = sequence.outOf;
        GuardMemory memory;
        std::int64_t second = 0;
        for (const char *c = sequence.windows; *c; ++c) {
            const Verdict verdict = *c == 'b'   ? Verdict::Breach
                                    : *c == 'p' ? Verdict::Pass
                                                : Verdict::TooFew;
            memory.add(guard, judged(verdict, at(++second)));
        }
        EXPECT_EQ(memory.tripped(guard), sequence.trips)
            << sequence.windows << " " << sequence.breaches << " of " << sequence.outOf;
    }
}

TEST(KOfN, OneCriticalWindowTripsAtOnce) {
    const Guard guard = successGuard();
    GuardMemory memory;
    Judgement critical = judged(Verdict::Breach, at(7));
    critical.critical = true;
    memory.add(guard, critical);
    EXPECT_TRUE(memory.tripped(guard));
    EXPECT_EQ(memory.trippedAt(), at(7));
    memory.add(guard, judged(Verdict::Pass, at(8)));
    EXPECT_FALSE(memory.tripped(guard));
    EXPECT_FALSE(memory.trippedAt());
}

TEST(KOfN, AfterAStepTheCountStartsAnewButTheSparklineStays) {
    const Guard guard = successGuard();
    GuardMemory memory;
    for (int i = 0; i < 3; ++i)
        memory.add(guard, judged(Verdict::Breach, at(i)));
    ASSERT_TRUE(memory.tripped(guard));
    memory.startAnew();
    EXPECT_FALSE(memory.tripped(guard));
    EXPECT_EQ(memory.breaches(guard), 0);
    EXPECT_EQ(memory.recent().size(), 3U);
    memory.add(guard, judged(Verdict::Breach, at(4)));
    EXPECT_EQ(memory.breaches(guard), 1);
}

TEST(KOfN, MemoryIsBounded) {
    const Guard guard = successGuard();
    GuardMemory memory;
    for (int i = 0; i < 1'000; ++i)
        memory.add(guard, judged(Verdict::Pass, at(i)));
    EXPECT_EQ(memory.recent().size(), GuardMemory::MostRecent);
    EXPECT_EQ(memory.last()->at, at(999));
}

} // namespace
} // namespace crossfade::test
