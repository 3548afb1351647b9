// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace crossfade {

// A thread that wants to wake every few milliseconds and notes when it was late: how long the machine itself was held
// up, which no program under test answers for.
class Heartbeat {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds Beat{5};

    Heartbeat()
        : m_thread([this](const std::stop_token &stop) { run(stop); })
    {
    }
    // In all, between then and now; what goes on still is known a beat later.
    std::chrono::milliseconds heldUpSince(Clock::time_point from) const
    {
        const std::lock_guard lock(m_mutex);
        Clock::duration all{};
        for (const Late &late : m_late)
            all += std::max(Clock::duration(), late.until - std::max(from, late.from));
        return std::chrono::duration_cast<std::chrono::milliseconds>(all);
    }

private:
    static constexpr std::chrono::milliseconds Tolerated{15};
    static constexpr std::size_t Most = 10'000;

    struct Late {
        Clock::time_point from, until;
    };
    void run(const std::stop_token &stop)
    {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            const auto due = Clock::now() + Beat;
            std::unique_lock waiting(mutex);
            wake.wait_until(waiting, stop, due, [] { return false; });
            const auto now = Clock::now();
            if (now - due < Tolerated) continue;
            const std::lock_guard lock(m_mutex);
            if (m_late.size() == Most) m_late.erase(m_late.begin(), m_late.begin() + Most / 2);
            m_late.push_back({due, now});
        }
    }

    mutable std::mutex m_mutex;
    std::vector<Late> m_late;
    std::jthread m_thread;
};

} // namespace crossfade
