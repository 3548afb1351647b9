// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/routerlink.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// Passes waiting alerts to the router, at the leader alone, one after the other, and keeps at it
// while the router is away. What it answers with a lasting refusal is given up and logged.
class AlertSender {
public:
    AlertSender(const Context &context, RouterAddress router);
    ~AlertSender();
    void start();
    void stop(); // within the time of one call, at most a second

private:
    enum class Sent { Nothing, Delivered, Failed };

    void run(const std::stop_token &stop);
    Sent sendOldest();
    Result<FetchAnswer> call(const std::string &id, const std::string &body);

    Context m_context;
    RouterLink m_router;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    std::jthread m_thread;
};

} // namespace crossfade
