// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/agentslot.h"
#include "app/router/groupsighting.h"
#include "app/service/store.h"
#include "models/metrics/slotstore.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// What is measured of a group's members, by the platform that served them: the cohort of each group, for charts.
// What its guards judge is the batch under way (GroupMeasures). Memory holds the last minutes alone, so that what
// comes late still finds its slot; a series is read from the store, and is the same at every replica. Any thread.
class GroupSeries {
public:
    // Measured at a time. Who makes up groups without end fills neither the memory nor the store.
    static constexpr std::size_t MostGroups = 64;
    // What is older when it comes in is not counted: its minute would be written anew without the rest of it.
    static constexpr std::int64_t Latest = 840; // seconds

    // Of these only, with the platform that each moves its users to; beyond MostGroups the others are not.
    void watch(const std::map<std::string, Platform> &targets);
    void forget(const std::string &groupId);
    void add(const std::vector<GroupSighting> &sightings);
    void add(const std::vector<AgentSlot> &slots);

    // Once a second: the slots changed since the last call, as rows to be written with writeRows().
    struct Row {
        std::string groupId;
        std::int64_t resolution = 1;
        SlotKey key;
        std::string data;
    };
    std::vector<Row> settle(std::int64_t nowSecond);
    static Result<void> writeRows(Database &db, const std::vector<Row> &rows, std::int64_t nowSecond);
    Result<void> load(Database &db, std::int64_t nowSecond);
    // A group that was never measured has gaps only. Of the query's filter the platform counts.
    static Result<SeriesColumns> series(Database &db, const std::string &groupId, const SeriesQuery &query,
                                        std::int64_t nowSecond);

    // The `group_slots` of metrics.tick, told as Measurements::takeTickSlots() tells its own.
    Json takeTickSlots(std::int64_t nowSecond);

private:
    SlotStore *slotsOf(const std::string &groupId); // null: there are too many already
    Slot *slotAt(const std::string &groupId, bool onTarget, std::int64_t second); // null: it is not counted
    void boundUntold();

    mutable std::mutex m_mutex;
    std::map<std::string, Platform> m_targets;
    std::map<std::string, SlotStore> m_groups; // also some that are not watched any more, until they are old
    std::set<std::pair<std::int64_t, std::string>> m_untold;
    std::int64_t m_oldest = 0; // second
};

} // namespace crossfade
