// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/verdict.h"

namespace crossfade {

void countRow(CheckCounts &counts, DifferenceType type, bool hidden)
{
    counts.ignored += hidden;
    counts.ignoredWhole += hidden && type != DifferenceType::Different;
    if (hidden) return;
    counts.missing += type == DifferenceType::Missing;
    counts.extra += type == DifferenceType::Extra;
    counts.different += type == DifferenceType::Different;
}

CheckCounts countsOfField(const CheckCounts &run, std::int64_t different, std::int64_t ignored)
{
    CheckCounts field = run;
    const std::int64_t ofBothSides = run.matched + run.different + run.ignored - run.ignoredWhole;
    field.matched = ofBothSides - different - ignored;
    field.different = different;
    field.ignored = run.ignoredWhole + ignored;
    return field;
}

std::string_view checkStatusWord(CheckStatus status)
{
    switch (status) {
    case CheckStatus::Success:
        return "SUCCESS";
    case CheckStatus::Failed:
        return "FAILED";
    case CheckStatus::Partial:
        return "PARTIAL";
    }
    return "PARTIAL";
}

std::optional<Percentage> consistency(const CheckCounts &counts)
{
    const std::int64_t total = counts.total();
    if (total <= 0) return std::nullopt;
    // By quotient and remainder: matched × 10 000 could overflow where matched cannot.
    const std::int64_t whole = counts.matched / total;
    const std::int64_t rest = counts.matched % total;
    constexpr std::int64_t Safe = INT64_MAX / Percentage::Whole;
    const std::int64_t part =
        rest <= Safe ? rest * Percentage::Whole / total : rest / (total / Percentage::Whole + 1);
    return Percentage::fromHundredths(whole * Percentage::Whole + part);
}

CheckStatus verdict(const CheckCounts &counts, Percentage threshold, bool complete)
{
    if (!complete) return CheckStatus::Partial;
    const std::optional<Percentage> rate = consistency(counts);
    if (!rate) return CheckStatus::Success;
    return *rate >= threshold ? CheckStatus::Success : CheckStatus::Failed;
}

} // namespace crossfade
