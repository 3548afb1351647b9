// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/source.h"
#include "app/service/store.h"
#include "models/consistency/runscope.h"
#include "models/consistency/verdict.h"
#include "models/core/json.h"

#include <optional>
#include <string>

namespace crossfade {

// What the store knows of the change columns: of a check up to where they have been seen, of a run where they stood when
// it began, which becomes the check's once the run has ended whole.
namespace changes {

// Of a mapping and the databases it is of: a mark says nothing of others.
std::string printOf(const MappedSources &sources);
// Whether some side has a column that tells of changes; sets have none that tells of all of them.
bool tellsChanges(const Mapping &mapping);

// Where the change column of each side is; nothing: from its first value on.
struct Places {
    std::optional<ChangePlace> legacy;
    std::optional<ChangePlace> fresh;

    std::optional<ChangePlace> &side(Platform platform) { return platform == Platform::Legacy ? legacy : fresh; }
    const std::optional<ChangePlace> &side(Platform platform) const
    {
        return platform == Platform::Legacy ? legacy : fresh;
    }
};

// A run of scope INCREMENTAL as its worker needs it.
struct Run {
    Places from;
    bool withKeys = false;
    std::int64_t unreadable = 0;
    std::optional<std::int64_t> population; // as last known
};

// For a new run of scope INCREMENTAL: what it begins with. Invalid where the mapping tells of no changes, Conflict where
// no run has looked at all rows yet. `keys`: somebody asks for the look at all keys.
Result<void> queue(WriteTransaction &tx, const std::string &runId, const std::string &checkId,
                   const std::string &mappingId, bool keys);
// Whether the run's marks are noted; then what it is.
Result<std::optional<Run>> noted(Database &db, const std::string &runId);
// Before anything is read; of several workers the first notes them.
Result<Run> note(WriteTransaction &tx, const std::string &runId, const MappedSources &sources, const Places &marks);

// Of a run that ends in `state`, before its counts are judged: the check's marks move, and the counts of one that is
// INCREMENTAL become those of all rows as far as they are known.
Result<CheckCounts> settle(WriteTransaction &tx, const std::string &runId, const std::string &state);

// The run's `changes`; null where it has none.
Result<Json> json(Database &db, const std::string &runId);

} // namespace changes
} // namespace crossfade
