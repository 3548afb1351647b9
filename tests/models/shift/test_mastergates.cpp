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
    facts.syncs.at = Now;
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

constexpr std::array<MasterGate, 3> SyncGates{MasterGate::Backfill, MasterGate::DeadLetters, MasterGate::ReverseSync};

SyncStanding following(Platform source, bool bothWays = false) {
    return {"USER", source, otherPlatform(source), bothWays, "FOLLOWING", 0, 0, true, {}};
}

TEST(MasterGates, WhatNobodyMeasuresIsUnknownAndNotGreen) {
    const auto allSay = [](const SyncFact &syncs, bool comparator, const std::string &detail) {
        MasterFacts facts = green();
        facts.comparator = comparator;
        facts.syncs = syncs;
        for (const MasterGate gate : SyncGates) {
            EXPECT_EQ(reportFor(facts, gate).state, MasterGateState::Unknown);
            EXPECT_EQ(reportFor(facts, gate).detail, detail);
        }
    };
    allSay({{}, Now, {}}, true, "no sync runs");
    allSay({{following(Platform::New)}, Now, {}}, false, "no comparator is configured");
    allSay({{following(Platform::New)}, Now, "the comparator: gone"}, true, "the comparator: gone");
    allSay({{following(Platform::New)}, Now - Seconds(11), {}}, true,
           "the comparator has not told for a while how the syncs stand");
    const auto gates = masterGates(green(), {});
    ASSERT_NE(firstClosed(gates), nullptr);
    EXPECT_EQ(firstClosed(gates)->gate, MasterGate::Backfill);
}

TEST(MasterGates, SyncsOpenTheirGatesOnlyWhileAllIsWell) {
    const auto report = [](const std::vector<SyncStanding> &syncs, MasterGate gate) {
        MasterFacts facts = green();
        facts.syncs = {syncs, Now - Seconds(1), {}};
        return reportFor(facts, gate);
    };
    for (const std::vector<SyncStanding> &well :
         {std::vector{following(Platform::Legacy, true)},
          std::vector{following(Platform::Legacy), following(Platform::New)}}) {
        for (const MasterGate gate : SyncGates)
            EXPECT_EQ(report(well, gate).state, MasterGateState::Open) << report(well, gate).detail;
    }
    EXPECT_EQ(report({following(Platform::Legacy)}, MasterGate::ReverseSync).detail, "no sync carries changes of NEW to LEGACY");
    SyncStanding odd = following(Platform::New);
    odd.state = "BACKFILLING";
    EXPECT_EQ(report({following(Platform::Legacy), odd}, MasterGate::Backfill).detail, "the backfill of USER is not done");
    odd = following(Platform::New);
    odd.deadLetters = 3;
    EXPECT_EQ(report({following(Platform::Legacy), odd}, MasterGate::DeadLetters).detail, "3 dead letters of USER");
    odd = following(Platform::New);
    odd.state = "SUSPENDED";
    EXPECT_EQ(report({odd}, MasterGate::ReverseSync).state, MasterGateState::Blocked);
    EXPECT_EQ(report({odd, following(Platform::Legacy)}, MasterGate::DeadLetters).state, MasterGateState::Open);
    odd = following(Platform::New);
    odd.lastError = "no route";
    EXPECT_EQ(report({odd}, MasterGate::ReverseSync).state, MasterGateState::Blocked);
}

TEST(StrandedWrites, AreKnownOnlyWhileASyncCarriesThemBack) {
    SyncStanding back = following(Platform::New);
    back.backlog = 7;
    SyncStanding both = following(Platform::Legacy, true);
    both.backlog = 2;
    SyncStanding there = following(Platform::Legacy);
    there.backlog = 100;
    EXPECT_EQ(strandedWrites({{back, both, there}, Now, {}}, Now), 9U);
    EXPECT_EQ(strandedWrites({{there}, Now, {}}, Now), std::nullopt) << "nothing goes that way";
    EXPECT_EQ(strandedWrites({{}, Now, {}}, Now), std::nullopt);
    EXPECT_EQ(strandedWrites({{back}, Now, "gone"}, Now), std::nullopt);
    EXPECT_EQ(strandedWrites({{back}, Now - Seconds(11), {}}, Now), std::nullopt);
    both.state = "PAUSED";
    EXPECT_EQ(strandedWrites({{back, both}, Now, {}}, Now), std::nullopt) << "part of it is not known";
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

MasterOverride answerTo(const MasterFacts &facts, MasterGate gate) {
    const MasterGateReport report = reportFor(facts, gate);
    return {gate, report.detail, "ann", Now, "known", report.cause};
}

MasterGateState answered(const MasterFacts &facts, const MasterOverride &answer) {
    return masterGates(facts, {answer})[static_cast<std::size_t>(answer.gate)].state;
}

TEST(MasterGates, AnOverrideOutlivesTheWordsOfAnError) {
    MasterFacts facts = green();
    SyncStanding back = following(Platform::New);
    back.lastError = "timeout after 2.013 s";
    facts.syncs.syncs = {back};
    const MasterOverride answer = answerTo(facts, MasterGate::ReverseSync);
    EXPECT_NE(answer.detail.find("2.013"), std::string::npos) << "the sentence is told whole";
    facts.syncs.syncs[0].lastError = "connection refused (4711)";
    EXPECT_EQ(answered(facts, answer), MasterGateState::Overridden);
    facts.syncs.syncs[0].lastError.clear();
    EXPECT_EQ(answered(facts, answer), MasterGateState::Open);
    facts.syncs.syncs[0].state = "PAUSED";
    EXPECT_EQ(answered(facts, answer), MasterGateState::Blocked) << "another cause";
    facts.syncs.syncs[0] = back;
    facts.syncs.syncs[0].dataType = "ROLE";
    EXPECT_EQ(answered(facts, answer), MasterGateState::Blocked) << "another sync";
    // An earlier version's answer holds for its sentence alone.
    MasterOverride older = answer;
    older.cause.clear();
    facts.syncs.syncs = {back};
    EXPECT_EQ(answered(facts, older), MasterGateState::Overridden);
    facts.syncs.syncs[0].lastError = "x";
    EXPECT_EQ(answered(facts, older), MasterGateState::Blocked);
}

TEST(MasterGates, AnOverrideOutlivesHowTheComparatorIsSilent) {
    MasterFacts facts = green();
    facts.checks[0].fact.error = "answered 503";
    facts.syncs.error = "answered 503";
    for (const MasterGate gate : {MasterGate::Consistency, MasterGate::Backfill, MasterGate::DeadLetters, MasterGate::ReverseSync}) {
        const MasterOverride answer = answerTo(facts, gate);
        MasterFacts later = facts;
        later.checks[0].fact.error = "timed out";
        later.syncs.error = "timed out";
        EXPECT_EQ(answered(later, answer), MasterGateState::Overridden);
        later.syncs = SyncFact();
        EXPECT_EQ(answered(later, answer), MasterGateState::Overridden) << "not asked yet";
        later.syncs = {{following(Platform::New)}, Now - Seconds(60), {}};
        EXPECT_EQ(answered(later, answer), MasterGateState::Overridden) << "too long ago";
        // What it says once it speaks again is another matter.
        later.checks[0].fact.error.clear();
        later.checks[0].fact.percentage = 10;
        SyncStanding bad = following(Platform::New);
        bad.deadLetters = 3;
        bad.wasInStep = false;
        later.syncs = {{bad}, Now, {}};
        EXPECT_EQ(answered(later, answer), MasterGateState::Blocked) << masterGateWord(gate);
        later.syncs.syncs.clear();
        if (gate != MasterGate::Consistency) {
            EXPECT_EQ(answered(later, answer), MasterGateState::Unknown) << "there is none at all";
        }
    }
    // How low a check is counts.
    facts.checks[0].fact.error.clear();
    facts.checks[0].fact.percentage = 99;
    const MasterOverride low = answerTo(facts, MasterGate::Consistency);
    facts.checks[0].fact.percentage = 50;
    EXPECT_EQ(answered(facts, low), MasterGateState::Blocked);
}

// One check is answered for; another that falls behind it is not.
TEST(MasterGates, AnOverrideAnswersForNoOtherProblem) {
    MasterFacts facts = green();
    facts.checks.push_back(facts.checks[0]);
    facts.checks[0].fact.error = "the run failed";
    const MasterOverride answer = answerTo(facts, MasterGate::Consistency);
    EXPECT_EQ(answered(facts, answer), MasterGateState::Overridden);
    facts.checks[1].fact.percentage = 50;
    EXPECT_EQ(answered(facts, answer), MasterGateState::Blocked);
    facts = green();
    facts.syncs.syncs = {following(Platform::New), following(Platform::New)};
    facts.syncs.syncs[0].deadLetters = 3;
    const MasterOverride letters = answerTo(facts, MasterGate::DeadLetters);
    facts.syncs.syncs[1].deadLetters = 1;
    EXPECT_EQ(answered(facts, letters), MasterGateState::Blocked);
}

TEST(MasterGates, EvidenceKeepsTheOverrides) {
    const std::vector<MasterOverride> overrides{
        {MasterGate::Backfill, "no sync runs", "ann", Now, "\u624b\u5de5 \"checked\""},
        {MasterGate::Policies, "x", "bob", Now, "", "the cause"}};
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
