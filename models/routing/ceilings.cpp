// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/ceilings.h"

#include <algorithm>

namespace crossfade {

namespace {

GroupCeiling lowestOf(GroupCeiling a, const GroupCeiling &b)
{
    a.all = a.all || b.all;
    if (a.all)
        a.batches.clear();
    else
        a.batches.insert(b.batches.begin(), b.batches.end());
    return a;
}

// With it at the ceiling at the most; nothing: it is there already.
std::optional<PolicyCover> lowered(const PolicyCover &cover, const Ceiling &ceiling)
{
    if (servedShare(cover.percentage, ceiling) == cover.percentage) return std::nullopt;
    PolicyCover after = cover;
    after.percentage = ceiling.percentage;
    // As the stored rollback will say: whoever is above is served by the lower share at once.
    if (!after.sessions.empty())
        after.sessions = changedTo(std::move(after.sessions), ceiling.percentage, ceiling.since);
    return after;
}

std::optional<GroupCover> takenBack(const GroupCover &cover, const GroupCeiling &ceiling)
{
    if (!cover.moved) return std::nullopt;
    std::vector<bool> moved = *cover.moved;
    for (std::size_t batch = 0; batch < moved.size(); ++batch) {
        if (ceiling.all || ceiling.batches.contains(batch)) moved[batch] = false;
    }
    if (moved == *cover.moved) return std::nullopt;
    GroupCover after = cover;
    after.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
    return after;
}

} // namespace

Ceiling lowest(const Ceiling &a, const Ceiling &b)
{
    if (a.percentage != b.percentage) return a.percentage < b.percentage ? a : b;
    return a.since <= b.since ? a : b;
}

Percentage servedShare(Percentage stored, const Ceiling &ceiling)
{
    return std::min(stored, ceiling.percentage);
}

Ceilings lowest(Ceilings a, const Ceilings &b)
{
    for (const auto &[id, ceiling] : b.policies) {
        const auto [known, added] = a.policies.try_emplace(id, ceiling);
        if (!added) known->second = lowest(known->second, ceiling);
    }
    for (const auto &[id, ceiling] : b.groups)
        a.groups[id] = lowestOf(a.groups[id], ceiling);
    a.switches = a.switches || b.switches;
    a.legacy = a.legacy || b.legacy;
    a.forwardOnly = a.forwardOnly || b.forwardOnly;
    return a;
}

Snapshot servedUnder(const Snapshot &stored, const Ceilings &ceilings)
{
    std::vector<SnapshotChange> changes;
    for (const auto &[id, ceiling] : ceilings.policies) {
        const PolicyCover *cover = stored.policy(id);
        if (!cover) continue;
        if (auto after = lowered(*cover, ceiling)) changes.emplace_back(PolicyChange{id, std::move(after)});
    }
    for (const auto &[id, ceiling] : ceilings.groups) {
        const GroupCover *cover = stored.group(id);
        if (!cover) continue;
        if (auto after = takenBack(*cover, ceiling)) changes.emplace_back(GroupChange{id, std::move(after)});
    }
    Switches switches = stored.switches();
    if (ceilings.switches && switches.master == Master::New) switches.master = Master::Off;
    if (ceilings.switches || ceilings.forwardOnly) switches.forwardOnly = false;
    if (ceilings.legacy) switches.master = Master::Legacy;
    if (!sameChoice(switches, stored.switches())) changes.emplace_back(switches);
    return stored.changed(changes, stored.epoch());
}

} // namespace crossfade
