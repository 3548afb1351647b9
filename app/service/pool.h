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

// A few threads over a bounded queue.
class Pool {
public:
    Pool(std::size_t threads, std::size_t maxQueued);
    ~Pool();
    bool submit(std::function<void()> job); // false: the queue is full or stopped
    std::size_t queued() const;             // waiting, not begun
    void stop();                            // drops what has not begun, waits for what has

private:
    void run();
    const std::size_t m_maxQueued;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_queue;
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace crossfade
