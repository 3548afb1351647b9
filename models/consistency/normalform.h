// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"

#include <string>
#include <vector>

namespace crossfade {

// What is compared instead of a value: two values of a field are equal if and only if their normal
// forms are. NULL stays NULL and equals only NULL. A value that cannot be read as its kind keeps
// its own bytes behind a mark, so it equals only itself.
Cell normalForm(const MappedField &field, const Cell &value);

// A row as one text, injective: NULL is "-", a value "<bytes>:<value>", the key first. Rows that
// are equal under the mapping, and only those, have the same encoding.
std::string encodeRow(const std::vector<MappedField> &compared, const KeyedRow &row);
void appendEncoded(std::string &out, const Cell &cell);

} // namespace crossfade
