// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/mariadbform.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 5> Integers{"tinyint", "smallint", "mediumint", "int",
                                                   "bigint"};
constexpr std::array<std::string_view, 6> Binaries{"binary",   "varbinary",  "tinyblob",
                                                   "blob",     "mediumblob", "longblob"};
constexpr std::array<std::string_view, 8> Shapes{
    "geometry",   "point",           "linestring",   "polygon",
    "multipoint", "multilinestring", "multipolygon", "geometrycollection"};

template <std::size_t Size>
bool isOneOf(const std::array<std::string_view, Size> &words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

template <class Number>
std::string digitsOf(Number value)
{
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return std::string(buffer.data(), written.ptr);
}

std::string hexDigits(std::string_view bytes)
{
    static constexpr char Digits[] = "0123456789abcdef";
    std::string text = "\\x";
    text.reserve(2 + 2 * bytes.size());
    for (const char c : bytes) {
        text += Digits[static_cast<unsigned char>(c) >> 4];
        text += Digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::optional<float> singleOf(const std::string &text)
{
    const char *end = text.data() + text.size();
    double exact = 0;
    const auto read = std::from_chars(text.data(), end, exact);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return static_cast<float>(exact);
}

} // namespace

MariadbForm mariadbForm(std::string_view type)
{
    if (isOneOf(Integers, type)) return MariadbForm::Integer;
    if (isOneOf(Binaries, type)) return MariadbForm::Binary;
    if (isOneOf(Shapes, type) || type == "vector") return MariadbForm::Unsupported;
    if (type == "decimal") return MariadbForm::Decimal;
    if (type == "datetime" || type == "timestamp") return MariadbForm::Instant;
    if (type == "float") return MariadbForm::Single;
    if (type == "double") return MariadbForm::Double;
    if (type == "bit") return MariadbForm::Bits;
    return MariadbForm::Text; // also date, time, year, enum, set, json, uuid, inet6
}

std::string mariadbText(MariadbForm form, const std::string &column)
{
    switch (form) {
    case MariadbForm::Single:
        return "CAST(CAST(" + column + " AS DOUBLE) AS CHAR)";
    case MariadbForm::Bits:
        return "CAST(" + column + " + 0 AS CHAR)";
    case MariadbForm::Binary: // 92 is \, which a sql_mode may take for an escape
        return "CONCAT(CHAR(92 USING utf8mb4), 'x', LOWER(HEX(" + column + ")))";
    case MariadbForm::Text: // into the session's character set, whatever the column's own
    case MariadbForm::Integer:
    case MariadbForm::Decimal:
    case MariadbForm::Instant:
    case MariadbForm::Double:
    case MariadbForm::Unsupported:
        break;
    }
    return "CAST(" + column + " AS CHAR)";
}

std::string mariadbBytes(MariadbForm form, const std::string &column)
{
    return "CAST(" + mariadbText(form, column) + " AS BINARY)";
}

std::string mariadbRead(MariadbForm form, const std::string &column)
{
    return form == MariadbForm::Binary ? column : mariadbText(form, column);
}

Cell mariadbCell(MariadbForm form, std::optional<std::string_view> read)
{
    if (!read) return std::nullopt;
    if (form == MariadbForm::Binary) return hexDigits(*read);
    if (form != MariadbForm::Single) return std::string(*read);
    // In its shortest exact form, as the others write it.
    const std::optional<float> value = singleOf(std::string(*read));
    return value ? digitsOf(*value) : std::string(*read);
}

std::string exactSingle(const std::string &text)
{
    const std::optional<float> value = singleOf(text);
    return value ? digitsOf(static_cast<double>(*value)) : text;
}

char mariadbStorage(MariadbForm form)
{
    switch (form) {
    case MariadbForm::Single:
        return 'f';
    case MariadbForm::Double:
        return 'r';
    case MariadbForm::Binary:
        return 'b';
    case MariadbForm::Bits:
        return 'i';
    case MariadbForm::Text:
    case MariadbForm::Integer:
    case MariadbForm::Decimal:
    case MariadbForm::Instant:
    case MariadbForm::Unsupported:
        break;
    }
    return 't';
}

std::string mariadbParameter(MariadbForm form)
{
    switch (form) {
    case MariadbForm::Integer:
    case MariadbForm::Bits:
        return "CAST(? AS DECIMAL(65, 0))";
    case MariadbForm::Decimal:
        return "CAST(? AS DECIMAL(65, 30))";
    case MariadbForm::Instant:
        return "CAST(? AS DATETIME(6))";
    case MariadbForm::Single:
    case MariadbForm::Double:
        return "CAST(? AS DOUBLE)";
    case MariadbForm::Text:
    case MariadbForm::Binary:
    case MariadbForm::Unsupported:
        break;
    }
    return "?";
}

} // namespace crossfade
