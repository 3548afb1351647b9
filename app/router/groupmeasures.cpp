// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupmeasures.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::string_view Digits = "0123456789abcdef";

Cohort cohortOf(bool onTarget) {
    return {onTarget ? Platform::New : Platform::Legacy, {}, {}};
}

CohortFilter filterOf(bool onTarget) {
    return {cohortOf(onTarget).platform, std::nullopt, std::nullopt};
}

std::string hexOf(const std::vector<bool> &bits, std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t i = from; i < to; i += 4) {
        unsigned digit = 0;
        for (std::size_t k = i; k < std::min(i + 4, to); ++k)
            digit |= static_cast<unsigned>(bits[k]) << (k - i);
        text += Digits[digit];
    }
    return text;
}

} // namespace

const GroupMeasures::Group *GroupMeasures::find(const std::string &groupId) const {
    const auto it = m_groups.find(groupId);
    return it == m_groups.end() ? nullptr : &it->second;
}

void GroupMeasures::watch(const std::string &groupId, std::size_t users, std::size_t batchSize,
                          std::optional<std::size_t> batch) {
    const std::lock_guard lock(m_mutex);
    Group &group = m_groups[groupId];
    if (group.users != users || group.batchSize != batchSize) {
        group = Group();
        group.users = users;
        group.batchSize = batchSize;
        group.tried.resize(users);
        group.proven.resize(users);
    }
    if (group.batch == batch) return;
    group.batch = batch;
    group.slots = SlotStore();
    m_users.restart(groupId);
}

void GroupMeasures::forget(const std::string &groupId) {
    m_series.forget(groupId);
    const std::lock_guard lock(m_mutex);
    m_groups.erase(groupId);
    m_users.restart(groupId);
}

void GroupMeasures::watchUsers(const std::set<std::string> &groupIds) {
    const std::lock_guard lock(m_mutex);
    m_users.watch(groupIds);
}

UserCounts GroupMeasures::users(const std::string &groupId, bool onTarget, std::int64_t from, std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    return m_users.sum(groupId, cohortOf(onTarget).platform, from, to);
}

void GroupMeasures::clearBatch(Group &group, std::size_t batch) {
    const auto counted = group.byBatch.find(batch);
    if (counted == group.byBatch.end()) return;
    group.all.tried -= counted->second.tried;
    group.all.proven -= counted->second.proven;
    group.byBatch.erase(counted);
    group.changed.insert(batch);
    const std::size_t end = std::min(group.users, (batch + 1) * group.batchSize);
    for (std::size_t i = batch * group.batchSize; i < end; ++i)
        group.tried[i] = group.proven[i] = false;
}

void GroupMeasures::clear(const std::string &groupId, std::size_t batch) {
    const std::lock_guard lock(m_mutex);
    if (const auto it = m_groups.find(groupId); it != m_groups.end()) clearBatch(it->second, batch);
}

void GroupMeasures::clearAll(const std::string &groupId) {
    const std::lock_guard lock(m_mutex);
    const auto it = m_groups.find(groupId);
    while (it != m_groups.end() && !it->second.byBatch.empty())
        clearBatch(it->second, it->second.byBatch.begin()->first);
}

void GroupMeasures::mark(Group &group, const GroupSighting &sighting) {
    Counts &counts = group.byBatch[sighting.batch];
    if (!group.tried[sighting.member]) {
        group.tried[sighting.member] = true;
        ++counts.tried;
        ++group.all.tried;
        group.changed.insert(sighting.batch);
    }
    if (!sighting.succeeded || group.proven[sighting.member]) return;
    group.proven[sighting.member] = true;
    ++counts.proven;
    ++group.all.proven;
    group.changed.insert(sighting.batch);
}

void GroupMeasures::count(Group &group, const GroupSighting &sighting) {
    const Cohort cohort = cohortOf(sighting.onTarget);
    Slot &slot = group.slots.slotAt(sighting.second, cohort);
    if (sighting.score) return slot.addScore(*sighting.score, sighting.user());
    slot.addRequest(sighting.succeeded, sighting.latencyUs);
    m_users.add(sighting.second, sighting.groupId, cohort.platform, sighting.user(), sighting.succeeded);
}

void GroupMeasures::add(const std::vector<GroupSighting> &sightings) {
    m_series.add(sightings);
    const std::lock_guard lock(m_mutex);
    for (const GroupSighting &sighting : sightings) {
        const auto it = m_groups.find(sighting.groupId);
        if (it == m_groups.end() || sighting.member >= it->second.users) continue;
        Group &group = it->second;
        const bool judged = sighting.onTarget && sighting.moved && group.batch == sighting.batch;
        // What the members still on the other platform get is what guards compare with.
        if (judged || (!sighting.onTarget && group.batch)) count(group, sighting);
        if (sighting.onTarget && sighting.moved && !sighting.score) mark(group, sighting);
    }
}

void GroupMeasures::count(Group &group, const AgentSlot &one) {
    const Cohort cohort = cohortOf(one.onTarget);
    group.slots.slotAt(one.second, cohort).merge(one.slot);
    if (!one.users.tried.isEmpty()) m_users.add(one.second, one.groupId, cohort.platform, one.users);
}

void GroupMeasures::add(const std::vector<AgentSlot> &slots, bool live) {
    if (live) m_series.add(slots);
    const std::lock_guard lock(m_mutex);
    for (const AgentSlot &one : slots) {
        const auto it = m_groups.find(one.groupId);
        if (it == m_groups.end() || one.slot.isEmpty()) continue;
        Group &group = it->second;
        const bool judged = one.onTarget && one.moved && group.batch == one.batch;
        if (judged || (!one.onTarget && group.batch)) count(group, one);
    }
}

void GroupMeasures::doubt(const std::string &groupId, std::int64_t second, const std::string &why) {
    const std::lock_guard lock(m_mutex);
    m_doubts.note(groupId, second, why);
}

std::string GroupMeasures::clockFault(const std::string &groupId, std::int64_t from) const {
    const std::lock_guard lock(m_mutex);
    return m_doubts.since(groupId, from);
}

Slot GroupMeasures::sum(const std::string &groupId, bool onTarget, std::int64_t from, std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    const Group *group = find(groupId);
    return group ? group->slots.sum(filterOf(onTarget), from, to) : Slot();
}

std::optional<std::int64_t> GroupMeasures::latest(const std::string &groupId, bool onTarget, std::int64_t from,
                                                  std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    const Group *group = find(groupId);
    return group ? group->slots.latest(filterOf(onTarget), from, to) : std::nullopt;
}

GroupMeasures::Counts GroupMeasures::counts(const std::string &groupId) const {
    const std::lock_guard lock(m_mutex);
    const Group *group = find(groupId);
    return group ? group->all : Counts();
}

GroupMeasures::Counts GroupMeasures::counts(const std::string &groupId, std::size_t batch) const {
    const std::lock_guard lock(m_mutex);
    const Group *group = find(groupId);
    if (!group) return {};
    const auto it = group->byBatch.find(batch);
    return it == group->byBatch.end() ? Counts() : it->second;
}

void GroupMeasures::settle(std::int64_t nowSecond) {
    const std::lock_guard lock(m_mutex);
    for (auto &[id, group] : m_groups)
        group.slots.settle(nowSecond);
}

std::vector<GroupMeasures::Bits> GroupMeasures::takeChanged() {
    const std::lock_guard lock(m_mutex);
    std::vector<Bits> all;
    for (auto &[id, group] : m_groups) {
        for (const std::size_t batch : group.changed) {
            const std::size_t from = batch * group.batchSize;
            const std::size_t to = std::min(group.users, from + group.batchSize);
            all.push_back({id, batch, hexOf(group.tried, from, to), hexOf(group.proven, from, to)});
        }
        group.changed.clear();
    }
    return all;
}

void GroupMeasures::restoreBits(Group &group, std::size_t batch, const std::string &hex, bool proven) {
    std::vector<bool> &bits = proven ? group.proven : group.tried;
    const std::size_t end = std::min(group.users, (batch + 1) * group.batchSize);
    for (std::size_t i = batch * group.batchSize; i < end; ++i) {
        const std::size_t place = i - batch * group.batchSize;
        const std::size_t digit = place / 4 < hex.size() ? Digits.find(hex[place / 4]) : 0;
        if (digit == std::string_view::npos || ((digit >> (place % 4)) & 1U) == 0) continue;
        bits[i] = true;
        ++(proven ? group.byBatch[batch].proven : group.byBatch[batch].tried);
        ++(proven ? group.all.proven : group.all.tried);
    }
}

void GroupMeasures::restore(const Bits &bits) {
    const std::lock_guard lock(m_mutex);
    const auto it = m_groups.find(bits.groupId);
    if (it == m_groups.end()) return;
    restoreBits(it->second, bits.batch, bits.tried, false);
    restoreBits(it->second, bits.batch, bits.proven, true);
}

} // namespace crossfade
