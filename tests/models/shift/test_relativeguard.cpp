// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <vector>

namespace crossfade::test {
namespace {

Guard relativeGuard(double tolerance = 0.5) {
    Guard guard = successGuard();
    guard.tolerance = tolerance;
    guard.minSamples = 100;
    return guard;
}

Guard latencyGuard(double tolerance, Statistic statistic = Statistic::P95) {
    Guard guard = relativeGuard(tolerance);
    guard.metric = Metric::Latency;
    guard.statistic = statistic;
    guard.comparison = Comparison::AtMost;
    return guard;
}

Slot requests(std::uint32_t count, std::uint32_t ok, std::uint32_t latencyUs = 20'000) {
    Slot slot;
    for (std::uint32_t i = 0; i < count; ++i)
        slot.addRequest(i < ok, latencyUs + i % 1'000);
    return slot;
}

Judgement judge(const Guard &guard, const Slot &ours, const Slot &theirs) {
    WindowReading reading;
    reading.from = at(100);
    reading.to = at(160);
    readRelative(guard, ours, theirs, reading);
    return judgeWindow(guard, reading, at(160));
}

TEST(RelativeGuard, WhatIsSignificantlyWorseThanToleratedBreaches) {
    const Judgement worse = judge(relativeGuard(), requests(800, 776), requests(9'000, 8'928));
    EXPECT_EQ(worse.verdict, Verdict::Breach);
    EXPECT_DOUBLE_EQ(worse.value.value(), 97.0);
    EXPECT_DOUBLE_EQ(worse.reference.value(), 99.2);
    EXPECT_LT(worse.pValue.value(), 0.01);
    EXPECT_TRUE(worse.detail.starts_with("97 % is worse than LEGACY's 99.2 % by more than 0.5 points, p = "))
        << worse.detail;
    EXPECT_TRUE(worse.detail.ends_with(", n = 800 and 9000")) << worse.detail;
}

TEST(RelativeGuard, WhatMayBeChancePasses) {
    // The same shares as above, but of a hundred requests only.
    const Judgement few = judge(relativeGuard(), requests(100, 97), requests(1'000, 992));
    EXPECT_EQ(few.verdict, Verdict::Pass);
    EXPECT_GT(few.pValue.value(), 0.01);
    // And LEGACY's own bad hour is not NEW's fault.
    EXPECT_EQ(judge(relativeGuard(), requests(800, 640), requests(9'000, 7'200)).verdict, Verdict::Pass);
    // Worse, but within what is tolerated.
    EXPECT_EQ(judge(relativeGuard(5), requests(800, 776), requests(9'000, 8'928)).verdict, Verdict::Pass);
}

TEST(RelativeGuard, ErrorRatesAreComparedTheSameWay) {
    Guard guard = relativeGuard();
    guard.metric = Metric::ErrorRate;
    guard.comparison = Comparison::AtMost;
    const Judgement worse = judge(guard, requests(800, 776), requests(9'000, 8'928));
    EXPECT_EQ(worse.verdict, Verdict::Breach);
    EXPECT_DOUBLE_EQ(worse.value.value(), 3.0);
    EXPECT_EQ(judge(guard, requests(800, 794), requests(9'000, 8'928)).verdict, Verdict::Pass);
}

TEST(RelativeGuard, LatencyIsAShareOfTheOthers) {
    const Slot legacy = requests(2'000, 2'000, 20'000);
    EXPECT_EQ(judge(latencyGuard(10), requests(500, 500, 21'000), legacy).verdict, Verdict::Pass);
    const Judgement slow = judge(latencyGuard(10), requests(500, 500, 26'000), legacy);
    EXPECT_EQ(slow.verdict, Verdict::Breach);
    EXPECT_TRUE(slow.detail.find("by more than 10 %, p = ") != std::string::npos) << slow.detail;
    EXPECT_EQ(judge(latencyGuard(50), requests(500, 500, 26'000), legacy).verdict, Verdict::Pass);
    EXPECT_EQ(judge(latencyGuard(10, Statistic::Mean), requests(500, 500, 26'000), legacy).verdict,
              Verdict::Breach);
}

// Nine of ten requests as fast as ever: only the percentile tells.
TEST(RelativeGuard, APercentileSeesATail) {
    Slot sick = requests(900, 900, 20'000);
    for (int i = 0; i < 100; ++i)
        sick.addRequest(true, 400'000);
    const Slot legacy = requests(5'000, 5'000, 20'000);
    EXPECT_EQ(judge(latencyGuard(10, Statistic::P95), sick, legacy).verdict, Verdict::Breach);
}

TEST(RelativeGuard, BothSidesNeedSamples) {
    const Slot some = requests(500, 500);
    const Judgement none = judge(relativeGuard(), some, {});
    EXPECT_EQ(none.verdict, Verdict::NoData);
    EXPECT_EQ(none.detail, "no sample of LEGACY to compare with");
    EXPECT_FALSE(none.pValue);
    const Judgement few = judge(relativeGuard(), some, requests(99, 99));
    EXPECT_EQ(few.verdict, Verdict::TooFew);
    EXPECT_EQ(few.detail, "n = 99 on LEGACY, needs 100");
    EXPECT_FALSE(few.pValue) << "nothing was decided by it";
    EXPECT_EQ(judge(relativeGuard(), requests(99, 0), some).detail, "n = 99, needs 100");
    EXPECT_EQ(judge(relativeGuard(), {}, some).verdict, Verdict::NoData);
}

TEST(RelativeGuard, TheCriticalThresholdIsAbsolute) {
    Guard guard = relativeGuard();
    guard.criticalThreshold = 90;
    EXPECT_TRUE(judge(guard, requests(500, 440), requests(500, 500)).critical);
    EXPECT_FALSE(judge(guard, requests(500, 460), requests(500, 500)).critical);
    // Also where LEGACY is as bad: nobody is served, whoever is to blame.
    const Judgement both = judge(guard, requests(500, 440), requests(500, 440));
    EXPECT_EQ(both.verdict, Verdict::Breach);
    EXPECT_TRUE(both.critical);
    EXPECT_EQ(both.detail, "88 % is beyond the critical 90 %, n = 500");
    GuardMemory memory;
    memory.add(guard, both);
    EXPECT_TRUE(memory.tripped(guard));
    EXPECT_EQ(judge(guard, requests(500, 455), requests(500, 455)).verdict, Verdict::Pass);
    EXPECT_EQ(judge(guard, requests(99, 0), requests(500, 500)).verdict, Verdict::TooFew) << "a few are no proof";
}

Judgement windowed(Verdict verdict, std::int64_t from, std::int64_t to) {
    Judgement made = judged(verdict, at(to));
    made.from = at(from);
    made.to = at(to);
    return made;
}

TEST(RelativeGuard, OnlyWindowsThatShareNothingCount) {
    const Guard guard = relativeGuard();
    GuardMemory memory;
    std::int64_t now = 1'060;
    for (; now < 1'180; now += 10) {
        memory.add(guard, windowed(Verdict::Breach, now - 60, now));
        EXPECT_FALSE(memory.tripped(guard)) << now;
    }
    EXPECT_EQ(memory.breaches(guard), 2) << "twelve looks at two minutes";
    memory.add(guard, windowed(Verdict::Breach, 1'120, 1'180));
    EXPECT_TRUE(memory.tripped(guard));
    EXPECT_EQ(memory.trippedAt(), at(1'180));
    // Of an absolute guard each window counts.
    GuardMemory plain;
    for (now = 1'060; now < 1'090; now += 10)
        plain.add(successGuard(), windowed(Verdict::Breach, now - 60, now));
    EXPECT_TRUE(plain.tripped(successGuard()));
}

// More looks than are kept to be shown.
TEST(RelativeGuard, LongWindowsJudgedOftenTripAsWell) {
    Guard guard = relativeGuard();
    guard.windowSeconds = 300;
    GuardMemory memory;
    for (std::int64_t now = 1'300; now < 1'900; ++now) {
        memory.add(guard, windowed(Verdict::Breach, now - 300, now));
        ASSERT_FALSE(memory.tripped(guard)) << now;
    }
    EXPECT_EQ(memory.breaches(guard), 2);
    memory.add(guard, windowed(Verdict::Breach, 1'600, 1'900));
    EXPECT_TRUE(memory.tripped(guard));
    for (std::int64_t now = 1'901; now < 2'200; ++now)
        memory.add(guard, windowed(Verdict::Pass, now - 300, now));
    EXPECT_EQ(memory.breaches(guard), 2) << "one of the three windows is good";
    EXPECT_EQ(memory.recent().size(), GuardMemory::MostRecent);
    memory.startAnew();
    EXPECT_EQ(memory.breaches(guard), 0);
}

// Looks back over everything that was ever judged.
int breachesOf(const Guard &guard, const std::vector<Judgement> &all) {
    int looked = 0;
    int found = 0;
    const Judgement *later = nullptr;
    for (auto it = all.rbegin(); it != all.rend() && looked < guard.windows; ++it) {
        if (guard.isRelative() && later && it->to > later->from) continue;
        later = &*it;
        ++looked;
        found += it->verdict == Verdict::Breach ? 1 : 0;
    }
    return found;
}

RC_GTEST_PROP(AnyGuardMemory, CountsAsIfItRememberedEverything, ()) {
    Guard guard = *rc::gen::arbitrary<bool>() ? relativeGuard() : successGuard();
    guard.windows = *rc::gen::inRange(1, 101);
    guard.windowSeconds = *rc::gen::inRange(1, 30);
    GuardMemory memory;
    std::vector<Judgement> all;
    const std::int64_t step = 1'000;
    std::int64_t now = step;
    for (int i = *rc::gen::inRange(1, 400); i > 0; --i) {
        now += *rc::gen::inRange(0, 12);
        const Verdict verdict = *rc::gen::element(Verdict::Pass, Verdict::Breach, Verdict::TooFew);
        all.push_back(windowed(verdict, std::max(step, now - guard.windowSeconds), now));
        memory.add(guard, all.back());
        RC_ASSERT(memory.breaches(guard) == breachesOf(guard, all));
    }
}

struct World {
    double ours = 0.995;
    double theirs = 0.995;
    int oursPerTick = 100; // ten seconds
    int theirsPerTick = 900;
};

// A shift's half hour, judged each ten seconds over the last minute. When it tripped, in ticks.
std::optional<int> tripsAt(const Guard &guard, const World &world, std::mt19937 &random) {
    std::binomial_distribution<std::uint32_t> ours(static_cast<std::uint32_t>(world.oursPerTick), world.ours);
    std::binomial_distribution<std::uint32_t> theirs(static_cast<std::uint32_t>(world.theirsPerTick), world.theirs);
    std::deque<std::pair<Slot, Slot>> minute;
    GuardMemory memory;
    for (int tick = 1; tick <= 180; ++tick) {
        Slot a;
        a.count = static_cast<std::uint32_t>(world.oursPerTick);
        a.ok = ours(random);
        Slot b;
        b.count = static_cast<std::uint32_t>(world.theirsPerTick);
        b.ok = theirs(random);
        minute.emplace_back(std::move(a), std::move(b));
        if (minute.size() > 6) minute.pop_front();
        Slot sumA;
        Slot sumB;
        for (const auto &[one, other] : minute) {
            sumA.merge(one);
            sumB.merge(other);
        }
        WindowReading reading;
        reading.to = at(tick * 10);
        reading.from = at(std::max(0, tick * 10 - 60));
        readRelative(guard, sumA, sumB, reading);
        memory.add(guard, judgeWindow(guard, reading, reading.to));
        if (memory.tripped(guard)) return tick;
    }
    return std::nullopt;
}

// The stated rate: of shifts of half an hour where NEW is as good as LEGACY at most one in a hundred trips,
// also with no tolerance at all.
TEST(RelativeGuard, AlikePlatformsDoNotTripIt) {
    for (const double tolerance : {0.0, 0.5}) {
        std::mt19937 random(20261121);
        int tripped = 0;
        for (int shift = 0; shift < 1'000; ++shift)
            tripped += tripsAt(relativeGuard(tolerance), {}, random) ? 1 : 0;
        EXPECT_LE(tripped, 10) << tolerance;
    }
}

// The same of every other k of n: whoever asks for fewer windows, or some of many, gets no guard that trips by chance.
TEST(RelativeGuard, NorDoTheyByFewerWindowsOrSomeOfMany) {
    constexpr std::pair<int, int> Counts[] = {{1, 1}, {1, 3}, {2, 2}, {2, 5}, {3, 10}};
    for (const auto &[breaches, windows] : Counts) {
        Guard guard = relativeGuard(0);
        guard.breaches = breaches;
        guard.windows = windows;
        std::mt19937 random(20261122);
        int tripped = 0;
        for (int shift = 0; shift < 1'000; ++shift)
            tripped += tripsAt(guard, {}, random) ? 1 : 0;
        EXPECT_LE(tripped, 10) << breaches << " of " << windows;
    }
}

TEST(RelativeGuard, OneWindowTripsByAsMuchProofAsThree) {
    Guard guard = relativeGuard();
    EXPECT_EQ(trippingChance(guard), Significance);
    guard.breaches = guard.windows = 5;
    EXPECT_EQ(trippingChance(guard), Significance) << "more windows ask for no less in each";
    guard.breaches = guard.windows = 2;
    EXPECT_NEAR(trippingChance(guard), 1e-3, 1e-9);
    guard.breaches = guard.windows = 1;
    EXPECT_NEAR(trippingChance(guard), 1e-6, 1e-12);
    guard.windows = 7; // any one breach trips it, however long it is remembered
    EXPECT_NEAR(trippingChance(guard), 1e-6, 1e-12);
    // Chance enough to let no step be taken, too little to take anybody back.
    const Judgement weak = judge(guard, requests(800, 776), requests(9'000, 8'928));
    EXPECT_EQ(weak.verdict, Verdict::Breach);
    EXPECT_GT(weak.pValue.value(), 1e-6);
    EXPECT_TRUE(weak.detail.ends_with(", trips below p = 1e-06")) << weak.detail;
    GuardMemory memory;
    memory.add(guard, weak);
    EXPECT_EQ(memory.breaches(guard), 0);
    EXPECT_FALSE(memory.tripped(guard));
    const Judgement clear = judge(guard, requests(800, 640), requests(9'000, 8'928));
    memory.add(guard, clear);
    EXPECT_TRUE(memory.tripped(guard));
    EXPECT_EQ(clear.detail.find("trips below"), std::string::npos) << clear.detail;
}

// A minute's latencies, most of some 20 ms, with the tail that logs show; `slower` times as much.
Slot minuteOf(int requests, double slower, std::mt19937 &random) {
    std::lognormal_distribution<double> latency(std::log(20'000), 0.5);
    Slot slot;
    for (int i = 0; i < requests; ++i)
        slot.addRequest(true, static_cast<std::uint32_t>(latency(random) * slower));
    return slot;
}

// In how many of the minutes it takes to trip; judged each minute, so that all are counted.
std::optional<int> latencyTripsAt(const Guard &guard, double slower, int minutes, std::mt19937 &random) {
    GuardMemory memory;
    for (int minute = 1; minute <= minutes; ++minute) {
        WindowReading reading;
        reading.from = at((minute - 1) * 60);
        reading.to = at(minute * 60);
        readRelative(guard, minuteOf(250, slower, random), minuteOf(250, 1, random), reading);
        memory.add(guard, judgeWindow(guard, reading, reading.to));
        if (memory.tripped(guard)) return minute;
    }
    return std::nullopt;
}

// The same of a percentile: a thousand half hours of two platforms that are alike.
TEST(RelativeGuard, AlikeLatenciesDoNotTripIt) {
    std::mt19937 random(20261122);
    int tripped = 0;
    for (int shift = 0; shift < 1'000; ++shift)
        tripped += latencyTripsAt(latencyGuard(0), 1, 30, random) ? 1 : 0;
    EXPECT_LE(tripped, 10);
}

TEST(RelativeGuard, LatenciesHalfAsMuchAgainAreCaughtWithinItsWindows) {
    std::mt19937 random(20261122);
    int caught = 0;
    for (int shift = 0; shift < 200; ++shift)
        caught += latencyTripsAt(latencyGuard(10), 1.5, 3, random) ? 1 : 0;
    EXPECT_GE(caught, 190);
}

// A loss of two points, a third of it tolerated, at 4 000 requests a minute on NEW: caught within the three
// windows that trip it, nineteen times in twenty.
TEST(RelativeGuard, ALossOfTwoPointsIsCaughtWithinItsWindows) {
    std::mt19937 random(20261121);
    World world;
    world.ours = 0.975;
    world.oursPerTick = 670;
    int caught = 0;
    for (int shift = 0; shift < 1'000; ++shift) {
        const auto tick = tripsAt(relativeGuard(), world, random);
        caught += tick && *tick <= 18 ? 1 : 0;
    }
    EXPECT_GE(caught, 950);
}

} // namespace
} // namespace crossfade::test
