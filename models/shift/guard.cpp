// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/guard.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 3> OnBreachWords{"HOLD", "PROPOSE_ROLLBACK", "ROLLBACK"};
constexpr std::array<std::string_view, 6> VerdictWords{"PASS",    "BREACH", "TOO_FEW",
                                                       "NO_DATA", "STALE",  "SOURCE_ERROR"};

template <class Enum, std::size_t N>
std::optional<Enum> fromWord(const std::array<std::string_view, N> &words, std::string_view word) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enum>(found - words.begin());
}

// All digits that decide, so that 98.9999 never reads as the 99 it is not; then the unit.
std::string number(Metric metric, double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    switch (metric) {
    case Metric::SuccessRate:
    case Metric::ErrorRate:
    case Metric::Consistency:
    case Metric::ShareNew:
        return std::string(text) + " %";
    case Metric::Latency:
        return std::string(text) + " ms";
    case Metric::RequestRate:
        return std::string(text) + " a second";
    case Metric::Satisfaction:
        break;
    }
    return text;
}

Verdict verdictOf(const Guard &guard, const WindowReading &reading) {
    if (!reading.sourceError.empty()) return Verdict::SourceError;
    if (reading.value && !std::isfinite(*reading.value)) return Verdict::SourceError;
    if (!reading.value || reading.samples == 0)
        return reading.newest && *reading.newest < reading.from ? Verdict::Stale : Verdict::NoData;
    if (reading.samples < guard.minSamples) return Verdict::TooFew;
    return holds(guard.comparison, *reading.value, guard.threshold) ? Verdict::Pass
                                                                    : Verdict::Breach;
}

std::string detailOf(const Guard &guard, const WindowReading &reading, Verdict verdict) {
    switch (verdict) {
    case Verdict::Pass:
    case Verdict::Breach:
        return number(guard.metric, *reading.value) + (verdict == Verdict::Pass ? " is " : " is not ") +
               std::string(comparisonWord(guard.comparison)) + " " + number(guard.metric, guard.threshold) +
               ", n = " + std::to_string(reading.samples);
    case Verdict::TooFew:
        return "n = " + std::to_string(reading.samples) + ", needs " +
               std::to_string(guard.minSamples);
    case Verdict::NoData:
        return "no sample in the window";
    case Verdict::Stale:
        return "the latest sample is older than the window";
    case Verdict::SourceError:
        return reading.sourceError.empty() ? "the source answered a value that is no number"
                                           : reading.sourceError;
    }
    return {};
}

} // namespace

std::string_view comparisonWord(Comparison comparison) {
    return comparison == Comparison::AtLeast ? ">=" : "<=";
}

bool holds(Comparison comparison, double value, double threshold) {
    return comparison == Comparison::AtLeast ? value >= threshold : value <= threshold;
}

std::string_view onBreachWord(OnBreach onBreach) {
    return OnBreachWords[static_cast<std::size_t>(onBreach)];
}

std::optional<OnBreach> onBreachFromWord(std::string_view word) {
    return fromWord<OnBreach>(OnBreachWords, word);
}

std::string_view verdictWord(Verdict verdict) {
    return VerdictWords[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> verdictFromWord(std::string_view word) {
    return fromWord<Verdict>(VerdictWords, word);
}

Judgement judgeWindow(const Guard &guard, const WindowReading &reading, Instant now) {
    Judgement judgement;
    judgement.at = now;
    judgement.verdict = verdictOf(guard, reading);
    judgement.samples = reading.samples;
    if (reading.value && std::isfinite(*reading.value)) judgement.value = reading.value;
    judgement.from = reading.from;
    judgement.to = reading.to;
    judgement.critical = judgement.verdict == Verdict::Breach && guard.criticalThreshold &&
                         !holds(guard.comparison, *reading.value, *guard.criticalThreshold);
    judgement.detail = detailOf(guard, reading, judgement.verdict);
    return judgement;
}

void GuardMemory::add(const Guard &guard, Judgement judgement) {
    const bool wasTripped = tripped(guard);
    m_recent.push_back(std::move(judgement));
    ++m_counted;
    if (m_recent.size() > MostRecent) m_recent.erase(m_recent.begin());
    m_counted = std::min(m_counted, m_recent.size());
    if (!tripped(guard))
        m_trippedAt.reset();
    else if (!wasTripped)
        m_trippedAt = m_recent.back().at;
}

int GuardMemory::breaches(const Guard &guard) const {
    const std::size_t looked =
        std::min(m_counted, static_cast<std::size_t>(std::max(guard.windows, 1)));
    return static_cast<int>(std::count_if(
        m_recent.end() - static_cast<std::ptrdiff_t>(looked), m_recent.end(),
        [](const Judgement &judgement) { return judgement.verdict == Verdict::Breach; }));
}

bool GuardMemory::tripped(const Guard &guard) const {
    if (m_counted == 0) return false;
    return m_recent.back().critical || breaches(guard) >= guard.breaches;
}

void GuardMemory::startAnew() {
    m_counted = 0;
    m_trippedAt.reset();
}

} // namespace crossfade
