// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/fingerprint.h"
#include "app/service/store.h"
#include "models/consistency/difference.h"

#include <string>

namespace crossfade {

// Where a difference was found.
struct FoundBy {
    std::string runId;
    std::string checkId;
    std::string checkName;
};

// Stores what the two rows differ in: one difference a field, or one for the whole row. A
// difference that stands open already is seen again, not stored twice; open ones of the entity that
// these rows no longer show are resolved. The answer: how many are new.
Result<std::int64_t> recordDifferences(WriteTransaction &tx, const Fingerprint &print,
                                       const MappedSources &sources, const FoundBy &by,
                                       const std::string &key, const EntityPair &pair,
                                       DifferenceState state);

// The API's form; NotFound.
Result<Json> differenceJson(Database &db, const std::string &id);
std::string differenceColumns(); // of the table as d, joined with repairs as r
Json differenceRowJson(const SqlRow &row);
extern const char *const DifferenceTables;

// Marks one as resolved; does nothing to one that is.
Result<void> resolveDifference(WriteTransaction &tx, const std::string &id,
                               const std::string &notes);

} // namespace crossfade
