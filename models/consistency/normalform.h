// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"
#include "models/consistency/timestampform.h"

#include <string>
#include <vector>

namespace crossfade {

// What is compared instead of a value: two values of a field are equal if and only if their normal
// forms are. NULL stays NULL and equals only NULL. A value that cannot be read as its kind keeps
// its own bytes behind a mark, so it equals only itself.
Cell normalForm(const MappedField &field, const Cell &value);
// The same of a value of that side: with its wall clock, and a value of LEGACY that stands in the value map as the one
// of NEW it stands for. One that stands in none and is spelt like a value of NEW which does is no value of NEW: its form is
// that of none. Of a field that is not one-sided it is the form above. Of a set, the forms of its members.
//
// A wall time that a clock set back shows twice is the first of the two moments; one that was skipped cannot be read.
Cell normalForm(const MappedField &field, Platform side, const Cell &value);
// The same of one member where the field is a set.
Cell valueForm(const MappedField &field, Platform side, const Cell &value);
// A timestamp of that side as a moment, with its wall clock.
std::optional<TimestampForm> momentOf(const MappedField &field, Platform side, const std::string &text);

// What `value` of one side is written as on the other one so that both are equal: by the value map, in the other side's
// wall clock; as it is where the sides write alike. Nothing where no value of the other side equals it: it has no place
// in the map and its own spelling is that of another one there, or is a time that clocks show twice.
std::optional<Cell> writtenFor(const MappedField &field, Platform from, const Cell &value);

// A row as one text, injective: NULL is "-", a value "<bytes>:<value>", the key first. Rows that
// are equal under the mapping, and only those, have the same encoding.
std::string encodeRow(const std::vector<MappedField> &compared, const KeyedRow &row, Platform side);
void appendEncoded(std::string &out, const Cell &cell);

} // namespace crossfade
