// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/rule.h"

#include <span>
#include <vector>

namespace crossfade {

// The time rules. For those that do not recur the answer for every moment is worked out beforehand:
// between two neighbouring window edges the same rule wins, so a decision is one binary search over the
// edges. Recurring ones that come before that winner are asked one by one; nothing is allocated.
class TimeTable {
public:
    TimeTable() = default;
    explicit TimeTable(std::vector<RulePtr> rules);

    std::span<const RulePtr> rules() const { return m_rules; } // in the order they are asked
    const Rule *ruleAt(Instant at) const;                      // null if none holds

private:
    const Rule *plainRuleAt(Instant at) const;

    std::vector<RulePtr> m_rules;
    std::vector<Instant> m_edges;       // ascending; span i ends before m_edges[i]
    std::vector<const Rule *> m_winner; // one more than edges; empty without rules
    std::vector<const Rule *> m_recurring; // the active ones, in the order they are asked
};

} // namespace crossfade
