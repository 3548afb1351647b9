// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/fingerprint.h"
#include "app/comparator/ignorestore.h"
#include "app/service/store.h"
#include "models/consistency/difference.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// Where a difference was found.
struct FoundBy {
    std::string runId;
    std::string checkId;
    std::string checkName;
};

// What was stored of one entity.
struct Recorded {
    struct Field {
        std::string name;      // empty: the whole row; of a set once for each member
        std::string ignoredBy; // the rule that hides it; empty: none does
    };
    std::int64_t added = 0; // differences that are new
    std::optional<DifferenceType> type;
    std::vector<Field> fields;

    bool isHidden() const; // it differs, in nothing but what rules hide
};

// Stores what the two rows differ in: one difference a field, or one for the whole row; of sets one
// for each member that a side lacks (MISSING, EXTRA). A
// difference that stands open already is seen again, not stored twice; open ones of the entity that
// these rows no longer show are resolved. Each is held against the rules. Of rows that are still in motion (InFlight)
// nothing is said of what stands open otherwise: what was confirmed once is so until they stand still, and what is only in
// motion leaves no trace once it is no more.
Result<Recorded> recordDifferences(WriteTransaction &tx, const Fingerprint &print, const MappedSources &sources,
                                   const FoundBy &by, const std::string &key, const EntityPair &pair,
                                   DifferenceState state, const std::vector<ignores::Active> &rules);
// The same with the rules of now.
Result<Recorded> recordDifferences(WriteTransaction &tx, const Fingerprint &print, const MappedSources &sources,
                                   const FoundBy &by, const std::string &key, const EntityPair &pair,
                                   DifferenceState state);

// Of the rows of these keys (of all: none named) that a run has seen in motion, what no longer is to be told; how much.
Result<std::int64_t> forgetInFlight(WriteTransaction &tx, const std::string &runId, const std::vector<std::string> &keys = {});

// The API's form; NotFound.
Result<Json> differenceJson(Database &db, const std::string &id);
std::string differenceColumns(); // of the table as d, joined with repairs as r
// A condition on the table as d: its values were stored before their field was sensitive, and are told to nobody.
extern const char *const IsWithheld;
Json differenceRowJson(const SqlRow &row);

// Marks one as resolved; does nothing to one that is.
Result<void> resolveDifference(WriteTransaction &tx, const std::string &id,
                               const std::string &notes);

} // namespace crossfade
