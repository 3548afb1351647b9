// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/transaction.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace crossfade {

// What other processes committed to the store, in the order of their commits.
struct TakenUp {
    std::int64_t after = 0; // of epochs above this one
    std::int64_t to = 0;    // up to this one
    std::vector<StoredEvent> events;
    bool all = false; // they are not the whole of it: everything is to be read anew
};

// Takes up what others committed: first what the service holds in memory, then the events. All but state()
// and count() is called on the writer thread.
class TakeUps {
public:
    using Take = std::function<Result<void>(Database &, const TakenUp &)>;
    using Publish = std::function<void(std::vector<StoredEvent>)>;
    // `lastEvent`: published already.
    TakeUps(std::int64_t lastEvent, Publish publish);

    // Asked before anything is taken up: an error ends it, and every write with it.
    using Check = std::function<Result<void>(Database &)>;
    void setCheck(Check check) { m_check = std::move(check); } // before the writer may ask

    void begin(Take take); // any thread: from now on; what was left out before is made up for
    void published(std::int64_t lastEvent) { m_lastEvent = lastEvent; } // of our own
    // Answers the epoch that was found.
    Result<std::int64_t> read(Database &db, std::int64_t after);

    Result<void> state() const; // of the last time; an error: this process lags behind the store
    std::int64_t count() const { return m_count; } // epochs taken up

private:
    Result<void> readEvents(Database &db, std::int64_t newest, TakenUp &taken) const;
    Result<void> take(Database &db, TakenUp &taken);
    void note(const Result<void> &state);

    const Publish m_publish;
    Check m_check;
    std::int64_t m_lastEvent;
    bool m_missed = false; // something was left out
    std::atomic<std::int64_t> m_count = 0;
    mutable std::mutex m_mutex;
    Take m_take;
    Result<void> m_state;
};

} // namespace crossfade
