// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/runcontrol.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// The worker of the runs: one after the other, the oldest first, those cut off by an end of the
// service before all others. What is to be done stands in the store alone.
class CheckEngine {
public:
    explicit CheckEngine(Context context);
    ~CheckEngine();
    void start();
    void stop();
    void wake();                                   // a run was queued
    void ask(const std::string &runId, Wish wish); // of a run that may be running

private:
    void loop();
    bool workOnNext();

    Context m_context;
    std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_work = true;
    bool m_stopping = false;
    std::string m_currentId;
    std::shared_ptr<RunControl> m_current;
    std::thread m_thread;
};

} // namespace crossfade
