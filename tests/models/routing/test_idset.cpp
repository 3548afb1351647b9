// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/idset.h"

#include "models/core/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

using namespace crossfade;

RC_GTEST_PROP(IdSet, isTheSortedSetOfTheValidIds, (std::vector<std::string> texts))
{
    for (std::string &text : texts) {
        if (*rc::gen::inRange(0, 3) > 0) text = "id-" + std::to_string(*rc::gen::inRange(0, 40));
    }
    std::set<std::string> expected;
    std::size_t invalid = 0;
    IdSetBuilder builder(1000);
    for (const std::string &text : texts) {
        RC_ASSERT(builder.add(text));
        if (isValidId(text))
            expected.insert(text);
        else
            ++invalid;
    }
    RC_ASSERT(builder.invalid() == invalid);
    const Result<IdSet> set = builder.build();
    RC_ASSERT(set.has_value());
    RC_ASSERT(set->size() == expected.size());
    std::size_t index = 0;
    for (const std::string &id : expected) {
        RC_ASSERT(set->at(index) == id);
        RC_ASSERT(set->contains(id));
        RC_ASSERT(set->lowerBound(id) == index);
        RC_ASSERT(set->find(id) == index);
        ++index;
    }
    RC_ASSERT(!set->contains("not-there"));
    RC_ASSERT(!set->contains(""));
}

RC_GTEST_PROP(IdSet, aHintOnlyMakesItFaster, ())
{
    IdSetBuilder builder(1000);
    const int count = *rc::gen::inRange(0, 200);
    for (int i = 0; i < count; ++i)
        builder.add(std::to_string(*rc::gen::inRange(0, 999)));
    const Result<IdSet> set = builder.build();
    RC_ASSERT(set.has_value());
    const std::string id = std::to_string(*rc::gen::inRange(0, 999));
    RC_ASSERT(set->lowerBound(id, *rc::gen::inRange<std::size_t>(0, set->size() + 3)) == set->lowerBound(id));
}

// With an index it answers what the set answers, of those that are there and of others.
RC_GTEST_PROP(IdSet, anIndexFindsTheSame, ())
{
    const int room = *rc::gen::element(3, 40, 3'000);
    IdSetBuilder builder(5'000);
    std::set<std::string> expected;
    const int count = *rc::gen::inRange(0, room);
    for (int i = 0; i < count; ++i) {
        const std::string id = "user-" + std::to_string(*rc::gen::inRange(0, room));
        builder.add(id);
        expected.insert(id);
    }
    Result<IdSet> set = builder.build();
    RC_ASSERT(set.has_value());
    const IdSet plain = *set;
    set->makeIndex();
    RC_ASSERT(*set == plain);
    for (int i = -1; i < room; ++i) {
        const std::string id = "user-" + std::to_string(i);
        const auto place = expected.find(id);
        const auto found = set->find(id);
        RC_ASSERT(found.has_value() == (place != expected.end()));
        RC_ASSERT(set->contains(id) == found.has_value());
        RC_ASSERT(plain.find(id) == found);
        if (found) RC_ASSERT(*found == static_cast<std::size_t>(std::distance(expected.begin(), place)));
    }
}

// More than are sorted at once, in no order, some of them twice.
TEST(IdSet, manyInNoOrderAreSortedToo)
{
    constexpr std::size_t Many = 150'001;
    IdSetBuilder builder(2 * Many);
    for (std::size_t i = 0; i < Many; ++i) {
        builder.add("user-" + std::to_string(i * 7'919 % Many));
        if (i % 3 == 0) builder.add("user-" + std::to_string(i));
    }
    const Result<IdSet> set = builder.build();
    ASSERT_TRUE(set.has_value());
    std::set<std::string> expected;
    for (std::size_t i = 0; i < Many; ++i)
        expected.insert("user-" + std::to_string(i));
    ASSERT_EQ(set->size(), expected.size());
    std::size_t place = 0;
    for (const std::string &id : expected)
        ASSERT_EQ(set->at(place++), id);
}

TEST(IdSet, refusesMoreThanItsLimit)
{
    IdSetBuilder builder(2);
    EXPECT_TRUE(builder.add("b"));
    EXPECT_TRUE(builder.add("a"));
    EXPECT_TRUE(builder.add("a"));
    EXPECT_FALSE(builder.add("c"));
    const Result<IdSet> set = builder.build();
    ASSERT_FALSE(set.has_value());
    EXPECT_EQ(set.error().kind, ErrorKind::TooLarge);
}

TEST(IdSet, isCompact)
{
    IdSetBuilder builder(200'000);
    for (int i = 0; i < 200'000; ++i)
        builder.add("user-" + std::to_string(1'000'000 + i));
    const Result<IdSet> set = builder.build();
    ASSERT_TRUE(set.has_value());
    // 12 bytes of text and 4 of position each.
    EXPECT_EQ(set->memoryBytes(), 200'000U * 16);
}

TEST(IdSet, isCompactWithItsIndexToo)
{
    IdSetBuilder builder(200'000);
    for (int i = 0; i < 200'000; ++i)
        builder.add("user-" + std::to_string(10'000'000 + i));
    Result<IdSet> set = builder.build();
    ASSERT_TRUE(set.has_value());
    set->makeIndex();
    EXPECT_LE(set->memoryBytes(), 200'000U * 24);
    for (std::size_t i = 0; i < set->size(); ++i)
        ASSERT_EQ(set->find(set->at(i)), i);
    for (int i = 0; i < 200'000; ++i)
        ASSERT_FALSE(set->contains("user-" + std::to_string(20'000'000 + i)));
}

TEST(IdSet, emptyIsEmpty)
{
    const Result<IdSet> set = IdSetBuilder(1).build();
    ASSERT_TRUE(set.has_value());
    EXPECT_EQ(set->size(), 0U);
    EXPECT_FALSE(set->contains("a"));
    EXPECT_EQ(set->lowerBound("a"), 0U);
    IdSet indexed = *set;
    indexed.makeIndex();
    EXPECT_FALSE(indexed.contains("a"));
}
