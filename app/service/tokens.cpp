// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/tokens.h"

#include "app/service/crypto.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr int MostLooksASecond = 100;
constexpr std::size_t MostLookers = 100; // while the store does not answer

std::set<Role> parseRoles(const std::string &words)
{
    std::set<Role> roles;
    std::size_t start = 0;
    while (start <= words.size()) {
        const std::size_t comma = std::min(words.find(',', start), words.size());
        if (const auto role = roleFromWord(words.substr(start, comma - start))) roles.insert(*role);
        start = comma + 1;
    }
    // Whoever may act may also look.
    if (roles.contains(Role::Operator) || roles.contains(Role::Approver) ||
        roles.contains(Role::Admin))
        roles.insert(Role::Viewer);
    return roles;
}

} // namespace

Result<void> TokenBook::start()
{
    auto reader = m_store.openReader();
    if (!reader) return fail(reader.error());
    m_reader = std::move(*reader);
    auto table = load(*m_reader);
    if (!table) return fail(table.error());
    set(*table);
    m_thread = std::thread([this] { runLooks(); });
    return {};
}

TokenBook::~TokenBook()
{
    {
        const std::lock_guard lock(m_lookMutex);
        m_stopping = true;
        m_lookWake.notify_one();
    }
    if (m_thread.joinable()) m_thread.join();
}

std::shared_ptr<const TokenBook::Table> TokenBook::table() const
{
    const std::lock_guard lock(m_mutex);
    return m_table;
}

void TokenBook::set(std::shared_ptr<const Table> table)
{
    const std::lock_guard lock(m_mutex);
    m_table = std::move(table);
}

Result<std::shared_ptr<const TokenBook::Table>> TokenBook::load(Database &reader) const
{
    auto table = std::make_shared<Table>();
    auto done = reader.each(
        "SELECT id, hash, subject, roles, expires_at FROM tokens WHERE revoked_at IS NULL", {},
        [&](const SqlRow &row) {
            Token token{row.text(0), row.text(2), parseRoles(row.text(3)), {}};
            if (!row.isNull(4)) token.expires = instantFromMs(row.integer(4));
            table->expiresById.emplace(token.id, token.expires);
            table->byHash.emplace(row.text(1), std::move(token));
            return true;
        });
    if (!done) return fail(done.error());
    return std::shared_ptr<const Table>(std::move(table));
}

void TokenBook::reload()
{
    auto done = m_store.read([&](Database &reader) -> Result<void> {
        auto table = load(reader);
        if (!table) return fail(table.error());
        set(*table);
        return {};
    });
    if (!done) logWarning("the tokens were not read", {{"error", done.error().message}});
}

bool TokenBook::look(std::function<void()> looked)
{
    // A bounded count of looks a second: guessing tokens must not become a load on the store.
    const Instant second = std::chrono::floor<Seconds>(m_store.environment().now());
    if (second != m_lookSecond) m_looks = 0;
    m_lookSecond = second;
    if (++m_looks > MostLooksASecond) return false;
    const std::lock_guard lock(m_lookMutex);
    if (m_ended || m_lookers.size() >= MostLookers) return false;
    m_lookers.push_back(std::move(looked));
    m_lookWake.notify_one();
    return true;
}

void TokenBook::endLooks()
{
    const std::lock_guard lock(m_lookMutex);
    m_ended = true;
    m_lookers.clear();
}

void TokenBook::runLooks()
{
    std::unique_lock lock(m_lookMutex);
    for (;;) {
        m_lookWake.wait(lock, [this] { return m_stopping || !m_lookers.empty(); });
        if (m_stopping) return;
        // Those that come while the store is asked are for the next look: it may have been asked before they came.
        const std::size_t served = m_lookers.size();
        lock.unlock();
        reloadIfChanged();
        lock.lock();
        // Under the lock, for endLooks(): they only pass the word on.
        const auto end = m_lookers.begin() + static_cast<std::ptrdiff_t>(std::min(served, m_lookers.size()));
        std::for_each(m_lookers.begin(), end, [](const auto &looked) { looked(); });
        m_lookers.erase(m_lookers.begin(), end);
    }
}

void TokenBook::reloadIfChanged()
{
    if (!m_reader->beginRead()) return;
    const auto clock = m_reader->query("SELECT epoch FROM clock");
    if (clock && !clock->empty() && clock->front().integer(0) != m_epoch) {
        if (auto table = load(*m_reader)) {
            m_epoch = clock->front().integer(0);
            set(*table);
        }
    }
    m_reader->rollback();
}

TokenBook::Found TokenBook::find(const std::string &text) const
{
    const auto current = table();
    const auto it = current->byHash.find(sha256Hex(text));
    if (it == current->byHash.end()) return {};
    const Token &token = it->second;
    if (token.expires && *token.expires <= m_store.environment().now()) return {true, std::nullopt};
    return {true, token};
}

bool TokenBook::isValid(const std::string &id) const
{
    const auto current = table();
    const auto it = current->expiresById.find(id);
    if (it == current->expiresById.end()) return false;
    return !it->second || *it->second > m_store.environment().now();
}

} // namespace crossfade
