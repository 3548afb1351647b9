// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/shiftmachine.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What a source said at one look, under the name of what was measured: guards of any policy that ask
// for the same can be judged by it again.
struct RecordedReading {
    std::string measure; // measureOf() the guard
    WindowReading reading;
};
// Metric, statistic, platform, window, tolerance and check: all on which a reading depends.
std::string measureOf(const Guard &guard);

// Looks that could not be stored, and were given up.
struct RecordedGap {
    Instant from{}; // of the first of them
    std::uint64_t looks = 0;
    bool operator==(const RecordedGap &) const = default;
};

// One entry of the record of a shift, by which it can be drilled: what the runner saw at a look, or
// what people or a restart did to it. Looks between two entries saw nothing that differs for the gates.
struct RecordedEvent {
    enum class Kind { Look, Order, Restart };
    Kind kind = Kind::Look;
    Instant at{};
    // Of the shift before this. Entries of one version come before those of the next, the order that
    // ended it after all its looks: their times alone do not say that.
    std::int64_t shiftVersion = 0;
    ShiftStatus status; // before this
    // Looks.
    bool failed = false; // what it decided could not be stored, and did not happen
    bool judged = false;
    std::vector<RecordedReading> readings; // where it judged
    ShiftFacts facts;                      // without guards
    std::optional<RecordedGap> gap = {};   // just before it
    // Orders.
    ShiftOrder order; // points to nothing
    std::optional<PolicyCover> takesOver;
};

RecordedEvent recordedLook(const ShiftFacts &facts, const ShiftStatus &status,
                           std::int64_t shiftVersion);
RecordedEvent recordedOrder(const ShiftOrder &order, const ShiftStatus &status,
                            std::int64_t shiftVersion, Instant at);

// Whether a look that neither judged nor acted saw something else for the gates than the one kept last.
bool isNews(const RecordedEvent &kept, const RecordedEvent &look);

Json recordedToJson(const RecordedEvent &event); // for the store, without kind, time and version
bool readRecorded(const Json &json, RecordedEvent &event); // false: not what recordedToJson() wrote

} // namespace crossfade
