// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/jsontext.h"

#include "models/core/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace crossfade {

namespace {

// As it is, between quotes. All else is left to the library, which knows about it.
bool isPlain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

constexpr std::uint64_t eachByte(std::uint64_t byte)
{
    return byte * 0x0101'0101'0101'0101;
}

// The same of eight at once. A byte has a bit in the upper half set where it is 0x80 or more, less than 0x20, or
// equal to one of the three (their difference is then 0, and only 0 borrows). A false alarm costs time, no more.
bool arePlain(std::uint64_t eight)
{
    const auto has = [eight](std::uint64_t byte) {
        const std::uint64_t difference = eight ^ eachByte(byte);
        return (difference - eachByte(1)) & ~difference;
    };
    const std::uint64_t small = (eight - eachByte(0x20)) & ~eight;
    return ((eight | small | has('"') | has('\\') | has(0x7f)) & eachByte(0x80)) == 0;
}

} // namespace

bool isPlainJsonText(std::string_view text)
{
    while (text.size() >= 8) {
        std::uint64_t eight;
        std::memcpy(&eight, text.data(), 8);
        if (!arePlain(eight)) return std::ranges::all_of(text, isPlain);
        text.remove_prefix(8);
    }
    return std::ranges::all_of(text, isPlain);
}

void appendJson(std::string &out, std::string_view text)
{
    if (!isPlainJsonText(text)) {
        out += dumpJson(Json(text));
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

void appendJson(std::string &out, std::int64_t number)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end.ptr);
}

} // namespace crossfade
