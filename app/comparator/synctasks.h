// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/syncassignment.h"
#include "app/comparator/syncentity.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

inline constexpr std::int64_t MostSyncTasks = 100'000; // of one sync; beyond it suspends itself
inline constexpr std::int64_t MostSyncLogs = 100'000;  // of one sync, and none older than 30 days

// The API's forms; NotFound.
std::string taskColumns();
Json taskRowJson(const SqlRow &row);
Result<Json> taskJson(Database &db, const std::string &id);
std::string logColumns();
Json logRowJson(const SqlRow &row);

// The tasks of these entities; without keys: those to be worked on now, at most `limit`.
Result<SyncTasks> tasksOf(Database &db, const std::string &configId, const std::vector<std::string> &keys);
Result<SyncTasks> tasksDue(Database &db, const std::string &configId, bool onlyDemanded, Instant now,
                           std::int64_t limit);

// An entity to be synced now, whatever its task says.
Result<void> demandEntity(WriteTransaction &tx, const std::string &configId, const std::string &key);

// What one commit of results came to; its bases and log are stored with the tally, in few statements.
struct SyncTally {
    std::vector<std::pair<std::string, SyncBase>> bases = {}; // to be remembered, by entity
    Database::Parameters logs = {};                           // the rows of sync_logs, one after the other
    std::int64_t successful = 0;
    std::int64_t failed = 0;
    std::int64_t retrying = 0;
    std::int64_t durationMs = 0;
    std::optional<Instant> lastStart;
    bool newTasks = false;
    std::optional<std::string> permanent; // somebody should be told of this failure
    std::optional<std::string> suspend;   // and the sync stops for it
    ConflictAssignments assignments;
};
// Queues, retries, skips or buries what failed; what is to be remembered and logged comes to the tally.
Result<void> storeResult(WriteTransaction &tx, const SyncPlan &plan, const EntityResult &result,
                         const SyncTask *task, double chance, SyncTally &tally);
Result<void> storeTally(WriteTransaction &tx, const SyncPlan &plan, SyncTally &tally);
// Deletes what is beyond the bounds of the log.
Result<void> trimSyncLogs(WriteTransaction &tx, const std::string &configId);

} // namespace crossfade
