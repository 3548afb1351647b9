// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is learnt from a write of which nobody knows whether it was made.
#include "models/sync/intent.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using Fields = std::vector<std::string>;

// After the write the intent's sides hold what it says they will.
MergeEntity carriedOut(MergeEntity entity, const Merged &merged)
{
    const MergeEntity before = entity;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        Held &held = side == Platform::Legacy ? entity.legacy : entity.fresh;
        const Held &other = before.now(otherPlatform(side));
        const SideWrite &write = merged.write(side);
        if (write.verb == WriteVerb::Insert) held = other;
        if (write.verb == WriteVerb::Delete) held.reset();
        for (const FieldWrite &field : write.fields)
            (*held)[field.field] = (*other)[field.field];
    }
    return entity;
}

MergeEntity bases(const Held &legacyBase, const Held &newBase, const Held &legacy, const Held &fresh)
{
    return {legacyBase, newBase, legacy, fresh, {}, {}};
}

TEST(SyncIntent, OfAFirstCopyIsTheBaseOnceItIsSeenAndNothingBefore)
{
    const MergeEntity read = bases({}, {}, Fields{"=a", "=m"}, {});
    const Merged merged = mergeEntity(read, {});
    const SyncIntent intent = intentOf(read, merged);
    EXPECT_TRUE(intent.toNew);
    EXPECT_FALSE(intent.toLegacy);
    EXPECT_FALSE(inStepAfter(intent, read)) << "not written";
    const InStep both{Fields{"=a", "=m"}, Fields{"=a", "=m"}};
    EXPECT_EQ(inStepAfter(intent, carriedOut(read, merged)), both);
    // The source has changed since: it alone has, and its change goes over instead of being a conflict.
    MergeEntity later = bases({}, {}, Fields{"=b", "=m"}, Fields{"=a", "=m"});
    ASSERT_EQ(inStepAfter(intent, later), both);
    EXPECT_TRUE(mergeEntity(later, {}).manual) << "what it was before";
    later.legacyBase = both.legacy;
    later.newBase = both.fresh;
    const Merged next = mergeEntity(later, {});
    EXPECT_FALSE(next.manual);
    EXPECT_EQ(next.fresh.fields, (std::vector<FieldWrite>{{0, false}}));
    EXPECT_EQ(next.legacy.verb, WriteVerb::None);
}

TEST(SyncIntent, OfARowThatIsNowAnotherTeachesNothing)
{
    const MergeEntity read = bases({}, {}, Fields{"=a", "=m"}, {});
    const SyncIntent intent = intentOf(read, mergeEntity(read, {}));
    EXPECT_FALSE(inStepAfter(intent, bases({}, {}, Fields{"=a", "=m"}, Fields{"=x", "=y"})));
    // One field as it was intended: that one was in step, of the other nobody knows.
    const auto some = inStepAfter(intent, bases({}, {}, Fields{"=a", "=m"}, Fields{"=a", "=y"}));
    ASSERT_TRUE(some);
    EXPECT_EQ(*some->legacy, (Fields{"=a", std::string(NeverHeld)}));
    EXPECT_EQ(*some->fresh, (Fields{"=a", std::string(NeverHeld)}));
    EXPECT_TRUE(mergeEntity(bases(some->legacy, some->fresh, Fields{"=a", "=m"}, Fields{"=a", "=y"}), {}).manual);
}

TEST(SyncIntent, OfAnUpdateHoldsFieldByField)
{
    const Fields base{"=a", "=m"};
    const MergeEntity read = bases(base, base, Fields{"=b", "=m"}, base);
    const SyncIntent intent = intentOf(read, mergeEntity(read, {}));
    // Written; then the other field changed on NEW, and the same one again on LEGACY.
    MergeEntity later = bases(base, base, Fields{"=c", "=m"}, Fields{"=b", "=n"});
    EXPECT_TRUE(mergeEntity(later, {}).manual);
    const auto settled = inStepAfter(intent, later);
    ASSERT_TRUE(settled);
    EXPECT_EQ(*settled, (InStep{Fields{"=b", "=m"}, Fields{"=b", "=m"}}));
    later.legacyBase = settled->legacy;
    later.newBase = settled->fresh;
    const Merged merged = mergeEntity(later, {});
    EXPECT_FALSE(merged.manual);
    EXPECT_EQ(merged.fresh.fields, (std::vector<FieldWrite>{{0, false}}));
    EXPECT_EQ(merged.legacy.fields, (std::vector<FieldWrite>{{1, false}}));
    // Not written: the base stays.
    EXPECT_EQ(inStepAfter(intent, read).value_or(InStep{base, base}), (InStep{base, base}));
}

TEST(SyncIntent, OfADeletionForgetsTheRowSoThatOneThatComesBackIsANewOne)
{
    const Fields base{"=a"};
    const MergeEntity read = bases(base, base, {}, base);
    const SyncIntent intent = intentOf(read, mergeEntity(read, {}));
    EXPECT_FALSE(inStepAfter(intent, read));
    const MergeEntity back = bases(base, base, base, {});
    EXPECT_EQ(mergeEntity(back, {}).legacy.verb, WriteVerb::Delete) << "it would be deleted again";
    EXPECT_EQ(inStepAfter(intent, back), InStep{});
    EXPECT_EQ(mergeEntity(bases({}, {}, base, {}), {}).fresh.verb, WriteVerb::Insert);
}

TEST(SyncIntent, OfAChosenValueIsThatOfBothSides)
{
    const Fields base{"=a"};
    const MergeEntity read = bases(base, base, Fields{"=b"}, Fields{"=c"});
    MergeChoices choices;
    choices.fields[0] = {std::nullopt, "d", "=d"};
    const SyncIntent intent = intentOf(read, mergeEntity(read, {}, choices), choices);
    EXPECT_TRUE(intent.toLegacy && intent.toNew);
    EXPECT_FALSE(inStepAfter(intent, bases(base, base, Fields{"=d"}, Fields{"=c"}))) << "only one was written";
    EXPECT_EQ(inStepAfter(intent, bases(base, base, Fields{"=d"}, Fields{"=d"})), (InStep{Fields{"=d"}, Fields{"=d"}}));
}

} // namespace
} // namespace crossfade
