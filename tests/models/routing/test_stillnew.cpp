// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/stillnew.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

const RolledBackScope Everything{true, {}, {}};

std::vector<StillNew> found(const Snapshot &snapshot, const RolledBackScope &scope = Everything) {
    return stillNew({snapshot.switches(), snapshot.policies(), snapshot.groups(), &snapshot}, scope, at(1'000));
}

std::string reasons(const Snapshot &snapshot, const RolledBackScope &scope = Everything) {
    std::string all;
    for (const StillNew &one : found(snapshot, scope))
        all += std::string(reasonWord(one.reason)) + " ";
    return all;
}

Snapshot with(const Snapshot &before, const std::vector<SnapshotChange> &changes) {
    return before.changed(changes, before.epoch() + 1);
}

// 7 members in batches of 2, of which these have moved.
GroupChange group(const std::string &id, std::vector<bool> moved, Platform target = Platform::New) {
    GroupCover cover;
    cover.id = id;
    cover.name = "group " + id;
    cover.targetPlatform = target;
    cover.initialPlatform = target == Platform::New ? Platform::Legacy : Platform::New;
    cover.batchSize = 2;
    IdSetBuilder builder(10);
    for (const char *user : {"a", "b", "c", "d", "e", "f", "g"})
        builder.add(user);
    cover.members = std::make_shared<const IdSet>(builder.build().value());
    cover.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
    return {id, cover};
}

TEST(StillNew, nothingIsLeftWhereNothingNamesNew) {
    EXPECT_EQ(reasons(quiet()), "");
    EXPECT_EQ(reasons(with(quiet(), {covering("p", "*", 0), added(userRule("r", "ann", Platform::Legacy)),
                                     added(userRule("b", "bob", Platform::Both))})),
              "");
}

TEST(StillNew, theMasterSwitchSaysItAll) {
    Switches switches = switchesOf(Master::New, Platform::New);
    const Snapshot snapshot = with(quiet(), {switches, added(userRule("r", "ann", Platform::New))});
    EXPECT_EQ(reasons(snapshot), "MASTER_NEW ");
    switches.master = Master::Off;
    switches.forwardOnly = true;
    EXPECT_EQ(reasons(with(snapshot, {switches})), "FORWARD_ONLY ");
    switches.master = Master::Legacy;
    EXPECT_EQ(reasons(with(snapshot, {switches})), "") << "everybody is on LEGACY";
    switches.forwardOnly = false;
    switches.master = Master::Off;
    EXPECT_EQ(reasons(with(snapshot, {switches})), "USER_RULE DEFAULT_ROUTING ");
}

TEST(StillNew, rulesAreCountedAndNamed) {
    Rule inactive = userRule("i", "carl", Platform::New);
    inactive.active = false;
    Snapshot snapshot = with(quiet(), {added(userRule("u1", "ann", Platform::New)), added(userRule("u2", "bob", Platform::New)),
                                       added(inactive), added(systemRule("s1", "shop", Platform::New)),
                                       added(systemRule("s2", "bank", Platform::Legacy)),
                                       added(timeRule("t", {at(900), at(1'100)}, Platform::New))});
    EXPECT_EQ(reasons(snapshot), "USER_RULE SYSTEM_RULE TIME_RULE ");
    EXPECT_EQ(found(snapshot)[0].count, 2);
    EXPECT_TRUE(found(snapshot)[0].names.empty()) << "there may be a million of them";
    EXPECT_EQ(found(snapshot)[1].names, std::vector<std::string>{"rule s1"});
    EXPECT_EQ(found(snapshot)[2].names, std::vector<std::string>{"rule t"});
    // The counts follow replaced and removed rules.
    snapshot = with(snapshot, {replaced(inactive, userRule("i", "carl", Platform::New)),
                               removed(userRule("u1", "ann", Platform::New))});
    EXPECT_EQ(found(snapshot)[0].count, 2);
    snapshot = with(snapshot, {replaced(userRule("u2", "bob", Platform::New), userRule("u2", "bob", Platform::Legacy)),
                               removed(userRule("i", "carl", Platform::New)),
                               removed(systemRule("s1", "shop", Platform::New))});
    EXPECT_EQ(reasons(snapshot), "TIME_RULE ");
    // A rule of the same system that comes first decides.
    Rule first = systemRule("a", "shop", Platform::Legacy);
    first.priority = 1;
    EXPECT_EQ(reasons(with(quiet(), {added(systemRule("s1", "shop", Platform::New)), added(first)})), "");
}

TEST(StillNew, onePolicyAsksForItsOwnSystem) {
    const Snapshot snapshot =
        with(quiet(), {covering("p", "shop", 0), covering("q", "bank", 4'000), added(systemRule("s", "bank", Platform::New))});
    EXPECT_EQ(reasons(snapshot, {false, {"p"}, {}}), "");
    EXPECT_EQ(reasons(snapshot, {false, {"q"}, {}}), "SYSTEM_RULE PERCENTAGE ");
    EXPECT_EQ(reasons(snapshot), "SYSTEM_RULE PERCENTAGE ");
    EXPECT_EQ(found(snapshot).back().names, std::vector<std::string>{"policy q (40 %)"});
    Switches elsewhere = switchesOf(Master::Off, Platform::New);
    EXPECT_EQ(reasons(with(snapshot, {elsewhere}), {false, {"p"}, {}}), "") << "its system has a policy";
    EXPECT_EQ(reasons(with(snapshot, {elsewhere, covering("all", "*", 0)})), "SYSTEM_RULE PERCENTAGE ")
        << "no system is left to the default";
}

TEST(StillNew, groupsTellHowManyUsers) {
    const Snapshot snapshot = with(quiet(), {group("g", {false, true, false, true}), group("h", {true, false, false, false})});
    ASSERT_EQ(reasons(snapshot), "USER_GROUP ");
    EXPECT_EQ(found(snapshot)[0].count, 2);
    EXPECT_EQ(found(snapshot)[0].detail, "5 users are on NEW by 2 user groups");
    EXPECT_EQ(found(snapshot, {false, {}, {"g"}})[0].detail, "3 users are on NEW by 1 user group");
    EXPECT_EQ(reasons(with(snapshot, {group("g", {false, false, false, false})}), {false, {}, {"g"}}), "")
        << "another group's members are others";
    EXPECT_EQ(found(with(quiet(), {group("l", {true, false, false, false}, Platform::Legacy)}))[0].detail,
              "5 users are on NEW by 1 user group");
}

// Whatever is on NEW afterwards is told of by the line that put it there.
RC_GTEST_PROP(StillNew, EveryDecisionForNewIsToldOf, ()) {
    Snapshot snapshot = quiet();
    for (const SnapshotChange &change : *anyChanges())
        snapshot = snapshot.changed(change, snapshot.epoch() + 1);
    const std::string user = *anyUser();
    const std::string system = *anySystem();
    const std::string entity = *anyEntity();
    const std::string interface = *anyInterface();
    DecisionRequest request;
    if (*rc::gen::arbitrary<bool>()) request.userId = user;
    if (*rc::gen::arbitrary<bool>()) request.systemId = system;
    if (*rc::gen::arbitrary<bool>()) request.entityId = entity;
    if (*rc::gen::arbitrary<bool>()) request.interface = interface;
    request.operation = *rc::gen::element(Operation::Read, Operation::Insert, Operation::Update);
    request.at = *anyInstant();
    const Decision decision = decide(snapshot, request);
    if (decision.primary != Platform::New) return;
    const auto told =
        stillNew({snapshot.switches(), snapshot.policies(), snapshot.groups(), &snapshot}, Everything, request.at);
    RC_ASSERT(std::ranges::find(told, decision.reason, &StillNew::reason) != told.end());
}

} // namespace
} // namespace crossfade::test
