// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What a person must be told of a unit of text, because the font would not show it.
enum class UnitKind {
    Plain,
    Space,      // U+0020
    NoBreak,    // U+00A0, U+202F and the other spaces that look like U+0020
    Invisible,  // controls, direction marks, zero width characters: see invisibleName()
    Mark,       // a combining mark without a base
    Broken,     // a byte that is not UTF-8
};

// About what a person calls one character: a base with its combining marks, an emoji sequence.
struct TextUnit {
    std::size_t begin = 0; // bytes
    std::size_t length = 0;
    char32_t first = 0; // its first code point; of Broken the byte
    UnitKind kind = UnitKind::Plain;
    bool hasMarks = false; // Plain with combining marks: "i" + U+0308
    bool changed = false;
    bool operator==(const TextUnit &) const = default;
};

std::vector<TextUnit> textUnits(std::string_view text);

struct TextDiff {
    std::vector<TextUnit> left;
    std::vector<TextUnit> right;
};

// Marks the units that are not part of a longest common subsequence of both. Beyond 1 000 changed
// units a side, after equal ends are taken off, the whole middle counts as changed.
TextDiff textDiff(std::string_view left, std::string_view right);

// "RLM", "ZWSP", "TAB", "U+E0001"; empty for what can be seen.
std::string invisibleName(char32_t codePoint);

} // namespace crossfade
