// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/jsonform.h"
#include "models/consistency/keyrange.h"
#include "models/consistency/normalform.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

namespace crossfade {
namespace {

MappedField fieldOf(FieldKind kind)
{
    MappedField field;
    field.name = "f";
    field.kind = kind;
    return field;
}

std::string digestText(FieldKind kind, const Cell &value)
{
    std::string text;
    appendDigestText(text, fieldOf(kind), value);
    return text;
}

TEST(DigestText, IsTheOneThatTheDatabasesWrite)
{
    EXPECT_EQ(digestText(FieldKind::Text, "a,b"), "3:a,b");
    EXPECT_EQ(digestText(FieldKind::Text, ""), "0:");
    EXPECT_EQ(digestText(FieldKind::Text, std::nullopt), "~");
    EXPECT_EQ(digestText(FieldKind::Decimal, "010.50"), "10.5,");
    EXPECT_EQ(digestText(FieldKind::Decimal, "-0.00"), "0,");
    EXPECT_EQ(digestText(FieldKind::Decimal, "-.005"), "-0.005,");
    EXPECT_EQ(digestText(FieldKind::Decimal, "1e3"), "1000,");
    EXPECT_EQ(digestText(FieldKind::Decimal, "1e300"), "5:1e300");
    EXPECT_EQ(digestText(FieldKind::Integer, "9007199254740993"), "9007199254740993,");
    EXPECT_EQ(digestText(FieldKind::Timestamp, "2026-03-01T10:00:00.50+08:00"), "2026-03-01 02:00:00.5,");
    EXPECT_EQ(digestText(FieldKind::Timestamp, "2026-03-01 02:00:00"), "2026-03-01 02:00:00,");
    EXPECT_EQ(digestText(FieldKind::Timestamp, "1900-01-01 00:00:00.000001"), "1900-01-01 00:00:00.000001,");
    EXPECT_EQ(digestText(FieldKind::Timestamp, "0000-00-00 00:00:00"), "19:0000-00-00 00:00:00");
    EXPECT_EQ(digestText(FieldKind::Boolean, "yes"), "1,");
    EXPECT_EQ(digestText(FieldKind::Boolean, "2"), "1:2");
    EXPECT_EQ(digestText(FieldKind::Binary, "\\x00FF"), "6:\\x00FF");
}

// In Shanghai ten o'clock is two o'clock in UTC, and no digits of the one are those of the other.
TEST(DigestText, KeepsWallTimesOfAZoneFromTimesThatNameTheirs)
{
    MappedField field = fieldOf(FieldKind::Timestamp);
    field.legacyClock.zone = field.newClock.zone = "Asia/Shanghai";
    const auto text = [&field](const char *value) {
        std::string result;
        appendDigestText(result, field, value);
        return result;
    };
    EXPECT_EQ(text("2026-03-01 10:00:00.50"), "2026-03-01 10:00:00.5,");
    EXPECT_EQ(text("2026-03-01T10:00:00.500"), "2026-03-01 10:00:00.5,");
    for (const char *zoned : {"2026-03-01 10:00:00.5+00", "2026-03-01T10:00:00.5Z", "2026-03-01 18:00:00.5+08:00"})
        EXPECT_NE(text(zoned), text("2026-03-01 10:00:00.5")) << zoned;
}

// All pairs of values of which some are equal under a kind: texts that are the same never hide a
// difference.
TEST(DigestText, NeverTellsTwoValuesAsOne)
{
    const std::vector<Cell> values{
        std::nullopt, "", " ", "~", ",", "-", "0", "-0", "0.0", "1", "1.0", "+1", "01", "-1", "10", "1e1", "100",
        "0.1", "0.10", ".1", "0.01", "1e-1", "4294967296", "4294967297", "9007199254740993", "9007199254740992",
        "1e40", "1e41", "1e300", "NaN", "nan", "Infinity", "-Infinity", "t", "true", "f", "false", "on", "2",
        "2026-03-01", "2026-03-01 00:00:00", "2026-03-01T00:00:00Z", "2026-03-01T08:00:00+08:00",
        "2026-03-01 00:00:00.1", "2026-03-01 00:00:00.100000", "2026-03-01 00:00:00.0000001", "infinity",
        "0000-00-00", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "9999-12-31T23:59:59-12:00",
        "2026-03-01 00:00:60", "2026-03-01 24:00:00", "2026-03-02", "\\x00", "\\x0000", "1,", "1,1", "~,", "1:1",
        "\xff", "{\"a\":1}", "{\"a\":2}"};
    const std::vector<FieldKind> kinds{FieldKind::Text,    FieldKind::Integer, FieldKind::Decimal, FieldKind::Timestamp,
                                       FieldKind::Boolean, FieldKind::Binary,  FieldKind::Json};
    int same = 0;
    for (const FieldKind kind : kinds) {
        for (const Cell &a : values) {
            for (const Cell &b : values) {
                if (digestText(kind, a) != digestText(kind, b)) continue;
                ++same;
                EXPECT_EQ(normalForm(fieldOf(kind), a), normalForm(fieldOf(kind), b))
                    << fieldKindWord(kind) << " " << a.value_or("null") << " " << b.value_or("null");
            }
        }
    }
    EXPECT_GT(same, static_cast<int>(kinds.size() * values.size())); // spellings of one value do meet
}

RC_GTEST_PROP(DigestText, KeepsNeighboursApart, ())
{
    const auto cell = rc::gen::element<Cell>(Cell(), "", "1", "-1", ",", "~", "1:", "a", "-", "12,", "2026-03-01");
    const auto rows = rc::gen::container<std::vector<Cell>>(4, cell);
    const std::vector<Cell> a = *rows;
    const std::vector<Cell> b = *rows;
    const std::vector<FieldKind> kinds{FieldKind::Text, FieldKind::Integer, FieldKind::Timestamp, FieldKind::Text};
    std::string first;
    std::string second;
    bool equal = true;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        appendDigestText(first, fieldOf(kinds[i]), a[i]);
        appendDigestText(second, fieldOf(kinds[i]), b[i]);
        equal = equal && normalForm(fieldOf(kinds[i]), a[i]) == normalForm(fieldOf(kinds[i]), b[i]);
    }
    RC_ASSERT((first == second) == equal);
}

TEST(Ranges, FollowTheRowsNotTheGaps)
{
    RangePlan plan(20'000);
    EXPECT_EQ(plan.from(1), (KeyRange{1, 20'000, 257}));
    plan.learn(20'000);
    EXPECT_EQ(plan.from(20'001).high, 40'000);
    // Keys far apart: wider ranges, as many segments.
    for (int i = 0; i < 30; ++i)
        plan.learn(1);
    const KeyRange wide = plan.from(0);
    EXPECT_GT(wide.high, std::int64_t{1} << 50);
    EXPECT_LE(wide.high / wide.width, 78);
    EXPECT_TRUE(plan.isTooMuch(80'001));
    EXPECT_FALSE(plan.isTooMuch(80'000));
    plan.learn(10'000'000'000);
    EXPECT_LT(plan.from(0).high, wide.high / 100'000);
    for (int i = 0; i < 80; ++i)
        plan.shrink();
    EXPECT_EQ(plan.from(7), (KeyRange{7, 7, 1}));
    plan.aimAt(1);
    EXPECT_EQ(plan.from(7), (KeyRange{7, 7, 1}));
}

TEST(Ranges, EndWithTheLastKeyThereIs)
{
    constexpr std::int64_t Last = std::numeric_limits<std::int64_t>::max();
    const RangePlan plan(1'000);
    EXPECT_EQ(plan.from(Last - 5).high, Last);
    EXPECT_EQ(plan.from(Last).high, Last);
    EXPECT_EQ(plan.from(std::numeric_limits<std::int64_t>::min()).high,
              std::numeric_limits<std::int64_t>::min() + 999);
    EXPECT_EQ(segmentOf({Last - 5, Last, 4}, 1), (KeyRange{Last - 1, Last, 4}));
    EXPECT_EQ(segmentOf({1, 1'000, 256}, 0), (KeyRange{1, 256, 256}));
    EXPECT_EQ(segmentOf({1, 1'000, 256}, 3), (KeyRange{769, 1'000, 256}));
}

RC_GTEST_PROP(Ranges, SegmentsCoverARangeOnce, ())
{
    const auto target = *rc::gen::inRange<std::int64_t>(1, 30'000);
    const auto low = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000);
    RangePlan plan(target);
    for (int i = *rc::gen::inRange(0, 10); i > 0; --i)
        plan.learn(*rc::gen::inRange<std::int64_t>(0, 3 * target));
    const KeyRange range = plan.from(low);
    std::int64_t next = range.low;
    for (std::int64_t i = 0; next <= range.high; ++i) {
        const KeyRange segment = segmentOf(range, i);
        RC_ASSERT(segment.low == next);
        RC_ASSERT(segment.high >= segment.low);
        next = segment.high + 1;
    }
    RC_ASSERT(next == range.high + 1);
}

TEST(Segments, AreEqualOnlyByCountAndDigestOfWholeOnes)
{
    const auto found = compareSegments({{0, 5, 7, true}, {1, 5, 7, true}, {2, 5, 7, true}, {3, 5, 7, false}, {5, 1, 0, true}},
                                       {{0, 5, 7, true}, {1, 5, 8, true}, {2, 6, 7, true}, {3, 5, 7, false}, {4, 1, 0, true}});
    EXPECT_EQ(found.matched, 5);
    EXPECT_EQ(found.unequal, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
    const auto rows = compareDigests({{1, 7}, {2, 7}, {3, std::nullopt}, {4, 1}}, {{1, 7}, {2, 8}, {3, std::nullopt}, {5, 1}});
    EXPECT_EQ(rows.matched, 1);
    EXPECT_EQ(rows.unequal, (std::vector<std::string>{"2", "3", "4", "5"}));
}

TEST(JsonForms, AreOneForEverySpellingOfAValue)
{
    EXPECT_EQ(jsonForm(R"({"a":1.50,"b":[1,"x"],"c":null})"), jsonForm(R"( {"c": null, "b":[1.0,"\u0078"], "a":15e-1} )"));
    EXPECT_EQ(jsonForm("0"), jsonForm("-0.0"));
    EXPECT_EQ(jsonForm("100000000000000000000000"), jsonForm("1e23"));
    const std::vector<std::string> distinct{
        "null", "true", "false", "\"null\"", "\"\"", "0", "1", "-1", "\"1\"", "[]", "{}", "[null]", "[[]]", "[1,2]",
        "[2,1]", "[12]", "[\"1,2\"]", R"({"a":1})", R"({"a":"1"})", R"({"a":null})", R"({"b":1})", R"(["a",1])",
        "12345678901234567890123", "12345678901234567890124", "1e-300", "2e-300", R"({"a":{"b":1}})", R"({"a":1,"b":1})",
        R"(["#1e0;"])", R"("A")", R"("a")", R"("\u00e9")", R"("e\u0301")"};
    std::set<std::string> forms;
    for (const std::string &text : distinct) {
        const auto form = jsonForm(text);
        ASSERT_TRUE(form) << text;
        EXPECT_TRUE(forms.insert(*form).second) << text;
    }
    for (const char *none : {"", "nul", "{\"a\":1,\"a\":1}", "[1", "\xff", "NaN", "1 2"})
        EXPECT_FALSE(jsonForm(none)) << none;
    EXPECT_FALSE(jsonForm(std::string(100'000, '[') + std::string(100'000, ']')));
}

} // namespace
} // namespace crossfade
