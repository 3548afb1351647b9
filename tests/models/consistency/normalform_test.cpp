// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/normalform.h"

#include "models/consistency/decimalform.h"
#include "models/consistency/difference.h"
#include "models/consistency/timestampform.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

MappedField field(FieldKind kind, std::vector<Transform> transforms = {})
{
    MappedField result;
    result.name = "f";
    result.kind = kind;
    result.transforms = std::move(transforms);
    return result;
}

struct Case {
    const char *name;
    FieldKind kind;
    Cell legacy;
    Cell fresh;
    std::optional<Cause> cause; // nothing: equal
};

const FieldKind T = FieldKind::Text;
const FieldKind D = FieldKind::Decimal;
const FieldKind I = FieldKind::Integer;
const FieldKind W = FieldKind::Timestamp;
const FieldKind B = FieldKind::Boolean;
const Cell Null;

const std::vector<Case> Cases{
    {"same_text", T, "a", "a", {}},
    {"null_null", T, Null, Null, {}},
    {"null_empty", T, Null, "", Cause::NullEmpty},
    {"empty_null", T, "", Null, Cause::NullEmpty},
    {"null_blank", T, Null, " ", Cause::Value},
    {"null_word", T, Null, "NULL", Cause::Value},
    {"null_tag", T, Null, "<null>", Cause::Value},
    {"empty_blank", T, "", " ", Cause::TrailingSpace},
    {"empty_word", T, "", "NULL", Cause::Value},
    {"word_tag", T, "NULL", "<null>", Cause::Value},
    {"trailing_blank", T, "x ", "x", Cause::TrailingSpace},
    {"trailing_newline", T, "x", "x\n", Cause::TrailingSpace},
    {"leading_blank", T, " x", "x", Cause::Value},
    {"case", T, "A", "a", Cause::Case},
    {"case_greek", T, "\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2", Cause::Case},
    {"composed", T, "caf\u00e9", "cafe\u0301", Cause::UnicodeForm},
    {"hangul", T, "\ud55c", "\u1112\u1161\u11ab", Cause::UnicodeForm},
    {"emoji", T, "\U0001F600", "\U0001F600", {}},
    {"emoji_other", T, "\U0001F600", "\U0001F601", Cause::Value},
    {"not_utf8_same", T, "\xff\xfe", "\xff\xfe", {}},
    {"not_utf8", T, "\xff\xfe", "\xff\xfd", Cause::Value},
    {"latin1_bytes", T, "caf\xe9", "caf\u00e9", Cause::Value},
    {"text_number", T, "10.5", "10.50", Cause::Value},
    {"markup", T, "<b>x</b>", "<b>x</b>", {}},
    {"decimal_zeros", D, "10.5", "10.50", {}},
    {"decimal_plus", D, "+10.5", "010.500", {}},
    {"decimal_scale", D, "10.504", "10.50", Cause::Scale},
    {"decimal_rounded", D, "10.506", "10.51", Cause::Scale},
    {"decimal_rounded_up", D, "9.996", "10.00", Cause::Scale},
    {"decimal_value", D, "10.5", "11.5", Cause::Value},
    {"decimal_sign", D, "-1", "1", Cause::Value},
    {"decimal_minus_zero", D, "-0.00", "0", {}},
    {"decimal_2_53", D, "9007199254740993", "9007199254740992", Cause::Value},
    {"decimal_long", D, "12345678901234567.89", "12345678901234567.890", {}},
    {"decimal_long_other", D, "12345678901234567.89", "12345678901234567.88", Cause::Value},
    {"decimal_exponent", D, "1e300", "1" + std::string(300, '0'), {}},
    {"decimal_exponent_other", D, "1e300", "1e299", Cause::Value},
    {"decimal_small", D, "1e-7", "0.0000001", {}},
    {"decimal_nan", D, "NaN", "NaN", {}},
    {"decimal_nan_null", D, "NaN", Null, Cause::Value},
    {"decimal_garbage", D, "10.5x", "10.5", Cause::Value},
    {"integer_zeros", I, "042", "42", {}},
    {"integer_2_53", I, "9007199254740993", "9007199254740993", {}},
    {"integer_other", I, "1", "2", Cause::Value},
    {"zone_same_instant", W, "2026-03-01T10:00:00+08:00", "2026-03-01 02:00:00Z", {}},
    {"zone_same_instant_pg", W, "2026-03-01 10:00:00+08", "2026-03-01 02:00:00+00", {}},
    {"zone_half_hour", W, "2026-03-01T10:00:00+05:30", "2026-03-01T04:30:00Z", {}},
    {"zone_same_wall", W, "2026-03-01T10:00:00+08:00", "2026-03-01T10:00:00Z", Cause::TimeZone},
    {"zone_in_utc", W, "2026-03-01 10:00:00+00", "2026-03-01 02:00:00+00", Cause::TimeZone},
    {"time_other", W, "2026-03-01 10:00:00", "2026-03-01 10:00:01", Cause::Value},
    {"time_precision", W, "2026-03-01 12:00:00.9999996", "2026-03-01 12:00:01", Cause::Value},
    {"time_zeros", W, "2026-03-01 12:00:00.250", "2026-03-01T12:00:00.25Z", {}},
    {"time_no_zone_is_utc", W, "2026-03-01 12:00:00", "2026-03-01T12:00:00Z", {}},
    {"time_across_midnight", W, "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z", {}},
    {"date_only", W, "2026-03-01", "2026-03-01T00:00:00Z", {}},
    {"time_infinity", W, "infinity", "infinity", {}},
    {"time_bad", W, "2026-02-30", "2026-03-02", Cause::Value},
    {"boolean_t", B, "t", "1", {}},
    {"boolean_words", B, "TRUE", "yes", {}},
    {"boolean_no", B, "off", "false", {}},
    {"boolean_other", B, "t", "0", Cause::Value},
    {"boolean_null", B, Null, "0", Cause::Value},
    {"boolean_word", B, "maybe", "1", Cause::Value},
};

class Traps : public testing::TestWithParam<Case> {};

TEST_P(Traps, HaveTheStatedOutcome)
{
    const Case &trap = GetParam();
    const std::vector<MappedField> fields{field(trap.kind)};
    const auto found = compareRows(fields, {"k", {trap.legacy}, {}}, {"k", {trap.fresh}, {}});
    if (trap.cause) {
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(causeWord(found[0].cause), causeWord(*trap.cause));
        const auto mirrored =
            compareRows(fields, {"k", {trap.fresh}, {}}, {"k", {trap.legacy}, {}});
        ASSERT_EQ(mirrored.size(), 1u);
        EXPECT_EQ(mirrored[0].cause, *trap.cause);
    } else {
        EXPECT_TRUE(found.empty());
    }
    const bool sameCode =
        encodeRow(fields, {"k", {trap.legacy}, {}}, Platform::Legacy) == encodeRow(fields, {"k", {trap.fresh}, {}}, Platform::New);
    EXPECT_EQ(sameCode, !trap.cause.has_value());
}

INSTANTIATE_TEST_SUITE_P(All, Traps, testing::ValuesIn(Cases),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(Scale, OfTheMappingNamesTheCauseButHidesNothing)
{
    MappedField money = field(FieldKind::Decimal);
    money.scale = 2;
    EXPECT_EQ(normalForm(money, "10.5"), normalForm(money, "10.50"));
    EXPECT_NE(normalForm(money, "10.504"), normalForm(money, "10.50"));
    EXPECT_EQ(causeOf(money, "10.504", "10.5"), Cause::Scale);
    EXPECT_EQ(causeOf(money, "10.57", "10.5"), Cause::Value);
}

TEST(Transforms, ApplyInTheirOrder)
{
    const MappedField both = field(FieldKind::Text, {Transform::Trim, Transform::Lower});
    EXPECT_EQ(normalForm(both, "  \u00c9mile \t"), "\u00e9mile");
    EXPECT_EQ(normalForm(both, "   "), "");
    EXPECT_EQ(normalForm(both, Null), Null);
    EXPECT_EQ(normalForm(field(FieldKind::Text, {Transform::Lower}), "\xff A"), "\xff A");
    EXPECT_EQ(normalForm(field(FieldKind::Text, {Transform::Trim}), " A b "), "A b");
}

TEST(Encoding, KeepsNeighboursApart)
{
    const std::vector<MappedField> two{field(T), field(T)};
    const auto code = [&](Cell a, Cell b) { return encodeRow(two, {"k", {a, b}, {}}, Platform::New); };
    EXPECT_NE(code("a|b", "c"), code("a", "b|c"));
    EXPECT_NE(code("a#b", "c"), code("a", "b#c"));
    EXPECT_NE(code("", "1:a"), code("0:", "a"));
    EXPECT_NE(code(Null, "x"), code("x", Null));
    EXPECT_NE(code("-", ""), code(Null, ""));
    EXPECT_NE(encodeRow(two, {"ka", {"", ""}, {}}, Platform::New), encodeRow(two, {"k", {"a", ""}, {}}, Platform::New));
}

RC_GTEST_PROP(Encoding, IsInjective,
              (std::vector<std::string> first, std::vector<std::string> second))
{
    second.resize(first.size());
    const std::vector<MappedField> fields(first.size(), field(T));
    const KeyedRow a{"k", {first.begin(), first.end()}, {}};
    const KeyedRow b{"k", {second.begin(), second.end()}, {}};
    RC_ASSERT((encodeRow(fields, a, Platform::Legacy) == encodeRow(fields, b, Platform::New)) == (first == second));
}

RC_GTEST_PROP(Decimal, EverySpellingHasOneForm, (std::int64_t number))
{
    const int places = *rc::gen::inRange(0, 12);
    const int zeros = *rc::gen::inRange(0, 5);
    const bool negative = number < 0;
    std::string digits = std::to_string(number);
    if (negative) digits.erase(0, 1);
    while (digits.size() <= static_cast<std::size_t>(places))
        digits.insert(0, "0");
    std::string plain = digits;
    if (places > 0) plain.insert(plain.size() - static_cast<std::size_t>(places), ".");
    const std::string sign = negative ? "-" : "";
    const std::string padded = sign + std::string(static_cast<std::size_t>(zeros), '0') + plain +
                               (places > 0 ? "000" : "");
    const std::string scientific = sign + digits + "e-" + std::to_string(places);
    RC_ASSERT(parseDecimal(sign + plain)->text() == parseDecimal(padded)->text());
    RC_ASSERT(parseDecimal(sign + plain)->text() == parseDecimal(scientific)->text());
}

RC_GTEST_PROP(Integers, CompareByValue, (std::int64_t a, std::int64_t b))
{
    const int order = compareKeys(KeyKind::Integer, std::to_string(a), std::to_string(b));
    RC_ASSERT((order < 0) == (a < b));
    RC_ASSERT((order == 0) == (a == b));
    const std::string first = sortableKey(KeyKind::Integer, std::to_string(a));
    const std::string second = sortableKey(KeyKind::Integer, std::to_string(b));
    RC_ASSERT((first < second) == (a < b));
}

TEST(Integers, AreCanonicalOrNot)
{
    for (const char *good : {"0", "7", "-7", "1000000000010", "123456789012345678901234567890"})
        EXPECT_TRUE(isCanonicalInteger(good)) << good;
    for (const char *bad : {"", "-", "-0", "+1", "01", "1.0", " 1", "1 ", "abc", "1e3"})
        EXPECT_FALSE(isCanonicalInteger(bad)) << bad;
}

TEST(Timestamps, RefuseWhatIsNone)
{
    for (const char *bad : {"", "2026", "2026-13-01", "2026-01-01X10:00", "2026-01-01 25:00",
                            "2026-01-01 10:00:00.", "2026-01-01 10:00+", "2026-01-01 10:00:00 CET",
                            "2026-01-01T10:00:00Zjunk", "12026-01-01"})
        EXPECT_FALSE(parseTimestamp(bad)) << bad;
}

RC_GTEST_PROP(Timestamps, OffsetsShiftTheInstant, ())
{
    const int hour = *rc::gen::inRange(0, 24);
    const int offset = *rc::gen::inRange(-14, 15);
    char withZone[40];
    std::snprintf(withZone, sizeof withZone, "2026-06-15T%02d:00:00%c%02d:00", hour,
                  offset < 0 ? '-' : '+', std::abs(offset));
    char utc[40];
    std::snprintf(utc, sizeof utc, "2026-06-15T%02d:00:00Z", hour);
    const auto a = parseTimestamp(withZone);
    const auto b = parseTimestamp(utc);
    RC_ASSERT(a.has_value());
    RC_ASSERT(b->seconds - a->seconds == offset * 3600);
    RC_ASSERT(differByZone(*a, *b) == (offset != 0));
}

} // namespace
} // namespace crossfade
