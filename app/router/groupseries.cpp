// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupseries.h"

#include "app/router/measurements.h"

namespace crossfade {

namespace {

// A minute more than what may come late: the coarser slots are made of the whole of it.
constexpr std::int64_t InMemory = GroupSeries::Latest + 120;
constexpr std::size_t MostInMemory = 2 * GroupSeries::MostGroups;
constexpr std::size_t MostGroupSlotsUntold = 10'000;

SlotKey placeIn(std::int64_t second, Platform platform) {
    return {second, {platform, {}, {}}};
}

} // namespace

void GroupSeries::watch(const std::map<std::string, Platform> &targets) {
    const std::lock_guard lock(m_mutex);
    m_targets = targets;
    while (m_targets.size() > MostGroups)
        m_targets.erase(std::prev(m_targets.end()));
}

void GroupSeries::forget(const std::string &groupId) {
    const std::lock_guard lock(m_mutex);
    m_targets.erase(groupId);
    m_groups.erase(groupId);
}

SlotStore *GroupSeries::slotsOf(const std::string &groupId) {
    const auto known = m_groups.find(groupId);
    if (known != m_groups.end()) return &known->second;
    return m_groups.size() < MostInMemory ? &m_groups[groupId] : nullptr;
}

Slot *GroupSeries::slotAt(const std::string &groupId, bool onTarget, std::int64_t second) {
    const auto target = m_targets.find(groupId);
    if (target == m_targets.end() || second < m_oldest) return nullptr;
    SlotStore *slots = slotsOf(groupId);
    if (!slots) return nullptr;
    const Platform platform = onTarget ? target->second : otherPlatform(target->second);
    m_untold.emplace(second, groupId);
    return &slots->slotAt(second, {platform, {}, {}});
}

void GroupSeries::boundUntold() {
    while (m_untold.size() > MostGroupSlotsUntold)
        m_untold.erase(m_untold.begin());
}

void GroupSeries::add(const std::vector<GroupSighting> &sightings) {
    const std::lock_guard lock(m_mutex);
    for (const GroupSighting &sighting : sightings) {
        Slot *slot = slotAt(sighting.groupId, sighting.onTarget, sighting.second);
        if (!slot) continue;
        if (sighting.score)
            slot->addScore(*sighting.score, sighting.user());
        else
            slot->addRequest(sighting.succeeded, sighting.latencyUs);
    }
    boundUntold();
}

void GroupSeries::add(const std::vector<AgentSlot> &slots) {
    const std::lock_guard lock(m_mutex);
    for (const AgentSlot &one : slots) {
        if (one.slot.isEmpty()) continue;
        if (Slot *slot = slotAt(one.groupId, one.onTarget, one.second)) slot->merge(one.slot);
    }
    boundUntold();
}

std::vector<GroupSeries::Row> GroupSeries::settle(std::int64_t nowSecond) {
    const std::lock_guard lock(m_mutex);
    m_oldest = nowSecond - Latest;
    std::vector<Row> rows;
    for (auto &[groupId, slots] : m_groups) {
        for (const auto &[resolution, key] : slots.settle(nowSecond, {InMemory, InMemory, InMemory})) {
            if (const Slot *slot = slots.find(resolution, key))
                rows.push_back({groupId, static_cast<std::int64_t>(resolution), key, slot->text()});
        }
    }
    std::erase_if(m_groups, [](const auto &entry) { return entry.second.isEmpty(); });
    return rows;
}

Result<void> GroupSeries::writeRows(Database &db, const std::vector<Row> &rows, std::int64_t nowSecond) {
    for (const Row &row : rows) {
        const auto stored = db.execute(
            "INSERT INTO group_slot (group_id, resolution, second, platform, data) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (group_id, resolution, second, platform) DO UPDATE SET data = excluded.data",
            {row.groupId, row.resolution, row.key.second, std::string(platformWord(row.key.cohort.platform)),
             row.data});
        if (!stored) return fail(stored.error());
    }
    const SlotRetention kept;
    for (const auto &[resolution, seconds] : {std::pair<std::int64_t, std::int64_t>(1, kept.seconds),
                                              std::pair<std::int64_t, std::int64_t>(10, kept.tens),
                                              std::pair<std::int64_t, std::int64_t>(60, kept.minutes)}) {
        const auto removed = db.execute("DELETE FROM group_slot WHERE resolution = ? AND second < ?",
                                        {resolution, nowSecond - seconds});
        if (!removed) return fail(removed.error());
    }
    return {};
}

Result<void> GroupSeries::load(Database &db, std::int64_t nowSecond) {
    const std::lock_guard lock(m_mutex);
    return db.each("SELECT group_id, resolution, second, platform, data FROM group_slot WHERE resolution IN (1, 10) "
                   "AND second >= ?",
                   {nowSecond - InMemory}, [this](const SqlRow &row) {
                       std::optional<Slot> slot = Slot::fromText(row.text(4));
                       SlotStore *slots = slot ? slotsOf(row.text(0)) : nullptr;
                       if (!slots) return true;
                       slots->restore(static_cast<SlotStore::Resolution>(row.integer(1)),
                                      placeIn(row.integer(2),
                                              platformFromWord(row.text(3)).value_or(Platform::Legacy)),
                                      std::move(*slot));
                       return true;
                   });
}

Result<SeriesColumns> GroupSeries::series(Database &db, const std::string &groupId, const SeriesQuery &query,
                                          std::int64_t nowSecond) {
    const auto resolution = SlotStore::resolutionFor(nowSecond - query.from);
    SlotStore slots;
    // Whole steps: the first begins before, the last ends after what was asked for.
    const auto read = db.each(
        "SELECT second, platform, data FROM group_slot WHERE group_id = ? AND resolution = ? AND second >= ? AND "
        "second < ?",
        {groupId, static_cast<std::int64_t>(resolution), query.from - query.step, query.to + query.step},
        [&](const SqlRow &row) {
            std::optional<Slot> slot = Slot::fromText(row.text(2));
            const auto platform = platformFromWord(row.text(1));
            if (slot && platform) slots.restore(resolution, placeIn(row.integer(0), *platform), std::move(*slot));
            return true;
        });
    if (!read) return fail(read.error());
    return slots.series(query, nowSecond);
}

Json GroupSeries::takeTickSlots(std::int64_t nowSecond) {
    const std::lock_guard lock(m_mutex);
    Json told = Json::array();
    while (!m_untold.empty() && m_untold.begin()->first < nowSecond - Measurements::Grace) {
        const auto &[second, groupId] = *m_untold.begin();
        const auto slots = m_groups.find(groupId);
        for (const Platform platform : {Platform::Legacy, Platform::New}) {
            const Slot *slot = slots == m_groups.end()
                                   ? nullptr
                                   : slots->second.find(SlotStore::Resolution::Second, placeIn(second, platform));
            if (!slot) continue;
            Json json = slotToJson(second, platform, *slot);
            json["group_id"] = groupId;
            told.push_back(std::move(json));
        }
        m_untold.erase(m_untold.begin());
    }
    return told;
}

} // namespace crossfade
