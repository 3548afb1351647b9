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

TEST(IdSet, emptyIsEmpty)
{
    const Result<IdSet> set = IdSetBuilder(1).build();
    ASSERT_TRUE(set.has_value());
    EXPECT_EQ(set->size(), 0U);
    EXPECT_FALSE(set->contains("a"));
    EXPECT_EQ(set->lowerBound("a"), 0U);
}
