// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Users who move at their next sign-in: a session keeps its platform while the share rises.
#include "models/routing/routingjson.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade::test {
namespace {

Percentage hundredths(int value) { return Percentage::fromHundredths(value); }

PolicyChange bySession(SessionShares shares, int now)
{
    PolicyChange change = covering("p", "*", now);
    change.after->sessions = std::move(shares);
    return change;
}

Platform servedAt(const Snapshot &snapshot, const std::string &user, std::optional<Instant> signedInAt)
{
    DecisionRequest request = userRequest(user);
    request.signedInAt = signedInAt;
    return decide(snapshot, request).platform;
}

TEST(SessionShares, ASessionKeepsTheShareItBeganUnder)
{
    SessionShares shares = changedTo(startedAt({}), hundredths(1'000), at(100));
    shares = changedTo(shares, hundredths(2'000), at(200));
    const Percentage now = hundredths(2'000);
    EXPECT_EQ(shareOfSession(shares, now, at(99)), hundredths(0));
    EXPECT_EQ(shareOfSession(shares, now, at(100)), hundredths(1'000));
    EXPECT_EQ(shareOfSession(shares, now, at(199)), hundredths(1'000));
    EXPECT_EQ(shareOfSession(shares, now, at(5'000)), now);
    EXPECT_EQ(shareOfSession(shares, now, std::nullopt), now) << "he signs in with this request";
    EXPECT_EQ(shareOfSession({}, now, at(99)), now) << "users of this policy move at once";
}

TEST(SessionShares, GoingBackIsAtOnce)
{
    SessionShares shares = changedTo(startedAt({}), hundredths(1'000), at(100));
    shares = changedTo(shares, hundredths(2'000), at(200));
    shares = changedTo(shares, hundredths(500), at(300));
    for (const std::int64_t began : {100, 200, 299, 300})
        EXPECT_EQ(shareOfSession(shares, hundredths(500), at(began)), hundredths(500)) << began;
    EXPECT_EQ(shareOfSession(shares, hundredths(500), at(50)), hundredths(0));
    EXPECT_EQ(changedTo(shares, {}, at(400)), startedAt({}));
}

TEST(SessionShares, AreBounded)
{
    SessionShares shares = startedAt({});
    for (int i = 1; i <= 1'000; ++i)
        shares = changedTo(shares, hundredths(10 * i), at(i));
    EXPECT_EQ(shares.size(), MostSessionShares);
    EXPECT_EQ(shareOfSession(shares, hundredths(10'000), at(999)), hundredths(9'990));
    EXPECT_EQ(shareOfSession(shares, hundredths(10'000), at(0)), shares.front().percentage)
        << "whose session outlived them all moves";
    EXPECT_EQ(sessionSharesFromJson(sessionSharesToJson(shares)), shares);
}

// The least share since the session began, however the share rose and fell.
RC_GTEST_PROP(AnySessionShares, AreTheLeastShareSinceTheSessionBegan, ())
{
    std::vector<int> history{*rc::gen::inRange(0, 10'001)}; // of each second
    SessionShares shares = startedAt(hundredths(history.front()));
    for (int second = 1; second < 40; ++second) {
        const int next = *rc::gen::weightedOneOf<int>({{2, rc::gen::just(history.back())}, {1, rc::gen::inRange(0, 10'001)}});
        if (next != history.back()) shares = changedTo(shares, hundredths(next), at(second));
        history.push_back(next);
    }
    for (std::size_t began = 0; began < history.size(); ++began) {
        const int least = *std::min_element(history.begin() + static_cast<std::ptrdiff_t>(began), history.end());
        RC_ASSERT(shareOfSession(shares, hundredths(history.back()), at(static_cast<std::int64_t>(began))) ==
                  hundredths(least));
    }
    RC_ASSERT(sessionSharesFromJson(sessionSharesToJson(shares)) == shares);
}

RC_GTEST_PROP(AnySessionShares, NobodyMovesWithinASessionWhileTheShareRises, ())
{
    const int low = *rc::gen::inRange(0, 10'001);
    const int high = *rc::gen::inRange(low, 10'001);
    const Snapshot before = quiet().changed(bySession(startedAt(hundredths(low)), low), 2);
    const Snapshot after =
        before.changed(bySession(changedTo(startedAt(hundredths(low)), hundredths(high), at(500)), high), 3);
    for (int i = 0; i < 200; ++i) {
        const std::string user = "user-" + std::to_string(*rc::gen::inRange(0, 1'000'000));
        RC_ASSERT(servedAt(after, user, at(499)) == servedAt(before, user, at(499)));
        RC_ASSERT(servedAt(after, user, at(500)) == servedAt(after, user, std::nullopt));
    }
}

TEST(SessionShares, StandInTheRecordOfACover)
{
    PolicyCover cover = *bySession(changedTo(startedAt({}), hundredths(1'000), at(100)), 1'000).after;
    const Result<PolicyCover> read = coverFromJson(coverToJson(cover));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, cover);
    Json older = coverToJson(cover);
    older.erase("sessions");
    ASSERT_TRUE(coverFromJson(older));
    EXPECT_TRUE(coverFromJson(older)->sessions.empty());
    for (const char *wrong : {"{}", "[1]", "[[1]]", "[[1,2,3]]", "[[1,\"2\"]]", "[[1,-1]]", "[[1,10001]]",
                              "[[2,1],[1,2]]", "[[1,2],[2,2]]"}) {
        older["sessions"] = *parseJson(wrong);
        EXPECT_FALSE(coverFromJson(older)) << wrong;
    }
}

TEST(SessionShares, TheTraceNamesThem)
{
    const Snapshot snapshot =
        quiet().changed(bySession(changedTo(startedAt({}), hundredths(10'000), at(100)), 10'000), 2);
    DecisionRequest request = userRequest("ann");
    request.signedInAt = at(50);
    const std::vector<TraceLine> lines = traceDecision(snapshot, request);
    const auto line = std::ranges::find(lines, std::string("10b"), &TraceLine::line);
    ASSERT_NE(line, lines.end());
    EXPECT_NE(line->detail.find("at 100 %, 0 % of the sessions that began when this one did: bucket "), std::string::npos)
        << line->detail;
    EXPECT_TRUE(line->detail.ends_with("so LEGACY.")) << line->detail;
}

} // namespace
} // namespace crossfade::test
