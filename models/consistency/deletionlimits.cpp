// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/deletionlimits.h"

namespace crossfade {

namespace {

constexpr std::int64_t HundredthsOfAll = 10'000;
constexpr std::int64_t FewestOfAHalf = 10; // of fewer rows half says nothing

bool isUnderHalf(std::int64_t last, std::int64_t now)
{
    return last >= FewestOfAHalf && now * 2 < last;
}

std::string rowsText(std::int64_t rows)
{
    return std::to_string(rows) + (rows == 1 ? " row" : " rows");
}

} // namespace

std::optional<AskFirst> askBeforeDeleting(Platform authoritative, const DeletionCounts &counts,
                                          const DeletionLimits &limits)
{
    using Cause = AskFirst::Cause;
    const std::string source(platformWord(authoritative));
    const std::string target(platformWord(otherPlatform(authoritative)));
    if (!counts.source) return AskFirst{Cause::Uncounted, "the rows of " + source + " could not be counted in time"};
    if (counts.source == 0 && counts.lastSource != 0)
        return AskFirst{Cause::Emptied, source + " is empty" + (counts.lastSource
                                                                    ? ", and held " + rowsText(*counts.lastSource) + " last time"
                                                                    : std::string())};
    if (counts.lastSource && isUnderHalf(*counts.lastSource, *counts.source))
        return AskFirst{Cause::Emptied, source + " holds " + rowsText(*counts.source) + ", under half of the " +
                                            std::to_string(*counts.lastSource) + " of last time"};
    const std::int64_t deletions = counts.done + counts.waiting;
    const std::string many = std::to_string(deletions) + " deletions on " + target + " within a day";
    if (deletions > limits.most)
        return AskFirst{Cause::TooMany, many + " are more than " + std::to_string(limits.most)};
    if (deletions <= limits.least) return std::nullopt;
    if (!counts.target) return AskFirst{Cause::Uncounted, "the rows of " + target + " could not be counted in time"};
    const std::int64_t before = *counts.target + counts.done;
    if (deletions * HundredthsOfAll <= before * limits.share.hundredths()) return std::nullopt;
    return AskFirst{Cause::TooMany, many + " are more than " + limits.share.text() + " % of its " + rowsText(before)};
}

std::optional<std::int64_t> rowsToRemember(std::optional<std::int64_t> last, std::optional<std::int64_t> now)
{
    // That there are none is remembered once somebody has said so.
    if (!now || *now == 0 || (last && isUnderHalf(*last, *now))) return last;
    return now;
}

} // namespace crossfade
