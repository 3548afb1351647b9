// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/preview.h"

#include "models/core/ids.h"
#include "models/routing/decisionlines.h"

#include <algorithm>

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
    side.holds = snapshot.switches().holdInconsistent && snapshot.heldUsers().size() > 0;
    side.lists = std::ranges::any_of(snapshot.grayLists().all(), [](const GrayLists::One &one) {
        return one.list->kind == GrayKind::User;
    });
    return side;
}

PreviewCounter::PreviewCounter(const BeforeAfter &pair)
    : m_pair(pair)
    , m_before(sideOf(pair.before, pair))
    , m_after(sideOf(pair.after, pair))
    , m_sameRules(pair.before.sharesUserRulesWith(pair.after))
    , m_sameSalt(m_before.cover && m_after.cover && m_before.cover->salt == m_after.cover->salt)
    , m_sameGroups(pair.before.sharesGroupsWith(pair.after))
    , m_sameMembers(std::ranges::equal(pair.before.groups(), pair.after.groups(), {}, &GroupCover::members,
                                       &GroupCover::members))
    , m_shareAlone(differsByShareAlone())
{
}

// Then all others are served as before, whatever serves them.
bool PreviewCounter::differsByShareAlone() const
{
    const auto plain = [](const Side &side) {
        return side.cover && !side.always && !side.rules && !side.holds && !side.lists;
    };
    return plain(m_before) && plain(m_after) && m_sameRules && m_sameGroups && m_sameSalt &&
           m_before.cover->targetPlatform == m_after.cover->targetPlatform;
}

// Lines 7 and 8c; the other lines 8 are about entities.
std::optional<PreviewCounter::Served> PreviewCounter::byList(const Side &side, std::string_view userId)
{
    if (side.holds && side.snapshot->heldUsers().contains(userId))
        return Served{Platform::Legacy, Platform::Legacy, Reason::HeldInconsistent};
    if (side.lists && side.snapshot->grayLists().naming(GrayKind::User, userId))
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

PreviewCounter::Served PreviewCounter::served(const Side &side, std::string_view userId, const RuleHit &rule,
                                              const GroupHit &group, std::int32_t bucket)
{
    if (side.always) return *side.always;
    // A rule that says BOTH: LEGACY's answer counts.
    if (rule.rule)
        return {rule.platform, rule.platform == Platform::Both ? Platform::Legacy : rule.platform, Reason::UserRule};
    if (side.rules) return *side.rules;
    if (side.holds || side.lists) {
        if (const auto listed = byList(side, userId)) return *listed;
    }
    if (group.group) return {group.platform(), group.platform(), Reason::UserGroup};
    if (side.otherwise) return *side.otherwise;
    const Platform target = side.cover->targetPlatform;
    const Platform platform = bucket < side.cover->percentage.hundredths() ? target : otherPlatform(target);
    return {platform, platform, Reason::Percentage};
}

Move PreviewCounter::move(std::size_t i) const
{
    const Served was = served(m_before, m_ids[i], m_rulesBefore[i], m_groupsBefore[i], m_bucketsBefore[i]);
    const Served is = served(m_after, m_ids[i], m_sameRules ? m_rulesBefore[i] : m_rulesAfter[i], m_groupsAfter[i],
                             m_sameSalt ? m_bucketsBefore[i] : m_bucketsAfter[i]);
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
    if (std::ranges::all_of(userIds, isValidId)) return addKnown(userIds, directions);
    for (std::size_t i = 0; i < userIds.size(); ++i) {
        if (isValidId(userIds[i])) {
            addKnown(userIds.subspan(i, 1), directions.subspan(i, 1));
        } else {
            ++m_users;
            directions[i] = count(userIds[i], moveOf(m_pair, userIds[i]));
        }
    }
}

void PreviewCounter::addKnown(std::span<const std::string_view> userIds, std::span<Direction> directions)
{
    m_users += userIds.size();
    m_taken = 0;
    if (m_shareAlone) {
        std::ranges::fill(directions.first(userIds.size()), Direction::None);
        takeBetween(userIds);
    } else {
        for (std::size_t i = 0; i < userIds.size(); ++i)
            take(userIds[i], i);
    }
    if (m_taken > 0) look(directions);
}

void PreviewCounter::take(std::string_view userId, std::size_t place)
{
    m_ids[m_taken] = userId;
    m_places[m_taken] = place;
    ++m_taken;
}

void PreviewCounter::takeBetween(std::span<const std::string_view> userIds)
{
    const std::int32_t before = m_before.cover->percentage.hundredths();
    const std::int32_t after = m_after.cover->percentage.hundredths();
    const std::int32_t low = std::min(before, after);
    const std::int32_t high = std::max(before, after);
    stickyBuckets(userIds, m_before.cover->salt, m_bucketAt);
    for (std::size_t i = 0; i < userIds.size(); ++i) {
        if (m_bucketAt[i] < low || m_bucketAt[i] >= high) continue;
        m_bucketsBefore[m_taken] = m_bucketAt[i];
        take(userIds[i], i);
    }
}

// At all that were taken.
void PreviewCounter::look(std::span<Direction> directions)
{
    const std::span<const std::string_view> ids(m_ids.data(), m_taken);
    m_pair.before.userRulesAt(ids, m_pair.at, m_rulesBefore);
    if (!m_sameRules) m_pair.after.userRulesAt(ids, m_pair.at, m_rulesAfter);
    findGroups();
    if (!m_shareAlone) findBuckets();
    for (std::size_t i = 0; i < m_taken; ++i)
        directions[m_places[i]] = count(m_ids[i], move(i));
}

void PreviewCounter::findGroups()
{
    const std::vector<GroupCover> &before = m_pair.before.groups();
    const std::vector<GroupCover> &after = m_pair.after.groups();
    if (before.empty() && after.empty()) return;
    for (std::size_t i = 0; i < m_taken; ++i) {
        const GroupHit was = groupOf(m_before, m_ids[i]);
        m_groupsBefore[i] = was;
        if (m_sameGroups)
            m_groupsAfter[i] = was;
        else if (!m_sameMembers)
            m_groupsAfter[i] = groupOf(m_after, m_ids[i]);
        else
            m_groupsAfter[i] =
                was.group ? hitOfMember(after[static_cast<std::size_t>(was.group - before.data())], was.member) : GroupHit();
    }
}

void PreviewCounter::findBuckets()
{
    findBuckets(m_before, m_sameSalt, m_bucketsBefore);
    if (!m_sameSalt) findBuckets(m_after, false, m_bucketsAfter);
    for (std::size_t i = 0; i < m_taken; ++i)
        m_bucketAt[m_places[i]] = m_bucketsBefore[i];
}

// Of those whom nothing before the percentage decides; `both`: on either side.
void PreviewCounter::findBuckets(const Side &side, bool both, std::span<std::int32_t> buckets)
{
    const auto asks = [](const Side &one) { return one.cover && !one.always && !one.rules; };
    const bool wasAsked = asks(m_before) && (both || &side == &m_before);
    const bool isAsked = asks(m_after) && (both || &side == &m_after);
    std::array<std::string_view, AtOnce> open;
    std::array<std::size_t, AtOnce> places;
    std::array<std::int32_t, AtOnce> found;
    std::size_t count = 0;
    for (std::size_t i = 0; i < m_taken; ++i) {
        const bool was = wasAsked && !m_rulesBefore[i].rule && !m_groupsBefore[i].group;
        const bool is = isAsked && !(m_sameRules ? m_rulesBefore : m_rulesAfter)[i].rule && !m_groupsAfter[i].group;
        if (!was && !is) continue;
        open[count] = m_ids[i];
        places[count++] = i;
    }
    if (count == 0) return;
    stickyBuckets(std::span(open.data(), count), side.cover->salt, found);
    for (std::size_t i = 0; i < count; ++i)
        buckets[places[i]] = found[i];
}

Direction PreviewCounter::count(std::string_view userId, const Move &move)
{
    if (move.reason == Reason::HeldInconsistent) ++m_held;
    if (move.direction == Direction::None) return move.direction;
    DirectionCount &count = move.direction == Direction::ToNew ? m_toNew : m_toLegacy;
    ++count.count;
    ++count.byReason[static_cast<std::size_t>(move.reason)];
    if (count.sample.size() < SampleSize) count.sample.emplace_back(userId);
    return move.direction;
}

} // namespace crossfade
