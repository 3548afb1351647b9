// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/grayfile.h"

#include <gtest/gtest.h>

using namespace crossfade;

namespace {

using Ids = std::vector<std::string>;

std::string pointerIn(const Result<GrayFile> &file)
{
    if (file) return "no error";
    return file.error().fields.empty() ? std::string(file.error().message) : file.error().fields.front().pointer;
}

} // namespace

TEST(GrayFiles, anExportIsWhatAnImportTakes)
{
    const std::vector<GrayFileEntry> entries{{"+491", GrayResult::Equal, instantFromMs(1'000), "=cmd, \"ann\""},
                                             {"-7", GrayResult::Missing, instantFromMs(2'000), "bob\r\nline"}};
    std::string csv;
    appendGrayHead(csv);
    Json list = Json::array();
    for (const GrayFileEntry &entry : entries) {
        appendGrayEntry(csv, entry);
        list.push_back(grayFileEntryToJson(entry));
    }
    EXPECT_TRUE(csv.starts_with("\xEF\xBB\xBFid,result,added_at,added_by\r\n'+491,EQUAL,")) << csv;
    const auto fromCsv = readGrayCsv(csv);
    const auto fromJson = readGrayJson(dumpJson({{"entries", list}}));
    ASSERT_TRUE(fromCsv.has_value()) << fromCsv.error().message;
    ASSERT_TRUE(fromJson.has_value()) << fromJson.error().message;
    EXPECT_EQ(fromCsv->ids, (Ids{"+491", "-7"}));
    EXPECT_EQ(fromJson->ids, fromCsv->ids);
    EXPECT_EQ(fromCsv->errorCount + fromJson->errorCount, 0U);
}

TEST(GrayFiles, idsStandOnceAndInOrder)
{
    const auto csv = readGrayCsv("added_by,id\nx,b\n\n,a\nx,b\n");
    ASSERT_TRUE(csv.has_value());
    EXPECT_EQ(csv->ids, (Ids{"a", "b"}));
    EXPECT_EQ(csv->rows, 3U);
    const auto json = readGrayJson(R"({"entries": ["b", {"id": "a", "result": 7}, "b"]})");
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->ids, (Ids{"a", "b"}));
}

TEST(GrayFiles, wrongRowsAreCollected)
{
    const auto csv = readGrayCsv("id\nann\na b\n\n\"\"\nbob\n");
    ASSERT_TRUE(csv.has_value());
    EXPECT_EQ(csv->ids, (Ids{"ann", "bob"}));
    ASSERT_EQ(csv->errorCount, 2U);
    EXPECT_EQ(csv->errors[0].row, 3U);
    EXPECT_EQ(csv->errors[1].row, 5U);
    const auto json = readGrayJson(R"({"entries": ["ann", 7, {"name": "bob"}, {}, null, "a:b", {"id": 1}]})");
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->ids, Ids{"ann"});
    EXPECT_EQ(json->errorCount, 6U);
    EXPECT_EQ(json->errors[1].message, "has a field that is not known: name");
    std::string many = "id\n";
    for (int i = 0; i < 5'000; ++i)
        many += "a b\n";
    const auto wrong = readGrayCsv(many);
    ASSERT_TRUE(wrong.has_value());
    EXPECT_EQ(wrong->errorCount, 5'000U);
    EXPECT_EQ(wrong->errors.size(), MostGrayErrors);
}

TEST(GrayFiles, whatIsNoFileIsSaidSo)
{
    EXPECT_EQ(pointerIn(readGrayCsv("id,colour\n")), "/columns/colour");
    EXPECT_EQ(pointerIn(readGrayCsv("id,id\n")), "/columns/id");
    EXPECT_EQ(pointerIn(readGrayCsv("result\nEQUAL\n")), "/columns/id");
    EXPECT_EQ(readGrayCsv("").error().kind, ErrorKind::Malformed);
    EXPECT_EQ(readGrayCsv("id\n\"ann\n").error().kind, ErrorKind::Malformed);
    EXPECT_EQ(readGrayJson("[]").has_value(), false);
    EXPECT_EQ(readGrayJson("{\"entries\":[\"a\"").error().kind, ErrorKind::Malformed);
    EXPECT_EQ(pointerIn(readGrayJson("{\"rules\":[]}")), "/rules");
}

TEST(GrayFiles, areBounded)
{
    std::string csv = "id\n";
    for (std::size_t i = 0; i < MostGrayRows; ++i)
        csv += "r" + std::to_string(i) + "\n";
    EXPECT_EQ(readGrayCsv(csv)->ids.size(), MostGrayRows);
    csv += "one-more\n";
    EXPECT_EQ(readGrayCsv(csv).error().kind, ErrorKind::TooLarge);
}
