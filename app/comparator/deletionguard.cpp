// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/deletionguard.h"

#include "app/comparator/rowjson.h"

#include <algorithm>
#include <chrono>

namespace crossfade::deletionguard {

namespace {

constexpr std::chrono::hours OneDay{24};

struct Guard {
    Rows last;
    std::int64_t confirmed = 0;
    bool uncounted = false;
    std::int64_t countedFrom = 0;
};

Result<Guard> loadGuard(Database &db, const std::string &mappingId)
{
    const auto rows = db.query("SELECT legacy_rows, new_rows, confirmed, uncounted, counted_from FROM deletion_guards "
                               "WHERE mapping_id = ?",
                               {mappingId});
    if (!rows) return fail(rows.error());
    Guard guard;
    if (rows->empty()) return guard;
    const SqlRow &row = rows->front();
    if (!row.isNull(0)) guard.last.legacy = row.integer(0);
    if (!row.isNull(1)) guard.last.fresh = row.integer(1);
    guard.confirmed = row.integer(2);
    guard.uncounted = row.integer(3) != 0;
    guard.countedFrom = row.integer(4);
    return guard;
}

SqlValue countValue(std::optional<std::int64_t> count)
{
    return count ? SqlValue(*count) : SqlValue(nullptr);
}

Result<void> storeGuard(Database &db, const std::string &mappingId, const Guard &guard)
{
    const auto done = db.execute(
        "INSERT INTO deletion_guards (mapping_id, legacy_rows, new_rows, confirmed, uncounted, counted_from) VALUES (?, "
        "?, ?, ?, ?, ?) ON CONFLICT (mapping_id) DO UPDATE SET legacy_rows = excluded.legacy_rows, new_rows = "
        "excluded.new_rows, confirmed = excluded.confirmed, uncounted = excluded.uncounted, counted_from = "
        "excluded.counted_from",
        {mappingId, countValue(guard.last.legacy), countValue(guard.last.fresh), guard.confirmed,
         std::int64_t{guard.uncounted}, guard.countedFrom});
    return done ? Result<void>() : fail(done.error());
}

struct Deletions {
    std::int64_t done = 0;
    std::int64_t waiting = 0; // but for this one
    std::int64_t open = 0;    // with this one
};

Result<Deletions> deletionsOf(WriteTransaction &tx, const RepairRecord &repair, const Guard &guard)
{
    const std::int64_t since = std::max(guard.countedFrom, toMs(tx.now() - OneDay));
    const auto rows = tx.db().query(
        "SELECT coalesce(sum(CASE WHEN status = 'VERIFIED' AND ended_at > ? THEN 1 ELSE 0 END), 0), "
        "coalesce(sum(CASE WHEN status IN ('APPROVED', 'EXECUTING') AND id <> ? THEN 1 ELSE 0 END), 0), "
        "coalesce(sum(CASE WHEN status NOT IN ('VERIFIED', 'REJECTED') THEN 1 ELSE 0 END), 0) FROM repairs WHERE "
        "mapping_id = ? AND action = 'DELETE'",
        {since, repair.id, repair.sources.mappingId});
    if (!rows) return fail(rows.error());
    const SqlRow &row = rows->front();
    return Deletions{row.integer(0), row.integer(1), row.integer(2)};
}

std::optional<AskFirst> askOf(const RepairRecord &repair, const Rows &rows, const Guard &guard,
                              const Deletions &deletions)
{
    const Platform authoritative = otherPlatform(repair.plan.target);
    return askBeforeDeleting(authoritative, {rows.side(authoritative), rows.side(repair.plan.target),
                                             guard.last.side(authoritative), deletions.done, deletions.waiting + 1});
}

// A source that has lost its rows since is another matter than what was confirmed.
bool isConfirmed(const AskFirst &ask, const Guard &guard)
{
    if (guard.confirmed == 0) return false;
    return ask.cause == AskFirst::Cause::TooMany || (ask.cause == AskFirst::Cause::Uncounted && guard.uncounted);
}

Error refusal(const RepairRecord &repair, const std::string &why, std::int64_t open)
{
    const std::string count = std::to_string(open);
    return {ErrorKind::Conflict,
            why + ": nothing was deleted. If it is meant, POST /api/v1/repairs/" + repair.id +
                "/execute with \"confirm_deletes\": " + count + ", the deletions of this mapping that are open",
            {{"/confirm_deletes", "must be " + count + " to go on: as many deletions of this mapping are open"}},
            {}};
}

void remember(Guard &guard, const Rows &rows)
{
    guard.last.legacy = rowsToRemember(guard.last.legacy, rows.legacy);
    guard.last.fresh = rowsToRemember(guard.last.fresh, rows.fresh);
}

} // namespace

Result<Rows> countRows(EntityReader &reader)
{
    Rows result;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const Result<Source::Size> size = reader.source(side).size(reader.view(side));
        if (!size && size.error().kind != ErrorKind::Timeout) return fail(size.error());
        if (size) (side == Platform::Legacy ? result.legacy : result.fresh) = size->rows;
    }
    return result;
}

Result<void> learn(Database &db, const std::string &mappingId, const Rows &rows)
{
    Result<Guard> guard = loadGuard(db, mappingId);
    if (!guard) return fail(guard.error());
    remember(*guard, rows);
    return storeGuard(db, mappingId, *guard);
}

Result<void> permit(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows)
{
    const std::string &mapping = repair.sources.mappingId;
    Result<Guard> guard = loadGuard(tx.db(), mapping);
    if (!guard) return fail(guard.error());
    const Result<Deletions> deletions = deletionsOf(tx, repair, *guard);
    if (!deletions) return fail(deletions.error());
    const auto ask = askOf(repair, rows, *guard, *deletions);
    if (ask && !isConfirmed(*ask, *guard)) return fail(refusal(repair, ask->why, deletions->open));
    if (guard->confirmed > 0) {
        --guard->confirmed;
        guard->countedFrom = toMs(tx.now());
    }
    remember(*guard, rows);
    return storeGuard(tx.db(), mapping, *guard);
}

Result<void> request(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows,
                     std::optional<std::int64_t> confirmed, const std::string &reason)
{
    const std::string &mapping = repair.sources.mappingId;
    Result<Guard> guard = loadGuard(tx.db(), mapping);
    if (!guard) return fail(guard.error());
    const Result<Deletions> deletions = deletionsOf(tx, repair, *guard);
    if (!deletions) return fail(deletions.error());
    if (confirmed && *confirmed != deletions->open)
        return fail(refusal(repair, std::to_string(deletions->open) + " deletions of this mapping are open, not " +
                                        std::to_string(*confirmed), deletions->open));
    const auto ask = askOf(repair, rows, *guard, *deletions);
    if (!ask || isConfirmed(*ask, *guard)) return {};
    if (!confirmed) return fail(refusal(repair, ask->why, deletions->open));
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (const auto now = rows.side(side)) (side == Platform::Legacy ? guard->last.legacy : guard->last.fresh) = now;
    }
    guard->confirmed = *confirmed;
    guard->uncounted = ask->cause == AskFirst::Cause::Uncounted;
    guard->countedFrom = toMs(tx.now());
    if (Result<void> stored = storeGuard(tx.db(), mapping, *guard); !stored) return stored;
    tx.audit({"repair.confirm_deletes", "repair", repair.id, nullptr,
              {{"mapping_id", mapping}, {"deletes", *confirmed}, {"because", ask->why}}, reason});
    return {};
}

} // namespace crossfade::deletionguard
