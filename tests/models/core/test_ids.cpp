// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

TEST(Id, HasOneGrammar)
{
    for (const char *good : {"a", "100482", "a.schneider", "o_x@example.com", "A+b|c-d"})
        EXPECT_TRUE(isValidId(good)) << good;
    EXPECT_TRUE(isValidId(std::string(100, 'x')));
    for (const char *bad : {"", " ", "a b", "a:b", "a;b", "a\nb", "j.o'neill", "\xE7\x8E\x8B", "a<<b", "a/b"})
        EXPECT_FALSE(isValidId(bad)) << bad;
    EXPECT_FALSE(isValidId(std::string(101, 'x')));
    EXPECT_FALSE(isValidId(std::string("a\0b", 3)));
}

TEST(Name, IsAnyTextWithoutControls)
{
    EXPECT_TRUE(isValidName("王伟明 <b>&\"'; DROP TABLE users;--"));
    EXPECT_FALSE(isValidName(""));
    EXPECT_FALSE(isValidName("a\tb"));
    EXPECT_FALSE(isValidName("a\x7F"));
    EXPECT_FALSE(isValidName("\xFF"));
    EXPECT_FALSE(isValidName("abcd", 3));
}

TEST(Utf8, FollowsTheUnicodeTable)
{
    for (const char *good : {"", "a", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80",
                             "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(isValidUtf8(good));
    for (const char *bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC2",
                            "\xE2\x82", "a\xE2\x28\xA1"})
        EXPECT_FALSE(isValidUtf8(bad));
}

// Every code point but the surrogates, encoded here by the definition.
TEST(Utf8, AcceptsEveryScalarValueAndNoSurrogate)
{
    for (std::uint32_t point = 0; point < 0x110000; ++point) {
        std::string text;
        const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
        if (point < 0x80) {
            add(point);
        } else if (point < 0x800) {
            add(0xC0 | point >> 6);
            add(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            add(0xE0 | point >> 12);
            add(0x80 | (point >> 6 & 0x3F));
            add(0x80 | (point & 0x3F));
        } else {
            add(0xF0 | point >> 18);
            add(0x80 | (point >> 12 & 0x3F));
            add(0x80 | (point >> 6 & 0x3F));
            add(0x80 | (point & 0x3F));
        }
        const bool surrogate = point >= 0xD800 && point < 0xE000;
        ASSERT_EQ(isValidUtf8(text), !surrogate) << point;
    }
}

TEST(Uuid, MatchesTheExampleOfRfc9562)
{
    // RFC 9562 appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F
    const std::array<std::uint8_t, 10> random{0x0C, 0xC3, 0x18, 0xC4, 0xDC,
                                              0x0C, 0x0C, 0x07, 0x39, 0x8F};
    EXPECT_EQ(uuidV7(0x017F22E279B0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

RC_GTEST_PROP(Uuid, LaterSortsAfter, (const std::array<std::uint8_t, 10> &a))
{
    const auto ms = *rc::gen::inRange<std::int64_t>(0, 1LL << 47);
    std::array<std::uint8_t, 10> b{};
    RC_ASSERT(uuidV7(ms, a) < uuidV7(ms + 1, b));
    RC_ASSERT(isUuid(uuidV7(ms, a)));
}

TEST(Uuid, KnowsItsForm)
{
    EXPECT_FALSE(isUuid(""));
    EXPECT_FALSE(isUuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
    EXPECT_FALSE(isUuid("017f22e2079b0-7cc3-98c4-dc0c0c07398f"));
}

} // namespace
} // namespace crossfade
