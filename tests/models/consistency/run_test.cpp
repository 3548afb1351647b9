// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a run: merge, verdict, recheck, repair.
#include "models/consistency/merge.h"
#include "models/consistency/recheck.h"
#include "models/consistency/repairaction.h"
#include "models/consistency/verdict.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace crossfade {
namespace {

class Rows : public RowStream {
public:
    explicit Rows(std::vector<std::string> keys)
        : m_keys(std::move(keys))
    {
    }
    Result<bool> next(KeyedRow &row) override
    {
        if (m_next == m_keys.size()) return false;
        row.key = m_keys[m_next++];
        return true;
    }

private:
    std::vector<std::string> m_keys;
    std::size_t m_next = 0;
};

class Broken : public RowStream {
public:
    Result<bool> next(KeyedRow &) override { return fail(ErrorKind::Unavailable, "gone"); }
};

Result<std::string> merged(KeyKind kind, RowStream &legacy, RowStream &fresh)
{
    Merge merge(kind, legacy, fresh);
    std::string result;
    for (;;) {
        const auto pair = merge.next();
        if (!pair) return fail(pair.error());
        if (!*pair) return result;
        result += (*pair)->key() + ((*pair)->legacy ? "L" : "") + ((*pair)->fresh ? "N" : "") + " ";
    }
}

Result<std::string> merged(KeyKind kind, std::vector<std::string> legacy,
                           std::vector<std::string> fresh)
{
    Rows a(std::move(legacy));
    Rows b(std::move(fresh));
    return merged(kind, a, b);
}

TEST(Merge, PairsKeysOfBothSides)
{
    EXPECT_EQ(merged(KeyKind::Text, {"a", "b", "d"}, {"b", "c", "d", "e"}), "aL bLN cN dLN eN ");
    EXPECT_EQ(merged(KeyKind::Text, {}, {}), "");
    EXPECT_EQ(merged(KeyKind::Text, {"a"}, {}), "aL ");
    EXPECT_EQ(merged(KeyKind::Text, {}, {"a"}), "aN ");
    EXPECT_EQ(merged(KeyKind::Integer, {"-10", "-9", "2", "10"}, {"-9", "10", "1000000000010"}),
              "-10L -9LN 2L 10LN 1000000000010N ");
    // Bytes, not a language's order: Z before a, and é after both.
    EXPECT_EQ(merged(KeyKind::Text, {"Z", "a", "\u00e9"}, {"Z", "a", "\u00e9"}),
              "ZLN aLN \u00e9LN ");
}

TEST(Merge, RefusesKeysThatDoNotRise)
{
    EXPECT_FALSE(merged(KeyKind::Text, {"a", "a"}, {}));
    EXPECT_FALSE(merged(KeyKind::Text, {}, {"b", "a"}));
    EXPECT_FALSE(merged(KeyKind::Integer, {"10", "9"}, {}));
    EXPECT_FALSE(merged(KeyKind::Integer, {"1", "x"}, {}));
    const auto problem = merged(KeyKind::Integer, {}, {"7", "7"});
    EXPECT_EQ(problem.error().message, "the keys of NEW do not rise: 7 after 7");
}

TEST(Merge, PassesOnABrokenSide)
{
    Rows rows({"a"});
    Broken broken;
    const auto problem = merged(KeyKind::Text, rows, broken);
    ASSERT_FALSE(problem);
    EXPECT_EQ(problem.error().kind, ErrorKind::Unavailable);
}

RC_GTEST_PROP(Merge, EqualsTheUnionOfSets,
              (std::set<std::int32_t> legacy, std::set<std::int32_t> fresh))
{
    std::vector<std::string> a, b;
    for (const auto key : legacy)
        a.push_back(std::to_string(key));
    for (const auto key : fresh)
        b.push_back(std::to_string(key));
    std::map<std::int32_t, std::string> expected;
    for (const auto key : legacy)
        expected[key] += "L";
    for (const auto key : fresh)
        expected[key] += "N";
    std::string text;
    for (const auto &[key, sides] : expected)
        text += std::to_string(key) + sides + " ";
    RC_ASSERT(merged(KeyKind::Integer, a, b) == text);
}

TEST(Verdict, RoundsDownAndKnowsThePartial)
{
    const auto percent = [](std::int64_t matched, std::int64_t different) {
        return consistency({matched, 0, 0, different})->hundredths();
    };
    EXPECT_EQ(percent(3, 0), 10'000);
    EXPECT_EQ(percent(9'999'999, 1), 9'999);
    EXPECT_EQ(percent(2, 1), 6'666);
    EXPECT_EQ(percent(0, 5), 0);
    EXPECT_FALSE(consistency({}));
    EXPECT_EQ(consistency({INT64_MAX / 2, 0, 0, 1})->hundredths(), 9'999);

    const Percentage limit = Percentage::fromHundredths(9'950);
    EXPECT_EQ(verdict({995, 5, 0, 0}, limit, true), CheckStatus::Success);
    EXPECT_EQ(countsOfField({90, 3, 2, 5}, 4), (CheckCounts{91, 3, 2, 4}));
    EXPECT_EQ(countsOfField({90, 3, 2, 5}, 0).total(), 100);
    EXPECT_EQ(verdict({9949, 17, 17, 17}, limit, true), CheckStatus::Failed);
    EXPECT_EQ(verdict({1000, 0, 0, 0}, limit, false), CheckStatus::Partial);
    EXPECT_EQ(verdict({}, limit, true), CheckStatus::Success);
    EXPECT_EQ(verdict({}, limit, false), CheckStatus::Partial);
    EXPECT_EQ(verdict({9999, 1, 0, 0}, Percentage::fromHundredths(10'000), true),
              CheckStatus::Failed);
}

RC_GTEST_PROP(Verdict, WholeOnlyWithoutDifference, ())
{
    const std::int64_t matched = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
    const std::int64_t missing = *rc::gen::inRange<std::int64_t>(0, 5);
    const auto rate = consistency({matched, missing, 0, 0});
    if (matched + missing == 0) return;
    RC_ASSERT((rate->hundredths() == 10'000) == (missing == 0));
    RC_ASSERT(rate->hundredths() == matched * 10'000 / (matched + missing));
}

Observation seen(std::string legacy, std::string fresh, std::string marks = {})
{
    const bool equal = legacy == fresh;
    return {std::move(legacy), std::move(fresh), std::move(marks), equal};
}

TEST(Recheck, ConfirmsWhatStandsStill)
{
    Candidate row = firstLook(seen("a", "b"), Platform::Legacy);
    EXPECT_EQ(lookAgain(row, seen("a", "b"), Platform::Legacy), Finding::InFlight);
    EXPECT_EQ(lookAgain(row, seen("a", "b"), Platform::Legacy), Finding::Confirmed);
}

TEST(Recheck, MatchesWhatWasInMotion)
{
    Candidate equal = firstLook(seen("a", "b"), Platform::Legacy);
    EXPECT_EQ(lookAgain(equal, seen("b", "b"), Platform::Legacy), Finding::Matched);
    // NEW runs behind: it holds what LEGACY held a look ago.
    Candidate behind = firstLook(seen("v2", "v1"), Platform::Legacy);
    EXPECT_EQ(lookAgain(behind, seen("v3", "v2"), Platform::Legacy), Finding::Matched);
    Candidate later = firstLook(seen("v2", "v0"), Platform::Legacy);
    EXPECT_EQ(lookAgain(later, seen("v3", "v0"), Platform::Legacy), Finding::InFlight);
    EXPECT_EQ(lookAgain(later, seen("v4", "v3"), Platform::Legacy), Finding::Matched);
    // With NEW as the source, LEGACY is what runs behind.
    Candidate turned = firstLook(seen("v1", "v2"), Platform::New);
    EXPECT_EQ(lookAgain(turned, seen("v2", "v3"), Platform::New), Finding::Matched);
    Candidate wrongWay = firstLook(seen("v2", "v1"), Platform::New);
    EXPECT_EQ(lookAgain(wrongWay, seen("v3", "v2"), Platform::New), Finding::InFlight);
}

TEST(Recheck, CallsHotWhatNeverStandsStill)
{
    Candidate row = firstLook(seen("a0", "b0"), Platform::Legacy);
    for (int i = 1; i < MostLooks; ++i)
        EXPECT_EQ(lookAgain(row, seen("a" + std::to_string(i), "b"), Platform::Legacy),
                  Finding::InFlight);
    EXPECT_EQ(lookAgain(row, seen("a9", "b"), Platform::Legacy), Finding::Hot);
}

TEST(Recheck, ARewriteWithEqualValuesIsMotion)
{
    Candidate row = firstLook(seen("a", "b", "1"), Platform::Legacy);
    EXPECT_EQ(lookAgain(row, seen("a", "b", "2"), Platform::Legacy), Finding::InFlight);
    EXPECT_EQ(lookAgain(row, seen("a", "b", "2"), Platform::Legacy), Finding::InFlight);
    EXPECT_EQ(lookAgain(row, seen("a", "b", "2"), Platform::Legacy), Finding::Confirmed);
}

TEST(Recheck, AVanishedRowIsNoOldValue)
{
    Candidate row = firstLook(seen("a", ""), Platform::Legacy);
    EXPECT_EQ(lookAgain(row, seen("a", ""), Platform::Legacy), Finding::InFlight);
    EXPECT_EQ(lookAgain(row, seen("a", ""), Platform::Legacy), Finding::Confirmed);
    EXPECT_EQ(graceBefore(0), Milliseconds(500));
    EXPECT_EQ(graceBefore(1), Milliseconds(2'000));
}

TEST(Repair, PlansFollowTheAuthoritativeSide)
{
    using T = DifferenceType;
    const auto plan = [](T type, Platform authoritative) {
        return planRepair(type, authoritative);
    };
    EXPECT_EQ(plan(T::Missing, Platform::Legacy),
              (RepairPlan{RepairAction::Insert, Platform::New}));
    EXPECT_EQ(plan(T::Extra, Platform::Legacy), (RepairPlan{RepairAction::Delete, Platform::New}));
    EXPECT_EQ(plan(T::Different, Platform::Legacy),
              (RepairPlan{RepairAction::Update, Platform::New}));
    EXPECT_EQ(plan(T::Missing, Platform::New),
              (RepairPlan{RepairAction::Delete, Platform::Legacy}));
    EXPECT_EQ(plan(T::Extra, Platform::New), (RepairPlan{RepairAction::Insert, Platform::Legacy}));
    EXPECT_EQ(plan(T::Different, Platform::New),
              (RepairPlan{RepairAction::Update, Platform::Legacy}));
}

TEST(Repair, StateTimesCommandIsExactlyThis)
{
    // A row a state, a column a command: assign approve reject begin verify fail outdate recover
    // execute, reject (of one that waits for its time), undo
    const std::vector<std::pair<RepairStatus, std::vector<std::string>>> table{
        {RepairStatus::Pending, {"ASSIGNED", "APPROVED", "REJECTED", "", "", "", "", "", "", "", ""}},
        {RepairStatus::Assigned, {"ASSIGNED", "APPROVED", "REJECTED", "", "", "", "", "", "", "", ""}},
        {RepairStatus::Approved, {"", "", "", "EXECUTING", "", "", "", "", "", "REJECTED", ""}},
        {RepairStatus::Rejected, {"", "", "", "", "", "", "", "", "", "", ""}},
        {RepairStatus::Executing, {"", "", "", "", "VERIFIED", "FAILED", "STALE", "APPROVED", "", "", ""}},
        {RepairStatus::Verified, {"", "", "", "", "", "", "", "", "", "", "UNDONE"}},
        {RepairStatus::Failed, {"FAILED", "", "REJECTED", "", "", "", "", "", "APPROVED", "", "UNDONE"}},
        {RepairStatus::Stale, {"STALE", "", "REJECTED", "", "", "", "", "", "APPROVED", "", ""}},
        {RepairStatus::Undone, {"", "", "", "", "", "", "", "", "", "", ""}},
    };
    for (const auto &[status, cells] : table) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto command = static_cast<RepairCommand>(i);
            const auto after = afterCommand(status, command);
            EXPECT_EQ(after ? repairStatusWord(*after) : "", cells[i])
                << repairStatusWord(status) << " " << repairCommandWord(command);
        }
        EXPECT_EQ(repairStatusFromWord(repairStatusWord(status)), status);
        // Final: nothing more is repaired by it; a repair that was verified can still be undone.
        EXPECT_EQ(isFinal(status), std::all_of(cells.begin(), cells.end() - 1, [](const std::string &cell) {
                      return cell.empty();
                  })) << repairStatusWord(status);
    }
}

TEST(Repair, SaysInASentenceWhatItDoes)
{
    EXPECT_EQ(
        repairSentence({RepairAction::Update, Platform::New}, "USER", "u-17", {"email", "name"}),
        "Update email, name of USER u-17 on NEW to what LEGACY holds.");
    EXPECT_EQ(repairSentence({RepairAction::Insert, Platform::Legacy}, "USER", "u-17", {}),
              "Insert USER u-17 into LEGACY as NEW holds it.");
    EXPECT_EQ(repairSentence({RepairAction::Delete, Platform::New}, "USER", "u-17", {}),
              "Delete USER u-17 from NEW: LEGACY does not hold it.");
}

} // namespace
} // namespace crossfade
