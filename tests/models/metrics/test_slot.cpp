// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/slot.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {

namespace {

Slot slotOf(const std::vector<std::uint16_t> &requests) {
    Slot slot;
    for (const std::uint16_t request : requests)
        slot.addRequest(request % 7 != 0, request * 10U);
    return slot;
}

void expectSame(const Slot &a, const Slot &b) {
    RC_ASSERT(a.count == b.count);
    RC_ASSERT(a.ok == b.ok);
    RC_ASSERT(a.latencySumUs == b.latencySumUs);
    RC_ASSERT(a.scoreCount == b.scoreCount);
    for (const Statistic statistic : {Statistic::Mean, Statistic::P50, Statistic::P95, Statistic::P99})
        RC_ASSERT(a.value(Metric::Latency, statistic, 1) == b.value(Metric::Latency, statistic, 1));
}

} // namespace

RC_GTEST_PROP(Slot, isReadBackAsItWasStored, (const std::vector<std::uint16_t> &requests)) {
    Slot slot = slotOf(requests);
    slot.addScore(4.5);
    const auto read = Slot::fromText(slot.text());
    RC_ASSERT(read.has_value());
    expectSame(*read, slot);
    RC_ASSERT(read->value(Metric::Satisfaction, Statistic::Mean, 1) == 4.5);
}

RC_GTEST_PROP(Slot, theOrderOfMergingDoesNotMatter,
              (const std::vector<std::uint16_t> &some, const std::vector<std::uint16_t> &others)) {
    Slot one = slotOf(some);
    one.merge(slotOf(others));
    Slot other = slotOf(others);
    other.merge(slotOf(some));
    expectSame(one, other);
    std::vector<std::uint16_t> all = some;
    all.insert(all.end(), others.begin(), others.end());
    expectSame(one, slotOf(all));
}

RC_GTEST_PROP(Slot, anyTextIsReadOrRefused, (const std::string &text)) {
    static_cast<void>(Slot::fromText(text));
}

TEST(Slot, withoutASampleHasNoValue) {
    const Slot slot;
    EXPECT_TRUE(slot.isEmpty());
    for (const Metric metric : {Metric::SuccessRate, Metric::ErrorRate, Metric::Latency,
                                Metric::Satisfaction, Metric::Consistency, Metric::ShareNew,
                                Metric::SyncBacklog, Metric::DeadLetters}) {
        EXPECT_FALSE(slot.value(metric, Statistic::Mean, 1)) << metricWord(metric);
        EXPECT_EQ(slot.samples(metric), 0U) << metricWord(metric);
    }
}

TEST(Slot, ratesAndRequestsASecond) {
    Slot slot;
    for (int i = 0; i < 40; ++i)
        slot.addRequest(i % 4 != 0, 1'000);
    EXPECT_DOUBLE_EQ(*slot.value(Metric::SuccessRate, Statistic::Rate, 10), 75);
    EXPECT_DOUBLE_EQ(*slot.value(Metric::ErrorRate, Statistic::Rate, 10), 25);
    EXPECT_DOUBLE_EQ(*slot.value(Metric::RequestRate, Statistic::Rate, 10), 4);
    EXPECT_DOUBLE_EQ(*slot.value(Metric::Latency, Statistic::Mean, 10), 1);
    EXPECT_EQ(slot.samples(Metric::SuccessRate), 40U);
    EXPECT_EQ(slot.samples(Metric::Satisfaction), 0U);
}

} // namespace crossfade
