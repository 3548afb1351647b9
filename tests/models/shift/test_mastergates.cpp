// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/mastergates.h"
#include "tests/models/shift/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

const Instant Now = at(100'000);

MasterFacts green() {
    MasterFacts facts;
    facts.now = Now;
    facts.policies = {{"logins", ShiftState::Completed, Platform::New, percent(100)},
                      {"shop", ShiftState::Finalized, Platform::New, percent(100)}};
    facts.comparator = true;
    facts.checks = {{{"users", 99.5, Now, {}}, 99.5, Seconds(60)}};
    return facts;
}

MasterGateReport reportFor(const MasterFacts &facts, MasterGate gate) {
    return masterGates(facts, {})[static_cast<std::size_t>(gate)];
}

TEST(MasterGates, WordsAreReadBack) {
    for (std::size_t i = 0; i < MasterGateCount; ++i) {
        const auto gate = static_cast<MasterGate>(i);
        EXPECT_EQ(masterGateFromWord(masterGateWord(gate)), gate);
        EXPECT_EQ(masterGates(green(), {})[i].gate, gate) << "in the order it is asked";
    }
    EXPECT_FALSE(masterGateFromWord("APPROVAL"));
    EXPECT_FALSE(masterGateFromWord(""));
}

TEST(MasterGates, PoliciesMustAllBeDoneWhateverElseTheyAre) {
    EXPECT_EQ(reportFor(green(), MasterGate::Policies).state, MasterGateState::Open);
    for (std::size_t i = 0; i < ShiftStateCount; ++i) {
        const auto state = static_cast<ShiftState>(i);
        MasterFacts facts = green();
        facts.policies.push_back({"bank", state, Platform::New, percent(50)});
        const bool done = state == ShiftState::Completed || state == ShiftState::Finalized;
        const MasterGateReport report = reportFor(facts, MasterGate::Policies);
        EXPECT_EQ(report.state, done ? MasterGateState::Open : MasterGateState::Blocked)
            << shiftStateWord(state);
        if (!done) {
            EXPECT_EQ(report.detail, "bank is " + std::string(shiftStateWord(state)));
        }
    }
}

TEST(MasterGates, DoneOnLegacyIsNotDone) {
    struct Case {
        Platform target;
        double percentage;
        bool proven;
    };
    for (const Case &one : {Case{Platform::New, 0, false}, Case{Platform::New, 0.01, true},
                            Case{Platform::Legacy, 100, false}, Case{Platform::Legacy, 99.99, true}}) {
        MasterFacts facts = green();
        facts.policies = {{"bank", ShiftState::Finalized, one.target, percent(one.percentage)}};
        EXPECT_EQ(reportFor(facts, MasterGate::Policies).state == MasterGateState::Open, one.proven)
            << one.percentage;
    }
    MasterFacts facts = green();
    facts.policies[0].percentage = Percentage();
    facts.policies[1].state = ShiftState::Held;
    EXPECT_EQ(reportFor(facts, MasterGate::Policies).detail,
              "logins ended on LEGACY; not done either: 1");
}

TEST(MasterGates, WithoutAPolicyNothingIsProven) {
    MasterFacts facts = green();
    facts.policies.clear();
    EXPECT_EQ(reportFor(facts, MasterGate::Policies).state, MasterGateState::Unknown);
    facts = green();
    facts.unreadablePolicy = true;
    EXPECT_EQ(reportFor(facts, MasterGate::Policies).state, MasterGateState::Blocked);
}

TEST(MasterGates, ConsistencyIsFreshAndHighEnoughOrNotGreen) {
    const auto stateWith = [](auto change) {
        MasterFacts facts = green();
        change(facts);
        return reportFor(facts, MasterGate::Consistency).state;
    };
    EXPECT_EQ(stateWith([](auto &) {}), MasterGateState::Open);
    EXPECT_EQ(stateWith([](auto &facts) { facts.comparator = false; }), MasterGateState::Unknown);
    EXPECT_EQ(stateWith([](auto &facts) { facts.checks.clear(); }), MasterGateState::Unknown);
    EXPECT_EQ(stateWith([](auto &facts) { facts.checks[0].fact.percentage = 99.49; }),
              MasterGateState::Blocked);
    EXPECT_EQ(stateWith([](auto &facts) { facts.checks[0].fact.percentage.reset(); }),
              MasterGateState::Blocked);
    EXPECT_EQ(stateWith([](auto &facts) { facts.checks[0].fact.checkedAt.reset(); }),
              MasterGateState::Blocked);
    EXPECT_EQ(stateWith([](auto &facts) { facts.checks[0].fact.error = "gone"; }),
              MasterGateState::Blocked);
    EXPECT_EQ(stateWith([](auto &facts) { facts.checks[0].fact.checkedAt = Now - Seconds(60); }),
              MasterGateState::Open);
    EXPECT_EQ(stateWith([](auto &facts) {
                  facts.checks[0].fact.checkedAt = Now - Seconds(60) - Milliseconds(1);
              }),
              MasterGateState::Blocked);
    EXPECT_EQ(stateWith([](auto &facts) {
                  facts.checks.push_back({{"roles", 10.0, Now, {}}, 99.5, Seconds(60)});
              }),
              MasterGateState::Blocked)
        << "every one of them counts";
}

TEST(MasterGates, WhatNobodyMeasuresIsUnknownAndNotGreen) {
    for (const MasterGate gate :
         {MasterGate::Backfill, MasterGate::DeadLetters, MasterGate::ReverseSync}) {
        EXPECT_EQ(reportFor(green(), gate).state, MasterGateState::Unknown);
        EXPECT_EQ(reportFor(green(), gate).detail, "no sync runs");
    }
    const auto gates = masterGates(green(), {});
    ASSERT_NE(firstClosed(gates), nullptr);
    EXPECT_EQ(firstClosed(gates)->gate, MasterGate::Backfill);
}

TEST(MasterGates, ChecksAreDemandedByTheStrictestPolicy) {
    ShiftPolicy one = plainPolicy();
    one.consistencyGate = ConsistencyGate{{"users", "roles"}, 99, 600};
    ShiftPolicy two = plainPolicy();
    two.consistencyGate = ConsistencyGate{{"users"}, 99.9, 3'600};
    const auto demands = checkDemands({one, plainPolicy(), two});
    ASSERT_EQ(demands.size(), 2U);
    EXPECT_EQ(demands[0].fact.checkName, "users");
    EXPECT_EQ(demands[0].minimumPercentage, 99.9);
    EXPECT_EQ(demands[0].maxAge, Seconds(600));
    EXPECT_EQ(demands[1].minimumPercentage, 99);
    EXPECT_TRUE(checkDemands({}).empty());
}

TEST(MasterGates, AnOverrideHoldsForWhatWasShown) {
    MasterFacts facts = green();
    facts.policies[0].state = ShiftState::Held;
    const std::vector<MasterOverride> overrides{
        {MasterGate::Policies, "logins is HELD", "ann", Now, "known"}};
    EXPECT_EQ(masterGates(facts, overrides)[0].state, MasterGateState::Overridden);
    facts.policies[0].state = ShiftState::RolledBack;
    EXPECT_EQ(masterGates(facts, overrides)[0].state, MasterGateState::Blocked) << "it changed";
    EXPECT_EQ(masterGates(green(), overrides)[0].state, MasterGateState::Open) << "not needed";
}

TEST(MasterGates, EvidenceKeepsTheOverrides) {
    const std::vector<MasterOverride> overrides{
        {MasterGate::Backfill, "no sync runs", "ann", Now, "\u624b\u5de5 \"checked\""},
        {MasterGate::Policies, "x", "bob", Now, ""}};
    const Json evidence = masterEvidenceToJson(masterGates(green(), overrides), overrides);
    const auto stored = parseJson(dumpJson(evidence));
    ASSERT_TRUE(stored);
    EXPECT_EQ(masterOverridesOf(*stored), overrides);
    EXPECT_EQ(evidence.at("gates").at(2).at("status"), "OVERRIDDEN");
    for (const Json &odd : {Json(), Json::array(), Json{{"overrides", 5}},
                            Json{{"overrides", {5, Json::object()}}}})
        EXPECT_TRUE(masterOverridesOf(odd).empty());
}

// Nothing but the reports decides: green only if each gate is open or answered for as it stands.
RC_GTEST_PROP(MasterGatesProperty, NothingClosedPassesUnanswered, ()) {
    MasterFacts facts = green();
    for (PolicyStanding &policy : facts.policies) {
        policy.state = static_cast<ShiftState>(*rc::gen::inRange(0, static_cast<int>(ShiftStateCount)));
        policy.percentage = Percentage::fromHundredths(*rc::gen::inRange(0, 10'001));
    }
    facts.comparator = *rc::gen::arbitrary<bool>();
    facts.checks[0].fact.percentage = *rc::gen::inRange(0, 101);
    std::vector<MasterOverride> overrides;
    for (const MasterGateReport &report : masterGates(facts, {})) {
        if (*rc::gen::arbitrary<bool>())
            overrides.push_back({report.gate, report.detail, "ann", Now, "why"});
    }
    const auto gates = masterGates(facts, overrides);
    for (const MasterGateReport &report : gates) {
        const bool answered = std::ranges::any_of(
            overrides, [&](const MasterOverride &one) { return one.gate == report.gate; });
        const MasterGateReport bare = reportFor(facts, report.gate);
        RC_ASSERT((report.state == MasterGateState::Open) == (bare.state == MasterGateState::Open));
        RC_ASSERT((report.state == MasterGateState::Overridden) ==
                  (answered && bare.state != MasterGateState::Open));
    }
    RC_ASSERT((firstClosed(gates) == nullptr) ==
              std::ranges::all_of(gates, [](const MasterGateReport &report) {
                  return report.state == MasterGateState::Open ||
                         report.state == MasterGateState::Overridden;
              }));
}

} // namespace
} // namespace crossfade::test
