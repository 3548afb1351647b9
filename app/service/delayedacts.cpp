// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/delayedacts.h"

#include "app/service/log.h"

#include <exception>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t MostDelayedActs = 4'000; // more than may wait for the store, twice each

} // namespace

DelayedActs::~DelayedActs()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_one();
    }
    m_thread.join();
}

bool DelayedActs::at(Clock::time_point due, std::function<void()> act)
{
    const std::lock_guard lock(m_mutex);
    if (m_acts.size() >= MostDelayedActs) return false;
    m_acts.emplace(due, std::move(act));
    m_wake.notify_one();
    return true;
}

void DelayedActs::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        if (m_acts.empty()) {
            m_wake.wait(lock);
            continue;
        }
        const auto next = m_acts.begin();
        if (next->first > Clock::now()) {
            const Clock::time_point due = next->first;
            m_wake.wait_until(lock, due);
            continue;
        }
        const auto act = std::move(next->second);
        m_acts.erase(next);
        lock.unlock();
        try { // libraries may throw (memory): the next act is to come all the same
            act();
        } catch (const std::exception &exception) {
            logError("a delayed act failed", {{"error", exception.what()}});
        }
        lock.lock();
    }
}

} // namespace crossfade
