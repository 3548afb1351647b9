// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

namespace crossfade {

// What a sample can show at best, before it is drawn: where none of its rows differs. Of a small table it shows a
// little more than is said here.
struct SampleOutlook {
    double shown = 0;                   // percent of all rows that are equal then, at SampleConfidence
    bool all = false;                   // it holds all rows
    std::optional<std::int64_t> needed; // so many rows can show the threshold; none: no sample of the largest size can
};
// `rows`: how many there are, where that is known.
SampleOutlook sampleOutlook(std::int64_t size, std::optional<std::int64_t> rows, double threshold);

} // namespace crossfade
