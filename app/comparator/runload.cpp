// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Between batches a run gives way: to those who want something of it, to the limits of its rows and of its databases, and
// to a database that says it has enough to do.
#include "app/comparator/runexecution.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds LimitLook{500}; // between two looks at a limit that is waited for
constexpr std::chrono::milliseconds LoadLook{1'000}; // at how busy a database is
constexpr std::chrono::seconds LoadAnswer{2};

std::string waitWord(Platform side)
{
    return side == Platform::Legacy ? "LOAD_LEGACY" : "LOAD_NEW";
}

Error ofLoadQuery(Platform side, const Error &error)
{
    Error named = error;
    named.message = "the load query of " + std::string(platformWord(side)) + ": " + error.message;
    return named;
}

} // namespace

// Whoever changes a source changes the runs that are under way.
Result<void> RunExecution::readThrottles()
{
    return m_context.store.read([&](Database &db) -> Result<void> {
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            const Result<SourceThrottle> found = loadThrottle(db, m_sources->mapping.table(side).sourceId);
            if (!found) return fail(found.error());
            (side == Platform::Legacy ? m_legacyThrottle : m_newThrottle) = *found;
        }
        return {};
    });
}

std::optional<std::chrono::milliseconds> RunExecution::statementTime() const
{
    return shorterOf(m_legacyThrottle.statement, m_newThrottle.statement);
}

// Between batches: gives way to a wish, and waits as long as the limit of rows a second asks. One that is changed meanwhile
// is the one that counts.
Result<void> RunExecution::throttle(std::int64_t rows, Clock::time_point since)
{
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since);
    while (m_run.rowsLimit) {
        const Result<std::optional<std::int64_t>> limit = limitNow();
        if (!limit) return fail(limit.error());
        if (!*limit) break;
        const std::chrono::milliseconds due(rows * 1'000 / **limit);
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since);
        if (due <= spent || m_control.wishWithin(std::min(due - spent, LimitLook))) break;
    }
    if (Result<void> read = readThrottles(); !read) return read;
    (void)m_control.wishWithin(restAfter(took, statementTime()));
    if (Result<void> none = wished(); !none) return none;
    return awaitLoad();
}

// A database that does not answer in time has enough to do. None: it was so.
Result<std::optional<double>> RunExecution::askLoad(Platform side, const LoadQuery &query) const
{
    SourceSettings settings = m_sources->side(side);
    settings.statementTimeout = LoadAnswer;
    const Result<SourceLoan> source = lendSource(settings, Access::Read);
    if (!source) return fail(ofLoadQuery(side, source.error()));
    const Result<double> answer = (*source)->number(query.sql);
    if (!answer && answer.error().kind == ErrorKind::Timeout) return std::optional<double>();
    if (!answer) return fail(ofLoadQuery(side, answer.error()));
    return std::optional(*answer);
}

// Asked once a second at most. There is no bound to how long a database may have better things to do: what the run waits
// for is told, and it can be paused or cancelled, and its source's query changed, all the while.
Result<void> RunExecution::awaitLoad()
{
    if (Clock::now() - m_loadLookedAt < LoadLook) return {};
    for (;;) {
        std::string waitsFor;
        std::optional<double> told;
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            const SourceThrottle &throttle = side == Platform::Legacy ? m_legacyThrottle : m_newThrottle;
            if (!throttle.load) continue;
            const Result<std::optional<double>> answer = askLoad(side, *throttle.load);
            if (!answer) return fail(answer.error());
            if (!isTooMuch(*throttle.load, *answer)) continue;
            waitsFor = waitWord(side);
            told = *answer;
            break;
        }
        m_loadLookedAt = Clock::now();
        if (Result<void> noted = noteWait(waitsFor, told); !noted) return noted;
        if (waitsFor.empty()) return {};
        (void)m_control.wishWithin(LoadLook);
        if (Result<void> none = wished(); !none) return none;
        if (Result<void> read = readThrottles(); !read) return read;
    }
}

// Also keeps what it has of a run that others work on.
Result<void> RunExecution::noteWait(const std::string &waitsFor, std::optional<double> told)
{
    if (waitsFor.empty() && m_waitsFor.empty()) return {};
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> held = holdPart(tx); !held) return fail(held.error());
        const auto done = tx.db().execute("UPDATE runs SET waiting_for = ?, load_value = ?, version = version + 1 WHERE id = ?",
                                          {waitsFor, told ? SqlValue(*told) : SqlValue(nullptr), m_run.id});
        if (!done) return fail(done.error());
        return runJson(tx.db(), m_run.id);
    });
    if (!stored) return fail(stored.error());
    // What was read before it says nothing about how long the rest takes.
    m_paceRows = 0;
    m_paceSince = Clock::now();
    if (waitsFor != m_waitsFor) m_lastProgress.reset();
    m_waitsFor = waitsFor;
    progress(*stored);
    return {};
}

} // namespace crossfade
