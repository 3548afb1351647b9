// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/observations.h"

#include <algorithm>
#include <iterator>

namespace crossfade {

void ObservationQueue::add(Instant at, Json observation)
{
    if (m_entries.size() >= MaxHeld) {
        m_entries.pop_front();
        ++m_dropped;
    }
    m_entries.push_back({at, std::move(observation)});
}

void ObservationQueue::trim(Instant now)
{
    while (!m_entries.empty() &&
           (m_entries.size() > MaxHeld || m_entries.front().at + MaxAge < now)) {
        m_entries.pop_front();
        ++m_dropped;
    }
}

std::deque<ObservationQueue::Entry> ObservationQueue::take(Instant now)
{
    trim(now);
    const auto count = static_cast<std::ptrdiff_t>(std::min(m_entries.size(), MaxBatch));
    const auto end = m_entries.begin() + count;
    std::deque<Entry> batch(std::make_move_iterator(m_entries.begin()),
                            std::make_move_iterator(end));
    m_entries.erase(m_entries.begin(), end);
    return batch;
}

void ObservationQueue::putBack(std::deque<Entry> batch, Instant now)
{
    m_entries.insert(m_entries.begin(), std::make_move_iterator(batch.begin()),
                     std::make_move_iterator(batch.end()));
    trim(now);
}

std::string ObservationQueue::body(const std::deque<Entry> &batch)
{
    Json list = Json::array();
    for (const Entry &entry : batch)
        list.push_back(entry.observation);
    return dumpJson({{"observations", std::move(list)}});
}

} // namespace crossfade
