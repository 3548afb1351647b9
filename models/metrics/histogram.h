// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossfade {

// Durations in log-linear bins: below 64 µs one bin a microsecond, above it 32 bins an octave, so a
// value read back is off by at most 1/64 (1.6 %). Values over 134 s count as 134 s. Only bins that
// hold something take memory; counts add up exactly when histograms are merged.
class Histogram {
public:
    using Bin = std::pair<std::uint16_t, std::uint32_t>; // index, count; sorted by index

    void add(std::uint32_t microseconds, std::uint32_t count = 1);
    void merge(const Histogram &other);
    std::uint64_t count() const { return m_count; }
    bool isEmpty() const { return m_count == 0; }

    // The middle of the bin that holds the value of rank ceil(q × count) (nearest rank), in
    // microseconds; 0 < q <= 1. Nothing when empty.
    std::optional<double> quantile(double q) const;

    std::span<const Bin> bins() const { return m_bins; }
    // "index:count,index:count"; fromText answers nothing for anything else.
    std::string text() const;
    static std::optional<Histogram> fromText(std::string_view text);

    // Nothing unless the bins ascend, exist and hold something each.
    static std::optional<Histogram> fromBins(std::vector<Bin> bins);
    // Whether values in these bins can add up to that many microseconds; above 134 s a value may be anything.
    bool canSumTo(std::uint64_t microseconds) const;

    static std::uint16_t binOf(std::uint32_t microseconds);
    static double middleOf(std::uint16_t bin); // microseconds

private:
    std::vector<Bin> m_bins;
    std::uint64_t m_count = 0;
};

} // namespace crossfade
