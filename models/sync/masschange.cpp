// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/masschange.h"

namespace crossfade {

namespace {

constexpr std::int64_t Whole = 10'000; // hundredths of a percent
constexpr std::int64_t LeastForHalf = 10;

bool isBeyond(std::int64_t count, std::int64_t known, Percentage limit, std::int64_t least)
{
    return count > least && count * Whole > known * limit.hundredths();
}

std::string sentence(Platform side, std::int64_t count, const char *what, std::int64_t known, Percentage limit)
{
    return std::to_string(count) + " of " + std::to_string(known) + " entities were " + what + " on " +
           std::string(platformWord(side)) + " in one go, more than the limit of " + limit.text() + " %";
}

} // namespace

std::optional<std::string> massChange(Platform side, const SideCounts &counts, const MassLimits &limits)
{
    const std::string name(platformWord(side));
    if (counts.known > 0 && counts.rows == 0)
        return name + " is empty, and " + std::to_string(counts.known) + " entities of it were in sync";
    if (isBeyond(counts.deleted, counts.known, limits.deletes, limits.leastDeletes))
        return sentence(side, counts.deleted, "deleted", counts.known, limits.deletes);
    if (counts.rows && counts.deleted > 0 && counts.known >= LeastForHalf && *counts.rows * 2 < counts.known)
        return name + " holds " + std::to_string(*counts.rows) + " rows, under half of the " +
               std::to_string(counts.known) + " that were in sync";
    if (isBeyond(counts.changed, counts.known, limits.changes, limits.leastChanges))
        return sentence(side, counts.changed, "changed", counts.known, limits.changes);
    return std::nullopt;
}

} // namespace crossfade
