// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runexecution.h"

#include "app/comparator/runfields.h"
#include "app/service/log.h"
#include "models/consistency/difference.h"
#include "models/consistency/memberset.h"
#include "models/consistency/normalform.h"

#include <future>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds BetweenProgress{250};
// Between attempts to reach a lost database again, the second one twice the first.
constexpr std::chrono::milliseconds FirstPause{250};
constexpr std::chrono::milliseconds LongestPause{8'000};

} // namespace

RunExecution::RunExecution(const Context &context, RunControl &control, RunRecord run, std::string holder)
    : m_context(context)
    , m_control(control)
    , m_run(std::move(run))
    , m_paceSince(Clock::now())
    , m_holder(std::move(holder))
{
}

bool RunExecution::execute()
{
    const Result<void> result = work();
    m_reader.reset();
    return m_gone || m_left || end(result);
}

Result<void> RunExecution::work()
{
    if (Result<void> begun = begin(); !begun) return begun;
    m_paceSince = m_lastStored = Clock::now();
    std::optional<Clock::time_point> lostSince;
    for (int tries = 0;; ++tries) {
        const Clock::time_point stored = m_lastStored;
        Result<void> done = m_reader ? Result<void>() : reconnect();
        if (done) done = m_holder.empty() ? scanAndRecheck() : workOnParts();
        if (done || m_gone || m_left || done.error().kind != ErrorKind::Unavailable) return done;
        m_reader.reset();
        const Clock::time_point now = Clock::now();
        if (!lostSince || m_lastStored != stored) { // it had got on: the patience begins anew
            lostSince = now;
            tries = 0;
        }
        if (now - *lostSince > m_context.patience) return done;
        logWarning("a database under comparison is lost; the run goes on when it is back",
                   {{"run", m_run.id}, {"error", done.error().message}});
        const std::chrono::milliseconds pause = FirstPause * (1 << std::min(tries, 5));
        (void)m_control.wishWithin(std::min(LongestPause, pause));
        if (Result<void> none = wished(); !none) return none;
    }
}

// From the last batch that is stored on.
Result<void> RunExecution::scanAndRecheck()
{
    const RunControl::Attached attached(
        m_control, {&m_reader->source(Platform::Legacy), &m_reader->source(Platform::New)});
    if (!m_run.scanned) {
        if (Result<void> scanned = scanScope(); !scanned) return scanned;
    }
    return recheck();
}

Result<void> RunExecution::scanScope()
{
    if (Result<void> read = readThrottles(); !read) return read;
    if (Result<void> waited = awaitLoad(); !waited) return waited;
    switch (m_run.scope) {
    case RunScope::Full:
        return scan();
    case RunScope::Ids:
        return scanIds();
    case RunScope::Sample:
        return scanSample();
    case RunScope::Incremental:
        return scanIncremental();
    }
    return fail(ErrorKind::Conflict,
                "this program does no runs of scope " + std::string(runScopeWord(m_run.scope)));
}

Result<void> RunExecution::reconnect()
{
    Result<EntityReader> reader = EntityReader::open(*m_sources);
    if (!reader) return fail(reader.error());
    m_reader = std::move(*reader);
    return {};
}

// Connects to both sides and says how much there is to do.
Result<void> RunExecution::begin()
{
    if (Result<void> none = wished(); !none) return none;
    if (Result<void> joined = joinParts(); !joined) return joined;
    Result<void> loaded = m_context.store.read([&](Database &db) -> Result<void> {
        Result<MappedSources> sources = withSources(db, m_run.mappingId, m_run.mapping);
        if (!sources) return fail(sources.error());
        m_sources = std::move(*sources);
        return {};
    });
    if (!loaded) return loaded;
    if (Result<void> connected = reconnect(); !connected) return connected;
    // Another worker has begun it, or this one before its last start: what there is was counted.
    if (!m_holder.empty() && m_run.begun && m_run.state != "QUEUED") return {};

    if (Result<void> unique = keysAreUnique(); !unique) return unique;
    if (Result<void> noted = noteMarks(); !noted) return noted;
    const Result<Planned> planned = plan();
    if (!planned) return fail(planned.error());
    const std::optional<std::int64_t> total = m_run.rowsTotal = planned->total;
    m_target = std::max<std::int64_t>(1, batchTarget(BatchPace({})));
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute(
            "UPDATE runs SET state = CASE scanned WHEN 1 THEN 'RECHECKING' ELSE 'RUNNING' END, "
            "started_at = coalesce(started_at, ?), rows_total = ?, segments_total = segments_done + ?, unreadable "
            "= ?, population = ?, "
            "version = version + 1 WHERE id = ? AND state IN ('QUEUED', 'RUNNING', 'RECHECKING')",
            {toMs(tx.now()), total ? SqlValue(*total) : SqlValue(nullptr),
             total ? SqlValue(segmentsLeft(*total - m_run.rowsDone)) : SqlValue(nullptr),
             planned->withoutKey,
             m_run.sample.population ? SqlValue(*m_run.sample.population) : SqlValue(nullptr), m_run.id});
        if (!done) return fail(done.error());
        m_gone = *done == 0; // cancelled or paused before it began
        if (m_gone) return fail(ErrorKind::Cancelled, "cancelled");
        if (Result<void> learnt = deletionguard::learn(tx.db(), m_sources->mappingId, planned->rows); !learnt)
            return fail(learnt.error());
        if (Result<void> noted = runfields::begin(tx.db(), m_run.id, m_sources->compared); !noted)
            return fail(noted.error());
        return runJson(tx.db(), m_run.id);
    });
    if (!stored) return fail(stored.error());
    progress(*stored);
    return {};
}

// A table's index sees to it; the rows of a query may have come to repeat one since the mapping was made.
Result<void> RunExecution::keysAreUnique()
{
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (!m_sources->mapping.table(side).isQuery()) continue;
        const Result<std::optional<std::string>> repeated =
            m_reader->source(side).repeatedKey(rowView(m_sources->mapping, side));
        if (!repeated) return fail(repeated.error());
        if (*repeated)
            return fail(ErrorKind::Conflict, "the key " + **repeated + " stands in more than one row of the query of " +
                                                 std::string(platformWord(side)));
    }
    return {};
}

// Of known keys as many as there are. A sample is told by its size until it is drawn.
Result<RunExecution::Planned> RunExecution::plan()
{
    Planned planned{m_run.rowsTotal, 0, {}};
    if (m_run.scope == RunScope::Ids || m_run.sample.bound) {
        planned.withoutKey = m_run.unreadable;
        return planned;
    }
    // To count all rows would be most of an incremental run's work.
    if (m_run.scope == RunScope::Incremental) return Planned{std::nullopt, m_changes->unreadable, {}};
    const auto sizeOf = [this](Platform side) { return m_reader->source(side).size(m_reader->view(side)); };
    auto fresh = std::async(std::launch::async, sizeOf, Platform::New);
    const Result<Source::Size> sizes[] = {sizeOf(Platform::Legacy), fresh.get()};
    planned.total.reset();
    for (const Result<Source::Size> &size : sizes) {
        // A table too large to be counted in time is compared all the same, without an estimate.
        if (!size && size.error().kind != ErrorKind::Timeout) return fail(size.error());
        if (!size) continue;
        planned.total = std::max(planned.total.value_or(0), size->rows);
        (&size == &sizes[0] ? planned.rows.legacy : planned.rows.fresh) = size->rows;
        planned.withoutKey += size->withoutKey;
    }
    if (m_run.scope != RunScope::Sample || !planned.total) return planned;
    m_run.sample.population = planned.total;
    planned.total = std::min(*planned.total, m_run.sample.size);
    return planned;
}

Observation RunExecution::observe(const KeyedRow *legacy, const KeyedRow *fresh) const
{
    KeyedRow none; // of a set: a side without a row has the empty one, however it was read
    if (isSet(m_sources->compared) && (legacy || fresh)) {
        none = emptySetRow(legacy ? legacy->key : fresh->key);
        if (!legacy) legacy = &none;
        if (!fresh) fresh = &none;
    }
    Observation seen;
    seen.legacy = m_context.print.ofRow(m_sources->compared, legacy, Platform::Legacy);
    seen.fresh = m_context.print.ofRow(m_sources->compared, fresh, Platform::New);
    seen.equal = !differenceType(m_sources->compared, legacy, fresh);
    std::string marks;
    appendEncoded(marks, legacy ? legacy->changed : Cell());
    appendEncoded(marks, fresh ? fresh->changed : Cell());
    seen.marks = m_context.print.digest(marks);
    return seen;
}

Result<void> RunExecution::wished() const
{
    if (m_control.wish() == Wish::None) return {};
    return fail(ErrorKind::Cancelled, "cancelled");
}

Result<Json> RunExecution::write(const Store::WriteWork &work) const
{
    return m_context.store.writeAndWait({"check-runner", m_run.id}, work);
}

void RunExecution::progress(const Json &run)
{
    const Clock::time_point now = Clock::now();
    if (m_lastProgress && now - *m_lastProgress < BetweenProgress) return;
    m_lastProgress = now;
    m_context.service.broadcast("check.progress", {{"run", run}});
}

bool RunExecution::end(const Result<void> &result)
{
    const Wish wish = m_control.wish();
    if (!result && wish == Wish::Stop) return leaveParts(); // stays as stored, for the next start
    RunEnd how{"FINISHED", std::nullopt};
    if (!result && wish == Wish::Cancel) {
        how.state = "CANCELLED";
    } else if (!result && wish == Wish::Pause) {
        how.state = "PAUSED";
    } else if (!result) {
        how = {"FAILED", result.error().message};
    }
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (!mayEnd(tx, how.state == "FAILED")) return Json(); // another worker has ended it, or goes on with it
        if (how.state != "PAUSED") return endRun(tx, m_run.id, how);
        if (Result<void> left = runparts::leaveRun(tx.db(), m_run.id); !left) return fail(left.error());
        const auto done =
            tx.db().execute("UPDATE runs SET state = 'PAUSED', wish = '', rows_per_second = NULL, "
                            "eta_seconds = NULL, waiting_for = '', load_value = NULL, version = version + 1 WHERE id = ?",
                            {m_run.id});
        if (!done) return fail(done.error());
        return runJson(tx.db(), m_run.id);
    });
    if (!stored) {
        logError("the end of a run could not be stored",
                 {{"run", m_run.id}, {"error", stored.error().message}});
        return false;
    }
    m_lastProgress.reset();
    if (!stored->is_null()) progress(*stored);
    if (!stored->is_null() || how.state != "FAILED") return true;
    logWarning("this process could not join a run that others work on", {{"run", m_run.id}, {"error", how.error.value_or("")}});
    return false; // not at once again
}

} // namespace crossfade
