// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/checkengine.h"

#include "app/comparator/runexecution.h"
#include "app/comparator/source.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::chrono::seconds LookAtLeastEvery{5};

} // namespace

CheckEngine::CheckEngine(Context context)
    : m_context(std::move(context))
{
}

CheckEngine::~CheckEngine()
{
    stop();
}

void CheckEngine::start()
{
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
            m_woken.wait_for(lock, LookAtLeastEvery, [this] { return m_work || m_stopping; });
            if (m_stopping) return;
            m_work = false;
        }
        while (workOnNext()) {
        }
        closeIdleSources();
    }
}

bool CheckEngine::workOnNext()
{
    std::optional<RunRecord> run;
    std::string wish;
    auto control = std::make_shared<RunControl>();
    const Result<void> found = m_context.store.read([&](Database &db) -> Result<void> {
        auto next = nextRun(db);
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
        const auto rows = db.query("SELECT wish FROM runs WHERE id = ?", {id});
        if (rows && !rows->empty()) wish = rows->front().text(0);
        return {};
    });
    if (wish == "CANCEL") control->ask(Wish::Cancel);
    if (wish == "PAUSE") control->ask(Wish::Pause);
    const bool ended = RunExecution(m_context, *control, std::move(*run)).execute();
    const std::lock_guard lock(m_mutex);
    m_current.reset();
    m_currentId.clear();
    return ended && !m_stopping;
}

} // namespace crossfade
