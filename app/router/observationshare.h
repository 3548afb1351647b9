// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupmeasures.h"
#include "app/router/measurements.h"
#include "app/service/leadership.h"

#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

struct SharedObservations {
    std::vector<Observation> requests;
    std::vector<GroupSighting> ofGroups;

    bool isEmpty() const { return requests.empty() && ofGroups.empty(); }
};
// Their form in table `observed`; nothing if it is not that.
std::string sharedText(const SharedObservations &observations);
std::optional<SharedObservations> sharedFromText(const std::string &text);

// What this replica was told of requests reaches the others: once a second through the store, so that
// whoever leads judges by everything, and every chart shows everything. Without others nothing is stored.
class ObservationShare {
public:
    ObservationShare(Store &store, const Leadership &leadership, Measurements &measurements, GroupMeasures &groups);

    Result<void> load(); // what was shared until now is in what was measured
    void add(const std::vector<Observation> &requests, const std::vector<GroupSighting> &ofGroups); // any thread
    void eachSecond();
    Result<void> takeUp(Database &db); // what others shared since; on the writer thread

private:
    Result<void> write(WriteTransaction &tx, const std::string &text) const;

    Store &m_store;
    const Leadership &m_leadership;
    Measurements &m_measurements;
    GroupMeasures &m_groups;
    std::int64_t m_takenUp = 0; // epoch
    std::mutex m_mutex;
    SharedObservations m_own; // not yet told
};

} // namespace crossfade
