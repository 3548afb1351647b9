// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/ids.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

// A table: every decision checks its ids.
constexpr std::array<bool, 256> idCharacters()
{
    std::array<bool, 256> allowed{};
    for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789._@+|-"))
        allowed[static_cast<unsigned char>(c)] = true;
    return allowed;
}
constexpr std::array<bool, 256> IdCharacters = idCharacters();

struct LeadByte {
    std::size_t length;
    std::uint8_t secondLow;
    std::uint8_t secondHigh;
};

// Table 3-7 of the Unicode standard: the second byte's range depends on the first.
LeadByte leadByte(std::uint8_t first)
{
    if (first < 0x80) return {1, 0, 0};
    if (first >= 0xC2 && first <= 0xDF) return {2, 0x80, 0xBF};
    if (first == 0xE0) return {3, 0xA0, 0xBF};
    if (first == 0xED) return {3, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF) return {3, 0x80, 0xBF};
    if (first == 0xF0) return {4, 0x90, 0xBF};
    if (first >= 0xF1 && first <= 0xF3) return {4, 0x80, 0xBF};
    if (first == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

} // namespace

bool isValidId(std::string_view id)
{
    if (id.empty() || id.size() > 100) return false;
    bool valid = true;
    for (const char c : id)
        valid = valid && IdCharacters[static_cast<unsigned char>(c)];
    return valid;
}

bool isValidName(std::string_view name, std::size_t maxBytes)
{
    const auto isControl = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    };
    return !name.empty() && name.size() <= maxBytes && isValidUtf8(name) &&
           std::ranges::none_of(name, isControl);
}

bool isValidUtf8(std::string_view text)
{
    const auto byteAt = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const LeadByte lead = leadByte(byteAt(i));
        if (lead.length == 0 || i + lead.length > text.size()) return false;
        for (std::size_t k = 1; k < lead.length; ++k) {
            const std::uint8_t low = k == 1 ? lead.secondLow : 0x80;
            const std::uint8_t high = k == 1 ? lead.secondHigh : 0xBF;
            if (byteAt(i + k) < low || byteAt(i + k) > high) return false;
        }
        i += lead.length;
    }
    return true;
}

std::string uuidV7(std::int64_t unixMs, const std::array<std::uint8_t, 10> &random)
{
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(unixMs >> (40 - 8 * i));
    std::ranges::copy(random, bytes.begin() + 6);
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0F));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
    static constexpr std::string_view Hex = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += Hex[bytes[i] >> 4];
        text += Hex[bytes[i] & 0x0F];
    }
    return text;
}

bool isUuid(std::string_view text)
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

} // namespace crossfade
