// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace crossfade {

// Whom the router holds for a difference of a data type: a user or an entity of its requests.
struct HeldRules {
    std::vector<std::string> users{"USER", "PERMISSION", "ROLE"}; // their rows are of a user
    std::vector<std::string> nobody{"AUDIT"};                     // nobody is held for theirs

    std::string text() const; // of what was made by other rules nothing is left
};

struct HeldId {
    std::string kind; // USER, ENTITY; "": the router has no id for it
    std::string id;
    bool operator==(const HeldId &) const = default;
};
// Of a key of `parts` columns. A user's rows have the user in the first of them.
HeldId heldIdOf(const HeldRules &rules, const std::string &dataType, const std::string &key, std::size_t parts);

} // namespace crossfade
