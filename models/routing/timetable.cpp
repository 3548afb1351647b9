// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/timetable.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

struct Edge {
    Instant at;
    bool opens;
    const Rule *rule;
};

struct Order {
    bool operator()(const Rule *a, const Rule *b) const { return ruleComesBefore(*a, *b); }
};

} // namespace

TimeTable::TimeTable(std::vector<RulePtr> rules) : m_rules(std::move(rules))
{
    std::ranges::sort(m_rules, ruleComesBefore, [](const RulePtr &r) -> const Rule & { return *r; });
    if (m_rules.empty()) return;
    std::set<const Rule *, Order> open; // the rules that hold in the span being built
    std::vector<Edge> edges;
    for (const RulePtr &rule : m_rules) {
        if (!rule->active || rule->window.isEmpty()) continue;
        if (rule->recurrence) {
            m_recurring.push_back(rule.get());
            continue;
        }
        if (rule->window.start)
            edges.push_back({*rule->window.start, true, rule.get()});
        else
            open.insert(rule.get());
        if (rule->window.end) edges.push_back({*rule->window.end, false, rule.get()});
    }
    std::ranges::sort(edges, {}, &Edge::at);
    const auto winner = [&] { return open.empty() ? nullptr : *open.begin(); };
    m_winner.push_back(winner());
    for (std::size_t i = 0; i < edges.size();) {
        const Instant at = edges[i].at;
        for (; i < edges.size() && edges[i].at == at; ++i) {
            if (edges[i].opens)
                open.insert(edges[i].rule);
            else
                open.erase(edges[i].rule);
        }
        if (winner() == m_winner.back()) continue;
        m_edges.push_back(at);
        m_winner.push_back(winner());
    }
}

const Rule *TimeTable::ruleAt(Instant at) const
{
    const Rule *plain = plainRuleAt(at);
    for (const Rule *rule : m_recurring) {
        if (plain && ruleComesBefore(*plain, *rule)) break;
        if (rule->holds(at)) return rule;
    }
    return plain;
}

const Rule *TimeTable::plainRuleAt(Instant at) const
{
    if (m_winner.empty()) return nullptr;
    const auto span = std::ranges::upper_bound(m_edges, at) - m_edges.begin();
    return m_winner[static_cast<std::size_t>(span)];
}

} // namespace crossfade
