// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/timers.h"

#include <algorithm>

namespace crossfade {

Timers::Timers() : m_thread([this] { run(); }) {}

Timers::~Timers()
{
    stop();
}

void Timers::every(std::chrono::milliseconds interval, std::function<void()> act)
{
    const std::lock_guard lock(m_mutex);
    m_entries.push_back({Clock::now() + interval, interval, std::move(act)});
    m_wake.notify_one();
}

void Timers::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable()) m_thread.join();
}

void Timers::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        const auto next = std::ranges::min_element(m_entries, {}, &Entry::due);
        if (next == m_entries.end()) {
            m_wake.wait(lock);
            continue;
        }
        const Clock::time_point due = next->due;
        if (due > Clock::now()) {
            m_wake.wait_until(lock, due);
            continue;
        }
        next->due = std::max(due + next->interval, Clock::now());
        const auto act = next->act;
        lock.unlock();
        act();
        lock.lock();
    }
}

} // namespace crossfade
