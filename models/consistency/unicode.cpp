// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/unicode.h"

#include "models/core/ids.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

namespace crossfade {

namespace {

std::string mapped(std::string_view text, utf8proc_option_t options)
{
    utf8proc_uint8_t *out = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &out, options);
    if (length < 0) return std::string(text);
    std::string result(reinterpret_cast<const char *>(out), static_cast<std::size_t>(length));
    std::free(out);
    return result;
}

// Most text is: for it there is nothing to compose, and a table of all characters is not asked for each.
bool isAscii(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

} // namespace

std::string composed(std::string_view text)
{
    if (isAscii(text)) return std::string(text);
    return mapped(text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
}

std::string caseFolded(std::string_view text)
{
    if (isAscii(text)) {
        std::string folded(text);
        for (char &c : folded)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return folded;
    }
    return mapped(text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                                       UTF8PROC_CASEFOLD));
}

namespace {

std::string eachCode(std::string_view text, utf8proc_int32_t (*change)(utf8proc_int32_t))
{
    if (!isValidUtf8(text)) return std::string(text);
    std::string result;
    result.reserve(text.size());
    const auto *in = reinterpret_cast<const utf8proc_uint8_t *>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(in, left, &code);
        if (used <= 0) return std::string(text);
        utf8proc_uint8_t bytes[4];
        const utf8proc_ssize_t written = utf8proc_encode_char(change(code), bytes);
        result.append(reinterpret_cast<const char *>(bytes), static_cast<std::size_t>(written));
        in += used;
        left -= used;
    }
    return result;
}

} // namespace

std::string lowered(std::string_view text)
{
    return eachCode(text, utf8proc_tolower);
}

std::string uppered(std::string_view text)
{
    return eachCode(text, utf8proc_toupper);
}

} // namespace crossfade
