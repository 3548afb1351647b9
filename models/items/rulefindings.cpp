// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulefindings.h"

#include "models/items/zones.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace crossfade {

namespace {

bool decidesFirst(const RuleRowPtr &a, const RuleRowPtr &b)
{
    return std::tie(a->input.priority, a->id) < std::tie(b->input.priority, b->id);
}

// When the check may say something else of it, if nobody changes it.
std::optional<Instant> nextBound(const RuleInput &input, Instant now)
{
    if (!input.active || (input.window.end && *input.window.end <= now)) return std::nullopt;
    const ZonePtr zone = input.recurrence ? desktopZone(input.recurrence->timeZone) : nullptr;
    const auto change = zone ? nextChange(input.window, *input.recurrence, *zone, now) : std::nullopt;
    return change && *change > now ? change : input.window.end;
}

} // namespace

RuleFindings::Subject RuleFindings::subjectOf(const RuleRow &rule)
{
    return {rule.input.kind, rule.input.kind == RuleType::Time ? std::string() : rule.input.target};
}

void RuleFindings::put(const RuleRowPtr &rule)
{
    remove(rule->id);
    const Subject subject = subjectOf(*rule);
    std::vector<RuleRowPtr> &rules = m_groups[subject].rules;
    rules.insert(std::ranges::upper_bound(rules, rule, decidesFirst), rule);
    m_rules[rule->id] = rule;
    m_touched.insert(subject);
}

void RuleFindings::remove(const std::string &id)
{
    const auto known = m_rules.find(id);
    if (known == m_rules.end()) return;
    const Subject subject = subjectOf(*known->second);
    std::erase(m_groups[subject].rules, known->second);
    m_rules.erase(known);
    unwatch(id);
    m_touched.insert(subject);
}

void RuleFindings::unwatch(const std::string &id)
{
    const auto watched = m_watched.find(id);
    if (watched == m_watched.end()) return;
    m_bounds.erase({watched->second, id});
    m_watched.erase(watched);
}

void RuleFindings::watch(const RuleRow &rule, Instant now)
{
    unwatch(rule.id);
    const std::optional<Instant> bound = nextBound(rule.input, now);
    if (!bound) return;
    m_watched[rule.id] = *bound;
    m_bounds.insert({*bound, rule.id});
}

void RuleFindings::judge(const Subject &subject, Instant now)
{
    Group &group = m_groups[subject];
    m_size -= group.findings.size();
    std::vector<const RuleRow *> rules;
    for (const RuleRowPtr &rule : group.rules) {
        rules.push_back(rule.get());
        watch(*rule, now);
    }
    group.findings = findingsOfSubject(rules, now);
    m_size += group.findings.size();
    if (group.findings.empty())
        m_found.erase(subject);
    else
        m_found.insert(subject);
    if (group.rules.empty()) m_groups.erase(subject);
}

void RuleFindings::settle(Instant now)
{
    while (!m_bounds.empty() && m_bounds.begin()->first <= now) {
        const std::string id = m_bounds.begin()->second;
        m_touched.insert(subjectOf(*m_rules.at(id)));
        unwatch(id);
    }
    for (const Subject &subject : std::exchange(m_touched, {}))
        judge(subject, now);
}

RuleFinding RuleFindings::operator[](std::size_t at) const
{
    for (const Subject &subject : m_found) {
        const std::vector<RuleFinding> &findings = m_groups.at(subject).findings;
        if (at < findings.size()) return findings[at];
        at -= findings.size();
    }
    return {};
}

} // namespace crossfade
