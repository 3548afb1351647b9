// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// A query of one number that tells how busy a database is: its open transactions, its lag, a figure of your own.
struct LoadQuery {
    std::string sql;
    double atMost = 0; // beyond it checks wait
    bool operator==(const LoadQuery &) const = default;
};

// How a database wants to be treated by the checks that read it.
struct SourceThrottle {
    std::optional<LoadQuery> load;
    std::optional<std::chrono::milliseconds> statement; // that a check works on it without a rest
    bool operator==(const SourceThrottle &) const = default;
};

// The shorter of two statement times; none: no limit.
std::optional<std::chrono::milliseconds> shorterOf(std::optional<std::chrono::milliseconds> a,
                                                   std::optional<std::chrono::milliseconds> b);
// How long a batch is meant to last: the usual time, or less.
double secondsOfBatch(double usual, std::optional<std::chrono::milliseconds> statement);
// The rest after a batch that took so long: what it took too long, up to LongestRest. A database that became slow gets
// time in proportion, until batches of the size it now needs are short enough again.
inline constexpr std::chrono::milliseconds LongestRest{10'000};
std::chrono::milliseconds restAfter(std::chrono::milliseconds took, std::optional<std::chrono::milliseconds> statement);
// What is no number is too much: so says a database that does not answer in time.
bool isTooMuch(const LoadQuery &query, std::optional<double> answer);

} // namespace crossfade
