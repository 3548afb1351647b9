// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/loadmix.h"

namespace crossfade {

std::int64_t LoadMix::drawUser(std::int64_t users)
{
    const std::int64_t often = users / 10;
    const bool isOften = often > 0 && m_random.chance(1.0 / 3);
    const std::int64_t first = isOften ? 1 : often + 1;
    const std::int64_t count = isOften ? often : users - often;
    return first + static_cast<std::int64_t>(m_random.below(static_cast<std::uint64_t>(count)));
}

LoadMix::Draw LoadMix::next(std::int64_t users)
{
    Draw draw;
    draw.user = drawUser(users);
    // One in fifty is not active; a handful of tries finds another, whatever the seed.
    for (int tries = 0; tries < 20 && !m_people.isActive(draw.user); ++tries)
        draw.user = drawUser(users);
    draw.signIn = m_random.chance(0.7);
    return draw;
}

int LoadMix::satisfaction(bool ok, double latencyMs)
{
    if (!ok) return 1 + static_cast<int>(m_random.below(2));
    if (latencyMs > 400) return 2 + static_cast<int>(m_random.below(2));
    return 4 + static_cast<int>(m_random.below(2));
}

} // namespace crossfade
