// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/sqltext.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade {
namespace {

using Texts = std::vector<std::string>;

std::string literalOf(SqlDialect dialect, const std::string &text, char storage = 't')
{
    return sqlLiteral(dialect, text, storage).value_or("<none>");
}

TEST(SqlLiterals, AreWhatTheirDialectTakesForTheValue)
{
    const auto S = SqlDialect::Sqlite;
    const auto P = SqlDialect::Postgres;
    const auto M = SqlDialect::Mariadb;
    for (const SqlDialect dialect : {S, P, M}) {
        EXPECT_EQ(sqlLiteral(dialect, std::nullopt, 'n'), "NULL");
        EXPECT_EQ(literalOf(dialect, ""), "''");
        EXPECT_EQ(literalOf(dialect, "NULL"), "'NULL'");
        EXPECT_EQ(literalOf(dialect, "O'Hara; DROP TABLE x; --"), "'O''Hara; DROP TABLE x; --'");
    }
    EXPECT_EQ(literalOf(P, "a\\b'c"), "E'a\\\\b''c'");
    EXPECT_EQ(literalOf(P, "a\nb"), "E'a\\x0Ab'");
    EXPECT_EQ(literalOf(P, "\\x00ff"), "E'\\\\x00ff'"); // a bytea
    EXPECT_EQ(literalOf(P, std::string("a\0b", 3)), "<none>");
    EXPECT_EQ(literalOf(P, "\xff"), "<none>");
    EXPECT_EQ(literalOf(P, "\u00e9"), "'\u00e9'");
    EXPECT_EQ(literalOf(M, "\u00e9"), "_utf8mb4'\u00e9'");
    EXPECT_EQ(literalOf(M, "a\\b"), "_utf8mb4 X'615C62'");
    EXPECT_EQ(literalOf(M, "a\nb"), "_utf8mb4 X'610A62'");
    EXPECT_EQ(literalOf(M, "\\x00ff", 'b'), "'00ff'");
    EXPECT_EQ(literalOf(M, "\\x00fg", 'b'), "_utf8mb4 X'5C7830306667'");
    EXPECT_EQ(literalOf(M, "\xff"), "<none>");
    EXPECT_EQ(literalOf(S, "17", 'i'), "17");
    EXPECT_EQ(literalOf(S, "17", 't'), "'17'");
    EXPECT_EQ(literalOf(S, "17; DROP", 'i'), "'17; DROP'");
    EXPECT_EQ(literalOf(S, "9223372036854775808", 'i'), "'9223372036854775808'");
    EXPECT_EQ(literalOf(S, "5", 'r'), "5.0");
    EXPECT_EQ(literalOf(S, "1e+22", 'r'), "1e+22");
    EXPECT_EQ(literalOf(S, "inf", 'r'), "'inf'");
    EXPECT_EQ(literalOf(S, "\\x00FF", 'b'), "X'00FF'");
    EXPECT_EQ(literalOf(S, std::string("a\0b", 3)), "CAST(X'610062' AS TEXT)");
    EXPECT_EQ(literalOf(S, "\xff"), "CAST(X'FF' AS TEXT)");
    EXPECT_EQ(literalOf(S, "a\\b"), "'a\\b'");
}

// Whatever a value holds, it ends where its literal ends, and stays on its line.
RC_GTEST_PROP(SqlLiterals, HoldNothingButTheirValue, ())
{
    const std::string value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a'\\\n\r\t;-?$1\"`\xc3\xa9")));
    const auto dialect = static_cast<SqlDialect>(*rc::gen::inRange(0, 3));
    const char storage = *rc::gen::elementOf(std::string("irftb"));
    const auto literal = sqlLiteral(dialect, value, storage);
    if (!literal) return; // bytes that are no text
    RC_ASSERT(std::ranges::none_of(*literal, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    // Each quotation that opens ends, and outside of them stand only words of ours.
    bool open = false;
    std::string outside;
    const bool escapes = literal->starts_with("E'");
    for (std::size_t i = 0; i < literal->size(); ++i) {
        const char c = (*literal)[i];
        if (open && escapes && c == '\\') {
            ++i;
            continue;
        }
        if (c == '\'') open = !open;
        else if (!open) outside += c;
    }
    RC_ASSERT(!open);
    RC_ASSERT(outside.find_first_of(";-\"`\\") == std::string::npos || storage == 'i' || storage == 'r');
}

TEST(SqlWithLiterals, FillsThePlacesAndNothingWithinQuotes)
{
    const auto P = SqlDialect::Postgres;
    EXPECT_EQ(withLiterals(P, R"(UPDATE "a$1" SET "b""$2" = $2 WHERE k = $1 AND t = '$1')", {"'one'", "'t$1w?o'"}),
              R"(UPDATE "a$1" SET "b""$2" = 't$1w?o' WHERE k = 'one' AND t = '$1')");
    EXPECT_EQ(withLiterals(SqlDialect::Mariadb, "SELECT `?`, ?, ? FROM `a``?`", {"'?'", "2"}), "SELECT `?`, '?', 2 FROM `a``?`");
    EXPECT_EQ(withLiterals(SqlDialect::Sqlite, "VALUES (?2, ?1, ?10)", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}),
              std::nullopt); // six have no place
    EXPECT_EQ(withLiterals(SqlDialect::Sqlite, "VALUES (?2, ?1)", {"1", "2"}), "VALUES (2, 1)");
    EXPECT_EQ(withLiterals(P, "SELECT $3", {"1"}), std::nullopt);
    EXPECT_EQ(withLiterals(P, "SELECT $x", {}), std::nullopt);
    EXPECT_EQ(withLiterals(P, "SELECT 1", {"1"}), std::nullopt);
    EXPECT_EQ(withLiterals(P, "SELECT $1 + $1", {"7"}), "SELECT 7 + 7");
}

TEST(SqlComments, StayOnTheirLine)
{
    EXPECT_EQ(sqlComment("a\r\nDELETE FROM b;\x01"), "-- a  DELETE FROM b; \n");
    EXPECT_EQ(sqlComment(""), "-- \n");
}

} // namespace
} // namespace crossfade
