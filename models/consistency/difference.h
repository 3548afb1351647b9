// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace crossfade {

enum class DifferenceType { Missing, Extra, Different };
// Why two values differ, as far as they tell themselves; for people, it decides nothing.
enum class Cause { NullEmpty, TrailingSpace, UnicodeForm, Case, Scale, TimeZone, Value, Row };
enum class DifferenceState { Confirmed, InFlight, Hot };

std::string_view differenceTypeWord(DifferenceType type);
std::string_view causeWord(Cause cause);
std::string_view differenceStateWord(DifferenceState state);
std::optional<DifferenceType> differenceTypeFromWord(std::string_view word);
std::optional<Cause> causeFromWord(std::string_view word);

struct FieldDifference {
    std::size_t field = 0; // index into the compared fields
    Cause cause = Cause::Value;
    bool operator==(const FieldDifference &) const = default;
};

// Precondition: the two are not equal under the field's rules.
Cause causeOf(const MappedField &field, const Cell &legacy, const Cell &fresh);

// Whether a field's values of the two sides are equal under its rules.
bool areEqual(const MappedField &field, const Cell &legacy, const Cell &fresh);

// The fields that differ, in order; empty: the rows are equal under the mapping. `compared` are the
// mapping's compared fields and the rows' cells are in their order.
std::vector<FieldDifference> compareRows(const std::vector<MappedField> &compared,
                                         const KeyedRow &legacy, const KeyedRow &fresh);

// What the two sides' rows of one key are to each other; nothing when they are equal (or absent on
// both sides). MISSING: NEW lacks it. EXTRA: LEGACY lacks it. Sets are DIFFERENT: a side without a row
// has the empty one.
std::optional<DifferenceType> differenceType(const std::vector<MappedField> &compared,
                                             const KeyedRow *legacy, const KeyedRow *fresh);

} // namespace crossfade
