// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Lines 7, 8b, 8c and 8d of the decision table, and the sets they are made of.

#include "models/routing/history.h"
#include "models/routing/listsjson.h"
#include "models/routing/preview.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <functional>
#include <set>

using namespace crossfade;
using namespace crossfade::test;

namespace {

DecisionRequest asking(std::string_view user, std::string_view entity = {}, std::string_view interface = {})
{
    DecisionRequest request = userRequest(user, "shop");
    request.entityId = entity;
    request.interface = interface;
    return request;
}

Snapshot withSwitches(const Snapshot &snapshot, const std::function<void(Switches &)> &change)
{
    Switches switches = snapshot.switches();
    change(switches);
    return snapshot.changed(switches, snapshot.epoch() + 1);
}

std::string reasonFor(const Snapshot &snapshot, const DecisionRequest &request)
{
    return std::string(reasonWord(decide(snapshot, request).reason));
}

std::string lineDetail(const Snapshot &snapshot, const DecisionRequest &request, std::string_view line)
{
    for (const TraceLine &one : traceDecision(snapshot, request)) {
        if (one.line == line) return one.detail;
    }
    return {};
}

// Two lists of entities, one of them enforced, one of users, one of interfaces.
Snapshot withLists()
{
    return quiet().changed(std::vector<SnapshotChange>{
                               grayList("pilots", GrayKind::Entity), listed("pilots", "e1"),
                               grayList("shops", GrayKind::Entity, true), listed("shops", "e2"),
                               grayList("staff", GrayKind::User), listed("staff", "ann"),
                               grayList("screens", GrayKind::Interface), listed("screens", "profile")},
                           2);
}

} // namespace

TEST(GrayListLines, entitiesUsersAndInterfacesOnAListAreOnNew)
{
    const Snapshot snapshot = withLists();
    const Decision ann = decide(snapshot, asking("ann"));
    EXPECT_EQ(lineNumber(ann.line), "8c");
    EXPECT_EQ(ann.reason, Reason::GrayList);
    EXPECT_EQ(ann.platform, Platform::New);
    ASSERT_NE(ann.grayList, nullptr);
    EXPECT_EQ(ann.grayList->name, "staff");
    EXPECT_EQ(decide(snapshot, asking("bob", "e1")).grayList->name, "pilots");
    EXPECT_EQ(decide(snapshot, asking("bob", "", "profile")).grayList->name, "screens");
    // Each id counts as what it is: the name of a user on a list of users only.
    EXPECT_EQ(reasonFor(snapshot, asking("e1")), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonFor(snapshot, asking("bob", "", "ann")), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonFor(snapshot, asking("")), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonFor(snapshot, asking("a nn")), "DEFAULT_ROUTING");
}

TEST(GrayListLines, anEnforcedListKeepsTheOthersOnLegacy)
{
    Snapshot snapshot = withSwitches(withLists(), [](Switches &switches) { switches.defaultPlatform = Platform::New; });
    const Decision kept = decide(snapshot, asking("bob", "e9"));
    EXPECT_EQ(lineNumber(kept.line), "8d");
    EXPECT_EQ(kept.reason, Reason::NotOnGrayList);
    EXPECT_EQ(kept.platform, Platform::Legacy);
    EXPECT_EQ(kept.grayList->name, "shops");
    EXPECT_EQ(reasonFor(snapshot, asking("bob", "e2")), "GRAY_LIST");
    EXPECT_EQ(reasonFor(snapshot, asking("bob", "e1")), "GRAY_LIST"); // on another list
    EXPECT_EQ(reasonFor(snapshot, asking("ann", "e9")), "GRAY_LIST"); // the user is
    EXPECT_EQ(reasonFor(snapshot, asking("bob")), "DEFAULT_ROUTING"); // no entity
    snapshot = snapshot.changed(GrayListChange{"shops", std::nullopt}, 9);
    EXPECT_EQ(reasonFor(snapshot, asking("bob", "e9")), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonFor(snapshot, asking("bob", "e2")), "DEFAULT_ROUTING");
}

TEST(GrayListLines, comeAfterRulesAndHeldBeforePolicies)
{
    Snapshot snapshot = withLists().changed(added(userRule("r", "ann", Platform::Legacy)), 3);
    EXPECT_EQ(reasonFor(snapshot, asking("ann")), "USER_RULE");
    snapshot = withLists().changed(heldUser("ann"), 3).changed(covering("p", "*", 0), 4);
    EXPECT_EQ(reasonFor(snapshot, asking("ann")), "GRAY_LIST");
    snapshot = withSwitches(snapshot, [](Switches &switches) { switches.holdInconsistent = true; });
    EXPECT_EQ(reasonFor(snapshot, asking("ann")), "HELD_INCONSISTENT");
}

TEST(HeldLine, holdsUsersAndEntitiesWhileTheSwitchIsOn)
{
    const Snapshot off =
        quiet().changed(std::vector<SnapshotChange>{heldUser("ann"), heldEntity("e1"), covering("p", "*", 10'000)}, 2);
    EXPECT_EQ(reasonFor(off, asking("ann")), "PERCENTAGE");
    const Snapshot on = withSwitches(off, [](Switches &switches) { switches.holdInconsistent = true; });
    for (const DecisionRequest &request : {asking("ann"), asking("bob", "e1"), asking("", "e1")}) {
        const Decision held = decide(on, request);
        EXPECT_EQ(lineNumber(held.line), "7");
        EXPECT_EQ(held.reason, Reason::HeldInconsistent);
        EXPECT_EQ(held.platform, Platform::Legacy);
    }
    EXPECT_EQ(reasonFor(on, asking("e1")), "PERCENTAGE"); // a user of that name is not that entity
    EXPECT_EQ(reasonFor(on, asking("bob", "ann")), "PERCENTAGE");
    EXPECT_EQ(reasonFor(on.changed(heldUser("ann", false), 9), asking("ann")), "PERCENTAGE");
}

TEST(KeyIndexLine, whatLegacyDoesNotKnowIsNews)
{
    const Snapshot on = withSwitches(quiet(), [](Switches &switches) {
        switches.notInLegacyToNew = switches.insertsToNew = switches.dualWrite = true;
    });
    EXPECT_EQ(reasonFor(on, asking("ann", "e1")), "DEFAULT_ROUTING"); // no index at all
    EXPECT_EQ(reasonFor(on.changed(keysOf({"e2"}, false), 3), asking("ann", "e1")), "DEFAULT_ROUTING");
    const Snapshot complete = on.changed(keysOf({"e2", "e3"}), 3);
    const Decision unknown = decide(complete, asking("ann", "e1"));
    EXPECT_EQ(lineNumber(unknown.line), "8b");
    EXPECT_EQ(unknown.reason, Reason::NotInLegacy);
    EXPECT_EQ(unknown.platform, Platform::New);
    EXPECT_EQ(reasonFor(complete, asking("ann", "e2")), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonFor(complete, asking("ann")), "DEFAULT_ROUTING");
    EXPECT_EQ(reasonFor(complete, asking("ann", "no id")), "DEFAULT_ROUTING");
    const Snapshot off = withSwitches(complete, [](Switches &switches) { switches.notInLegacyToNew = false; });
    EXPECT_EQ(reasonFor(off, asking("ann", "e1")), "DEFAULT_ROUTING");
    // LEGACY never knew it: its writes are not sent there.
    DecisionRequest write = asking("ann", "e1");
    write.operation = Operation::Update;
    EXPECT_EQ(decide(complete, write).mode, Mode::Single);
    write.entityId = "e2";
    EXPECT_EQ(decide(complete, write).mode, Mode::DualWrite);
    // What is on a gray list LEGACY may well know.
    const Snapshot listedToo = complete.changed(std::vector<SnapshotChange>{grayList("g", GrayKind::Entity), listed("g", "e2")}, 4);
    EXPECT_EQ(decide(listedToo, write).mode, Mode::DualWrite);
    EXPECT_EQ(decide(listedToo, write).primary, Platform::New);
}

TEST(KeyIndexLine, theSwitchNeedsInsertsToNewAndAWholeIndex)
{
    const auto switches = [](bool notInLegacy, bool inserts) {
        Switches all;
        all.notInLegacyToNew = notInLegacy;
        all.insertsToNew = inserts;
        return all;
    };
    const Switches off = switches(false, true);
    using enum NotInLegacyObstacle;
    EXPECT_EQ(notInLegacyObstacle(off, switches(true, true), true), None);
    EXPECT_EQ(notInLegacyObstacle(off, switches(true, true), false), NeedsCompleteIndex);
    EXPECT_EQ(notInLegacyObstacle(off, switches(true, false), true), NeedsInsertsToNew);
    EXPECT_EQ(notInLegacyObstacle(off, switches(false, false), false), None);
    // Taking inserts_to_new from under it is refused; anything else may be done while it stands.
    EXPECT_EQ(notInLegacyObstacle(switches(true, true), switches(true, false), true), NeedsInsertsToNew);
    EXPECT_EQ(notInLegacyObstacle(switches(true, true), switches(true, true), false), None);
    EXPECT_EQ(notInLegacyObstacle(switches(true, false), switches(true, false), false), None);
    EXPECT_EQ(notInLegacyObstacle(switches(true, true), switches(false, false), false), None);
}

TEST(ListTrace, saysWhatWasFound)
{
    Snapshot snapshot = withLists().changed(std::vector<SnapshotChange>{heldUser("ann"), heldEntity("e1")}, 3);
    EXPECT_EQ(lineDetail(snapshot, asking("ann"), "8c"), "User ann is on the gray list \"staff\".");
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "e1"), "8c"), "Entity e1 is on the gray list \"pilots\".");
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "", "profile"), "8c"),
              "Interface profile is on the gray list \"screens\".");
    EXPECT_EQ(lineDetail(snapshot, asking("bob"), "8c"), "Neither the entity, the user nor the interface is on a gray list.");
    EXPECT_EQ(lineDetail(quiet(), asking("bob"), "8c"), "There is no gray list.");
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "e9"), "8d"),
              "The gray list \"shops\" is enforced, and entity e9 is on no enforced list.");
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "e2"), "8d"), "Entity e2 is on an enforced gray list.");
    EXPECT_EQ(lineDetail(snapshot, asking("ann"), "7"),
              "User ann has a confirmed difference; on NEW already: holding inconsistent ones on LEGACY moves nobody back.");
    EXPECT_EQ(lineDetail(snapshot.changed(heldUser("cid"), 4), asking("cid"), "7"),
              "User cid has a confirmed difference; that counts once inconsistent ones are held on LEGACY.");
    snapshot = withSwitches(snapshot, [](Switches &switches) { switches.holdInconsistent = true; });
    EXPECT_EQ(lineDetail(snapshot, asking("ann", "e1"), "7"), "User ann and entity e1 have a confirmed difference.");
    EXPECT_EQ(lineDetail(snapshot.changed(sparedUser("ann"), 8), asking("ann"), "7"),
              "User ann has a confirmed difference; on NEW before holding began: nobody is moved back.");
    EXPECT_EQ(lineDetail(snapshot, asking("bob"), "7"), "Neither the user nor the entity has a known difference.");
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "e5"), "8b"), "There is no complete index of LEGACY's keys.");
    snapshot = snapshot.changed(keysOf({"e5"}), 9);
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "e5"), "8b"), "LEGACY's key index (1 keys) has entity e5.");
    EXPECT_EQ(lineDetail(snapshot, asking("bob", "e6"), "8b"),
              "LEGACY's key index (1 keys) lacks entity e6; that counts once what LEGACY does not know goes to NEW.");
}

TEST(ListHistory, namesWhoListedAndWhoHeld)
{
    const auto made = [](std::int64_t epoch, SnapshotChange change, std::string cause) {
        return Revision{epoch, at(epoch * 10), std::move(change), std::move(cause), "op-" + std::to_string(epoch), "why"};
    };
    Switches holding = switchesOf(Master::Off, Platform::Legacy);
    holding.holdInconsistent = true;
    const std::vector<Revision> revisions{made(0, holding, "START"),
                                          made(1, grayList("staff", GrayKind::User), "GRAY_LIST"),
                                          made(2, listed("staff", "bob"), "GRAY_LIST"),
                                          made(3, listed("staff", "ann"), "GRAY_LIST"),
                                          made(4, sparedUser("ann"), "HELD"),
                                          made(5, heldEntity("ann"), "HELD"),
                                          made(6, heldUser("ann", false), "HELD"),
                                          made(7, keysOf({"ann"}), "KEY_INDEX"),
                                          made(8, GrayListChange{"staff", std::nullopt}, "GRAY_LIST")};
    UserHistory history("ann", "");
    for (const Revision &one : revisions) {
        if (UserHistory::concerns(one, "ann", "")) history.add(one);
    }
    std::string told;
    for (const UserHistoryEntry &entry : history.finish(at(1000)))
        told += std::to_string(entry.epoch) + " " + entry.cause + " " + std::string(platformWord(entry.to)) + "\n";
    EXPECT_EQ(told, "3 GRAY_LIST NEW\n8 GRAY_LIST LEGACY\n");
}

TEST(ListPreview, countsWhoIsHeldAndWhoIsListed)
{
    const Snapshot before = quiet().changed(std::vector<SnapshotChange>{heldUser("ann"), heldUser("bob")}, 2);
    Snapshot after = withSwitches(before, [](Switches &switches) { switches.holdInconsistent = true; });
    after = after.changed(covering("p", "*", 10'000), 9);
    PreviewCounter counter({before, after, "", at(1)});
    for (const char *user : {"ann", "bob", "cid", "dot"})
        counter.add(user);
    EXPECT_EQ(counter.held(), 2U);
    EXPECT_EQ(counter.toNew().count, 2U);
    const Snapshot more = before.changed(std::vector<SnapshotChange>{grayList("g", GrayKind::User), listed("g", "cid")}, 3);
    PreviewCounter listing({before, more, "", at(1)});
    EXPECT_EQ(listing.add("cid"), Direction::ToNew);
    EXPECT_EQ(listing.add("dot"), Direction::None);
    EXPECT_EQ(listing.toNew().byReason[static_cast<std::size_t>(Reason::GrayList)], 1U);
}

RC_GTEST_PROP(IdTree, isASetAndOlderCopiesNeverChange, ())
{
    std::vector<IdTree> trees(1);
    std::vector<std::set<std::string>> sets(1);
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
    for (const int step : steps) {
        IdTree tree = trees.back();
        std::set<std::string> ids = sets.back();
        for (int i = 0; i < 3; ++i) {
            const std::string id = "id-" + std::to_string((step + i * 7) % 20);
            if (step < 26)
                RC_ASSERT(tree.insert(id) == ids.insert(id).second);
            else
                RC_ASSERT(tree.erase(id) == (ids.erase(id) > 0));
        }
        trees.push_back(std::move(tree));
        sets.push_back(std::move(ids));
    }
    for (std::size_t n = 0; n < trees.size(); ++n) {
        RC_ASSERT(idsOf(trees[n]) == sets[n]);
        RC_ASSERT(trees[n].size() == sets[n].size());
        for (int i = 0; i < 20; ++i) {
            const std::string id = "id-" + std::to_string(i);
            RC_ASSERT(trees[n].contains(id) == sets[n].contains(id));
        }
    }
}

// One more entry in a long list costs a leaf, not the list.
TEST(IdTree, aChangeOfAManyTimesLargerSetCostsTheSame)
{
    std::vector<SnapshotChange> changes{grayList("g", GrayKind::User)};
    for (int i = 0; i < 200'000; ++i)
        changes.emplace_back(listed("g", "user-" + std::to_string(i)));
    Snapshot snapshot = quiet().changed(changes, 2);
    ASSERT_EQ(snapshot.grayLists().find("g")->ids.size(), 200'000U);
    const auto started = std::chrono::steady_clock::now();
    for (int i = 0; i < 500; ++i)
        snapshot = snapshot.changed(listed("g", "more-" + std::to_string(i)), 3 + i);
    const auto took = std::chrono::steady_clock::now() - started;
    EXPECT_EQ(snapshot.grayLists().find("g")->ids.size(), 200'500U);
    EXPECT_EQ(reasonFor(snapshot, asking("more-499")), "GRAY_LIST");
    EXPECT_EQ(reasonFor(snapshot, asking("user-199999")), "GRAY_LIST");
    // Copying 200 000 ids takes some 10 ms: five hundred times that would be seconds.
    EXPECT_LT(took, std::chrono::seconds(2));
}

TEST(ListsJson, aListComesBackAndMistakesAreNamed)
{
    GrayList list = *grayList("staff", GrayKind::Entity, true).after;
    list.description = "<b>\"试点\"</b>";
    list.changedBy = "ann";
    list.version = 7;
    list.updatedAt = at(5);
    const auto back = grayListFromJson(grayListToJson(list));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(*back, list);
    const auto mistake = [](const Json &json, const GrayList *before) {
        JsonReader in(json);
        readGrayListInput(in, before);
        const auto error = in.finish();
        return error ? error->fields.front().pointer : std::string();
    };
    EXPECT_EQ(mistake({{"name", "a"}, {"kind", "USER"}}, nullptr), "");
    EXPECT_EQ(mistake({{"name", "a b"}, {"kind", "USER"}}, nullptr), "/name");
    EXPECT_EQ(mistake({{"name", "a"}, {"kind", "MOON"}}, nullptr), "/kind");
    EXPECT_EQ(mistake({{"name", "a"}, {"kind", "USER"}, {"enforced", true}}, nullptr), "/enforced");
    EXPECT_EQ(mistake({{"name", "a"}, {"kind", "USER"}, {"size", 1}}, nullptr), "/size");
    EXPECT_EQ(mistake({{"enforced", false}}, &list), "");
    EXPECT_EQ(mistake({{"name", "other"}}, &list), "/name");
    EXPECT_EQ(mistake({{"kind", "USER"}}, &list), "/kind");
}
