// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/bothsides.h"
#include "app/comparator/entity.h"
#include "models/consistency/keyrange.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// Compares ranges of whole keys by digests that both databases compute at once: only what is not
// known to be equal travels, segment by segment, row by row.
class RangeScan {
public:
    // Whether both sides can.
    static Result<bool> fits(EntityReader &reader, const MappedSources &sources);
    RangeScan(EntityReader &reader, const MappedSources &sources);

    struct Range : Compared {
        KeyRange keys;
    };
    // The next range of about `target` rows, from a key of a side on, and no further than `until`;
    // nothing after the last one.
    Result<std::optional<Range>> next(const std::optional<std::string> &after, std::int64_t target,
                                      std::optional<std::int64_t> until = std::nullopt);

private:
    Result<std::optional<std::int64_t>> firstKey(std::int64_t from);
    Result<std::optional<Range>> compare(std::int64_t low, std::int64_t until);
    Result<SegmentFindings> compareSegmentsOf(const KeyRange &keys, const std::vector<KeyRange> &only);
    Result<RowFindings> compareRows(const std::vector<KeyRange> &ranges);

    EntityReader &m_reader;
    DigestKind m_kind;
    std::optional<RangePlan> m_plan;
};

} // namespace crossfade
