// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/jsontext.h"

#include "models/core/json.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace crossfade {

namespace {

// As it is, between quotes. All else is left to the library, which knows about it.
bool isPlain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

} // namespace

void appendJson(std::string &out, std::string_view text)
{
    if (!std::ranges::all_of(text, isPlain)) {
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
