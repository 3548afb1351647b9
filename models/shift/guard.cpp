// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/guard.h"

#include "models/metrics/promanswer.h"

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

std::string digits(double value, int most = 6) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", most, value);
    return text;
}

// All digits that decide, so that 98.9999 never reads as the 99 it is not; then the unit.
std::string number(Metric metric, double value) {
    const std::string text = digits(value, metric == Metric::Promql ? 12 : 6);
    switch (metric) {
    case Metric::SuccessRate:
    case Metric::ErrorRate:
    case Metric::Consistency:
    case Metric::ShareNew:
        return text + " %";
    case Metric::Latency:
        return text + " ms";
    case Metric::RequestRate:
        return text + " a second";
    case Metric::Satisfaction:
    case Metric::Promql:
    case Metric::SyncBacklog:
    case Metric::DeadLetters:
        break;
    }
    return text;
}

std::int64_t secondsOf(const WindowReading &reading) {
    return std::chrono::floor<Seconds>(reading.to - reading.from).count();
}

bool isBeyondCritical(const Guard &guard, const WindowReading &reading) {
    return guard.criticalThreshold && !holds(guard.comparison, *reading.value, *guard.criticalThreshold);
}

Verdict heldOrNot(const Guard &guard, const WindowReading &reading) {
    if (!holds(guard.comparison, *reading.value, guard.threshold)) return Verdict::Breach;
    const bool mixed = guard.metric == Metric::Promql && secondsOf(reading) < guard.windowSeconds;
    return mixed ? Verdict::TooFew : Verdict::Pass;
}

Verdict verdictOfRest(const Guard &guard, const WindowReading &reading) {
    if (!reading.sourceError.empty()) return Verdict::SourceError;
    if (reading.value && !std::isfinite(*reading.value)) return Verdict::SourceError;
    if (!reading.value || (reading.samples == 0 && guard.countsSamples()))
        return reading.newest && *reading.newest < reading.from ? Verdict::Stale : Verdict::NoData;
    if (guard.isRelative() && (!reading.reference || reading.referenceSamples == 0))
        return Verdict::NoData;
    if (guard.isRelative() && !std::isfinite(*reading.reference)) return Verdict::SourceError;
    if (guard.countsSamples() && reading.samples < guard.neededSamples()) return Verdict::TooFew;
    if (guard.isRelative() && reading.referenceSamples < guard.neededSamples()) return Verdict::TooFew;
    // The critical threshold is an absolute one: however bad the other platform is as well.
    if (guard.isRelative())
        return reading.pValue < Significance || isBeyondCritical(guard, reading) ? Verdict::Breach : Verdict::Pass;
    return heldOrNot(guard, reading);
}

Verdict verdictOf(const Guard &guard, const WindowReading &reading) {
    const Verdict verdict = verdictOfRest(guard, reading);
    const bool stands = verdict == Verdict::Breach || verdict == Verdict::SourceError;
    return stands || reading.clockFault.empty() ? verdict : Verdict::Stale;
}

// Of an absolute guard every breach counts.
bool countsToTrip(const Guard &guard, const Judgement &judgement) {
    if (judgement.verdict != Verdict::Breach) return false;
    return !guard.isRelative() || judgement.critical || judgement.pValue.value_or(0) < trippingChance(guard);
}

std::string referenceName(const Guard &guard) {
    return std::string(platformWord(otherPlatform(guard.platform)));
}

std::string relativeDetail(const Guard &guard, const WindowReading &reading, Verdict verdict) {
    if (verdict == Verdict::Breach && reading.pValue >= Significance)
        return number(guard.metric, *reading.value) + " is beyond the critical " +
               number(guard.metric, *guard.criticalThreshold) + ", n = " + std::to_string(reading.samples);
    char chance[32];
    std::snprintf(chance, sizeof chance, "%.2g", reading.pValue);
    return number(guard.metric, *reading.value) +
           (verdict == Verdict::Pass ? " is not worse than " : " is worse than ") +
           referenceName(guard) + "'s " + number(guard.metric, *reading.reference) +
           " by more than " + digits(*guard.tolerance) +
           (guard.metric == Metric::Latency ? " %" : " points") + ", p = " + chance +
           ", n = " + std::to_string(reading.samples) + " and " +
           std::to_string(reading.referenceSamples) +
           (verdict == Verdict::Breach && reading.pValue >= trippingChance(guard)
                ? ", trips below p = " + digits(trippingChance(guard), 2)
                : std::string());
}

std::string detailOf(const Guard &guard, const WindowReading &reading, Verdict verdict) {
    switch (verdict) {
    case Verdict::Pass:
    case Verdict::Breach:
        if (guard.isRelative()) return relativeDetail(guard, reading, verdict);
        return number(guard.metric, *reading.value) + (verdict == Verdict::Pass ? " is " : " is not ") +
               std::string(comparisonWord(guard.comparison)) + " " + number(guard.metric, guard.threshold) +
               (guard.countsSamples() ? ", n = " + std::to_string(reading.samples) : std::string());
    case Verdict::TooFew:
        if (guard.metric == Metric::Promql && (!guard.countsSamples() || reading.samples >= guard.neededSamples()))
            return std::to_string(secondsOf(reading)) + " s of the window lie after the step, needs " +
                   std::to_string(guard.windowSeconds);
        if (reading.samples >= guard.neededSamples())
            return "n = " + std::to_string(reading.referenceSamples) + " on " +
                   referenceName(guard) + ", needs " + std::to_string(guard.neededSamples());
        return "n = " + std::to_string(reading.samples) + ", needs " +
               std::to_string(guard.neededSamples());
    case Verdict::NoData:
        if (reading.value && reading.samples > 0)
            return "no sample of " + referenceName(guard) + " to compare with";
        if (isOfSyncs(guard.metric)) return "no sync is active";
        return guard.metric == Metric::Promql && !reading.value ? "the expression matched nothing"
                                                                : "no sample in the window";
    case Verdict::Stale:
        if (!reading.clockFault.empty()) return reading.clockFault;
        return isOfSyncs(guard.metric) ? "the comparator's latest figures are too old"
                                       : "the latest sample is older than the window";
    case Verdict::SourceError:
        return reading.sourceError.empty() ? "the source answered a value that is no number"
                                           : reading.sourceError;
    }
    return {};
}

} // namespace

std::string guardTitle(const Guard &guard) {
    constexpr std::size_t Most = 200;
    std::string title(metricWord(guard.metric));
    if (guard.metric == Metric::Promql) title += " \u00AB" + shortened(guard.expression, Most) + "\u00BB";
    return title;
}

std::string_view comparisonWord(Comparison comparison) {
    return comparison == Comparison::AtLeast ? ">=" : "<=";
}

bool holds(Comparison comparison, double value, double threshold) {
    return comparison == Comparison::AtLeast ? value >= threshold : value <= threshold;
}

Comparison naturalComparison(Metric metric) {
    return metric == Metric::Latency || metric == Metric::ErrorRate || isOfSyncs(metric)
               ? Comparison::AtMost
               : Comparison::AtLeast;
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

bool canBeRelative(Metric metric) {
    switch (metric) {
    case Metric::SuccessRate:
    case Metric::ErrorRate:
    case Metric::Latency:
        return true;
    case Metric::RequestRate:
    case Metric::Satisfaction:
    case Metric::Consistency:
    case Metric::ShareNew:
    case Metric::Promql:
    case Metric::SyncBacklog:
    case Metric::DeadLetters:
        return false;
    }
    return false;
}

bool canCountUsers(Metric metric) {
    return metric == Metric::SuccessRate || metric == Metric::ErrorRate;
}

double trippingChance(const Guard &guard) {
    constexpr double Usual = 3; // windows
    const double k = std::max(guard.breaches, 1);
    const double n = std::max<double>(guard.windows, k);
    // In how many ways the others of the k lie among the windows before the one that trips.
    const double ways = std::lgamma(n) - std::lgamma(k) - std::lgamma(n - k + 1);
    const double chance = std::exp((Usual * std::log(Significance) - ways) / k);
    return chance > Significance * (1 - 1e-9) ? Significance : chance;
}

Judgement judgeWindow(const Guard &guard, const WindowReading &reading, Instant now) {
    Judgement judgement;
    judgement.at = now;
    judgement.verdict = verdictOf(guard, reading);
    judgement.samples = reading.samples;
    if (reading.value && std::isfinite(*reading.value)) judgement.value = reading.value;
    judgement.from = reading.from;
    judgement.to = reading.to;
    judgement.critical = judgement.verdict == Verdict::Breach && isBeyondCritical(guard, reading);
    if (guard.isRelative() && reading.reference && std::isfinite(*reading.reference)) {
        judgement.reference = reading.reference;
        const bool judged =
            judgement.verdict == Verdict::Pass || judgement.verdict == Verdict::Breach;
        if (judged) judgement.pValue = reading.pValue;
    }
    judgement.detail = detailOf(guard, reading, judgement.verdict);
    return judgement;
}

void GuardMemory::count(const Guard &guard, const Judgement &judgement) {
    Counted counted{judgement.from, judgement.to, {}};
    // The latest of those that share nothing with it, for a relative guard.
    const auto isApart = [&](const Counted &before) { return !guard.isRelative() || before.to <= counted.from; };
    const auto apart = std::find_if(m_counted.rbegin(), m_counted.rend(), isApart);
    if (apart != m_counted.rend()) {
        counted.breaches = apart->breaches << 1U;
        // Windows only go forward: none to come reaches back before this one.
        m_counted.erase(m_counted.begin(), apart.base() - (guard.isRelative() ? 1 : 0));
    }
    counted.breaches[0] = countsToTrip(guard, judgement);
    m_counted.push_back(counted);
}

void GuardMemory::add(const Guard &guard, Judgement judgement) {
    const bool wasTripped = tripped(guard);
    count(guard, judgement);
    m_recent.push_back(std::move(judgement));
    if (m_recent.size() > MostRecent) m_recent.erase(m_recent.begin());
    if (!tripped(guard))
        m_trippedAt.reset();
    else if (!wasTripped)
        m_trippedAt = m_recent.back().at;
}

int GuardMemory::breaches(const Guard &guard) const {
    if (m_counted.empty()) return 0;
    const auto windows = std::min(static_cast<std::size_t>(std::max(guard.windows, 1)), MostWindows);
    const auto unseen = MostWindows - windows;
    return static_cast<int>((m_counted.back().breaches << unseen).count());
}

bool GuardMemory::tripped(const Guard &guard) const {
    if (m_counted.empty()) return false;
    return m_recent.back().critical || breaches(guard) >= guard.breaches;
}

void GuardMemory::startAnew() {
    m_counted.clear();
    m_trippedAt.reset();
}

} // namespace crossfade
