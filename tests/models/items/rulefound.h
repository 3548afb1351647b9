// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulefindings.h"

namespace crossfade::test {

// What the check says of these rules at once.
inline std::vector<RuleFinding> findingsOf(const std::vector<RuleRow> &rules, Instant now)
{
    RuleFindings check;
    for (const RuleRow &rule : rules)
        check.put(std::make_shared<const RuleRow>(rule));
    check.settle(now);
    std::vector<RuleFinding> all;
    for (std::size_t at = 0; at < check.size(); ++at)
        all.push_back(check[at]);
    return all;
}

} // namespace crossfade::test
