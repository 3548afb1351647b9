// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A value as its database writes it down as text; nothing for SQL NULL. May hold any bytes.
using Cell = std::optional<std::string>;

// A row under comparison: the cells of the compared fields in the mapping's order.
struct KeyedRow {
    std::string key;
    std::vector<Cell> cells;
    Cell changed; // the column that tells when the row last changed, where the mapping names one
    bool operator==(const KeyedRow &) const = default;
};

} // namespace crossfade
