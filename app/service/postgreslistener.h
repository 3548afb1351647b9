// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/postgresconnect.h"

#include <atomic>
#include <functional>
#include <thread>

namespace crossfade {

// Wakes whoever wants to know what other processes committed: by LISTEN on a connection of its own, which is
// made anew when it is lost, and once a second in any case. A wake-up carries nothing: look yourself.
class PostgresListener {
public:
    PostgresListener(PostgresTarget target, std::string channel, std::function<void()> wake);
    ~PostgresListener();
    PostgresListener(const PostgresListener &) = delete;
    PostgresListener &operator=(const PostgresListener &) = delete;

private:
    void run();
    void connect();
    void waitForNews();
    bool takeNotifications();

    const PostgresTarget m_target;
    const std::string m_channel;
    const std::function<void()> m_wake;
    PostgresHandle m_handle; // of the thread
    bool m_said = false;     // that there is no connection
    int m_stopEvent = -1;
    std::atomic<bool> m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
