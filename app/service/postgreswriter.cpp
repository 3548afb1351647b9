// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgreswriter.h"

#include <thread>

namespace crossfade {

namespace {

// A service that has just died, or a connection that was just cut, keeps the lock for a moment.
constexpr std::chrono::seconds ServingWait{5};
constexpr std::chrono::milliseconds ServingPause{50};
constexpr std::chrono::hours WritersKept{30 * 24};

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

Result<void> takeServing(StoreConnection &database)
{
    const auto deadline = std::chrono::steady_clock::now() + ServingWait;
    for (;;) {
        const auto taken =
            database.query("SELECT pg_try_advisory_lock(1131572084, hashtext(current_schema()))");
        if (!taken) return fail(taken.error());
        if (taken->front().integer(0) != 0) return {};
        if (std::chrono::steady_clock::now() >= deadline)
            return fail(ErrorKind::Conflict, "another service is serving this database");
        std::this_thread::sleep_for(ServingPause);
    }
}

PostgresWriter::PostgresWriter(PostgresTarget target, std::string id, bool serves)
    : PostgresDatabase(target, Mode::ReadWrite)
    , m_application(target.application)
    , m_id(std::move(id))
    , m_serves(serves)
{
}

Result<std::unique_ptr<PostgresWriter>> PostgresWriter::open(PostgresTarget target, std::string id, bool serves)
{
    target.application += " writer " + id;
    std::unique_ptr<PostgresWriter> writer(new PostgresWriter(std::move(target), std::move(id), serves));
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
    return m_serves ? takeServing(*this) : Result<void>();
}

Result<void> PostgresWriter::beginWrite()
{
    if (auto begun = PostgresDatabase::beginWrite(); !begun) return begun;
    const auto locked = query("SELECT epoch FROM clock FOR UPDATE");
    if (locked) return {};
    rollback();
    return fail(locked.error());
}

Result<void> PostgresWriter::commit()
{
    const std::string mark = std::to_string(++m_commits);
    const auto marked = execute("UPDATE writer SET mark = ?, at = ? WHERE id = ?", {mark, nowMs(), m_id});
    if (!marked || *marked != 1) {
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
