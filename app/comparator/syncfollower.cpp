// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncfollower.h"

#include "app/comparator/alertqueue.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"
#include "app/service/zones.h"
#include "models/consistency/checkalert.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds BetweenPolls{700}; // REALTIME is within 2 s
constexpr std::chrono::milliseconds BetweenSyncLooks{1'000};
constexpr std::chrono::seconds BetweenTold{5};
constexpr std::chrono::seconds BetweenTidied{60};
constexpr std::size_t EntitiesAJob = 100;
constexpr std::int64_t TasksAtOnce = 500;

std::string sourceText(const SourceSettings &settings)
{
    return std::string(sourceKindWord(settings.kind)) + " " + settings.location + " " +
           (settings.secret ? settings.secret->name : "");
}

} // namespace

SyncFollower::SyncFollower(const Context &context, SyncWorkers &workers, std::string configId)
    : m_context(context)
    , m_workers(workers)
    , m_id(std::move(configId))
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{
}

SyncFollower::~SyncFollower()
{
    askToStop();
    if (m_thread.joinable()) m_thread.join();
}

void SyncFollower::wake()
{
    const std::lock_guard lock(m_mutex);
    m_work = true;
    m_woken.notify_all();
}

void SyncFollower::askToStop()
{
    m_thread.request_stop();
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    for (const std::unique_ptr<SyncLink> &link : m_links) {
        if (link) link->interrupt();
    }
    for (const Listening &side : m_listening) {
        if (side.listener) side.listener->askToStop();
    }
    m_woken.notify_all();
}

void SyncFollower::run(const std::stop_token &stop)
{
    std::chrono::milliseconds wait{0};
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(m_mutex);
            m_woken.wait_for(lock, stop, wait, [this] { return m_work || m_stopping; });
            if (m_stopping) return;
            m_work = false;
        }
        const Result<std::chrono::milliseconds> next = step();
        wait = next.value_or(BetweenSyncLooks);
        if (next) {
            m_failures = 0;
            if (!m_error.empty()) (void)noteError("");
            continue;
        }
        m_unsettled = true;
        if (next.error().kind == ErrorKind::Cancelled) continue; // paused, or the service ends
        // A side that does not answer, or the store: nothing is lost, everything is looked at again.
        dropLinks();
        wait = deliveryPause(++m_failures);
        logWarning("a sync could not go on", {{"sync", m_id}, {"error", next.error().message}});
        (void)noteError(next.error().message);
    }
}

Result<std::chrono::milliseconds> SyncFollower::step()
{
    if (Result<void> ready = prepare(); !ready) {
        if (ready.error().kind == ErrorKind::NotFound) return BetweenSyncLooks; // deleted; its follower goes
        return fail(ready.error());
    }
    listen();
    if (!m_record.config.active) return BetweenSyncLooks;
    const bool works = m_record.state == SyncState::Backfilling || m_record.state == SyncState::Following;
    if (works && !m_record.mappingPrint.empty() && m_record.mappingPrint != m_plan.mappingPrint) {
        if (Result<void> stopped = stopFor("the mapping has changed: begin a backfill anew (restart)"); !stopped)
            return fail(stopped.error());
        return BetweenSyncLooks;
    }
    if (Result<void> settled = settleIntents(); !settled) return fail(settled.error());
    if (Result<void> done = tasks(); !done) return fail(done.error());
    if (m_record.state == SyncState::Backfilling) {
        if (Result<void> done = scan(Pass::Backfill); !done) return fail(done.error());
    } else if (m_record.state == SyncState::Following && isDue(now())) {
        if (Result<void> done = pass(); !done) return fail(done.error());
    }
    tidy();
    return m_record.config.frequency == SyncFrequency::Realtime ? BetweenPolls : BetweenSyncLooks;
}

// What the store says now.
Result<void> SyncFollower::prepare()
{
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        Result<SyncRecord> record = loadSync(db, m_id);
        if (!record) return fail(record.error());
        Result<MappedSources> sources = loadMapping(db, record->config.mappingId);
        if (!sources) return fail(sources.error().kind == ErrorKind::NotFound
                                      ? Error{ErrorKind::Conflict, sources.error().message, {}, {}}
                                      : sources.error());
        m_record = std::move(*record);
        m_plan = syncPlan(m_record, std::move(*sources), m_context.print, m_context.store.environment());
        return {};
    });
    if (!read) return read;
    const std::string linked = sourceText(m_plan.sources.legacy) + "\n" + sourceText(m_plan.sources.fresh) + "\n" +
                               m_plan.mappingPrint + (m_plan.config.writes(Platform::Legacy) ? "L" : "") +
                               (m_plan.config.writes(Platform::New) ? "N" : "");
    if (linked != m_linkedTo) dropLinks();
    m_linkedTo = linked;
    return {};
}

// Where a database says itself that something has changed, the next look need not be waited for.
void SyncFollower::listen()
{
    const bool follows = m_record.config.active && m_record.state == SyncState::Following &&
                         m_record.config.frequency == SyncFrequency::Realtime;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const std::optional<SyncCapture> &capture = m_record.config.capture(side);
        const SourceSettings &source = m_plan.sources.side(side);
        const bool listens = follows && m_record.config.follows(side) && capture && capture->channel &&
                             source.kind == SourceKind::Postgres;
        const std::string to = listens ? sourceText(source) + "\n" + *capture->channel : "";
        Listening &listening = m_listening[side == Platform::Legacy ? 0 : 1];
        if (listening.to == to) continue;
        std::unique_ptr<SyncListener> old; // ends without the lock, which its last word may want
        {
            const std::lock_guard lock(m_mutex);
            old = std::move(listening.listener);
            listening.to = m_stopping ? "" : to;
        }
        if (old) old.reset();
        if (listening.to.empty()) continue;
        auto listener = std::make_unique<SyncListener>(source, *capture->channel, [this] { wake(); });
        const std::lock_guard lock(m_mutex);
        listening.listener = std::move(listener);
        if (m_stopping) listening.listener->askToStop();
    }
}

// What was demanded, in any state; what is to be retried, while changes are followed.
Result<void> SyncFollower::tasks()
{
    for (;;) {
        SyncTasks due;
        const bool onlyDemanded = m_record.state != SyncState::Following;
        const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
            Result<SyncTasks> found = tasksDue(db, m_id, onlyDemanded, now(), TasksAtOnce);
            if (!found) return fail(found.error());
            due = std::move(*found);
            return {};
        });
        if (!read) return read;
        if (due.empty()) return {};
        std::vector<std::string> keys;
        for (const auto &[key, task] : due)
            keys.push_back(key);
        if (Result<void> done = work(keys, {}, {}, false); !done) return done;
        if (static_cast<std::int64_t>(keys.size()) < TasksAtOnce) return {};
    }
}

bool SyncFollower::isDue(Instant now) const
{
    if (m_record.passWish > 0 || !m_record.lastPassAt) return true;
    switch (m_record.config.frequency) {
    case SyncFrequency::Realtime:
        return true;
    case SyncFrequency::Batch:
        return *m_record.lastPassAt + std::chrono::seconds(m_record.config.intervalSeconds) <= now;
    case SyncFrequency::Scheduled:
        break;
    }
    const ZonePtr zone = zoneTable(m_record.config.schedule->timeZone);
    const auto next = zone ? nextTime(*m_record.config.schedule, *m_record.lastPassAt, *zone) : std::nullopt;
    return next && *next <= now; // one that was missed is made up for, once
}

// Follows changes once: by the change columns or tables, and all rows where that is due or there are none.
Result<void> SyncFollower::pass()
{
    const Instant began = now();
    // The first look at all rows notes how far the change columns are before it looks.
    const bool first = m_record.mappingPrint.empty();
    bool sweep = first || m_record.passWish > 0 || !m_record.lastSweepAt ||
                 *m_record.lastSweepAt + std::chrono::seconds(m_record.config.sweepSeconds) <= began;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (!m_record.config.follows(side)) continue;
        const bool hasTable = m_record.config.changeTable(side);
        const bool tells = hasTable || m_plan.sources.mapping.table(side).changedColumn;
        sweep = sweep || !tells;
        if (!first && tells && !m_record.switched.contains(side)) {
            if (Result<void> polled = hasTable ? followTable(side) : poll(side); !polled) return polled;
        }
        sweep = sweep || m_record.switched.contains(side); // which notes a mark first
    }
    if (sweep) {
        if (Result<void> swept = scan(Pass::Sweep); !swept) return swept;
        for (Captured &captured : m_captured)
            captured.counts = {};
    }
    // Everything that had changed when it began has been carried over, or is a task.
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute(
            "UPDATE sync_progress SET last_pass_at = ?, caught_up_at = ?, pending = 0, mapping_print = ?, pass_wish = "
            "CASE WHEN pass_wish = ? THEN 0 ELSE pass_wish END, last_sweep_at = CASE ? WHEN 1 THEN ? ELSE "
            "last_sweep_at END WHERE config_id = ?",
            {toMs(began), toMs(began), m_plan.mappingPrint, std::int64_t{m_record.passWish}, std::int64_t{sweep},
             toMs(began), m_id});
        if (!done) return fail(done.error());
        if (m_record.passWish > 0) return tellSync(tx, m_id);
        return Json();
    });
    return stored ? Result<void>() : fail(stored.error());
}

Result<void> SyncFollower::work(const std::vector<std::string> &keys, const std::vector<RememberedItem> &remembered,
                                const Also &also, bool passTasksBy)
{
    SyncBases bases;
    SyncTasks tasks;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        Result<SyncBases> known = loadBases(db, m_id, m_plan.keyKind(), keys);
        if (!known) return fail(known.error());
        bases = std::move(*known);
        Result<SyncTasks> waiting = tasksOf(db, m_id, keys);
        if (!waiting) return fail(waiting.error());
        tasks = std::move(*waiting);
        return {};
    });
    if (!read) return read;
    std::vector<std::string> open;
    std::ranges::copy_if(keys, std::back_inserter(open), [&](const std::string &key) {
        const auto task = tasks.find(key);
        // An entity that waits for its retry is left to it: it carries over whatever is there by then.
        const bool waits = task != tasks.end() && (task->second.state == "RETRYING" || task->second.state == "QUEUED");
        return !(passTasksBy && waits);
    });
    Result<std::vector<EntityResult>> results = syncAll(open, bases, tasks);
    if (!results) return fail(results.error());
    killPoint("sync.before-commit");
    return commit(*results, remembered, tasks, also);
}

// Side by side in shares; no entity is in two of them, and nothing else of this sync runs meanwhile: so each entity's
// changes keep their order.
Result<std::vector<EntityResult>> SyncFollower::syncAll(const std::vector<std::string> &keys, const SyncBases &bases,
                                                        const SyncTasks &tasks)
{
    const std::size_t shares = std::clamp((keys.size() + EntitiesAJob - 1) / EntitiesAJob, std::size_t{1}, SyncWorkers::Count);
    std::vector<Result<std::vector<EntityResult>>> done(shares);
    std::vector<std::function<void()>> jobs;
    if (keys.empty()) return std::vector<EntityResult>();
    const SyncGuard guard{[this](const std::vector<IntendedWrite> &writes) { return intend(writes); },
                          [this] { return m_context.stillLeads(); }};
    for (std::size_t share = 0; share < shares; ++share) {
        const Result<SyncLink *> own = link(share);
        if (!own) return fail(own.error());
        const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(keys.size() * share / shares);
        const auto end = keys.begin() + static_cast<std::ptrdiff_t>(keys.size() * (share + 1) / shares);
        jobs.push_back([this, &done, &bases, &tasks, &guard, share, link = *own,
                        part = std::vector<std::string>(begin, end)] {
            done[share] = syncEntities(m_plan, *link, part, bases, tasks, guard);
        });
    }
    m_workers.runAll(jobs);
    std::vector<EntityResult> results;
    for (Result<std::vector<EntityResult>> &part : done) {
        if (!part) return fail(part.error());
        std::ranges::move(*part, std::back_inserter(results));
    }
    return results;
}

Result<void> SyncFollower::commit(const std::vector<EntityResult> &results,
                                  const std::vector<RememberedItem> &remembered, const SyncTasks &tasks,
                                  const Also &also)
{
    const Clock::time_point at = Clock::now();
    bool tell = at - m_lastTold > BetweenTold;
    bool wrote = false;
    SyncState state = m_record.state;
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        SyncTally tally;
        m_resting.clear();
        for (const EntityResult &result : results) {
            if (result.near && result.kind == EntityResult::Kind::InStep) m_resting.insert(result.key);
            const auto task = tasks.find(result.key);
            const Result<void> kept =
                storeResult(tx, m_plan, result, task == tasks.end() ? nullptr : &task->second, chance(), tally);
            if (!kept) return fail(kept.error());
        }
        tally.bases.insert(tally.bases.end(), remembered.begin(), remembered.end());
        if (Result<void> forgotten = forgetIntents(tx.db()); !forgotten) return fail(forgotten.error());
        if (also) {
            if (Result<void> kept = also(tx); !kept) return fail(kept.error());
        }
        if (Result<void> kept = storeTally(tx, m_plan, tally); !kept) return fail(kept.error());
        wrote = tally.lastStart.has_value();
        if (tell && wrote) {
            if (const Result<Json> told = tellSync(tx, m_id); !told) return fail(told.error());
        }
        const Result<SyncRecord> record = loadSync(tx.db(), m_id);
        if (!record) return fail(record.error());
        state = record->config.active ? record->state : SyncState::Paused;
        return Json();
    });
    if (!stored) return fail(stored.error());
    if (tell && wrote) m_lastTold = at;
    killPoint("sync.after-commit");
    return state == m_record.state ? goesOn() : fail(ErrorKind::Cancelled, "the sync is in another state by now");
}

// Suspends the sync for this cause and tells; nothing without one.
Result<void> SyncFollower::stopFor(const std::optional<std::string> &cause)
{
    if (!cause) return {};
    SyncTally tally;
    tally.suspend = *cause;
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> kept = storeTally(tx, m_plan, tally); !kept) return fail(kept.error());
        const auto done =
            tx.db().execute("UPDATE sync_progress SET pass_wish = 0, pending = 0 WHERE config_id = ?", {m_id});
        if (!done) return fail(done.error());
        return Json();
    });
    if (!stored) return fail(stored.error());
    return fail(ErrorKind::Cancelled, *cause);
}

Result<void> SyncFollower::noteError(const std::string &error)
{
    if (error == m_error) return {};
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute("UPDATE sync_progress SET last_error = ? WHERE config_id = ? AND "
                                          "coalesce(last_error, '') <> ?",
                                          {error.empty() ? SqlValue(nullptr) : SqlValue(error), m_id, error});
        if (!done) return fail(done.error());
        if (*done == 0) return Json();
        return tellSync(tx, m_id);
    });
    if (!stored) return fail(stored.error());
    m_error = error;
    return {};
}

Result<void> SyncFollower::goesOn() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopping ? fail(ErrorKind::Cancelled, "the service ends") : Result<void>();
}

Result<Json> SyncFollower::write(const Store::WriteWork &work) const
{
    return m_context.writeLeading({"sync-runner", m_id}, work);
}

Result<SyncLink *> SyncFollower::link(std::size_t index)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_links.size() <= index) m_links.resize(SyncWorkers::Count);
        if (m_links[index]) return m_links[index].get();
    }
    Result<std::unique_ptr<SyncLink>> opened = SyncLink::open(m_plan);
    if (!opened) return fail(opened.error());
    const std::lock_guard lock(m_mutex);
    if (m_stopping) return fail(ErrorKind::Cancelled, "the service ends");
    m_links[index] = std::move(*opened);
    return m_links[index].get();
}

void SyncFollower::dropLinks()
{
    const std::lock_guard lock(m_mutex);
    m_links.clear();
}

// A stream that is left before its end takes a connection of MariaDB with it.
void SyncFollower::renewLink()
{
    const bool lost = m_plan.sources.legacy.kind == SourceKind::Mariadb || m_plan.sources.fresh.kind == SourceKind::Mariadb;
    const std::lock_guard lock(m_mutex);
    if (lost && !m_links.empty()) m_links.front().reset();
}

void SyncFollower::tidy()
{
    const Clock::time_point at = Clock::now();
    if (at - m_lastTidied < BetweenTidied) return;
    m_lastTidied = at;
    const Result<Json> done = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> trimmed = trimSyncLogs(tx, m_id); !trimmed) return fail(trimmed.error());
        return Json();
    });
    if (!done) logWarning("the log of a sync could not be trimmed", {{"sync", m_id}, {"error", done.error().message}});
}

} // namespace crossfade
