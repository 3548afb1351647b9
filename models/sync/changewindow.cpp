// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/changewindow.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostSeen = 200'000; // then all above the mark are looked at once more
constexpr int MomentsAWindow = 32;

} // namespace

void ChangeWindow::begin(std::optional<std::int64_t> mark, Time now, Time window)
{
    m_window = window;
    m_taken.clear();
    for (; !m_highs.empty() && m_highs.front().first + window <= now; m_highs.pop_front())
        m_expired = m_highs.front().second;
    m_mark = mark;
    if (m_expired && (!m_mark || *m_expired > *m_mark)) m_mark = m_expired;
}

bool ChangeWindow::take(std::int64_t number)
{
    if (m_mark && number > *m_mark && number - 1 == *m_mark) m_mark = number;
    if (m_seen.contains(number)) return false;
    m_taken.push_back(number);
    return true;
}

std::optional<std::int64_t> ChangeWindow::end(Time now)
{
    for (const std::int64_t number : m_taken) {
        m_highest = std::max(m_highest.value_or(number), number);
        m_seen.insert(number);
    }
    m_taken.clear();
    if (m_mark) m_seen.erase(m_seen.begin(), m_seen.upper_bound(*m_mark));
    if (m_seen.size() > MostSeen) m_seen.clear();
    const bool isHigher = m_highest && (m_highs.empty() || *m_highest > m_highs.back().second) &&
                          (!m_mark || *m_highest > *m_mark);
    // A little later than it was seen is late enough.
    if (isHigher && (m_highs.empty() || now - m_highs.back().first >= m_window / MomentsAWindow))
        m_highs.emplace_back(now, *m_highest);
    return m_mark;
}

} // namespace crossfade
