// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runparts.h"

#include "app/comparator/ignorestore.h"
#include "app/comparator/runfields.h"

namespace crossfade::runparts {

namespace {

constexpr const char *Whole = "whole";
constexpr const char *Recheck = "recheck";

RunPart::Kind kindOf(const std::string &name)
{
    if (name == Whole) return RunPart::Kind::Whole;
    return name == Recheck ? RunPart::Kind::Recheck : RunPart::Kind::Range;
}

std::int64_t heldUntil(const WriteTransaction &tx)
{
    return toMs(tx.now() + HeldFor);
}

Result<std::int64_t> countParts(Database &db, const std::string &runId)
{
    const auto rows = db.query("SELECT count(*) FROM run_parts WHERE run_id = ?", {runId});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Result<std::optional<RunPart>> takeFree(WriteTransaction &tx, const std::string &runId, const std::string &holder)
{
    const auto rows = tx.db().query("SELECT part, low, high, checkpoint FROM run_parts WHERE run_id = ? AND "
                                    "(holder IN ('', ?) OR expires_at <= ?) ORDER BY low, part LIMIT 1",
                                    {runId, holder, toMs(tx.now())});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<RunPart>();
    const SqlRow &row = rows->front();
    RunPart part{kindOf(row.text(0)), row.text(0), {row.integer(1), row.integer(2), 1}, std::nullopt};
    if (!row.isNull(3)) part.checkpoint = row.text(3);
    const auto done = tx.db().execute(
        "UPDATE run_parts SET holder = ?, expires_at = ? WHERE run_id = ? AND part = ?",
        {holder, heldUntil(tx), runId, part.name});
    if (!done) return fail(done.error());
    return std::optional(std::move(part));
}

Result<Claim> insertPart(WriteTransaction &tx, const std::string &runId, const std::string &holder, RunPart part)
{
    const bool range = part.kind == RunPart::Kind::Range;
    const auto done = tx.db().execute(
        "INSERT INTO run_parts (run_id, part, low, high, holder, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        {runId, part.name, range ? SqlValue(part.keys.low) : SqlValue(nullptr),
         range ? SqlValue(part.keys.high) : SqlValue(nullptr), holder, heldUntil(tx)});
    if (!done) return fail(done.error());
    return Claim{Outcome::Got, std::move(part)};
}

// The last range is done: what looked different is looked at again.
Result<void> markScanned(Database &db, const std::string &runId)
{
    const auto done = db.execute(
        "UPDATE runs SET scanned = 1, state = 'RECHECKING', segments_total = CASE WHEN segments_total IS NULL THEN NULL "
        "ELSE segments_done END, version = version + 1 WHERE id = ?",
        {runId});
    return done ? Result<void>() : fail(done.error());
}

Result<Claim> takeRange(WriteTransaction &tx, const std::string &runId, const std::string &holder,
                        const std::optional<KeyRange> &next)
{
    if (next) {
        const auto noted = tx.db().execute("UPDATE runs SET claimed = ? WHERE id = ?", {next->high, runId});
        if (!noted) return fail(noted.error());
        return insertPart(tx, runId, holder, {RunPart::Kind::Range, std::to_string(next->low), *next, std::nullopt});
    }
    const auto noted = tx.db().execute("UPDATE runs SET all_claimed = 1 WHERE id = ?", {runId});
    if (!noted) return fail(noted.error());
    const Result<std::int64_t> others = countParts(tx.db(), runId);
    if (!others) return fail(others.error());
    if (*others > 0) return Claim{};
    if (Result<void> marked = markScanned(tx.db(), runId); !marked) return fail(marked.error());
    return insertPart(tx, runId, holder, {RunPart::Kind::Recheck, Recheck, {}, std::nullopt});
}

} // namespace

Result<bool> anyFree(Database &db, const std::string &runId, const std::string &holder, Instant now)
{
    const auto rows = db.query(
        "SELECT (SELECT count(*) FROM run_parts WHERE run_id = runs.id), (SELECT count(*) FROM run_parts WHERE "
        "run_id = runs.id AND (holder IN ('', ?) OR expires_at <= ?)), split, scanned, all_claimed FROM runs "
        "WHERE id = ?",
        {holder, toMs(now), runId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return false;
    const SqlRow &row = rows->front();
    const bool ranges = row.integer(2) == 1 && row.integer(3) == 0 && row.integer(4) == 0;
    return row.integer(0) == 0 || row.integer(1) > 0 || ranges;
}

Result<Taken> taken(Database &db, const std::string &runId)
{
    const auto rows = db.query("SELECT split, claimed, all_claimed FROM runs WHERE id = ?", {runId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no run " + runId);
    const SqlRow &row = rows->front();
    Taken taken;
    if (!row.isNull(0)) taken.split = row.integer(0) != 0;
    if (!row.isNull(1)) taken.last = row.integer(1);
    taken.all = row.integer(2) != 0;
    return taken;
}

// What one process had done of it alone before (a copy was put back) is done.
Result<void> decide(WriteTransaction &tx, const std::string &runId, bool split)
{
    const auto rows = tx.db().query("SELECT checkpoint FROM runs WHERE id = ? AND split IS NULL", {runId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return {};
    const bool begun = split && !rows->front().isNull(0);
    const auto done = tx.db().execute(
        "UPDATE runs SET split = ?, claimed = ? WHERE id = ?",
        {std::int64_t{split}, begun ? SqlValue(rows->front().integer(0)) : SqlValue(nullptr), runId});
    return done ? Result<void>() : fail(done.error());
}

Result<Claim> take(WriteTransaction &tx, const std::string &runId, const std::string &holder, const Taken &before,
                   const std::optional<KeyRange> &next)
{
    const auto rows = tx.db().query("SELECT state, scanned, split FROM runs WHERE id = ?", {runId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return Claim{Outcome::Ended, {}};
    const SqlRow &row = rows->front();
    if (row.text(0) != "RUNNING" && row.text(0) != "RECHECKING") return Claim{Outcome::Ended, {}};
    Result<std::optional<RunPart>> part = takeFree(tx, runId, holder);
    if (!part) return fail(part.error());
    if (*part) return Claim{Outcome::Got, std::move(**part)};
    const bool split = row.integer(2) != 0;
    if (!split || row.integer(1) != 0) {
        const Result<std::int64_t> others = countParts(tx.db(), runId);
        if (!others) return fail(others.error());
        if (*others > 0) return Claim{};
        const RunPart::Kind kind = split ? RunPart::Kind::Recheck : RunPart::Kind::Whole;
        return insertPart(tx, runId, holder, {kind, split ? Recheck : Whole, {}, std::nullopt});
    }
    const Result<Taken> now = taken(tx.db(), runId);
    if (!now) return fail(now.error());
    if (now->last != before.last || now->all != before.all) return Claim{Outcome::Again, {}};
    if (now->all) return Claim{};
    return takeRange(tx, runId, holder, next);
}

Result<bool> hold(WriteTransaction &tx, const std::string &runId, const RunPart &part, const std::string &holder)
{
    const auto done = tx.db().execute(
        "UPDATE run_parts SET expires_at = ? WHERE run_id = ? AND part = ? AND holder = ?",
        {heldUntil(tx), runId, part.name, holder});
    if (!done) return fail(done.error());
    return *done == 1;
}

Result<void> note(Database &db, const std::string &runId, const RunPart &part, const std::string &checkpoint)
{
    const auto done = db.execute("UPDATE run_parts SET checkpoint = ? WHERE run_id = ? AND part = ?",
                                 {checkpoint, runId, part.name});
    return done ? Result<void>() : fail(done.error());
}

Result<bool> finish(Database &db, const std::string &runId, const RunPart &part)
{
    const auto gone = db.execute("DELETE FROM run_parts WHERE run_id = ? AND part = ?", {runId, part.name});
    if (!gone) return fail(gone.error());
    const Result<Taken> now = taken(db, runId);
    if (!now) return fail(now.error());
    const Result<std::int64_t> others = countParts(db, runId);
    if (!others) return fail(others.error());
    if (!now->all || *others > 0) return false;
    if (Result<void> marked = markScanned(db, runId); !marked) return fail(marked.error());
    return true;
}

Result<bool> areHeldByOthers(WriteTransaction &tx, const std::string &runId, const std::string &holder)
{
    const auto rows = tx.db().query("SELECT count(*) FROM run_parts WHERE run_id = ? AND holder NOT IN ('', ?) AND "
                                    "expires_at > ?",
                                    {runId, holder, toMs(tx.now())});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0) > 0;
}

Result<void> renew(WriteTransaction &tx, const std::string &holder)
{
    const auto done = tx.db().execute("UPDATE run_parts SET expires_at = ? WHERE holder = ?", {heldUntil(tx), holder});
    return done ? Result<void>() : fail(done.error());
}

Result<void> leave(Database &db, const std::string &holder)
{
    const auto done = db.execute("UPDATE run_parts SET holder = '' WHERE holder = ?", {holder});
    return done ? Result<void>() : fail(done.error());
}

Result<void> leaveRun(Database &db, const std::string &runId)
{
    const auto done = db.execute("UPDATE run_parts SET holder = '' WHERE run_id = ?", {runId});
    return done ? Result<void>() : fail(done.error());
}

Result<void> forget(Database &db, const std::string &runId)
{
    const auto done = db.execute("DELETE FROM run_parts WHERE run_id = ?", {runId});
    return done ? Result<void>() : fail(done.error());
}

Result<bool> joinAgain(Database &db, const std::string &runId)
{
    const auto split = db.execute("UPDATE runs SET split = NULL, claimed = NULL, all_claimed = 0 WHERE id = ? AND split = 1",
                                  {runId});
    if (!split) return fail(split.error());
    if (Result<void> gone = forget(db, runId); !gone) return fail(gone.error());
    if (*split == 0) return false;
    const auto anew = db.execute(
        "UPDATE runs SET checkpoint = NULL, rows_done = 0, segments_done = 0, matched = 0, missing = 0, extra = 0, "
        "different = 0, in_flight = 0, hot = 0, ignored = 0, ignored_whole = 0 WHERE id = ? AND scanned = 0",
        {runId});
    if (!anew) return fail(anew.error());
    if (*anew == 0) return true;
    if (Result<void> fields = runfields::reset(db, runId); !fields) return fail(fields.error());
    if (Result<void> hidden = ignores::resetRun(db, runId); !hidden) return fail(hidden.error());
    const auto candidates = db.execute("DELETE FROM candidates WHERE run_id = ?", {runId});
    return candidates ? Result<bool>(true) : fail(candidates.error());
}

} // namespace crossfade::runparts
