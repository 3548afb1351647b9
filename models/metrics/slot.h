// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/core/time.h"
#include "models/metrics/histogram.h"
#include "models/metrics/userscores.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// What is measured. Rates in percent, latency in milliseconds, scores 1 to 5.
enum class Metric {
    SuccessRate,  // authentication_success_rate: ok ÷ all, percent
    ErrorRate,    // error_rate: 100 − success rate
    RequestRate,  // request_rate: a second
    Latency,      // authorization_latency: milliseconds
    Satisfaction, // user_satisfaction: mean of pushed scores, the last one of each user
    Consistency,  // consistency_percentage: of the comparator's checks
    ShareNew,     // share_new: requests NEW served ÷ all, percent
    Promql,       // PROMQL: whatever an expression answers, in its own unit
    SyncBacklog,  // sync_backlog: changes the comparator's syncs have yet to carry over
    DeadLetters,  // dead_letters: tasks of its syncs that used up their retries
};
// What the comparator tells, and no request of a cohort.
bool isOfComparator(Metric metric);
bool isOfSyncs(Metric metric);
std::string_view metricWord(Metric metric);
std::optional<Metric> metricFromWord(std::string_view word);

enum class Statistic { Rate, Mean, P50, P95, P99 };
std::string_view statisticWord(Statistic statistic);               // "RATE", …
std::optional<Statistic> statisticFromWord(std::string_view word); // either case

// The requests of one second (or several merged) of one cohort.
struct Slot {
    std::uint32_t count = 0;
    std::uint32_t ok = 0;
    std::uint64_t latencySumUs = 0;
    Histogram latency;
    double scoreSum = 0; // of scores whose user was not told: each counts as one of another user
    std::uint32_t scoreCount = 0;
    UserScores scores;

    void addRequest(bool succeeded, std::uint32_t latencyUs);
    void addScore(double score, std::uint64_t user = 0); // 64 well mixed bits of the id; 0: not told
    void merge(const Slot &other); // `other` is as late or later: its scores are the newer ones
    bool isEmpty() const { return count == 0 && scoreCount == 0 && scores.isEmpty(); }

    // The value over `seconds` of wall time, nothing where there is no sample for it. ShareNew,
    // Promql and what the comparator tells are not of one cohort: nothing.
    std::optional<double> value(Metric metric, Statistic statistic, double seconds) const;
    // How many samples stand behind that value.
    std::uint64_t samples(Metric metric) const;

    std::string text() const; // for the store
    static std::optional<Slot> fromText(std::string_view text);
};

// Whose requests a slot holds. An empty policy: requests no policy decided.
struct Cohort {
    Platform platform = Platform::Legacy;
    std::string systemId;
    std::string policyId;
    // Counted by an agent beside a traffic engine. Those are kept apart, as they are stored apart; whoever adds up
    // or draws takes both.
    bool ofAgent = false;
    auto operator<=>(const Cohort &) const = default;
};

// Which cohorts to add up; an absent field means all.
struct CohortFilter {
    std::optional<Platform> platform;
    std::optional<std::string> systemId;
    std::optional<std::string> policyId;
    bool matches(const Cohort &cohort) const;
};

} // namespace crossfade
