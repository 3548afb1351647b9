// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crossfade {

// JSON written straight into a text, for answers that are given thousands of times a second and imports of
// many thousand rows: a tree of values built only to be written costs ten times as much. Byte by byte what
// dumpJson() writes of the same value.
void appendJson(std::string &out, std::string_view text); // in quotes, escaped; not UTF-8: U+FFFD
void appendJson(std::string &out, std::int64_t number);
// Whether the text stands in JSON as it is: ASCII, and nothing in it is to be escaped.
bool isPlainJsonText(std::string_view text);

} // namespace crossfade
