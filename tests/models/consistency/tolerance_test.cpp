// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/tolerance.h"

#include "models/consistency/difference.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/normalform.h"
#include "tests/models/core/zonetables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

MappedField tolerant(FieldKind kind, double tolerance)
{
    MappedField field;
    field.name = "f";
    field.kind = kind;
    field.tolerance = tolerance;
    return field;
}

struct Near {
    FieldKind kind;
    double tolerance;
    const char *legacy;
    const char *fresh;
    bool equal;
};

TEST(Tolerances, HoldUpToTheirLastDigit)
{
    const FieldKind D = FieldKind::Decimal;
    const FieldKind I = FieldKind::Integer;
    const FieldKind W = FieldKind::Timestamp;
    const Near cases[] = {
        {D, 0.01, "10.00", "10.01", true},
        {D, 0.01, "10.00", "9.99", true},
        {D, 0.01, "10.00", "10.0100000000000000001", false}, // no floating point number tells it from 10.01
        {D, 0.01, "-0.005", "0.005", true},
        {D, 0.01, "-0.005", "0.0051", false},
        {D, 0.1, "9.95", "10.05", true},
        {D, 0.3, "0.1", "0.4", true}, // 0.4 − 0.1 is more than 0.3 in floating point numbers
        {D, 1, "99999999999999999999", "100000000000000000000", true},
        {D, 1, "99999999999999999998", "100000000000000000000", false},
        {D, 5, "1e300", "1e300", true},
        {D, 5, "1e300", "0", false},
        {D, 0.01, "1e-300", "0", true},
        {D, 1, "1e999999", "1e-999999", false},
        {D, 1, "NaN", "NaN", true},
        {D, 1, "NaN", "1", false},
        {D, 1, "", "0", false},
        {I, 2, "9007199254740993", "9007199254740991", true},
        {I, 2, "9007199254740993", "9007199254740990", false},
        {W, 0.5, "2026-03-01 02:00:00", "2026-03-01T02:00:00.5Z", true},
        {W, 0.5, "2026-03-01 02:00:00", "2026-03-01T02:00:00.500001Z", false},
        {W, 1, "2026-02-28 23:59:59.75", "2026-03-01 00:00:00.75", true},
        {W, 1, "1969-12-31 23:59:59.9", "1970-01-01 00:00:00.9", true},
        {W, 1, "1969-12-31 23:59:59.9", "1970-01-01 00:00:00.91", false},
        {W, 3600, "2026-03-01 02:00:00+01", "2026-03-01 02:00:00", true},
        {W, 1, "infinity", "infinity", true},
        {W, 1, "infinity", "2026-03-01", false},
    };
    for (const Near &near : cases) {
        const MappedField field = tolerant(near.kind, near.tolerance);
        EXPECT_EQ(areEqual(field, near.legacy, near.fresh), near.equal) << near.legacy << " " << near.fresh;
        EXPECT_EQ(areEqual(field, near.fresh, near.legacy), near.equal) << near.fresh << " " << near.legacy;
    }
    const MappedField field = tolerant(D, 100);
    EXPECT_FALSE(areEqual(field, Cell(), "0"));
    EXPECT_TRUE(areEqual(field, Cell(), Cell()));
}

TEST(Tolerances, GoWithValueMapsAndClocks)
{
    MappedField level = tolerant(FieldKind::Integer, 1);
    setValueMap(level, {{"1", "10"}});
    EXPECT_TRUE(areEqual(level, "1", "11"));
    EXPECT_FALSE(areEqual(level, "1", "2"));
    EXPECT_FALSE(areEqual(level, "1", "1"));
    MappedField at = tolerant(FieldKind::Timestamp, 60);
    at.legacyClock = {"Europe/Berlin", test::berlin()};
    EXPECT_TRUE(areEqual(at, "2026-01-01 12:00:30", "2026-01-01 11:00:00"));
    EXPECT_FALSE(areEqual(at, "2026-01-01 12:00:00", "2026-01-01 12:00:00"));
}

RC_GTEST_PROP(Tolerances, AreThoseOfWholeNumbers, ())
{
    const auto number = rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
    const std::int64_t a = *number;
    const std::int64_t b = *rc::gen::oneOf(number, rc::gen::inRange(a - 20, a + 20));
    const int most = *rc::gen::inRange(1, 30);
    const int places = *rc::gen::inRange(0, 9);
    const auto text = [&](std::int64_t value) { return std::to_string(value) + "e-" + std::to_string(places); };
    const DecimalForm limit = *parseDecimal(text(most));
    RC_ASSERT(isWithin(*parseDecimal(text(a)), *parseDecimal(text(b)), limit) == (std::abs(a - b) <= most));
}

TEST(Tolerances, AreOfNumbersAndTimesOnly)
{
    const auto mistakes = [](const char *kind, double tolerance) {
        const Json body{{"data_type", "USER"},
                        {"key_kind", "TEXT"},
                        {"legacy", {{"source_id", "s"}, {"table", "t"}, {"key", "id"}}},
                        {"new", {{"source_id", "s"}, {"table", "t"}, {"key", "id"}}},
                        {"fields", {{{"name", "f"}, {"legacy_column", "f"}, {"new_column", "f"}, {"kind", kind},
                                     {"tolerance", tolerance}}}}};
        const Result<Mapping> mapping = parseMapping(body);
        if (!mapping) return mapping.error().fields.front().pointer;
        return parseMapping(mappingJson(*mapping)) == mapping ? std::string() : std::string("changed");
    };
    EXPECT_EQ(mistakes("DECIMAL", 0.01), "");
    EXPECT_EQ(mistakes("INTEGER", 2), "");
    EXPECT_EQ(mistakes("TIMESTAMP", 0.5), "");
    EXPECT_EQ(mistakes("TEXT", 1), "/fields/0/tolerance");
    EXPECT_EQ(mistakes("BOOLEAN", 1), "/fields/0/tolerance");
    EXPECT_EQ(mistakes("DECIMAL", 0), "/fields/0/tolerance");
    EXPECT_EQ(mistakes("DECIMAL", -1), "/fields/0/tolerance");
    EXPECT_EQ(mistakes("DECIMAL", 1e16), "/fields/0/tolerance");
}

} // namespace
} // namespace crossfade
