// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/time.h"

#include <deque>
#include <string>

namespace crossfade {

// Observations on their way to the router, oldest first. Holds at most MaxHeld, none older than the
// router takes: while it is down the oldest are dropped and counted.
class ObservationQueue {
public:
    static constexpr std::size_t MaxHeld = 20'000;
    static constexpr std::size_t MaxBatch = 5'000;
    static constexpr Milliseconds MaxAge{100'000};

    void add(Instant at, Json observation);
    // The next batch, taken out; empty if there is nothing.
    struct Entry {
        Instant at;
        Json observation;
    };
    std::deque<Entry> take(Instant now);
    void putBack(std::deque<Entry> batch, Instant now);

    std::size_t size() const { return m_entries.size(); }
    std::int64_t dropped() const { return m_dropped; }
    static std::string body(const std::deque<Entry> &batch); // {"observations": […]}

private:
    void trim(Instant now);

    std::deque<Entry> m_entries;
    std::int64_t m_dropped = 0;
};

} // namespace crossfade
