// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>

namespace crossfade {

// How a service itself is: its store, its queues, its process. Any thread.
class ServiceMetrics {
public:
    ServiceMetrics(prometheus::Registry &registry, const std::string &service, const std::string &version);

    struct Now {
        std::size_t eventStreams = 0;
        std::size_t queuedReads = 0;
        std::size_t queuedWork = 0;
        std::size_t queuedWrites = 0;
        std::int64_t unknownCommits = 0;
        double storeBytes = 0;
        bool leads = true;
        std::int64_t term = 0;
        std::size_t replicas = 1;
        std::int64_t takenUp = 0; // epochs that others committed
    };
    void setEngine(const std::string &engine); // once: which kind of database holds the store
    void show(const Now &now);
    void observeWrite(std::chrono::steady_clock::duration time); // a change, until it was on disk

private:
    void showProcess();

    prometheus::Registry &m_registry;
    std::mutex m_mutex;
    prometheus::Gauge &m_streams;
    prometheus::Gauge &m_reads;
    prometheus::Gauge &m_work;
    prometheus::Gauge &m_writes;
    prometheus::Gauge &m_storeBytes;
    prometheus::Gauge &m_unknownCommits;
    prometheus::Gauge &m_leader;
    prometheus::Gauge &m_term;
    prometheus::Gauge &m_replicas;
    prometheus::Counter &m_takenUp;
    prometheus::Histogram &m_writeTimes;
    prometheus::Gauge &m_memory;
    prometheus::Gauge &m_files;
    prometheus::Gauge &m_started;
    prometheus::Counter &m_processor;
};

} // namespace crossfade
