// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/textdiff.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace crossfade {
namespace {

// "Ana[ï]s": changed units in brackets, names of what cannot be seen in angle brackets.
std::string shown(std::string_view text, const std::vector<TextUnit> &units)
{
    std::string line;
    for (const TextUnit &unit : units) {
        std::string word(text.substr(unit.begin, unit.length));
        if (unit.kind == UnitKind::Invisible)
            word = "<" + invisibleName(unit.first) + ">";
        if (unit.kind == UnitKind::NoBreak)
            word = "<nbsp>";
        if (unit.kind == UnitKind::Broken)
            word = "<broken>";
        line += unit.changed ? "[" + word + "]" : word;
    }
    return line;
}

struct DiffCase {
    const char *name;
    std::string left, right, leftShown, rightShown;
};

class TextDiffCases : public testing::TestWithParam<DiffCase> {};

TEST_P(TextDiffCases, marks)
{
    const DiffCase &c = GetParam();
    const TextDiff diff = textDiff(c.left, c.right);
    EXPECT_EQ(shown(c.left, diff.left), c.leftShown);
    EXPECT_EQ(shown(c.right, diff.right), c.rightShown);
}

INSTANTIATE_TEST_SUITE_P(
    TextDiff, TextDiffCases,
    testing::Values(
        DiffCase{"equal", "a b", "a b", "a b", "a b"},
        DiffCase{"trailing_blank", "a@b.c", "a@b.c ", "a@b.c", "a@b.c[ ]"},
        DiffCase{"one_letter", "+45 12", "+45 15", "+45 1[2]", "+45 1[5]"},
        DiffCase{"composed_against_decomposed", "Ana\xc3\xafs", "Anai\xcc\x88s", "Ana[\xc3\xaf]s",
             "Ana[i\xcc\x88]s"},
        DiffCase{"no_break_space", "a\xc2\xa0" "b", "a b", "a[<nbsp>]b", "a[ ]b"},
        DiffCase{"direction_mark", "ab", "a\xe2\x80\x8f" "b", "ab", "a[<RLM>]b"},
        DiffCase{"cjk", "\xe9\x98\xae\xe5\xae\x89\xe5\xa8\x9c", "\xe9\x98\xae\xe5\xae\x89\xe9\x82\xa3",
             "\xe9\x98\xae\xe5\xae\x89[\xe5\xa8\x9c]", "\xe9\x98\xae\xe5\xae\x89[\xe9\x82\xa3]"},
        DiffCase{"empty", "", "x", "", "[x]"},
        DiffCase{"inserted_inside", "auditor", "auditor, lead", "auditor",
             "auditor[,][ ][l][e][a][d]"},
        DiffCase{"two_places", "axbxc", "aybyc", "a[x]b[x]c", "a[y]b[y]c"},
        DiffCase{"bad_utf8", "a\xff" "b", "ab", "a[<broken>]b", "ab"},
        DiffCase{"cut_utf8", "a\xe2\x80", "a", "a[<broken>][<broken>]", "a"},
        DiffCase{"nul_and_tab", std::string("a\0b", 3), "a\tb", "a[<NUL>]b", "a[<TAB>]b"}),
    [](const auto &info) { return info.param.name; });

TEST(TextDiff, FamilyEmojiIsOneUnit)
{
    const std::string family = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
    EXPECT_EQ(textUnits(family).size(), 1u);
    EXPECT_EQ(textUnits("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd").size(), 1u);
}

TEST(TextDiff, LongMiddleIsMarkedWhole)
{
    const std::string left = "<" + std::string(5'000, 'a') + ">";
    const std::string right = "<" + std::string(5'000, 'b') + ">";
    const TextDiff diff = textDiff(left, right);
    EXPECT_FALSE(diff.left.front().changed);
    EXPECT_FALSE(diff.left.back().changed);
    EXPECT_EQ(std::ranges::count_if(diff.left, &TextUnit::changed), 5'000);
}

TEST(TextDiff, NamesOnlyWhatCannotBeSeen)
{
    EXPECT_EQ(invisibleName(U'a'), "");
    EXPECT_EQ(invisibleName(0x200f), "RLM");
    EXPECT_EQ(invisibleName(0x01), "U+0001");
    EXPECT_EQ(invisibleName(0xe0001), "U+E0001");
}

RC_GTEST_PROP(TextDiff, UnitsCoverTheTextInOrder, (const std::string &text))
{
    std::size_t at = 0;
    for (const TextUnit &unit : textUnits(text)) {
        RC_ASSERT(unit.begin == at);
        RC_ASSERT(unit.length > 0u);
        at += unit.length;
    }
    RC_ASSERT(at == text.size());
}

RC_GTEST_PROP(TextDiff, WhatIsNotMarkedIsTheSameOnBothSides,
              (const std::string &left, const std::string &right))
{
    const TextDiff diff = textDiff(left, right);
    const auto kept = [](const std::string &text, const std::vector<TextUnit> &units) {
        std::string out;
        for (const TextUnit &unit : units)
            if (!unit.changed)
                out += text.substr(unit.begin, unit.length);
        return out;
    };
    RC_ASSERT(kept(left, diff.left) == kept(right, diff.right));
    if (left == right)
        RC_ASSERT(std::ranges::none_of(diff.left, &TextUnit::changed));
}

} // namespace
} // namespace crossfade
