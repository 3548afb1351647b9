// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/slot.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 10> MetricWords{"authentication_success_rate",
                                                      "error_rate",
                                                      "request_rate",
                                                      "authorization_latency",
                                                      "user_satisfaction",
                                                      "consistency_percentage",
                                                      "share_new",
                                                      "PROMQL",
                                                      "sync_backlog",
                                                      "dead_letters"};
constexpr std::array<std::string_view, 5> StatisticWords{"RATE", "MEAN", "P50", "P95", "P99"};
constexpr std::array<std::string_view, 5> LowerWords{"rate", "mean", "p50", "p95", "p99"};

// The text up to the next ';' as a number.
template <class T>
bool takeField(std::string_view &text, T &number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || length >= text.size() || text[length] != ';') return false;
    text.remove_prefix(length + 1);
    return true;
}

std::optional<double> latencyValue(const Slot &slot, Statistic statistic) {
    if (slot.latency.isEmpty()) return std::nullopt;
    const auto inMs = [](std::optional<double> us) { return *us / 1000; };
    switch (statistic) {
    case Statistic::Rate:
    case Statistic::Mean:
        return static_cast<double>(slot.latencySumUs) / static_cast<double>(slot.latency.count()) /
               1000;
    case Statistic::P50:
        return inMs(slot.latency.quantile(0.50));
    case Statistic::P95:
        return inMs(slot.latency.quantile(0.95));
    case Statistic::P99:
        return inMs(slot.latency.quantile(0.99));
    }
    return std::nullopt;
}

std::optional<double> satisfaction(const Slot &slot) {
    const auto users = static_cast<double>(slot.scores.count());
    const double all = users + slot.scoreCount;
    if (all == 0) return std::nullopt;
    return (slot.scoreSum + slot.scores.mean() * users) / all;
}

} // namespace

std::string_view metricWord(Metric metric) {
    return MetricWords[static_cast<std::size_t>(metric)];
}

std::optional<Metric> metricFromWord(std::string_view word) {
    for (std::size_t i = 0; i < MetricWords.size(); ++i) {
        if (MetricWords[i] == word) return static_cast<Metric>(i);
    }
    return std::nullopt;
}

bool isOfSyncs(Metric metric) {
    return metric == Metric::SyncBacklog || metric == Metric::DeadLetters;
}

bool isOfComparator(Metric metric) {
    return metric == Metric::Consistency || isOfSyncs(metric);
}

std::string_view statisticWord(Statistic statistic) {
    return StatisticWords[static_cast<std::size_t>(statistic)];
}

std::optional<Statistic> statisticFromWord(std::string_view word) {
    for (std::size_t i = 0; i < StatisticWords.size(); ++i) {
        if (StatisticWords[i] == word || LowerWords[i] == word) return static_cast<Statistic>(i);
    }
    return std::nullopt;
}

void Slot::addRequest(bool succeeded, std::uint32_t latencyUs) {
    ++count;
    if (succeeded) ++ok;
    latencySumUs += latencyUs;
    latency.add(latencyUs);
}

void Slot::addScore(double score, std::uint64_t user) {
    if (user != 0) return scores.add(user, static_cast<float>(score));
    scoreSum += score;
    ++scoreCount;
}

void Slot::merge(const Slot &other) {
    count += other.count;
    ok += other.ok;
    latencySumUs += other.latencySumUs;
    latency.merge(other.latency);
    scoreSum += other.scoreSum;
    scoreCount += other.scoreCount;
    scores.merge(other.scores);
}

std::optional<double> Slot::value(Metric metric, Statistic statistic, double seconds) const {
    switch (metric) {
    case Metric::SuccessRate:
        return count == 0 ? std::nullopt : std::optional(100.0 * ok / count);
    case Metric::ErrorRate:
        return count == 0 ? std::nullopt : std::optional(100.0 * (count - ok) / count);
    case Metric::RequestRate:
        return count / seconds;
    case Metric::Latency:
        return latencyValue(*this, statistic);
    case Metric::Satisfaction:
        return satisfaction(*this);
    case Metric::Consistency:
    case Metric::ShareNew:
    case Metric::Promql:
    case Metric::SyncBacklog:
    case Metric::DeadLetters:
        return std::nullopt;
    }
    return std::nullopt;
}

std::uint64_t Slot::samples(Metric metric) const {
    switch (metric) {
    case Metric::SuccessRate:
    case Metric::ErrorRate:
    case Metric::RequestRate:
        return count;
    case Metric::Latency:
        return latency.count();
    case Metric::Satisfaction:
        return scoreCount + scores.count();
    case Metric::Consistency:
    case Metric::ShareNew:
    case Metric::Promql:
    case Metric::SyncBacklog:
    case Metric::DeadLetters:
        return 0;
    }
    return 0;
}

std::string Slot::text() const {
    char score[64];
    std::snprintf(score, sizeof score, "%.17g;%u;", scoreSum, scoreCount);
    return std::to_string(count) + ';' + std::to_string(ok) + ';' + std::to_string(latencySumUs) +
           ';' + score + latency.text() + (scores.isEmpty() ? "" : '|' + scores.text());
}

std::optional<Slot> Slot::fromText(std::string_view text) {
    Slot slot;
    if (!takeField(text, slot.count) || !takeField(text, slot.ok) ||
        !takeField(text, slot.latencySumUs) || !takeField(text, slot.scoreSum) ||
        !takeField(text, slot.scoreCount))
        return std::nullopt;
    const std::size_t bar = text.find('|');
    std::optional<Histogram> latency = Histogram::fromText(text.substr(0, bar));
    if (!latency || slot.ok > slot.count) return std::nullopt;
    slot.latency = std::move(*latency);
    if (bar == std::string_view::npos) return slot;
    std::optional<UserScores> scores = UserScores::fromText(text.substr(bar + 1));
    if (!scores) return std::nullopt;
    slot.scores = std::move(*scores);
    return slot;
}

bool CohortFilter::matches(const Cohort &cohort) const {
    return (!platform || *platform == cohort.platform) &&
           (!systemId || *systemId == cohort.systemId) &&
           (!policyId || *policyId == cohort.policyId);
}

} // namespace crossfade
