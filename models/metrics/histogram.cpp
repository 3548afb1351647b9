// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/histogram.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace crossfade {

namespace {

constexpr std::uint32_t LinearEnd = 64;            // below it a bin a microsecond
constexpr std::uint32_t BinsPerOctave = 32;        // above it
constexpr std::uint32_t FirstOctave = 6;           // 2^6 = LinearEnd
constexpr std::uint32_t Greatest = (1U << 27) - 1; // 134 s
constexpr std::uint16_t LastBin = LinearEnd + (27 - FirstOctave) * BinsPerOctave - 1;

// The least value of a bin, in microseconds.
std::uint32_t firstOf(std::uint16_t bin) {
    if (bin < LinearEnd) return bin;
    const std::uint32_t octave = (bin - LinearEnd) / BinsPerOctave + FirstOctave;
    return (BinsPerOctave + (bin - LinearEnd) % BinsPerOctave) << (octave - 5);
}

template <class T>
bool takeNumber(std::string_view &text, T &number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

} // namespace

std::uint16_t Histogram::binOf(std::uint32_t microseconds) {
    const std::uint32_t value = std::min(microseconds, Greatest);
    if (value < LinearEnd) return static_cast<std::uint16_t>(value);
    const auto octave = static_cast<std::uint32_t>(std::bit_width(value)) - 1;
    const std::uint32_t within = (value >> (octave - 5)) & (BinsPerOctave - 1);
    return static_cast<std::uint16_t>(LinearEnd + (octave - FirstOctave) * BinsPerOctave + within);
}

double Histogram::middleOf(std::uint16_t bin) {
    if (bin < LinearEnd) return bin;
    const std::uint32_t octave = FirstOctave + (bin - LinearEnd) / BinsPerOctave;
    const std::uint32_t within = (bin - LinearEnd) % BinsPerOctave;
    const double width = static_cast<double>(1U << (octave - 5));
    return (BinsPerOctave + within) * width + width / 2;
}

void Histogram::add(std::uint32_t microseconds, std::uint32_t count) {
    const std::uint16_t bin = binOf(microseconds);
    const auto at = std::ranges::lower_bound(m_bins, bin, {}, &Bin::first);
    if (at != m_bins.end() && at->first == bin)
        at->second += count;
    else
        m_bins.insert(at, {bin, count});
    m_count += count;
}

void Histogram::merge(const Histogram &other) {
    std::vector<Bin> merged;
    merged.reserve(m_bins.size() + other.m_bins.size());
    auto a = m_bins.begin();
    auto b = other.m_bins.begin();
    while (a != m_bins.end() || b != other.m_bins.end()) {
        if (b == other.m_bins.end() || (a != m_bins.end() && a->first < b->first)) {
            merged.push_back(*a++);
        } else if (a == m_bins.end() || b->first < a->first) {
            merged.push_back(*b++);
        } else {
            merged.emplace_back(a->first, a->second + b->second);
            ++a;
            ++b;
        }
    }
    m_bins = std::move(merged);
    m_count += other.m_count;
}

std::optional<double> Histogram::quantile(double q) const {
    if (m_count == 0) return std::nullopt;
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(m_count)));
    std::uint64_t seen = 0;
    for (const auto &[bin, count] : m_bins) {
        seen += count;
        if (seen >= rank) return middleOf(bin);
    }
    return middleOf(m_bins.back().first);
}

std::string Histogram::text() const {
    std::string result;
    for (const auto &[bin, count] : m_bins) {
        if (!result.empty()) result += ',';
        result += std::to_string(bin) + ':' + std::to_string(count);
    }
    return result;
}

std::optional<Histogram> Histogram::fromBins(std::vector<Bin> bins) {
    Histogram result;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const bool ascends = i == 0 || bins[i - 1].first < bins[i].first;
        if (!ascends || bins[i].second == 0 || bins[i].first > LastBin) return std::nullopt;
        result.m_count += bins[i].second;
    }
    result.m_bins = std::move(bins);
    return result;
}

bool Histogram::canSumTo(std::uint64_t microseconds) const {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    for (const auto &[bin, count] : m_bins) {
        least += std::uint64_t{count} * firstOf(bin);
        most += std::uint64_t{count} * (firstOf(static_cast<std::uint16_t>(bin + 1)) - 1);
    }
    const bool isOpen = !m_bins.empty() && m_bins.back().first == LastBin;
    return microseconds >= least && (isOpen || microseconds <= most);
}

std::optional<Histogram> Histogram::fromText(std::string_view text) {
    std::vector<Bin> bins;
    while (!text.empty()) {
        Bin bin;
        if (!takeNumber(text, bin.first) || text.empty() || text.front() != ':')
            return std::nullopt;
        text.remove_prefix(1);
        if (!takeNumber(text, bin.second)) return std::nullopt;
        bins.push_back(bin);
        if (text.empty()) break;
        if (text.front() != ',' || text.size() == 1) return std::nullopt;
        text.remove_prefix(1);
    }
    return fromBins(std::move(bins));
}

} // namespace crossfade
