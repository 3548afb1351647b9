// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whose reads and writes a change of the switches or of the request map splits.
#include "models/routing/splits.h"
#include "models/routing/warnings.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

RequestMapRow mapRow(const std::string &interface, const std::string &path, const std::string &system,
                     Operation operation, bool replicate = false) {
    RequestMapRow made;
    made.interface = interface;
    made.method = operation == Operation::Read || operation == Operation::List ? "GET" : "POST";
    made.pathPattern = path;
    made.systemId = system;
    made.operation = operation;
    made.userId = IdSource{IdPlace::Header, "X-User"};
    made.replicate = replicate;
    return made;
}

std::vector<RequestMapRow> shop() {
    return {mapRow("list", "/orders", "shop", Operation::List), mapRow("view", "/orders/{id}", "shop", Operation::Read),
            mapRow("make", "/orders", "shop", Operation::Insert), mapRow("change", "/orders/{id}", "shop", Operation::Update)};
}

Switches legacySwitches() {
    return quiet().switches();
}

std::vector<std::string> warningsBetween(const Snapshot &before, const std::vector<RequestMapRow> &rowsBefore,
                                         const Snapshot &after, const std::vector<RequestMapRow> &rowsAfter,
                                         Effort effort = EffortOfOneRule) {
    const ReadWritePairs pairsBefore(rowsBefore);
    const ReadWritePairs pairsAfter(rowsAfter);
    std::vector<std::string> told;
    for (const RuleWarning &warning : changeWarnings({before, pairsBefore}, {after, pairsAfter}, at(1000), effort))
        told.push_back(warning.code == "SPLITS_READS_WRITES" ? warning.message : warning.code);
    return told;
}

std::vector<std::string> switching(const Snapshot &before, const Switches &wanted,
                                   const std::vector<RequestMapRow> &rows) {
    return warningsBetween(before, rows, before.changed(wanted, before.epoch()), rows);
}

std::string sentence(const std::string &reads, const std::string &writes) {
    return "The change splits the reads and writes of some users: " + reads + ", " + writes + ".";
}

TEST(ChangeSplits, WhatIsMadeOnNewHasToBeFoundThere) {
    Switches wanted = legacySwitches();
    wanted.insertsToNew = true;
    const std::string ofLists = sentence("list (GET /orders) goes to LEGACY", "make (POST /orders) to NEW");
    const std::string ofOne = sentence("view (GET /orders/{id}) goes to LEGACY", "make (POST /orders) to NEW");
    EXPECT_EQ(switching(quiet(), wanted, shop()), (std::vector{ofLists, ofOne}));
    wanted.aggregation = true;
    EXPECT_EQ(switching(quiet(), wanted, shop()), (std::vector{ofOne}));
    wanted.idThreshold = 1'000;
    EXPECT_EQ(switching(quiet(), wanted, shop()), std::vector<std::string>());
    wanted.idThreshold.reset();
    wanted.notInLegacyToNew = true;
    EXPECT_EQ(switching(quiet(), wanted, shop()), std::vector<std::string>());
    // Taken away again while inserts go on.
    Switches less = wanted;
    less.notInLegacyToNew = false;
    EXPECT_EQ(switching(quiet().changed(wanted, 2), less, shop()), (std::vector{ofOne}));
    EXPECT_EQ(switching(quiet(), wanted, {}), std::vector<std::string>()) << "nothing is known of requests";
}

TEST(ChangeSplits, TheEndOfDualWriteLeavesWritesBehind) {
    const std::vector rows{mapRow("view", "/orders/{id}", "viewing", Operation::Read, true),
                           mapRow("change", "/orders/{id}", "changing", Operation::Update, true)};
    Switches both = legacySwitches();
    both.dualWrite = true;
    const Snapshot before =
        quiet().changed(added(systemRule("r", "viewing", Platform::New)), 2).changed(both, 3);
    EXPECT_EQ(switching(before, legacySwitches(), rows),
              (std::vector{sentence("view (GET /orders/{id}) goes to NEW", "change (POST /orders/{id}) to LEGACY")}));
    EXPECT_EQ(switching(before, both, rows), std::vector<std::string>());
    // What was so before is not this change's.
    Switches other = legacySwitches();
    other.readCompare = Percentage::fromHundredths(100);
    EXPECT_EQ(switching(before.changed(legacySwitches(), 4), other, rows), std::vector<std::string>());
}

TEST(ChangeSplits, AShareSplitsNobodyWhoseHalvesItDecidesBoth) {
    PolicyCover cover;
    cover.id = "p";
    cover.name = "p";
    cover.targetSystem = "*";
    cover.targetPlatform = Platform::New;
    cover.percentage = Percentage::fromHundredths(5'000);
    cover.salt = "s";
    Switches legacy = legacySwitches();
    legacy.master = Master::Legacy;
    const std::vector rows{mapRow("view", "/orders/{id}", "viewing", Operation::Read),
                           mapRow("change", "/orders/{id}", "changing", Operation::Update)};
    const Snapshot all = quiet().changed(PolicyChange{"p", cover}, 2).changed(legacy, 3);
    EXPECT_EQ(switching(all, legacySwitches(), rows), std::vector<std::string>());
    cover.targetSystem = "viewing";
    const Snapshot one = quiet().changed(PolicyChange{"p", cover}, 2).changed(legacy, 3);
    EXPECT_EQ(switching(one, legacySwitches(), rows).size(), 1U);
}

TEST(ChangeSplits, ARowMayBringTheOtherHalf) {
    const Snapshot snapshot = quiet().changed(added(systemRule("r", "viewing", Platform::New)), 2);
    std::vector rows{mapRow("view", "/orders/{id}", "viewing", Operation::Read)};
    const std::vector before = rows;
    rows.push_back(mapRow("change", "/orders/{id}", "changing", Operation::Update));
    EXPECT_EQ(warningsBetween(snapshot, before, snapshot, rows),
              (std::vector{sentence("view (GET /orders/{id}) goes to NEW", "change (POST /orders/{id}) to LEGACY")}));
    EXPECT_EQ(warningsBetween(snapshot, rows, snapshot, rows), std::vector<std::string>());
    EXPECT_EQ(warningsBetween(snapshot, rows, snapshot, before), std::vector<std::string>());
}

TEST(ChangeSplits, LargeMapsAreBounded) {
    std::vector<RequestMapRow> rows;
    for (std::size_t i = 0; i < MostMapRows; ++i)
        rows.push_back(mapRow("i" + std::to_string(i), "/things/{id}", "shop",
                              i % 2 == 0 ? Operation::Read : Operation::Insert));
    EXPECT_EQ(ReadWritePairs(rows).alike().size(), ReadWritePairs::MostPairs);
    Switches wanted = legacySwitches();
    wanted.insertsToNew = true;
    EXPECT_EQ(switching(quiet(), wanted, rows).size(), 20U);
    EXPECT_EQ(warningsBetween(quiet(), rows, quiet().changed(wanted, 2), rows, Effort{10}),
              std::vector<std::string>{"NOT_COMPARED"});
}

// Where one platform decides all, nobody is split, whatever the map.
RC_GTEST_PROP(ChangeSplits, OnePlatformSplitsNobody, ()) {
    std::vector<RequestMapRow> rows;
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i)
        rows.push_back(mapRow("i" + std::to_string(i), *rc::gen::element<std::string>("/a", "/a/{x}", "/*"),
                              *rc::gen::element<std::string>("s", "t"),
                              *rc::gen::element(Operation::Read, Operation::List, Operation::Insert, Operation::Update)));
    Switches wanted = legacySwitches();
    wanted.insertsToNew = true;
    wanted.master = *rc::gen::element(Master::New, Master::Legacy);
    RC_ASSERT(switching(quiet(), wanted, rows).empty());
}

} // namespace
} // namespace crossfade::test
