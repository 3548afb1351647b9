// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/deletionguard.h"
#include "app/comparator/differencestore.h"
#include "app/comparator/entity.h"
#include "app/comparator/hashscan.h"
#include "app/comparator/rangescan.h"
#include "app/comparator/runchanges.h"
#include "app/comparator/runcontrol.h"
#include "app/comparator/runfields.h"
#include "app/comparator/runparts.h"
#include "app/comparator/runstore.h"
#include "models/consistency/batchpace.h"
#include "models/consistency/incremental.h"
#include "models/consistency/merge.h"
#include "models/consistency/recheck.h"
#include "models/consistency/throttle.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// Works on one run from where it stands to its end, or until something is asked of it. What is
// finished is stored batch by batch, so that a service that dies goes on with the next batch. As one
// of several workers it takes part after part (runshare.cpp), until others have all that is left.
class RunExecution {
public:
    // `holder`: who this is among several workers, empty where there can be none.
    RunExecution(const Context &context, RunControl &control, RunRecord run, std::string holder = {});
    bool execute(); // false: how it ended could not be stored

private:
    using Clock = std::chrono::steady_clock;
    struct Suspect {
        std::string key;
        Candidate candidate;
    };
    struct IdResult {
        std::string id;
        std::string problem; // empty: read
    };
    // What one batch adds to the run.
    struct Batch {
        std::int64_t rows = 0;
        std::int64_t matched = 0;
        std::vector<Suspect> suspects;
        std::vector<IdResult> ids;
        std::string checkpoint;
        bool last = false;
    };
    // What one look at suspects came to.
    struct Looked {
        std::int64_t matched = 0;
        std::vector<std::string> settled; // no longer to be looked at
        std::vector<std::string> gone;    // of them: those that are equal
        std::vector<Suspect> again;
        std::vector<std::string> moving; // of those: what changed between two looks
        std::vector<std::pair<std::string, DifferenceState>> found;
    };

    Result<void> work(); // goes on where it was when a database was lost for a while
    Result<void> begin();
    struct Planned {
        std::optional<std::int64_t> total; // rows to be done
        std::int64_t withoutKey = 0;
        deletionguard::Rows rows;
    };
    Result<void> keysAreUnique();
    Result<Planned> plan();
    Result<void> scanAndRecheck();
    Result<void> reconnect();
    // runshare.cpp
    Result<void> joinParts();
    Result<void> workOnParts();
    Result<void> decide();
    Result<runparts::Claim> claim();
    Result<std::optional<KeyRange>> nextKeys(const runparts::Taken &taken);
    Result<void> scanPart();
    Result<void> holdPart(WriteTransaction &tx);
    Result<void> storePlace(WriteTransaction &tx, const Batch &batch);
    bool mayEnd(WriteTransaction &tx, bool failed) const;
    bool leaveParts();
    // runscan.cpp and, by digests, rundigests.cpp
    Result<void> scanScope(); // by what the run looks at
    Result<void> scan();
    Result<void> scanRows();
    Result<bool> scanRanges(); // false: the rest is to be read row by row
    Result<bool> scanHashes(); // false: nothing was done, all is to be read row by row
    Result<void> judge(const Compared &compared, Batch &batch);
    std::int64_t batchTarget(const BatchPace &pace) const;
    std::int64_t partTarget(const BatchPace &pace) const;
    Result<Batch> collect(Merge &merge);
    Result<void> scanIds();
    Result<Batch> collectIds(std::int64_t place);
    void judgeId(const std::string &id, const EntityPair &pair, Batch &batch) const;
    Result<void> store(const Batch &batch);
    Result<void> storeSuspects(WriteTransaction &tx, const std::vector<Suspect> &suspects) const;
    struct Pace {
        std::int64_t perSecond = 0;
        SqlValue eta = nullptr;
        std::int64_t rowsLeft = 0;
    };
    Result<Pace> pace(Database &db, Instant now, std::int64_t rows) const;
    void goBy(std::optional<std::int64_t> limit);
    Result<std::optional<std::int64_t>> limitNow();
    // runload.cpp
    Result<void> readThrottles();
    std::optional<std::chrono::milliseconds> statementTime() const;
    Result<void> throttle(std::int64_t rows, Clock::time_point since);
    Result<void> awaitLoad();
    Result<std::optional<double>> askLoad(Platform side, const LoadQuery &query) const;
    Result<void> noteWait(const std::string &waitsFor, std::optional<double> told);
    std::int64_t segmentsLeft(std::int64_t rowsLeft) const;
    // runincremental.cpp
    Result<void> noteMarks();
    Result<void> scanIncremental();
    Result<void> scanChanges(Platform side, IncrementalPlace &place);
    Result<void> scanOpenDifferences(IncrementalPlace &place);
    Result<void> scanKeys(IncrementalPlace &place);
    Result<void> scanKeyRanges(const MappedSources &keys, IncrementalPlace &place);
    Result<bool> scanKeyHashes(const MappedSources &keys, IncrementalPlace &place);
    Result<void> scanKeyRows(IncrementalPlace &place);
    Result<void> lookAtKeys(const Compared &compared, IncrementalPlace &place, Clock::time_point since);
    Result<void> lookAt(std::vector<std::string> keys, const IncrementalPlace &place);
    void remember(const std::vector<std::string> &keys);
    // runsample.cpp
    Result<void> scanSample();
    Result<void> drawSample();
    Result<void> storeSample(const std::vector<std::string> &keys, std::int64_t bound);
    // runrecheck.cpp
    Result<void> recheck();
    Result<std::vector<Suspect>> due(std::optional<std::int64_t> &next);
    Looked look(std::vector<Suspect> suspects, const std::map<std::string, EntityPair> &rows) const;
    // What a look adds to the run.
    struct Tally {
        CheckCounts counts;
        std::map<std::string, runfields::Rows> fields;
        std::int64_t hot = 0;
        std::int64_t added = 0; // differences that are new
        std::int64_t forgotten = 0; // that were in motion and are equal
    };
    Result<Tally> record(WriteTransaction &tx, const Looked &looked, const std::map<std::string, EntityPair> &rows) const;
    Result<void> store(const Looked &looked, const std::map<std::string, EntityPair> &rows);

    Observation observe(const KeyedRow *legacy, const KeyedRow *fresh) const;
    Result<void> wished() const; // Cancelled when something is asked
    Result<Json> write(const Store::WriteWork &work) const;
    bool end(const Result<void> &result);
    void progress(const Json &run);

    Context m_context;
    RunControl &m_control;
    RunRecord m_run;
    std::optional<MappedSources> m_sources;
    std::optional<EntityReader> m_reader;
    Clock::time_point m_paceSince; // of the pace that is told
    bool m_gone = false;
    const std::string m_holder;
    std::optional<RunPart> m_part; // that is worked on
    std::optional<RangePlan> m_partPlan;
    bool m_left = false; // what there still is to do others do
    Clock::time_point m_lastStored; // when it last got on
    std::int64_t m_target = 1; // rows of the next batch
    SourceThrottle m_legacyThrottle;
    SourceThrottle m_newThrottle;
    Clock::time_point m_loadLookedAt{};
    std::string m_waitsFor; // as it is stored
    std::optional<changes::Run> m_changes;
    std::set<std::string> m_lookedAt; // of an incremental run: keys, as far as there is room for them
    std::size_t m_bytesLookedAt = 0;
    bool m_lookedAtAll = false; // none was left out of them
    std::int64_t m_paceRows = 0;
    std::int64_t m_sessionRows = 0; // since this process took the run up
    std::optional<Clock::time_point> m_lastProgress;
};

// A suspect between looks, as it is kept in the store.
std::string candidateText(const Candidate &candidate);
Candidate candidateFromText(const std::string &text);

} // namespace crossfade
