// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>
#include <mutex>
#include <string>

namespace crossfade {

// Syncs for Prometheus, counted in the store when they are asked for. Labels are ids of at most MostSyncs syncs, the
// oldest first; words stand once, in crossfade_sync_info. Any thread.
class SyncMetrics {
public:
    static constexpr std::int64_t MostSyncs = 100;

    explicit SyncMetrics(prometheus::Registry &registry);
    void refresh(Store &store);

private:
    using Gauges = prometheus::Family<prometheus::Gauge>;
    struct Sync {
        std::string dataType;
        prometheus::Gauge *info = nullptr;
        prometheus::Gauge *backlog = nullptr;
        prometheus::Gauge *lag = nullptr; // none until everything was carried over once
        prometheus::Gauge *dead = nullptr;
        prometheus::Gauge *stopped = nullptr;
    };

    Result<void> read(Database &db, Instant now);
    void show(const Json &sync);
    void forget(const Sync &sync);

    std::mutex m_mutex;
    Gauges &m_info;
    Gauges &m_backlog;
    Gauges &m_lag;
    Gauges &m_dead;
    Gauges &m_stopped;
    std::map<std::string, Sync> m_syncs; // by id
};

} // namespace crossfade
