// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/synctasks.h"

#include "app/comparator/alertqueue.h"
#include "app/comparator/bulkinsert.h"
#include "app/comparator/rowjson.h"
#include "models/core/ids.h"
#include "models/sync/retry.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::hours LogsAreKept{24 * 30};
constexpr std::size_t LongestError = 1'000;

SyncTask taskOf(const SqlRow &row)
{
    return {row.text(1), row.text(2), static_cast<int>(row.integer(3)), row.integer(4) != 0, row.text(5),
            jsonOrNull(row, 6), row.integer(7)};
}
constexpr const char *TaskSelect =
    "SELECT entity_id, id, state, retry_count, demanded, seen, edit, version FROM sync_tasks WHERE config_id = ?";

Result<SyncTasks> tasksFrom(const Result<std::vector<SqlRow>> &rows)
{
    if (!rows) return fail(rows.error());
    SyncTasks tasks;
    for (const SqlRow &row : *rows)
        tasks[row.text(0)] = taskOf(row);
    return tasks;
}

struct Attempt {
    std::string status;
    std::optional<std::string> taskId;
    int retryCount = 0;
    bool permanent = false;
};

constexpr std::size_t LogColumns = 14;

void logAttempt(WriteTransaction &tx, const SyncPlan &plan, const EntityResult &result, const Attempt &attempt,
                SyncTally &tally)
{
    (attempt.status == "SUCCESS" ? tally.successful : attempt.status == "FAILED" ? tally.failed : tally.retrying) += 1;
    tally.durationMs += std::max<std::int64_t>(0, toMs(result.endedAt) - toMs(result.startedAt));
    tally.lastStart = std::max(tally.lastStart.value_or(result.startedAt), result.startedAt);
    tally.logs.insert(
        tally.logs.end(),
        {tx.newId(), plan.id, sqlText(attempt.taskId), std::string(platformWord(plan.config.source)),
         std::string(platformWord(plan.config.target())), plan.dataType, result.key, result.action, attempt.status,
         toMs(result.startedAt), toMs(result.endedAt),
         result.error.empty() ? SqlValue(nullptr) : SqlValue(result.error.substr(0, LongestError)),
         std::int64_t{attempt.retryCount}, std::int64_t{attempt.permanent}});
}

Result<void> storeCollected(Database &db, const SyncPlan &plan, SyncTally &tally)
{
    if (Result<void> kept = storeBases(db, plan.id, plan.keyKind(), tally.bases); !kept) return kept;
    return insertRows(db,
                      "INSERT INTO sync_logs (id, config_id, task_id, source_system, target_system, data_type, "
                      "entity_id, action, status, started_at, ended_at, error_message, retry_count, permanent) VALUES",
                      LogColumns, std::move(tally.logs));
}

struct TaskState {
    std::string state;
    std::string cause;
    int retryCount = 0;
    Instant dueAt{};
};

// What is stored of the entity's task; whoever has an open one keeps it, whatever the rules say by now.
struct KnownTask {
    std::string id;
    Assignee to;
};
Result<KnownTask> knownTask(WriteTransaction &tx, const SyncPlan &plan, const std::string &key)
{
    const auto rows = tx.db().query("SELECT id, state, assigned_to, assigned_role FROM sync_tasks WHERE config_id = ? "
                                    "AND entity_id = ?",
                                    {plan.id, key});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return KnownTask{tx.newId(), {}};
    const SqlRow &row = rows->front();
    const std::string state = row.text(1);
    if (state == "DISCARDED" || state == "SKIPPED") return KnownTask{row.text(0), {}};
    return KnownTask{row.text(0), {row.text(2), row.text(3)}};
}

SqlValue nullIfEmpty(const std::string &text)
{
    return text.empty() ? SqlValue(nullptr) : SqlValue(text);
}

// The entity's task as it is from now on; its id.
Result<std::string> putTask(WriteTransaction &tx, const SyncPlan &plan, const EntityResult &result,
                            const TaskState &state, ConflictAssignments &assignments)
{
    const Result<KnownTask> known = knownTask(tx, plan, result.key);
    if (!known) return fail(known.error());
    const std::string &id = known->id;
    Assignee to = known->to;
    if (result.kind == EntityResult::Kind::Conflict && to == Assignee()) {
        Result<Assignee> assigned = assignments.assign(tx.db(), plan, result, id);
        if (!assigned) return fail(assigned.error());
        to = std::move(*assigned);
    }
    const std::int64_t now = toMs(tx.now());
    const auto done = tx.db().execute(
        "INSERT INTO sync_tasks (id, config_id, entity_id, state, cause, error, retry_count, demanded, due_at, seen, "
        "payload, created_at, updated_at, assigned_to, assigned_role, version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 1) "
        "ON CONFLICT (config_id, entity_id) DO UPDATE SET state = excluded.state, cause = excluded.cause, "
        "error = excluded.error, retry_count = excluded.retry_count, demanded = 0, due_at = excluded.due_at, "
        "seen = excluded.seen, payload = excluded.payload, updated_at = excluded.updated_at, "
        "assigned_to = excluded.assigned_to, assigned_role = excluded.assigned_role, version = sync_tasks.version + 1",
        {id, plan.id, result.key, state.state, state.cause, result.error.substr(0, LongestError),
         std::int64_t{state.retryCount}, toMs(state.dueAt), result.seen, dumpJson(result.payload), now, now,
         nullIfEmpty(to.person), nullIfEmpty(to.role)});
    if (!done) return fail(done.error());
    return id;
}

Result<void> storeFailure(WriteTransaction &tx, const SyncPlan &plan, const EntityResult &result,
                          const SyncTask *task, double chance, SyncTally &tally)
{
    const bool retried = task && task->state == "RETRYING";
    const bool known = task && (retried || task->state == "QUEUED");
    TaskState state{"RETRYING", "ERROR", retried ? task->retryCount + 1 : 0, tx.now()};
    Attempt attempt{"RETRYING", {}, state.retryCount, false};
    const std::string said = result.key + ": " + result.error;
    if (result.kind == EntityResult::Kind::Conflict) {
        state.state = "DEAD";
        state.cause = "CONFLICT";
        tally.permanent = said;
    } else if (plan.config.errorHandling == SyncErrorHandling::Skip) {
        state.state = "SKIPPED";
    } else if (plan.config.errorHandling == SyncErrorHandling::Alert) {
        attempt.status = "FAILED";
        tally.suspend = said; // and is tried first when somebody lets the sync go on
    } else if (isLastRetry(state.retryCount)) {
        state.state = "DEAD";
        tally.permanent = said;
    } else {
        state.dueAt = tx.now() + retryDelay(state.retryCount + 1, chance);
    }
    if (state.state != "RETRYING") {
        attempt.status = "FAILED";
        attempt.permanent = true;
    }
    const Result<std::string> id = putTask(tx, plan, result, state, tally.assignments);
    if (!id) return fail(id.error());
    attempt.taskId = *id;
    tally.newTasks = tally.newTasks || !known;
    logAttempt(tx, plan, result, attempt, tally);
    return {};
}

} // namespace

std::string taskColumns()
{
    return "id, config_id, entity_id, state, cause, error, retry_count, due_at, payload, edit, created_at, "
           "updated_at, version, assigned_to, assigned_role FROM sync_tasks";
}

Json taskRowJson(const SqlRow &row)
{
    const std::string state = row.text(3);
    return {{"id", row.text(0)},
            {"config_id", row.text(1)},
            {"entity_id", row.text(2)},
            {"state", state},
            {"cause", row.text(4)},
            {"error", textOrNull(row, 5)},
            {"retry_count", row.integer(6)},
            {"next_attempt_at", state == "RETRYING" ? timeOrNull(row, 7) : Json()},
            {"payload", jsonOrNull(row, 8)},
            {"edit", jsonOrNull(row, 9)},
            {"assigned_to", textOrNull(row, 13)},
            {"assigned_role", textOrNull(row, 14)},
            {"created_at", timeOrNull(row, 10)},
            {"updated_at", timeOrNull(row, 11)},
            {"version", row.integer(12)}};
}

Result<Json> taskJson(Database &db, const std::string &id)
{
    const auto rows = db.query("SELECT " + taskColumns() + " WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no sync task " + id);
    return taskRowJson(rows->front());
}

std::string logColumns()
{
    return "id, config_id, task_id, source_system, target_system, data_type, entity_id, action, status, started_at, "
           "ended_at, error_message, retry_count, permanent FROM sync_logs";
}

Json logRowJson(const SqlRow &row)
{
    return {{"id", row.text(0)},
            {"config_id", row.text(1)},
            {"task_id", textOrNull(row, 2)},
            {"source_system", row.text(3)},
            {"target_system", row.text(4)},
            {"data_type", row.text(5)},
            {"entity_id", row.text(6)},
            {"action", row.text(7)},
            {"status", row.text(8)},
            {"start_time", timeOrNull(row, 9)},
            {"end_time", timeOrNull(row, 10)},
            {"error_message", textOrNull(row, 11)},
            {"retry_count", row.integer(12)},
            {"permanent", row.integer(13) != 0}};
}

Result<SyncTasks> tasksOf(Database &db, const std::string &configId, const std::vector<std::string> &keys)
{
    constexpr std::size_t KeysAtOnce = 500;
    SyncTasks tasks;
    for (std::size_t begin = 0; begin < keys.size(); begin += KeysAtOnce) {
        Database::Parameters values{configId};
        std::string places;
        for (std::size_t i = begin; i < std::min(keys.size(), begin + KeysAtOnce); ++i) {
            places += places.empty() ? "?" : ", ?";
            values.emplace_back(keys[i]);
        }
        Result<SyncTasks> some =
            tasksFrom(db.query(std::string(TaskSelect) + " AND entity_id IN (" + places + ")", values));
        if (!some) return fail(some.error());
        tasks.merge(*some);
    }
    return tasks;
}

Result<SyncTasks> tasksDue(Database &db, const std::string &configId, bool onlyDemanded, Instant now,
                           std::int64_t limit)
{
    const std::string which = onlyDemanded ? " AND state = 'QUEUED'" : " AND state IN ('QUEUED', 'RETRYING')";
    return tasksFrom(db.query(std::string(TaskSelect) + which + " AND due_at <= ? ORDER BY due_at, id LIMIT ?",
                              {configId, toMs(now), limit}));
}

Result<void> demandEntity(WriteTransaction &tx, const std::string &configId, const std::string &key)
{
    const std::int64_t now = toMs(tx.now());
    const auto done = tx.db().execute(
        "INSERT INTO sync_tasks (id, config_id, entity_id, state, cause, demanded, due_at, created_at, updated_at, "
        "version) VALUES (?, ?, ?, 'QUEUED', 'DEMAND', 1, ?, ?, ?, 1) ON CONFLICT (config_id, entity_id) DO UPDATE SET "
        "state = 'QUEUED', demanded = 1, retry_count = 0, due_at = excluded.due_at, updated_at = excluded.updated_at, "
        "version = sync_tasks.version + 1",
        {tx.newId(), configId, key, now, now, now});
    if (!done) return fail(done.error());
    return {};
}

Result<void> storeResult(WriteTransaction &tx, const SyncPlan &plan, const EntityResult &result,
                         const SyncTask *task, double chance, SyncTally &tally)
{
    // What was written is remembered whatever became of the rest.
    if (result.remember) tally.bases.emplace_back(result.key, result.base);
    if (result.kind == EntityResult::Kind::Left) return {};
    if (task) { // somebody may have discarded or edited it since: his word counts, the next look does the rest
        const auto now = tx.db().query("SELECT version FROM sync_tasks WHERE id = ?", {task->id});
        if (!now) return fail(now.error());
        const bool same = !now->empty() && now->front().integer(0) == task->version;
        const bool failed = result.kind == EntityResult::Kind::Failed || result.kind == EntityResult::Kind::Conflict;
        if (!same && failed) return {};
    }
    if (result.kind == EntityResult::Kind::Failed || result.kind == EntityResult::Kind::Conflict)
        return storeFailure(tx, plan, result, task, chance, tally);
    if (task) {
        const auto gone = tx.db().execute("DELETE FROM sync_tasks WHERE id = ?", {task->id});
        if (!gone) return fail(gone.error());
    }
    if (result.kind == EntityResult::Kind::InStep && !task) return {};
    const int retries = task && task->state == "RETRYING" ? task->retryCount + 1 : 0;
    logAttempt(tx, plan, result, {"SUCCESS", task ? std::optional(task->id) : std::nullopt, retries, false}, tally);
    return {};
}

Result<void> storeTally(WriteTransaction &tx, const SyncPlan &plan, SyncTally &tally)
{
    if (Result<void> kept = storeCollected(tx.db(), plan, tally); !kept) return kept;
    if (tally.lastStart) {
        const auto counted = tx.db().execute(
            "UPDATE sync_progress SET successful = successful + ?, failed = failed + ?, retrying = retrying + ?, "
            "duration_ms = duration_ms + ?, last_sync_at = CASE WHEN last_sync_at > ? THEN last_sync_at ELSE ? END "
            "WHERE config_id = ?",
            {tally.successful, tally.failed, tally.retrying, tally.durationMs, toMs(*tally.lastStart),
             toMs(*tally.lastStart), plan.id});
        if (!counted) return fail(counted.error());
    }
    if (Result<void> told = tally.assignments.tell(tx, plan); !told) return told;
    std::optional<std::string> suspend = tally.suspend;
    if (tally.newTasks && !suspend) {
        const auto tasks = tx.db().query("SELECT count(*) FROM sync_tasks WHERE config_id = ?", {plan.id});
        if (!tasks) return fail(tasks.error());
        if (tasks->front().integer(0) > MostSyncTasks)
            suspend = "more than " + std::to_string(MostSyncTasks) + " entities cannot be synced";
    }
    const std::optional<std::string> &told = suspend ? suspend : tally.permanent;
    if (!told) return {};
    const CheckAlert alert{suspend ? "SYNC_SUSPENDED" : "SYNC_PERMANENT_FAILURE", "HIGH",
                           ("The sync of " + plan.name() + (suspend ? " stopped: " : " needs somebody: ") + *told)
                               .substr(0, LongestError)};
    if (Result<void> added = alertqueue::add(tx, alert, plan.id, {{"data_type", plan.dataType}}, "sync_config"); !added)
        return added;
    if (suspend) {
        const Result<SyncRecord> record = loadSync(tx.db(), plan.id);
        if (!record) return fail(record.error());
        if (!afterSyncCommand(record->state, SyncCommand::Suspend, record->unfinished)) return {};
        const Result<Json> suspended = commandSync(tx, plan.id, SyncCommand::Suspend, *suspend);
        if (!suspended) return fail(suspended.error());
        tx.audit({"sync.suspend", "sync_config", plan.id, {{"state", syncStateWord(record->state)}},
                  {{"state", "SUSPENDED"}}, *suspend});
        return {};
    }
    const Result<Json> told2 = tellSync(tx, plan.id);
    return told2 ? Result<void>() : fail(told2.error());
}

Result<void> trimSyncLogs(WriteTransaction &tx, const std::string &configId)
{
    // Ids begin with their time.
    const auto old = tx.db().execute("DELETE FROM sync_logs WHERE config_id = ? AND id < ?",
                                     {configId, uuidV7(toMs(tx.now() - LogsAreKept), {})});
    if (!old) return fail(old.error());
    const auto beyond = tx.db().execute(
        "DELETE FROM sync_logs WHERE config_id = ? AND id <= (SELECT id FROM sync_logs WHERE config_id = ? ORDER BY id "
        "DESC LIMIT 1 OFFSET ?)",
        {configId, configId, MostSyncLogs});
    if (!beyond) return fail(beyond.error());
    return {};
}

} // namespace crossfade
