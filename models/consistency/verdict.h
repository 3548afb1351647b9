// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/difference.h"
#include "models/core/percentage.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace crossfade {

// Rows of the union of both sides' keys, each counted once.
struct CheckCounts {
    std::int64_t matched = 0;
    std::int64_t missing = 0;
    std::int64_t extra = 0;
    std::int64_t different = 0;
    // Apart from these: rows that differ in nothing but what ignore rules hide; of them, those that one side lacks.
    std::int64_t ignored = 0;
    std::int64_t ignoredWhole = 0;

    std::int64_t total() const { return matched + missing + extra + different; } // what the percentage is of
    bool operator==(const CheckCounts &) const = default;
};

// One more row with a difference; `hidden`: ignore rules hide all that it differs in.
void countRow(CheckCounts &counts, DifferenceType type, bool hidden);

// The same of one field that differs in so many of the rows that both sides have, and in so many more where a rule hides
// that: it matches in all others of them. Of a row that one side lacks the field is not equal either, so a field is told
// over the same keys as the run.
CheckCounts countsOfField(const CheckCounts &run, std::int64_t different, std::int64_t ignored = 0);

enum class CheckStatus { Success, Failed, Partial };
std::string_view checkStatusWord(CheckStatus status);

// matched ÷ total, rounded down: 100.00 only without a difference but those that rules hide. Nothing of nothing has no
// rate.
std::optional<Percentage> consistency(const CheckCounts &counts);
// PARTIAL when not every row was judged (an error, a cancel, unreadable rows): the percentage is
// then a bound. Otherwise SUCCESS at or above the threshold. Without a rate: PARTIAL if incomplete,
// else SUCCESS, since two empty tables hold the same.
CheckStatus verdict(const CheckCounts &counts, Percentage threshold, bool complete);

} // namespace crossfade
