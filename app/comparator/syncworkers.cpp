// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncworkers.h"

namespace crossfade {

SyncWorkers::SyncWorkers()
{
    for (std::size_t i = 0; i < Count; ++i)
        m_threads.emplace_back([this] { run(); });
}

SyncWorkers::~SyncWorkers()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_woken.notify_all();
    }
    for (std::thread &thread : m_threads)
        thread.join();
}

void SyncWorkers::runAll(const std::vector<std::function<void()>> &jobs)
{
    if (jobs.size() == 1) return jobs.front()(); // the caller would only wait
    std::size_t left = jobs.size();
    std::unique_lock lock(m_mutex);
    for (const std::function<void()> &job : jobs) {
        m_jobs.push_back([this, &job, &left] {
            job();
            const std::lock_guard done(m_mutex);
            if (--left == 0) m_done.notify_all();
        });
    }
    m_woken.notify_all();
    m_done.wait(lock, [&] { return left == 0; });
}

void SyncWorkers::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_woken.wait(lock, [this] { return m_stopping || !m_jobs.empty(); });
        if (m_jobs.empty()) return;
        const std::function<void()> job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

} // namespace crossfade
