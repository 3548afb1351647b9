// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/keyhash.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <functional>

namespace crossfade {

namespace {

constexpr std::int64_t RowsPerCell = 256;
constexpr int NarrowBits = 4;
constexpr std::int64_t WorthNarrowing = 2'048; // rows; each look reads the keys of the whole table
constexpr std::int64_t MostCells = 65'536; // of a part, each told in 16 bytes or more
constexpr std::int64_t UnknownRows = 1'000'000;
constexpr std::int64_t MostRows = std::int64_t{1} << 40;
constexpr double TellingRows = 1'000; // seen or expected so far, from which the table's are reckoned
constexpr char Mark = '\x02';
constexpr char OfHash = 'h';
constexpr char OfKey = 'k';

// The greatest power of two that is not more.
int powerBelow(std::int64_t number)
{
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(1, number)))) - 1;
}

std::optional<std::string> standsTwice(const std::vector<KeyDigest> &rows)
{
    const auto twice = std::ranges::adjacent_find(rows, std::ranges::equal_to(), &KeyDigest::key);
    return twice == rows.end() ? std::nullopt : std::optional(twice->key);
}

} // namespace

std::optional<HashPart> narrowed(const HashPart &part, std::int64_t rows)
{
    if (rows <= WorthNarrowing || part.shift < NarrowBits) return std::nullopt;
    return HashPart{part.low, part.high, part.shift - NarrowBits};
}

std::vector<HashPick> picksOf(const HashPart &part, const SegmentFindings &found, std::int64_t rows)
{
    std::vector<HashPick> picks;
    const auto cells = static_cast<std::int64_t>(found.unequal.size());
    // As hashes are spread evenly, each cell has about the average.
    const std::int64_t each = std::max<std::int64_t>(1, found.unequalRows / std::max<std::int64_t>(1, cells));
    const std::int64_t most = std::max<std::int64_t>(1, rows / each);
    for (std::int64_t done = 0; done < cells; done += most) {
        const auto begin = found.unequal.begin() + done;
        picks.push_back({part, {begin, begin + std::min(most, cells - done)}, part.shift});
    }
    return picks;
}

HashPlan::HashPlan(std::optional<std::int64_t> rows)
    : m_rows(std::clamp<std::int64_t>(rows.value_or(UnknownRows), 1, MostRows))
{
}

HashPart HashPlan::from(std::int64_t low, std::int64_t target) const
{
    target = std::max<std::int64_t>(1, target);
    HashPart part{low, KeyHashEnd - 1, KeyHashBits - powerBelow(m_rows / std::min(target, RowsPerCell))};
    const double rowsLeft = static_cast<double>(m_rows) / static_cast<double>(KeyHashEnd) *
                            static_cast<double>(KeyHashEnd - low);
    // A rest that is hardly worth a look of its own goes with this one.
    const double share = static_cast<double>(target) * 1.1 >= rowsLeft ? 1 : static_cast<double>(target) / rowsLeft;
    // Parts before may have had smaller cells: then either these, or none but those up to a bound.
    const int bound = low == 0 ? KeyHashBits : std::countr_zero(static_cast<std::uint64_t>(low));
    const std::int64_t toBound = std::int64_t{1} << std::max(0, part.shift - bound);
    std::int64_t most = MostCells;
    if (bound < part.shift && bound + NarrowBits < part.shift) most = std::min(most, toBound - (low >> bound) % toBound);
    part.shift = std::min(part.shift, bound);
    const std::int64_t left = (KeyHashEnd - low) >> part.shift;
    const auto wanted = share < 1 ? static_cast<std::int64_t>(static_cast<double>(left) * share) : left;
    part.high = low + (std::clamp<std::int64_t>(wanted, 1, std::min(most, left)) << part.shift) - 1;
    return part;
}

void HashPlan::learn(const HashPart &part, std::int64_t rows)
{
    m_seenShare += static_cast<double>(part.high - part.low + 1) / static_cast<double>(KeyHashEnd);
    m_seenRows += static_cast<double>(rows);
    const double expected = m_seenShare * static_cast<double>(m_rows);
    // Few where many were expected tell as much: else a small table would be read in the parts of a large one.
    if (std::max(m_seenRows, expected) < TellingRows) return;
    const double all = std::min(std::max(1.0, m_seenRows) / m_seenShare, static_cast<double>(MostRows));
    m_rows = std::max<std::int64_t>(1, static_cast<std::int64_t>(all));
}

Result<RowFindings> compareKeyDigests(std::vector<KeyDigest> legacy, std::vector<KeyDigest> fresh)
{
    for (std::vector<KeyDigest> *side : {&legacy, &fresh}) {
        std::ranges::sort(*side, {}, &KeyDigest::key);
        if (const std::optional<std::string> twice = standsTwice(*side))
            return fail(ErrorKind::Conflict, "the key " + *twice + " stands in more than one row");
    }
    return joinDigests(legacy, fresh);
}

std::string keyCheckpoint(const std::string &key)
{
    return key.starts_with(Mark) ? std::string{Mark, OfKey} + key : key;
}

std::string hashCheckpoint(std::int64_t hash)
{
    return std::string{Mark, OfHash} + std::to_string(hash);
}

Checkpoint checkpointOf(const std::optional<std::string> &text)
{
    if (!text) return {};
    if (text->size() < 2 || text->front() != Mark) return {*text, {}};
    if ((*text)[1] == OfKey) return {text->substr(2), {}};
    std::int64_t hash = 0;
    const char *end = text->data() + text->size();
    const auto read = std::from_chars(text->data() + 2, end, hash);
    if ((*text)[1] == OfHash && read.ec == std::errc() && read.ptr == end) return {{}, hash};
    return {*text, {}};
}

} // namespace crossfade
