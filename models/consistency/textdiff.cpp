// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/textdiff.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace crossfade {

namespace {

struct CodePoint {
    char32_t value = 0;
    std::size_t length = 0;
    bool broken = false;
};

CodePoint broken(std::string_view text)
{
    return {static_cast<unsigned char>(text.front()), 1, true};
}

// The first code point of a text that is not empty; overlong forms and surrogates are broken bytes.
CodePoint decode(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return {lead, 1, false};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
        return broken(text);
    char32_t value = lead & (0x7fu >> length);
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0u) != 0x80u)
            return broken(text);
        value = (value << 6) | (byte(at) & 0x3fu);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return broken(text);
    return {value, length, false};
}

using Span = std::pair<char32_t, char32_t>;

template <std::size_t N>
bool within(char32_t value, const std::array<Span, N> &spans)
{
    return std::ranges::any_of(
        spans, [value](const Span &span) { return span.first <= value && value <= span.second; });
}

// The blocks of combining marks that names and addresses meet; not every mark of Unicode.
constexpr std::array<Span, 22> Marks{{{0x300, 0x36f},     {0x483, 0x489},     {0x591, 0x5bd},
                                      {0x5bf, 0x5c7},     {0x610, 0x61a},     {0x64b, 0x65f},
                                      {0x670, 0x670},     {0x6d6, 0x6dc},     {0x6df, 0x6e4},
                                      {0x6e7, 0x6ed},     {0x93a, 0x93c},     {0x93e, 0x94f},
                                      {0x951, 0x957},     {0x981, 0x983},     {0xe31, 0xe31},
                                      {0xe34, 0xe3a},     {0xe47, 0xe4e},     {0x1ab0, 0x1aff},
                                      {0x1dc0, 0x1dff},   {0x20d0, 0x20ff},   {0x3099, 0x309a},
                                      {0xfe20, 0xfe2f}}};
constexpr std::array<Span, 3> Modifiers{{{0xfe00, 0xfe0f}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef}}};
constexpr std::array<Span, 5> Pictures{
    {{0x2190, 0x21ff}, {0x2600, 0x27bf}, {0x2b00, 0x2bff}, {0x1f000, 0x1faff}, {0x2300, 0x23ff}}};
constexpr std::array<Span, 6> OddSpaces{{{0xa0, 0xa0},
                                         {0x1680, 0x1680},
                                         {0x2000, 0x200a},
                                         {0x202f, 0x202f},
                                         {0x205f, 0x205f},
                                         {0x3000, 0x3000}}};
constexpr char32_t Joiner = 0x200d;

// Marks, variation selectors, skin tones, and a joiner with the picture after it.
std::size_t extend(std::string_view text, TextUnit &unit)
{
    std::size_t at = unit.begin + unit.length;
    while (at < text.size()) {
        const CodePoint next = decode(text.substr(at));
        if (next.broken)
            break;
        if (within(next.value, Marks)) {
            unit.hasMarks = true;
        } else if (next.value == Joiner && within(unit.first, Pictures)) {
            const std::size_t after = at + next.length;
            if (after >= text.size() || !within(decode(text.substr(after)).value, Pictures))
                break;
            at = after + decode(text.substr(after)).length;
            continue;
        } else if (!within(next.value, Modifiers)) {
            break;
        }
        at += next.length;
    }
    unit.length = at - unit.begin;
    return at;
}

UnitKind kindOf(const CodePoint &point)
{
    if (point.broken)
        return UnitKind::Broken;
    if (point.value == U' ')
        return UnitKind::Space;
    if (within(point.value, OddSpaces))
        return UnitKind::NoBreak;
    if (within(point.value, Marks) || within(point.value, Modifiers))
        return UnitKind::Mark;
    return invisibleName(point.value).empty() ? UnitKind::Plain : UnitKind::Invisible;
}

struct Side {
    std::string_view text;
    std::vector<TextUnit> &units;
    std::string_view at(std::size_t unit) const
    {
        return text.substr(units[unit].begin, units[unit].length);
    }
};

void markAll(Side &side, std::size_t first, std::size_t end)
{
    for (std::size_t at = first; at < end; ++at)
        side.units[at].changed = true;
}

// Longest common subsequence by the table of lengths of the remaining parts.
void markMiddle(Side left, Side right, std::size_t first, std::size_t leftEnd, std::size_t rightEnd)
{
    const std::size_t rows = leftEnd - first;
    const std::size_t columns = rightEnd - first;
    constexpr std::size_t Limit = 1'000;
    if (rows == 0 || columns == 0 || rows > Limit || columns > Limit) {
        markAll(left, first, leftEnd);
        markAll(right, first, rightEnd);
        return;
    }
    std::vector<std::uint16_t> longest((rows + 1) * (columns + 1), 0);
    const auto cell = [&](std::size_t i, std::size_t j) -> std::uint16_t & {
        return longest[i * (columns + 1) + j];
    };
    for (std::size_t i = rows; i-- > 0;)
        for (std::size_t j = columns; j-- > 0;)
            cell(i, j) = left.at(first + i) == right.at(first + j)
                             ? static_cast<std::uint16_t>(cell(i + 1, j + 1) + 1)
                             : std::max(cell(i + 1, j), cell(i, j + 1));
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows && j < columns) {
        if (left.at(first + i) == right.at(first + j)) {
            ++i;
            ++j;
        } else if (cell(i + 1, j) >= cell(i, j + 1)) {
            left.units[first + i++].changed = true;
        } else {
            right.units[first + j++].changed = true;
        }
    }
    markAll(left, first + i, leftEnd);
    markAll(right, first + j, rightEnd);
}

} // namespace

std::vector<TextUnit> textUnits(std::string_view text)
{
    std::vector<TextUnit> units;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text.substr(at));
        TextUnit unit{at, point.length, point.value, kindOf(point), false, false};
        at += point.length;
        if (unit.kind == UnitKind::Plain)
            at = extend(text, unit);
        units.push_back(unit);
    }
    return units;
}

TextDiff textDiff(std::string_view left, std::string_view right)
{
    TextDiff diff{textUnits(left), textUnits(right)};
    const Side a{left, diff.left};
    const Side b{right, diff.right};
    std::size_t first = 0;
    while (first < diff.left.size() && first < diff.right.size() && a.at(first) == b.at(first))
        ++first;
    std::size_t leftEnd = diff.left.size();
    std::size_t rightEnd = diff.right.size();
    while (leftEnd > first && rightEnd > first && a.at(leftEnd - 1) == b.at(rightEnd - 1)) {
        --leftEnd;
        --rightEnd;
    }
    markMiddle(a, b, first, leftEnd, rightEnd);
    return diff;
}

std::string invisibleName(char32_t codePoint)
{
    struct Name {
        char32_t value;
        const char *name;
    };
    static constexpr std::array<Name, 25> names{
        {{0x00, "NUL"},    {0x09, "TAB"},    {0x0a, "LF"},     {0x0d, "CR"},     {0x1b, "ESC"},
         {0x7f, "DEL"},    {0x85, "NEL"},    {0xad, "SHY"},    {0x61c, "ALM"},   {0x180e, "MVS"},
         {0x200b, "ZWSP"}, {0x200c, "ZWNJ"}, {0x200d, "ZWJ"},  {0x200e, "LRM"},  {0x200f, "RLM"},
         {0x2028, "LSEP"}, {0x2029, "PSEP"}, {0x202a, "LRE"},  {0x202b, "RLE"},  {0x202c, "PDF"},
         {0x202d, "LRO"},  {0x202e, "RLO"},  {0x2060, "WJ"},   {0xfeff, "BOM"},  {0xfffc, "OBJ"}}};
    for (const Name &known : names)
        if (known.value == codePoint)
            return known.name;
    constexpr std::array<Span, 7> hidden{{{0x00, 0x1f},
                                          {0x80, 0x9f},
                                          {0x2061, 0x206f},
                                          {0xe000, 0xf8ff},
                                          {0xfff0, 0xfffb},
                                          {0xe0000, 0xe0fff},
                                          {0x115f, 0x1160}}};
    if (!within(codePoint, hidden) || within(codePoint, Modifiers))
        return {};
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string hex;
    for (char32_t rest = codePoint; rest != 0 || hex.size() < 4; rest >>= 4)
        hex.insert(hex.begin(), digits[rest & 0xf]);
    return "U+" + hex;
}

} // namespace crossfade
