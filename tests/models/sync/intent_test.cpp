// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is learnt from a write of which nobody knows whether it was made.
#include "models/sync/intent.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

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

// One field goes over, the other one comes back; it dies between the two writes, or one side refuses.
TEST(SyncIntent, OfTwoSidesIsLearntFromTheOneThatWasWritten)
{
    const Fields base{"=x1", "=y1"};
    MergeRules rules;
    rules.policy = ConflictPolicy::New;
    const MergeEntity read = bases(base, base, Fields{"=x2", "=y1"}, Fields{"=x1", "=y2"});
    const Merged merged = mergeEntity(read, rules);
    const SyncIntent intent = intentOf(read, merged);
    ASSERT_TRUE(intent.toLegacy && intent.toNew);
    // NEW was written; then a user changes LEGACY once more.
    MergeEntity later = bases(base, base, Fields{"=x3", "=y1"}, Fields{"=x2", "=y2"});
    EXPECT_EQ(mergeEntity(later, rules).legacy.fields.front(), (FieldWrite{0, false})) << "what it was before: x3 is lost";
    const InStep carried{Fields{"=x2", "=y1"}, Fields{"=x2", "=y1"}};
    ASSERT_EQ(inStepAfter(intent, later), carried);
    const Merged part = carriedOut(merged, false, true);
    EXPECT_EQ(part.legacy.verb, WriteVerb::None);
    EXPECT_EQ(rememberedAfter(read, part, Platform::Legacy, read.legacy), carried.legacy);
    EXPECT_EQ(rememberedAfter(read, part, Platform::New, Fields{"=x2", "=y2"}), carried.fresh);
    later.legacyBase = carried.legacy;
    later.newBase = carried.fresh;
    const Merged next = mergeEntity(later, rules);
    EXPECT_TRUE(next.conflicts.empty());
    EXPECT_EQ(next.fresh.fields, (std::vector<FieldWrite>{{0, false}}));
    EXPECT_EQ(next.legacy.fields, (std::vector<FieldWrite>{{1, false}}));
}

rc::Gen<Fields> anyFields()
{
    return rc::gen::container<Fields>(4, rc::gen::elementOf(Fields{"=a", "=b", "=c"}));
}

// Whichever of the writes were made, what is learnt leaves just the others to be made, and a field that was carried over
// is in step: what changes in it next goes over, whatever the policy. By the intent as by the merge itself.
RC_GTEST_PROP(SyncIntents, WhateverWasWrittenIsInStep, ())
{
    MergeRules rules;
    rules.policy = *rc::gen::element(ConflictPolicy::Legacy, ConflictPolicy::New, ConflictPolicy::FieldOwner);
    rules.owners = *rc::gen::container<std::vector<Platform>>(4, rc::gen::element(Platform::Legacy, Platform::New));
    const Fields base = *anyFields();
    const MergeEntity read = bases(base, base, *anyFields(), *anyFields());
    const Merged merged = mergeEntity(read, rules);
    RC_PRE(!merged.writesNothing());
    const bool onLegacy = *rc::gen::arbitrary<bool>();
    const bool onNew = *rc::gen::arbitrary<bool>();
    const Merged part = carriedOut(merged, onLegacy, onNew);
    MergeEntity after = carriedOut(read, part);
    const auto learnt = inStepAfter(intentOf(read, merged), after).value_or(InStep{read.legacyBase, read.newBase});
    RC_ASSERT(learnt.legacy == rememberedAfter(read, part, Platform::Legacy, after.legacy));
    RC_ASSERT(learnt.fresh == rememberedAfter(read, part, Platform::New, after.fresh));
    after.legacyBase = learnt.legacy;
    after.newBase = learnt.fresh;
    const Merged rest = mergeEntity(after, rules);
    RC_ASSERT(rest.legacy == (onLegacy ? SideWrite() : merged.legacy));
    RC_ASSERT(rest.fresh == (onNew ? SideWrite() : merged.fresh));
    for (const Platform written : {Platform::Legacy, Platform::New}) {
        for (const FieldWrite &field : part.write(written).fields) {
            for (const Platform changes : {Platform::Legacy, Platform::New}) {
                MergeEntity later = after;
                (*(changes == Platform::Legacy ? later.legacy : later.fresh))[field.field] = "=later";
                const SideWrite over = mergeEntity(later, rules).write(otherPlatform(changes));
                RC_ASSERT(std::ranges::find(over.fields, field) != over.fields.end());
            }
        }
    }
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
