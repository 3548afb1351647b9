// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/bothsides.h"
#include "app/comparator/entity.h"
#include "models/consistency/keyhash.h"

#include <optional>

namespace crossfade {

// Compares rows whose keys are texts, part by part of the hashes of their keys, by digests that both
// databases compute at once. Each part costs a look at all keys, so parts are large.
class HashScan {
public:
    // Whether both sides can.
    static Result<bool> fits(EntityReader &reader, const MappedSources &sources);
    // `rows`: of the table, as far as they are known.
    HashScan(EntityReader &reader, const MappedSources &sources, std::optional<std::int64_t> rows);

    struct Part : Compared {
        std::int64_t high = 0; // the last hash of it
    };
    // The next part of about `target` rows behind a hash; nothing after the last one.
    Result<std::optional<Part>> next(std::optional<std::int64_t> after, std::int64_t target);

private:
    Result<std::optional<Part>> compare(const HashPart &hashes);
    Result<SegmentFindings> compareCells(const HashPick &pick);
    Result<void> compareRows(const HashPick &pick, Part &result);

    EntityReader &m_reader;
    DigestKind m_kind;
    HashPlan m_plan;
    std::int64_t m_most; // rows of a part, fewer after one that was too much
};

} // namespace crossfade
