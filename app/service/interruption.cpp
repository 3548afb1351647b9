// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/interruption.h"

#include <array>

#include <libpq-fe.h>

namespace crossfade {

namespace {

using InterruptionClock = std::chrono::steady_clock;
constexpr std::chrono::seconds LatestArrival{30};
// The server signals the process of the connection and then its group: one cancel may end two statements.
constexpr int HitsOfACancel = 2;

} // namespace

struct Interruption::Way {
    explicit Way(PGcancel *handle) : cancel(handle) {}
    ~Way() { PQfreeCancel(cancel); }
    Way(const Way &) = delete;
    Way &operator=(const Way &) = delete;

    PGcancel *cancel;
    int underWay = 0;
    int sent = 0; // and not known to have ended something
    InterruptionClock::time_point lastSent{};
};

Interruption::Scope::Scope(Interruption &interruption)
    : m_interruption(interruption)
{
    const std::lock_guard lock(m_interruption.m_mutex);
    ++m_interruption.m_scopes;
}

Interruption::Scope::~Scope()
{
    const std::lock_guard lock(m_interruption.m_mutex);
    if (--m_interruption.m_scopes == 0) m_interruption.m_wanted = false;
}

void Interruption::connected(pg_conn *connection)
{
    PGcancel *cancel = PQgetCancel(connection);
    const std::lock_guard lock(m_mutex);
    m_way = cancel ? std::make_shared<Way>(cancel) : nullptr;
}

void Interruption::forget()
{
    const std::lock_guard lock(m_mutex);
    m_way.reset();
}

void Interruption::interrupt()
{
    std::shared_ptr<Way> way;
    {
        const std::lock_guard lock(m_mutex);
        if (m_scopes == 0) return;
        m_wanted = true;
        // One that is under way says it already; again() sees to it that it is heard.
        if (!m_way || m_way->underWay > 0) return;
        way = m_way;
        ++way->underWay;
    }
    ask(way);
}

void Interruption::again()
{
    std::shared_ptr<Way> way;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_wanted || !m_way || m_way->underWay > 0) return;
        way = m_way;
        ++way->underWay;
    }
    ask(way);
}

// Returns once the server has passed the signal on, or cannot be reached.
void Interruption::ask(const std::shared_ptr<Way> &way)
{
    std::array<char, 256> text{};
    const bool sent = PQcancel(way->cancel, text.data(), static_cast<int>(text.size())) == 1;
    {
        const std::lock_guard lock(m_mutex);
        --way->underWay;
        if (sent) way->sent += HitsOfACancel;
        way->lastSent = InterruptionClock::now();
    }
    m_through.notify_all();
}

bool Interruption::isWanted() const
{
    const std::lock_guard lock(m_mutex);
    return m_wanted;
}

bool Interruption::settle(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    return m_through.wait_for(lock, patience, [this] { return !m_way || m_way->underWay == 0; });
}

bool Interruption::takeLate()
{
    const std::lock_guard lock(m_mutex);
    if (!m_way || m_way->sent == 0 || InterruptionClock::now() - m_way->lastSent > LatestArrival) return false;
    --m_way->sent;
    return true;
}

} // namespace crossfade
