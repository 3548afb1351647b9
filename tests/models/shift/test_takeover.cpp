// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/decision.h"
#include "models/shift/takeover.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

PolicyCover everySystem(double percentage) {
    return {"star", "everybody", "*", Platform::New, percent(percentage), "star-salt",
            Platform::Legacy};
}

ShiftPolicy shopPolicy() {
    ShiftPolicy policy = plainPolicy();
    policy.id = "shop-policy";
    policy.targetSystem = "shop";
    policy.salt = "own-salt";
    return policy;
}

Result<ShiftTransition> start(const ShiftPolicy &policy, const PolicyCover &from,
                              std::optional<double> target = std::nullopt) {
    ShiftOrder asked = order(ShiftCommand::Shift, target);
    asked.takesOver = takenOverBy(policy.targetSystem, std::span(&from, 1));
    return obey(policy, {}, asked, at(2'000));
}

PolicyCover coverAfter(const ShiftPolicy &policy, const ShiftTransition &transition) {
    return {policy.id,
            policy.name,
            policy.targetSystem,
            policy.targetPlatform,
            transition.next.percentage,
            transition.takesOver ? transition.takesOver->salt : policy.salt,
            policy.usersWithoutId,
            transition.takesOver ? transition.takesOver->sessions : SessionShares()};
}

TEST(Takeover, OnlyOneSystemTakesOverFromAll) {
    PolicyCover crm = everySystem(5);
    crm.id = "a";
    crm.targetSystem = "crm";
    const std::vector<PolicyCover> covers{crm, everySystem(20)};
    ASSERT_NE(takenOverBy("shop", covers), nullptr);
    EXPECT_EQ(takenOverBy("shop", covers)->id, "star");
    EXPECT_EQ(takenOverBy("*", covers), nullptr);
    EXPECT_EQ(takenOverBy("shop", std::span(covers).first(1)), nullptr);
}

TEST(Takeover, StartsAtThePercentageAndBakes) {
    const auto taken = start(shopPolicy(), everySystem(20));
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->cause, ShiftCause::TookOver);
    EXPECT_EQ(taken->next.state, ShiftState::Stabilizing);
    EXPECT_EQ(taken->next.percentage, percent(20));
    EXPECT_EQ(taken->next.cleared, percent(0)) << "its own guards have not held anywhere yet";
    EXPECT_EQ(taken->next.stabilizationEndsAt, at(2'060));
    ASSERT_TRUE(taken->takesOver);
    EXPECT_EQ(taken->takesOver->salt, "star-salt");
    const auto baked = advance(shopPolicy(), taken->next, greenFacts(shopPolicy(), at(2'060)));
    ASSERT_TRUE(baked);
    const auto step = advance(shopPolicy(), baked->next, greenFacts(shopPolicy(), at(2'061)));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->next.percentage, percent(25));
}

TEST(Takeover, IsRefusedWhereSomebodyWouldMove) {
    ShiftPolicy other = shopPolicy();
    other.targetPlatform = Platform::Legacy;
    EXPECT_EQ(start(other, everySystem(20)).error().kind, ErrorKind::Conflict);
    other = shopPolicy();
    other.usersWithoutId = Platform::New;
    EXPECT_EQ(start(other, everySystem(20)).error().kind, ErrorKind::Conflict);
    // Who waits for his next sign-in there would move at once here, or the other way round.
    other = shopPolicy();
    other.moveAt = MoveAt::NextSignIn;
    EXPECT_EQ(start(other, everySystem(20)).error().kind, ErrorKind::Conflict);
    PolicyCover waiting = everySystem(20);
    waiting.sessions = changedTo(startedAt({}), percent(20), at(1'000));
    EXPECT_TRUE(start(other, waiting));
    EXPECT_EQ(start(shopPolicy(), waiting).error().kind, ErrorKind::Conflict);
    other = shopPolicy();
    other.max = percent(19.99);
    EXPECT_EQ(start(other, everySystem(20)).error().kind, ErrorKind::Conflict);
    other.max = percent(20);
    EXPECT_TRUE(start(other, everySystem(20)));
    const auto lower = start(shopPolicy(), everySystem(20), 19);
    ASSERT_FALSE(lower);
    EXPECT_EQ(lower.error().fields.at(0).pointer, "/target_percentage");
    EXPECT_TRUE(start(shopPolicy(), everySystem(20), 20));
}

TEST(Takeover, IsNoMatterOnceThePolicyCovers) {
    const PolicyCover star = everySystem(20);
    ShiftOrder again = order(ShiftCommand::Shift);
    again.takesOver = &star;
    const auto on = obey(shopPolicy(), statusIn(ShiftState::RolledBack, 0), again, at(2'000));
    ASSERT_TRUE(on);
    EXPECT_FALSE(on->takesOver);
    EXPECT_EQ(on->next.percentage, percent(0));
}

// Every user, with and without an id, of the system and of others, is served where he was.
RC_GTEST_PROP(AnyTakeover, MovesNobody, ()) {
    PolicyCover star = everySystem(*rc::gen::inRange(0, 101));
    star.targetPlatform = *rc::gen::element(Platform::New, Platform::Legacy);
    star.usersWithoutId = *rc::gen::element(Platform::New, Platform::Legacy);
    star.salt = "salt-" + std::to_string(*rc::gen::inRange(0, 1'000));
    Switches switches;
    switches.defaultPlatform = *rc::gen::element(Platform::New, Platform::Legacy);
    const Snapshot before =
        Snapshot().changed(SnapshotChange(switches), 1).changed(PolicyChange{star.id, star}, 2);
    ShiftPolicy policy = shopPolicy();
    policy.targetPlatform = star.targetPlatform;
    policy.usersWithoutId = star.usersWithoutId;
    const auto taken = start(policy, star);
    RC_ASSERT(taken.has_value());
    const Snapshot after =
        before.changed(PolicyChange{policy.id, coverAfter(policy, *taken)}, 3);
    const int first = *rc::gen::inRange(0, 1'000'000);
    for (int i = 0; i < 300; ++i) {
        const std::string user = i == 0 ? std::string() : "user-" + std::to_string(first + i);
        for (const char *system : {"shop", "crm"}) {
            DecisionRequest request;
            request.userId = user;
            request.systemId = system;
            const Decision was = decide(before, request);
            const Decision is = decide(after, request);
            RC_ASSERT(is.platform == was.platform);
            RC_ASSERT(is.reason == was.reason);
            RC_ASSERT(is.bucket == was.bucket);
            RC_ASSERT((is.policy->id == policy.id) == (std::string_view(system) == "shop"));
        }
    }
}

} // namespace
} // namespace crossfade::test
