// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/history.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace crossfade;
using namespace crossfade::test;

namespace {

Revision revision(std::int64_t epoch, std::int64_t second, SnapshotChange change, std::string cause)
{
    return {epoch, at(second), std::move(change), std::move(cause), "op-" + std::to_string(epoch),
            "reason " + std::to_string(epoch)};
}

std::vector<UserHistoryEntry> historyOf(const std::vector<Revision> &revisions, const std::string &user,
                                    const std::string &system, Instant now)
{
    UserHistory history(user, system);
    for (const Revision &one : revisions) {
        if (UserHistory::concerns(one, user, system)) history.add(one);
    }
    return history.finish(now);
}

const Revision Start = revision(0, 0, switchesOf(Master::Off, Platform::Legacy), "START");

} // namespace

TEST(History, namesTheStepThatMovedTheUser)
{
    // user-000001 with salt logins has bucket 557: the step from 5 to 10 % moves it.
    const std::vector<Revision> revisions{
        Start,
        revision(1, 10, covering("p", "*", 0), "SHIFT_START"),
        revision(2, 20, covering("p", "*", 500), "SHIFT_STEP"),
        revision(3, 30, covering("p", "*", 1000), "SHIFT_STEP"),
        revision(4, 40, covering("p", "*", 1500), "SHIFT_STEP"),
        revision(5, 50, covering("p", "*", 0), "ROLLBACK")};
    const std::vector<UserHistoryEntry> entries = historyOf(revisions, "user-000001", "", at(100));
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0], (UserHistoryEntry{at(30), Platform::Legacy, Platform::New, "SHIFT_STEP", "op-3",
                                        "reason 3", 3}));
    EXPECT_EQ(entries[1], (UserHistoryEntry{at(50), Platform::New, Platform::Legacy, "ROLLBACK", "op-5",
                                        "reason 5", 5}));
}

TEST(History, aWindowMovesTheUserByItself)
{
    Rule rule = userRule("r", "ann", Platform::New);
    rule.window = {at(20), at(30)};
    const std::vector<Revision> revisions{Start, revision(1, 10, added(rule), "RULE"),
                                          revision(2, 25, added(userRule("q", "bob", Platform::New)), "RULE")};
    const std::vector<UserHistoryEntry> early = historyOf(revisions, "ann", "", at(15));
    EXPECT_TRUE(early.empty());
    const std::vector<UserHistoryEntry> entries = historyOf(revisions, "ann", "", at(100));
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0], (UserHistoryEntry{at(20), Platform::Legacy, Platform::New, "WINDOW", "ann",
                                        "because r", 1}));
    EXPECT_EQ(entries[1].at, at(30));
    EXPECT_EQ(entries[1].to, Platform::Legacy);
    EXPECT_EQ(entries[1].reason, "because r");
}

TEST(History, switchesAndRulesOfTheSystem)
{
    const Rule rule = systemRule("r", "shop", Platform::New);
    const std::vector<Revision> revisions{
        Start, revision(1, 10, added(rule), "RULE"),
        revision(2, 20, switchesOf(Master::Legacy, Platform::Legacy), "SWITCHES"),
        revision(3, 30, removed(rule), "RULE"),
        revision(4, 40, switchesOf(Master::Off, Platform::Legacy), "SWITCHES")};
    const std::vector<UserHistoryEntry> through = historyOf(revisions, "ann", "shop", at(100));
    ASSERT_EQ(through.size(), 2U);
    EXPECT_EQ(through[0].cause, "RULE");
    EXPECT_EQ(through[1].cause, "SWITCHES");
    EXPECT_EQ(through[1].epoch, 2);
    EXPECT_TRUE(historyOf(revisions, "ann", "bank", at(100)).empty());
}

RC_GTEST_PROP(History, endsWhereTheUserIsAndChainsWithoutGaps, ())
{
    std::vector<Revision> revisions{Start};
    Snapshot whole = Snapshot().changed(Start.change, 0);
    std::int64_t second = 0;
    for (const SnapshotChange &change : *anyChanges()) {
        second += *rc::gen::inRange(0, 3);
        const auto epoch = static_cast<std::int64_t>(revisions.size());
        revisions.push_back(revision(epoch, second, change, "CHANGE"));
        whole = whole.changed(change, epoch);
    }
    const std::string user = *anyUser();
    const std::string system = *anySystem();
    const Instant now = at(second + *rc::gen::inRange(0, 10));
    const std::vector<UserHistoryEntry> entries = historyOf(revisions, user, system, now);
    Platform platform = Platform::Legacy;
    Instant last = at(0);
    for (const UserHistoryEntry &entry : entries) {
        RC_ASSERT(entry.from == platform);
        RC_ASSERT(entry.from != entry.to);
        RC_ASSERT(last <= entry.at && entry.at <= now);
        platform = entry.to;
        last = entry.at;
    }
    RC_ASSERT(platform == decide(whole, userRequest(user, system, now)).platform);
}

TEST(History, keepsTheLastEntriesOnly)
{
    std::vector<Revision> revisions{Start};
    for (int i = 1; i <= 1000; ++i) {
        const Master master = i % 2 == 1 ? Master::New : Master::Off;
        revisions.push_back(revision(i, i, switchesOf(master, Platform::Legacy), "SWITCHES"));
    }
    const std::vector<UserHistoryEntry> entries = historyOf(revisions, "ann", "", at(2000));
    ASSERT_EQ(entries.size(), UserHistory::MostEntries);
    EXPECT_EQ(entries.back().epoch, 1000);
    EXPECT_EQ(entries.front().epoch, 801);
}
