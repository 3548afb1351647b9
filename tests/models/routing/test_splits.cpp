// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/splits.h"
#include "models/routing/warnings.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const IdSource UserHeader{IdPlace::Header, "X-User"};

RequestMapRow row(const std::string &interface, const std::string &path, const std::string &system, Operation operation,
                  bool hasUser = true)
{
    RequestMapRow made;
    made.interface = interface;
    made.method = operation == Operation::Read || operation == Operation::List ? "GET" : "POST";
    made.pathPattern = path;
    made.systemId = system;
    made.operation = operation;
    if (hasUser) made.userId = UserHeader;
    return made;
}

// Orders are looked at through one system and changed through another.
std::vector<RequestMapRow> orders()
{
    return {row("order-view", "/orders/{id}", "viewing", Operation::Read),
            row("order-change", "/orders/{id}", "changing", Operation::Update)};
}

// "NEW LEGACY" (reads, writes), with "?" for some users and the other rule; "" without a split.
std::string split(const Snapshot &snapshot, const Rule &rule, const std::vector<RequestMapRow> &rows,
                  Instant now = at(1000))
{
    Effort effort = EffortOfOneRule;
    const ReadWritePairs pairs(rows);
    std::string text;
    for (const RuleWarning &warning : ruleWarnings(snapshot, rule, now, effort, pairs)) {
        if (warning.code != "SPLITS_READS_WRITES") continue;
        EXPECT_EQ(warning.pointer, "/target_platform");
        text = warning.message;
        if (!warning.ruleId.empty()) text += " [" + warning.ruleId + "]";
    }
    return text;
}

} // namespace

TEST(Splits, ASystemRuleThatTakesTheReadsAlone)
{
    EXPECT_EQ(split(quiet(), systemRule("r", "viewing", Platform::New), orders()),
              "The rule splits the reads and writes of one user: order-view (GET /orders/{id}) goes to NEW, "
              "order-change (POST /orders/{id}) to LEGACY.");
    EXPECT_EQ(split(quiet(), systemRule("r", "changing", Platform::New), orders()),
              "The rule splits the reads and writes of one user: order-view (GET /orders/{id}) goes to LEGACY, "
              "order-change (POST /orders/{id}) to NEW.");
    EXPECT_EQ(split(quiet(), systemRule("r", "viewing", Platform::Legacy), orders()), "") << "where they are anyway";
    EXPECT_EQ(split(quiet(), systemRule("r", "another", Platform::New), orders()), "");
    EXPECT_EQ(split(quiet(), systemRule("r", "viewing", Platform::New), {}), "") << "nothing is known of requests";
}

TEST(Splits, TheOtherHalfMayFollowByARuleOfItsOwn)
{
    const Snapshot both = quiet().changed(added(systemRule("w", "changing", Platform::New)), 2);
    EXPECT_EQ(split(both, systemRule("r", "viewing", Platform::New), orders()), "");
    const std::string other = split(both, systemRule("r", "viewing", Platform::Legacy), orders());
    EXPECT_TRUE(other.ends_with("to NEW. [w]")) << other;
}

TEST(Splits, OneSystemIsNeverSplitByItsRule)
{
    std::vector<RequestMapRow> rows = orders();
    rows[1].systemId = "viewing";
    EXPECT_EQ(split(quiet(), systemRule("r", "viewing", Platform::New), rows), "");
    EXPECT_EQ(split(quiet(), userRule("r", "ann", Platform::New), rows), "");
}

TEST(Splits, AUserRuleDoesNotReachRequestsWithoutAUser)
{
    std::vector<RequestMapRow> rows = orders();
    rows[0].userId.reset();
    EXPECT_NE(split(quiet(), userRule("r", "ann", Platform::New), rows), "");
    EXPECT_EQ(split(quiet(), userRule("r", "ann", Platform::New), orders()), "") << "whichever system they come through";
}

TEST(Splits, ATimeRuleLeavesASystemThatHasARule)
{
    Rule time = systemRule("t", {}, Platform::New);
    time.type = RuleType::Time;
    const Snapshot pinned = quiet().changed(added(systemRule("w", "changing", Platform::Legacy)), 2);
    const std::string found = split(pinned, time, orders());
    EXPECT_TRUE(found.ends_with("to LEGACY. [w]")) << found;
    EXPECT_EQ(split(quiet(), time, orders()), "");
    // At night only: it is looked at when it holds.
    time.window = {at(5000), at(6000)};
    EXPECT_NE(split(pinned, time, orders()), "");
}

TEST(Splits, InsertsToNewTakesTheInsertsOfWhatHasNoRule)
{
    const std::vector<RequestMapRow> rows{row("order-view", "/orders/{id}", "viewing", Operation::Read),
                                          row("order-new", "/orders", "changing", Operation::Insert)};
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.insertsToNew = true;
    const Snapshot snapshot = quiet().changed(switches, 2);
    EXPECT_NE(split(snapshot, systemRule("r", "viewing", Platform::Legacy), rows), "");
    EXPECT_EQ(split(snapshot, systemRule("r", "viewing", Platform::New), rows), "");
    EXPECT_EQ(split(quiet(), systemRule("r", "viewing", Platform::Legacy), rows), "");
}

TEST(Splits, WritesThatReachBothPlatformsAreFound)
{
    std::vector<RequestMapRow> rows = orders();
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.dualWrite = true;
    const Snapshot snapshot = quiet().changed(switches, 2);
    const Rule reads = systemRule("r", "viewing", Platform::New);
    EXPECT_NE(split(snapshot, reads, rows), "") << "the map says that it is not replicated";
    rows[1].replicate = true;
    EXPECT_EQ(split(snapshot, reads, rows), "");
    EXPECT_NE(split(quiet(), reads, rows), "") << "dual write is off";
    EXPECT_EQ(split(quiet(), systemRule("r", "changing", Platform::Both), rows), "");
}

TEST(Splits, ListsAskedOfBothFindWhatWasWritten)
{
    std::vector<RequestMapRow> rows = orders();
    rows[0].operation = Operation::List;
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.aggregation = true;
    EXPECT_EQ(split(quiet().changed(switches, 2), systemRule("r", "viewing", Platform::New), rows), "");
    EXPECT_NE(split(quiet(), systemRule("r", "viewing", Platform::New), rows), "");
}

TEST(Splits, AShareOfTheUsersIsSomeUsers)
{
    const Snapshot some = quiet().changed(covering("p", "changing", 2'500), 2);
    EXPECT_NE(split(some, systemRule("r", "viewing", Platform::New), orders()).find("of some users"), std::string::npos);
    EXPECT_NE(split(some, systemRule("r", "viewing", Platform::Legacy), orders()).find("of some users"), std::string::npos);
    const Snapshot all = quiet().changed(covering("p", "changing", 10'000), 2);
    EXPECT_EQ(split(all, systemRule("r", "viewing", Platform::New), orders()), "");
    EXPECT_NE(split(all, systemRule("r", "viewing", Platform::Legacy), orders()).find("of one user"), std::string::npos);
}

TEST(Splits, WhatNeverAppliesSplitsNothing)
{
    Rule rule = systemRule("r", "viewing", Platform::New);
    const Snapshot master = quiet().changed(switchesOf(Master::New, Platform::Legacy), 2);
    EXPECT_EQ(split(master, rule, orders()), "");
    rule.active = false;
    EXPECT_EQ(split(quiet(), rule, orders()), "");
    rule.active = true;
    Rule first = systemRule("a", "viewing", Platform::Legacy);
    first.priority = 1;
    EXPECT_EQ(split(quiet().changed(added(first), 2), rule, orders()), "") << "another decides before it";
}

TEST(Splits, AnOlderVersionOfTheRuleDoesNotCount)
{
    const Snapshot before = quiet().changed(added(systemRule("r", "viewing", Platform::New)), 2);
    EXPECT_EQ(split(before, systemRule("r", "viewing", Platform::Legacy), orders()), "");
    EXPECT_NE(split(before, systemRule("r", "viewing", Platform::New), orders()), "");
}

TEST(Splits, PathsMeetWhereTheyAreAboutTheSameThings)
{
    EXPECT_TRUE(pathsMeet("/orders/{id}", "/orders/{order}"));
    EXPECT_TRUE(pathsMeet("/orders/{id}", "/orders"));
    EXPECT_TRUE(pathsMeet("/orders", "/orders/latest"));
    EXPECT_TRUE(pathsMeet("/orders/{id}", "/orders/latest"));
    EXPECT_TRUE(pathsMeet("/orders/*", "/orders/7/lines/1"));
    EXPECT_TRUE(pathsMeet("/orders", "/orders/*"));
    EXPECT_TRUE(pathsMeet("/*", "/users/{id}"));
    EXPECT_FALSE(pathsMeet("/orders/{id}", "/users/{id}"));
    EXPECT_FALSE(pathsMeet("/orders", "/orders/{id}/lines"));
    EXPECT_FALSE(pathsMeet("/orders/*", "/users"));
    EXPECT_FALSE(pathsMeet("/v1/orders", "/v2/orders"));
}

RC_GTEST_PROP(Splits, PathsMeetBothWays, ())
{
    const auto pattern = rc::gen::map(rc::gen::container<std::vector<std::string>>(
                                          rc::gen::element<std::string>("/a", "/b", "/{x}", "/")),
                                      [](const std::vector<std::string> &parts) {
                                          std::string text;
                                          for (const std::string &part : parts)
                                              text += part;
                                          return text.empty() ? std::string("/") : text;
                                      });
    const std::string a = *pattern + *rc::gen::element<std::string>("", "/*");
    const std::string b = *pattern;
    RC_ASSERT(pathsMeet(a, b) == pathsMeet(b, a));
    RC_ASSERT(pathsMeet(a, a));
    if (matchesPath(a, b)) RC_ASSERT(pathsMeet(a, b));
}

TEST(Splits, LargeMapsAreBounded)
{
    std::vector<RequestMapRow> rows;
    for (std::size_t i = 0; i < MostMapRows; ++i)
        rows.push_back(row("i" + std::to_string(i), "/things/{id}", "s" + std::to_string(i),
                           i % 2 == 0 ? Operation::Read : Operation::Update));
    EXPECT_EQ(ReadWritePairs(rows).pairs().size(), ReadWritePairs::MostPairs);
    const ReadWritePairs pairs(rows);
    Effort little{10};
    const auto warnings = ruleWarnings(quiet(), userRule("r", "s1", Platform::New), at(1000), little, pairs);
    EXPECT_TRUE(warnings.empty()) << "no pair is about users";
    Rule time = systemRule("t", {}, Platform::New);
    time.type = RuleType::Time;
    const auto cut = ruleWarnings(quiet(), time, at(1000), little, pairs);
    ASSERT_EQ(cut.size(), 1U);
    EXPECT_EQ(cut[0].code, "NOT_COMPARED");
}
