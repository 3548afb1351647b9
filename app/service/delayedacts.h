// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace crossfade {

// Acts that are due once, at a time each, on one thread of their own: nothing that waits for the store holds it up.
class DelayedActs {
public:
    using Clock = std::chrono::steady_clock;
    DelayedActs() : m_thread([this] { run(); }) {}
    ~DelayedActs(); // those that are not due yet are left out
    DelayedActs(const DelayedActs &) = delete;
    DelayedActs &operator=(const DelayedActs &) = delete;
    // False: too many wait already.
    bool at(Clock::time_point due, std::function<void()> act);

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::multimap<Clock::time_point, std::function<void()>> m_acts;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
