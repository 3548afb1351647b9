// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/autorepairlimit.h"

namespace crossfade {

std::optional<std::string> overAutoRepairLimit(const AutoRepairLimit &limit, std::int64_t due, std::int64_t total)
{
    const std::string many = std::to_string(due) + (due == 1 ? " row to repair is" : " rows to repair are") + " more than ";
    if (due > limit.most) return many + std::to_string(limit.most);
    if (due <= limit.least || due * Percentage::Whole <= total * limit.share.hundredths()) return std::nullopt;
    return many + limit.share.text() + " % of the " + std::to_string(total) + " that were compared";
}

} // namespace crossfade
