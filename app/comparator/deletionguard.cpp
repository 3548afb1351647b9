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
    std::int64_t waiting = 0; // within the next day, but for this one
    std::int64_t open = 0;    // with this one
};

Result<Deletions> deletionsOf(WriteTransaction &tx, const RepairRecord &repair, const Guard &guard)
{
    const std::int64_t since = std::max(guard.countedFrom, toMs(tx.now() - OneDay));
    const auto rows = tx.db().query(
        "SELECT coalesce(sum(CASE WHEN (action = 'DELETE' AND status = 'VERIFIED' AND ended_at > ?) OR (action = 'INSERT' "
        "AND status = 'UNDONE' AND undo_ended_at > ?) THEN 1 ELSE 0 END), 0), "
        "coalesce(sum(CASE WHEN id <> ? AND ((action = 'DELETE' AND status IN ('APPROVED', 'EXECUTING') AND "
        "coalesce(execute_at, 0) <= ?) OR (action = 'INSERT' AND undo_state IN ('REQUESTED', 'EXECUTING'))) THEN 1 ELSE 0 "
        "END), 0), "
        "coalesce(sum(CASE WHEN (action = 'DELETE' AND status NOT IN ('VERIFIED', 'REJECTED', 'UNDONE')) OR (action = "
        "'INSERT' AND (id = ? OR undo_state IN ('REQUESTED', 'EXECUTING', 'FAILED'))) THEN 1 ELSE 0 END), 0) "
        "FROM repairs WHERE mapping_id = ? AND action IN ('DELETE', 'INSERT')",
        {since, since, repair.id, toMs(tx.now() + OneDay), repair.id, repair.sources.mappingId});
    if (!rows) return fail(rows.error());
    const SqlRow &row = rows->front();
    return Deletions{row.integer(0), row.integer(1), row.integer(2)};
}

// Those of the mapping as it is now: whoever changes them means what is deleted from then on.
Result<DeletionLimits> limitsOf(Database &db, const RepairRecord &repair)
{
    const Result<MappedSources> now = loadMapping(db, repair.sources.mappingId);
    if (!now && now.error().kind != ErrorKind::NotFound) return fail(now.error());
    return (now ? now->mapping : repair.sources.mapping).deletionLimits.value_or(DeletionLimits());
}

Result<std::optional<AskFirst>> askOf(Database &db, const RepairRecord &repair, const Rows &rows, const Guard &guard,
                                      const Deletions &deletions)
{
    const Result<DeletionLimits> limits = limitsOf(db, repair);
    if (!limits) return fail(limits.error());
    const Platform authoritative = otherPlatform(repair.plan.target);
    return askBeforeDeleting(authoritative,
                             {rows.side(authoritative), rows.side(repair.plan.target), guard.last.side(authoritative),
                              deletions.done, deletions.waiting + 1},
                             *limits);
}

// A confirmation is for those that are open, and ends a day after it was given or last made use of.
void endConfirmation(Guard &guard, const Deletions &deletions, Instant now)
{
    guard.confirmed = guard.countedFrom <= toMs(now - OneDay) ? 0 : std::min(guard.confirmed, deletions.open);
}

// A source that has lost its rows since is another matter than what was confirmed.
bool isConfirmed(const AskFirst &ask, const Guard &guard)
{
    if (guard.confirmed == 0) return false;
    return ask.cause == AskFirst::Cause::TooMany || (ask.cause == AskFirst::Cause::Uncounted && guard.uncounted);
}

void remember(Guard &guard, const Rows &rows)
{
    guard.last.legacy = rowsToRemember(guard.last.legacy, rows.legacy);
    guard.last.fresh = rowsToRemember(guard.last.fresh, rows.fresh);
}

} // namespace

Error refusal(const std::string &repairId, RepairAction action, const Stop &stop)
{
    const std::string count = std::to_string(stop.open);
    const std::string way = action == RepairAction::Insert ? "/undo" : "/execute";
    return {ErrorKind::Conflict,
            stop.why + ": nothing was deleted. If it is meant, POST /api/v1/repairs/" + repairId + way +
                " with \"confirm_deletes\": " + count + ", the deletions of this mapping that are open",
            {{"/confirm_deletes", "must be " + count + " to go on: as many deletions of this mapping are open"}},
            {}};
}

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

Result<Permit> permit(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows)
{
    const std::string &mapping = repair.sources.mappingId;
    Result<Guard> guard = loadGuard(tx.db(), mapping);
    if (!guard) return fail(guard.error());
    const Result<Deletions> deletions = deletionsOf(tx, repair, *guard);
    if (!deletions) return fail(deletions.error());
    endConfirmation(*guard, *deletions, tx.now());
    const Result<std::optional<AskFirst>> judged = askOf(tx.db(), repair, rows, *guard, *deletions);
    if (!judged) return fail(judged.error());
    const std::optional<AskFirst> &ask = *judged;
    if (ask && !isConfirmed(*ask, *guard))
        return Permit{Stop{ask->why, ask->cause == AskFirst::Cause::TooMany, deletions->open}};
    const bool confirmed = guard->confirmed > 0;
    if (confirmed) {
        --guard->confirmed;
        guard->countedFrom = toMs(tx.now());
    }
    remember(*guard, rows);
    if (Result<void> stored = storeGuard(tx.db(), mapping, *guard); !stored) return fail(stored.error());
    return Permit{std::nullopt, confirmed};
}

Result<void> giveBack(Database &db, const std::string &mappingId)
{
    Result<Guard> guard = loadGuard(db, mappingId);
    if (!guard) return fail(guard.error());
    ++guard->confirmed;
    return storeGuard(db, mappingId, *guard);
}

Result<void> request(WriteTransaction &tx, const RepairRecord &repair, const Rows &rows,
                     std::optional<std::int64_t> confirmed, const std::string &reason)
{
    const std::string &mapping = repair.sources.mappingId;
    Result<Guard> guard = loadGuard(tx.db(), mapping);
    if (!guard) return fail(guard.error());
    const Result<Deletions> deletions = deletionsOf(tx, repair, *guard);
    if (!deletions) return fail(deletions.error());
    const auto refused = [&](const std::string &why) {
        return fail(refusal(repair.id, repair.plan.action, {why, false, deletions->open}));
    };
    if (confirmed && *confirmed != deletions->open)
        return refused(std::to_string(deletions->open) + " deletions of this mapping are open, not " +
                       std::to_string(*confirmed));
    endConfirmation(*guard, *deletions, tx.now());
    const Result<std::optional<AskFirst>> judged = askOf(tx.db(), repair, rows, *guard, *deletions);
    if (!judged) return fail(judged.error());
    const std::optional<AskFirst> &ask = *judged;
    if (!confirmed && ask && !isConfirmed(*ask, *guard)) return refused(ask->why);
    // A number that somebody gave holds for the others, also where this one alone would need nobody's word.
    if (!confirmed) return {};
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (const auto now = rows.side(side)) (side == Platform::Legacy ? guard->last.legacy : guard->last.fresh) = now;
    }
    guard->confirmed = *confirmed;
    guard->uncounted = ask && ask->cause == AskFirst::Cause::Uncounted;
    guard->countedFrom = toMs(tx.now());
    if (Result<void> stored = storeGuard(tx.db(), mapping, *guard); !stored) return stored;
    tx.audit({"repair.confirm_deletes", "repair", repair.id, nullptr,
              {{"mapping_id", mapping}, {"deletes", *confirmed}, {"because", ask ? Json(ask->why) : Json()}}, reason});
    return {};
}

} // namespace crossfade::deletionguard
