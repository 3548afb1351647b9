// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/movedby.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

const Instant Now = at(1'000);

Snapshot changedBy(const Snapshot &before, const std::vector<SnapshotChange> &changes) {
    return before.changed(changes, before.epoch() + 1);
}

// As a policy at 0 or 100 % of that system ends: the rule or default that says the same.
Snapshot finalized(const Snapshot &before, const PolicyCover &cover) {
    const Platform platform = cover.percentage == Percentage() ? otherPlatform(cover.targetPlatform) : cover.targetPlatform;
    std::vector<SnapshotChange> changes{PolicyChange{cover.id, std::nullopt}};
    if (cover.targetSystem == "*") {
        Switches switches = before.switches();
        switches.defaultPlatform = platform;
        changes.emplace_back(switches);
    } else {
        changes.emplace_back(added(systemRule("~", cover.targetSystem, platform)));
    }
    return changedBy(before, changes);
}

std::string systemOf(const PolicyCover &cover) { return cover.targetSystem == "*" ? "" : cover.targetSystem; }

std::string movedByEnd(const Snapshot &before, const std::string &policy) {
    const PolicyCover cover = *before.policy(policy);
    return movedByText(movedBy(before, finalized(before, cover), systemOf(cover), Now));
}

PolicyChange whole(const std::string &system, Platform withoutId = Platform::New) {
    PolicyChange change = covering("p", system, Percentage::Whole);
    change.after->usersWithoutId = withoutId;
    return change;
}

GroupChange grouped(const std::vector<std::string> &users, bool moved) {
    GroupCover cover;
    cover.id = "g";
    cover.name = "stores";
    cover.batchSize = 2;
    IdSetBuilder builder(100);
    for (const std::string &user : users)
        builder.add(user);
    cover.members = std::make_shared<const IdSet>(builder.build().value());
    cover.moved = std::make_shared<const std::vector<bool>>(std::vector<bool>(1, moved));
    return {"g", cover};
}

TEST(MovedBy, nobodyWhereTheRuleSaysTheSame) {
    EXPECT_EQ(movedByEnd(changedBy(quiet(), {whole("shop")}), "p"), "");
    EXPECT_EQ(movedByEnd(changedBy(quiet(), {whole("*")}), "p"), "");
    EXPECT_EQ(movedByEnd(changedBy(quiet(), {covering("p", "shop", 0)}), "p"), "");
}

TEST(MovedBy, everyLineThatTheRuleOvertakesIsNamedAndCounted) {
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.holdInconsistent = true;
    const Snapshot before =
        changedBy(quiet(), {switches, whole("shop", Platform::Legacy), heldUser("ann"), heldUser("bob"), heldEntity("17"),
                            added(userRule("b", "bob", Platform::New)), grayList("only", GrayKind::Entity, true),
                            grouped({"cid", "dan", "eve"}, true),
                            added(timeRule("t", {at(2'000), at(3'000)}, Platform::Legacy))});
    EXPECT_EQ(movedByEnd(before, "p"), "TIME_RULE 1, HELD_INCONSISTENT 2, NOT_ON_GRAY_LIST, USER_GROUP 1, NO_KEY");
}

TEST(MovedBy, theDefaultOvertakesNobodyButThoseOfThePolicy) {
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.holdInconsistent = true;
    const Snapshot before = changedBy(quiet(), {switches, whole("*", Platform::Legacy), heldUser("ann"),
                                                grouped({"cid"}, false), grayList("only", GrayKind::Entity, true)});
    EXPECT_EQ(movedByEnd(before, "p"), "NO_KEY");
}

// What hides them now does not hide them for good, and the other way round.
TEST(MovedBy, aRuleThatEndsOrIsToComeHidesNobody) {
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.holdInconsistent = true;
    const Snapshot held = changedBy(quiet(), {switches, whole("shop"), heldUser("ann")});
    Rule ends = userRule("r", "ann", Platform::New);
    ends.window.end = at(2'000);
    EXPECT_EQ(movedByEnd(changedBy(held, {added(ends)}), "p"), "HELD_INCONSISTENT 1");
    Rule comes = systemRule("s", "shop", Platform::New);
    comes.window.start = at(2'000);
    EXPECT_EQ(movedByEnd(changedBy(held, {added(comes)}), "p"), "HELD_INCONSISTENT 1");
    EXPECT_EQ(movedByEnd(changedBy(held, {added(systemRule("s", "shop", Platform::New))}), "p"), "")
        << "they are on NEW by another rule already";
    switches.master = Master::New;
    EXPECT_EQ(movedByEnd(changedBy(held, {switches}), "p"), "HELD_INCONSISTENT 1");
}

// The second of two rules decides once the first is over.
TEST(MovedBy, rulesThatFollowEachOtherAreSeen) {
    Rule first = systemRule("a", "shop", Platform::New);
    first.window = {at(500), at(2'000)};
    Rule second = systemRule("b", "shop", Platform::Legacy);
    second.priority = 200;
    second.window = {at(500), at(3'000)};
    EXPECT_EQ(movedByEnd(changedBy(quiet(), {whole("shop"), added(first), added(second)}), "p"), "SYSTEM_RULE 1");
    second.priority = 100;
    EXPECT_EQ(movedByEnd(changedBy(quiet(), {whole("shop"), added(first), added(second)}), "p"), "")
        << "on equal priority the older one goes on deciding";
}

TEST(MovedBy, aPolicyThatGoesLeavesItsUsersToTheNext) {
    const auto without = [](const Snapshot &before) {
        return movedByText(movedBy(before, before.changed(PolicyChange{"p", std::nullopt}, 2), "shop", Now));
    };
    const Snapshot back = changedBy(quiet(), {covering("p", "shop", 0)});
    EXPECT_EQ(without(back), "");
    EXPECT_EQ(without(changedBy(back, {switchesOf(Master::Off, Platform::New)})), "NO_KEY, PERCENTAGE");
    EXPECT_EQ(without(changedBy(back, {covering("all", "*", 1)})), "PERCENTAGE") << "one in ten thousand";
    EXPECT_EQ(without(changedBy(back, {covering("all", "*", 0, "other")})), "");
    EXPECT_EQ(without(changedBy(back, {covering("all", "*", 0), switchesOf(Master::Off, Platform::New)})), "");
}

TEST(MovedBy, membersOfAGroupAreCountedOnceWhateverSystemTheyComeThrough) {
    const GroupChange group = grouped({"a", "b", "c", "d"}, false);
    const auto moved = [&](const std::vector<SnapshotChange> &changes) {
        return movedWithoutGroup(changedBy(quiet(), changes), *group.after, Now);
    };
    EXPECT_EQ(moved({}), 0U);
    EXPECT_EQ(moved({switchesOf(Master::Off, Platform::New)}), 4U);
    EXPECT_EQ(moved({covering("p", "shop", Percentage::Whole), covering("q", "bank", Percentage::Whole)}), 4U);
    EXPECT_EQ(moved({switchesOf(Master::Off, Platform::New), added(userRule("r", "a", Platform::Legacy))}), 3U);
    PolicyChange sessions = covering("p", "*", 0);
    sessions.after->sessions = startedAt(Percentage());
    EXPECT_EQ(moved({sessions}), 0U);
}

// The promise itself: where nobody is named, every request is served as before.
RC_GTEST_PROP(MovedBy, whereNobodyIsNamedNobodyMoves, ()) {
    Snapshot before = quiet().changed(*anyChanges(), 2);
    const std::string system = *rc::gen::element(std::string("shop"), std::string("*"), *anySystem());
    std::vector<SnapshotChange> changes;
    for (const PolicyCover &cover : before.policies())
        changes.emplace_back(PolicyChange{cover.id, std::nullopt});
    PolicyChange mine = covering("mine", system, *rc::gen::element(0, int{Percentage::Whole}));
    mine.after->usersWithoutId = *rc::gen::element(Platform::New, Platform::Legacy);
    changes.emplace_back(mine);
    before = changedBy(before, changes);
    const Snapshot after = finalized(before, *mine.after);
    const std::vector<MovedBy> moved = movedBy(before, after, systemOf(*mine.after), Now);
    RC_CLASSIFY(moved.empty(), "nobody");
    if (!moved.empty()) return;
    const std::string asked = system == "*" ? std::string() : system; // a request only refers to it
    for (int i = 0; i < 20; ++i) {
        const std::string user = *rc::gen::oneOf(anyUser(), rc::gen::just(std::string()));
        const std::string entity = *rc::gen::oneOf(anyEntity(), rc::gen::just(std::string()));
        DecisionRequest request = userRequest(user, asked, Now);
        request.entityId = entity;
        request.operation = *rc::gen::element(Operation::Read, Operation::Insert, Operation::Update);
        RC_ASSERT(decide(before, request).primary == decide(after, request).primary);
    }
}

} // namespace
} // namespace crossfade::test
