// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/json.h"
#include "models/core/jsontext.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

std::string jsonTextOf(std::string_view text)
{
    std::string out = "x";
    appendJson(out, text);
    return out.substr(1);
}

TEST(JsonText, EscapesAsTheLibraryDoes)
{
    for (const char *text : {"", "plain text 09~", "a\"b", "a\\b", "line\nend\t", "\x01", "\x7f", "\xE5\xBC\xA0", "\xFF\xFE", "\xF0\x9F\x98\x80", "a\xE5", "</script>"})
        EXPECT_EQ(jsonTextOf(text), dumpJson(Json(text))) << text;
    EXPECT_EQ(jsonTextOf(std::string_view("a\0b", 3)), "\"a\\u0000b\"");
}

RC_GTEST_PROP(JsonText, OfAnyBytesIsWhatTheLibraryWrites, (const std::string &text))
{
    RC_ASSERT(jsonTextOf(text) == dumpJson(Json(text)));
}

RC_GTEST_PROP(JsonText, OfAnyNumberToo, (std::int64_t number))
{
    std::string out;
    appendJson(out, number);
    RC_ASSERT(out == dumpJson(Json(number)));
}

} // namespace
} // namespace crossfade
