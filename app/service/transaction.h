// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/auditchain.h"
#include "app/service/storeconnection.h"
#include "app/service/store.h"

#include <vector>

namespace crossfade {

struct StoredEvent {
    std::int64_t id = 0;
    std::string type;
    std::string data; // compact JSON
};

// One work's share of a group commit, between a savepoint and its release.
class StoreTransaction : public WriteTransaction {
public:
    StoreTransaction(StoreConnection &database, const Environment &environment, Actor actor);

    Result<void> begin();  // advances the clock row; nothing else may come before it
    Result<void> finish(); // stores the clock's new values

    Database &db() override { return m_database; }
    Instant now() const override { return m_now; }
    std::string newId() override { return m_environment.newId(); }
    std::int64_t epoch() const override { return m_epoch; }
    const Actor &actor() const override { return m_actor; }
    void emit(std::string_view type, Json data) override;
    void audit(AuditEntry entry) override;
    void afterCommit(std::function<void()> act) override { m_acts.push_back(std::move(act)); }
    bool isWaitedFor() override;
    // How that is found out; without it nobody is waited for.
    void setWaiting(std::function<bool()> waiting) { m_waiting = std::move(waiting); }
    bool gaveWay() const { return m_gaveWay; } // isWaitedFor() said so

    const ChainHead &head() const { return m_head; }
    const ChainHead &headBefore() const { return m_headBefore; }
    std::vector<StoredEvent> takeEvents() { return std::move(m_events); }
    std::vector<std::function<void()>> takeActs() { return std::move(m_acts); }

private:
    StoreConnection &m_database;
    const Environment &m_environment;
    Actor m_actor;
    Instant m_now;
    std::int64_t m_epoch = 0;
    std::int64_t m_eventId = 0;
    ChainHead m_head;
    ChainHead m_headBefore;
    bool m_clockMoved = false;
    std::function<bool()> m_waiting;
    bool m_gaveWay = false;
    Result<void> m_state; // the first failed statement of emit() or audit()
    std::vector<StoredEvent> m_events;
    std::vector<std::function<void()>> m_acts;
};

} // namespace crossfade
