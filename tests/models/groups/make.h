// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/groups/groupmachine.h"

namespace crossfade::test {

inline Instant at(std::int64_t seconds) {
    return instantFromMs(seconds * 1000);
}

inline Guard successGuard() {
    Guard guard;
    guard.id = "success";
    guard.threshold = 99;
    guard.minSamples = 10;
    return guard;
}

// Batches of 10 that settle for 30 s, one deciding guard.
inline UserGroup plainGroup() {
    UserGroup group;
    group.id = "g1";
    group.name = "stores";
    group.batchSize = 10;
    group.batchIntervalSeconds = 30;
    group.guards = {successGuard()};
    return group;
}

inline GroupStatus statusIn(GroupState state, const char *batches = "3P") {
    GroupStatus status;
    status.state = state;
    status.since = at(1'000);
    status.batches = BatchTable::fromText(batches).value();
    for (const BatchState under : {BatchState::Moving, BatchState::Settling, BatchState::Held}) {
        if (!status.batch) status.batch = status.batches.first(under);
    }
    status.movedAt = at(1'000);
    status.settlesAt = at(1'030);
    if (state == GroupState::Held) status.hold = GroupHold::Guard;
    if (awaitsAnswer(state)) status.deadline = at(1'300);
    return status;
}

inline GroupFacts factsWith(const UserGroup &group, Verdict verdict, Instant now, bool tripped = false) {
    GroupFacts facts;
    facts.now = now;
    for (const Guard &guard : group.guards) {
        Judgement judgement;
        judgement.at = now;
        judgement.verdict = verdict;
        judgement.detail = std::string(verdictWord(verdict));
        facts.guards.push_back({&guard, judgement, tripped});
    }
    return facts;
}

} // namespace crossfade::test
