// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncengine.h"

#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::seconds LookAtSyncsEvery{5};

} // namespace

SyncEngine::SyncEngine(Context context)
    : m_context(std::move(context))
{
}

SyncEngine::~SyncEngine()
{
    stop();
}

void SyncEngine::start()
{
    m_workers = std::make_unique<SyncWorkers>();
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

void SyncEngine::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
    for (const auto &[id, follower] : m_followers)
        follower->askToStop(); // all at once, then each is waited for
    m_followers.clear();
    m_workers.reset();
}

void SyncEngine::wake()
{
    const std::lock_guard lock(m_mutex);
    m_work = true;
    m_woken.notify_all();
}

void SyncEngine::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        const std::int64_t term = m_context.service.leadership().term();
        if (term != m_context.term) leave(term);
        if (term != 0 && isLookDue()) look();
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, BetweenAskingWhoLeads, [this] { return m_work && m_context.term != 0; });
    }
}

// Another leads by now, or this process does anew: what is under way belongs to the term before.
void SyncEngine::leave(std::int64_t term)
{
    for (const auto &[id, follower] : m_followers)
        follower->askToStop();
    m_followers.clear();
    m_context.term = term;
    const std::lock_guard lock(m_mutex);
    m_work = true;
}

bool SyncEngine::isLookDue()
{
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(m_mutex);
    if (!m_work && now < m_lookAt) return false;
    m_work = false;
    m_lookAt = now + LookAtSyncsEvery;
    return true;
}

void SyncEngine::look()
{
    std::vector<std::string> active;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        Result<std::vector<std::string>> found = activeSyncs(db);
        if (!found) return fail(found.error());
        active = std::move(*found);
        return {};
    });
    if (!read) {
        logError("the syncs could not be read", {{"error", read.error().message}});
        return;
    }
    std::erase_if(m_followers, [&](const auto &known) { return std::ranges::find(active, known.first) == active.end(); });
    for (const std::string &id : active) {
        const auto known = m_followers.find(id);
        if (known != m_followers.end())
            known->second->wake();
        else if (m_followers.size() < MostActiveSyncs)
            m_followers.emplace(id, std::make_unique<SyncFollower>(m_context, *m_workers, id));
    }
}

} // namespace crossfade
