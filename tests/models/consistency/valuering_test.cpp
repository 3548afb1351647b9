// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/valuering.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace crossfade {
namespace {

// A row whose only field, the first one, changes from one value to another.
ChangedRow from(const Cell &seen, const Cell &wanted)
{
    return {{0, seen, wanted}};
}

// The rows of each ring.
std::vector<std::vector<std::size_t>> rowsOf(const std::vector<ValueRing> &rings)
{
    std::vector<std::vector<std::size_t>> rows;
    for (const ValueRing &ring : rings) {
        rows.emplace_back();
        for (const RingPlace &place : ring)
            rows.back().push_back(place.row);
    }
    return rows;
}

using Rings = std::vector<std::vector<std::size_t>>;

TEST(ValueRing, OfTwoThatExchange)
{
    const auto rings = valueRings({from("x", "y"), from("y", "x")});
    EXPECT_EQ(rings, (std::vector<ValueRing>{{{0, {0}}, {1, {0}}}}));
}

TEST(ValueRing, OfThreeAndWhatHangsOnIt)
{
    EXPECT_EQ(rowsOf(valueRings({from("a", "b"), from("c", "a"), from("b", "c")})), (Rings{{0, 1, 2}}));
    // The last one waits for the ring, the one before it gives something up that nobody of the ring wants.
    EXPECT_EQ(rowsOf(valueRings({from("a", "b"), from("b", "a"), from("d", "e"), from("f", "a")})), (Rings{{0, 1}}));
    EXPECT_EQ(rowsOf(valueRings({from("a", "b"), from("p", "q"), from("b", "a"), from("q", "p")})), (Rings{{0, 2}, {1, 3}}));
}

TEST(ValueRing, AChainIsNone)
{
    EXPECT_EQ(rowsOf(valueRings({from("a", "b"), from("b", "c"), from("c", "d")})), Rings());
    EXPECT_EQ(rowsOf(valueRings({from("a", "b")})), Rings());
    EXPECT_EQ(rowsOf(valueRings({})), Rings());
    EXPECT_EQ(rowsOf(valueRings({from("a", "a"), from("a", "a")})), Rings()) << "nothing changes";
}

TEST(ValueRing, NullIsHeldByNobody)
{
    EXPECT_EQ(rowsOf(valueRings({from(std::nullopt, "x"), from("x", std::nullopt)})), Rings());
}

TEST(ValueRing, AnotherFieldIsAnotherValue)
{
    EXPECT_EQ(rowsOf(valueRings({{{0, "x", "y"}}, {{1, "y", "x"}}})), Rings());
    const auto rings = valueRings({{{0, "x", "y"}, {1, "1", "2"}}, {{0, "y", "x"}, {1, "3", "4"}}});
    EXPECT_EQ(rings, (std::vector<ValueRing>{{{0, {0}}, {1, {0}}}})) << "only what others want is given up";
    // Through two fields: the first wants the second's number, which wants the first one's name.
    EXPECT_EQ(valueRings({{{0, "x", "z"}, {1, "1", "2"}}, {{0, "y", "x"}, {1, "2", "5"}}}),
              (std::vector<ValueRing>{{{0, {0}}, {1, {1}}}}));
}

TEST(ValueRing, ManyRowsOfOneValueTakeNoLongerThanOthers)
{
    std::vector<ChangedRow> rows;
    for (int i = 0; i < 20'000; ++i)
        rows.push_back(i % 2 == 0 ? from("on", "off") : from("off", "on"));
    const auto rings = valueRings(rows);
    ASSERT_EQ(rings.size(), 1u);
    EXPECT_EQ(rings[0].size(), 20'000u);
}

TEST(ValueRing, ALongOneIsFoundWithoutADeepStack)
{
    std::vector<ChangedRow> rows;
    for (int i = 0; i < 100'000; ++i)
        rows.push_back(from(std::to_string(i), std::to_string((i + 1) % 100'000)));
    EXPECT_EQ(valueRings(rows).at(0).size(), 100'000u);
}

const std::string Random("\x01\x23\x45\x67\x89\xab\xcd\xef\xff\xee\xdd\xcc\xbb\xaa\x99\x88", 16);

std::optional<Cell> meanwhile(const std::string &type, FieldKind kind = FieldKind::Text)
{
    return valueMeanwhile({"c", type, false}, kind, Random);
}

TEST(ValueMeanwhile, IsNullWhereItMayBe)
{
    const std::optional<Cell> null(std::in_place, std::nullopt);
    EXPECT_EQ(valueMeanwhile({"c", "varchar(3)", true}, FieldKind::Text, Random), null);
    EXPECT_EQ(valueMeanwhile({"c", "circle", true}, FieldKind::Text, Random), null);
}

TEST(ValueMeanwhile, FitsItsColumn)
{
    EXPECT_EQ(meanwhile("text"), Cell("0123456789abcdefffeeddccbbaa9988"));
    EXPECT_EQ(meanwhile("TEXT"), Cell("0123456789abcdefffeeddccbbaa9988"));
    EXPECT_EQ(meanwhile(""), Cell("0123456789abcdefffeeddccbbaa9988"));
    EXPECT_EQ(meanwhile("character varying(5)"), Cell("01234"));
    EXPECT_EQ(meanwhile("VARCHAR(40)"), Cell("0123456789abcdefffeeddccbbaa9988"));
    EXPECT_EQ(meanwhile("char(2)"), Cell("01"));
    EXPECT_EQ(meanwhile("varbinary(2)"), Cell("\\x0123"));
    EXPECT_EQ(meanwhile("uuid"), Cell("01234567-89ab-4def-afee-ddccbbaa9988"));
}

TEST(ValueMeanwhile, OfNumbersIsNegative)
{
    const auto number = [](const std::string &type) { return std::stoll(**meanwhile(type, FieldKind::Integer)); };
    for (const auto &[type, least] : std::vector<std::pair<std::string, long long>>{{"tinyint(4)", -128},
                                                                                    {"smallint", -32'768},
                                                                                    {"mediumint(9)", -8'388'608},
                                                                                    {"int(11)", -2'147'483'648},
                                                                                    {"INTEGER", -2'147'483'648},
                                                                                    {"bigint", -4'611'686'018'427'387'904},
                                                                                    {"numeric(3,1)", -99},
                                                                                    {"decimal(6, 2)", -9'999},
                                                                                    {"", -4'611'686'018'427'387'904}}) {
        EXPECT_LT(number(type), 0) << type;
        EXPECT_GE(number(type), least) << type;
    }
    EXPECT_GE(number("tinyint(3) unsigned"), 128);
    EXPECT_LE(number("tinyint(3) unsigned"), 255);
    EXPECT_GT(number("decimal(4,2) unsigned"), 0);
    EXPECT_LT(number("decimal(4,2) unsigned"), 100);
}

TEST(ValueMeanwhile, OfOtherTypesIsUnknown)
{
    for (const char *type : {"date", "timestamp with time zone", "enum('a','b')", "double precision", "jsonb", "bit(1)",
                             "numeric(2,2)", "varchar(0)"})
        EXPECT_EQ(meanwhile(type), std::nullopt) << type;
}

} // namespace
} // namespace crossfade
