// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/runcontrol.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// The worker of the runs: one after the other, the oldest first, those cut off by an end of the
// service before all others. What is to be done stands in the store alone. Where other processes
// work on the same store, each takes parts of the runs.
class CheckEngine {
public:
    explicit CheckEngine(Context context);
    ~CheckEngine();
    void start();
    void stop();
    void wake();                                   // a run was queued
    void ask(const std::string &runId, Wish wish); // of a run that may be running
    Result<void> takeUp(Database &db); // what another process on the store was asked

private:
    void loop();
    bool workOnNext();
    void renewParts();
    Result<void> tellProgress(Database &db, const std::string &own);

    Context m_context;
    const std::string m_holder; // of parts of runs; empty: no other process works on them
    std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_work = true;
    bool m_stopping = false;
    bool m_renewing = false;
    std::chrono::steady_clock::time_point m_tellAt{}; // on the writer thread
    std::string m_currentId;
    std::shared_ptr<RunControl> m_current;
    std::thread m_thread;
};

} // namespace crossfade
