// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerows.h"

#include <map>
#include <set>
#include <unordered_map>

namespace crossfade {

// The findings of the check over all rules, kept up to date by what changes: rules have to do with each other only
// where they are for the same user or system (or are time rules), and with the clock only when a bound passes.
class RuleFindings {
public:
    void put(const RuleRowPtr &rule); // takes the place of the one of this id
    void remove(const std::string &id);
    void clear() { *this = {}; }
    // Takes what was put and removed, and bounds that passed, into the findings.
    void settle(Instant now);

    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    RuleFinding operator[](std::size_t at) const; // by subject, so that what belongs together follows

private:
    using Subject = std::pair<RuleType, std::string>;
    struct Group {
        std::vector<RuleRowPtr> rules; // the deciding ones first
        std::vector<RuleFinding> findings;
    };
    static Subject subjectOf(const RuleRow &rule);
    void watch(const RuleRow &rule, Instant now);
    void unwatch(const std::string &id);
    void judge(const Subject &subject, Instant now);

    std::map<Subject, Group> m_groups;
    std::unordered_map<std::string, RuleRowPtr> m_rules;
    std::unordered_map<std::string, Instant> m_watched; // id → when the clock says something else of it
    std::set<std::pair<Instant, std::string>> m_bounds; // the same, the next one first
    std::set<Subject> m_touched;
    std::set<Subject> m_found; // those with findings
    std::size_t m_size = 0;
};

} // namespace crossfade
