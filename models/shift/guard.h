// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/platform.h"
#include "models/core/time.h"
#include "models/metrics/slot.h"
#include "models/metrics/usersketch.h"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class Comparison { AtLeast, AtMost }; // ">=", "<="
std::string_view comparisonWord(Comparison comparison);
bool holds(Comparison comparison, double value, double threshold);
// Latencies, errors and what syncs have left undone are kept below, everything else above.
Comparison naturalComparison(Metric metric);

enum class OnBreach { Hold, ProposeRollback, Rollback };
std::string_view onBreachWord(OnBreach onBreach);
std::optional<OnBreach> onBreachFromWord(std::string_view word);

// A metric that must stay on the right side of its threshold for a shift to go on.
struct Guard {
    std::string id; // within its policy
    Metric metric = Metric::SuccessRate;
    Statistic statistic = Statistic::Rate;
    Platform platform = Platform::New; // whose requests are judged
    Comparison comparison = Comparison::AtLeast;
    double threshold = 0;                    // percent, milliseconds or score, as the metric
    // Instead of the threshold: no worse than the other platform in the same window by more than this,
    // for rates in points of percent, for latencies in percent of the other platform's.
    std::optional<double> tolerance;
    std::optional<double> criticalThreshold; // one window beyond it trips at once
    std::int64_t windowSeconds = 60;
    std::uint64_t minSamples = 100;
    int breaches = 3;                 // trips on the k-th breach …
    int windows = 3;                  // … among the last n judged windows
    bool decides = true;              // false: SHOW, judged and shown but never in the way
    std::optional<OnBreach> onBreach; // absent: the policy's
    std::string checkName;            // Consistency: of which check of the comparator
    std::string source;               // Promql: which metric source is asked
    std::string expression;           // Promql: an instant query, plain text
    std::string samplesExpression;    // Promql: how many samples stand behind it; "": it does not count
    // Of a rate: the share of users, each counted once, who had no request that failed. One robot that
    // retries is one user.
    bool countsUsers = false;
    bool operator==(const Guard &) const = default;

    bool isRelative() const { return tolerance.has_value(); }
    bool countsSamples() const { return metric != Metric::Promql || !samplesExpression.empty(); }
    // How many of them it needs. An answer of the comparator is one, however many are asked for.
    std::uint64_t neededSamples() const {
        return isOfComparator(metric) ? std::min<std::uint64_t>(minSamples, 1) : minSamples;
    }
};

// What sentences call it: the metric's word, of Promql with the (shortened) expression.
std::string guardTitle(const Guard &guard);

// Whether the metric can be held against the other platform's.
bool canBeRelative(Metric metric);
// Whether users can be counted instead of requests.
bool canCountUsers(Metric metric);

enum class Verdict { Pass, Breach, TooFew, NoData, Stale, SourceError };
std::string_view verdictWord(Verdict verdict);
std::optional<Verdict> verdictFromWord(std::string_view word);

// What a source said about one window of one guard.
struct WindowReading {
    std::optional<double> value; // absent: nothing measured
    std::uint64_t samples = 0;
    std::optional<Instant> newest; // of the latest sample; also outside the window
    Instant from{};                // the window [from, to)
    Instant to{};
    std::string sourceError; // not empty: the source itself failed
    // Not empty: somebody's evidence of this window is not counted, as his clock is too far off. What is left may
    // breach, but it does not pass.
    std::string clockFault;
    // Of a relative guard: what the other platform measured, and how likely a difference at least as bad as
    // this one is while ours is no worse than tolerated.
    std::optional<double> reference;
    std::uint64_t referenceSamples = 0;
    double pValue = 1;
};

// A relative guard is breached below this chance: once in a hundred disjoint windows where both platforms
// are as bad as is tolerated, much rarer where they are alike. k of n makes it rare enough.
inline constexpr double Significance = 0.01;

// Below which a breach counts towards a relative guard's trip. The usual three of three ask for Significance in
// each, one in a million together. Whoever trips on fewer windows, or on some of many, asks for as much proof: else
// one of the looks of half an hour would trip it by chance where both platforms are alike. A breach that counts for
// less is one all the same, and lets no step be taken.
double trippingChance(const Guard &guard);

// Fills `reading` with both platforms' figures and the p-value: of the score test for rates, of the rank
// test for a mean latency, and for a percentile of both the rank and the quantile test, by Bonferroni twice
// the smaller one (models/metrics/significance.h).
void readRelative(const Guard &guard, const Slot &ours, const Slot &theirs, WindowReading &reading);

// The same where users are counted: by the users of both platforms, who are samples too.
void readUsers(const Guard &guard, const UserCounts &ours, const UserCounts &theirs, WindowReading &reading);

struct Judgement {
    Instant at{};
    Verdict verdict = Verdict::NoData;
    std::optional<double> value;
    std::uint64_t samples = 0;
    bool critical = false; // beyond the critical threshold
    Instant from{};
    Instant to{};
    std::string detail; // one sentence: the real cause
    std::optional<double> reference; // of a relative guard: the other platform's value
    std::optional<double> pValue;
};

// The verdict of one window. NaN and infinity are SOURCE_ERROR; no sample at all is NO_DATA, or
// STALE when the source has older ones; fewer than minSamples is TOO_FEW whatever the value. A relative
// guard needs as many samples of the other platform. What an expression answers while its window still
// reaches back before the step may be of another share: it may breach, but it does not pass.
Judgement judgeWindow(const Guard &guard, const WindowReading &reading, Instant now);

// k of n with decay: remembers the last n judged windows; a window that is neither PASS nor BREACH
// takes its place too, so old breaches pass out of sight. Of a relative guard only windows that share no
// request are counted: three looks at the same chance are not three chances.
class GuardMemory {
public:
    static constexpr std::size_t MostRecent = 180; // judgements kept for the sparkline
    static constexpr std::size_t MostWindows = 128; // that are counted

    void add(const Guard &guard, Judgement judgement);
    const std::vector<Judgement> &recent() const { return m_recent; }
    const Judgement *last() const { return m_recent.empty() ? nullptr : &m_recent.back(); }
    int breaches(const Guard &guard) const; // among the last n
    bool tripped(const Guard &guard) const;
    std::optional<Instant> trippedAt() const { return m_trippedAt; }
    // After a rollback or a resume the count starts anew; what was seen stays for the sparkline.
    void startAnew();

private:
    // A judged window with those that count before it: the breach of the i-th latest is its bit i.
    struct Counted {
        Instant from{};
        Instant to{};
        std::bitset<MostWindows> breaches;
    };
    void count(const Guard &guard, const Judgement &judgement);

    std::vector<Judgement> m_recent; // oldest first
    // Oldest first. The last one, and of a relative guard those that a later window may still build on:
    // not those of the sparkline, for long windows judged often are more than it holds.
    std::vector<Counted> m_counted;
    std::optional<Instant> m_trippedAt;
};

} // namespace crossfade
