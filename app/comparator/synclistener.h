// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// Listens on a channel of a PostgreSQL database, on a thread and a connection of its own, and calls `told` whenever
// something was said. A lost connection is made again, at growing distances; what was said meanwhile is never told: whoever
// listens looks by itself, too.
class SyncListener {
public:
    SyncListener(SourceSettings settings, std::string channel, std::function<void()> told);
    ~SyncListener();
    void askToStop();

private:
    void run(const std::stop_token &stop);
    Result<void> listen(const std::stop_token &stop, int &failures);
    void rest(const std::stop_token &stop, std::chrono::milliseconds pause);

    const SourceSettings m_settings;
    const std::string m_channel;
    const std::function<void()> m_told;
    std::mutex m_mutex;
    std::condition_variable_any m_stopped;
    std::jthread m_thread;
};

} // namespace crossfade
