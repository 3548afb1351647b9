// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/batchpace.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr double ShortestTime = 0.000'1; // what a clock may miss
constexpr std::int64_t LeastOfShort = 64;
constexpr std::int64_t TellingShare = 4; // of the target, below which a batch is not measured

} // namespace

BatchPace::BatchPace(const Bounds &bounds)
    : m_bounds(bounds)
{
    m_bounds.most = std::max<std::int64_t>(1, m_bounds.most);
    m_bounds.least = std::clamp<std::int64_t>(m_bounds.least, 1, m_bounds.most);
    m_target = std::clamp(m_bounds.start, m_bounds.least, m_bounds.most);
}

void BatchPace::aim(double seconds)
{
    if (seconds < m_bounds.seconds) m_bounds.least = std::min(m_bounds.least, LeastOfShort);
    if (m_speed <= 0) // nothing is known yet but that the first one is to be shorter, too
        m_target = std::clamp(static_cast<std::int64_t>(static_cast<double>(m_target) * seconds / m_bounds.seconds),
                              m_bounds.least, m_bounds.most);
    m_bounds.seconds = seconds;
}

void BatchPace::learn(std::int64_t rows, std::int64_t looked, double seconds)
{
    if (rows <= 0) return;
    const auto now = static_cast<double>(m_target);
    double wanted = now;
    if (rows >= m_target / TellingShare) {
        const double speed = static_cast<double>(rows) / std::max(seconds, ShortestTime);
        m_speed = m_speed > 0 ? (m_speed + speed) / 2 : speed;
        wanted = std::clamp(m_speed * m_bounds.seconds, now / m_bounds.growth, now * m_bounds.growth);
    }
    // As many differences in proportion have to fit into the memory for one batch.
    if (looked > 0)
        wanted = std::min(wanted, static_cast<double>(rows) * static_cast<double>(m_bounds.looked) /
                                      static_cast<double>(looked));
    const auto most = static_cast<double>(m_bounds.most);
    m_target = std::clamp(static_cast<std::int64_t>(std::min(wanted, most)), m_bounds.least, m_bounds.most);
}

} // namespace crossfade
