// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace crossfade {

// What still serves somebody by NEW after a rollback: a line of the decision table.
struct StillNewRow {
    std::string reason;     // "MASTER_NEW", "USER_RULE", …
    std::int64_t count = 0; // rules, systems, lists, groups or policies
    std::vector<std::string> names; // of the first of them
    std::string detail;     // the router's own sentence
    bool operator==(const StillNewRow &) const = default;
};

// "3 users by rules of their own; the gray lists shops, staff"; empty for no rows.
QString stillNewText(const std::vector<StillNewRow> &rows);

} // namespace crossfade
