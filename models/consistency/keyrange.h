// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/consistency/row.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// Whole keys from low to high, both in it, in segments of `width` keys from low on.
struct KeyRange {
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t width = 1;
    bool operator==(const KeyRange &) const = default;
};
KeyRange segmentOf(const KeyRange &range, std::int64_t index);
// Those segments as ranges, neighbours in one: fewer conditions for a database to try. In order.
std::vector<KeyRange> rangesOf(const KeyRange &range, const std::vector<std::int64_t> &segments);
// The same keys in a sixteenth of the width. Nothing where that is not worth another question, by how
// many rows the segments hold.
std::optional<KeyRange> narrowed(const KeyRange &range, std::int64_t rows);
// What of `segments`, each of the range's width, lies in `within`; both in order.
std::vector<KeyRange> rangesWithin(const std::vector<KeyRange> &segments, const std::vector<KeyRange> &within);

// How many keys the next range spans, by how many rows the ones before held: about `target` rows in
// each, whatever the gaps between the keys.
class RangePlan {
public:
    explicit RangePlan(std::int64_t target);
    std::int64_t target() const { return m_target; }
    void aimAt(std::int64_t target);
    // From `low`, which is a key of a side, so that gaps are jumped over.
    KeyRange from(std::int64_t low) const;
    // Whether a range holds far more rows than were expected: it is to be asked for again, smaller.
    bool isTooMuch(std::int64_t rows) const { return rows > 4 * m_target; }
    void learn(std::int64_t rows); // of the last range, of the side with more of them
    void shrink();                 // it took too long

private:
    std::int64_t m_target;
    std::int64_t m_span;
};

// What one side says about a segment: the exclusive or of the digests of its rows, each with its key
// in it. `rows` counts all, also those without a digest (too long a row), which is then not whole.
struct SegmentDigest {
    std::int64_t index = 0;
    std::int64_t rows = 0;
    std::uint64_t digest = 0;
    bool whole = true;
};
struct RowDigest {
    std::int64_t key = 0;
    std::optional<std::uint64_t> digest;
};

// The segments in which the sides are not known to be equal, in order; and the rows of the others.
struct SegmentFindings {
    std::int64_t matched = 0;
    std::vector<std::int64_t> unequal;
    std::int64_t unequalRows = 0; // in those, of the side with more of them each
};
SegmentFindings compareSegments(const std::vector<SegmentDigest> &legacy,
                                const std::vector<SegmentDigest> &fresh);
// The same for rows: the keys whose rows have to be looked at. Both sorted by key.
struct RowFindings {
    std::int64_t matched = 0;
    std::vector<std::string> unequal;
};
template <class Digest> // by `key`, which is a number or a text
RowFindings joinDigests(const std::vector<Digest> &legacy, const std::vector<Digest> &fresh);
RowFindings compareDigests(const std::vector<RowDigest> &legacy, const std::vector<RowDigest> &fresh);

// A value as every engine can write it down for a digest. Equal texts mean values that are equal under
// the field's rules; values that are equal may have two texts, which costs a look at the rows and no
// more. NULL is "~", a number, an instant or a boolean ends with ",", all else is "<bytes>:<text>".
void appendDigestText(std::string &out, const MappedField &field, const Cell &value);

inline std::string keyText(std::int64_t key)
{
    return std::to_string(key);
}

inline const std::string &keyText(const std::string &key)
{
    return key;
}

template <class Digest>
RowFindings joinDigests(const std::vector<Digest> &legacy, const std::vector<Digest> &fresh)
{
    RowFindings result;
    auto a = legacy.begin();
    auto b = fresh.begin();
    while (a != legacy.end() || b != fresh.end()) {
        const bool inLegacy = a != legacy.end() && (b == fresh.end() || a->key <= b->key);
        const bool inNew = b != fresh.end() && (a == legacy.end() || b->key <= a->key);
        if (inLegacy && inNew && a->digest && a->digest == b->digest) ++result.matched;
        else result.unequal.push_back(keyText(inLegacy ? a->key : b->key));
        if (inLegacy) ++a;
        if (inNew) ++b;
    }
    return result;
}

} // namespace crossfade
