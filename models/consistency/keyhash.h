// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that are no whole numbers are told apart by a hash of their text, which both databases compute:
// neither order nor collation of the keys plays a role.
#pragma once

#include "models/consistency/keyrange.h"
#include "models/core/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

constexpr int KeyHashBits = 60;
constexpr std::int64_t KeyHashEnd = std::int64_t{1} << KeyHashBits; // behind the last one

// The hashes from low to high, both in it, in cells of 2^shift; low and high + 1 are bounds of cells.
struct HashPart {
    std::int64_t low = 0;
    std::int64_t high = KeyHashEnd - 1;
    int shift = 0;
    bool operator==(const HashPart &) const = default;

    std::int64_t firstCell() const { return low >> shift; }
    std::int64_t lastCell() const { return high >> shift; }
};
// The rows of a part, or of some of its cells of 2^onlyShift, each named by its distance from the first.
struct HashPick {
    HashPart part;
    std::vector<std::int64_t> only = {}; // none: all of them
    int onlyShift = 0;

    std::int64_t firstNamed() const { return part.low >> onlyShift; }
};
// All of what is found, as picks of about so many rows.
std::vector<HashPick> picksOf(const HashPart &part, const SegmentFindings &found, std::int64_t rows);
// Sixteen cells for each: so that of a difference some 16 rows have to be told, not some 256. Nothing
// where the cells hold too few rows, or have too few hashes, to be worth another look.
std::optional<HashPart> narrowed(const HashPart &part, std::int64_t rows);

// How much of all hashes the next part takes, by how many rows there are. As hashes are spread evenly
// each part is a sample of the whole table.
class HashPlan {
public:
    explicit HashPlan(std::optional<std::int64_t> rows);
    // About `target` rows from `low` on, which is 0 or behind the end of a part.
    HashPart from(std::int64_t low, std::int64_t target) const;
    void learn(const HashPart &part, std::int64_t rows);

private:
    std::int64_t m_rows; // of the table
    double m_seenShare = 0; // of all hashes, in the parts so far
    double m_seenRows = 0;
};

// A row by the text of its key.
struct KeyDigest {
    std::string key;
    std::optional<std::uint64_t> digest;
};
// As compareDigests(), of rows in any order. Conflict where a key stands in more than one row of a side.
Result<RowFindings> compareKeyDigests(std::vector<KeyDigest> legacy, std::vector<KeyDigest> fresh);

// Where a check goes on: behind a key, or behind a hash of keys. One text for both, and no key is ever
// taken for a hash: one that begins with the mark gets another mark before it.
struct Checkpoint {
    std::optional<std::string> key;
    std::optional<std::int64_t> hash;
    bool operator==(const Checkpoint &) const = default;
};
std::string keyCheckpoint(const std::string &key);
std::string hashCheckpoint(std::int64_t hash);
Checkpoint checkpointOf(const std::optional<std::string> &text);

} // namespace crossfade
