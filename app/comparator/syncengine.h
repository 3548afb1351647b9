// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/syncfollower.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

inline constexpr std::size_t MostActiveSyncs = 64; // each has a thread and connections of its own

// A follower for each active sync, at the leader alone.
class SyncEngine {
public:
    explicit SyncEngine(Context context);
    ~SyncEngine();
    void start();
    void stop();
    void wake(); // a sync was made, changed or commanded
    Instant now() const { return m_context.store.environment().now(); }

private:
    void run(const std::stop_token &stop);
    void leave(std::int64_t term);
    bool isLookDue();
    void look();

    Context m_context;
    std::unique_ptr<SyncWorkers> m_workers;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    bool m_work = true;
    std::chrono::steady_clock::time_point m_lookAt{};
    std::map<std::string, std::unique_ptr<SyncFollower>> m_followers;
    std::jthread m_thread;
};

} // namespace crossfade
