// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/preview.h"

#include "models/core/ids.h"
#include "models/routing/decisionlines.h"

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

PreviewCounter::Side PreviewCounter::sideOf(const Snapshot &snapshot, const BeforeAfter &pair)
{
    DecisionRequest request;
    request.systemId = pair.systemId;
    request.at = pair.at;
    const DecisionLines lines(snapshot, request);
    const auto first = [&](std::initializer_list<Line> some) -> std::optional<Served> {
        for (const Line line : some) {
            Decision decision;
            if (lines.apply(line, decision))
                return Served{decision.platform, decision.primary, decision.reason};
        }
        return std::nullopt;
    };
    Side side;
    side.snapshot = &snapshot;
    side.places.resize(snapshot.groups().size());
    side.always = first({Line::MasterLegacy, Line::MasterNew});
    side.rules = first({Line::SystemRule, Line::TimeRule});
    side.cover = snapshot.policyFor(lines.request().systemId);
    if (!side.cover) side.otherwise = first({Line::Default});
    return side;
}

PreviewCounter::PreviewCounter(const BeforeAfter &pair)
    : m_pair(pair)
    , m_before(sideOf(pair.before, pair))
    , m_after(sideOf(pair.after, pair))
    , m_sameRules(pair.before.sharesUserRulesWith(pair.after))
    , m_sameSalt(m_before.cover && m_after.cover && m_before.cover->salt == m_after.cover->salt)
    , m_sameGroups(pair.before.sharesGroupsWith(pair.after))
{
}

// Lines 7 and 8c; the other lines 8 are about entities.
std::optional<PreviewCounter::Served> PreviewCounter::byList(const Side &side, std::string_view userId)
{
    const Snapshot &snapshot = *side.snapshot;
    if (snapshot.switches().holdInconsistent && snapshot.heldUsers().contains(userId))
        return Served{Platform::Legacy, Platform::Legacy, Reason::HeldInconsistent};
    if (snapshot.grayLists().naming(GrayKind::User, userId))
        return Served{Platform::New, Platform::New, Reason::GrayList};
    return std::nullopt;
}

GroupHit PreviewCounter::groupOf(Side &side, std::string_view userId)
{
    const std::vector<GroupCover> &groups = side.snapshot->groups();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (const GroupHit hit = hitOf(groups[i], userId, side.places[i]); hit.group) return hit;
    }
    return {};
}

Move PreviewCounter::move(std::string_view userId, const RuleHit &before, const RuleHit &after)
{
    if (!isValidId(userId)) return moveOf(m_pair, userId);
    const GroupHit inBefore = groupOf(m_before, userId);
    const GroupHit inAfter = m_sameGroups ? inBefore : groupOf(m_after, userId);
    std::optional<std::int32_t> known;
    const auto bucketOf = [&](const PolicyCover &cover) {
        if (!known || !m_sameSalt) known = stickyBucket(userId, cover.salt);
        return *known;
    };
    const auto served = [&](const Side &side, const RuleHit &hit, const GroupHit &group) -> Served {
        if (side.always) return *side.always;
        // A rule that says BOTH: LEGACY's answer counts.
        if (hit.rule)
            return {hit.platform, hit.platform == Platform::Both ? Platform::Legacy : hit.platform,
                    Reason::UserRule};
        if (side.rules) return *side.rules;
        if (const auto listed = byList(side, userId)) return *listed;
        if (group.group) return {group.platform(), group.platform(), Reason::UserGroup};
        if (side.otherwise) return *side.otherwise;
        const Platform target = side.cover->targetPlatform;
        const bool moved = bucketOf(*side.cover) < side.cover->percentage.hundredths();
        const Platform platform = moved ? target : otherPlatform(target);
        return {platform, platform, Reason::Percentage};
    };
    const Served was = served(m_before, before, inBefore);
    const Served is = served(m_after, after, inAfter);
    Move move{Direction::None, was.platform, is.platform, is.reason};
    if (was.primary != is.primary)
        move.direction = is.primary == Platform::New ? Direction::ToNew : Direction::ToLegacy;
    return move;
}

Direction PreviewCounter::add(std::string_view userId)
{
    Direction direction = Direction::None;
    add(std::span(&userId, 1), std::span(&direction, 1));
    return direction;
}

void PreviewCounter::add(std::span<const std::string_view> userIds, std::span<Direction> directions)
{
    std::array<RuleHit, AtOnce> before{};
    std::array<RuleHit, AtOnce> after{};
    m_pair.before.userRulesAt(userIds, m_pair.at, before);
    if (!m_sameRules) m_pair.after.userRulesAt(userIds, m_pair.at, after);
    for (std::size_t i = 0; i < userIds.size(); ++i)
        directions[i] = count(userIds[i], move(userIds[i], before[i], m_sameRules ? before[i] : after[i]));
}

Direction PreviewCounter::count(std::string_view userId, const Move &move)
{
    ++m_users;
    if (move.reason == Reason::HeldInconsistent) ++m_held;
    if (move.direction == Direction::None) return move.direction;
    DirectionCount &count = move.direction == Direction::ToNew ? m_toNew : m_toLegacy;
    ++count.count;
    ++count.byReason[static_cast<std::size_t>(move.reason)];
    if (count.sample.size() < SampleSize) count.sample.emplace_back(userId);
    return move.direction;
}

} // namespace crossfade
