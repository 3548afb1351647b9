// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/metricsources.h"
#include "models/shift/promqlreading.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <compare>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// Asks the metric sources, on threads of its own, so that nothing ever waits for them: who judges reads
// what was answered last. One query takes at most its source's timeout, an answer at most 256 KiB; two of
// a source are under way at once, so that one that hangs delays neither another source nor, alone, its own.
class PromProvider {
public:
    explicit PromProvider(prometheus::Registry &registry);
    ~PromProvider();

    void start();
    void stop(); // cancels what is under way

    struct Query {
        std::string source;
        std::string expression;
        auto operator<=>(const Query &) const = default;
    };
    using Watched = std::map<Query, std::chrono::milliseconds>; // how often each is to be asked
    enum class Watcher { Policies, Groups };
    // Adds what the guard asks for, judged so often: asked twice a judgement, so that no answer is judged
    // twice, and never so rarely that it would be stale.
    static void addTo(Watched &watched, const Guard &guard, std::int64_t intervalSeconds);

    void setSources(std::vector<MetricSource> sources);
    // From now on these, and what the other watcher asked for.
    void watch(const Watched &watched, Watcher who = Watcher::Policies);
    // What the guard's source said last. Too old an answer is an error: it was not asked in time.
    PromqlFact fact(const Guard &guard) const;
    // One query now, waiting for it. Invalid at /source if there is none of this name.
    Result<PromAnswer> ask(const Query &query) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        std::chrono::milliseconds period{};
        Clock::time_point due;
        bool asking = false;
        std::optional<PromAnswer> answer;
        Clock::time_point askedAt; // when the answered query began
    };
    struct Peer {
        MetricSource source;
        std::int64_t generation = 0; // of its settings: an answer by older ones is dropped
        int underWay = 0;
        prometheus::Counter *good = nullptr;
        prometheus::Counter *failed = nullptr;
        prometheus::Histogram *times = nullptr;
    };
    struct Job {
        Query query;
        MetricSource source;
        std::int64_t generation = 0;
    };

    void run(const std::stop_token &stop);
    std::map<Query, Entry>::iterator nextEntry();
    bool isDue();
    Job take(std::map<Query, Entry>::iterator entry);
    void keep(const Job &job, PromAnswer answer, Clock::time_point begun);
    void forget(const Peer &peer);
    Watched allWatched() const;
    PromAnswer latest(const Query &query) const;

    prometheus::Family<prometheus::Counter> &m_counts;
    prometheus::Family<prometheus::Histogram> &m_times;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::map<std::string, Peer> m_peers; // by name
    std::map<Query, Entry> m_entries;
    std::map<Watcher, Watched> m_watched;
    std::int64_t m_generation = 0;
    std::atomic<bool> m_stopping{false};
    std::vector<std::jthread> m_threads;
};

} // namespace crossfade
