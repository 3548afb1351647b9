// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace crossfade {

// Acts at fixed intervals on one thread. An act that takes longer than its interval is not made up
// for: the next one comes an interval later.
class Timers {
public:
    Timers();
    ~Timers();
    void every(std::chrono::milliseconds interval, std::function<void()> act);
    void stop(); // waits for the running act

private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        Clock::time_point due;
        std::chrono::milliseconds interval;
        std::function<void()> act;
    };
    void run();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Entry> m_entries;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
