// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/takeups.h"

#include "app/service/log.h"

#include <utility>

namespace crossfade {

namespace {

constexpr std::int64_t MostTakenEvents = 20'000; // beyond: everything is read anew, clients read from the log

} // namespace

TakeUps::TakeUps(std::int64_t lastEvent, Publish publish)
    : m_publish(std::move(publish))
    , m_lastEvent(lastEvent)
{
}

void TakeUps::begin(Take take)
{
    const std::lock_guard lock(m_mutex);
    m_take = std::move(take);
}

Result<void> TakeUps::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_state;
}

void TakeUps::note(const Result<void> &state)
{
    const std::lock_guard lock(m_mutex);
    if (!state && (m_state || m_state.error() != state.error()))
        logError("what others committed cannot be taken up; no change is accepted", {{"error", state.error().message}});
    m_state = state;
}

Result<void> TakeUps::readEvents(Database &db, std::int64_t newest, TakenUp &taken) const
{
    const std::int64_t after = std::max(m_lastEvent, newest - MostTakenEvents);
    auto read = db.each("SELECT id, type, data FROM events WHERE id > ? ORDER BY id", {after}, [&](const SqlRow &row) {
        taken.events.push_back({row.integer(0), row.text(1), row.text(2)});
        return true;
    });
    if (!read) return read;
    const std::int64_t expected = newest - m_lastEvent;
    if (static_cast<std::int64_t>(taken.events.size()) != expected) taken.all = true;
    return {};
}

Result<void> TakeUps::take(Database &db, TakenUp &taken)
{
    Take act;
    {
        const std::lock_guard lock(m_mutex);
        act = m_take;
    }
    if (!act) { // the service is still being built
        m_missed = true;
        return {};
    }
    taken.all = taken.all || m_missed;
    auto done = act(db, taken);
    if (!done && !taken.all) {
        logWarning("everything is read anew", {{"error", done.error().message}});
        taken.all = true;
        done = act(db, taken);
    }
    m_missed = !done;
    return done;
}

Result<std::int64_t> TakeUps::read(Database &db, std::int64_t after)
{
    const auto clock = db.query("SELECT epoch, event_id FROM clock");
    if (!clock) return fail(clock.error());
    if (clock->empty()) return fail(ErrorKind::Internal, "the store has no clock row");
    TakenUp taken{after, clock->front().integer(0), {}, false};
    const std::int64_t newest = clock->front().integer(1);
    if (taken.to <= after && !m_missed) return after;
    auto done = m_check ? m_check(db) : Result<void>();
    if (done) done = readEvents(db, newest, taken);
    if (done) done = take(db, taken);
    note(done);
    if (!done) return fail(done.error());
    m_count += std::max<std::int64_t>(0, taken.to - after);
    m_lastEvent = newest;
    if (!taken.events.empty()) m_publish(std::move(taken.events));
    return std::max(taken.to, after);
}

} // namespace crossfade
