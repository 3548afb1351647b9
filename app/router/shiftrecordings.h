// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/shift/recording.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossfade {

namespace shiftrecordings {

// `term` of the leader that looked; 0: a person's order.
Result<void> append(Database &db, std::string_view policyId, const RecordedEvent &event, std::int64_t term = 0);
// Whether exactly this was appended already.
Result<bool> isKept(Database &db, std::string_view policyId, const RecordedEvent &event);
Result<std::int64_t> count(Database &db, std::string_view policyId, Instant from, Instant to);
// Of [from, to], in their order; `visit` answers false to stop. Internal if one cannot be read.
Result<void> each(Database &db, std::string_view policyId, Instant from, Instant to,
                  const std::function<bool(const RecordedEvent &)> &visit);
// The newest look that is stored, no older than `from`; nothing: none is, or it cannot be read.
struct StoredLook {
    RecordedEvent event;
    std::int64_t term = 0; // of the leader that looked; 0: not told
};
Result<std::optional<StoredLook>> latestLook(Database &db, std::string_view policyId, Instant from);
Result<void> forget(Database &db, Instant before);

} // namespace shiftrecordings

// Which looks of the runner are kept, and those that still wait to be stored. One thread.
class ShiftRecorder {
public:
    // How much waits for a store that takes nothing; the judgements that belong to it wait as long.
    static constexpr std::size_t MostWaiting = 10'000;
    static constexpr Seconds WaitsAtMost{600};

    // A look that did not act; `look` is kept where it judged, failed, or is news.
    void saw(const std::string &policyId, RecordedEvent look);
    void restarted(const std::string &policyId, RecordedEvent event);
    // One that is stored in the transaction of its act.
    void acted(const std::string &policyId, const RecordedEvent &look);

    bool isEmpty() const { return m_waiting.empty(); }
    using Waiting = std::vector<std::pair<std::string, RecordedEvent>>;
    Waiting take() { return std::exchange(m_waiting, {}); }
    void putBack(Waiting looks); // which were taken, and are not stored: they come before what waits
    // What waits for too long, or is too much; the next look of each policy tells of the gap. How many it were.
    std::size_t giveUpOld(Instant now);
    void clear(); // nothing of it is to be stored any more
    void forgetUnless(const std::function<bool(const std::string &)> &isThere);

private:
    std::map<std::string, RecordedEvent> m_kept; // the last, by policy
    Waiting m_waiting; // oldest first
    std::map<std::string, RecordedGap> m_gaps; // by policy: the next look tells of it
};

} // namespace crossfade
