// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace planting {

enum class Engine { Sqlite, Postgres, Mariadb };
constexpr std::size_t Sides = 2; // LEGACY, NEW

inline std::string quotedBy(const std::string &text, char quote)
{
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    return result + quote;
}
inline std::string name(Engine engine, const std::string &text)
{
    return quotedBy(text, engine == Engine::Mariadb ? '`' : '"');
}
// MariaDB: with NO_BACKSLASH_ESCAPES.
inline std::string literal(const std::string &text)
{
    return quotedBy(text, '\'');
}

inline std::string hexOf(const std::string &bytes)
{
    std::string result;
    for (const char c : bytes) {
        std::array<char, 3> pair{};
        std::snprintf(pair.data(), pair.size(), "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        result += pair.data();
    }
    return result;
}

// A text of JSON, in its quotes.
inline std::string jsonText(const std::string &text)
{
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
        if (byte < 0x20) {
            std::array<char, 7> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
            result += escape.data();
            continue;
        }
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

} // namespace planting
