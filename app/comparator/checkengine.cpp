// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/checkengine.h"

#include "app/comparator/runexecution.h"
#include "app/comparator/runparts.h"
#include "app/comparator/runstore.h"
#include "app/comparator/source.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::chrono::seconds LookAtLeastEvery{5};
constexpr std::chrono::milliseconds BetweenLooksForParts{500}; // of workers that died
constexpr std::chrono::milliseconds BetweenProgressOfOthers{250};
constexpr std::int64_t MostRunsTold = 20;

Result<Wish> storedWish(Database &db, const std::string &runId)
{
    const auto rows = db.query("SELECT wish FROM runs WHERE id = ?", {runId});
    if (!rows) return fail(rows.error());
    return rows->empty() ? Wish::None : wishFromWord(rows->front().text(0));
}

} // namespace

CheckEngine::CheckEngine(Context context)
    : m_context(std::move(context))
    , m_holder(m_context.service.leadership().replica())
{
}

CheckEngine::~CheckEngine()
{
    stop();
}

void CheckEngine::start()
{
    if (!m_holder.empty())
        m_context.service.every(runparts::RenewedEvery, [this] { renewParts(); });
    m_thread = std::thread([this] { loop(); });
}

void CheckEngine::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        if (m_current) m_current->ask(Wish::Stop);
        m_woken.notify_all();
    }
    if (m_thread.joinable()) m_thread.join();
}

void CheckEngine::wake()
{
    const std::lock_guard lock(m_mutex);
    m_work = true;
    m_woken.notify_all();
}

void CheckEngine::ask(const std::string &runId, Wish wish)
{
    const std::lock_guard lock(m_mutex);
    if (m_current && m_currentId == runId) m_current->ask(wish);
}

void CheckEngine::loop()
{
    for (;;) {
        {
            std::unique_lock lock(m_mutex);
            const std::chrono::milliseconds wait =
                m_holder.empty() ? LookAtLeastEvery : BetweenLooksForParts;
            m_woken.wait_for(lock, wait, [this] { return m_work || m_stopping; });
            if (m_stopping) return;
            m_work = false;
        }
        while (workOnNext()) {
        }
        closeIdleSources();
    }
}

Result<void> CheckEngine::takeUp(Database &db)
{
    std::string id;
    {
        const std::lock_guard lock(m_mutex);
        m_work = true;
        m_woken.notify_all();
        id = m_currentId;
    }
    if (Result<void> told = tellProgress(db, id); !told) return told;
    if (id.empty()) return {};
    const Result<Wish> wish = storedWish(db, id);
    if (!wish) return fail(wish.error());
    ask(id, *wish);
    return {};
}

// To those who listen here, of the runs that only others work on: progress is not stored.
Result<void> CheckEngine::tellProgress(Database &db, const std::string &own)
{
    const auto now = std::chrono::steady_clock::now();
    if (now < m_tellAt) return {};
    const auto rows = db.query("SELECT " + runColumns() + " FROM runs WHERE state IN ('RUNNING', 'RECHECKING') "
                               "AND id <> ? ORDER BY id LIMIT ?",
                               {own, MostRunsTold});
    if (!rows) return fail(rows.error());
    if (!rows->empty()) m_tellAt = now + BetweenProgressOfOthers;
    for (const SqlRow &row : *rows) {
        const Result<Json> run = runRowJson(db, row);
        if (!run) return fail(run.error());
        m_context.service.broadcast("check.progress", {{"run", *run}});
    }
    return {};
}

// Whoever does not get to this for long enough has lost what it works on.
void CheckEngine::renewParts()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_currentId.empty() || m_renewing) return;
        m_renewing = true;
    }
    m_context.store.write(
        {"check-runner", ""},
        [this](WriteTransaction &tx) -> Result<Json> {
            if (Result<void> done = runparts::renew(tx, m_holder); !done) return fail(done.error());
            return Json();
        },
        [this](const Result<Json> &) {
            const std::lock_guard lock(m_mutex);
            m_renewing = false;
        });
}

bool CheckEngine::workOnNext()
{
    std::optional<RunRecord> run;
    Wish wish = Wish::None;
    auto control = std::make_shared<RunControl>();
    const Result<void> found = m_context.store.read([&](Database &db) -> Result<void> {
        auto next = m_holder.empty() ? nextRun(db)
                                     : nextSharedRun(db, m_holder, m_context.store.environment().now());
        if (!next) return fail(next.error());
        run = std::move(*next);
        return {};
    });
    if (!found) logError("the next run could not be read", {{"error", found.error().message}});
    if (!found || !run) return false;
    const std::string id = run->id;
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) return false;
        m_currentId = id;
        m_current = control;
    }
    // A wish stored before this run was the current one, or before the service ended.
    (void)m_context.store.read([&](Database &db) -> Result<void> {
        wish = storedWish(db, id).value_or(Wish::None);
        return {};
    });
    control->ask(wish);
    const bool ended = RunExecution(m_context, *control, std::move(*run), m_holder).execute();
    const std::lock_guard lock(m_mutex);
    m_current.reset();
    m_currentId.clear();
    return ended && !m_stopping;
}

} // namespace crossfade
