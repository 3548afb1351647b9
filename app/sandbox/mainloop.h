// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <chrono>
#include <csignal>
#include <functional>
#include <mutex>
#include <vector>

#include <pthread.h>

namespace crossfade {

// What the main thread of `up` waits for: to be asked to stop, a child's end, work from other
// threads (children may be started only there). Built before any other thread.
class MainLoop {
public:
    MainLoop();

    // Waits until `done` says so; false after `limit`, or once a stop was asked for. Runs posted
    // work meanwhile, unless it is already running some.
    bool waitUntil(const std::function<bool()> &done, std::chrono::milliseconds limit);
    // The same once a stop was asked for: waits all the same, runs nothing meanwhile.
    static bool settle(const std::function<bool()> &done, std::chrono::milliseconds limit);
    // Any thread: `work` runs on the main thread.
    void post(std::function<void()> work);
    bool stopAsked() const { return m_stopAsked; }

private:
    void waitForSignal(std::chrono::milliseconds limit);
    void runPosted();

    sigset_t m_signals;
    pthread_t m_main;
    bool m_stopAsked = false;
    bool m_running = false;
    std::mutex m_mutex;
    std::vector<std::function<void()>> m_posted;
};

} // namespace crossfade
