// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/sqltext.h"

#include "models/core/ids.h"

#include <algorithm>
#include <charconv>

namespace crossfade {

namespace {

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool isPlain(std::string_view text) // but for its quotes
{
    return std::ranges::none_of(text, [](char c) { return isControl(c) || c == '\\'; });
}

std::string hexDigitsOf(std::string_view bytes)
{
    static constexpr char Digits[] = "0123456789ABCDEF";
    std::string text;
    for (const char c : bytes) {
        text += Digits[static_cast<unsigned char>(c) >> 4];
        text += Digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string quotedText(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') quoted += '\'';
        quoted += c;
    }
    return quoted + "'";
}

// The digits behind "\\x" of a binary value.
std::optional<std::string_view> binaryDigits(std::string_view text)
{
    if (!text.starts_with("\\x") || text.size() % 2 != 0) return std::nullopt;
    text.remove_prefix(2);
    if (text.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return std::nullopt;
    return text;
}

bool isNumber(std::string_view text)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() &&
           text.find_first_not_of("+-0123456789.eE") == std::string_view::npos;
}

bool isWhole(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size();
}

// Without a dot or an exponent it would be a whole number.
std::string realLiteral(const std::string &text)
{
    return text.find_first_of(".eE") == std::string::npos ? text + ".0" : text;
}

std::string sqliteLiteral(const std::string &text, char storage)
{
    if (storage == 'i' && isWhole(text)) return text;
    if (storage == 'r' && isNumber(text)) return realLiteral(text);
    if (storage == 'b') {
        if (const auto digits = binaryDigits(text)) return "X'" + std::string(*digits) + "'";
    }
    // Its own shell ends a statement's line at the first zero byte, and has no escapes.
    const bool plain = std::ranges::none_of(text, isControl) && isValidUtf8(text);
    return plain ? quotedText(text) : "CAST(X'" + hexDigitsOf(text) + "' AS TEXT)";
}

std::optional<std::string> postgresLiteral(const std::string &text)
{
    if (text.find('\0') != std::string::npos || !isValidUtf8(text)) return std::nullopt;
    if (isPlain(text)) return quotedText(text);
    std::string escaped = "E'";
    for (const char c : text) {
        if (isControl(c)) {
            escaped += "\\x" + hexDigitsOf(std::string_view(&c, 1));
            continue;
        }
        if (c == '\'' || c == '\\') escaped += c;
        escaped += c;
    }
    return escaped + "'";
}

std::optional<std::string> mariadbLiteral(const std::string &text, char storage)
{
    if (storage == 'b') { // the statement says UNHEX
        if (const auto digits = binaryDigits(text)) return quotedText(*digits);
    }
    if (!isValidUtf8(text)) return std::nullopt;
    // A sql_mode decides what a backslash is. With its character set it is a literal all the same: a column's collation holds.
    if (!isPlain(text)) return "_utf8mb4 X'" + hexDigitsOf(text) + "'";
    const bool ascii = std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return (ascii ? "" : "_utf8mb4") + quotedText(text);
}

// Behind the quotation that begins there.
std::size_t behindQuotation(std::string_view sql, std::size_t begin)
{
    const std::size_t end = sql.find(sql[begin], begin + 1);
    return end == std::string_view::npos ? sql.size() : end + 1;
}

std::size_t numberAt(std::string_view sql, std::size_t begin, std::size_t &number)
{
    const auto [end, problem] = std::from_chars(sql.data() + begin, sql.data() + sql.size(), number);
    return problem == std::errc() ? static_cast<std::size_t>(end - sql.data()) : begin;
}

} // namespace

std::optional<std::string> sqlLiteral(SqlDialect dialect, const std::optional<std::string> &value, char storage)
{
    if (!value) return "NULL";
    switch (dialect) {
    case SqlDialect::Sqlite:
        return sqliteLiteral(*value, storage);
    case SqlDialect::Postgres:
        return postgresLiteral(*value);
    case SqlDialect::Mariadb:
        break;
    }
    return mariadbLiteral(*value, storage);
}

std::optional<std::string> withLiterals(SqlDialect dialect, std::string_view sql, const std::vector<std::string> &literals)
{
    const char mark = dialect == SqlDialect::Postgres ? '$' : '?';
    std::string text;
    std::vector<bool> used(literals.size());
    std::size_t next = 0;
    for (std::size_t at = 0; at < sql.size();) {
        if (sql[at] == '\'' || sql[at] == '"' || sql[at] == '`') {
            const std::size_t end = behindQuotation(sql, at);
            text += sql.substr(at, end - at);
            at = end;
            continue;
        }
        if (sql[at] != mark) {
            text += sql[at++];
            continue;
        }
        std::size_t number = ++next;
        ++at;
        if (dialect != SqlDialect::Mariadb) {
            number = 0;
            at = numberAt(sql, at, number);
        }
        if (number == 0 || number > literals.size()) return std::nullopt;
        used[number - 1] = true;
        text += literals[number - 1];
    }
    if (std::ranges::find(used, false) != used.end()) return std::nullopt;
    return text;
}

std::string sqlComment(std::string_view text)
{
    std::string line = "-- ";
    for (const char c : text)
        line += isControl(c) ? ' ' : c;
    return line + "\n";
}

} // namespace crossfade
