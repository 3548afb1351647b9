// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The first part of a run: every row (or every asked id) of both sides is compared once; what looks
// different is kept to be looked at again.
#include "app/comparator/runexecution.h"

#include "app/comparator/bulkinsert.h"
#include "app/service/killpoint.h"
#include "models/consistency/memberset.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds LongestBatch{500};
constexpr std::int64_t IdsAtOnce = 500;
constexpr std::int64_t MostStreamed = 20'480; // rows of a batch that is read row by row

bool isBeyond(const std::string &key, std::int64_t high)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(key.data(), key.data() + key.size(), value);
    return problem != std::errc() || end != key.data() + key.size() || value > high;
}

// How much further a pair gets a run: of sets by their rows.
std::int64_t rowsOf(const std::vector<MappedField> &compared, const Merge::Pair &pair)
{
    if (!isSet(compared)) return 1;
    const auto members = [](const KeyedRow *row) { return row ? memberCount(row->cells.front().value_or("")) : 0; };
    return static_cast<std::int64_t>(std::max<std::size_t>({1, members(pair.legacy), members(pair.fresh)}));
}

std::optional<std::int64_t> limitOf(const Json &run)
{
    const Json &limit = run.at("rows_per_second_limit");
    return limit.is_null() ? std::nullopt : std::optional(limit.get<std::int64_t>());
}

} // namespace

// By digests where both databases can make them; else, and where most rows look different to them, row
// by row. A run that has begun by hashes of keys can only go on by them, and the other way around.
Result<void> RunExecution::scan()
{
    const Checkpoint at = checkpointOf(m_run.checkpoint);
    Result<bool> done = RangeScan::fits(*m_reader, *m_sources);
    if (done && *done) {
        done = scanRanges();
    } else if (done && !at.key) {
        done = HashScan::fits(*m_reader, *m_sources);
        if (done && !*done && at.hash)
            return fail(ErrorKind::Conflict, "the keys can no longer be compared as the run began");
        if (done && *done) done = scanHashes();
    }
    if (!done) return fail(done.error());
    return *done ? Result<void>() : scanRows();
}

Result<void> RunExecution::scanRows()
{
    const std::optional<std::string> after = checkpointOf(m_run.checkpoint).key;
    std::optional<std::int64_t> last;
    if (m_part && m_part->kind == RunPart::Kind::Range) last = m_part->keys.high;
    const auto open = [&](Platform side) {
        return m_reader->source(side).stream(m_reader->view(side), after, last);
    };
    Result<std::unique_ptr<RowStream>> legacy = open(Platform::Legacy);
    if (!legacy) return fail(legacy.error());
    Result<std::unique_ptr<RowStream>> fresh = open(Platform::New);
    if (!fresh) return fail(fresh.error());
    Merge merge(m_sources->mapping.keyKind, **legacy, **fresh);
    for (;;) {
        const Clock::time_point since = Clock::now();
        const Result<Batch> batch = collect(merge);
        if (!batch) return fail(batch.error());
        if (Result<void> stored = store(*batch); !stored) return stored;
        if (batch->last) return {};
        if (Result<void> waited = throttle(batch->rows, since); !waited) return waited;
    }
}

Result<RunExecution::Batch> RunExecution::collect(Merge &merge)
{
    Batch batch;
    const std::int64_t most = m_target = std::min(batchTarget(BatchPace({})), MostStreamed);
    const Clock::time_point until = Clock::now() + std::min(LongestBatch, statementTime().value_or(LongestBatch));
    const Platform authoritative = m_sources->mapping.authoritative;
    for (int pairs = 0; batch.rows < most && (pairs % 256 != 0 || Clock::now() < until); ++pairs) {
        const auto pair = merge.next();
        if (!pair) return fail(pair.error());
        if (!*pair) {
            batch.last = true;
            return batch;
        }
        const Merge::Pair &row = **pair;
        if (m_part && m_part->kind == RunPart::Kind::Range && isBeyond(row.key(), m_part->keys.high)) {
            batch.last = true;
            return batch;
        }
        batch.rows += rowsOf(m_sources->compared, row);
        batch.checkpoint = keyCheckpoint(row.key());
        if (differenceType(m_sources->compared, row.legacy, row.fresh))
            batch.suspects.push_back(
                {row.key(), firstLook(observe(row.legacy, row.fresh), authoritative)});
        else
            ++batch.matched;
    }
    return batch;
}

Result<void> RunExecution::scanIds()
{
    std::int64_t place =
        m_run.checkpoint ? std::strtoll(m_run.checkpoint->c_str(), nullptr, 10) : 0;
    m_target = IdsAtOnce;
    for (;;) {
        if (Result<void> none = wished(); !none) return none;
        const Clock::time_point since = Clock::now();
        const Result<Batch> batch = collectIds(place);
        if (!batch) return fail(batch.error());
        if (Result<void> stored = store(*batch); !stored) return stored;
        if (batch->last) return {};
        place += batch->rows;
        if (Result<void> waited = throttle(batch->rows, since); !waited) return waited;
    }
}

Result<RunExecution::Batch> RunExecution::collectIds(std::int64_t place)
{
    Batch batch;
    std::vector<std::string> asked;
    std::vector<std::string> keys;
    const Result<void> loaded = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query(
            "SELECT id FROM run_ids WHERE run_id = ? AND place >= ? ORDER BY place LIMIT ?",
            {m_run.id, place, IdsAtOnce});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            asked.push_back(row.text(0));
        return {};
    });
    if (!loaded) return fail(loaded.error());
    std::ranges::copy_if(asked, std::back_inserter(keys), [&](const std::string &id) {
        return isKey(m_sources->mapping.keyKind, id);
    });
    Result<std::map<std::string, EntityPair>> rows = m_reader->read(keys);
    // Those that somebody named are told one by one; of a sample that cannot be read nothing is to be told.
    const bool sample = m_run.scope == RunScope::Sample;
    if (!rows && (sample || rows.error().kind == ErrorKind::Cancelled)) return fail(rows.error());
    for (const std::string &id : asked) {
        if (!isKey(m_sources->mapping.keyKind, id))
            batch.ids.push_back({id, "is no key of this mapping"});
        else if (!rows)
            batch.ids.push_back({id, rows.error().message});
        else
            judgeId(id, (*rows)[id], batch);
    }
    batch.rows = static_cast<std::int64_t>(asked.size());
    batch.checkpoint = std::to_string(place + batch.rows);
    batch.last = batch.rows < IdsAtOnce;
    return batch;
}

void RunExecution::judgeId(const std::string &id, const EntityPair &pair, Batch &batch) const
{
    const KeyedRow *legacy = pair.legacyRow();
    const KeyedRow *fresh = pair.newRow();
    const bool empty = !legacy && !fresh && isSet(m_sources->compared); // two empty sets are equal
    const bool goneSinceDrawn = m_run.scope == RunScope::Sample;
    batch.matched += empty;
    batch.ids.push_back({id, legacy || fresh || empty || goneSinceDrawn ? "" : "is on neither side"});
    if (!legacy && !fresh) return;
    if (differenceType(m_sources->compared, legacy, fresh))
        batch.suspects.push_back(
            {id, firstLook(observe(legacy, fresh), m_sources->mapping.authoritative)});
    else
        ++batch.matched;
}

Result<void> RunExecution::store(const Batch &batch)
{
    m_sessionRows += batch.rows;
    m_paceRows += batch.rows;
    m_run.rowsDone += batch.rows;
    // The last batch of a part is not that of the run.
    const bool runEnds = batch.last && !(m_part && m_part->kind == RunPart::Kind::Range);
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> held = holdPart(tx); !held) return fail(held.error());
        const Result<Pace> speed = pace(tx.db(), tx.now(), batch.rows);
        if (!speed) return fail(speed.error());
        if (Result<void> kept = storeSuspects(tx, batch.suspects); !kept) return fail(kept.error());
        for (const IdResult &result : batch.ids) {
            const auto kept = tx.db().execute(
                "UPDATE run_ids SET result = ?, detail = ? WHERE run_id = ? AND id = ?",
                {std::string(result.problem.empty() ? "CHECKED" : "ERROR"), result.problem,
                 m_run.id, result.id});
            if (!kept) return fail(kept.error());
        }
        const auto updated = tx.db().execute(
            "UPDATE runs SET rows_done = rows_done + ?, matched = matched + ?, in_flight = "
            "in_flight + ?, "
            "segments_done = segments_done + ?, rows_per_second = ?, eta_seconds = ?, "
            "rows_total = CASE WHEN rows_total < rows_done + ? THEN rows_done + ? ELSE rows_total "
            "END, segments_total = CASE WHEN rows_total IS NULL THEN NULL ELSE segments_done + ? + ? END, "
            "version = version + 1 WHERE id = ?",
            {batch.rows, batch.matched, static_cast<std::int64_t>(batch.suspects.size()),
             std::int64_t{batch.rows > 0}, speed->perSecond, speed->eta, batch.rows, batch.rows,
             std::int64_t{batch.rows > 0}, runEnds ? 0 : segmentsLeft(speed->rowsLeft), m_run.id});
        if (!updated) return fail(updated.error());
        if (Result<void> placed = storePlace(tx, batch); !placed) return fail(placed.error());
        return runJson(tx.db(), m_run.id);
    });
    if (!stored) return fail(stored.error());
    if (!batch.checkpoint.empty()) m_run.checkpoint = batch.checkpoint;
    m_run.scanned = batch.last;
    goBy(limitOf(*stored));
    m_lastStored = Clock::now();
    killPoint("check.after-batch");
    progress(*stored);
    return {};
}

Result<void> RunExecution::storeSuspects(WriteTransaction &tx, const std::vector<Suspect> &suspects) const
{
    const std::int64_t due = toMs(tx.now() + graceBefore(0));
    std::map<std::string_view, const Suspect *> byKey; // an id may be asked for twice
    for (const Suspect &suspect : suspects)
        byKey[suspect.key] = &suspect;
    Database::Parameters values;
    values.reserve(byKey.size() * 4);
    for (const auto &[key, suspect] : byKey) {
        values.emplace_back(m_run.id);
        values.emplace_back(suspect->key);
        values.emplace_back(due);
        values.emplace_back(candidateText(suspect->candidate));
    }
    return insertRows(tx.db(), "INSERT INTO candidates (run_id, key, due_at, looks) VALUES", 4, std::move(values),
                      "ON CONFLICT (run_id, key) DO UPDATE SET due_at = excluded.due_at, looks = excluded.looks");
}

// As many batches as the rest would be at the pace of now.
std::int64_t RunExecution::segmentsLeft(std::int64_t rowsLeft) const
{
    return std::max<std::int64_t>(rowsLeft > 0, (rowsLeft + m_target - 1) / m_target);
}

// Of several workers it is that of all together.
Result<RunExecution::Pace> RunExecution::pace(Database &db, Instant now, std::int64_t rows) const
{
    Pace result;
    std::int64_t done = m_run.rowsDone;
    std::optional<std::int64_t> total = m_run.rowsTotal;
    if (m_holder.empty()) {
        const auto elapsed = std::chrono::duration<double>(Clock::now() - m_paceSince).count();
        result.perSecond =
            static_cast<std::int64_t>(static_cast<double>(m_paceRows) / std::max(elapsed, 0.001));
    } else {
        const auto stored =
            db.query("SELECT rows_done, rows_total, started_at FROM runs WHERE id = ?", {m_run.id});
        if (!stored) return fail(stored.error());
        done = stored->front().integer(0) + rows;
        if (!stored->front().isNull(1)) total = stored->front().integer(1);
        const std::int64_t elapsed = std::max<std::int64_t>(1, toMs(now) - stored->front().integer(2));
        result.perSecond = done * 1'000 / elapsed;
    }
    result.rowsLeft = std::max<std::int64_t>(0, total.value_or(0) - done);
    if (total && result.perSecond > 0) result.eta = result.rowsLeft / result.perSecond;
    return result;
}

// What was read at another limit says nothing about how long the rest takes.
void RunExecution::goBy(std::optional<std::int64_t> limit)
{
    if (limit == m_run.rowsLimit) return;
    m_run.rowsLimit = limit;
    m_paceRows = 0;
    m_paceSince = Clock::now();
}

// This worker's share of the limit of now: whoever else works on the run has the others.
Result<std::optional<std::int64_t>> RunExecution::limitNow()
{
    std::optional<std::int64_t> share;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT rows_limit, (SELECT count(DISTINCT holder) FROM run_parts WHERE run_id = runs.id "
                                   "AND holder <> '' AND expires_at > ?) FROM runs WHERE id = ?",
                                   {toMs(m_context.store.environment().now()), m_run.id});
        if (!rows) return fail(rows.error());
        if (!rows->empty() && !rows->front().isNull(0))
            share = std::max<std::int64_t>(1, rows->front().integer(0) / std::max<std::int64_t>(1, rows->front().integer(1)));
        return {};
    });
    if (!read) return fail(read.error());
    return share;
}

} // namespace crossfade
