// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Line 7 keeps users on LEGACY and moves nobody back from NEW.

#include "models/routing/holding.h"
#include "models/routing/preview.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr auto OfUser = HeldChange::Kind::User;
constexpr auto OfEntity = HeldChange::Kind::Entity;

Switches holdingSwitches(bool holds, Platform otherwise = Platform::Legacy)
{
    Switches switches = switchesOf(Master::Off, otherwise);
    switches.holdInconsistent = holds;
    return switches;
}

Snapshot beginHolding(const Snapshot &before)
{
    Switches switches = before.switches();
    switches.holdInconsistent = true;
    return afterChanges(before, std::vector<SnapshotChange>{switches}, before.epoch() + 1, at(1000));
}

std::string served(const Snapshot &snapshot, std::string_view user, std::string_view system = {})
{
    const Decision decision = decide(snapshot, userRequest(user, system));
    return std::string(platformWord(decision.primary)) + " " + std::string(reasonWord(decision.reason));
}

} // namespace

TEST(Holding, sparesWhoIsOnNewWhenItBegins)
{
    const Snapshot before = quiet().changed(
        std::vector<SnapshotChange>{heldUser("ann"), heldUser("bob"), heldEntity("e1"), heldEntity("e2"),
                                    grayList("staff", GrayKind::User), listed("staff", "ann"),
                                    grayList("shops", GrayKind::Entity), listed("shops", "e1")},
        2);
    const Snapshot after = beginHolding(before);
    EXPECT_EQ(served(after, "ann"), "NEW GRAY_LIST");
    EXPECT_EQ(served(after, "bob"), "LEGACY HELD_INCONSISTENT");
    EXPECT_EQ(idsOf(after.sparedUsers()), std::set<std::string>{"ann"});
    EXPECT_EQ(idsOf(after.sparedEntities()), std::set<std::string>{"e1"});
    DecisionRequest request = userRequest("cid");
    request.entityId = "e1";
    EXPECT_EQ(decide(after, request).primary, Platform::New);
    request.entityId = "e2";
    EXPECT_EQ(decide(after, request).reason, Reason::HeldInconsistent);
}

TEST(Holding, oneSystemOnNewIsOnNew)
{
    const Snapshot before = quiet().changed(
        std::vector<SnapshotChange>{heldUser("ann"), covering("m", "mobile", 10'000), covering("p", "*", 0)}, 2);
    EXPECT_TRUE(isOnNew(before, OfUser, "ann", at(1)));
    EXPECT_FALSE(isOnNew(before.changed(covering("m", "mobile", 0), 3), OfUser, "ann", at(1)));
    EXPECT_EQ(served(beginHolding(before), "ann", "mobile"), "NEW PERCENTAGE");
}

TEST(Holding, aRuleCountsInItsWindowOnly)
{
    Rule rule = userRule("r", "ann", Platform::New);
    rule.window = {at(10), at(20)};
    const Snapshot snapshot = quiet().changed(added(rule), 2);
    EXPECT_FALSE(isOnNew(snapshot, OfUser, "ann", at(9)));
    EXPECT_TRUE(isOnNew(snapshot, OfUser, "ann", at(10)));
    EXPECT_FALSE(isOnNew(snapshot, OfUser, "ann", at(20)));
    EXPECT_FALSE(isOnNew(snapshot, OfEntity, "ann", at(10)));
}

TEST(Holding, beginsOnlyWhereItWasOff)
{
    const Snapshot on = quiet().changed(
        std::vector<SnapshotChange>{holdingSwitches(true), heldUser("ann"), sparedUser("bob")}, 2);
    // What stays on looks at nobody anew; switched off and on again it does.
    const Snapshot same = afterChanges(on, std::vector<SnapshotChange>{holdingSwitches(true, Platform::New)}, 3, at(1));
    EXPECT_EQ(served(same, "ann"), "LEGACY HELD_INCONSISTENT");
    EXPECT_EQ(served(same, "bob"), "NEW DEFAULT_ROUTING");
    const Snapshot anew =
        afterChanges(on, std::vector<SnapshotChange>{holdingSwitches(false), holdingSwitches(true)}, 3, at(1));
    EXPECT_EQ(served(anew, "bob"), "LEGACY HELD_INCONSISTENT");
}

TEST(Holding, thePreviewOfASwitchAfterAStepSparesWhomTheStepMoved)
{
    const Snapshot before = quiet().changed(std::vector<SnapshotChange>{heldUser("ann"), covering("p", "*", 0)}, 2);
    Switches holds = before.switches();
    holds.holdInconsistent = true;
    const std::vector<SnapshotChange> stepFirst{covering("p", "*", 10'000), holds};
    EXPECT_EQ(served(afterChanges(before, stepFirst, 3, at(1)), "ann"), "NEW PERCENTAGE");
    const std::vector<SnapshotChange> holdFirst{holds, covering("p", "*", 10'000)};
    EXPECT_EQ(served(afterChanges(before, holdFirst, 3, at(1)), "ann"), "LEGACY HELD_INCONSISTENT");
}

// Whatever the state: switching it on moves no user from NEW to LEGACY, and none to NEW.
RC_GTEST_PROP(Holding, movesNobody, ())
{
    Snapshot before;
    std::int64_t epoch = 0;
    for (const SnapshotChange &change : *anyChanges())
        before = before.changed(change, ++epoch);
    Switches switches = before.switches();
    switches.holdInconsistent = false;
    before = before.changed(switches, ++epoch);
    const Instant now = *anyInstant();
    Switches holds = switches;
    holds.holdInconsistent = true;
    const Snapshot after = afterChanges(before, std::vector<SnapshotChange>{holds}, epoch + 1, now);
    for (const char *system : {"", "system-0", "system-1", "system-2"}) {
        for (int i = 0; i < 6; ++i) {
            const std::string user = "user-" + std::to_string(i);
            RC_ASSERT(moveOf({before, after, system, now}, user).direction == Direction::None);
        }
    }
}
