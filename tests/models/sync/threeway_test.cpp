// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The three-way merge, over every combination of small values and by chance over wide rows.
#include "models/sync/threeway.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

namespace crossfade {
namespace {

using Row = std::optional<std::string>; // of one field

Held held(const Row &value)
{
    return value ? Held(std::vector<std::string>{*value}) : Held();
}

const std::vector<Row> Values{std::nullopt, "a", "b", "c"};

struct Sides {
    Row base, legacy, fresh;
    MergeEntity entity() const { return {held(base), held(base), held(legacy), held(fresh), {}, {}}; }
    std::string text() const
    {
        const auto word = [](const Row &row) { return row.value_or("-"); };
        return word(base) + " → " + word(legacy) + " | " + word(fresh);
    }
};

std::vector<Sides> allSides()
{
    std::vector<Sides> all;
    for (const Row &base : Values)
        for (const Row &legacy : Values)
            for (const Row &fresh : Values)
                all.push_back({base, legacy, fresh});
    return all;
}

// What a database holds once the write is done.
Held written(const MergeEntity &entity, const Merged &merged, Platform side)
{
    const SideWrite &write = merged.write(side);
    Held result = entity.now(side);
    const Held &other = entity.now(otherPlatform(side));
    switch (write.verb) {
    case WriteVerb::None:
        break;
    case WriteVerb::Insert:
        return other;
    case WriteVerb::Delete:
        return std::nullopt;
    case WriteVerb::Update:
        for (const FieldWrite &field : write.fields)
            (*result)[field.field] = (*other)[field.field];
    }
    return result;
}

MergeEntity after(const MergeEntity &entity, const Merged &merged)
{
    MergeEntity next = entity;
    next.legacy = written(entity, merged, Platform::Legacy);
    next.fresh = written(entity, merged, Platform::New);
    next.legacyBase = rememberedAfter(entity, merged, Platform::Legacy, next.legacy);
    next.newBase = rememberedAfter(entity, merged, Platform::New, next.fresh);
    return next;
}

MergeRules rulesWith(ConflictPolicy policy)
{
    MergeRules rules;
    rules.policy = policy;
    rules.owners = {Platform::New};
    return rules;
}

// Said anew, in the words of the specification and with nothing of the merge: what both sides hold at the end of a
// two-way sync; nothing where a person decides.
std::optional<Row> expected(const Sides &sides, ConflictPolicy policy)
{
    if (sides.legacy == sides.fresh) return sides.legacy;
    if (sides.legacy == sides.base) return sides.fresh; // one side changed
    if (sides.fresh == sides.base) return sides.legacy;
    const bool row = !sides.legacy || !sides.fresh;
    switch (policy) {
    case ConflictPolicy::Legacy:
        return sides.legacy;
    case ConflictPolicy::New:
        return sides.fresh;
    case ConflictPolicy::FieldOwner:
        return row ? sides.legacy : sides.fresh; // the row is LEGACY's, the field NEW's
    case ConflictPolicy::Newer:
        if (row) return sides.legacy ? sides.legacy : sides.fresh;
        break;
    case ConflictPolicy::Manual:
        break;
    }
    return std::nullopt;
}

constexpr std::array Policies{ConflictPolicy::Newer, ConflictPolicy::Legacy, ConflictPolicy::New,
                              ConflictPolicy::FieldOwner, ConflictPolicy::Manual};

TEST(ThreeWay, BothSidesEndAsTheSpecificationSays)
{
    for (const ConflictPolicy policy : Policies) {
        for (const Sides &sides : allSides()) {
            SCOPED_TRACE(std::string(conflictPolicyWord(policy)) + " " + sides.text());
            const MergeEntity entity = sides.entity();
            const Merged merged = mergeEntity(entity, rulesWith(policy));
            const std::optional<Row> end = expected(sides, policy);
            EXPECT_EQ(merged.manual, !end.has_value());
            const MergeEntity next = after(entity, merged);
            if (!end) {
                EXPECT_TRUE(merged.writesNothing());
                EXPECT_EQ(next.legacyBase, entity.legacyBase);
                EXPECT_EQ(next.newBase, entity.newBase);
                continue;
            }
            EXPECT_EQ(next.legacy, held(*end));
            EXPECT_EQ(next.fresh, held(*end));
            EXPECT_EQ(next.legacyBase, held(*end));
            EXPECT_EQ(next.newBase, held(*end));
        }
    }
}

TEST(ThreeWay, WhatWasJustWrittenIsNoChange)
{
    for (const bool toLegacy : {true, false})
        for (const bool toNew : {true, false})
            for (const bool deletes : {true, false})
                for (const ConflictPolicy policy : Policies)
                    for (const Sides &sides : allSides()) {
                        MergeRules rules = rulesWith(policy);
                        rules.toLegacy = toLegacy;
                        rules.toNew = toNew;
                        rules.deletes = deletes;
                        const MergeEntity first = sides.entity();
                        const MergeEntity next = after(first, mergeEntity(first, rules));
                        const Merged again = mergeEntity(next, rules);
                        EXPECT_TRUE(again.writesNothing()) << sides.text();
                        const MergeEntity last = after(next, again);
                        EXPECT_EQ(last.legacyBase, next.legacyBase) << sides.text();
                        EXPECT_EQ(last.newBase, next.newBase) << sides.text();
                    }
}

// One way the other side is never written, and what changed there by itself is not overwritten unasked.
TEST(ThreeWay, OneWayWritesTheTargetOnly)
{
    for (const ConflictPolicy policy : Policies) {
        for (const Sides &sides : allSides()) {
            SCOPED_TRACE(sides.text());
            MergeRules rules = rulesWith(policy);
            rules.toLegacy = false;
            const Merged merged = mergeEntity(sides.entity(), rules);
            EXPECT_EQ(merged.legacy.verb, WriteVerb::None);
            if (sides.legacy == sides.base) {
                EXPECT_EQ(merged.fresh.verb, WriteVerb::None);
            }
            if (sides.fresh == sides.base && sides.legacy != sides.base && sides.legacy != sides.fresh) {
                EXPECT_NE(merged.fresh.verb, WriteVerb::None);
            }
        }
    }
}

TEST(ThreeWay, AppendOnlyNeverChangesARow)
{
    for (const ConflictPolicy policy : Policies) {
        for (const Sides &sides : allSides()) {
            MergeRules rules = rulesWith(policy);
            rules.toLegacy = false;
            rules.appendOnly = true;
            const Merged merged = mergeEntity(sides.entity(), rules);
            const bool added = !sides.base && sides.legacy && !sides.fresh;
            EXPECT_EQ(merged.fresh.verb, added ? WriteVerb::Insert : WriteVerb::None) << sides.text();
            EXPECT_FALSE(merged.manual) << sides.text();
        }
    }
}

TEST(ThreeWay, TheNewerSideWinsUnlessTheClocksMayLie)
{
    const Sides both{"a", "b", "c"};
    MergeEntity entity = both.entity();
    MergeRules rules = rulesWith(ConflictPolicy::Newer);
    rules.clockSkew = std::chrono::seconds(2);
    entity.legacyChanged = parseTimestamp("2026-01-01 10:00:05.5");
    entity.newChanged = parseTimestamp("2026-01-01T12:00:03.4+02:00");
    EXPECT_EQ(mergeEntity(entity, rules).conflicts,
              (std::vector<MergeConflict>{{std::size_t{0}, Platform::Legacy}}));
    entity.newChanged = parseTimestamp("2026-01-01T10:00:03.5Z"); // just the skew apart
    EXPECT_TRUE(mergeEntity(entity, rules).manual);
    entity.newChanged = parseTimestamp("2026-01-01T10:00:07.500001Z");
    EXPECT_EQ(mergeEntity(entity, rules).conflicts[0].winner, Platform::New);
    entity.newChanged.reset();
    EXPECT_TRUE(mergeEntity(entity, rules).manual);
}

// A database that keeps another spelling than was written (a trigger that trims): no value travels back.
TEST(ThreeWay, ASideThatKeepsAnotherValueStartsNoLoop)
{
    const MergeEntity entity = Sides{"a", "b", "a"}.entity();
    const MergeRules rules = rulesWith(ConflictPolicy::Manual);
    const Merged merged = mergeEntity(entity, rules);
    MergeEntity next = entity;
    next.fresh = held("B");
    next.legacyBase = rememberedAfter(entity, merged, Platform::Legacy, entity.legacy);
    next.newBase = rememberedAfter(entity, merged, Platform::New, next.fresh);
    EXPECT_TRUE(mergeEntity(next, rules).writesNothing());
    next.legacy = held("c"); // and the next change goes over as ever
    EXPECT_EQ(mergeEntity(next, rules).fresh.verb, WriteVerb::Update);
    EXPECT_FALSE(mergeEntity(next, rules).manual);
}

TEST(ThreeWay, AnOperatorsChoiceDecides)
{
    const MergeEntity entity = Sides{"a", "b", "c"}.entity();
    const MergeRules rules = rulesWith(ConflictPolicy::Manual);
    MergeChoices choices;
    choices.fields[0].take = Platform::New;
    const MergeEntity taken = after(entity, mergeEntity(entity, rules, choices));
    EXPECT_EQ(taken.legacy, held("c"));
    EXPECT_EQ(taken.legacyBase, held("c"));
    choices.fields[0] = {std::nullopt, "d", "d"};
    const Merged literal = mergeEntity(entity, rules, choices);
    const SideWrite both{WriteVerb::Update, {{0, true}}};
    EXPECT_EQ(literal.legacy, both);
    EXPECT_EQ(literal.fresh, both);
    const MergeEntity deleted = Sides{"a", std::nullopt, "c"}.entity();
    choices = {};
    choices.row = Platform::Legacy;
    EXPECT_EQ(mergeEntity(deleted, rules, choices).fresh.verb, WriteVerb::Delete);
    choices.row = Platform::New;
    EXPECT_EQ(mergeEntity(deleted, rules, choices).legacy.verb, WriteVerb::Insert);
}

TEST(ThreeWay, WhatDriftsWithinATolerance)
{
    const auto cells = [](const char *text) { return Held(std::vector<std::string>{text}); };
    const MergeRules rules = rulesWith(ConflictPolicy::Manual);
    MergeEntity entity{cells("10.000"), cells("10.000"), cells("10.004"), cells("10.000"), {}, {}, {0}};
    const Merged near = mergeEntity(entity, rules);
    EXPECT_TRUE(near.writesNothing());
    EXPECT_FALSE(isChangedBeyondNear(entity, Platform::Legacy));
    entity.legacyBase = rememberedAfter(entity, near, Platform::Legacy, entity.legacy);
    entity.newBase = rememberedAfter(entity, near, Platform::New, entity.fresh);
    EXPECT_EQ(entity.legacyBase, cells("10.000"));
    entity.fresh = cells("9.998");
    entity.near.clear();
    EXPECT_TRUE(mergeEntity(entity, rules).manual) << "both have changed since they were in step";
    EXPECT_TRUE(isChangedBeyondNear(entity, Platform::Legacy));
    // Never in step before: each is remembered as it is.
    const MergeEntity first{{}, {}, cells("10.004"), cells("10.000"), {}, {}, {0}};
    const Merged met = mergeEntity(first, rules);
    EXPECT_TRUE(met.writesNothing());
    EXPECT_EQ(rememberedAfter(first, met, Platform::Legacy, first.legacy), first.legacy);
    EXPECT_EQ(rememberedAfter(first, met, Platform::New, first.fresh), first.fresh);
}

// Numbers that are no further than 1 apart are equal. Both sides drift by chance, each looked at by a sync: what a side
// was made to be since it was last in step is never overwritten unasked, but by what somebody writes on the other while it
// stands as it was.
RC_GTEST_PROP(ThreeWayProperties, WhatBothChangedIsAskedForWhateverTheTolerance, ())
{
    const MergeRules rules = rulesWith(ConflictPolicy::Manual);
    const auto cell = [](int number) { return Held(std::vector<std::string>{std::to_string(number)}); };
    int base = 10, legacy = 10, fresh = 10; // as somebody would keep account who knows of all that happens
    MergeEntity entity{cell(10), cell(10), cell(10), cell(10), {}, {}};
    const auto steps = *rc::gen::inRange(1, 30);
    for (int step = 0; step < steps; ++step) {
        int &side = *rc::gen::arbitrary<bool>() ? legacy : fresh;
        side = *rc::gen::inRange(7, 14);
        entity.legacy = cell(legacy);
        entity.fresh = cell(fresh);
        entity.near.clear();
        const bool near = std::abs(legacy - fresh) == 1;
        if (near) entity.near.insert(0);
        const Merged merged = mergeEntity(entity, rules);
        const bool asked = legacy != fresh && !near && legacy != base && fresh != base;
        RC_ASSERT(merged.manual == asked);
        if (asked) return;
        if (near) {
            RC_ASSERT(merged.writesNothing());
        } else {
            base = legacy = fresh = legacy == base ? fresh : legacy;
        }
        entity = after(entity, merged);
        RC_ASSERT(entity.legacy == cell(legacy) && entity.fresh == cell(fresh));
        RC_ASSERT(entity.legacyBase == cell(base) && entity.newBase == cell(base));
        RC_ASSERT(mergeEntity(entity, rules).writesNothing());
    }
}

rc::Gen<std::vector<std::string>> anyCells()
{
    return rc::gen::container<std::vector<std::string>>(5, rc::gen::elementOf(std::vector<std::string>{"a", "b", "c"}));
}

// Field by field a wide row ends as its fields would alone, and different fields of both sides are merged.
RC_GTEST_PROP(ThreeWayProperties, AWideRowIsTheSumOfItsFields, ())
{
    const auto base = *anyCells();
    const auto legacy = *anyCells();
    const auto fresh = *anyCells();
    MergeRules rules;
    rules.policy = *rc::gen::elementOf(std::vector<ConflictPolicy>(Policies.begin(), Policies.end()));
    rules.owners.assign(5, Platform::New);
    const MergeEntity entity{base, base, legacy, fresh, {}, {}};
    const Merged merged = mergeEntity(entity, rules);
    bool manual = false;
    std::vector<std::string> end;
    for (std::size_t i = 0; i < base.size(); ++i) {
        const auto one = expected({base[i], legacy[i], fresh[i]}, rules.policy);
        manual = manual || !one;
        end.push_back(one ? **one : "");
    }
    RC_ASSERT(merged.manual == manual);
    const MergeEntity next = after(entity, merged);
    if (manual) {
        RC_ASSERT(next.legacy == entity.legacy && next.fresh == entity.fresh);
        return;
    }
    RC_ASSERT(next.legacy == Held(end));
    RC_ASSERT(next.fresh == Held(end));
    // Only what differs is written.
    for (const Platform side : {Platform::Legacy, Platform::New})
        for (const FieldWrite &field : merged.write(side).fields)
            RC_ASSERT((*entity.now(side))[field.field] != end[field.field]);
}

// Both sides change by chance again and again, merged in between: they are equal after each merge, and a second look
// finds nothing to do.
RC_GTEST_PROP(ThreeWayProperties, AWalkOfChangesStaysInStep, ())
{
    MergeRules rules;
    rules.policy = *rc::gen::element(ConflictPolicy::Legacy, ConflictPolicy::New, ConflictPolicy::FieldOwner);
    rules.owners.assign(5, *rc::gen::element(Platform::Legacy, Platform::New));
    MergeEntity entity;
    const auto steps = *rc::gen::inRange(1, 20);
    for (int step = 0; step < steps; ++step) {
        for (Held *side : {&entity.legacy, &entity.fresh}) {
            if (*rc::gen::inRange(0, 3) == 0) *side = *rc::gen::inRange(0, 3) == 0 ? Held() : Held(*anyCells());
        }
        entity = after(entity, mergeEntity(entity, rules));
        RC_ASSERT(entity.legacy == entity.fresh);
        RC_ASSERT(entity.legacyBase == entity.legacy && entity.newBase == entity.fresh);
        RC_ASSERT(mergeEntity(entity, rules).writesNothing());
    }
}

} // namespace
} // namespace crossfade
