// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/keyrange.h"

#include <algorithm>
#include <limits>

namespace crossfade {

namespace {

constexpr std::int64_t RowsPerSegment = 256;
constexpr std::int64_t SegmentsOfOne = 16;
constexpr std::int64_t RowsWorthNarrowing = 64; // rows
constexpr std::int64_t MostSpan = std::int64_t{1} << 60;
constexpr std::int64_t MostGrowth = 8; // from one range to the next
constexpr std::int64_t LastKey = std::numeric_limits<std::int64_t>::max();

} // namespace

KeyRange segmentOf(const KeyRange &range, std::int64_t index)
{
    const std::int64_t low = range.low + index * range.width;
    const bool last = range.high - low < range.width;
    return {low, last ? range.high : low + range.width - 1, range.width};
}

std::vector<KeyRange> rangesOf(const KeyRange &range, const std::vector<std::int64_t> &segments)
{
    std::vector<KeyRange> ranges;
    for (const std::int64_t index : segments) {
        const KeyRange segment = segmentOf(range, index);
        if (!ranges.empty() && ranges.back().high + 1 == segment.low)
            ranges.back().high = segment.high;
        else
            ranges.push_back(segment);
    }
    return ranges;
}

std::optional<KeyRange> narrowed(const KeyRange &range, std::int64_t rows)
{
    if (rows <= RowsWorthNarrowing || range.width <= SegmentsOfOne) return std::nullopt;
    return KeyRange{range.low, range.high, (range.width + SegmentsOfOne - 1) / SegmentsOfOne};
}

std::vector<KeyRange> rangesWithin(const std::vector<KeyRange> &segments, const std::vector<KeyRange> &within)
{
    std::vector<KeyRange> result;
    auto at = within.begin();
    for (const KeyRange &segment : segments) {
        while (at != within.end() && at->high < segment.low)
            ++at;
        for (auto over = at; over != within.end() && over->low <= segment.high; ++over)
            result.push_back({std::max(segment.low, over->low), std::min(segment.high, over->high), segment.width});
    }
    return result;
}

RangePlan::RangePlan(std::int64_t target)
    : m_target(std::max<std::int64_t>(1, target))
    , m_span(m_target)
{
}

void RangePlan::aimAt(std::int64_t target)
{
    target = std::max<std::int64_t>(1, target);
    if (target == m_target) return;
    m_span = std::max<std::int64_t>(1, m_span / m_target) * target;
    m_span = std::min(m_span, MostSpan);
    m_target = target;
}

KeyRange RangePlan::from(std::int64_t low) const
{
    const std::int64_t segments = std::max<std::int64_t>(1, m_target / RowsPerSegment);
    const std::int64_t high = low > LastKey - (m_span - 1) ? LastKey : low + (m_span - 1);
    return {low, high, (m_span + segments - 1) / segments};
}

void RangePlan::learn(std::int64_t rows)
{
    if (rows < m_target) {
        const std::int64_t growth =
            std::clamp<std::int64_t>(m_target / std::max<std::int64_t>(1, rows), 1, MostGrowth);
        m_span = std::min(m_span > MostSpan / growth ? MostSpan : m_span * growth, MostSpan);
    } else if (rows > m_target) {
        m_span = std::max(m_span / (rows / m_target + 1), std::int64_t{1});
    }
}

void RangePlan::shrink()
{
    m_span = std::max<std::int64_t>(1, m_span / MostGrowth);
}

SegmentFindings compareSegments(const std::vector<SegmentDigest> &legacy,
                                const std::vector<SegmentDigest> &fresh)
{
    SegmentFindings result;
    auto a = legacy.begin();
    auto b = fresh.begin();
    while (a != legacy.end() || b != fresh.end()) {
        if (b == fresh.end() || (a != legacy.end() && a->index < b->index)) {
            result.unequalRows += a->rows;
            result.unequal.push_back((a++)->index);
            continue;
        }
        if (a == legacy.end() || b->index < a->index) {
            result.unequalRows += b->rows;
            result.unequal.push_back((b++)->index);
            continue;
        }
        if (a->whole && b->whole && a->rows == b->rows && a->digest == b->digest) {
            result.matched += a->rows;
        } else {
            result.unequalRows += std::max(a->rows, b->rows);
            result.unequal.push_back(a->index);
        }
        ++a;
        ++b;
    }
    return result;
}

RowFindings compareDigests(const std::vector<RowDigest> &legacy, const std::vector<RowDigest> &fresh)
{
    return joinDigests(legacy, fresh);
}

} // namespace crossfade
