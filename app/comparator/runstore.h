// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/runscope.h"
#include "models/consistency/verdict.h"
#include "models/core/json.h"

#include <optional>
#include <string>

namespace crossfade {

// Of a run of scope SAMPLE: about how many rows, chosen by which seed; once they are drawn, the last hash among them.
struct SampleRecord {
    std::int64_t size = 0; // 0: all
    std::int64_t seed = 0;
    std::optional<std::int64_t> bound;
    std::optional<std::int64_t> population; // rows of the larger side when the run began
};

// A run as its worker needs it.
struct RunRecord {
    std::string id;
    std::string checkId;
    std::string checkName;
    std::string state;
    std::string mappingId;
    std::string mapping;
    Percentage threshold;
    std::optional<std::int64_t> rowsLimit; // a second
    std::optional<std::string> checkpoint;
    RunScope scope = RunScope::Full;
    SampleRecord sample;
    bool scanned = false;
    bool begun = false; // by some worker
    std::optional<std::int64_t> rowsTotal;
    std::int64_t rowsDone = 0;
    std::int64_t unreadable = 0;
};

// The oldest run that is to be worked on (again): queued, or cut off while it ran.
Result<std::optional<RunRecord>> nextRun(Database &db);
// The oldest run of which this one of several workers may take a part.
Result<std::optional<RunRecord>> nextSharedRun(Database &db, const std::string &holder, Instant now);
Result<std::optional<RunRecord>> loadRun(Database &db, const std::string &id);
// The API's form; NotFound. Of many ids the results are left out: only the whole form has them.
Result<Json> runJson(Database &db, const std::string &id);
Result<Json> wholeRunJson(Database &db, const std::string &id);
// Lists use this: the columns, and the form of one row of them. `db` for the results by id.
std::string runColumns();
Result<Json> runRowJson(Database &db, const SqlRow &row);
Result<CheckCounts> runCounts(Database &db, const std::string &id);

// What ends a run; also removes what is left to be looked at again, and, after a complete run,
// resolves the differences it did not find any more.
struct RunEnd {
    std::string state;
    std::optional<std::string> error;
};
Result<Json> endRun(WriteTransaction &tx, const std::string &runId, const RunEnd &end);

} // namespace crossfade
