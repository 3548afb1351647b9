// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// One run of a check. State and status are the service's words.
struct RunRow {
    std::string id;
    std::string checkId;
    std::string checkName;
    std::string scope;
    std::string state;  // QUEUED RUNNING RECHECKING FINISHED CANCELLED FAILED PAUSED
    std::string status; // SUCCESS FAILED PARTIAL, empty while it runs
    std::string requestedBy;
    std::optional<Instant> startedAt;
    std::optional<Instant> endedAt;
    std::optional<std::int64_t> rowsTotal;
    std::int64_t rowsDone = 0;
    std::optional<std::int64_t> segmentsTotal;
    std::int64_t segmentsDone = 0;
    std::int64_t matched = 0;
    std::int64_t missing = 0;
    std::int64_t extra = 0;
    std::int64_t different = 0;
    std::int64_t inFlight = 0;
    std::int64_t hot = 0;
    std::optional<double> consistencyPercentage;
    std::optional<double> rowsPerSecond;
    std::optional<std::int64_t> rowsLimit; // a second; none: as fast as it goes
    std::optional<std::int64_t> etaSeconds;
    std::string waitingFor;     // LOAD_LEGACY, LOAD_NEW: that side says it has enough to do
    std::optional<double> load; // what it says
    std::string error;
    std::string version;
    struct PerId {
        std::string id;
        std::string result; // CHECKED, ERROR
        std::string detail;
        bool operator==(const PerId &) const = default;
    };
    std::vector<PerId> perId;
    // Of a sample: what it says of all rows, once it has ended.
    struct Sample {
        std::optional<double> lower; // percent
        std::optional<double> upper;
        double confidence = 0; // percent
        std::string outcome;   // ABOVE BELOW UNDECIDED
        bool operator==(const Sample &) const = default;
    };
    std::optional<Sample> sample;
    // Of what changed: rows that were not read, as they were equal before.
    std::optional<std::int64_t> carried;

    bool goesOn() const;
    std::int64_t differences() const { return missing + extra + different; }
    // 0 … 100 of the rows; none while the total is unknown.
    std::optional<int> percentDone() const;
    bool operator==(const RunRow &) const = default;
};

struct CheckRow {
    std::string id;
    std::string name;
    std::string mappingId;
    std::string dataType;
    double threshold = 99.5;
    bool active = true;
    std::string version;
    std::optional<RunRow> lastRun;
    std::int64_t openDifferences = 0;
    std::vector<double> trend; // consistency percentages, oldest first
    std::int64_t sampleSize = 1'000; // of the runs it makes by itself; 0: all rows
    std::optional<Instant> fullRunAt; // when a run over all rows ended last
    std::optional<std::int64_t> fullRunRows;

    // Of the last finished run; none before the first.
    std::optional<double> consistency() const;
    bool operator==(const CheckRow &) const = default;
};

// The word of the check's chip: RUNNING, PAUSED, PASS, BELOW, PARTIAL, FAILED, or empty = never run.
std::string checkState(const CheckRow &check);
// The same of one run by itself.
std::string runVerdict(const RunRow &run);

struct MappingRow {
    std::string id;
    std::string dataType;
    std::string legacyTable;
    std::string newTable;
    std::string authoritative; // LEGACY, NEW
    std::vector<std::string> fields;
    std::string legacyChanged; // the change columns; empty: none
    std::string newChanged;
    bool isOfSets = false; // an entity is many rows
    bool operator==(const MappingRow &) const = default;
};

} // namespace crossfade
