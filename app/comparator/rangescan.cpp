// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/rangescan.h"

#include <algorithm>
#include <charconv>
#include <future>
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

std::int64_t rowsOf(const std::vector<SegmentDigest> &segments)
{
    std::int64_t rows = 0;
    for (const SegmentDigest &segment : segments)
        rows += segment.rows;
    return rows;
}

// Neighbours become one range: fewer conditions for the database to try.
std::vector<KeyRange> rangesOf(const KeyRange &keys, const std::vector<std::int64_t> &segments)
{
    std::vector<KeyRange> ranges;
    for (const std::int64_t index : segments) {
        const KeyRange segment = segmentOf(keys, index);
        if (!ranges.empty() && ranges.back().high + 1 == segment.low)
            ranges.back().high = segment.high;
        else
            ranges.push_back(segment);
    }
    return ranges;
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
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const Result<bool> able = reader.source(side).digests(reader.view(side));
        if (!able || !*able) return able;
    }
    return true;
}

RangeScan::RangeScan(EntityReader &reader, const MappedSources &sources)
    : m_reader(reader)
    , m_kind(sources.legacy.kind == SourceKind::Postgres && sources.fresh.kind == SourceKind::Postgres
                 ? DigestKind::Hash
                 : DigestKind::Md5)
{
}

// Both databases work at the same time.
template <class Answer, class Ask>
Result<std::pair<Answer, Answer>> RangeScan::both(Ask ask)
{
    const auto of = [this, &ask](Platform side) -> Result<Answer> {
        Result<Answer> answer = ask(m_reader.source(side), m_reader.view(side));
        if (!answer && answer.error().kind != ErrorKind::Cancelled) {
            Error error = answer.error();
            error.message = std::string(platformWord(side)) + ": " + error.message;
            return fail(std::move(error));
        }
        return answer;
    };
    auto fresh = std::async(std::launch::async, of, Platform::New);
    Result<Answer> legacy = of(Platform::Legacy);
    Result<Answer> other = fresh.get();
    if (!legacy) return fail(legacy.error());
    if (!other) return fail(other.error());
    return std::pair(std::move(*legacy), std::move(*other));
}

Result<std::optional<std::int64_t>> RangeScan::firstKey(std::int64_t from)
{
    const auto firsts = both<std::optional<std::int64_t>>(
        [&](Source &source, const TableView &view) { return source.firstKey(view, from); });
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

// Nothing: it was too much, and is to be asked for again.
Result<std::optional<RangeScan::Range>> RangeScan::compare(std::int64_t low,
                                                           std::int64_t until)
{
    KeyRange keys = m_plan->from(low);
    keys.high = std::min(keys.high, until);
    const auto segments = both<std::vector<SegmentDigest>>(
        [&](Source &source, const TableView &view) { return source.segments(view, m_kind, keys); });
    if (!segments) return fail(segments.error());
    const auto &[legacy, fresh] = *segments;
    const std::int64_t rows = std::max(rowsOf(legacy), rowsOf(fresh));
    m_plan->learn(rows);
    if (m_plan->isTooMuch(rows) && keys.low < keys.high) return std::optional<Range>();
    SegmentFindings found = compareSegments(legacy, fresh);
    Range range{keys, found.matched, found.matched, {}};
    if (!found.unequal.empty()) {
        Result<RowFindings> rowsFound = compareRows(keys, std::move(found.unequal));
        if (!rowsFound) return fail(rowsFound.error());
        range.matched += rowsFound->matched;
        range.unequal = std::move(rowsFound->unequal);
        range.rows = range.matched + static_cast<std::int64_t>(range.unequal.size());
    }
    return std::optional(std::move(range));
}

Result<RowFindings> RangeScan::compareRows(const KeyRange &keys, std::vector<std::int64_t> unequal)
{
    const std::vector<KeyRange> ranges = rangesOf(keys, unequal);
    const auto rows = both<std::vector<RowDigest>>([&](Source &source, const TableView &view) {
        return source.rowDigests(view, m_kind, ranges);
    });
    if (!rows) return fail(rows.error());
    for (const std::vector<RowDigest> *side : {&rows->first, &rows->second}) {
        if (Result<void> unique = checkUnique(*side); !unique) return fail(unique.error());
    }
    return compareDigests(rows->first, rows->second);
}

} // namespace crossfade
