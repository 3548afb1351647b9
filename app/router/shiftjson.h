// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftrecords.h"
#include "models/shift/shiftmachine.h"

#include <map>
#include <string>

namespace crossfade {

// How guards and gates of one policy stand: what the runner of whoever leads saw last, at a replica that follows
// from what that stored. Told to consoles and used where a command needs the gates.
struct ShiftView {
    ShiftFacts facts; // its guard pointers point into `policy`
    ShiftPolicy policy;
    std::map<std::string, GuardMemory> guards; // by guard id
    std::optional<Instant> judgedAt;
    std::int64_t judgedTerm = 0;   // of the leader that judged; 0: not told
    std::optional<Instant> seenAt; // when the facts were gathered; none: nobody has looked lately
    std::int64_t seenTerm = 0;     // of the leader that looked; 0: not told, or this replica did
    // At a replica that follows: what was judged until then is in it, and since when it counts.
    Instant followedTo{};
    Instant followedFrom{};

    // After a step, a rollback or a resume: what was judged stays to be seen.
    void countAnew() {
        for (auto &[id, memory] : guards)
            memory.startAnew();
    }
};

Json shiftToJson(const PolicyRecord &record, const ShiftView *view, Instant now);
// The policy with its shift.
Json policyRecordToJson(const PolicyRecord &record, const ShiftView *view, Instant now);
Json nextActionToJson(const NextAction &action);
Json gatesToJson(const PolicyRecord &record, const ShiftView *view, Instant now);
// GET …/guards; without `recent` it is what guard.judged carries.
Json guardsToJson(const ShiftPolicy &policy, const ShiftView *view, bool recent);

} // namespace crossfade
