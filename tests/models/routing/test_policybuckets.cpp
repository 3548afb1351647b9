// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Any percentage previewed from the buckets, against the preview that asks every user.
#include "models/routing/policybuckets.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

using namespace test;

const std::atomic<bool> Running{false};

IdSet knownUsers()
{
    IdSetBuilder builder(1'000);
    for (int i = 0; i < 400; ++i)
        builder.add("user-" + std::to_string(i));
    for (const char *user : {"ann", "bob", "cat"})
        builder.add(user);
    return *builder.build();
}

PolicyCover coverAt(const Snapshot &snapshot, std::int64_t hundredths)
{
    PolicyCover cover = snapshot.policies().front();
    cover.percentage = Percentage::fromHundredths(hundredths);
    return cover;
}

RC_GTEST_PROP(PolicyBuckets, sayWhatThePreviewOfEachUserSays, ())
{
    const std::string covered = *rc::gen::arbitrary<bool>() ? "*" : *anySystem();
    Snapshot before = Snapshot().changed(*anyChanges(), 1).changed(covering("slid", covered, 0), 2);
    before = before.changed(PolicyChange{before.policies().front().id, coverAt(before, *rc::gen::inRange(0, 10'001))}, 3);
    const PolicyCover raised = coverAt(before, *rc::gen::inRange(0, 10'001));
    const Snapshot after = before.changed(PolicyChange{raised.id, raised}, 4);
    const std::string system = *rc::gen::inRange(0, 3) == 0 ? std::string() : *anySystem();
    const Instant when = *anyInstant();
    const IdSet users = knownUsers();

    const auto buckets = PolicyBuckets::of(before, raised.id, system, when, users, Running);
    RC_ASSERT(buckets != nullptr);
    const auto range = buckets->between(before.policies().front().percentage, raised.percentage);
    PreviewCounter counter({before, after, system, when});
    for (std::size_t i = 0; i < users.size(); ++i) {
        const Direction direction = counter.add(users.at(i));
        RC_ASSERT((direction == range.direction && direction != Direction::None) ==
                  (range.direction != Direction::None && buckets->moves(i, range)));
        RC_ASSERT(direction == Direction::None || direction == range.direction);
    }
    const DirectionCount counted = buckets->countOf(range, users);
    const DirectionCount &expected = range.direction == Direction::ToLegacy ? counter.toLegacy() : counter.toNew();
    RC_ASSERT(counted.count == expected.count);
    RC_ASSERT(counted.byReason == expected.byReason);
    RC_ASSERT(counted.sample == expected.sample);
    RC_ASSERT(buckets->held() == counter.held());
}

TEST(PolicyBuckets, ofNoPolicyOrCancelledThereAreNone)
{
    const Snapshot snapshot = quiet().changed(covering("p", "*", 1'000), 2);
    const std::atomic<bool> cancelled{true};
    EXPECT_EQ(PolicyBuckets::of(snapshot, "q", {}, at(1), knownUsers(), Running), nullptr);
    EXPECT_EQ(PolicyBuckets::of(snapshot, "p", {}, at(1), knownUsers(), cancelled), nullptr);
    const auto buckets = PolicyBuckets::of(snapshot, "p", {}, at(1), knownUsers(), Running);
    ASSERT_NE(buckets, nullptr);
    const Percentage whole = Percentage::fromHundredths(10'000);
    EXPECT_EQ(buckets->countOf(buckets->between(Percentage(), whole), knownUsers()).count, knownUsers().size());
    EXPECT_EQ(buckets->between(whole, whole), PolicyBuckets::Range());
}

} // namespace
} // namespace crossfade
