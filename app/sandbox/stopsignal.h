// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>

namespace crossfade {

// Makes SIGTERM and SIGINT something to wait for. Built before any thread starts: threads inherit
// the mask, so the signal comes to wait() and nowhere else.
class StopSignal {
public:
    StopSignal()
    {
        sigemptyset(&m_set);
        sigaddset(&m_set, SIGTERM);
        sigaddset(&m_set, SIGINT);
        pthread_sigmask(SIG_BLOCK, &m_set, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void wait()
    {
        int number = 0;
        sigwait(&m_set, &number);
    }

private:
    sigset_t m_set;
};

} // namespace crossfade
