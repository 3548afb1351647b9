// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/history.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

void addEdges(RuleList rules, Instant after, Instant until, std::set<Instant> &edges)
{
    const auto add = [&](const std::optional<Instant> &edge) {
        if (edge && after < *edge && *edge <= until) edges.insert(*edge);
    };
    for (const RulePtr &rule : rules) {
        if (!rule->active) continue;
        add(rule->window.start);
        add(rule->window.end);
    }
}

// Of a long time in which nobody changed anything, the last year of a rule's weekly begins and ends is told;
// those before it would have been pushed out of the entries that are kept.
constexpr std::chrono::days RecurringPast{366};

void addRecurringEdges(RuleList rules, Instant after, Instant until, std::set<Instant> &edges)
{
    for (const RulePtr &rule : rules) {
        if (!rule->active || !rule->recurrence) continue;
        const Instant last = std::min(until, rule->window.end.value_or(until));
        std::optional<Instant> edge = nextChange(*rule, std::max(after, last - RecurringPast));
        for (; edge && *edge <= until; edge = nextChange(*rule, *edge))
            edges.insert(*edge);
    }
}

// Which rule made the difference when time alone moved the user: the one that decides now, else the
// one that no longer does.
const Rule *ruleBehind(const Decision &before, const Decision &after)
{
    return after.rule ? after.rule : before.rule;
}

bool ruleConcerns(const RulePtr &rule, const HistorySubject &subject)
{
    if (!rule) return false;
    switch (rule->type) {
    case RuleType::User: return rule->target == subject.userId;
    case RuleType::System: return rule->target == subject.systemId;
    case RuleType::Time: return true;
    }
    return false;
}

} // namespace

bool UserHistory::concerns(const Revision &revision, const HistorySubject &subject)
{
    if (const auto *rule = std::get_if<RuleChange>(&revision.change))
        return ruleConcerns(rule->before, subject) || ruleConcerns(rule->after, subject);
    if (const auto *group = std::get_if<GroupChange>(&revision.change))
        return !group->after || hitOf(*group->after, subject.userId).group;
    if (const auto *entry = std::get_if<GrayEntryChange>(&revision.change))
        return entry->id == subject.userId || entry->id == subject.entityId || entry->id == subject.interface;
    if (const auto *held = std::get_if<HeldChange>(&revision.change))
        return held->id == (held->kind == HeldChange::Kind::User ? subject.userId : subject.entityId);
    if (std::holds_alternative<KeyIndexChange>(revision.change)) return !subject.entityId.empty();
    return true;
}

UserHistory::Decider UserHistory::deciderOf(const Decision &decision)
{
    Decider decider{decision.line, decision.platform, {}};
    if (decision.rule)
        decider.id = decision.rule->id;
    else if (decision.policy)
        decider.id = decision.policy->id;
    else if (decision.grayList)
        decider.id = decision.grayList->name;
    else if (decision.group)
        decider.id = decision.group->id;
    return decider;
}

Decision UserHistory::decideAt(Instant at) const
{
    DecisionRequest request;
    request.userId = m_subject.userId;
    request.systemId = m_subject.systemId;
    request.entityId = m_subject.entityId;
    request.interface = m_subject.interface;
    request.at = at;
    return decide(m_snapshot, request);
}

void UserHistory::note(UserHistoryEntry entry)
{
    m_platform = entry.to;
    if (m_entries.size() == MostEntries) m_entries.erase(m_entries.begin());
    m_entries.push_back(std::move(entry));
}

void UserHistory::passTime(Instant until)
{
    std::set<Instant> edges;
    addEdges(m_snapshot.userRules(m_subject.userId), m_at, until, edges);
    addEdges(m_snapshot.systemRules(m_subject.systemId), m_at, until, edges);
    addEdges(m_snapshot.timeRules(), m_at, until, edges);
    addRecurringEdges(m_snapshot.timeRules(), m_at, until, edges);
    for (const Instant edge : edges) {
        const Decision before = decideAt(m_at);
        const Decision after = decideAt(edge);
        m_at = edge;
        Decider decider = deciderOf(after);
        if (decider == m_decider) continue;
        m_decider = std::move(decider);
        const Rule *rule = ruleBehind(before, after);
        const std::string by = rule ? rule->changedBy : std::string();
        const std::string why = rule ? rule->reason : std::string();
        m_deciding = DecidingChange{edge, "WINDOW", by, why, m_snapshot.epoch()};
        if (after.platform != m_platform)
            note({edge, m_platform, after.platform, "WINDOW", by, why, m_snapshot.epoch()});
    }
    m_at = std::max(m_at, until);
}

void UserHistory::add(const Revision &revision)
{
    if (m_started) passTime(revision.at);
    m_snapshot = m_snapshot.changed(revision.change, revision.epoch);
    m_at = std::max(m_at, revision.at);
    const Decision now = decideAt(m_at);
    Decider decider = deciderOf(now);
    if (!m_started || decider != m_decider)
        m_deciding = DecidingChange{m_at, revision.cause, revision.actor, revision.reason, revision.epoch};
    m_decider = std::move(decider);
    // The first revision is how the service came to be: nobody was moved by it.
    if (!m_started) {
        m_started = true;
        m_platform = now.platform;
    } else if (now.platform != m_platform) {
        note({m_at, m_platform, now.platform, revision.cause, revision.actor, revision.reason,
              revision.epoch});
    }
}

std::vector<UserHistoryEntry> UserHistory::finish(Instant now)
{
    if (m_started) passTime(now);
    return std::move(m_entries);
}

} // namespace crossfade
