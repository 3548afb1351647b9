// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/batchpace.h"
#include "models/consistency/keyhash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace crossfade {
namespace {

TEST(BatchPace, FollowsTheSpeedWithinItsBounds)
{
    BatchPace pace({});
    EXPECT_EQ(pace.target(), 20'480);
    pace.learn(20'480, 0, 0.01); // 2 M a second: not more than four times as many at once
    EXPECT_EQ(pace.target(), 81'920);
    pace.learn(81'920, 0, 0.04);
    EXPECT_EQ(pace.target(), 327'680);
    pace.learn(327'680, 0, 0.16);
    EXPECT_EQ(pace.target(), 409'600); // the cap
    pace.learn(409'600, 0, 0.2);
    EXPECT_EQ(pace.target(), 409'600);
    pace.learn(409'600, 0, 10); // one slow one weighs half: (2 048 000 + 40 960) / 2 rows a second
    EXPECT_EQ(pace.target(), 409'600);
    for (int i = 0; i < 4; ++i)
        pace.learn(409'600, 0, 40.96); // 10 000 a second
    EXPECT_LT(pace.target(), 60'000);
    for (int i = 0; i < 30; ++i)
        pace.learn(pace.target(), 0, static_cast<double>(pace.target()) / 100.0); // 100 a second
    EXPECT_EQ(pace.target(), 1'024); // the least
}

TEST(BatchPace, ComesToLastHalfASecond)
{
    for (const double speed : {4'000.0, 60'000.0, 500'000.0}) {
        BatchPace pace({});
        for (int i = 0; i < 20; ++i)
            pace.learn(pace.target(), 0, static_cast<double>(pace.target()) / speed);
        EXPECT_NEAR(static_cast<double>(pace.target()), speed / 2, 2) << speed;
    }
}

TEST(BatchPace, LearnsNothingFromARestOrUnderAThrottle)
{
    BatchPace pace({});
    pace.learn(0, 0, 5);
    pace.learn(100, 0, 5);
    pace.learn(5'119, 0, 5);
    EXPECT_EQ(pace.target(), 20'480);
    pace.learn(5'120, 0, 5);
    EXPECT_EQ(pace.target(), 5'120);
}

TEST(BatchPace, KeepsWhatHasToBeLookedAtInMemory)
{
    BatchPace pace({});
    pace.learn(20'480, 10'240, 0.001); // every other row: then 40 960 of them hold as many as are allowed
    EXPECT_EQ(pace.target(), 40'960);
    pace.learn(40'960, 40'960, 0.001);
    EXPECT_EQ(pace.target(), 20'480);
}

TEST(BatchPace, ObeysAnOperatorWhoWantsFewer)
{
    BatchPace::Bounds bounds;
    bounds.most = 500;
    BatchPace pace(bounds);
    EXPECT_EQ(pace.target(), 500);
    pace.learn(500, 0, 0.000'001);
    EXPECT_EQ(pace.target(), 500);
    pace.learn(500, 0, 60);
    EXPECT_EQ(pace.target(), 500); // fewer would only cost more trips
    bounds.most = 0;
    EXPECT_EQ(BatchPace(bounds).target(), 1);
}

RC_GTEST_PROP(BatchPace, NeverLeavesItsBounds, ())
{
    BatchPace::Bounds bounds;
    bounds.most = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    bounds.least = *rc::gen::inRange<std::int64_t>(1, 100'000);
    BatchPace pace(bounds);
    for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
        const std::int64_t rows = *rc::gen::inRange<std::int64_t>(0, 2'000'000);
        const std::int64_t before = pace.target();
        pace.learn(rows, *rc::gen::inRange<std::int64_t>(0, rows + 1), *rc::gen::inRange(0, 100'000) / 1'000.0);
        RC_ASSERT(pace.target() >= std::min(bounds.least, bounds.most));
        RC_ASSERT(pace.target() <= bounds.most);
        RC_ASSERT(pace.target() <= 4 * before);
    }
}

// From the first hash to the last one, each in one part, whatever the plan learns on the way.
RC_GTEST_PROP(HashPlan, CoversEveryHashOnce, ())
{
    HashPlan plan(*rc::gen::element<std::optional<std::int64_t>>(std::nullopt, 0, 1, 300, 20'000, 1'000'000,
                                                                  50'000'000, 10'000'000'000));
    std::int64_t low = 0;
    for (int parts = 0; low < KeyHashEnd; ++parts) {
        // A long way would take too long here: the end is asked for after a while.
        const std::int64_t target =
            parts > 40 ? std::int64_t{1} << 40 : *rc::gen::inRange<std::int64_t>(0, 4'000'000);
        const HashPart part = plan.from(low, target);
        const std::int64_t cell = std::int64_t{1} << part.shift;
        RC_ASSERT(part.low == low && part.high >= low && part.high < KeyHashEnd && part.shift >= 0 &&
                  part.low % cell == 0 && (part.high + 1) % cell == 0 &&
                  part.lastCell() - part.firstCell() < 65'536);
        if (parts <= 40) plan.learn(part, *rc::gen::inRange<std::int64_t>(0, 3'000'000));
        low = part.high + 1;
        RC_ASSERT(parts < 200'000);
    }
}

TEST(HashPlan, TakesAsManyRowsAsAskedFor)
{
    const HashPlan plan(1'000'000);
    const HashPart all = plan.from(0, 4'000'000);
    EXPECT_EQ(all.high, KeyHashEnd - 1);
    EXPECT_EQ(all.lastCell() + 1, 2'048); // of some 488 rows
    const HashPart first = plan.from(0, 20'480);
    const double share = static_cast<double>(first.high + 1) / static_cast<double>(KeyHashEnd);
    EXPECT_NEAR(share * 1'000'000, 20'480, 500);
    // Of what is nearly all nothing is left over.
    EXPECT_EQ(plan.from(first.high + 1, 960'000).high, KeyHashEnd - 1);
    const HashPart narrow = *narrowed(all, 100'000);
    EXPECT_EQ(narrow, (HashPart{0, KeyHashEnd - 1, all.shift - 4}));
    EXPECT_FALSE(narrowed(all, 500));
    EXPECT_FALSE(narrowed(HashPart{0, 7, 3}, 100'000));
}

TEST(HashPlan, LearnsHowManyRowsThereAre)
{
    HashPlan plan(std::nullopt);
    const HashPart first = plan.from(0, 20'480);
    plan.learn(first, 204'800); // ten times as many
    const HashPart next = plan.from(first.high + 1, 20'480);
    EXPECT_NEAR(static_cast<double>(next.high - next.low) / static_cast<double>(first.high), 0.1, 0.03);
}

TEST(HashPlan, LearnsFromFewRowsOnlyWhereManyWereExpected)
{
    HashPlan small(300);
    const HashPart before = small.from(0, 100);
    small.learn(before, 40); // of some 100: says nothing of a table
    EXPECT_EQ(small.from(0, 100), before);
    HashPlan large(50'000'000);
    const HashPart first = large.from(0, 20'480);
    large.learn(first, 0); // of some 20 000: it is a small table after all
    std::int64_t low = first.high + 1;
    for (int parts = 0; low < KeyHashEnd; ++parts) {
        ASSERT_LT(parts, 10);
        low = large.from(low, 20'480).high + 1;
    }
}

TEST(HashPicks, HoldEachCellOnceAndNotTooManyRows)
{
    SegmentFindings found;
    for (int i = 0; i < 1'000; ++i)
        found.unequal.push_back(3 * i);
    found.unequalRows = 16'000;
    const HashPart part{0, KeyHashEnd - 1, 44};
    std::vector<std::int64_t> cells;
    for (const HashPick &pick : picksOf(part, found, 1'600)) {
        EXPECT_EQ(pick.part, part);
        EXPECT_EQ(pick.onlyShift, 44);
        EXPECT_FALSE(pick.only.empty()); // which would be all
        EXPECT_LE(pick.only.size(), 100u);
        cells.insert(cells.end(), pick.only.begin(), pick.only.end());
    }
    EXPECT_EQ(cells, found.unequal);
    EXPECT_EQ(picksOf(part, found, 1).size(), 1'000u);
    EXPECT_TRUE(picksOf(part, {}, 100).empty());
}

TEST(KeyDigests, AreJoinedInAnyOrderAndNoKeyStandsTwice)
{
    const auto found = compareKeyDigests({{"b", 1}, {"a", 2}, {"", 3}, {"x", std::nullopt}, {"\xff", 9}},
                                         {{"x", std::nullopt}, {"a", 3}, {"c", 1}, {"b", 1}, {"\xff", 9}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->matched, 2);
    EXPECT_EQ(found->unequal, (std::vector<std::string>{"", "a", "c", "x"}));
    const auto twice = compareKeyDigests({{"a", 1}}, {{"b", 1}, {"a", 1}, {"b", 1}});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(twice.error().message, "the key b stands in more than one row");
}

TEST(Checkpoints, NeverTakeAKeyForAHash)
{
    EXPECT_EQ(checkpointOf(std::nullopt), Checkpoint());
    EXPECT_EQ(checkpointOf("abc"), (Checkpoint{"abc", {}}));
    EXPECT_EQ(checkpointOf(hashCheckpoint(KeyHashEnd - 1)), (Checkpoint{{}, KeyHashEnd - 1}));
    for (const char *key : {"", "h5", "\x02", "\x02h5", "\x02k", "\x02kh5", "\x02\x02h5", "-7", "\x02x"})
        EXPECT_EQ(checkpointOf(keyCheckpoint(key)), (Checkpoint{key, {}})) << key;
}

RC_GTEST_PROP(Checkpoints, ComeBackAsTheyWere, (const std::string &key))
{
    RC_ASSERT(checkpointOf(keyCheckpoint(key)) == (Checkpoint{key, {}}));
}

// Every key of what differs is in the ranges that are asked for, and no other key twice.
RC_GTEST_PROP(NarrowRanges, HoldWhatIsUnequalOnce, ())
{
    const std::int64_t low = *rc::gen::inRange<std::int64_t>(-1'000, 1'000);
    const std::int64_t width = *rc::gen::inRange<std::int64_t>(17, 300);
    const KeyRange keys{low, low + *rc::gen::inRange<std::int64_t>(1, 5'000), width};
    std::set<std::int64_t> different;
    for (int i = *rc::gen::inRange(1, 20); i > 0; --i)
        different.insert(*rc::gen::inRange<std::int64_t>(keys.low, keys.high + 1));
    const auto unequal = [&](const KeyRange &range) {
        std::set<std::int64_t> indices;
        for (const std::int64_t key : different)
            indices.insert((key - range.low) / range.width);
        return std::vector<std::int64_t>(indices.begin(), indices.end());
    };
    const std::vector<KeyRange> coarse = rangesOf(keys, unequal(keys));
    const KeyRange narrow = *narrowed(keys, 100'000);
    const std::vector<KeyRange> asked = rangesWithin(rangesOf(narrow, unequal(narrow)), coarse);
    std::map<std::int64_t, int> times;
    for (const KeyRange &range : asked) {
        for (std::int64_t key = range.low; key <= range.high; ++key)
            ++times[key];
    }
    for (const std::int64_t key : different)
        RC_ASSERT(times[key] == 1);
    for (const auto &[key, count] : times) {
        RC_ASSERT(count == 1);
        RC_ASSERT(std::ranges::any_of(coarse, [&](const KeyRange &r) { return r.low <= key && key <= r.high; }));
    }
}

} // namespace
} // namespace crossfade
