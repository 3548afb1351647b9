// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgreslistener.h"

#include "app/service/log.h"

#include <array>
#include <chrono>

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace crossfade {

namespace {

constexpr int PollMs = 1'000;
constexpr std::chrono::seconds ListenTime{3};

bool beginListening(pg_conn *connection, const std::string &channel)
{
    if (!PQsendQuery(connection, ("LISTEN " + channel).c_str())) return false;
    const auto deadline = std::chrono::steady_clock::now() + ListenTime;
    bool good = true;
    for (;;) {
        while (PQisBusy(connection)) {
            if (!waitForPostgres(connection, POLLIN, deadline) || !PQconsumeInput(connection)) return false;
        }
        const PostgresRows answer(PQgetResult(connection));
        if (!answer) return good;
        good = good && PQresultStatus(answer.get()) == PGRES_COMMAND_OK;
    }
}

} // namespace

PostgresListener::PostgresListener(PostgresTarget target, std::string channel, std::function<void()> wake)
    : m_target(std::move(target))
    , m_channel(std::move(channel))
    , m_wake(std::move(wake))
    , m_stopEvent(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_thread([this] { run(); })
{
}

PostgresListener::~PostgresListener()
{
    m_stopping = true;
    const std::uint64_t one = 1;
    static_cast<void>(::write(m_stopEvent, &one, sizeof one));
    m_thread.join();
    ::close(m_stopEvent);
}

void PostgresListener::run()
{
    while (!m_stopping) {
        if (!m_handle) connect();
        m_wake(); // also after a connection was made anew: what was notified meanwhile nobody heard
        waitForNews();
    }
}

void PostgresListener::connect()
{
    auto connection = connectPostgres(m_target, true);
    if (connection && beginListening(connection->get(), m_channel)) {
        m_handle = std::move(*connection);
        m_said = false;
        return;
    }
    if (!std::exchange(m_said, true))
        logWarning("the database is not listened to; looked at each second meanwhile",
                   {{"database", postgresPlace(m_target.url)}});
}

void PostgresListener::waitForNews()
{
    std::array<pollfd, 2> entries{{{m_stopEvent, POLLIN, 0}, {-1, POLLIN, 0}}};
    if (m_handle) entries[1].fd = PQsocket(m_handle.get()); // below zero it is left out
    if (::poll(entries.data(), entries.size(), PollMs) <= 0 || !m_handle || entries[1].revents == 0) return;
    if (takeNotifications()) return;
    logWarning("the connection that listens to the database was lost");
    m_handle.reset();
}

// False: the connection is gone.
bool PostgresListener::takeNotifications()
{
    if (!PQconsumeInput(m_handle.get())) return false;
    while (PGnotify *one = PQnotifies(m_handle.get()))
        PQfreemem(one);
    return PQstatus(m_handle.get()) == CONNECTION_OK;
}

} // namespace crossfade
