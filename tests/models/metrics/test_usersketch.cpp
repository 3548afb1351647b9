// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/userslots.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <vector>

namespace crossfade::test {
namespace {

// Well mixed bits of a number (splitmix64).
std::uint64_t mixed(std::uint64_t number) {
    number += 0x9E3779B97F4A7C15U;
    number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
    number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
    return number ^ (number >> 31U);
}

UserSketch users(std::uint64_t from, std::uint64_t to) {
    UserSketch sketch;
    for (std::uint64_t i = from; i < to; ++i)
        sketch.add(mixed(i));
    return sketch;
}

TEST(UserSketch, IsExactToTenThousand) {
    EXPECT_EQ(UserSketch().count(), 0U);
    UserSketch sketch = users(0, UserSketch::MostExact);
    EXPECT_TRUE(sketch.isExact());
    EXPECT_EQ(sketch.count(), 10'000U);
    sketch.add(mixed(17));
    EXPECT_EQ(sketch.count(), 10'000U) << "the same user again";
    sketch.add(mixed(10'000));
    EXPECT_FALSE(sketch.isExact());
}

// Four times the standard error, at every size a policy may have, those right after the change included.
TEST(UserSketch, IsCloseBeyond) {
    UserSketch sketch;
    std::uint64_t added = 0;
    for (const std::uint64_t size : {10'001, 15'000, 30'000, 60'000, 200'000, 1'000'000}) {
        for (; added < size; ++added)
            sketch.add(mixed(added));
        EXPECT_NEAR(static_cast<double>(sketch.count()), static_cast<double>(size), 0.0325 * static_cast<double>(size));
    }
    const std::uint64_t before = sketch.count();
    for (std::uint64_t i = 0; i < 1'000; ++i)
        sketch.add(mixed(i));
    EXPECT_EQ(sketch.count(), before) << "who was counted is not counted again";
}

// However the users were divided: exact with exact, exact with estimated, estimated with both.
TEST(UserSketch, MergedIsWhatAllOfThemWouldBe) {
    for (const std::uint64_t half : {3'000U, 9'000U, 25'000U}) {
        UserSketch merged = users(0, half);
        merged.merge(users(half / 2, 2 * half));
        EXPECT_EQ(merged.count(), users(0, 2 * half).count()) << half;
    }
    UserSketch small = users(0, 10);
    small.merge(users(0, 25'000));
    EXPECT_EQ(small.count(), users(0, 25'000).count());
    UserSketch large = users(0, 25'000);
    large.merge(users(20'000, 25'010));
    EXPECT_EQ(large.count(), users(0, 25'010).count());
}

// What is stored and sent counts, merges and is told apart as it was, exact or not.
TEST(UserSketch, ComesBackFromItsText) {
    for (const std::uint64_t count : {0U, 1U, 2U, 9'999U, 10'000U, 10'001U, 40'000U}) {
        const UserSketch sketch = users(0, count);
        const std::string text = sketch.text();
        auto back = UserSketch::fromText(text);
        ASSERT_TRUE(back.has_value()) << count;
        EXPECT_EQ(back->isExact(), sketch.isExact()) << count;
        EXPECT_EQ(back->count(), sketch.count()) << count;
        EXPECT_EQ(back->text(), text) << count;
        UserSketch merged = sketch;
        merged.merge(users(5'000, 15'000));
        back->merge(users(5'000, 15'000));
        EXPECT_EQ(back->text(), merged.text()) << count;
    }
    const std::string one = "000000000000000a";
    EXPECT_EQ(UserSketch::fromText("00000000000000090" + one.substr(1))->count(), 2U);
    for (const std::string &bad : {std::string("0"), std::string("000000000000000g"), one + one, "r" + one,
                                   std::string("r"), "r" + std::string(32'768, '9'), users(0, 10'001).text() + "00"})
        EXPECT_FALSE(UserSketch::fromText(bad)) << bad.substr(0, 40);
}

TEST(UserSketch, CoversWhoIsAmongItsUsers) {
    EXPECT_TRUE(users(0, 100).covers(users(20, 50)));
    EXPECT_TRUE(users(0, 100).covers(UserSketch()));
    EXPECT_FALSE(users(0, 100).covers(users(50, 101)));
    EXPECT_TRUE(users(0, 30'000).covers(users(10, 20)));
    EXPECT_TRUE(users(0, 30'000).covers(users(100, 20'000)));
    EXPECT_FALSE(users(0, 12'000).covers(users(100'000, 112'000)));
    EXPECT_FALSE(users(0, 100).covers(users(0, 12'000)));
}

RC_GTEST_PROP(AnyUserSketch, CountsEachOnce, (const std::vector<std::uint64_t> &ids)) {
    UserSketch sketch;
    for (const std::uint64_t id : ids)
        sketch.add(id);
    RC_ASSERT(sketch.count() == std::set<std::uint64_t>(ids.begin(), ids.end()).size());
}

TEST(UserSlots, AddUpWhoTriedAndWhoFailedInAWindow) {
    UserSlots slots;
    slots.watch({"p1"});
    for (std::int64_t second = 100; second < 110; ++second) {
        slots.add(second, "p1", Platform::New, 1, second == 105); // fails but once
        slots.add(second, "p1", Platform::New, 2, true);
        slots.add(second, "p1", Platform::Legacy, 3, false);
        slots.add(second, "p2", Platform::New, 4, false); // nobody watches it
    }
    const UserCounts all = slots.sum("p1", Platform::New, 100, 110);
    EXPECT_EQ(all.tried.count(), 2U);
    EXPECT_EQ(all.failed.count(), 1U);
    EXPECT_EQ(slots.sum("p1", Platform::New, 105, 106).failed.count(), 0U);
    EXPECT_EQ(slots.sum("p1", Platform::New, 110, 200).tried.count(), 0U);
    EXPECT_EQ(slots.sum("p1", Platform::Legacy, 100, 101).failed.count(), 1U);
    EXPECT_EQ(slots.sum("p2", Platform::New, 100, 110).tried.count(), 0U);
    slots.add(719, "p1", Platform::New, 5, true); // who tried long before is forgotten by it
    EXPECT_EQ(slots.sum("p1", Platform::New, 100, 109).tried.count(), 0U);
    EXPECT_EQ(slots.sum("p1", Platform::New, 100, 110).tried.count(), 2U);
    slots.restart("p1"); // as of one that is judged anew
    slots.restart("none");
    EXPECT_EQ(slots.sum("p1", Platform::New, 100, 110).tried.count(), 0U);
    slots.add(720, "p1", Platform::New, 6, true); // still watched
    EXPECT_EQ(slots.sum("p1", Platform::New, 720, 721).tried.count(), 1U);
    slots.watch({});
    EXPECT_EQ(slots.sum("p1", Platform::New, 720, 721).tried.count(), 0U);
}

} // namespace
} // namespace crossfade::test
