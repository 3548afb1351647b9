// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgreswriter.h"

#include "app/service/log.h"

#include <thread>

namespace crossfade {

namespace {

// A service that has just died, or a connection that was just cut, keeps the lock for a moment.
constexpr std::chrono::seconds ServingWait{5};
constexpr std::chrono::milliseconds ServingPause{50};
constexpr std::chrono::hours WritersKept{30 * 24};
// A process that says nothing for so long within a write stands still.
constexpr std::chrono::seconds StalledAfter{4};
// How often a large change asks whether it is waited for elsewhere.
constexpr std::chrono::milliseconds HurryPause{50};

std::int64_t nowMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// The row of this process in table `writer`; those of long gone ones are removed.
Result<void> enter(Database &database, const std::string &id)
{
    auto forgotten = database.execute("DELETE FROM writer WHERE at < ?",
                                      {nowMs() - std::chrono::milliseconds(WritersKept).count()});
    if (!forgotten) return fail(forgotten.error());
    auto entered = database.execute("INSERT INTO writer (id, at, mark) VALUES (?, ?, '')", {id, nowMs()});
    if (!entered) return fail(entered.error());
    return {};
}

} // namespace

Result<void> takeServing(StoreConnection &database, Serving serving)
{
    const std::string take = serving == Serving::Shared ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
    const auto deadline = std::chrono::steady_clock::now() + ServingWait;
    for (;;) {
        const auto taken = database.query("SELECT " + take + "(1131572084, hashtext(current_schema()))");
        if (!taken) return fail(taken.error());
        if (taken->front().integer(0) != 0) return {};
        if (std::chrono::steady_clock::now() >= deadline)
            return fail(ErrorKind::Conflict, serving == Serving::Alone
                                                 ? "another service is serving this database"
                                                 : "this database is being put in another's place");
        std::this_thread::sleep_for(ServingPause);
    }
}

std::string writerFamily(const PostgresTarget &target)
{
    return target.application + " writer ";
}

Result<bool> endStalledWriters(Database &database, const std::string &family, std::chrono::seconds silent)
{
    const auto ended = database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                      "starts_with(application_name, ?) AND datname = current_database() AND "
                                      "usename = current_user AND pid <> pg_backend_pid() AND "
                                      "state LIKE 'idle in transaction%' AND "
                                      "state_change < clock_timestamp() - CAST(? AS interval)",
                                      {family, std::to_string(silent.count()) + " seconds"});
    if (!ended) return fail(ended.error());
    if (!ended->empty()) logWarning("a process that stood still within a write has lost it");
    return !ended->empty();
}

PostgresWriter::PostgresWriter(PostgresTarget target, std::string family, std::string id, bool serves)
    : PostgresDatabase(target, Mode::ReadWrite)
    , m_application(target.application)
    , m_family(std::move(family))
    , m_id(std::move(id))
    , m_serves(serves)
{
}

Result<std::unique_ptr<PostgresWriter>> PostgresWriter::open(PostgresTarget target, std::string id, bool serves)
{
    std::string family = writerFamily(target);
    target.application = family + id;
    std::unique_ptr<PostgresWriter> writer(
        new PostgresWriter(std::move(target), std::move(family), std::move(id), serves));
    if (auto connected = writer->ensureConnected(); !connected) return fail(connected.error());
    if (auto entered = enter(*writer, writer->m_id); !entered) return fail(entered.error());
    return writer;
}

Result<void> PostgresWriter::greet()
{
    // What a lost connection left at the server still holds its locks: nobody waits for it any more.
    auto ended = query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ? "
                       "AND usename = current_user AND pid <> pg_backend_pid()",
                       {m_application});
    if (!ended) return fail(ended.error());
    return m_serves ? takeServing(*this, Serving::Shared) : Result<void>();
}

Result<void> PostgresWriter::beginWrite()
{
    auto locked = lockClock();
    if (locked || !isConnected()) return locked;
    const auto ended = endStalledWriters(*this, m_family, StalledAfter); // the wait for the row was in vain
    return ended && *ended ? lockClock() : locked;
}

Result<void> PostgresWriter::lockClock()
{
    m_epochFound.reset();
    if (auto begun = PostgresDatabase::beginWrite(); !begun) return begun;
    const auto locked = query("SELECT epoch FROM clock FOR UPDATE");
    if (!locked) {
        rollback();
        return fail(locked.error());
    }
    if (m_serves && !locked->empty()) m_epochFound = locked->front().integer(0);
    return {};
}

bool PostgresWriter::isHurried()
{
    if (!m_serves) return false;
    if (std::chrono::steady_clock::now() < m_nextHurryLook) return m_hurried;
    const std::string lock(HurryLock);
    const auto free = query("SELECT CASE WHEN pg_try_advisory_lock(" + lock + ") THEN pg_advisory_unlock(" + lock +
                            ") ELSE false END");
    m_hurried = free && !free->empty() && free->front().integer(0) == 0;
    m_nextHurryLook = std::chrono::steady_clock::now() + HurryPause;
    return m_hurried;
}

Result<void> PostgresWriter::commit()
{
    const std::string mark = std::to_string(++m_commits);
    const auto marked = query(std::string("UPDATE writer SET mark = ?, at = ? WHERE id = ? RETURNING pg_notify('") +
                                  CommitChannel + "', '')",
                              {mark, nowMs(), m_id});
    if (!marked || marked->size() != 1) {
        rollback();
        if (!marked) return fail(marked.error());
        // Forgotten after a long rest. It must stand there before a commit may depend on it.
        if (auto entered = enter(*this, m_id); !entered) return entered;
        return fail(ErrorKind::Unavailable, "the change was not stored; try again");
    }
    auto done = PostgresDatabase::commit();
    if (!done && !isConnected()) m_unknown = mark;
    return done;
}

Result<bool> PostgresWriter::settleCommit()
{
    if (auto begun = PostgresDatabase::beginWrite(); !begun) return fail(begun.error());
    const auto rows = query("SELECT mark FROM writer WHERE id = ? FOR UPDATE", {m_id});
    rollback();
    if (!rows) return fail(rows.error());
    const bool stored = !rows->empty() && rows->front().text(0) == m_unknown;
    m_unknown.clear();
    return stored;
}

} // namespace crossfade
