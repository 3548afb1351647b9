// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/models/routing/make.h"

#include <gtest/gtest.h>

using namespace crossfade;
using namespace crossfade::test;

namespace {

// A snapshot in which every line from 3 on has something to say.
Snapshot full()
{
    return quiet()
        .changed(added(userRule("u1", "ann", Platform::New)), 2)
        .changed(added(systemRule("s1", "shop", Platform::New)), 3)
        .changed(added(timeRule("t1", {at(5000), at(6000)}, Platform::New)), 4)
        .changed(covering("own", "bank", 10'000), 5)
        .changed(covering("every", "*", 0), 6);
}

} // namespace

TEST(Decision, theFirstLineThatAppliesDecides)
{
    struct Case {
        const char *name;
        DecisionRequest request;
        const char *line;
        Platform platform;
        Reason reason;
    };
    const std::vector<Case> cases{
        {"user rule before all else", userRequest("ann", "shop", at(5500)), "3", Platform::New, Reason::UserRule},
        {"system rule", userRequest("bob", "shop", at(5500)), "4", Platform::New, Reason::SystemRule},
        {"time rule", userRequest("bob", "bank", at(5500)), "5", Platform::New, Reason::TimeRule},
        {"no id", userRequest("", "bank"), "10a", Platform::Legacy, Reason::NoKey},
        {"the system's own policy", userRequest("bob", "bank"), "10b", Platform::New, Reason::Percentage},
        {"the policy of every system", userRequest("bob", "other"), "10b", Platform::Legacy, Reason::Percentage},
        {"no system: the policy of every system", userRequest("bob"), "10b", Platform::Legacy, Reason::Percentage},
    };
    const Snapshot snapshot = full();
    for (const Case &one : cases) {
        const Decision decision = decide(snapshot, one.request);
        EXPECT_EQ(lineNumber(decision.line), one.line) << one.name;
        EXPECT_EQ(decision.platform, one.platform) << one.name;
        EXPECT_EQ(decision.primary, one.platform) << one.name;
        EXPECT_EQ(decision.reason, one.reason) << one.name;
        EXPECT_EQ(decision.mode, Mode::Single) << one.name;
        EXPECT_EQ(decision.epoch, 6) << one.name;
    }
}

TEST(Decision, masterDecidesBeforeEverything)
{
    const Snapshot legacy = full().changed(switchesOf(Master::Legacy, Platform::New), 7);
    const Snapshot onNew = full().changed(switchesOf(Master::New, Platform::Legacy), 7);
    for (const char *user : {"ann", "bob", ""}) {
        const DecisionRequest request = userRequest(user, "bank", at(5500));
        EXPECT_EQ(decide(legacy, request).reason, Reason::MasterLegacy);
        EXPECT_EQ(decide(legacy, request).platform, Platform::Legacy);
        EXPECT_EQ(decide(onNew, request).reason, Reason::MasterNew);
        EXPECT_EQ(decide(onNew, request).platform, Platform::New);
    }
}

TEST(Decision, masterNewIsNeverDual)
{
    Snapshot snapshot = quiet().changed(added(userRule("u1", "ann", Platform::Both)), 2);
    snapshot = snapshot.changed(switchesOf(Master::New, Platform::Legacy), 3);
    DecisionRequest request = userRequest("ann");
    request.operation = Operation::Insert;
    EXPECT_EQ(decide(snapshot, request).mode, Mode::Single);
    EXPECT_EQ(decide(snapshot, request).primary, Platform::New);
}

TEST(Decision, defaultRoutingWhenNothingApplies)
{
    const Decision legacy = decide(quiet(), userRequest("bob", "bank"));
    EXPECT_EQ(legacy.line, Line::Default);
    EXPECT_EQ(legacy.reason, Reason::DefaultRouting);
    EXPECT_EQ(legacy.platform, Platform::Legacy);
    EXPECT_EQ(legacy.rule, nullptr);
    EXPECT_EQ(legacy.policy, nullptr);
    EXPECT_EQ(legacy.bucket, -1);
    const Snapshot onNew = quiet().changed(switchesOf(Master::Off, Platform::New), 2);
    EXPECT_EQ(decide(onNew, userRequest("bob")).platform, Platform::New);
}

TEST(Decision, namesTheRuleAndThePolicy)
{
    const Snapshot snapshot = full();
    const Decision rule = decide(snapshot, userRequest("ann"));
    ASSERT_NE(rule.rule, nullptr);
    EXPECT_EQ(rule.rule->id, "u1");
    EXPECT_EQ(rule.rule->reason, "because u1");
    EXPECT_EQ(rule.policy, nullptr);
    const Decision policy = decide(snapshot, userRequest("bob", "bank"));
    ASSERT_NE(policy.policy, nullptr);
    EXPECT_EQ(policy.policy->id, "own");
    EXPECT_EQ(policy.bucket, stickyBucket("bob", "logins"));
    EXPECT_EQ(policy.rule, nullptr);
}

TEST(Decision, aRuleThatSaysBoth)
{
    const Snapshot snapshot = quiet().changed(added(userRule("u1", "ann", Platform::Both)), 2);
    const std::vector<std::pair<Operation, Mode>> expected{
        {Operation::Read, Mode::Compare},      {Operation::List, Mode::Compare},
        {Operation::Insert, Mode::DualWrite},  {Operation::Update, Mode::DualWrite},
        {Operation::Delete, Mode::DualWrite}};
    for (const auto &[operation, mode] : expected) {
        DecisionRequest request = userRequest("ann");
        request.operation = operation;
        const Decision decision = decide(snapshot, request);
        EXPECT_EQ(decision.platform, Platform::Both) << operationWord(operation);
        EXPECT_EQ(decision.mode, mode) << operationWord(operation);
        EXPECT_EQ(decision.primary, Platform::Legacy) << operationWord(operation);
    }
}

TEST(Decision, windowsAreHalfOpen)
{
    Rule rule = userRule("u1", "ann", Platform::New);
    rule.window = {at(100), at(200)};
    const Snapshot snapshot = quiet().changed(added(rule), 2);
    const auto platformAt = [&](Instant when) {
        return decide(snapshot, userRequest("ann", {}, when)).platform;
    };
    EXPECT_EQ(platformAt(at(100) - Milliseconds(1)), Platform::Legacy);
    EXPECT_EQ(platformAt(at(100)), Platform::New);
    EXPECT_EQ(platformAt(at(200) - Milliseconds(1)), Platform::New);
    EXPECT_EQ(platformAt(at(200)), Platform::Legacy);
}

TEST(Decision, aRuleOutsideItsWindowLeavesTheNextToDecide)
{
    Rule first = userRule("u1", "ann", Platform::New);
    first.priority = 1;
    first.window = {at(100), at(200)};
    Rule second = userRule("u2", "ann", Platform::Both);
    const Snapshot snapshot = quiet().changed(added(first), 2).changed(added(second), 3);
    EXPECT_EQ(decide(snapshot, userRequest("ann", {}, at(150))).rule->id, "u1");
    EXPECT_EQ(decide(snapshot, userRequest("ann", {}, at(250))).rule->id, "u2");
}

TEST(Decision, invalidIdsAreNoIds)
{
    Snapshot snapshot = full();
    for (const std::string &bad : {std::string("an n"), std::string("a:b"), std::string(101, 'a'),
                                   std::string("x\ny"), std::string("\xff")}) {
        EXPECT_EQ(decide(snapshot, userRequest(bad, "bank")).reason, Reason::NoKey) << bad;
        EXPECT_EQ(decide(snapshot, userRequest("bob", bad)).policy->id, "every") << bad;
    }
    EXPECT_EQ(decide(snapshot, userRequest("bob", "*")).policy->id, "every");
}

TEST(Decision, usersWithoutIdGoWhereThePolicySays)
{
    PolicyChange change = covering("p", "*", 0);
    change.after->usersWithoutId = Platform::New;
    const Decision decision = decide(quiet().changed(change, 2), userRequest("", "bank"));
    EXPECT_EQ(decision.platform, Platform::New);
    EXPECT_EQ(decision.reason, Reason::NoKey);
    EXPECT_EQ(decision.bucket, -1);
}

TEST(Decision, wordsGoThereAndBack)
{
    for (std::size_t i = 0; i < ReasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        EXPECT_EQ(reasonFromWord(reasonWord(reason)), reason);
    }
    for (const Operation operation : {Operation::Read, Operation::List, Operation::Insert,
                                      Operation::Update, Operation::Delete})
        EXPECT_EQ(operationFromWord(operationWord(operation)), operation);
    EXPECT_EQ(operationFromWord("READ"), std::nullopt);
    EXPECT_EQ(ruleTypeFromWord("TIME_BASED"), RuleType::Time);
    EXPECT_EQ(masterFromWord("LEGACY"), Master::Legacy);
    EXPECT_EQ(masterFromWord("BOTH"), std::nullopt);
}
