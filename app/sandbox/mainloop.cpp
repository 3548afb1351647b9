// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/mainloop.h"

#include <algorithm>
#include <utility>

namespace crossfade {

MainLoop::MainLoop()
    : m_main(pthread_self())
{
    sigemptyset(&m_signals);
    for (const int number : {SIGTERM, SIGINT, SIGCHLD, SIGUSR1})
        sigaddset(&m_signals, number);
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void MainLoop::post(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_posted.push_back(std::move(work));
    }
    pthread_kill(m_main, SIGUSR1);
}

void MainLoop::runPosted()
{
    if (m_running) return;
    m_running = true;
    std::vector<std::function<void()>> works;
    {
        const std::lock_guard lock(m_mutex);
        works = std::exchange(m_posted, {});
    }
    for (const auto &work : works)
        work();
    m_running = false;
}

void MainLoop::waitForSignal(std::chrono::milliseconds limit)
{
    const auto ms = std::max<std::int64_t>(limit.count(), 0);
    const timespec time{ms / 1'000, (ms % 1'000) * 1'000'000};
    const int number = sigtimedwait(&m_signals, nullptr, &time);
    if (number == SIGTERM || number == SIGINT) m_stopAsked = true;
}

bool MainLoop::waitUntil(const std::function<bool()> &done, std::chrono::milliseconds limit)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + limit;
    while (!done()) {
        if (m_stopAsked || Clock::now() >= end) return false;
        // A ready file sends no signal: it is looked for every 20 ms.
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        waitForSignal(std::min(left, std::chrono::milliseconds(20)));
        runPosted();
    }
    return true;
}

bool MainLoop::settle(const std::function<bool()> &done, std::chrono::milliseconds limit)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + limit;
    sigset_t childEnded;
    sigemptyset(&childEnded);
    sigaddset(&childEnded, SIGCHLD);
    while (!done()) {
        if (Clock::now() >= end) return false;
        const timespec time{0, 20'000'000};
        sigtimedwait(&childEnded, nullptr, &time);
    }
    return true;
}

} // namespace crossfade
