// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade {

namespace {

using Table = std::vector<std::vector<std::string>>;

struct Read {
    Table table;
    std::vector<std::size_t> rows;
    std::string error;
};

CsvReader::Sink into(Read &read)
{
    return [&read](std::vector<std::string> cells, std::size_t row) -> Result<void> {
        read.table.push_back(std::move(cells));
        read.rows.push_back(row);
        return {};
    };
}

Read readWhole(std::string_view text, CsvLimits limits = {})
{
    Read read;
    const auto done = readCsv(text, into(read), limits);
    if (!done) {
        EXPECT_EQ(done.error().kind, ErrorKind::Malformed);
        read.error = done.error().message;
    }
    return read;
}

std::string written(const Table &table)
{
    std::string text;
    for (const auto &cells : table)
        appendCsvRecord(text, cells);
    return text;
}

// Out of what makes CSV hard; sometimes of more than one byte.
rc::Gen<std::string> anyCell()
{
    const auto piece = rc::gen::element<std::string>("a", "'", "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",",
                                                     " ", "0", "\xC3\xA4", "\xEF\xBC\x81", "\xEF\xBB\xBF");
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const auto &pieces) {
        std::string text;
        for (const std::string &one : pieces)
            text += one;
        return text;
    });
}

rc::Gen<Table> anyTable()
{
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 5), [](std::size_t columns) {
        return rc::gen::container<Table>(rc::gen::container<std::vector<std::string>>(columns, anyCell()));
    });
}

} // namespace

TEST(Csv, ReadsWhatTheStandardShows)
{
    EXPECT_EQ(readWhole("aaa,bbb,ccc\r\nzzz,yyy,xxx").table, (Table{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
    EXPECT_EQ(readWhole("\"aaa\",\"b \r\nbb\",\"ccc\"\r\n").table, (Table{{"aaa", "b \r\nbb", "ccc"}}));
    EXPECT_EQ(readWhole("\"b\"\"bb\",\n").table, (Table{{"b\"bb", ""}}));
    EXPECT_EQ(readWhole("a b , c\n").table, (Table{{"a b ", " c"}}));
    EXPECT_EQ(readWhole("").table, Table());
}

TEST(Csv, AByteOrderMarkIsNoText)
{
    EXPECT_EQ(readWhole("\xEF\xBB\xBFid\r\n1\r\n").table, (Table{{"id"}, {"1"}}));
    EXPECT_EQ(readWhole("\xEF\xBB\xBF").table, Table());
    // A full-width exclamation mark begins with the same byte.
    EXPECT_EQ(readWhole("\xEF\xBC\x81,x").table, (Table{{"\xEF\xBC\x81", "x"}}));
    EXPECT_EQ(readWhole("\xEF\xBB").error, "line 1, column 1: the text is not UTF-8");
}

TEST(Csv, LinesWithNothingAreCountedAndPassedOver)
{
    const Read read = readWhole("a\n\n\r\nb\n\"\"\n\n");
    EXPECT_EQ(read.table, (Table{{"a"}, {"b"}, {""}}));
    EXPECT_EQ(read.rows, (std::vector<std::size_t>{1, 4, 5}));
}

TEST(Csv, MistakesNameTheirPlace)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a,b\nc\n", "line 2, column 2: the record has 1 cells where the first has 2"},
        {"a,b\nc,d,e\n", "line 2, column 4: the record has 3 cells where the first has 2"},
        {"a,b\"c\n", "line 1, column 2: a quote inside a cell that does not begin with one"},
        {"a\n\"b\"c\n", "line 2, column 1: text after the quote that ends the cell"},
        {"a,b\n\"c\nd\n", "line 4, column 1: the quote that opens in line 2 is never closed"},
        {"a\rb\n", "line 1, column 1: a carriage return that ends no line must stand in quotes"},
        {"a\r", "line 1, column 1: a carriage return that ends no line must stand in quotes"},
        {"\xFF\xFE""a\n", "line 1, column 1: the text is not UTF-8"},
        {"\"x\ny\",\"\xC3\"\n", "line 2, column 2: the text is not UTF-8"},
    };
    for (const auto &[text, message] : cases)
        EXPECT_EQ(readWhole(text).error, message) << text;
}

TEST(Csv, CellsAndColumnsAreBounded)
{
    const CsvLimits small{4, 3};
    EXPECT_EQ(readWhole("1234,\"1234\",3\n", small).error, "");
    EXPECT_EQ(readWhole("12345\n", small).error, "line 1, column 1: the cell has more than 4 bytes");
    EXPECT_EQ(readWhole("1,\"1\n34\"\"\"\n", small).error, "line 2, column 2: the cell has more than 4 bytes");
    EXPECT_EQ(readWhole("1,2,3,4\n", small).error, "line 1, column 4: there are more than 3 columns");
}

TEST(Csv, NothingIsReadAfterAMistake)
{
    Read read;
    CsvReader reader(into(read));
    EXPECT_TRUE(reader.feed("a\nb\n").has_value());
    EXPECT_FALSE(reader.feed("c\"\nd\n").has_value());
    EXPECT_FALSE(reader.feed("e\n").has_value());
    EXPECT_FALSE(reader.finish().has_value());
    EXPECT_EQ(read.table, (Table{{"a"}, {"b"}}));
}

TEST(Csv, TheSinkMayEndIt)
{
    int seen = 0;
    const auto done = readCsv("a\nb\nc\n", [&](const std::vector<std::string> &, std::size_t) -> Result<void> {
        if (++seen < 2) return {};
        return fail(ErrorKind::TooLarge, "enough");
    });
    EXPECT_EQ(seen, 2);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().kind, ErrorKind::TooLarge);
}

TEST(Csv, NoCellIsAFormula)
{
    EXPECT_EQ(written({{"=1+1", "+1", "-1", "@x", "\tx"}}), "'=1+1,'+1,'-1,'@x,'\tx\r\n");
    EXPECT_EQ(written({{"\rx"}}), "\"'\rx\"\r\n");
    EXPECT_EQ(written({{"'=1", "''@"}}), "''=1,'''@\r\n");
    EXPECT_EQ(written({{"'tis", "a=1", "'", "it's =1"}}), "'tis,a=1,',it's =1\r\n");
    // As a person may have typed it into a spreadsheet.
    EXPECT_EQ(readWhole("'=1,'tis,=1\n").table, (Table{{"=1", "'tis", "=1"}}));
}

RC_GTEST_PROP(Csv, WhatIsWrittenIsReadBack, ())
{
    const Table table = *anyTable();
    const Read read = readWhole(written(table));
    RC_ASSERT(read.error.empty());
    RC_ASSERT(read.table == table);
}

RC_GTEST_PROP(Csv, WhatIsWrittenRunsNowhere, ())
{
    const std::string safe = csvSafe(*anyCell());
    RC_ASSERT(std::string("=+-@\t\r").find(safe.substr(0, 1)) == std::string::npos || safe.empty());
}

RC_GTEST_PROP(Csv, LineEndsAndAMarkMakeNoDifference, ())
{
    // Of cells without line ends, which stay as they are.
    Table table = *anyTable();
    for (auto &cells : table) {
        for (std::string &cell : cells)
            std::erase_if(cell, [](char c) { return c == '\r' || c == '\n'; });
    }
    std::string text = written(table);
    std::string unix;
    for (const char c : text) {
        if (c != '\r') unix += c;
    }
    RC_ASSERT(readWhole(unix).table == table);
    RC_ASSERT(readWhole("\xEF\xBB\xBF" + text).table == table);
}

RC_GTEST_PROP(Csv, ItDoesNotMatterInWhichPiecesTextArrives, ())
{
    // Any text, good or bad.
    const std::string text = *anyCell();
    const Read whole = readWhole(text);
    Read pieces;
    CsvReader reader(into(pieces));
    Result<void> done;
    for (std::size_t at = 0; at < text.size() && done;) {
        const auto length = *rc::gen::inRange<std::size_t>(1, 4);
        done = reader.feed(std::string_view(text).substr(at, length));
        at += length;
    }
    if (done) done = reader.finish();
    RC_ASSERT(pieces.table == whole.table);
    RC_ASSERT((done ? std::string() : done.error().message) == whole.error);
}

} // namespace crossfade
