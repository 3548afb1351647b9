// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/shift/gates.h"
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
    bool bothWays = false;
    std::string state; // the comparator's word
    std::uint64_t backlog = 0;
    std::uint64_t deadLetters = 0;
    bool wasInStep = false; // once at least everything that had changed was carried over
    std::string lastError;  // why its latest pass ended early; empty if it did not
    std::uint64_t lagSeconds = 0; // since then

    bool carries(Platform changesOf) const { return bothWays || source == changesOf; }
};

// What the comparator said last of its active syncs.
struct SyncFact {
    std::vector<SyncStanding> syncs;
    std::optional<Instant> at; // when it was asked
    std::string error;         // not empty: it did not answer, or nothing that can be read; `syncs` are those before
};
SyncFact readSyncFact(const Json &answer, Instant askedAt);

// Why it is not known how the syncs stand: not answered, too long ago, or there is none. Empty if it is.
std::string unknownSyncs(const SyncFact &fact, Instant now);
// Why the sync does not keep up with what changes: paused, failing, not done with all there was. Empty if it does.
std::string syncProblem(const SyncStanding &sync);
// Writes on NEW that may not be on LEGACY yet: the backlog of the syncs that carry them there, of one that goes both
// ways all of it. Nothing while there is no such sync or its backlog is not known, which is not 0.
std::optional<std::uint64_t> strandedWrites(const SyncFact &fact, Instant now);

// Whether what is changed on a platform comes to the other one soon enough to go back to it: not while that is not
// known of a sync that was there. Good where no sync carries it, or none was ever told of.
Fact carriedBack(const SyncFact &fact, Platform changesOf, Seconds mostLag, Instant now);

// The sum over all active syncs. Without one there is no value: what nothing carries over is not 0. A backlog
// is known only while every sync looks at what changes and has looked at everything once; dead letters are
// stored and always known.
WindowReading syncReading(const Guard &guard, const SyncFact &fact, Instant now);

} // namespace crossfade
