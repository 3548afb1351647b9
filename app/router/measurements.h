// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/agentslot.h"
#include "app/router/clockdoubts.h"
#include "app/service/store.h"
#include "models/metrics/slotstore.h"
#include "models/metrics/userslots.h"

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// One measured request or one pushed score, already decided.
struct Observation {
    std::int64_t second = 0;
    Cohort cohort;
    std::optional<double> score; // present: a score, not a request
    bool succeeded = true;
    std::uint32_t latencyUs = 0;
    std::uint64_t user = 0; // well mixed bits of the id; 0: not known
};

// A slot as metrics.tick tells it; whose it is, the caller adds.
Json slotToJson(std::int64_t second, Platform platform, const Slot &slot);

// The router's metric slots: taken from any thread, kept in the store once a second, told to the
// consoles once a second.
class Measurements {
public:
    Result<void> load(Store &store, Instant now);

    void add(const std::vector<Observation> &observations);
    // What agents counted. Without `live` it was told to the consoles already.
    void add(const std::vector<AgentSlot> &slots, bool live);
    // Of that policy's requests some were counted by a clock that is too far off, as it turned out in that second.
    void doubt(const std::string &policyId, std::int64_t second, const std::string &why);
    // Why what was measured since then is not the whole; "" if nothing speaks against it.
    std::string clockFault(const std::string &policyId, std::int64_t from) const;

    Slot sum(const CohortFilter &filter, std::int64_t from, std::int64_t to) const;
    // These are under way: their guards see what they decided, however many there are.
    void keepPlaces(const std::set<std::string> &policyIds);
    // Users are counted of these policies only.
    void watchUsers(const std::set<std::string> &policyIds);
    UserCounts users(const std::string &policyId, Platform platform, std::int64_t from, std::int64_t to) const;
    std::optional<std::int64_t> latest(const CohortFilter &filter, std::int64_t from,
                                       std::int64_t to) const;
    SeriesColumns series(const SeriesQuery &query, std::int64_t nowSecond) const;
    std::optional<double> shareOfNew(std::int64_t from, std::int64_t to) const;
    std::uint32_t requests(std::int64_t from, std::int64_t to) const;

    // Once a second: the slots changed since the last call, as rows to be written with writeRows(). The seconds of
    // agents are not among them: they were stored as they came.
    struct Row {
        std::int64_t resolution = 1;
        SlotKey key;
        std::string data;
    };
    std::vector<Row> settle(std::int64_t nowSecond);
    static Result<void> writeRows(Database &db, const std::vector<Row> &rows,
                                  std::int64_t nowSecond);

    // The `slots` of metrics.tick: every one-second slot that is at least Grace old and changed
    // since it was last told. One a platform (policy_id null: all its requests) and one a policy.
    static constexpr std::int64_t Grace = 2; // seconds for late observations
    Json takeTickSlots(std::int64_t nowSecond);

private:
    mutable std::mutex m_mutex;
    SlotStore m_slots;
    UserSlots m_users;
    ClockDoubts m_doubts;
    std::set<std::int64_t> m_untold; // seconds with changes no tick has told yet
};

} // namespace crossfade
