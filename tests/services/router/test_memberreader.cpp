// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Lists of members as they arrive: in any pieces, in three forms, with mistakes named by their lines.
#include "app/router/memberreader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace crossfade {
namespace {

struct ReadList {
    Result<void> result;
    std::vector<std::string> ids;
    std::size_t lines = 0;
};

ReadList readPieces(MemberReader::Form form, const std::vector<std::string> &pieces, std::size_t most = 1'000) {
    IdSetBuilder builder(most);
    MemberReader reader(form, builder);
    ReadList list;
    for (const std::string &piece : pieces) {
        list.result = reader.feed(piece);
        if (!list.result) return list;
    }
    list.result = reader.finish();
    list.lines = reader.lines();
    const auto ids = builder.build();
    for (std::size_t i = 0; ids && i < ids->size(); ++i)
        list.ids.emplace_back(ids->at(i));
    return list;
}

std::string textOf(MemberReader::Form form, const std::vector<std::string> &ids, const std::string &end) {
    std::string text = form == MemberReader::Form::Csv ? "user_id,name" + end : "";
    for (const std::string &id : ids) {
        if (form == MemberReader::Form::Ndjson)
            text += "{\"user_id\":\"" + id + "\",\"note\":\"\\u00fc\"}" + end;
        else
            text += form == MemberReader::Form::Csv ? id + ",\"a, \"\"b\"\"\"" + end : id + end;
    }
    return text;
}

std::vector<std::string> pointersOf(const Result<void> &result) {
    std::vector<std::string> pointers;
    if (result) return pointers;
    for (const FieldError &field : result.error().fields)
        pointers.push_back(field.pointer);
    return pointers;
}

} // namespace

TEST(MemberReaderTest, howeverItIsCutTheSameIdsArrive) {
    const bool held = rc::check([] {
        const auto form = *rc::gen::element(MemberReader::Form::Lines, MemberReader::Form::Ndjson,
                                            MemberReader::Form::Csv);
        const std::string end = *rc::gen::element<std::string>("\n", "\r\n");
        std::vector<std::string> ids;
        for (const unsigned number : *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0U, 50U)))
            ids.push_back("user" + std::to_string(number));
        std::string text = textOf(form, ids, end);
        if (*rc::gen::arbitrary<bool>() && !text.empty()) text.resize(text.size() - end.size()); // no last end
        if (*rc::gen::arbitrary<bool>()) text.insert(0, "\xEF\xBB\xBF");
        std::vector<std::string> pieces;
        while (!text.empty()) {
            const auto size = std::min(text.size(), *rc::gen::inRange<std::size_t>(1, 20));
            pieces.push_back(text.substr(0, size));
            text.erase(0, size);
        }
        const ReadList list = readPieces(form, pieces);
        RC_ASSERT(list.result.has_value());
        const std::set<std::string> wanted(ids.begin(), ids.end());
        RC_ASSERT(list.ids == std::vector<std::string>(wanted.begin(), wanted.end()));
    });
    EXPECT_TRUE(held);
}

TEST(MemberReaderTest, wrongLinesAreNamedByTheirNumbers) {
    using Pointers = std::vector<std::string>;
    EXPECT_EQ(pointersOf(readPieces(MemberReader::Form::Lines, {"ann\n\nno id\nbob\n", "<b>\n"}).result),
              (Pointers{"/lines/3", "/lines/5"}));
    EXPECT_EQ(pointersOf(readPieces(MemberReader::Form::Csv, {"user_id,n\nann,1\nno id,2\n"}).result),
              (Pointers{"/lines/3"}));
    EXPECT_EQ(pointersOf(readPieces(MemberReader::Form::Ndjson,
                                    {"\"ann\"\n{\"id\":\"bob\"}\n5\n{oops\n{\"user_id\":5}\n"})
                             .result),
              (Pointers{"/lines/2", "/lines/3", "/lines/4", "/lines/5"}));
    const ReadList good = readPieces(MemberReader::Form::Lines, {"ann\n\n", "bob"});
    EXPECT_TRUE(good.result.has_value());
    EXPECT_EQ(good.lines, 3U);
}

TEST(MemberReaderTest, endlessMistakesAndLinesEndIt) {
    std::string many;
    for (int i = 0; i < 1'000; ++i)
        many += "no id\n";
    const ReadList wrong = readPieces(MemberReader::Form::Lines, {many, "never read\n"});
    EXPECT_EQ(pointersOf(wrong.result).size(), MemberReader::MostWrongLines);
    const ReadList endless = readPieces(MemberReader::Form::Lines, {std::string(100'000, 'x')});
    ASSERT_FALSE(endless.result.has_value());
    EXPECT_EQ(endless.result.error().kind, ErrorKind::Malformed);
    const ReadList crowd = readPieces(MemberReader::Form::Lines, {"ann\nbob\ncid\n"}, 2);
    ASSERT_FALSE(crowd.result.has_value());
    EXPECT_EQ(crowd.result.error().kind, ErrorKind::TooLarge);
    EXPECT_FALSE(readPieces(MemberReader::Form::Csv, {"ann,\"b\n"}).result.has_value());
}

} // namespace crossfade
