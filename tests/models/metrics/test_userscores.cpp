// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/slotstore.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

namespace crossfade::test {
namespace {

// Well mixed bits of a number (splitmix64).
std::uint64_t bitsOf(std::uint64_t number) {
    number += 0x9E3779B97F4A7C15U;
    number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
    number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
    return number ^ (number >> 31U);
}

constexpr Cohort OnNew{Platform::New, {}, {}};

TEST(UserScores, TheLastOfEachUserCounts) {
    Slot slot;
    slot.addScore(5, bitsOf(1));
    for (int i = 0; i < 99; ++i)
        slot.addScore(1, bitsOf(2)); // one who is cross
    EXPECT_EQ(slot.samples(Metric::Satisfaction), 2U);
    EXPECT_DOUBLE_EQ(*slot.value(Metric::Satisfaction, Statistic::Mean, 1), 3);
    slot.addScore(4, bitsOf(2)); // and is not any more
    EXPECT_DOUBLE_EQ(*slot.value(Metric::Satisfaction, Statistic::Mean, 1), 4.5);
    EXPECT_EQ(slot.samples(Metric::Satisfaction), 2U);
    EXPECT_EQ(slot.samples(Metric::SuccessRate), 0U);
    EXPECT_FALSE(slot.isEmpty());
}

TEST(UserScores, WhoseAreNotToldCountEach) {
    Slot slot;
    slot.addScore(2);
    slot.addScore(2);
    slot.addScore(5, bitsOf(1));
    EXPECT_EQ(slot.samples(Metric::Satisfaction), 3U);
    EXPECT_DOUBLE_EQ(*slot.value(Metric::Satisfaction, Statistic::Mean, 1), 3);
}

// Over a window, a chart and the coarser slots: a later second overrules an earlier one, however late it came.
TEST(UserScores, OfAWindowAreTheLatest) {
    SlotStore store;
    store.slotAt(1'000'001, OnNew).addScore(5, bitsOf(1));
    store.slotAt(1'000'000, OnNew).addScore(1, bitsOf(1));
    store.slotAt(1'000'000, OnNew).addScore(3, bitsOf(2));
    const Slot window = store.sum({}, 1'000'000, 1'000'010);
    EXPECT_EQ(window.samples(Metric::Satisfaction), 2U);
    EXPECT_DOUBLE_EQ(*window.value(Metric::Satisfaction, Statistic::Mean, 10), 4);
    store.settle(1'000'005);
    const Slot *minute = store.find(SlotStore::Resolution::Minute, {999'960, OnNew});
    ASSERT_TRUE(minute);
    EXPECT_EQ(minute->samples(Metric::Satisfaction), 2U);
    EXPECT_DOUBLE_EQ(*minute->value(Metric::Satisfaction, Statistic::Mean, 60), 4);
    const SeriesColumns chart = store.series({Metric::Satisfaction, Statistic::Mean, {}, 1'000'000, 1'000'010, 10}, 1'000'010);
    ASSERT_EQ(chart.value.size(), 1U);
    EXPECT_EQ(chart.count[0], 2U);
    EXPECT_DOUBLE_EQ(*chart.value[0], 4);
}

// More users than are kept: four times the standard error, of the number and of the mean.
TEST(UserScores, AreASampleBeyondTheirBound) {
    UserScores window;
    for (std::uint64_t second = 0; second < 100; ++second) {
        UserScores one;
        for (std::uint64_t user = second * 500; user < second * 500 + 900; ++user) // 400 of them the same again
            one.add(bitsOf(user), user % 5 == 0 ? 1 : 4);
        EXPECT_TRUE(one.isExact());
        window.merge(one);
    }
    EXPECT_FALSE(window.isExact());
    const double users = 99 * 500 + 900;
    EXPECT_NEAR(static_cast<double>(window.count()), users, 0.04 * users);
    EXPECT_NEAR(window.mean(), 3.4, 4 * 1.2 / 100);

    UserScores busy; // in a single second
    for (std::uint64_t user = 0; user < 20'000; ++user)
        busy.add(bitsOf(user), user % 5 == 0 ? 1 : 4);
    EXPECT_NEAR(static_cast<double>(busy.count()), 20'000, 0.13 * 20'000);
    EXPECT_NEAR(busy.mean(), 3.4, 4 * 1.2 / 31);
    const std::string text = busy.text();
    EXPECT_LT(text.size(), 40U * UserScores::MostASecond);
    const auto read = UserScores::fromText(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->count(), busy.count());
    EXPECT_EQ(read->mean(), busy.mean());
    // The smaller sample decides what a merged one may keep.
    UserScores merged = window;
    merged.merge(busy);
    EXPECT_NEAR(static_cast<double>(merged.count()), users, 0.13 * users);
    UserScores around = busy;
    around.merge(window);
    EXPECT_EQ(around.count(), merged.count());
    // A window that is stored keeps less of it, and stays true.
    const auto stored = UserScores::fromText(window.text());
    ASSERT_TRUE(stored);
    EXPECT_NEAR(static_cast<double>(stored->count()), users, 0.13 * users);
}

RC_GTEST_PROP(AnyUserScores, AreThoseOfAMap, (const std::vector<std::pair<std::uint8_t, bool>> &pushed, std::size_t cut)) {
    std::map<std::uint8_t, float> last;
    UserScores whole;
    UserScores early;
    UserScores late;
    for (std::size_t i = 0; i < pushed.size(); ++i) {
        const auto [user, good] = pushed[i];
        const float score = good ? 4.7F : 1.3F;
        last[user] = score;
        whole.add(bitsOf(user), score);
        (i < cut % (pushed.size() + 1) ? early : late).add(bitsOf(user), score);
    }
    early.merge(late);
    double sum = 0;
    for (const auto &[user, score] : last)
        sum += static_cast<double>(score);
    for (const UserScores *scores : {&whole, &early}) {
        RC_ASSERT(scores->count() == last.size());
        RC_ASSERT(std::abs(scores->mean() - (last.empty() ? 0 : sum / static_cast<double>(last.size()))) < 1e-9);
        const auto read = UserScores::fromText(scores->text());
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->text() == scores->text());
    }
}

RC_GTEST_PROP(AnyUserScores, AnyTextIsReadOrRefused, (const std::string &text)) {
    static_cast<void>(UserScores::fromText(text));
    static_cast<void>(Slot::fromText("0;0;0;0;0;|" + text));
}

TEST(UserScores, BadTextsAreRefused) {
    for (const char *bad : {"", "f", "f;g:1,", "f;1:nan,", "f;1:1", "f;2:1,1:1,", "f;1:1,1:1,", "f;f:1,", "f;1:,", "-1;"})
        EXPECT_FALSE(UserScores::fromText(bad)) << bad;
    Slot slot;
    slot.addRequest(true, 10);
    slot.addScore(4.25, bitsOf(7));
    const auto read = Slot::fromText(slot.text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text(), slot.text());
    EXPECT_EQ(read->samples(Metric::Satisfaction), 1U);
    const auto before = Slot::fromText("1;1;10;9;2;5:1"); // as versions before wrote them
    ASSERT_TRUE(before);
    EXPECT_EQ(before->samples(Metric::Satisfaction), 2U);
}

} // namespace
} // namespace crossfade::test
