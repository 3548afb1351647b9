// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/routing/make.h"

#include "models/core/ids.h"
#include "models/routing/history.h"
#include "models/routing/preview.h"
#include "models/routing/routingjson.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

GroupCover coverOf(const std::vector<std::string> &users, std::size_t batchSize, std::vector<bool> moved) {
    IdSetBuilder builder(1'000);
    for (const std::string &user : users)
        builder.add(user);
    GroupCover cover;
    cover.id = "g1";
    cover.name = "stores";
    cover.batchSize = batchSize;
    cover.membersId = "m1";
    cover.members = std::make_shared<const IdSet>(builder.build().value());
    cover.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
    return cover;
}

GroupChange put(GroupCover cover) {
    GroupChange change;
    change.id = cover.id;
    change.after = std::move(cover);
    return change;
}

rc::Gen<GroupChange> anyGroup() {
    return rc::gen::exec([] {
        const auto users = *rc::gen::container<std::vector<std::string>>(anyUser());
        const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 4));
        GroupCover cover = coverOf(users, size, {});
        std::vector<bool> moved;
        for (std::size_t i = 0; i < (cover.members->size() + size - 1) / size; ++i)
            moved.push_back(*rc::gen::arbitrary<bool>());
        cover.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
        if (*rc::gen::inRange(0, 5) == 0) return GroupChange{"g1", std::nullopt};
        return put(std::move(cover));
    });
}

} // namespace

TEST(GroupLine, decidesByTheBatch) {
    const Snapshot snapshot =
        quiet().changed(put(coverOf({"eve", "ann", "bob", "cid", "dan"}, 2, {true, false, true})), 7);
    // ann bob | cid dan | eve
    const std::pair<const char *, Platform> expected[] = {
        {"ann", Platform::New}, {"bob", Platform::New}, {"cid", Platform::Legacy},
        {"dan", Platform::Legacy}, {"eve", Platform::New}};
    for (const auto &[user, platform] : expected) {
        const Decision decision = decide(snapshot, userRequest(user));
        EXPECT_EQ(decision.platform, platform) << user;
        EXPECT_EQ(decision.reason, Reason::UserGroup);
        EXPECT_EQ(lineNumber(decision.line), "9");
        ASSERT_NE(decision.group, nullptr);
        EXPECT_EQ(decision.group->id, "g1");
    }
    EXPECT_EQ(decide(snapshot, userRequest("cid")).groupBatch, 1);
    const Json json = decisionToJson(decide(snapshot, userRequest("eve")));
    EXPECT_EQ(json.at("group_id"), "g1");
    EXPECT_EQ(json.at("group_batch"), 2);
    EXPECT_EQ(decide(snapshot, userRequest("fay")).reason, Reason::DefaultRouting);
    EXPECT_EQ(decide(snapshot, userRequest("")).reason, Reason::DefaultRouting);
    EXPECT_TRUE(decisionToJson(decide(snapshot, userRequest("fay"))).at("group_id").is_null());
}

TEST(GroupLine, standsBetweenTheRulesAndThePolicies) {
    Snapshot snapshot = quiet().changed(covering("p1", "*", 0), 2);
    EXPECT_EQ(decide(snapshot, userRequest("ann")).reason, Reason::Percentage);
    snapshot = snapshot.changed(put(coverOf({"ann"}, 1, {true})), 3);
    EXPECT_EQ(decide(snapshot, userRequest("ann")).reason, Reason::UserGroup);
    EXPECT_EQ(decide(snapshot, userRequest("bob")).reason, Reason::Percentage);
    EXPECT_EQ(decide(snapshot.changed(added(userRule("r1", "ann", Platform::Legacy)), 4), userRequest("ann")).reason,
              Reason::UserRule);
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    switches.idThreshold = 10;
    DecisionRequest request = userRequest("ann");
    request.entityId = "12";
    EXPECT_EQ(decide(snapshot.changed(switches, 4), request).reason, Reason::IdThreshold);
    EXPECT_EQ(decide(snapshot.changed(GroupChange{"g1", std::nullopt}, 4), userRequest("ann")).reason,
              Reason::Percentage);
}

TEST(GroupLine, theTraceNamesGroupAndBatch) {
    const Snapshot snapshot = quiet().changed(put(coverOf({"ann", "bob"}, 1, {true, false})), 3);
    for (const auto &line : traceDecision(snapshot, userRequest("bob"))) {
        if (line.line != "9") continue;
        EXPECT_TRUE(line.decides);
        EXPECT_EQ(line.detail, "User bob is in batch 2 of group \"stores\", which is still on LEGACY.");
    }
}

TEST(GroupLine, theHistoryOfAUserNamesTheBatchesMove) {
    const auto revision = [](std::int64_t epoch, SnapshotChange change, std::string cause) {
        return Revision{epoch, at(epoch * 100), std::move(change), std::move(cause), "runner", "why"};
    };
    const std::vector<Revision> revisions{
        revision(1, switchesOf(Master::Off, Platform::Legacy), "START"),
        revision(2, put(coverOf({"ann", "bob"}, 1, {false, false})), "GROUP_STARTED"),
        revision(3, put(coverOf({"ann", "bob"}, 1, {true, false})), "GROUP_BATCH_MOVED"),
        revision(4, put(coverOf({"ann", "bob"}, 1, {false, false})), "GROUP_ROLLED_BACK")};
    const auto historyOf = [&](const char *user) {
        UserHistory history(user, "");
        for (const Revision &one : revisions) {
            if (UserHistory::concerns(one, user, "")) history.add(one);
        }
        return history.finish(at(9'000));
    };
    const auto ann = historyOf("ann");
    ASSERT_EQ(ann.size(), 2U);
    EXPECT_EQ(ann[0].cause, "GROUP_BATCH_MOVED");
    EXPECT_EQ(ann[0].to, Platform::New);
    EXPECT_EQ(ann[1].cause, "GROUP_ROLLED_BACK");
    EXPECT_TRUE(historyOf("bob").empty());
    EXPECT_TRUE(historyOf("cid").empty());
    EXPECT_FALSE(UserHistory::concerns(revisions[2], "cid", ""));
}

RC_GTEST_PROP(GroupLineProperties, previewsCountWhatDecisionsSay, ()) {
    Snapshot before;
    for (const SnapshotChange &change : *anyChanges())
        before = before.changed(change, 1);
    before = before.changed(*anyGroup(), 2);
    Snapshot after = before.changed(*anyGroup(), 3);
    if (*rc::gen::arbitrary<bool>()) after = after.changed(*anySwitches(), 4);
    const std::string system = *anySystem();
    const BeforeAfter pair{before, after, system, *anyInstant()};
    PreviewCounter counter(pair);
    for (const std::string &user : *rc::gen::container<std::vector<std::string>>(anyUser()))
        RC_ASSERT(counter.add(user) == moveOf(pair, user).direction);
}

RC_GTEST_PROP(GroupCoverProperties, storedFormComesBack, ()) {
    const GroupChange change = *anyGroup();
    RC_PRE(change.after.has_value());
    auto back = groupCoverFromJson(groupCoverToJson(*change.after));
    RC_ASSERT(back.has_value());
    back->members = change.after->members;
    RC_ASSERT(*back == *change.after);
    const auto bits = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
    RC_ASSERT(movedFromText(movedText(bits)) == std::optional(bits));
}

RC_GTEST_PROP(GroupCoverProperties, firstCommonIsTheFirst, ()) {
    const auto left = *rc::gen::container<std::vector<std::string>>(anyUser());
    const auto right = *rc::gen::container<std::vector<std::string>>(anyUser());
    std::optional<std::string> expected;
    for (const std::string &one : left) {
        const bool both = isValidId(one) && std::ranges::find(right, one) != right.end();
        if (both && (!expected || one < *expected)) expected = one;
    }
    RC_ASSERT(firstCommon(*coverOf(left, 1, {}).members, *coverOf(right, 1, {}).members) == expected);
}

TEST(GroupCoverText, refusesWhatItDidNotWrite) {
    for (const char *text : {"+", "3", "3x", "0+", "-3+", "20000001+"})
        EXPECT_FALSE(movedFromText(text).has_value()) << text;
    EXPECT_EQ(movedText(std::vector<bool>(100'000)), "100000-");
}

TEST(GroupLine, millionsOfMembersAreLookedUpWithoutMemory) {
    constexpr std::size_t Users = 2'000'000;
    IdSetBuilder builder(Users);
    for (std::size_t i = 0; i < Users; ++i)
        builder.add("user-" + std::to_string(10'000'000 + i));
    GroupCover cover = coverOf({}, 100, std::vector<bool>(Users / 100, true));
    cover.members = std::make_shared<const IdSet>(builder.build().value());
    // Text and one number each: ten million of these names are 180 MB.
    EXPECT_LT(cover.members->memoryBytes(), Users * 18);
    const Snapshot snapshot = quiet().changed(put(cover), 2);
    const DecisionRequest first = userRequest("user-10000000");
    const DecisionRequest last = userRequest("user-11999999");
    const DecisionRequest none = userRequest("user-9999999");
    const long before = allocations;
    const Decision ofFirst = decide(snapshot, first);
    const Decision ofLast = decide(snapshot, last);
    const Decision ofNone = decide(snapshot, none);
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(ofFirst.groupBatch, 0);
    EXPECT_EQ(ofLast.groupBatch, 19'999);
    EXPECT_EQ(ofNone.reason, Reason::DefaultRouting);
}

TEST(GroupLine, aChangeSharesTheMembers) {
    const Snapshot before = quiet().changed(put(coverOf({"ann", "bob"}, 1, {false, false})), 2);
    GroupCover moved = *before.group("g1");
    moved.moved = std::make_shared<const std::vector<bool>>(std::vector<bool>{true, false});
    const Snapshot after = before.changed(put(moved), 3);
    EXPECT_EQ(after.group("g1")->members, before.group("g1")->members);
    EXPECT_EQ(decide(before, userRequest("ann")).platform, Platform::Legacy);
    EXPECT_EQ(decide(after, userRequest("ann")).platform, Platform::New);
    EXPECT_TRUE(before.sharesUserRulesWith(after));
    EXPECT_FALSE(before.sharesGroupsWith(after));
}

TEST(GroupCoverTest, oneBatchThatMovedIsTold) {
    const GroupCover before = coverOf({"ann", "bob", "cy"}, 1, {true, false, false});
    const auto with = [&](std::vector<bool> moved) {
        GroupCover after = before;
        after.members = nullptr; // they are not compared: nobody reads them for it
        after.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
        return after;
    };
    EXPECT_EQ(onlyBatchMoved(before, with({true, true, false})), 1U);
    EXPECT_EQ(onlyBatchMoved(before, with({false, false, false})), 0U);
    EXPECT_EQ(onlyBatchMoved(before, with({true, true, true})), std::nullopt) << "two";
    EXPECT_EQ(onlyBatchMoved(before, with({true, false, false})), std::nullopt) << "none";
    EXPECT_EQ(onlyBatchMoved(before, with({true, true})), std::nullopt) << "another number of them";
    EXPECT_EQ(onlyBatchMoved(before, with({})), std::nullopt);
    GroupCover other = with({true, true, false});
    other.name = "shops";
    EXPECT_EQ(onlyBatchMoved(before, other), std::nullopt) << "and the name";
    other = with({true, true, false});
    other.membersId = "m2";
    EXPECT_EQ(onlyBatchMoved(before, other), std::nullopt) << "of other members";
    other.moved = nullptr;
    EXPECT_EQ(onlyBatchMoved(before, other), std::nullopt);
}

} // namespace crossfade::test
