// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/agentslot.h"
#include "app/router/clockdoubts.h"
#include "app/router/groupseries.h"
#include "app/router/groupsighting.h"
#include "models/core/platform.h"
#include "models/metrics/slotstore.h"
#include "models/metrics/userslots.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// What is measured of user groups: the requests of the batch under way by second, for its guards, and for
// every member whether it was tried on the target and whether it succeeded there. Any thread.
class GroupMeasures {
public:
    struct Counts {
        std::size_t tried = 0;
        std::size_t proven = 0;
    };
    struct Bits { // of one batch, in hexadecimal
        std::string groupId;
        std::size_t batch = 0;
        std::string tried;
        std::string proven;
    };

    // The group has so many members; the requests of this batch are counted by second from now on. A
    // batch that is new here begins with none.
    void watch(const std::string &groupId, std::size_t users, std::size_t batchSize,
               std::optional<std::size_t> batch);
    void forget(const std::string &groupId);
    // Back to never tried: a batch that was rolled back has to prove itself anew.
    void clear(const std::string &groupId, std::size_t batch);
    void clearAll(const std::string &groupId);

    void add(const std::vector<GroupSighting> &sightings);
    // What agents counted of groups' members. It says nothing of single members, so nobody is tried or proven by
    // it. Without `live` the charts have it already.
    void add(const std::vector<AgentSlot> &slots, bool live);
    // See Measurements.
    void doubt(const std::string &groupId, std::int64_t second, const std::string &why);
    std::string clockFault(const std::string &groupId, std::int64_t from) const;
    // The requests of the batch under way on its target, or of the group's others on the other platform.
    Slot sum(const std::string &groupId, bool onTarget, std::int64_t from, std::int64_t to) const;
    std::optional<std::int64_t> latest(const std::string &groupId, bool onTarget, std::int64_t from,
                                       std::int64_t to) const;
    // Users are counted of these groups only: those of the batch under way, or of the group's others.
    void watchUsers(const std::set<std::string> &groupIds);
    UserCounts users(const std::string &groupId, bool onTarget, std::int64_t from, std::int64_t to) const;
    Counts counts(const std::string &groupId) const;
    Counts counts(const std::string &groupId, std::size_t batch) const;

    void settle(std::int64_t nowSecond); // forgets what is too old
    // What of the same requests is kept for charts.
    GroupSeries &series() { return m_series; }
    std::vector<Bits> takeChanged();     // since the last call: to be stored
    void restore(const Bits &bits);      // of a group that is watched

private:
    struct Group {
        std::size_t users = 0;
        std::size_t batchSize = 1;
        std::optional<std::size_t> batch;
        SlotStore slots;
        std::vector<bool> tried; // by member
        std::vector<bool> proven;
        std::map<std::size_t, Counts> byBatch; // of those with any
        Counts all;
        std::set<std::size_t> changed;
    };
    void count(Group &group, const GroupSighting &sighting);
    void count(Group &group, const AgentSlot &one);
    static void mark(Group &group, const GroupSighting &sighting);
    static void clearBatch(Group &group, std::size_t batch);
    static void restoreBits(Group &group, std::size_t batch, const std::string &hex, bool proven);
    const Group *find(const std::string &groupId) const;

    mutable std::mutex m_mutex;
    std::map<std::string, Group> m_groups;
    UserSlots m_users; // by group
    ClockDoubts m_doubts;
    GroupSeries m_series;
};

} // namespace crossfade
