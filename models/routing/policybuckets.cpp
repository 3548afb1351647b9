// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/policybuckets.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::uint16_t None = 0xffff;

Snapshot withPercentage(const Snapshot &snapshot, PolicyCover cover, std::int64_t hundredths)
{
    cover.percentage = Percentage::fromHundredths(hundredths);
    const std::string id = cover.id;
    return snapshot.changed(PolicyChange{id, std::move(cover)}, snapshot.epoch());
}

} // namespace

// Whom the policy decides about is whoever moves between none and all of it: the same decisions as everywhere.
std::shared_ptr<const PolicyBuckets> PolicyBuckets::of(const Snapshot &snapshot, std::string_view policyId,
                                                       std::string_view systemId, Instant at, const IdSet &users,
                                                       const std::atomic<bool> &cancelled)
{
    const PolicyCover *cover = snapshot.policy(policyId);
    if (!cover) return nullptr;
    const Snapshot nobody = withPercentage(snapshot, *cover, 0);
    const Snapshot everybody = withPercentage(snapshot, *cover, Percentage::Whole);
    PreviewCounter counter({nobody, everybody, systemId, at});
    std::shared_ptr<PolicyBuckets> buckets(new PolicyBuckets());
    buckets->m_target = cover->targetPlatform;
    buckets->m_bucket.resize(users.size(), None);
    buckets->m_below.resize(Percentage::Whole + 1, 0);
    std::array<std::string_view, PreviewCounter::AtOnce> ids;
    std::array<Direction, PreviewCounter::AtOnce> directions{};
    for (std::size_t first = 0; first < users.size(); first += ids.size()) {
        if (cancelled) return nullptr;
        const std::size_t count = std::min(ids.size(), users.size() - first);
        for (std::size_t i = 0; i < count; ++i)
            ids[i] = users.at(first + i);
        counter.addKnown(std::span(ids.data(), count), directions);
        for (std::size_t i = 0; i < count; ++i) {
            if (directions[i] == Direction::None) continue;
            const std::int32_t bucket = counter.bucketAt(i);
            buckets->m_bucket[first + i] = static_cast<std::uint16_t>(bucket);
            ++buckets->m_below[static_cast<std::size_t>(bucket) + 1];
        }
    }
    for (std::size_t i = 1; i < buckets->m_below.size(); ++i)
        buckets->m_below[i] += buckets->m_below[i - 1];
    buckets->m_held = counter.held();
    return buckets;
}

PolicyBuckets::Range PolicyBuckets::between(Percentage before, Percentage after) const
{
    if (before == after) return {};
    const std::int32_t low = std::min(before.hundredths(), after.hundredths());
    const std::int32_t high = std::max(before.hundredths(), after.hundredths());
    const bool toTarget = after.hundredths() > before.hundredths();
    const bool toNew = toTarget == (m_target == Platform::New);
    return {static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high),
            toNew ? Direction::ToNew : Direction::ToLegacy};
}

DirectionCount PolicyBuckets::countOf(const Range &range, const IdSet &users) const
{
    DirectionCount result;
    result.count = m_below[range.high] - m_below[range.low];
    result.byReason[static_cast<std::size_t>(Reason::Percentage)] = result.count;
    const std::size_t sample = std::min<std::size_t>(result.count, PreviewCounter::SampleSize);
    for (std::size_t i = 0; result.sample.size() < sample; ++i) {
        if (moves(i, range)) result.sample.emplace_back(users.at(i));
    }
    return result;
}

} // namespace crossfade
