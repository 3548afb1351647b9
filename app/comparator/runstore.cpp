// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runstore.h"

#include "app/comparator/alertqueue.h"
#include "app/comparator/differencestore.h"
#include "app/comparator/ignorestore.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/runchanges.h"
#include "app/comparator/runfields.h"
#include "app/comparator/runparts.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/sampleinterval.h"

#include <limits>

namespace crossfade {

namespace {

std::optional<std::int64_t> optionalInteger(const SqlRow &row, std::size_t column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.integer(column));
}

// Events and lists show the results by id of small runs only: they must stay small themselves.
constexpr std::int64_t MostIdsShown = 100;

// Null when there are more than `most`.
Result<Json> idsJson(Database &db, const std::string &runId, std::optional<std::int64_t> most)
{
    const auto rows = db.query("SELECT id, result, detail FROM run_ids WHERE run_id = ? AND result "
                               "IS NOT NULL ORDER BY place LIMIT ?",
                               {runId, most ? *most + 1 : std::numeric_limits<std::int64_t>::max()});
    if (!rows) return fail(rows.error());
    if (most && static_cast<std::int64_t>(rows->size()) > *most) return Json();
    Json items = Json::array();
    for (const SqlRow &row : *rows)
        items.push_back({{"id", row.text(0)}, {"result", row.text(1)}, {"detail", row.text(2)}});
    return items;
}

// Null of a run over anything else. What the sample says is told once the run has finished.
Json sampleJson(const SqlRow &row)
{
    constexpr std::size_t First = 28; // of the columns
    if (row.text(3) != runScopeWord(RunScope::Sample)) return Json();
    return {{"size", integerOrNull(row, First)},
            {"seed", integerOrNull(row, First + 1)},
            {"rows", row.integer(13) + row.integer(14) + row.integer(15) + row.integer(16)},
            {"population", integerOrNull(row, First + 2)},
            {"lower_percentage", percentOrNull(row, First + 3)},
            {"upper_percentage", percentOrNull(row, First + 4)},
            {"confidence_percentage", SampleConfidence * 100},
            {"outcome", textOrNull(row, First + 5)}};
}

// What a finished run over a sample says of all rows. Of sets the rows that were counted are not what is judged.
std::optional<SampleVerdict> sampleOf(const SqlRow &row, const CheckCounts &counts, Percentage threshold, bool complete)
{
    if (row.text(0) != runScopeWord(RunScope::Sample) || row.isNull(2)) return std::nullopt;
    const Result<Mapping> mapping = parseJson(row.text(3)).and_then([](const Json &body) { return parseMapping(body); });
    const bool ofSets = mapping && mapping->isOfSets();
    return sampleVerdict({counts, ofSets ? std::nullopt : optionalInteger(row, 1), row.integer(2), complete}, threshold);
}

// The differences that stood open before a complete run and were not found by it. One that was seen
// again after the run began stays: the run may have passed its row before.
Result<std::int64_t> resolveGone(WriteTransaction &tx, const std::string &runId,
                                 const std::string &checkId, bool byIds)
{
    std::string sql = "UPDATE differences INDEXED BY differences_open SET resolved = 1, "
                      "resolved_at = ?, version = version + 1, resolution_notes = ? "
                      "WHERE check_id = ? AND resolved = 0 AND run_id <> ? "
                      "AND last_seen_at < (SELECT started_at FROM runs WHERE id = ?)";
    Database::Parameters values{toMs(tx.now()), "No longer found by run " + runId, checkId, runId, runId};
    if (byIds) {
        sql += " AND entity_id IN (SELECT id FROM run_ids WHERE run_id = ? AND result = 'CHECKED')";
        values.emplace_back(runId);
    }
    return tx.db().execute(sql, values);
}

const std::string RecordSelect = "SELECT id, check_id, check_name, state, mapping_id, mapping, threshold, rows_limit, "
                                 "checkpoint, scope, scanned, rows_total, rows_done, started_at, sample_size, "
                                 "sample_seed, sample_bound, population, unreadable FROM runs WHERE ";
const std::string ActiveRuns = "state IN ('QUEUED', 'RUNNING', 'RECHECKING') ORDER BY state = 'QUEUED', created_at, id";
constexpr std::int64_t MostRunsLookedAt = 200;

Result<std::optional<RunRecord>> recordFrom(const Result<std::vector<SqlRow>> &rows)
{
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<RunRecord>();
    const SqlRow &row = rows->front();
    RunRecord run;
    run.id = row.text(0);
    run.checkId = row.text(1);
    run.checkName = row.text(2);
    run.state = row.text(3);
    run.mappingId = row.text(4);
    run.mapping = row.text(5);
    run.threshold = Percentage::fromHundredths(row.integer(6));
    run.rowsLimit = optionalInteger(row, 7);
    if (!row.isNull(8)) run.checkpoint = row.text(8);
    run.scope = runScopeFromWord(row.text(9)).value_or(RunScope::Full);
    run.sample = {optionalInteger(row, 14).value_or(0), optionalInteger(row, 15).value_or(0), optionalInteger(row, 16),
                  optionalInteger(row, 17)};
    run.scanned = row.integer(10) != 0;
    run.rowsTotal = optionalInteger(row, 11);
    run.rowsDone = row.integer(12);
    run.begun = !row.isNull(13);
    run.unreadable = row.integer(18);
    return std::optional(run);
}

} // namespace

std::string runColumns()
{
    return "id, check_id, check_name, scope, state, status, requested_by, started_at, ended_at, "
           "rows_total, "
           "rows_done, segments_total, segments_done, matched, missing, extra, different, "
           "in_flight, hot, "
           "percentage, rows_per_second, eta_seconds, error, version, created_at, unreadable, "
           "rows_limit, ignored, sample_size, sample_seed, population, lower_bound, upper_bound, outcome, "
           "waiting_for, load_value";
}

Result<Json> runRowJson(Database &db, const SqlRow &row)
{
    Json run{{"id", row.text(0)},
             {"check_id", row.text(1)},
             {"check_name", row.text(2)},
             {"scope", row.text(3)},
             {"state", row.text(4)},
             {"status", textOrNull(row, 5)},
             {"requested_by", row.text(6)},
             {"started_at", timeOrNull(row, 7)},
             {"ended_at", timeOrNull(row, 8)},
             {"rows_total", integerOrNull(row, 9)},
             {"rows_done", row.integer(10)},
             {"segments_total", integerOrNull(row, 11)},
             {"segments_done", row.integer(12)},
             {"matched", row.integer(13)},
             {"missing", row.integer(14)},
             {"extra", row.integer(15)},
             {"different", row.integer(16)},
             {"in_flight", row.integer(17)},
             {"hot", row.integer(18)},
             {"consistency_percentage", percentOrNull(row, 19)},
             {"rows_per_second", integerOrNull(row, 20)},
             {"eta_seconds", integerOrNull(row, 21)},
             {"error", textOrNull(row, 22)},
             {"version", row.integer(23)},
             {"created_at", timeOrNull(row, 24)},
             {"unreadable", row.integer(25)},
             {"rows_per_second_limit", integerOrNull(row, 26)},
             {"ignored", row.integer(27)},
             {"waiting_for", row.text(34).empty() ? Json() : Json(row.text(34))},
             {"load", row.isNull(35) ? Json() : Json(row.number(35))}};
    if (row.text(3) == runScopeWord(RunScope::Incremental)) {
        Result<Json> changes = changes::json(db, row.text(0));
        if (!changes) return changes;
        if (!changes->is_null()) run["changes"] = std::move(*changes);
    }
    run["sample"] = sampleJson(row);
    if (row.text(3) != "IDS") return run;
    Result<Json> ids = idsJson(db, row.text(0), MostIdsShown);
    if (!ids) return fail(ids.error());
    if (!ids->is_null()) run["per_id"] = std::move(*ids);
    return run;
}

Result<Json> wholeRunJson(Database &db, const std::string &id)
{
    Result<Json> run = runJson(db, id);
    if (!run) return run;
    const Result<CheckCounts> counts = runCounts(db, id);
    if (!counts) return fail(counts.error());
    Result<Json> fields = runfields::json(db, id, *counts);
    if (!fields) return fields;
    (*run)["fields"] = std::move(*fields);
    Result<Json> hidden = ignores::jsonOfRun(db, id);
    if (!hidden) return hidden;
    (*run)["ignored_by_rule"] = std::move(*hidden);
    if (run->at("scope") != "IDS") return run;
    Result<Json> ids = idsJson(db, id, std::nullopt);
    if (!ids) return ids;
    (*run)["per_id"] = std::move(*ids);
    return run;
}

Result<Json> runJson(Database &db, const std::string &id)
{
    const auto rows = db.query("SELECT " + runColumns() + " FROM runs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no run " + id);
    return runRowJson(db, rows->front());
}

Result<std::optional<RunRecord>> nextRun(Database &db)
{
    return recordFrom(db.query(RecordSelect + ActiveRuns + " LIMIT 1"));
}

Result<std::optional<RunRecord>> loadRun(Database &db, const std::string &id)
{
    return recordFrom(db.query(RecordSelect + "id = ?", {id}));
}

Result<std::optional<RunRecord>> nextSharedRun(Database &db, const std::string &holder, Instant now)
{
    const auto ids = db.query("SELECT id FROM runs WHERE " + ActiveRuns + " LIMIT ?", {MostRunsLookedAt});
    if (!ids) return fail(ids.error());
    for (const SqlRow &row : *ids) {
        const Result<bool> free = runparts::anyFree(db, row.text(0), holder, now);
        if (!free) return fail(free.error());
        if (*free) return loadRun(db, row.text(0));
    }
    return std::optional<RunRecord>();
}

Result<CheckCounts> runCounts(Database &db, const std::string &id)
{
    const auto rows =
        db.query("SELECT matched, missing, extra, different, ignored, ignored_whole FROM runs WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no run " + id);
    const SqlRow &row = rows->front();
    return CheckCounts{row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5)};
}

namespace {

// How it ended, in the run's row.
Result<void> storeEnd(WriteTransaction &tx, const std::string &runId, const RunEnd &end, CheckStatus status,
                      const std::optional<Percentage> &rate, const std::optional<SampleVerdict> &sample,
                      std::int64_t candidates)
{
    const auto orNull = [](const std::optional<std::int64_t> &value) {
        return value ? SqlValue(*value) : SqlValue(nullptr);
    };
    const auto hundredths = [](const Percentage &value) { return SqlValue(std::int64_t{value.hundredths()}); };
    const auto ended = tx.db().execute(
        "UPDATE runs SET state = ?, status = ?, ended_at = ?, percentage = ?, error = ?, in_flight = ?, "
        "lower_bound = ?, upper_bound = ?, outcome = ?, population = coalesce(?, population), "
        "repairs_due = CASE WHEN missing + extra + different > 0 AND (SELECT count(*) FROM checks WHERE checks.id = "
        "runs.check_id AND auto_repair_enabled = 1) > 0 THEN ? ELSE 0 END, "
        "eta_seconds = NULL, waiting_for = '', load_value = NULL, wish = '', version = version + 1 WHERE id = ?",
        {end.state, std::string(checkStatusWord(status)), toMs(tx.now()), rate ? hundredths(*rate) : SqlValue(nullptr),
         sqlText(end.error), candidates, sample ? hundredths(sample->lower) : SqlValue(nullptr),
         sample ? hundredths(sample->upper) : SqlValue(nullptr),
         sample ? SqlValue(std::string(sampleOutcomeWord(sample->outcome))) : SqlValue(nullptr),
         orNull(sample ? std::optional(sample->population) : std::nullopt), std::int64_t{end.state == "FINISHED"}, runId});
    if (!ended) return fail(ended.error());
    auto dropped = tx.db().execute("DELETE FROM candidates WHERE run_id = ?", {runId});
    if (!dropped) return fail(dropped.error());
    return runparts::forget(tx.db(), runId);
}

// A sample's keys are told to nobody, and are no longer of use.
Result<void> forgetSample(Database &db, const std::string &runId)
{
    const auto gone = db.execute("DELETE FROM run_ids WHERE run_id = ?", {runId});
    return gone ? Result<void>() : fail(gone.error());
}

} // namespace

Result<Json> endRun(WriteTransaction &tx, const std::string &runId, const RunEnd &end)
{
    // Whatever ended it: nobody looks again at what it saw in motion.
    if (const auto forgotten = forgetInFlight(tx, runId); !forgotten) return fail(forgotten.error());
    const Result<CheckCounts> counts = changes::settle(tx, runId, end.state);
    if (!counts) return fail(counts.error());
    const auto rows = tx.db().query("SELECT scope, population, sample_bound, mapping, threshold, unreadable, check_id, "
                                    "(SELECT count(*) FROM run_ids WHERE run_id = runs.id "
                                    "AND coalesce(result, 'ERROR') = 'ERROR'), (SELECT count(*) "
                                    "FROM candidates WHERE run_id = runs.id), check_name, (SELECT notification_channels "
                                    "FROM checks WHERE checks.id = runs.check_id) "
                                    "FROM runs WHERE id = ?",
                                    {runId});
    if (!rows) return fail(rows.error());
    const SqlRow &row = rows->front();
    const RunScope scope = runScopeFromWord(row.text(0)).value_or(RunScope::Full);
    const Percentage threshold = Percentage::fromHundredths(row.integer(4));
    const bool finished = end.state == "FINISHED";
    const bool complete = finished && row.integer(5) == 0 && row.integer(7) == 0;
    const std::optional<SampleVerdict> sample =
        finished ? sampleOf(row, *counts, threshold, complete) : std::nullopt;
    const CheckStatus status = sample ? checkStatusOf(sample->outcome)
                                      : verdict(*counts, threshold, complete && scope != RunScope::Sample);
    // What an incremental run has looked at is no share of anything before it has ended.
    const bool incremental = scope == RunScope::Incremental;
    const std::optional<Percentage> rate = incremental && !finished ? std::nullopt : consistency(*counts);
    if (auto stored = storeEnd(tx, runId, end, status, rate, sample, row.integer(8)); !stored)
        return fail(stored.error());
    const std::optional<CheckAlert> alert =
        alertFor({row.text(9), end.state, !isByKeys(scope), status, rate, threshold, end.error.value_or(""), sample,
                  counts->total()});
    if (alert) {
        Json details{{"run_id", runId}};
        const Json channels = jsonOrNull(row, 10);
        if (channels.is_array() && !channels.empty()) details["notification_channels"] = channels;
        auto queued = alertqueue::add(tx, *alert, row.text(6), details);
        if (!queued) return fail(queued.error());
    }
    // An incremental run has read every open difference again by its key, whatever else cannot be read.
    if (finished && (complete || incremental || isByKeys(scope))) {
        const auto gone = resolveGone(tx, runId, row.text(6), isByKeys(scope));
        if (!gone) return fail(gone.error());
        if (*gone > 0)
            tx.emit("difference.changed", {{"run_id", runId}, {"added", 0}, {"resolved", *gone}});
    }
    if (scope == RunScope::Sample) {
        if (Result<void> forgotten = forgetSample(tx.db(), runId); !forgotten) return fail(forgotten.error());
    }
    Result<Json> run = runJson(tx.db(), runId);
    if (run) tx.emit("check.finished", {{"run", *run}});
    return run;
}

} // namespace crossfade
