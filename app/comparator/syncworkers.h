// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace crossfade {

// The threads that bring entities into step, shared by all syncs: each sync hands in at most as many jobs as there are
// threads and waits for them, so the queue is bounded by the number of syncs.
class SyncWorkers {
public:
    static constexpr std::size_t Count = 5;

    SyncWorkers();
    ~SyncWorkers();
    void runAll(const std::vector<std::function<void()>> &jobs); // returns when all have run

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_woken;
    std::condition_variable m_done;
    std::deque<std::function<void()>> m_jobs;
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace crossfade
