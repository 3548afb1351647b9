// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/shift/recording.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

namespace shiftrecordings {

Result<void> append(Database &db, std::string_view policyId, const RecordedEvent &event);
Result<std::int64_t> count(Database &db, std::string_view policyId, Instant from, Instant to);
// Of [from, to], in their order; `visit` answers false to stop. Internal if one cannot be read.
Result<void> each(Database &db, std::string_view policyId, Instant from, Instant to,
                  const std::function<bool(const RecordedEvent &)> &visit);
Result<void> forget(Database &db, Instant before);

} // namespace shiftrecordings

// Which looks of the runner are kept, and those that still wait to be stored. One thread.
class ShiftRecorder {
public:
    // A look that did not act; `look` is kept where it judged, failed, or is news.
    void saw(const std::string &policyId, RecordedEvent look);
    void restarted(const std::string &policyId, RecordedEvent event);
    // One that is stored in the transaction of its act.
    void acted(const std::string &policyId, const RecordedEvent &look);

    bool isEmpty() const { return m_waiting.empty(); }
    Result<void> write(Database &db) const;
    void clear() { m_waiting.clear(); }
    void forgetUnless(const std::function<bool(const std::string &)> &isThere);

private:
    std::map<std::string, RecordedEvent> m_kept; // the last, by policy
    std::vector<std::pair<std::string, RecordedEvent>> m_waiting;
};

} // namespace crossfade
