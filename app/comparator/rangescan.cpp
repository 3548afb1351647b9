// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/rangescan.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace crossfade {

namespace {

constexpr std::int64_t Least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t Most = std::numeric_limits<std::int64_t>::max();
constexpr int MostTries = 20; // of a range that is too much, each with fewer keys

std::optional<std::int64_t> wholeNumber(const std::string &text)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<void> checkUnique(const std::vector<RowDigest> &rows)
{
    const auto twice = std::ranges::adjacent_find(
        rows, [](const RowDigest &a, const RowDigest &b) { return a.key >= b.key; });
    if (twice == rows.end()) return {};
    return fail(ErrorKind::Conflict,
                "the key " + std::to_string(twice->key) + " stands in more than one row");
}

} // namespace

Result<bool> RangeScan::fits(EntityReader &reader, const MappedSources &sources)
{
    if (sources.mapping.keyKind != KeyKind::Integer) return false;
    // Where the sides write the same value differently, equal digests are no sign of equal rows: all are read.
    if (std::ranges::any_of(sources.compared, &MappedField::isOneSided)) return false;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const Result<bool> able = reader.source(side).digests(reader.view(side));
        if (!able || !*able) return able;
    }
    return true;
}

RangeScan::RangeScan(EntityReader &reader, const MappedSources &sources)
    : m_reader(reader)
    , m_kind(digestKindOf(sources))
{
}

Result<std::optional<std::int64_t>> RangeScan::firstKey(std::int64_t from)
{
    const auto firsts = askBoth<std::optional<std::int64_t>>(
        m_reader, [&](Source &source, const TableView &view) { return source.firstKey(view, from); });
    if (!firsts) return fail(firsts.error());
    const auto &[legacy, fresh] = *firsts;
    if (!legacy || !fresh) return legacy ? legacy : fresh;
    return std::optional(std::min(*legacy, *fresh));
}

Result<std::optional<RangeScan::Range>> RangeScan::next(const std::optional<std::string> &after,
                                                        std::int64_t target,
                                                        std::optional<std::int64_t> until)
{
    std::int64_t from = Least;
    if (after) {
        const std::optional<std::int64_t> last = wholeNumber(*after);
        if (!last) return fail(ErrorKind::Internal, "a stored checkpoint is no whole number");
        if (*last == Most) return std::optional<Range>();
        from = *last + 1;
    }
    if (!m_plan) m_plan.emplace(target);
    m_plan->aimAt(target);
    const Result<std::optional<std::int64_t>> low = firstKey(from);
    if (!low) return fail(low.error());
    if (!*low || **low > until.value_or(Most)) return std::optional<Range>();
    for (int tries = 0;; ++tries) {
        Result<std::optional<Range>> range = compare(**low, until.value_or(Most));
        if (range && *range) return range;
        const bool late = !range && range.error().kind == ErrorKind::Timeout;
        if (!range && (!late || tries == MostTries)) return range;
        if (late) m_plan->shrink();
    }
}

// Nothing: it was too much, and is to be asked for again, smaller.
Result<std::optional<RangeScan::Range>> RangeScan::compare(std::int64_t low,
                                                           std::int64_t until)
{
    KeyRange keys = m_plan->from(low);
    keys.high = std::min(keys.high, until);
    Result<SegmentFindings> found = compareSegmentsOf(keys, {keys});
    if (!found) return fail(found.error());
    const std::int64_t rows = found->matched + found->unequalRows;
    if (m_plan->isTooMuch(rows) && keys.low < keys.high) {
        m_plan->learn(rows);
        return std::optional<Range>();
    }
    Range range{{found->matched, found->matched, {}}, keys};
    if (found->unequal.empty()) {
        m_plan->learn(rows);
        return std::optional(std::move(range));
    }

    std::vector<KeyRange> unequal = rangesOf(keys, found->unequal);
    if (const std::optional<KeyRange> narrow = narrowed(keys, found->unequalRows)) {
        found = compareSegmentsOf(*narrow, unequal);
        if (!found) return fail(found.error());
        range.matched += found->matched;
        unequal = rangesWithin(rangesOf(*narrow, found->unequal), unequal);
    }
    if (found->unequalRows > MostUnequal && keys.low < keys.high) {
        m_plan->shrink();
        return std::optional<Range>();
    }
    if (!unequal.empty()) {
        Result<RowFindings> rowsFound = compareRows(unequal);
        if (!rowsFound) return fail(rowsFound.error());
        range.matched += rowsFound->matched;
        range.unequal = std::move(rowsFound->unequal);
    }
    range.rows = range.matched + static_cast<std::int64_t>(range.unequal.size());
    m_plan->learn(rows); // of what was taken only: what was too much would be asked for again, as large
    return std::optional(std::move(range));
}

Result<SegmentFindings> RangeScan::compareSegmentsOf(const KeyRange &keys, const std::vector<KeyRange> &only)
{
    const auto segments =
        askBoth<std::vector<SegmentDigest>>(m_reader, [&](Source &source, const TableView &view) {
            return source.segments(view, m_kind, keys, only);
        });
    if (!segments) return fail(segments.error());
    return compareSegments(segments->first, segments->second);
}

Result<RowFindings> RangeScan::compareRows(const std::vector<KeyRange> &ranges)
{
    const auto rows = askBoth<std::vector<RowDigest>>(m_reader, [&](Source &source, const TableView &view) {
        return source.rowDigests(view, m_kind, ranges);
    });
    if (!rows) return fail(rows.error());
    for (const std::vector<RowDigest> *side : {&rows->first, &rows->second}) {
        if (Result<void> unique = checkUnique(*side); !unique) return fail(unique.error());
    }
    return compareDigests(rows->first, rows->second);
}

} // namespace crossfade
