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
        look();
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, LookAtSyncsEvery, [this] { return m_work; });
        m_work = false;
    }
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
