// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/warnings.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

using namespace crossfade;
using namespace crossfade::test;

namespace {

std::string codes(const Snapshot &snapshot, const Rule &rule)
{
    std::string text;
    for (const RuleWarning &warning : warningsOf(snapshot, rule, at(1000))) {
        text += (text.empty() ? "" : " ") + warning.code;
        if (!warning.ruleId.empty()) text += ":" + warning.ruleId;
    }
    return text;
}

Rule withWindow(Rule rule, TimeWindow window)
{
    rule.window = window;
    return rule;
}

} // namespace

TEST(Warnings, aRuleAloneHasNone)
{
    EXPECT_EQ(codes(quiet(), userRule("r", "ann", Platform::New)), "");
}

TEST(Warnings, aRuleThatNeverApplies)
{
    const Rule rule = userRule("r", "ann", Platform::New);
    EXPECT_EQ(codes(quiet(), withWindow(rule, {at(2000), at(2000)})), "EMPTY_WINDOW");
    EXPECT_EQ(codes(quiet(), withWindow(rule, {at(3000), at(2000)})), "EMPTY_WINDOW");
    EXPECT_EQ(codes(quiet(), withWindow(rule, {std::nullopt, at(1000)})), "PAST_WINDOW");
    EXPECT_EQ(codes(quiet(), withWindow(rule, {std::nullopt, at(1001)})), "");
    Rule off = withWindow(rule, {at(2000), at(2000)});
    off.active = false;
    EXPECT_EQ(codes(quiet(), off), "");
}

TEST(Warnings, shadowedByAnotherOfTheSameTarget)
{
    Rule first = userRule("a", "ann", Platform::New);
    first.priority = 1;
    const Snapshot snapshot = quiet().changed(added(first), 2);
    EXPECT_EQ(codes(snapshot, userRule("b", "ann", Platform::New)), "SHADOWED:a");
    EXPECT_EQ(codes(snapshot, userRule("b", "bob", Platform::New)), "");
    EXPECT_EQ(codes(snapshot, systemRule("b", "ann", Platform::New)), "");
    EXPECT_EQ(codes(snapshot, userRule("b", "ann", Platform::Legacy)), "SHADOWED:a CONTRADICTS:a");
    EXPECT_EQ(codes(snapshot, userRule("a", "ann", Platform::Legacy)), "");
}

TEST(Warnings, shadowsAnother)
{
    const Snapshot snapshot = quiet().changed(added(userRule("a", "ann", Platform::New)), 2);
    Rule first = userRule("b", "ann", Platform::Legacy);
    first.priority = 1;
    EXPECT_EQ(codes(snapshot, first), "SHADOWS:a CONTRADICTS:a");
}

TEST(Warnings, overlapWithoutCoveringOnlyContradicts)
{
    Rule other = withWindow(userRule("a", "ann", Platform::Legacy), {at(2000), at(3000)});
    other.priority = 1;
    const Snapshot snapshot = quiet().changed(added(other), 2);
    const Rule rule = userRule("b", "ann", Platform::New);
    EXPECT_EQ(codes(snapshot, withWindow(rule, {at(2500), at(3500)})), "CONTRADICTS:a");
    EXPECT_EQ(codes(snapshot, withWindow(rule, {at(3000), at(3500)})), "");
    EXPECT_EQ(codes(snapshot, withWindow(rule, {at(2100), at(3000)})), "SHADOWED:a CONTRADICTS:a");
}

TEST(Warnings, aWindowThatIsOverConcernsNobody)
{
    Rule other = withWindow(userRule("a", "ann", Platform::Legacy), {at(10), at(900)});
    other.priority = 1;
    EXPECT_EQ(codes(quiet().changed(added(other), 2), userRule("b", "ann", Platform::New)), "");
}

TEST(Warnings, theMasterSwitchDecidesBeforeEveryRule)
{
    const Snapshot snapshot = quiet().changed(switchesOf(Master::Legacy, Platform::Legacy), 2);
    EXPECT_EQ(codes(snapshot, userRule("r", "ann", Platform::New)), "MASTER_DECIDES");
}

RC_GTEST_PROP(Warnings, aShadowedRuleNeverDecides, ())
{
    const Snapshot base = quiet().changed(*anyChanges(), 2);
    Rule rule = *anyRule();
    rule.id = "new-one";
    const Instant now = *anyInstant();
    const std::vector<RuleWarning> warnings = warningsOf(base, rule, now);
    const bool dead = std::ranges::any_of(warnings, [](const RuleWarning &warning) {
        return warning.code == "SHADOWED" || warning.code == "EMPTY_WINDOW" ||
               warning.code == "PAST_WINDOW";
    });
    RC_TAG(dead ? "never applies" : "may apply");
    if (!dead) return;
    const Snapshot with = base.changed(added(rule), 3);
    for (int second = 0; second < 14; ++second) {
        if (at(second) < now) continue;
        const std::string user = rule.type == RuleType::User ? rule.target : "nobody";
        const std::string system = rule.type == RuleType::System ? rule.target : "none";
        const Decision decision = decide(with, userRequest(user, system, at(second)));
        const bool decides = decision.rule && decision.rule->id == "new-one";
        RC_ASSERT(!decides);
    }
}

TEST(Warnings, aTargetWithThousandsOfRulesGivesAShortList)
{
    std::vector<SnapshotChange> changes;
    for (int i = 0; i < 2000; ++i)
        changes.emplace_back(added(userRule("r" + std::to_string(i), "ann", Platform::Legacy)));
    const Snapshot snapshot = quiet().changed(changes, 2);
    EXPECT_LE(warningsOf(snapshot, userRule("z", "ann", Platform::New), at(1)).size(), 22U);
}

TEST(Warnings, sayWhenNotAllRulesOfATargetWereCompared)
{
    std::vector<SnapshotChange> changes;
    for (int i = 0; i < 100; ++i)
        changes.emplace_back(added(withWindow(userRule("r" + std::to_string(i), "ann", Platform::Legacy), {at(1), at(5)})));
    const Snapshot snapshot = quiet().changed(changes, 2);
    const Rule rule = userRule("z", "ann", Platform::New);
    Effort enough{100};
    EXPECT_TRUE(ruleWarnings(snapshot, rule, at(9), enough).empty());
    Effort less{99};
    const std::vector<RuleWarning> warnings = ruleWarnings(snapshot, rule, at(9), less);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].code, "NOT_COMPARED");
    // What concerns the rule alone is said all the same.
    EXPECT_EQ(ruleWarnings(snapshot, withWindow(rule, {at(3), at(2)}), at(9), less).at(0).code, "EMPTY_WINDOW");
}
