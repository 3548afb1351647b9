// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/hashscan.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace crossfade {

namespace {

constexpr int MostHashTries = 12; // of a part that is too much, each with fewer rows
constexpr std::int64_t LessAfterTooMuch = 4;
constexpr std::int64_t MostRowsAsked = 40'000; // whose keys and digests are in memory at a time

} // namespace

Result<bool> HashScan::fits(EntityReader &reader, const MappedSources &sources)
{
    if (sources.mapping.keyKind != KeyKind::Text) return false;
    // Where the sides write the same value differently, equal digests are no sign of equal rows: all are read.
    if (std::ranges::any_of(sources.compared, &MappedField::isOneSided)) return false;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const Result<bool> able = reader.source(side).hashesKeys(reader.view(side));
        if (!able || !*able) return able;
    }
    return true;
}

HashScan::HashScan(EntityReader &reader, const MappedSources &sources, std::optional<std::int64_t> rows)
    : m_reader(reader)
    , m_kind(digestKindOf(sources))
    , m_plan(rows)
    , m_most(std::numeric_limits<std::int64_t>::max())
{
}

Result<std::optional<HashScan::Part>> HashScan::next(std::optional<std::int64_t> after, std::int64_t target)
{
    const std::int64_t low = after ? *after + 1 : 0;
    if (low >= KeyHashEnd) return std::optional<Part>();
    for (int tries = 0;; ++tries) {
        target = std::min(target, m_most);
        Result<std::optional<Part>> part = compare(m_plan.from(low, target));
        if (part && *part) {
            if (m_most <= std::numeric_limits<std::int64_t>::max() / 2) m_most *= 2;
            return part;
        }
        const bool late = !part && part.error().kind == ErrorKind::Timeout;
        if (!part && !late) return part;
        if (tries == MostHashTries && late) return part;
        if (tries == MostHashTries) return fail(ErrorKind::Conflict, "too many rows differ to be compared");
        m_most = std::max<std::int64_t>(1, target / LessAfterTooMuch);
    }
}

// Nothing: it was too much, and is to be asked for again.
Result<std::optional<HashScan::Part>> HashScan::compare(const HashPart &hashes)
{
    HashPart part = hashes;
    Result<SegmentFindings> found = compareCells({part});
    if (!found) return fail(found.error());
    m_plan.learn(part, found->matched + found->unequalRows);
    Part result{{0, found->matched, {}}, part.high};
    if (const std::optional<HashPart> narrow = narrowed(part, found->unequalRows)) {
        found = compareCells({*narrow, found->unequal, part.shift});
        if (!found) return fail(found.error());
        part = *narrow;
        result.matched += found->matched;
    }
    for (const HashPick &pick : picksOf(part, *found, MostRowsAsked)) {
        if (Result<void> rows = compareRows(pick, result); !rows) return fail(rows.error());
        if (static_cast<std::int64_t>(result.unequal.size()) > MostUnequal && hashes.firstCell() < hashes.lastCell())
            return std::optional<Part>();
    }
    result.rows = result.matched + static_cast<std::int64_t>(result.unequal.size());
    return std::optional(std::move(result));
}

Result<SegmentFindings> HashScan::compareCells(const HashPick &pick)
{
    const auto cells = askBoth<std::vector<SegmentDigest>>(m_reader, [&](Source &source, const TableView &view) {
        return source.hashCells(view, m_kind, pick);
    });
    if (!cells) return fail(cells.error());
    return compareSegments(cells->first, cells->second);
}

Result<void> HashScan::compareRows(const HashPick &pick, Part &result)
{
    auto rows = askBoth<std::vector<KeyDigest>>(m_reader, [&](Source &source, const TableView &view) {
        return source.hashRows(view, m_kind, pick);
    });
    if (!rows) return fail(rows.error());
    Result<RowFindings> compared = compareKeyDigests(std::move(rows->first), std::move(rows->second));
    if (!compared) return fail(compared.error());
    result.matched += compared->matched;
    std::ranges::move(compared->unequal, std::back_inserter(result.unequal));
    return {};
}

} // namespace crossfade
