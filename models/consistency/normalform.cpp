// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/normalform.h"

#include "models/consistency/decimalform.h"
#include "models/consistency/jsonform.h"
#include "models/consistency/timestampform.h"
#include "models/consistency/unicode.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::string_view Blanks = " \t\r\n\f\v";
constexpr char Unreadable = '\x01'; // no readable normal form of a typed value starts with it

std::string transformed(const MappedField &field, std::string text)
{
    for (const Transform transform : field.transforms) {
        if (transform == Transform::Lower) {
            text = lowered(text);
            continue;
        }
        const std::size_t first = text.find_first_not_of(Blanks);
        if (first == std::string::npos) return {};
        text = text.substr(first, text.find_last_not_of(Blanks) - first + 1);
    }
    return text;
}

std::optional<std::string> decimalText(const std::string &text)
{
    const std::optional<DecimalForm> form = parseDecimal(text);
    return form ? std::optional(form->text()) : std::nullopt;
}

std::optional<std::string> timestampText(const std::string &text)
{
    const std::optional<TimestampForm> form = parseTimestamp(text);
    return form ? std::optional(form->text()) : std::nullopt;
}

std::optional<std::string> booleanText(std::string text)
{
    static constexpr std::array<std::string_view, 6> True{"1", "t", "true", "y", "yes", "on"};
    static constexpr std::array<std::string_view, 6> False{"0", "f", "false", "n", "no", "off"};
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::ranges::find(True, text) != True.end()) return "1";
    if (std::ranges::find(False, text) != False.end()) return "0";
    return std::nullopt;
}

// "\\x00ff" with the digits in lower case: what the sources make of binary values.
std::optional<std::string> binaryText(std::string text)
{
    if (!text.starts_with("\\x") || text.size() % 2 != 0) return std::nullopt;
    for (char &c : text) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    const bool digits = text.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
    return digits ? std::optional(text) : std::nullopt;
}

} // namespace

Cell normalForm(const MappedField &field, const Cell &value)
{
    if (!value) return std::nullopt;
    std::string text = transformed(field, *value);
    std::optional<std::string> normal;
    switch (field.kind) {
    case FieldKind::Text:
        return text;
    case FieldKind::Integer:
    case FieldKind::Decimal:
        normal = decimalText(text);
        break;
    case FieldKind::Timestamp:
        normal = timestampText(text);
        break;
    case FieldKind::Boolean:
        normal = booleanText(text);
        break;
    case FieldKind::Binary:
        normal = binaryText(text);
        break;
    case FieldKind::Json:
        normal = jsonForm(text);
        break;
    }
    return normal ? *normal : Unreadable + text;
}

void appendEncoded(std::string &out, const Cell &cell)
{
    if (!cell) {
        out += '-';
        return;
    }
    out += std::to_string(cell->size());
    out += ':';
    out += *cell;
}

std::string encodeRow(const std::vector<MappedField> &compared, const KeyedRow &row)
{
    std::string out;
    appendEncoded(out, row.key);
    for (std::size_t i = 0; i < compared.size(); ++i)
        appendEncoded(out, normalForm(compared[i], i < row.cells.size() ? row.cells[i] : Cell()));
    return out;
}

} // namespace crossfade
