// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncstore.h"

#include "app/comparator/rowjson.h"

#include <algorithm>

namespace crossfade {

namespace {

std::optional<ChangePlace> placeOf(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return std::nullopt;
    const std::string storage = row.text(column + 1);
    return ChangePlace{row.text(column), storage.empty() ? 't' : storage[0], {}};
}

std::optional<Instant> instantOf(const SqlRow &row, std::size_t column)
{
    return row.isNull(column) ? std::nullopt : std::optional(instantFromMs(row.integer(column)));
}

Result<SqlRow> taskCounts(Database &db, const std::string &id)
{
    const auto rows = db.query("SELECT coalesce(sum(CASE WHEN state IN ('QUEUED', 'RETRYING') THEN 1 ELSE 0 END), 0), "
                               "coalesce(sum(CASE WHEN state = 'DEAD' THEN 1 ELSE 0 END), 0), "
                               "min(CASE WHEN state IN ('QUEUED', 'RETRYING') THEN created_at END) "
                               "FROM sync_tasks WHERE config_id = ?",
                               {id});
    if (!rows) return fail(rows.error());
    return rows->front();
}

// Seconds since everything that had changed was carried over; null before it was for the first time.
Json lagOf(const SqlRow &row, const SqlRow &tasks, Instant now)
{
    if (row.isNull(19)) return nullptr;
    std::int64_t since = row.integer(19);
    if (!tasks.isNull(2)) since = std::min(since, tasks.integer(2));
    return std::max<std::int64_t>(0, (toMs(now) - since) / 1'000);
}

} // namespace

std::string syncColumns()
{
    return "c.id, c.data_type, c.body, c.state, c.cause, c.created_at, c.updated_at, c.version, p.backfill_state, "
           "p.backfill_rows, p.backfill_total, p.backfill_started_at, p.backfill_ended_at, p.pending, p.last_pass_at, "
           "p.last_sweep_at, p.last_error, p.successful, p.failed, p.caught_up_at, p.retrying, p.duration_ms, "
           "p.last_sync_at FROM sync_configs c JOIN sync_progress p ON p.config_id = c.id";
}

Result<Json> syncRowJson(Database &db, const SqlRow &row, Instant now)
{
    const Result<SqlRow> tasks = taskCounts(db, row.text(0));
    if (!tasks) return fail(tasks.error());
    Json sync = jsonOrNull(row, 2);
    sync.update({{"id", row.text(0)},
                 {"data_type", row.text(1)},
                 {"state", row.text(3)},
                 {"cause", textOrNull(row, 4)},
                 {"created_at", timeOrNull(row, 5)},
                 {"updated_at", timeOrNull(row, 6)},
                 {"version", row.integer(7)},
                 {"backfill",
                  {{"state", row.text(8)},
                   {"rows_done", row.integer(9)},
                   {"rows_total", integerOrNull(row, 10)},
                   {"started_at", timeOrNull(row, 11)},
                   {"ended_at", timeOrNull(row, 12)}}},
                 {"last_pass_at", timeOrNull(row, 14)},
                 {"last_sweep_at", timeOrNull(row, 15)},
                 {"last_error", textOrNull(row, 16)},
                 {"backlog", row.integer(13) + tasks->integer(0)},
                 {"dead_letters", tasks->integer(1)},
                 {"lag_seconds", lagOf(row, *tasks, now)}});
    return sync;
}

Result<Json> syncJson(Database &db, const std::string &id, Instant now)
{
    const auto rows = db.query("SELECT " + syncColumns() + " WHERE c.id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no sync configuration " + id);
    return syncRowJson(db, rows->front(), now);
}

Json syncSettingsOf(const Json &sync)
{
    Json result = sync;
    for (const char *name : {"backfill", "last_pass_at", "last_sweep_at", "last_error", "backlog", "dead_letters",
                             "lag_seconds", "created_at", "updated_at"})
        result.erase(name);
    return result;
}

Result<SyncRecord> loadSync(Database &db, const std::string &id)
{
    const auto rows = db.query(
        "SELECT c.data_type, c.body, c.state, c.created_at, p.mapping_print, p.legacy_mark, p.legacy_storage, "
        "p.new_mark, p.new_storage, p.backfill_state, p.backfill_key, p.backfill_rows, p.pass_wish, p.last_pass_at, "
        "p.last_sweep_at, p.legacy_capture, p.new_capture FROM sync_configs c JOIN sync_progress p ON p.config_id = c.id "
        "WHERE c.id = ?",
        {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no sync configuration " + id);
    const SqlRow &row = rows->front();
    SyncRecord sync;
    sync.id = id;
    sync.dataType = row.text(0);
    const Result<SyncConfig> config = parseSyncConfig(jsonOrNull(row, 1));
    const auto state = syncStateFromWord(row.text(2));
    if (!config || !state) return fail(ErrorKind::Internal, "a stored sync configuration cannot be read");
    sync.config = *config;
    sync.state = *state;
    sync.createdAt = instantFromMs(row.integer(3));
    sync.mappingPrint = row.text(4);
    sync.legacyMark = placeOf(row, 5);
    sync.newMark = placeOf(row, 7);
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const bool same = row.text(side == Platform::Legacy ? 15 : 16) == sync.place(side);
        if (same || sync.mappingPrint.empty()) continue;
        sync.switched.insert(side);
        sync.mark(side).reset();
    }
    sync.unfinished = row.text(9) == "RUNNING";
    if (!row.isNull(10)) sync.backfillKey = row.text(10);
    sync.backfillRows = row.integer(11);
    sync.passWish = static_cast<int>(row.integer(12));
    sync.lastPassAt = instantOf(row, 13);
    sync.lastSweepAt = instantOf(row, 14);
    return sync;
}

Result<void> storeMark(Database &db, const SyncRecord &record, Platform side, const std::optional<ChangePlace> &mark)
{
    const std::string column = side == Platform::Legacy ? "legacy" : "new";
    const auto done = db.execute("UPDATE sync_progress SET " + column + "_mark = ?, " + column + "_storage = ?, " + column +
                                     "_capture = ? WHERE config_id = ?",
                                 {mark ? SqlValue(mark->value) : SqlValue(nullptr),
                                  std::string(1, mark ? mark->storage : 't'), record.place(side), record.id});
    return done ? Result<void>() : fail(done.error());
}

Result<std::vector<std::string>> activeSyncs(Database &db)
{
    const auto rows = db.query("SELECT id FROM sync_configs WHERE active = 1 ORDER BY id");
    if (!rows) return fail(rows.error());
    std::vector<std::string> ids;
    for (const SqlRow &row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

Result<Milliseconds> syncLag(Database &db, const std::string &mappingId, Instant now)
{
    const auto rows = db.query("SELECT min(coalesce(p.caught_up_at, c.created_at)) FROM sync_configs c JOIN sync_progress "
                               "p ON p.config_id = c.id WHERE c.mapping_id = ? AND c.active = 1 AND c.state IN "
                               "('FOLLOWING', 'BACKFILLING')",
                               {mappingId});
    if (!rows) return fail(rows.error());
    if (rows->empty() || rows->front().isNull(0)) return Milliseconds(0);
    return std::max(Milliseconds(0), Milliseconds(toMs(now) - rows->front().integer(0)));
}

Result<Json> tellSync(WriteTransaction &tx, const std::string &id)
{
    Result<Json> sync = syncJson(tx.db(), id, tx.now());
    if (sync) tx.emit("sync.changed", {{"sync_config", *sync}});
    return sync;
}

Result<Json> commandSync(WriteTransaction &tx, const std::string &id, SyncCommand command,
                         const std::optional<std::string> &cause)
{
    const Result<SyncRecord> sync = loadSync(tx.db(), id);
    if (!sync) return fail(sync.error());
    const bool service = command == SyncCommand::Suspend || command == SyncCommand::Finish;
    if (!sync->config.active && !service && command != SyncCommand::Replace && command != SyncCommand::Delete)
        return fail(ErrorKind::Conflict, "the sync is not active: set active first");
    const auto after = afterSyncCommand(sync->state, command, sync->unfinished);
    if (!after)
        return fail(ErrorKind::Conflict, "a sync that is " + std::string(syncStateWord(sync->state)) +
                                             " cannot take " + std::string(syncCommandWord(command)));
    if (*after == sync->state && command != SyncCommand::Replace) return tellSync(tx, id); // its definition stays too
    const auto done = tx.db().execute(
        "UPDATE sync_configs SET state = ?, cause = ?, updated_at = ?, version = version + 1 WHERE id = ?",
        {std::string(syncStateWord(*after)), cause ? SqlValue(*cause) : SqlValue(nullptr), toMs(tx.now()), id});
    if (!done) return fail(done.error());
    return tellSync(tx, id);
}

} // namespace crossfade
