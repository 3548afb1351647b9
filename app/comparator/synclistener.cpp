// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/synclistener.h"

#include "app/comparator/pgconnection.h"
#include "app/comparator/statement.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

using namespace std::chrono_literals;

constexpr auto FirstPause = 500ms; // before it connects again; doubled each time
constexpr auto LongestPause = 60'000ms;
constexpr auto BetweenWakes = 50ms;  // many notifications are one
constexpr auto BetweenLogged = 60s;
constexpr auto LookAtStopEvery = 200ms;

} // namespace

SyncListener::SyncListener(SourceSettings settings, std::string channel, std::function<void()> told)
    : m_settings(std::move(settings))
    , m_channel(std::move(channel))
    , m_told(std::move(told))
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{
}

SyncListener::~SyncListener()
{
    askToStop();
    if (m_thread.joinable()) m_thread.join();
}

void SyncListener::askToStop()
{
    m_thread.request_stop();
}

void SyncListener::run(const std::stop_token &stop)
{
    for (int failures = 0; !stop.stop_requested();) {
        const Result<void> ended = listen(stop, failures);
        if (ended || stop.stop_requested()) return;
        logWarning("a sync cannot listen for notifications", {{"channel", m_channel}, {"error", ended.error().message}});
        rest(stop, std::min<std::chrono::milliseconds>(LongestPause, FirstPause * (1 << std::min(failures, 10))));
        ++failures;
    }
}

// Until it is to stop, or the connection is lost.
Result<void> SyncListener::listen(const std::stop_token &stop, int &failures)
{
    const Result<std::unique_ptr<PgConnection>> connection = PgConnection::open(m_settings, Access::Read);
    if (!connection) return fail(connection.error());
    const Result<PgResult> begun = (*connection)->run("LISTEN " + quotedIdentifier(m_channel));
    if (!begun) return fail(begun.error());
    failures = 0;
    logInfo("a sync listens for notifications", {{"channel", m_channel}});
    std::optional<std::chrono::steady_clock::time_point> logged;
    while (!stop.stop_requested()) {
        const Result<bool> notified = (*connection)->notified(LookAtStopEvery);
        if (!notified) return fail(notified.error());
        if (!*notified) continue;
        m_told();
        const auto now = std::chrono::steady_clock::now();
        if (!logged || now - *logged > BetweenLogged) {
            logged = now;
            logInfo("a sync was woken by a notification", {{"channel", m_channel}});
        }
        rest(stop, BetweenWakes);
    }
    return {};
}

void SyncListener::rest(const std::stop_token &stop, std::chrono::milliseconds pause)
{
    std::unique_lock lock(m_mutex);
    m_stopped.wait_for(lock, stop, pause, [] { return false; });
}

} // namespace crossfade
