// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A run on which several workers may be: each takes parts of it, and stores nothing of a part that
// another has by now.
#include "app/comparator/runexecution.h"

#include "app/service/killpoint.h"

#include <algorithm>
#include <limits>

namespace crossfade {

namespace {

constexpr std::int64_t BatchesAPart = 8;
constexpr std::int64_t FirstOfAllKeys = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t LastOfAllKeys = std::numeric_limits<std::int64_t>::max();

} // namespace

// Alone with the store: what several workers had begun is one run again.
Result<void> RunExecution::joinParts()
{
    if (!m_holder.empty()) return {};
    const Result<Json> joined = write([&](WriteTransaction &tx) -> Result<Json> {
        const Result<bool> again = runparts::joinAgain(tx.db(), m_run.id);
        if (!again) return fail(again.error());
        if (!*again) return Json();
        Result<std::optional<RunRecord>> run = loadRun(tx.db(), m_run.id);
        if (!run) return fail(run.error());
        if (*run) m_run = std::move(**run);
        return Json();
    });
    return joined ? Result<void>() : fail(joined.error());
}

Result<void> RunExecution::workOnParts()
{
    const RunControl::Attached attached(
        m_control, {&m_reader->source(Platform::Legacy), &m_reader->source(Platform::New)});
    if (Result<void> decided = decide(); !decided) return decided;
    for (;;) {
        m_part.reset();
        if (Result<void> none = wished(); !none) return none;
        Result<runparts::Claim> claimed = claim();
        if (!claimed) return fail(claimed.error());
        if (claimed->outcome == runparts::Outcome::Again) continue;
        m_gone = claimed->outcome == runparts::Outcome::Ended;
        m_left = claimed->outcome == runparts::Outcome::Nothing;
        if (m_gone || m_left) return {};
        m_part = std::move(claimed->part);
        killPoint("check.after-claim");
        switch (m_part->kind) {
        case RunPart::Kind::Whole:
            if (!m_run.scanned) {
                if (Result<void> scanned = scanScope(); !scanned) return scanned;
            }
            return recheck();
        case RunPart::Kind::Recheck:
            return recheck();
        case RunPart::Kind::Range:
            if (Result<void> scanned = scanPart(); !scanned) return scanned;
        }
    }
}

// Only ranges of keys that both databases digest are shared; a limit of rows a second is one worker's.
Result<void> RunExecution::decide()
{
    runparts::Taken taken;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const Result<runparts::Taken> now = runparts::taken(db, m_run.id);
        if (!now) return fail(now.error());
        taken = *now;
        return {};
    });
    if (!read || taken.split) return read;
    const bool mayShare = m_run.scope == RunScope::Full && !m_run.rowsLimit;
    const Result<bool> fits = mayShare ? RangeScan::fits(*m_reader, *m_sources) : Result<bool>(false);
    if (!fits) return fail(fits.error());
    const Result<Json> decided = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> done = runparts::decide(tx, m_run.id, *fits); !done) return fail(done.error());
        return Json();
    });
    return decided ? Result<void>() : fail(decided.error());
}

Result<runparts::Claim> RunExecution::claim()
{
    runparts::Taken taken;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const Result<runparts::Taken> now = runparts::taken(db, m_run.id);
        if (!now) return fail(now.error());
        taken = *now;
        return {};
    });
    if (!read) return fail(read.error());
    const Result<std::optional<KeyRange>> next = nextKeys(taken);
    if (!next) return fail(next.error());
    runparts::Claim result;
    const Result<Json> claimed = write([&](WriteTransaction &tx) -> Result<Json> {
        Result<runparts::Claim> got = runparts::take(tx, m_run.id, m_holder, taken, *next);
        if (!got) return fail(got.error());
        result = std::move(*got);
        // Another may have worked on it since it was read.
        Result<std::optional<RunRecord>> run = loadRun(tx.db(), m_run.id);
        if (!run) return fail(run.error());
        if (*run) m_run = std::move(**run);
        return Json();
    });
    if (!claimed) return fail(claimed.error());
    return result;
}

// From the first key of a side that nobody has taken; gaps are jumped over.
Result<std::optional<KeyRange>> RunExecution::nextKeys(const runparts::Taken &taken)
{
    if (!taken.split.value_or(false) || taken.all || taken.last == LastOfAllKeys)
        return std::optional<KeyRange>();
    const std::int64_t from = taken.last ? *taken.last + 1 : FirstOfAllKeys;
    std::optional<std::int64_t> low;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const auto first = m_reader->source(side).firstKey(m_reader->view(side), from);
        if (!first) return fail(first.error());
        if (*first) low = low ? std::min(*low, **first) : **first;
    }
    if (!low) return std::optional<KeyRange>();
    if (!m_partPlan) m_partPlan.emplace(m_context.batchRows * BatchesAPart);
    return std::optional(m_partPlan->from(*low));
}

Result<void> RunExecution::scanPart()
{
    const KeyRange &keys = m_part->keys;
    m_run.checkpoint = m_part->checkpoint;
    if (!m_run.checkpoint && keys.low != FirstOfAllKeys) m_run.checkpoint = std::to_string(keys.low - 1);
    const std::int64_t before = m_sessionRows;
    const bool whole = !m_part->checkpoint;
    const Result<bool> done = scanRanges();
    if (!done) return fail(done.error());
    if (!*done) {
        if (Result<void> scanned = scanRows(); !scanned) return scanned;
    }
    if (whole && m_partPlan) m_partPlan->learn(m_sessionRows - before);
    return {};
}

// In every transaction that stores something of the part.
Result<void> RunExecution::holdPart(WriteTransaction &tx)
{
    if (!m_part) return {};
    const Result<bool> held = runparts::hold(tx, m_run.id, *m_part, m_holder);
    if (!held) return fail(held.error());
    if (*held) return {};
    m_left = true;
    return fail(ErrorKind::Cancelled, "another worker has this part of the run by now");
}

// How far the run, or the part, has come.
Result<void> RunExecution::storePlace(WriteTransaction &tx, const Batch &batch)
{
    if (m_part && m_part->kind == RunPart::Kind::Range) {
        if (!batch.last) return runparts::note(tx.db(), m_run.id, *m_part, batch.checkpoint);
        const Result<bool> last = runparts::finish(tx.db(), m_run.id, *m_part);
        return last ? Result<void>() : fail(last.error());
    }
    const auto placed = tx.db().execute(
        "UPDATE runs SET scanned = ?, state = CASE ? WHEN 1 THEN 'RECHECKING' ELSE state END, "
        "checkpoint = coalesce(?, checkpoint) WHERE id = ?",
        {std::int64_t{batch.last}, std::int64_t{batch.last},
         batch.checkpoint.empty() ? SqlValue(nullptr) : SqlValue(batch.checkpoint), m_run.id});
    return placed ? Result<void>() : fail(placed.error());
}

// Of several workers the first ends the run; one that finished must still have its part, one that could not even join
// ends nothing that others work on, and a pause that is over pauses nothing any more.
bool RunExecution::mayEnd(WriteTransaction &tx, bool failed) const
{
    if (m_holder.empty()) return true;
    const auto rows = tx.db().query("SELECT state, wish FROM runs WHERE id = ?", {m_run.id});
    if (!rows || rows->empty()) return false;
    const std::string state = rows->front().text(0);
    if (state != "QUEUED" && state != "RUNNING" && state != "RECHECKING") return false;
    if (!failed && m_control.wish() == Wish::Pause && wishFromWord(rows->front().text(1)) != Wish::Pause) return false;
    if (failed && !m_part) return !runparts::areHeldByOthers(tx, m_run.id, m_holder).value_or(true);
    return !m_part || runparts::hold(tx, m_run.id, *m_part, m_holder).value_or(false);
}

bool RunExecution::leaveParts()
{
    if (m_holder.empty()) return true;
    const Result<Json> left = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> done = runparts::leave(tx.db(), m_holder); !done) return fail(done.error());
        return Json();
    });
    return left.has_value();
}

} // namespace crossfade
