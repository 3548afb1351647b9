// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/preview.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <numeric>

using namespace crossfade;
using namespace crossfade::test;

namespace {

std::vector<std::string> users(int count)
{
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i)
        ids.push_back("user-" + std::to_string(i));
    return ids;
}

std::uint64_t sumOf(const DirectionCount &count)
{
    return std::accumulate(count.byReason.begin(), count.byReason.end(), std::uint64_t{0});
}

} // namespace

RC_GTEST_PROP(Preview, equalsTheDifferenceOfAllDecisions, ())
{
    const Snapshot before = Snapshot().changed(*anyChanges(), 1);
    const Snapshot after = before.changed(*anyChanges(), 2);
    const std::string system = *rc::gen::inRange(0, 4) == 0 ? std::string() : *anySystem();
    const Instant when = *anyInstant();
    PreviewCounter counter({before, after, system, when});
    std::uint64_t toNew = 0;
    std::uint64_t toLegacy = 0;
    std::map<Reason, std::uint64_t> reasons;
    for (const std::string &user : users(300)) {
        const Decision was = decide(before, userRequest(user, system, when));
        const Decision is = decide(after, userRequest(user, system, when));
        const Direction direction = counter.add(user);
        const Move move = moveOf({before, after, system, when}, user);
        RC_ASSERT(move.direction == direction);
        RC_ASSERT((direction == Direction::None) == (was.primary == is.primary));
        RC_ASSERT(move.from == was.platform && move.to == is.platform);
        if (direction == Direction::None) continue;
        RC_ASSERT((direction == Direction::ToNew) == (is.primary == Platform::New));
        (direction == Direction::ToNew ? toNew : toLegacy) += 1;
        ++reasons[is.reason];
    }
    // Many at once, as a preview adds them.
    const std::vector<std::string> all = users(300);
    PreviewCounter together({before, after, system, when});
    for (std::size_t first = 0; first < all.size(); first += PreviewCounter::AtOnce) {
        const std::size_t count = std::min(PreviewCounter::AtOnce, all.size() - first);
        std::vector<std::string_view> ids(all.begin() + static_cast<std::ptrdiff_t>(first),
                                          all.begin() + static_cast<std::ptrdiff_t>(first + count));
        std::vector<Direction> directions(count);
        together.add(ids, directions);
        for (std::size_t i = 0; i < count; ++i)
            RC_ASSERT(directions[i] == moveOf({before, after, system, when}, ids[i]).direction);
    }
    RC_ASSERT(together.toNew().byReason == counter.toNew().byReason);
    RC_ASSERT(together.toLegacy().byReason == counter.toLegacy().byReason);
    RC_ASSERT(together.held() == counter.held() && together.users() == 300U);
    RC_ASSERT(counter.users() == 300U);
    RC_ASSERT(counter.toNew().count == toNew);
    RC_ASSERT(counter.toLegacy().count == toLegacy);
    RC_ASSERT(sumOf(counter.toNew()) == toNew);
    RC_ASSERT(sumOf(counter.toLegacy()) == toLegacy);
    for (const auto &[reason, count] : reasons) {
        const auto index = static_cast<std::size_t>(reason);
        RC_ASSERT(counter.toNew().byReason[index] + counter.toLegacy().byReason[index] == count);
    }
    RC_ASSERT(counter.toNew().sample.size() == std::min<std::uint64_t>(toNew, 20));
}

TEST(Preview, idsOutsideTheGrammarAreNoHindranceToTheOthers)
{
    const Snapshot before = quiet().changed(covering("p", "*", 1000), 2);
    const Snapshot after = before.changed(covering("p", "*", 9000), 3);
    PreviewCounter counter({before, after, "", at(1)});
    const std::vector<std::string_view> ids{"ann", "a b", "bob", "", "cat"};
    std::vector<Direction> directions(ids.size(), Direction::ToLegacy);
    counter.add(ids, directions);
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(directions[i], moveOf({before, after, "", at(1)}, ids[i]).direction) << ids[i];
    EXPECT_EQ(counter.users(), 5U);
}

TEST(Preview, raisingAPercentageMovesExactlyTheBucketsBetween)
{
    const Snapshot before = quiet().changed(covering("p", "*", 1000), 2);
    const Snapshot after = before.changed(covering("p", "*", 2500), 3);
    PreviewCounter counter({before, after, "", at(1)});
    std::uint64_t expected = 0;
    for (const std::string &user : users(50'000)) {
        const std::int32_t bucket = stickyBucket(user, "logins");
        const bool between = bucket >= 1000 && bucket < 2500;
        expected += between ? 1 : 0;
        EXPECT_EQ(counter.add(user) == Direction::ToNew, between) << user;
    }
    EXPECT_GT(expected, 7000U);
    EXPECT_EQ(counter.toNew().count, expected);
    EXPECT_EQ(counter.toLegacy().count, 0U);
    EXPECT_EQ(counter.toNew().byReason[static_cast<std::size_t>(Reason::Percentage)], expected);
}

TEST(Preview, comparingBehindMovesNobody)
{
    const Snapshot before = quiet();
    const Snapshot both = before.changed(added(userRule("r", "ann", Platform::Both)), 2);
    EXPECT_EQ(moveOf({before, both, "", at(1)}, "ann").direction, Direction::None);
    const Snapshot onNew = both.changed(added(userRule("q", "ann", Platform::New)), 3);
    const Move move = moveOf({both, onNew, "", at(1)}, "ann");
    EXPECT_EQ(move.direction, Direction::ToNew);
    EXPECT_EQ(move.from, Platform::Both);
    EXPECT_EQ(move.to, Platform::New);
    EXPECT_EQ(move.reason, Reason::UserRule);
}
