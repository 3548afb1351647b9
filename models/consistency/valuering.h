// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace crossfade {

// A field that a repair changes, by the forms that values are compared by.
struct ChangedValue {
    std::size_t field = 0;
    Cell seen;
    Cell wanted;
};
using ChangedRow = std::vector<ChangedValue>;

// One of a ring: a row, and the fields of which others of the ring want what it has.
struct RingPlace {
    std::size_t row = 0;
    std::vector<std::size_t> gives; // fields
    bool operator==(const RingPlace &) const = default;
};
using ValueRing = std::vector<RingPlace>;

// The rows that wait for each other: each is to have a value that the next one has, and the last one what the first has.
// Where rings hang together they are one. A row that waits for a ring without being waited for is not of it.
std::vector<ValueRing> valueRings(const std::vector<ChangedRow> &rows);

// What a column holds between giving its value up and having the new one: NULL where it may, else a value by these random
// bytes (16) that nobody has, of its type and size. Nothing: of this type no such value is known.
std::optional<Cell> valueMeanwhile(const Column &column, FieldKind kind, std::string_view random);

} // namespace crossfade
