// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/error.h"
#include "models/core/ids.h"
#include "models/core/platform.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>

namespace crossfade {

namespace {

// A second decoder, by code points instead of byte ranges: what isValidUtf8 is held against.
bool decodesAsUtf8(const std::string &text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto first = static_cast<unsigned char>(text[i]);
        const int more = first < 0x80         ? 0
                         : (first >> 5) == 6  ? 1
                         : (first >> 4) == 14 ? 2
                         : (first >> 3) == 30 ? 3
                                              : -1;
        if (more < 0 || i + static_cast<std::size_t>(more) >= text.size()) return false;
        std::uint32_t point = more == 0 ? first : first & (0x3Fu >> more);
        for (int k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
            if ((next & 0xC0) != 0x80) return false;
            point = (point << 6) | (next & 0x3Fu);
        }
        static constexpr std::uint32_t Smallest[] = {0, 0x80, 0x800, 0x10000};
        if (point < Smallest[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        i += static_cast<std::size_t>(more) + 1;
    }
    return true;
}

TEST(Ids, FollowTheGrammar) {
    for (const char *good : {"a", "user-1", "A.b_c@d+e|f-0", "0"})
        EXPECT_TRUE(isValidId(good)) << good;
    EXPECT_TRUE(isValidId(std::string(100, 'x')));
    EXPECT_FALSE(isValidId(std::string(101, 'x')));
    for (const char *bad : {"", " ", "a b", "a:b", "a/b", "a\n", "\xC3\xA4", "a%", "a,b", "a*"})
        EXPECT_FALSE(isValidId(bad)) << bad;
    EXPECT_FALSE(isValidId(std::string_view("a\0b", 3)));
}

RC_GTEST_PROP(Ids, OneForeignCharacterSpoilsAnId, (unsigned char byte)) {
    static const std::string Allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+|-";
    const char c = static_cast<char>(byte);
    const bool allowed = Allowed.find(c) != std::string::npos;
    RC_ASSERT(isValidId(std::string("ab") + c + "cd") == allowed);
}

TEST(Names, MayBeAnyTextWithoutControls) {
    EXPECT_TRUE(isValidName("登录 rule <b>'\"; DROP TABLE"));
    EXPECT_FALSE(isValidName(""));
    EXPECT_FALSE(isValidName("a\tb"));
    EXPECT_FALSE(isValidName("a\x7F"));
    EXPECT_FALSE(isValidName("\xC3\x28"));
    EXPECT_TRUE(isValidName("\xE7\x99\xBB", 3));
    EXPECT_FALSE(isValidName("\xE7\x99\xBB", 2));
}

TEST(Utf8, RefusesOverlongSurrogatesAndCutOff) {
    for (const char *bad :
         {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE7\x99", "\xFF", "\xFE"})
        EXPECT_FALSE(isValidUtf8(bad)) << static_cast<int>(static_cast<unsigned char>(bad[0]));
    for (const char *good :
         {"", "a", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(isValidUtf8(good));
}

RC_GTEST_PROP(Utf8, AgreesWithASecondDecoder, ()) {
    // Bytes near the borders of the table: random bytes alone are hardly ever valid.
    const auto bytes = *rc::gen::container<std::vector<unsigned char>>(
        rc::gen::oneOf(rc::gen::arbitrary<unsigned char>(),
                       rc::gen::element<unsigned char>(0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                                       0xBF, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4)));
    const std::string text(bytes.begin(), bytes.end());
    RC_ASSERT(isValidUtf8(text) == decodesAsUtf8(text));
}

RC_GTEST_PROP(Uuid, CarriesTimeAndVersion, (const std::array<std::uint8_t, 10> &random)) {
    const std::int64_t ms = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 48);
    const std::string uuid = uuidV7(ms, random);
    RC_ASSERT(isUuid(uuid));
    RC_ASSERT(uuid[14] == '7');
    RC_ASSERT(std::string("89ab").find(uuid[19]) != std::string::npos);
    std::string time = uuid.substr(0, 8) + uuid.substr(9, 4);
    RC_ASSERT(std::stoll(time, nullptr, 16) == ms);
}

RC_GTEST_PROP(Uuid, SortsByTime,
              (const std::array<std::uint8_t, 10> &a, const std::array<std::uint8_t, 10> &b)) {
    const std::int64_t ms = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
    const std::int64_t later = ms + *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    RC_ASSERT(uuidV7(ms, a) < uuidV7(later, b));
}

TEST(Uuid, TheExampleOfTheRfc) {
    const std::array<std::uint8_t, 10> random{0x0C, 0xC3, 0x18, 0xC4, 0xDC,
                                              0x0C, 0x0C, 0x07, 0x39, 0x8F};
    EXPECT_EQ(uuidV7(0x017F22E279B0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    EXPECT_FALSE(isUuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
    EXPECT_FALSE(isUuid("017f22e279b07cc398c4dc0c0c07398f"));
}

TEST(Errors, StatusAndKindGoBothWays) {
    for (const int status : {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 503}) {
        EXPECT_EQ(httpStatus(errorKindFromStatus(status)), status);
        EXPECT_NE(problemTitle(status), "Internal Server Error");
    }
    EXPECT_EQ(errorKindFromStatus(500), ErrorKind::Internal);
    EXPECT_EQ(errorKindFromStatus(418), ErrorKind::Malformed);
    EXPECT_EQ(httpStatus(ErrorKind::Internal), 500);
}

TEST(Platforms, WordsGoBothWays) {
    for (const Platform platform : {Platform::Legacy, Platform::New, Platform::Both})
        EXPECT_EQ(platformFromWord(platformWord(platform)), platform);
    EXPECT_EQ(platformFromWord("new"), std::nullopt);
    EXPECT_EQ(otherPlatform(Platform::New), Platform::Legacy);
    EXPECT_EQ(otherPlatform(Platform::Legacy), Platform::New);
}

} // namespace

} // namespace crossfade
