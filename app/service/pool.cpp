// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/pool.h"

namespace crossfade {

Pool::Pool(std::size_t threads, std::size_t maxQueued) : m_maxQueued(maxQueued)
{
    for (std::size_t i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { run(); });
}

Pool::~Pool()
{
    stop();
}

bool Pool::submit(std::function<void()> job)
{
    const std::lock_guard lock(m_mutex);
    if (m_stopping || m_queue.size() >= m_maxQueued) return false;
    m_queue.push_back(std::move(job));
    m_wake.notify_one();
    return true;
}

std::size_t Pool::queued() const
{
    const std::lock_guard lock(m_mutex);
    return m_queue.size();
}

void Pool::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_queue.clear();
        m_wake.notify_all();
    }
    for (std::thread &thread : m_threads) {
        if (thread.joinable()) thread.join();
    }
}

void Pool::run()
{
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stopping || !m_queue.empty(); });
            if (m_stopping) return;
            job = std::move(m_queue.front());
            m_queue.pop_front();
        }
        job();
    }
}

} // namespace crossfade
