// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/heldrules.h"

#include "models/consistency/mapping.h"
#include "models/core/ids.h"
#include "models/core/json.h"

#include <algorithm>

namespace crossfade {

std::string HeldRules::text() const
{
    return dumpJson({{"users", users}, {"nobody", nobody}});
}

HeldId heldIdOf(const HeldRules &rules, const std::string &dataType, const std::string &key, std::size_t parts)
{
    const auto isOf = [&](const std::vector<std::string> &types) { return std::ranges::find(types, dataType) != types.end(); };
    if (isOf(rules.nobody)) return {};
    HeldId held{isOf(rules.users) ? "USER" : "ENTITY", key};
    if (held.kind == "USER" && parts > 1) {
        const auto columns = splitKey(key, parts);
        held.id = columns ? columns->front() : std::string();
    }
    return isValidId(held.id) ? held : HeldId{};
}

} // namespace crossfade
