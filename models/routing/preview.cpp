// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/preview.h"

namespace crossfade {

Move moveOf(const BeforeAfter &pair, std::string_view userId)
{
    DecisionRequest request;
    request.userId = userId;
    request.systemId = pair.systemId;
    request.at = pair.at;
    const Decision before = decide(pair.before, request);
    const Decision after = decide(pair.after, request);
    Move move{Direction::None, before.platform, after.platform, after.reason};
    if (before.primary != after.primary)
        move.direction = after.primary == Platform::New ? Direction::ToNew : Direction::ToLegacy;
    return move;
}

Direction PreviewCounter::add(std::string_view userId)
{
    ++m_users;
    const Move move = moveOf(m_pair, userId);
    if (move.direction == Direction::None) return move.direction;
    DirectionCount &count = move.direction == Direction::ToNew ? m_toNew : m_toLegacy;
    ++count.count;
    ++count.byReason[static_cast<std::size_t>(move.reason)];
    if (count.sample.size() < SampleSize) count.sample.emplace_back(userId);
    return move.direction;
}

} // namespace crossfade
