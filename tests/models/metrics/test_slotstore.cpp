// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/slotstore.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <set>

namespace crossfade {
namespace {

using Resolution = SlotStore::Resolution;
const Cohort OnNew{Platform::New, "shop", "p1"};
const Cohort OnLegacy{Platform::Legacy, "shop", "p1"};
constexpr std::int64_t Start = 1'000'000'020; // a whole minute

void addRequests(SlotStore &store, std::int64_t second, const Cohort &cohort, int good, int bad) {
    for (int i = 0; i < good; ++i)
        store.slotAt(second, cohort).addRequest(true, 10'000);
    for (int i = 0; i < bad; ++i)
        store.slotAt(second, cohort).addRequest(false, 20'000);
}

SeriesQuery query(std::int64_t from, std::int64_t to, std::int64_t step = 1) {
    return {Metric::SuccessRate, Statistic::Rate, {}, from, to, step};
}

TEST(Slots, RatesMeanAndShare) {
    SlotStore store;
    addRequests(store, Start, OnNew, 3, 1);
    addRequests(store, Start, OnLegacy, 6, 0);
    const Slot slot = store.sum({Platform::New, {}, {}}, Start, Start + 1);
    EXPECT_EQ(slot.value(Metric::SuccessRate, Statistic::Rate, 1), 75.0);
    EXPECT_EQ(slot.value(Metric::ErrorRate, Statistic::Rate, 1), 25.0);
    EXPECT_EQ(slot.value(Metric::RequestRate, Statistic::Rate, 2), 2.0);
    EXPECT_EQ(slot.value(Metric::Latency, Statistic::Mean, 1), 12.5);
    EXPECT_EQ(shareOfNew(store, {}, Start, Start + 1), 40.0);
    EXPECT_FALSE(shareOfNew(store, {}, Start + 1, Start + 2)) << "no request is no share, not 0";
}

TEST(Slots, AFilterTakesOnlyItsCohort) {
    SlotStore store;
    addRequests(store, Start, OnNew, 1, 0);
    addRequests(store, Start, {Platform::New, "shop", ""}, 10, 0);
    addRequests(store, Start, {Platform::New, "bank", "p2"}, 100, 0);
    EXPECT_EQ(store.sum({Platform::New, {}, "p1"}, Start, Start + 1).count, 1U);
    EXPECT_EQ(store.sum({Platform::New, "shop", {}}, Start, Start + 1).count, 11U);
    EXPECT_EQ(store.sum({}, Start, Start + 1).count, 111U);
    EXPECT_EQ(store.sum({}, Start - 5, Start).count, 0U) << "half open";
}

TEST(Series, AGapIsNullAndNeverZero) {
    SlotStore store;
    addRequests(store, Start, OnNew, 1, 1);
    addRequests(store, Start + 2, OnNew, 0, 2);
    const SeriesColumns columns = store.series(query(Start, Start + 3), Start + 3);
    ASSERT_EQ(columns.t, (std::vector<std::int64_t>{Start, Start + 1, Start + 2}));
    EXPECT_EQ(columns.value[0], 50.0);
    EXPECT_FALSE(columns.value[1]);
    EXPECT_EQ(columns.value[2], 0.0);
    EXPECT_EQ(columns.count, (std::vector<std::uint64_t>{2, 0, 2}));
}

TEST(Series, AStepWeighsByRequestsAndKeepsTheExtremes) {
    SlotStore store;
    addRequests(store, Start, OnNew, 99, 0);
    addRequests(store, Start + 4, OnNew, 0, 1);
    const SeriesColumns columns = store.series(query(Start, Start + 10, 10), Start + 10);
    ASSERT_EQ(columns.t.size(), 1U);
    EXPECT_EQ(columns.value[0], 99.0) << "not the mean of 100 and 0";
    EXPECT_EQ(columns.min[0], 0.0);
    EXPECT_EQ(columns.max[0], 100.0);
}

TEST(Rollup, CoarserSlotsHoldTheSameRequests) {
    SlotStore store;
    for (int second = 0; second < 60; ++second)
        addRequests(store, Start + second, OnNew, 2, second % 2);
    store.settle(Start + 60);
    const Slot *minute = store.find(Resolution::Minute, {Start, OnNew});
    ASSERT_NE(minute, nullptr);
    EXPECT_EQ(minute->count, 150U);
    EXPECT_EQ(minute->ok, 120U);
    EXPECT_EQ(minute->latency.count(), 150U);
    const Slot *ten = store.find(Resolution::TenSeconds, {Start + 50, OnNew});
    ASSERT_NE(ten, nullptr);
    EXPECT_EQ(ten->count, 25U);
}

TEST(Rollup, ALateRequestCorrectsTheCoarserSlots) {
    SlotStore store;
    addRequests(store, Start, OnNew, 1, 0);
    store.settle(Start + 1);
    addRequests(store, Start, OnNew, 0, 1);
    const auto changed = store.settle(Start + 2);
    EXPECT_EQ(changed.size(), 3U) << "one key of each resolution";
    EXPECT_EQ(store.find(Resolution::Minute, {Start, OnNew})->count, 2U);
    EXPECT_TRUE(store.settle(Start + 3).empty()) << "told once";
}

TEST(Retention, SecondsForAnHourTensForADayMinutesForThirtyDays) {
    SlotStore store;
    addRequests(store, Start, OnNew, 1, 0);
    store.settle(Start);
    const struct {
        std::int64_t age;
        bool second, ten, minute;
    } ages[] = {{3'600, true, true, true},       {3'601, false, true, true},
                {86'400, false, true, true},     {86'401, false, false, true},
                {2'592'000, false, false, true}, {2'592'001, false, false, false}};
    for (const auto &age : ages) {
        store.settle(Start + age.age);
        EXPECT_EQ(store.find(Resolution::Second, {Start, OnNew}) != nullptr, age.second) << age.age;
        EXPECT_EQ(store.find(Resolution::TenSeconds, {Start, OnNew}) != nullptr, age.ten)
            << age.age;
        EXPECT_EQ(store.find(Resolution::Minute, {Start, OnNew}) != nullptr, age.minute) << age.age;
    }
}

Cohort manyth(int number) {
    return {Platform::New, "system-" + std::to_string(number), ""};
}

TEST(Memory, ClientsCannotGrowIt) {
    SlotStore store;
    for (int i = 0; i < 1'000; ++i)
        addRequests(store, Start, manyth(i), 1, 0);
    EXPECT_LE(store.at(Start).size(), SlotStore::MostCohorts + 2);
    EXPECT_EQ(store.sum({Platform::New, {}, {}}, Start, Start + 1).count, 1'000U) << "none is lost";
    for (int i = 0; i < 1'000; ++i)
        addRequests(store, Start, {Platform::New, "shop", "policy-" + std::to_string(i)}, 1, 0);
    EXPECT_LE(store.at(Start).size(), SlotStore::MostPolicyCohorts + 2);
    EXPECT_EQ(store.sum({Platform::New, {}, {}}, Start, Start + 1).count, 2'000U);
}

// However many systems there are, a policy's guards see what it decided.
TEST(Memory, APolicyKeepsItsRequestsBeyondTheBound) {
    SlotStore store;
    for (int i = 0; i < 100; ++i)
        addRequests(store, Start, manyth(i), 1, 0);
    addRequests(store, Start, OnNew, 3, 1);
    addRequests(store, Start, {Platform::New, "bank", "p1"}, 1, 0);
    addRequests(store, Start, OnLegacy, 2, 0);
    EXPECT_EQ(store.sum({Platform::New, {}, "p1"}, Start, Start + 1).count, 5U);
    EXPECT_EQ(store.sum({Platform::Legacy, {}, "p1"}, Start, Start + 1).count, 2U);
    EXPECT_EQ(store.latest({Platform::New, {}, "p1"}, Start - 10, Start + 1), Start);
}

std::string policyth(std::size_t number) {
    return "policy-" + std::to_string(number);
}

// However much else there is, and however many are under way: each one's guards see what it decided, on both
// platforms, of agents and of others; and the memory is bounded all the same.
TEST(Memory, PoliciesUnderWayAlwaysHaveAPlace) {
    SlotStore store;
    std::set<std::string> underWay;
    for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i)
        underWay.insert(policyth(i));
    store.keepPlaces(underWay);
    for (int i = 0; i < 1'000; ++i) {
        addRequests(store, Start, manyth(i), 1, 0);
        addRequests(store, Start, {Platform::New, "shop", "gone-" + std::to_string(i)}, 1, 0);
    }
    const std::size_t others = store.at(Start).size();
    EXPECT_LE(others, SlotStore::MostPolicyCohorts + 2);
    for (std::int64_t second = Start; second < Start + 3; ++second) {
        for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i) {
            const std::string system = "s" + std::to_string(i);
            addRequests(store, second, {Platform::New, system, policyth(i)}, 1, 1);
            addRequests(store, second, {Platform::Legacy, system, policyth(i)}, 3, 0);
            addRequests(store, second, {Platform::New, system, policyth(i), true}, 4, 0);
            addRequests(store, second, {Platform::Legacy, system, policyth(i), true}, 5, 0);
        }
    }
    EXPECT_LE(store.at(Start).size(), others + 4 * SlotStore::MostPolicies);
    for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i) {
        const Slot onNew = store.sum({Platform::New, {}, policyth(i)}, 0, Start + 3);
        ASSERT_EQ(onNew.count, 18U) << i;
        EXPECT_EQ(onNew.ok, 15U);
        EXPECT_EQ(store.sum({Platform::Legacy, {}, policyth(i)}, Start + 1, Start + 2).count, 8U);
        EXPECT_EQ(store.latest({Platform::New, {}, policyth(i)}, Start, Start + 10), Start + 2);
    }
    EXPECT_EQ(store.sum({}, Start, Start + 3).count, 2'000U + 3 * 14 * SlotStore::MostPolicies) << "none is lost";
}

// What is kept for a month does not grow with them; and no request is missing from it, nor there twice.
TEST(Memory, WhatIsCoarserIsBoundedByItself) {
    SlotStore store;
    std::set<std::string> underWay;
    for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i)
        underWay.insert(policyth(i));
    store.keepPlaces(underWay);
    for (std::int64_t second = Start; second < Start + 20; ++second) {
        for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i) {
            addRequests(store, second, {Platform::New, "s", policyth(i)}, 1, 0);
            addRequests(store, second, {Platform::Legacy, "s", policyth(i)}, 2, 0);
        }
        store.settle(second + 1);
    }
    addRequests(store, Start + 3, {Platform::New, "s", policyth(SlotStore::MostPolicies - 1)}, 1, 0); // a late one
    std::set<SlotKey> tens;
    for (const auto &[resolution, key] : store.settle(Start + 21)) {
        if (resolution == Resolution::TenSeconds) tens.insert(key);
    }
    EXPECT_EQ(tens.size(), 1U) << "the one that the late request is in";
    const auto coarse = [&](std::int64_t second, Resolution resolution) {
        std::uint64_t requests = 0;
        std::size_t slots = 0;
        const auto look = [&](const Cohort &cohort) {
            const Slot *slot = store.find(resolution, {second, cohort});
            requests += slot ? slot->count : 0;
            slots += slot ? 1 : 0;
        };
        for (const Platform platform : {Platform::Legacy, Platform::New}) {
            look({platform, {}, {}});
            for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i) {
                look({platform, {}, policyth(i)});
                look({platform, "s", policyth(i)});
            }
        }
        EXPECT_LE(slots, SlotStore::MostPolicyCohorts + 4);
        return requests;
    };
    EXPECT_EQ(coarse(Start, Resolution::TenSeconds), 30U * SlotStore::MostPolicies + 1);
    EXPECT_EQ(coarse(Start + 10, Resolution::TenSeconds), 30U * SlotStore::MostPolicies);
    EXPECT_EQ(coarse(Start, Resolution::Minute), 60U * SlotStore::MostPolicies + 1);
}

// A policy that ended counts among the others again.
TEST(Memory, APolicyThatEndedKeepsNoPlace) {
    SlotStore store;
    store.keepPlaces({"p1"});
    for (int i = 0; i < 1'000; ++i)
        addRequests(store, Start, {Platform::New, "shop", "gone-" + std::to_string(i)}, 1, 0);
    store.keepPlaces({});
    addRequests(store, Start, OnNew, 1, 0);
    EXPECT_EQ(store.sum({Platform::New, {}, "p1"}, Start, Start + 1).count, 0U);
    store.keepPlaces({"p1"});
    addRequests(store, Start, OnNew, 1, 0);
    EXPECT_EQ(store.sum({Platform::New, {}, "p1"}, Start, Start + 1).count, 1U);
    store.settle(Start + 4'000);
    addRequests(store, Start + 4'000, manyth(1), 1, 0);
    EXPECT_EQ(store.sum({{}, "system-1", {}}, Start + 4'000, Start + 4'001).count, 1U) << "and all make room";
}

// What was sent an hour ago takes nobody's place; nor what is only kept in coarser slots.
TEST(Memory, CohortsOfAnHourAgoMakeRoom) {
    SlotStore store;
    for (int i = 0; i < 1'000; ++i)
        addRequests(store, Start, manyth(i), 1, 0);
    store.settle(Start + 1);
    constexpr std::int64_t Later = Start + 3'700;
    store.settle(Later);
    addRequests(store, Later, OnNew, 1, 0);
    EXPECT_NE(store.find(Resolution::Second, {Later, OnNew}), nullptr);

    SlotStore restarted;
    for (int i = 0; i < 1'000; ++i)
        restarted.restore(Resolution::Minute, {Start, manyth(i)}, Slot());
    addRequests(restarted, Later, OnNew, 1, 0);
    EXPECT_NE(restarted.find(Resolution::Second, {Later, OnNew}), nullptr);
    for (int i = 0; i < 1'000; ++i)
        restarted.restore(Resolution::Second, {Later, manyth(i)}, Slot());
    addRequests(restarted, Later, {Platform::New, "late", "p2"}, 1, 0);
    EXPECT_EQ(restarted.find(Resolution::Second, {Later, {Platform::New, "late", "p2"}}), nullptr)
        << "what is restored counts too";
}

RC_GTEST_PROP(SlotText, IsReadBackTheSame, ()) {
    Slot slot;
    for (const std::uint32_t us :
         *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>()))
        slot.addRequest(us % 3 != 0, us);
    slot.addScore(*rc::gen::inRange(1, 6) * 0.7);
    const auto read = Slot::fromText(slot.text());
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->text() == slot.text());
    RC_ASSERT(read->value(Metric::Satisfaction, Statistic::Mean, 1) ==
              slot.value(Metric::Satisfaction, Statistic::Mean, 1));
}

// Each shift asks this several times a second, also of platforms on which it has nobody.
TEST(Latest, DoesNotGoThroughAnHourOfTheOthers) {
    SlotStore store;
    for (std::int64_t second = Start; second < Start + 3'600; ++second) {
        for (std::size_t i = 0; i < SlotStore::MostCohorts; ++i)
            store.slotAt(second, {Platform::Legacy, "s" + std::to_string(i), {}}).addRequest(true, 1'000);
    }
    addRequests(store, Start + 5, OnNew, 1, 0);
    const auto begun = std::chrono::steady_clock::now();
    constexpr int Looks = 5'000; // one that walked through them all takes some 10 ms
    for (int i = 0; i < Looks; ++i) {
        ASSERT_FALSE(store.latest({Platform::New, {}, "absent"}, Start, Start + 3'600));
        ASSERT_EQ(store.latest({Platform::New, {}, "p1"}, Start, Start + 3'600), Start + 5);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

// It is what going through them all answers, whatever is stored when, put back, or forgotten.
RC_GTEST_PROP(Latest, IsTheLatestThereIs, ()) {
    SlotStore store;
    const std::vector<Cohort> cohorts{OnNew, OnLegacy, {Platform::New, "shop", "p2"}, {Platform::New, {}, "p1"}};
    std::set<std::pair<std::int64_t, std::size_t>> stored;
    const auto moments = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 5'000), rc::gen::inRange(0, 8)));
    for (const auto &[second, choice] : moments) {
        const auto which = static_cast<std::size_t>(choice % 4);
        Slot slot;
        slot.addRequest(true, 1'000);
        if (choice < 4)
            addRequests(store, Start + second, cohorts[which], 1, 0);
        else
            store.restore(Resolution::Second, {Start + second, cohorts[which]}, slot);
        stored.emplace(Start + second, which);
    }
    const auto now = Start + *rc::gen::inRange(0, 8'000);
    store.settle(now);
    const auto from = Start + *rc::gen::inRange(0, 5'000);
    const auto to = Start + *rc::gen::inRange(0, 5'002);
    const std::vector<CohortFilter> filters{
        {{}, {}, {}}, {Platform::New, {}, {}}, {{}, "shop", {}}, {Platform::New, {}, "p1"}, {{}, {}, "absent"}};
    const CohortFilter filter = filters[*rc::gen::inRange<std::size_t>(0, filters.size())];
    std::optional<std::int64_t> expected;
    for (const auto &[second, which] : stored) {
        if (second >= now - 3'600 && second >= from && second < to && filter.matches(cohorts[which])) expected = second;
    }
    RC_ASSERT(store.latest(filter, from, to) == expected);
}

TEST(SlotStoreTest, KeepsNoLongerThanItIsTold) {
    SlotStore store;
    for (int second = 0; second < 120; ++second)
        store.slotAt(Start + second, OnNew).addRequest(true, 1'000);
    store.settle(Start + 120, {60, 90, 120});
    EXPECT_EQ(store.find(SlotStore::Resolution::Second, {Start + 59, OnNew}), nullptr);
    EXPECT_NE(store.find(SlotStore::Resolution::Second, {Start + 60, OnNew}), nullptr);
    store.settle(Start + 300, {60, 90, 600});
    EXPECT_FALSE(store.isEmpty()) << "the minutes";
    store.settle(Start + 1'000, {60, 90, 600});
    EXPECT_TRUE(store.isEmpty());
}

// Whatever the step: no request counts twice or is lost.
RC_GTEST_PROP(SeriesStep, CountsAddUp, ()) {
    SlotStore store;
    std::uint64_t all = 0;
    for (const int second : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 300))) {
        store.slotAt(Start + second, OnNew).addRequest(true, 1'000);
        ++all;
    }
    const auto step = *rc::gen::element<std::int64_t>(1, 5, 10, 60, 300);
    const SeriesColumns columns = store.series(query(Start, Start + 300, step), Start + 300);
    std::uint64_t counted = 0;
    for (const std::uint64_t count : columns.count)
        counted += count;
    RC_ASSERT(counted == all);
}

} // namespace
} // namespace crossfade
