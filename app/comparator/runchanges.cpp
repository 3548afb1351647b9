// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runchanges.h"

#include "app/comparator/digestsql.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/runstore.h"
#include "app/comparator/syncstore.h"
#include "models/consistency/incremental.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/normalform.h"
#include "models/sync/changemark.h"

namespace crossfade::changes {

namespace {

SqlValue valueOf(const std::optional<ChangePlace> &place)
{
    return place ? SqlValue(place->value) : SqlValue(nullptr);
}

SqlValue storageOf(const std::optional<ChangePlace> &place)
{
    return std::string(1, place ? place->storage : 't');
}

std::optional<ChangePlace> placeOf(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return std::nullopt;
    const std::string storage = row.text(column + 1);
    return ChangePlace{row.text(column), storage.empty() ? 't' : storage.front(), std::nullopt};
}

std::string sidesOf(const Mapping &mapping)
{
    std::string sides;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (!mapping.table(side).changedColumn) continue;
        sides += (sides.empty() ? "" : ",") + std::string(platformWord(side));
    }
    return sides;
}

Failure noChangeColumn(const std::string &mappingId, const Mapping &mapping)
{
    const std::string why =
        mapping.isOfSets() ? " is of sets, of which no column tells that a member is gone: run a FULL check"
                           : " names no changed_column, on neither side: run a FULL check, or name the columns";
    return invalid("/scope", "cannot be INCREMENTAL: the mapping " + mappingId + why);
}

Result<void> moveMarks(WriteTransaction &tx, const std::string &checkId, const SqlRow &run, const std::string &runId)
{
    const auto done = tx.db().execute(
        "UPDATE check_changes SET run_id = ?, legacy_mark = ?, legacy_storage = ?, new_mark = ?, new_storage = ? "
        "WHERE check_id = ?",
        {runId, valueOf(placeOf(run, 0)), storageOf(placeOf(run, 0)), valueOf(placeOf(run, 2)), storageOf(placeOf(run, 2)),
         checkId});
    return done ? Result<void>() : fail(done.error());
}

} // namespace

std::string printOf(const MappedSources &sources)
{
    Json mapping = mappingJson(sources.mapping);
    mapping.erase("safe_repairs"); // no matter of what was compared
    eraseLimits(mapping);
    std::string text;
    appendEncoded(text, dumpJson(mapping));
    for (const SourceSettings *side : {&sources.legacy, &sources.fresh}) {
        appendEncoded(text, std::string(sourceKindWord(side->kind)));
        appendEncoded(text, side->location);
    }
    return std::to_string(halfMd5(text));
}

bool tellsChanges(const Mapping &mapping)
{
    return !mapping.isOfSets() && (mapping.legacyTable.changedColumn || mapping.newTable.changedColumn);
}

Result<void> queue(WriteTransaction &tx, const std::string &runId, const std::string &checkId,
                   const std::string &mappingId, bool keys)
{
    const Result<MappedSources> sources = loadMapping(tx.db(), mappingId);
    if (!sources) return fail(sources.error());
    if (!tellsChanges(sources->mapping)) return noChangeColumn(mappingId, sources->mapping);
    const auto rows = tx.db().query("SELECT print, full_run_id, full_at, keys_at, population, unreadable, runs_since_keys "
                                    "FROM check_changes WHERE check_id = ?",
                                    {checkId});
    if (!rows) return fail(rows.error());
    if (rows->empty())
        return fail(ErrorKind::Conflict, "no run of this check has looked at all rows yet: run one of scope FULL first");
    const SqlRow &known = rows->front();
    const std::string print = printOf(*sources);
    if (known.text(0) != print)
        return fail(ErrorKind::Conflict, "the mapping or a source has changed since all rows were last compared by the run " +
                                             known.text(1) + ": run one of scope FULL first");
    const bool due = isKeyPassDue(known.integer(6), Milliseconds(toMs(tx.now()) - known.integer(3)));
    const auto done = tx.db().execute(
        "INSERT INTO run_changes (run_id, print, sides, with_keys, full_run_id, full_at, keys_at, population, unreadable) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {runId, print, sidesOf(sources->mapping), std::int64_t{keys || due}, known.text(1), known.integer(2), known.integer(3),
         known.integer(4), known.integer(5)});
    return done ? Result<void>() : fail(done.error());
}

Result<std::optional<Run>> noted(Database &db, const std::string &runId)
{
    const auto rows = db.query("SELECT legacy_from, legacy_from_storage, new_from, new_from_storage, with_keys, unreadable, "
                               "population "
                               "FROM run_changes WHERE run_id = ? AND noted_at IS NOT NULL",
                               {runId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<Run>();
    const SqlRow &row = rows->front();
    Run run{{placeOf(row, 0), placeOf(row, 2)}, row.integer(4) != 0, row.integer(5), std::nullopt};
    if (!row.isNull(6)) run.population = row.integer(6);
    return std::optional(std::move(run));
}

Result<Run> note(WriteTransaction &tx, const std::string &runId, const MappedSources &sources, const Places &marks)
{
    Places from;
    const auto known = tx.db().query("SELECT legacy_mark, legacy_storage, new_mark, new_storage FROM check_changes WHERE "
                                     "check_id = (SELECT check_id FROM runs WHERE id = ?)",
                                     {runId});
    if (!known) return fail(known.error());
    const Result<Milliseconds> lag = syncLag(tx.db(), sources.mappingId, tx.now());
    if (!lag) return fail(lag.error());
    if (!known->empty()) from = {placeOf(known->front(), 0), placeOf(known->front(), 2)};
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (std::optional<ChangePlace> &place = from.side(side)) place->value = earlierMark(place->value, overlapFor(*lag));
    }
    const auto begun = tx.db().execute(
        "INSERT INTO run_changes (run_id, print, sides) VALUES (?, ?, ?) ON CONFLICT (run_id) DO NOTHING",
        {runId, printOf(sources), sidesOf(sources.mapping)});
    if (!begun) return fail(begun.error());
    const auto done = tx.db().execute(
        "UPDATE run_changes SET noted_at = ?, legacy_mark = ?, legacy_storage = ?, new_mark = ?, new_storage = ?, "
        "legacy_from = ?, legacy_from_storage = ?, new_from = ?, new_from_storage = ? WHERE run_id = ? AND noted_at IS NULL",
        {toMs(tx.now()), valueOf(marks.legacy), storageOf(marks.legacy), valueOf(marks.fresh), storageOf(marks.fresh),
         valueOf(from.legacy), storageOf(from.legacy), valueOf(from.fresh), storageOf(from.fresh), runId});
    if (!done) return fail(done.error());
    Result<std::optional<Run>> run = noted(tx.db(), runId);
    if (!run) return fail(run.error());
    if (!*run) return fail(ErrorKind::NotFound, "there is no run " + runId);
    return std::move(**run);
}

namespace {

// All rows were compared: everything is known from this run.
Result<void> settleFull(WriteTransaction &tx, const std::string &checkId, const std::string &runId, const SqlRow &run,
                        std::int64_t population, std::int64_t unreadable)
{
    const auto done = tx.db().execute(
        "INSERT INTO check_changes (check_id, print, run_id, legacy_storage, new_storage, full_run_id, full_at, keys_at, "
        "runs_since_keys, population, unreadable) VALUES (?, ?, ?, 't', 't', ?, ?, ?, 0, ?, ?) ON CONFLICT (check_id) DO "
        "UPDATE SET print = excluded.print, full_run_id = excluded.full_run_id, full_at = excluded.full_at, keys_at = "
        "excluded.keys_at, runs_since_keys = 0, population = excluded.population, unreadable = excluded.unreadable",
        {checkId, run.text(4), runId, runId, run.integer(5), run.integer(5), population, unreadable});
    if (!done) return fail(done.error());
    return moveMarks(tx, checkId, run, runId);
}

Result<CheckCounts> settleIncremental(WriteTransaction &tx, const std::string &checkId, const std::string &runId,
                                      const SqlRow &run, const CheckCounts &looked, std::int64_t hot, std::int64_t keysSeen)
{
    const bool withKeys = run.integer(6) != 0;
    const std::int64_t population = withKeys ? keysSeen : run.integer(7);
    const CheckCounts counts = withCarried(looked, hot, population);
    const auto told = tx.db().execute("UPDATE run_changes SET population = ?, carried = ?, keys_at = CASE with_keys WHEN 1 "
                                      "THEN noted_at ELSE keys_at END WHERE run_id = ?",
                                      {population, counts.matched - looked.matched, runId});
    if (!told) return fail(told.error());
    const auto counted = tx.db().execute("UPDATE runs SET matched = ? WHERE id = ?", {counts.matched, runId});
    if (!counted) return fail(counted.error());
    const auto keys =
        withKeys ? tx.db().execute("UPDATE check_changes SET runs_since_keys = 0, keys_at = ?, population = ? WHERE check_id "
                                   "= ?",
                                   {run.integer(5), population, checkId})
                 : tx.db().execute("UPDATE check_changes SET runs_since_keys = runs_since_keys + 1 WHERE check_id = ?",
                                   {checkId});
    if (!keys) return fail(keys.error());
    if (Result<void> moved = moveMarks(tx, checkId, run, runId); !moved) return fail(moved.error());
    return counts;
}

} // namespace

Result<CheckCounts> settle(WriteTransaction &tx, const std::string &runId, const std::string &state)
{
    const Result<CheckCounts> counts = runCounts(tx.db(), runId);
    if (!counts || state != "FINISHED") return counts;
    const auto noted = tx.db().query("SELECT legacy_mark, legacy_storage, new_mark, new_storage, print, noted_at, with_keys, "
                                     "population FROM run_changes WHERE run_id = ? AND noted_at IS NOT NULL",
                                     {runId});
    if (!noted) return fail(noted.error());
    if (noted->empty()) return counts;
    const auto runs =
        tx.db().query("SELECT check_id, scope, hot, unreadable, checkpoint FROM runs WHERE id = ?", {runId});
    if (!runs) return fail(runs.error());
    const SqlRow &run = runs->front();
    if (run.text(1) == runScopeWord(RunScope::Incremental)) {
        const IncrementalPlace place =
            incrementalPlace(run.isNull(4) ? std::nullopt : std::optional(run.text(4)));
        return settleIncremental(tx, run.text(0), runId, noted->front(), *counts, run.integer(2), place.keysSeen);
    }
    const std::int64_t population = counts->total() + counts->ignored + run.integer(2);
    const Result<void> settled =
        settleFull(tx, run.text(0), runId, noted->front(), population, run.integer(3));
    if (!settled) return fail(settled.error());
    return counts;
}

Result<Json> json(Database &db, const std::string &runId)
{
    const auto rows = db.query("SELECT sides, with_keys, full_run_id, full_at, keys_at, population, carried, legacy_from, "
                               "new_from FROM run_changes WHERE run_id = ?",
                               {runId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return Json();
    const SqlRow &row = rows->front();
    Json sides = Json::array();
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (row.text(0).find(platformWord(side)) != std::string::npos) sides.push_back(platformWord(side));
    }
    return Json{{"changes_of", std::move(sides)},
                {"legacy_from", textOrNull(row, 7)},
                {"new_from", textOrNull(row, 8)},
                {"looks_at_keys", row.integer(1) != 0},
                {"keys_checked_at", timeOrNull(row, 4)},
                {"full_run_id", textOrNull(row, 2)},
                {"full_checked_at", timeOrNull(row, 3)},
                {"population", integerOrNull(row, 5)},
                {"carried", integerOrNull(row, 6)}};
}

} // namespace crossfade::changes
