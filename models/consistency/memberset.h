// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Values that an entity has many of (a user's permissions, roles), each in a row of its own: compared as one set. Such a
// set stands in a row as one cell.
#pragma once

#include "models/consistency/difference.h"
#include "models/consistency/mapping.h"
#include "models/consistency/row.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// The cell of these members, however often and in whatever order they are told; of none it is the empty text. Sets with
// the same members, and only those, have the same cell.
std::string membersCell(std::vector<std::string> members);
// In the order of their bytes; of a text that is no such cell those that can be read.
std::vector<std::string> membersOf(std::string_view cell);
std::size_t memberCount(std::string_view cell);

// A member that one side lacks: MISSING where NEW does, EXTRA where LEGACY does. The other side may hold several spellings
// of it; this is the first of them.
struct MemberDifference {
    DifferenceType type = DifferenceType::Missing;
    std::string member; // as the side that has it holds it
    std::string form;   // what it is compared as: the same on both sides
    bool operator==(const MemberDifference &) const = default;
};
// In the order of their forms; nothing stands for the empty set.
std::vector<MemberDifference> compareMembers(const MappedField &field, const Cell &legacy, const Cell &fresh);
// What a member of that side is compared as.
std::string memberForm(const MappedField &field, Platform side, const std::string &member);
// What both sides' sets are compared as: their members' forms, each once.
Cell setForm(const MappedField &field, Platform side, const Cell &cell);

// The field as each of its members has it: no longer a set.
MappedField memberField(const MappedField &field);
// The row of an entity whose set is empty.
KeyedRow emptySetRow(const std::string &key);
bool isSet(const std::vector<MappedField> &compared);

} // namespace crossfade
