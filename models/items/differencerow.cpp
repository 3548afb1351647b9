// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/differencerow.h"

#include <algorithm>

namespace crossfade {

int EntityView::differing() const
{
    return static_cast<int>(
        std::ranges::count_if(fields, [](const EntityField &field) { return !field.equal; }));
}

std::vector<std::string> EntityView::differenceIds() const
{
    std::vector<std::string> ids;
    for (const EntityField &field : fields)
        if (!field.differenceId.empty())
            ids.push_back(field.differenceId);
    if (std::ranges::find(ids, difference.id) == ids.end())
        ids.push_back(difference.id);
    return ids;
}

} // namespace crossfade
