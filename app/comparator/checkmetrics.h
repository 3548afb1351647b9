// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <map>
#include <mutex>
#include <string>

namespace crossfade {

// Checks, differences and repairs for Prometheus, counted in the store when they are asked for. Labels are
// ids of at most MostChecks checks; names stand once, in crossfade_check_info. Any thread.
class CheckMetrics {
public:
    static constexpr std::size_t MostChecks = 100;

    explicit CheckMetrics(prometheus::Registry &registry);
    void refresh(Store &store);

private:
    using Gauges = prometheus::Family<prometheus::Gauge>;
    struct Check {
        std::string name;
        prometheus::Gauge *info = nullptr;
        prometheus::Gauge *differences = nullptr;
        prometheus::Gauge *consistency = nullptr; // none until a full run has one
        prometheus::Gauge *endedAt = nullptr;
        prometheus::Gauge *duration = nullptr;
    };

    Result<void> read(Database &db);
    Result<void> readRuns(Database &db);
    Result<void> readChecks(Database &db);
    Result<void> readLastRun(Database &db, const std::string &id, Check &check);
    Result<void> readRepairs(Database &db);
    void show(const std::string &id, const std::string &name, double differences);
    void forget(const Check &check);
    static void raise(prometheus::Counter &counter, double to);

    std::mutex m_mutex;
    Gauges &m_info;
    Gauges &m_differences;
    Gauges &m_consistency;
    Gauges &m_endedAt;
    Gauges &m_duration;
    prometheus::Gauge &m_alertsWaiting;
    prometheus::Counter &m_rows;
    std::map<std::string, prometheus::Gauge *> m_runs;      // by state, of those that have not ended
    std::map<std::string, prometheus::Counter *> m_ended;   // by state
    std::map<std::string, prometheus::Gauge *> m_repairs;   // by status
    std::map<std::string, Check> m_checks;                  // by id
};

} // namespace crossfade
