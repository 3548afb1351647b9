// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/lease.h"

#include "app/service/log.h"
#include "app/service/postgreswriter.h"

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds AnswerTime{1'000};
constexpr std::chrono::seconds LeaderSilent{2}; // within a write, once its lease is over

// Milliseconds since 1970 by the database's clock, also within a transaction that has lasted.
const std::string DatabaseNow = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

PostgresTarget impatient(PostgresTarget target)
{
    target.connectTime = AnswerTime;
    target.lockTime = AnswerTime;
    target.statementTime = AnswerTime;
    target.application += " lease";
    return target;
}

} // namespace

Lease::Lease(PostgresTarget target, std::string replica)
    : m_writers(writerFamily(target))
    , m_target(impatient(std::move(target)))
    , m_replica(std::move(replica))
{
}

Lease::~Lease()
{
    stop();
}

void Lease::start()
{
    renew();
    m_thread = std::thread([this] { run(); });
}

void Lease::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_all();
    }
    if (!m_thread.joinable()) return;
    m_thread.join();
    giveBack();
}

void Lease::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, Every, [this] { return m_stopping; })) {
        lock.unlock();
        renew();
        lock.lock();
    }
}

void Lease::renew()
{
    const bool led = leads();
    const auto asked = Clock::now(); // the lease begins at the database no earlier than this
    Result<void> done;
    if (!m_database) {
        auto database = PostgresDatabase::open(m_target, PostgresDatabase::Mode::ReadWrite);
        if (database)
            m_database = std::move(*database);
        else
            done = fail(database.error());
    }
    const bool mayLead = !m_mayLead || m_mayLead();
    if (!mayLead) giveBack();
    if (done && mayLead) done = ask(asked);
    if (done) done = look();
    if (!done && !m_said) logWarning("who leads was not learnt", {{"error", done.error().message}});
    {
        const std::lock_guard lock(m_mutex);
        m_said = !done;
        if (done) m_told = asked;
    }
    if (leads() == led) return;
    logInfo(led ? "no longer the leader" : "the leader", {{"term", knownTerm()}});
    // Whoever led before and stopped within a write would keep the new leader from its first one.
    if (done && !led) static_cast<void>(endStalledWriters(*m_database, m_writers, LeaderSilent));
}

Result<void> Lease::ask(Clock::time_point asked)
{
    std::int64_t before = 0;
    {
        const std::lock_guard lock(m_mutex);
        before = m_term;
    }
    // One statement: the row's lock lets one replica after the other see what the one before it wrote.
    const auto rows = m_database->query(
        "UPDATE leader SET term = CASE WHEN holder = ? AND term = ? THEN term ELSE term + 1 END, holder = ?, "
        "expires_at = " + DatabaseNow + " + ? WHERE holder = ? OR expires_at <= " + DatabaseNow + " RETURNING term",
        {m_replica, before, m_replica, std::int64_t{Length.count()}, m_replica});
    if (!rows) return fail(rows.error());
    const std::lock_guard lock(m_mutex);
    if (rows->empty()) {
        m_validUntil = {};
        return {};
    }
    m_term = rows->front().integer(0);
    m_knownTerm = m_term;
    m_validUntil = asked + Length;
    return {};
}

Result<void> Lease::look()
{
    const auto rows = m_database->query(
        "SELECT term, (SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND "
        "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()) FROM leader",
        {m_target.application});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store has no row for its leader");
    const std::lock_guard lock(m_mutex);
    m_knownTerm = rows->front().integer(0);
    m_others = static_cast<std::size_t>(rows->front().integer(1));
    return {};
}

void Lease::giveBack()
{
    if (!m_database || !leads()) return;
    const std::int64_t term = m_term;
    {
        const std::lock_guard lock(m_mutex);
        m_validUntil = {};
    }
    static_cast<void>(m_database->execute("UPDATE leader SET expires_at = 0 WHERE holder = ? AND term = ?",
                                          {m_replica, term}));
}

std::int64_t Lease::term() const
{
    const std::lock_guard lock(m_mutex);
    return Clock::now() < m_validUntil ? m_term : 0;
}

std::int64_t Lease::knownTerm() const
{
    const std::lock_guard lock(m_mutex);
    return m_knownTerm;
}

std::size_t Lease::others() const
{
    const std::lock_guard lock(m_mutex);
    return m_others;
}

bool Lease::isSilent() const
{
    const std::lock_guard lock(m_mutex);
    return m_said && Clock::now() - m_told >= Length; // a process that stood still itself has yet to ask
}

Result<void> Lease::require(Database &db, std::int64_t term) const
{
    const auto rows = db.query("SELECT 1 FROM leader WHERE term = ? AND holder = ?", {term, m_replica});
    if (!rows) return fail(rows.error());
    if (rows->empty() || term == 0) return fail(ErrorKind::Conflict, "another replica leads by now");
    return {};
}

} // namespace crossfade
