// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Since when, and by whose change, the line that decides now has decided: every line of the table.

#include "models/routing/history.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace crossfade;
using namespace crossfade::test;

namespace {

Revision revisionOf(std::int64_t epoch, SnapshotChange change)
{
    const std::string number = std::to_string(epoch);
    return {epoch, at(epoch * 10), std::move(change), "CAUSE" + number, "op-" + number, "why " + number};
}

// "line epoch cause actor" of what decides at `now` after these changes, the first of which made the service.
std::string decidingAfter(const std::vector<SnapshotChange> &changes, const HistorySubject &subject, std::int64_t now = 1000)
{
    UserHistory history(subject);
    Snapshot all;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Revision revision = revisionOf(static_cast<std::int64_t>(i), changes[i]);
        all = all.changed(revision.change, revision.epoch);
        if (UserHistory::concerns(revision, subject)) history.add(revision);
    }
    history.finish(at(now));
    DecisionRequest request = userRequest(subject.userId, subject.systemId, at(now));
    request.entityId = subject.entityId;
    request.interface = subject.interface;
    const auto &deciding = history.deciding();
    if (!deciding) return "none";
    return std::string(lineNumber(decide(all, request).line)) + " " + std::to_string(deciding->epoch) + " " +
           deciding->cause + " " + deciding->actor;
}

Switches changedSwitches(void (*change)(Switches &))
{
    Switches switches = switchesOf(Master::Off, Platform::Legacy);
    change(switches);
    return switches;
}

const Switches FirstSwitches = switchesOf(Master::Off, Platform::Legacy);
const HistorySubject Ann{"ann", "shop", "17", "profile"};

GroupChange groupWith(const std::string &user, bool moved)
{
    GroupCover cover;
    cover.id = "g";
    cover.name = "wave";
    cover.batchSize = 10;
    IdSetBuilder members(10);
    members.add(user);
    cover.members = std::make_shared<const IdSet>(*members.build());
    cover.moved = std::make_shared<const std::vector<bool>>(1, moved);
    return {"g", std::move(cover)};
}

} // namespace

TEST(Deciding, namesTheChangeBehindEveryLine)
{
    const Rule user = userRule("r", "ann", Platform::New);
    const Rule system = systemRule("s", "shop", Platform::New);
    const Rule always = timeRule("t", {}, Platform::New);
    const auto after = [](std::vector<SnapshotChange> changes) {
        changes.insert(changes.begin(), FirstSwitches);
        changes.emplace_back(added(userRule("other", "bob", Platform::New))); // nothing to do with ann
        return decidingAfter(changes, Ann);
    };
    EXPECT_EQ(after({switchesOf(Master::Legacy, Platform::Legacy)}), "1 1 CAUSE1 op-1");
    EXPECT_EQ(after({switchesOf(Master::New, Platform::Legacy)}), "2 1 CAUSE1 op-1");
    EXPECT_EQ(after({added(user)}), "3 1 CAUSE1 op-1");
    EXPECT_EQ(after({added(system)}), "4 1 CAUSE1 op-1");
    EXPECT_EQ(after({added(always)}), "5 1 CAUSE1 op-1");
    const Switches holds = changedSwitches([](Switches &switches) { switches.holdInconsistent = true; });
    EXPECT_EQ(after({heldUser("ann"), holds}), "7 2 CAUSE2 op-2");
    EXPECT_EQ(after({holds, heldEntity("17")}), "7 2 CAUSE2 op-2");
    EXPECT_EQ(after({changedSwitches([](Switches &switches) { switches.idThreshold = 10; })}), "8a 1 CAUSE1 op-1");
    const Switches unknown =
        changedSwitches([](Switches &switches) { switches.notInLegacyToNew = switches.insertsToNew = true; });
    EXPECT_EQ(after({unknown, keysOf({"18"})}), "8b 2 CAUSE2 op-2");
    EXPECT_EQ(after({grayList("e", GrayKind::Entity), listed("e", "17")}), "8c 2 CAUSE2 op-2");
    EXPECT_EQ(after({grayList("u", GrayKind::User), listed("u", "ann")}), "8c 2 CAUSE2 op-2");
    EXPECT_EQ(after({grayList("i", GrayKind::Interface), listed("i", "profile")}), "8c 2 CAUSE2 op-2");
    EXPECT_EQ(after({grayList("e", GrayKind::Entity, true)}), "8d 1 CAUSE1 op-1");
    EXPECT_EQ(after({groupWith("ann", false), groupWith("ann", true)}), "9 2 CAUSE2 op-2");
    EXPECT_EQ(after({covering("p", "*", 0), covering("p", "*", 10'000)}), "10b 2 CAUSE2 op-2");
    EXPECT_EQ(after({added(user), removed(user)}), "11 2 CAUSE2 op-2");
    EXPECT_EQ(after({}), "11 0 CAUSE0 op-0");
}

TEST(Deciding, changesWithoutAMove)
{
    // On NEW by a gray list, then by a rule, then by the list again: moved once, decided by three.
    const Rule rule = userRule("r", "ann", Platform::New);
    const std::vector<SnapshotChange> changes{FirstSwitches, grayList("u", GrayKind::User), listed("u", "ann"), added(rule)};
    EXPECT_EQ(decidingAfter(changes, Ann), "3 3 CAUSE3 op-3");
    std::vector<SnapshotChange> more = changes;
    more.emplace_back(removed(rule));
    EXPECT_EQ(decidingAfter(more, Ann), "8c 4 CAUSE4 op-4");
    // A change of the rule that decides, for the same platform, is none of the line.
    Rule renamed = rule;
    renamed.name = "another name";
    more = changes;
    more.emplace_back(replaced(rule, renamed));
    EXPECT_EQ(decidingAfter(more, Ann), "3 3 CAUSE3 op-3");
    // A policy that moves others leaves it.
    EXPECT_EQ(decidingAfter({FirstSwitches, covering("p", "*", 10'000), covering("p", "*", 9'999)}, Ann).substr(0, 5), "10b 1");
}

TEST(Deciding, aWindowThatBeginsOrEndsIsTheRulesDoing)
{
    Rule rule = userRule("r", "ann", Platform::Legacy); // as the default says: nobody moves
    rule.window = {at(100), at(200)};
    const std::vector<SnapshotChange> changes{FirstSwitches, added(rule)};
    EXPECT_EQ(decidingAfter(changes, Ann, 50), "11 0 CAUSE0 op-0");
    EXPECT_EQ(decidingAfter(changes, Ann, 150), "3 1 WINDOW ann");
    EXPECT_EQ(decidingAfter(changes, Ann, 250), "11 1 WINDOW ann");
    UserHistory history(Ann);
    history.add(revisionOf(0, FirstSwitches));
    history.add(revisionOf(1, added(rule)));
    EXPECT_TRUE(history.finish(at(150)).empty());
    ASSERT_TRUE(history.deciding().has_value());
    EXPECT_EQ(history.deciding()->at, at(100));
}

TEST(Deciding, whatIsNotAskedForConcernsNobody)
{
    const HistorySubject plain{"ann", "", "", ""};
    EXPECT_FALSE(UserHistory::concerns(revisionOf(1, heldEntity("17")), plain));
    EXPECT_FALSE(UserHistory::concerns(revisionOf(1, listed("e", "17")), plain));
    EXPECT_FALSE(UserHistory::concerns(revisionOf(1, keysOf({"1"})), plain));
    EXPECT_TRUE(UserHistory::concerns(revisionOf(1, heldEntity("17")), Ann));
    EXPECT_TRUE(UserHistory::concerns(revisionOf(1, keysOf({"1"})), Ann));
    EXPECT_TRUE(UserHistory::concerns(revisionOf(1, listed("i", "profile")), Ann));
}
