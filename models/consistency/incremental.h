// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A run of scope INCREMENTAL: rows whose change column says that they changed, the differences that stand open, and now
// and then the keys of all rows.
#pragma once

#include "models/consistency/verdict.h"
#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// No change column shows a row that was deleted. So among so many runs one looks at all keys, and so does the first after
// the last such look is so old.
inline constexpr std::int64_t RunsAKeyPass = 10;
inline constexpr std::chrono::hours LongestWithoutKeyPass{24};
// How many runs have ended since the keys were looked at, and how long ago that was.
bool isKeyPassDue(std::int64_t runsSince, Milliseconds since);

// A change can be committed after later ones were seen: so rows are read again from so long before the mark.
inline constexpr std::chrono::seconds LeastOverlap{60};
std::chrono::seconds overlapFor(Milliseconds syncLag);

// How far a run has come: behind the row of a key with a value of the change column, behind the open differences of a key,
// or within the look at all keys.
struct IncrementalPlace {
    enum class Stage { LegacyChanges, NewChanges, OpenDifferences, Keys, End };
    Stage stage = Stage::LegacyChanges;
    std::optional<std::string> key;
    std::string value; // of the change column in that row
    char storage = 't';
    std::optional<std::string> keys; // the checkpoint of the look at all keys
    std::int64_t keysSeen = 0;       // of both sides together, each once
    bool operator==(const IncrementalPlace &) const = default;
};
std::string incrementalText(const IncrementalPlace &place);
IncrementalPlace incrementalPlace(const std::optional<std::string> &text);

// The counts over all rows as far as they are known: what the run has looked at, and of `population` rows the others as
// they were when last compared. All differences that stood open were looked at, so these others were equal. `hot` rows
// count on neither side.
CheckCounts withCarried(CheckCounts looked, std::int64_t hot, std::int64_t population);

} // namespace crossfade
