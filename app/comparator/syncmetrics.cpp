// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncmetrics.h"

#include "app/comparator/syncstore.h"

#include <set>

namespace crossfade {

namespace {

prometheus::Family<prometheus::Gauge> &syncGauges(prometheus::Registry &registry, const char *name, const char *help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

} // namespace

SyncMetrics::SyncMetrics(prometheus::Registry &registry)
    : m_info(syncGauges(registry, "crossfade_sync_info", "What a sync carries over, and from where"))
    , m_backlog(syncGauges(registry, "crossfade_sync_backlog_entities",
                           "Entities known to have changed that are not carried over yet, retries among them"))
    , m_lag(syncGauges(registry, "crossfade_sync_lag_seconds",
                       "Time since everything that had changed was carried over"))
    , m_dead(syncGauges(registry, "crossfade_sync_dead_letters", "Entities that wait for a person"))
    , m_stopped(syncGauges(registry, "crossfade_sync_suspended", "1 if the sync has stopped itself, else 0"))
{
}

void SyncMetrics::refresh(Store &store)
{
    const std::lock_guard lock(m_mutex);
    // A store that does not answer leaves the last figures; /readyz tells of it.
    static_cast<void>(store.read([&](Database &db) { return read(db, store.environment().now()); }));
}

Result<void> SyncMetrics::read(Database &db, Instant now)
{
    const auto rows = db.query("SELECT " + syncColumns() + " ORDER BY c.id LIMIT ?", {MostSyncs});
    if (!rows) return fail(rows.error());
    std::set<std::string> present;
    for (const SqlRow &row : *rows) {
        const Result<Json> sync = syncRowJson(db, row, now);
        if (!sync) return fail(sync.error());
        present.insert(row.text(0));
        show(*sync);
    }
    std::erase_if(m_syncs, [&](auto &entry) {
        if (present.contains(entry.first)) return false;
        forget(entry.second);
        return true;
    });
    return {};
}

void SyncMetrics::show(const Json &sync)
{
    const auto word = [&](const char *name) { return sync.at(name).get<std::string>(); };
    const prometheus::Labels label{{"sync_id", word("id")}};
    Sync &known = m_syncs[word("id")];
    if (known.info && known.dataType != word("data_type")) { // before its first run it may be of something else
        forget(known);
        known = {};
    }
    if (!known.info) {
        known.dataType = word("data_type");
        known.info = &m_info.Add({{"sync_id", word("id")},
                                  {"data_type", known.dataType},
                                  {"source", word("source_system")},
                                  {"target", word("target_system")}});
        known.info->Set(1);
        known.backlog = &m_backlog.Add(label);
        known.dead = &m_dead.Add(label);
        known.stopped = &m_stopped.Add(label);
    }
    known.backlog->Set(sync.at("backlog").get<double>());
    known.dead->Set(sync.at("dead_letters").get<double>());
    known.stopped->Set(word("state") == "SUSPENDED" ? 1 : 0);
    const Json &lag = sync.at("lag_seconds");
    if (!lag.is_number()) return;
    if (!known.lag) known.lag = &m_lag.Add(label);
    known.lag->Set(lag.get<double>());
}

void SyncMetrics::forget(const Sync &sync)
{
    if (sync.info) m_info.Remove(sync.info);
    if (sync.backlog) m_backlog.Remove(sync.backlog);
    if (sync.lag) m_lag.Remove(sync.lag);
    if (sync.dead) m_dead.Remove(sync.dead);
    if (sync.stopped) m_stopped.Remove(sync.stopped);
}

} // namespace crossfade
