// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/hurry.h"

#include "app/service/log.h"
#include "app/service/postgreswriter.h"

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds HurryTime{1'000};

PostgresTarget hurried(PostgresTarget target)
{
    target.connectTime = HurryTime;
    target.lockTime = HurryTime;
    target.statementTime = HurryTime;
    target.application += " hurry";
    return target;
}

} // namespace

Hurry::Hurry(PostgresTarget target)
    : m_target(hurried(std::move(target)))
    , m_thread([this] { run(); })
{
}

Hurry::~Hurry()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_all();
    }
    m_thread.join(); // the lock goes with the connection
}

void Hurry::set(bool hurries)
{
    const std::lock_guard lock(m_mutex);
    m_wanted = hurries;
    m_wake.notify_all();
}

void Hurry::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        if (m_wanted == m_holds) {
            m_wake.wait(lock);
            continue;
        }
        const bool wanted = m_wanted;
        lock.unlock();
        apply(wanted);
        lock.lock();
        // Not got: a moment later again, as long as it is wanted.
        if (m_wanted == wanted && m_holds != wanted) m_wake.wait_for(lock, HurryTime, [this] { return m_stopping; });
    }
}

void Hurry::apply(bool hurries)
{
    if (!m_database) {
        auto database = PostgresDatabase::open(m_target, PostgresDatabase::Mode::ReadOnly);
        if (!database) {
            logWarning("large changes elsewhere were not asked to give way", {{"error", database.error().message}});
            return;
        }
        m_database = std::move(*database);
    }
    const std::string act = hurries ? "pg_advisory_lock_shared" : "pg_advisory_unlock_shared";
    const auto done = m_database->query("SELECT 1 FROM " + act + "(" + HurryLock + ")");
    if (done) {
        m_holds = hurries;
        return;
    }
    m_database.reset(); // and with it the lock
    m_holds = false;
}

} // namespace crossfade
