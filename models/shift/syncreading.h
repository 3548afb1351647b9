// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/shift/guard.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// How one active sync stands, as the comparator's view of syncs tells it.
struct SyncStanding {
    std::string dataType;
    Platform source = Platform::Legacy;
    Platform target = Platform::New;
    std::string state; // the comparator's word
    std::uint64_t backlog = 0;
    std::uint64_t deadLetters = 0;
    bool wasInStep = false; // once at least everything that had changed was carried over
    std::string lastError;  // why its latest pass ended early; empty if it did not
};

// What the comparator said last of its active syncs.
struct SyncFact {
    std::vector<SyncStanding> syncs;
    std::optional<Instant> at; // when it was asked
    std::string error;         // not empty: it did not answer, or nothing that can be read
};
SyncFact readSyncFact(const Json &answer, Instant askedAt);

// The sum over all active syncs. Without one there is no value: what nothing carries over is not 0. A backlog
// is known only while every sync looks at what changes and has looked at everything once; dead letters are
// stored and always known.
WindowReading syncReading(const Guard &guard, const SyncFact &fact, Instant now);

} // namespace crossfade
