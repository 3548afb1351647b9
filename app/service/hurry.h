// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/postgres.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace crossfade {

// Tells the other processes on a store that a change which goes first waits here: by HurryLock, held on a
// connection and thread of its own while it does, for the writer may wait for the very change that is to give way.
class Hurry {
public:
    explicit Hurry(PostgresTarget target);
    ~Hurry();
    void set(bool hurries); // any thread; does not wait

private:
    void run();
    void apply(bool hurries);

    PostgresTarget m_target;
    std::unique_ptr<PostgresDatabase> m_database; // of the thread
    bool m_holds = false;                         // likewise
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_wanted = false;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
