// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/snapshot.h"

#include <algorithm>
#include <map>
#include <utility>

namespace crossfade {

namespace {

constexpr std::string_view EverySystem = "*";

const PolicyCover *coverOf(const std::vector<PolicyCover> &policies, std::string_view system)
{
    const auto it = std::ranges::lower_bound(policies, system, {}, &PolicyCover::targetSystem);
    return it != policies.end() && it->targetSystem == system ? &*it : nullptr;
}

bool isTime(const RulePtr &rule)
{
    return rule && rule->type == RuleType::Time;
}

RuleTree &treeOf(const Rule &rule, RuleTree &users, RuleTree &systems)
{
    return rule.type == RuleType::User ? users : systems;
}

} // namespace

Snapshot::Snapshot()
    : m_times(std::make_shared<const TimeTable>())
    , m_policies(std::make_shared<const std::vector<PolicyCover>>())
    , m_groups(std::make_shared<const std::vector<GroupCover>>())
    , m_keyIndex(std::make_shared<const KeyIndex>())
{
}

Snapshot Snapshot::changed(std::span<const SnapshotChange> changes, std::int64_t epoch) const
{
    SnapshotEdit edit(*this);
    for (const SnapshotChange &change : changes)
        edit.add(change);
    return edit.finish(epoch);
}

void SnapshotEdit::add(const SnapshotChange &change)
{
    std::visit([this](const auto &one) { m_next.apply(one); }, change);
    const auto *rule = std::get_if<RuleChange>(&change);
    if (rule && (isTime(rule->before) || isTime(rule->after))) m_times.push_back(*rule);
}

Snapshot SnapshotEdit::finish(std::int64_t epoch)
{
    m_next.applyTimes(m_times);
    m_next.m_epoch = epoch;
    return std::move(m_next);
}

void Snapshot::apply(const RuleChange &change)
{
    if (change.before && change.before->type != RuleType::Time)
        treeOf(*change.before, m_users, m_systems).remove(*change.before);
    if (change.after && change.after->type != RuleType::Time)
        treeOf(*change.after, m_users, m_systems).put(change.after);
}

// Once for all changes: the table is made anew, and an import may hold a thousand of them.
void Snapshot::applyTimes(std::span<const RuleChange> changes)
{
    if (changes.empty()) return;
    std::map<std::string, RulePtr> times;
    for (const RulePtr &known : m_times->rules())
        times[known->id] = known;
    for (const RuleChange &change : changes) {
        if (change.before) times.erase(change.before->id);
        if (change.after) times.erase(change.after->id);
        if (isTime(change.after)) times[change.after->id] = change.after;
    }
    std::vector<RulePtr> rules;
    for (auto &[id, rule] : times)
        rules.push_back(std::move(rule));
    m_times = std::make_shared<const TimeTable>(std::move(rules));
}

void Snapshot::apply(const PolicyChange &change)
{
    auto policies = std::make_shared<std::vector<PolicyCover>>(*m_policies);
    std::erase_if(*policies, [&](const PolicyCover &cover) {
        return cover.id == change.id ||
               (change.after && cover.targetSystem == change.after->targetSystem);
    });
    if (change.after) policies->push_back(*change.after);
    std::ranges::sort(*policies, {}, &PolicyCover::targetSystem);
    m_policies = std::move(policies);
}

void Snapshot::apply(const GrayListChange &change)
{
    if (change.after)
        m_grayLists.put(*change.after);
    else
        m_grayLists.remove(change.name);
}

void Snapshot::apply(const HeldChange &change)
{
    const bool user = change.kind == HeldChange::Kind::User;
    IdTree &held = user ? m_heldUsers : m_heldEntities;
    IdTree &spared = user ? m_sparedUsers : m_sparedEntities;
    held.erase(change.id);
    spared.erase(change.id);
    if (change.held) (change.spared ? spared : held).insert(change.id);
}

const PolicyCover *Snapshot::policyFor(std::string_view systemId) const
{
    if (m_policies->empty()) return nullptr;
    if (!systemId.empty()) {
        if (const PolicyCover *own = coverOf(*m_policies, systemId)) return own;
    }
    return coverOf(*m_policies, EverySystem);
}

const PolicyCover *Snapshot::policy(std::string_view policyId) const
{
    const auto it = std::ranges::find(*m_policies, policyId, &PolicyCover::id);
    return it == m_policies->end() ? nullptr : &*it;
}

// Few groups, and members and marks are shared: as much work as the change itself.
void Snapshot::apply(const GroupChange &change)
{
    auto groups = std::make_shared<std::vector<GroupCover>>(*m_groups);
    std::erase_if(*groups, [&](const GroupCover &cover) { return cover.id == change.id; });
    if (change.after) groups->push_back(*change.after);
    std::ranges::sort(*groups, {}, &GroupCover::id);
    m_groups = std::move(groups);
}

const GroupCover *Snapshot::group(std::string_view groupId) const
{
    const auto it = std::ranges::find(*m_groups, groupId, &GroupCover::id);
    return it == m_groups->end() ? nullptr : &*it;
}

GroupHit Snapshot::groupOf(std::string_view userId) const
{
    for (const GroupCover &cover : *m_groups) {
        if (const GroupHit hit = hitOf(cover, userId); hit.group) return hit;
    }
    return {};
}

std::vector<RulePtr> Snapshot::allRules() const
{
    std::vector<RulePtr> rules(m_times->rules().begin(), m_times->rules().end());
    const auto add = [&](const RulePtr &rule) { rules.push_back(rule); };
    m_users.each(add);
    m_systems.each(add);
    std::ranges::sort(rules, {}, [](const RulePtr &rule) -> const std::string & { return rule->id; });
    return rules;
}

} // namespace crossfade
