// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/sampleinterval.h"

#include "models/consistency/keyhash.h"

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr double Quantile = 1.6448536269514722; // of the standard normal distribution at SampleConfidence

// ln of the probability that `sampled` rows of `population` hold none of `bad` ones. Symmetric in the two, so the
// shorter product is taken.
double logAllGood(std::int64_t sampled, std::int64_t population, std::int64_t bad)
{
    const std::int64_t terms = std::min(sampled, bad);
    const auto other = static_cast<double>(std::max(sampled, bad));
    double sum = 0;
    for (std::int64_t i = 0; i < terms; ++i) {
        const double left = static_cast<double>(population - i);
        if (other >= left) return -INFINITY; // there is no such draw
        sum += std::log1p(-other / left);
    }
    return sum;
}

// ln of the probability that at most `seen` of them are among the sampled: from the least possible number on, each term
// from the one before.
double logAtMost(std::int64_t seen, std::int64_t sampled, std::int64_t population, std::int64_t bad)
{
    const std::int64_t rest = population - sampled;
    const std::int64_t least = std::max<std::int64_t>(0, bad - rest);
    if (least > seen) return -INFINITY;
    double term = bad <= rest ? logAllGood(sampled, population, bad) : logAllGood(rest, population, population - bad);
    double sum = term;
    for (std::int64_t x = least; x < std::min({seen, sampled, bad}); ++x) {
        term += std::log(static_cast<double>(bad - x) / static_cast<double>(x + 1)) +
                std::log(static_cast<double>(sampled - x) / static_cast<double>(rest - bad + x + 1));
        const double larger = std::max(sum, term);
        sum = larger + std::log(std::exp(sum - larger) + std::exp(term - larger));
    }
    return sum;
}

// The least share of good rows that a sample with so many bad ones does not exclude.
double exactLower(std::int64_t seen, std::int64_t sampled, std::int64_t population)
{
    const double excluded = std::log(1 - SampleConfidence);
    std::int64_t possible = seen;                              // so many bad ones are not excluded
    std::int64_t impossible = population - sampled + seen + 1; // so many are
    while (impossible - possible > 1) {
        const std::int64_t bad = possible + (impossible - possible) / 2;
        (logAtMost(seen, sampled, population, bad) > excluded ? possible : impossible) = bad;
    }
    return 1 - static_cast<double>(possible) / static_cast<double>(population);
}

double lowerBound(std::int64_t good, std::int64_t sampled, std::int64_t population)
{
    constexpr double LeastVariance = 25; // of the number of bad rows seen
    const auto n = static_cast<double>(sampled);
    const double share = static_cast<double>(good) / n;
    const double left = static_cast<double>(population - sampled) / static_cast<double>(population - 1);
    if (n * share * (1 - share) * left < LeastVariance) return exactLower(sampled - good, sampled, population);
    // What was seen to be good is good.
    const double seen = static_cast<double>(good) / static_cast<double>(population);
    return std::max(seen, scoreBounds(share, n / left, Quantile).lower);
}

Percentage hundredths(double value)
{
    return Percentage::fromHundredths(std::clamp<std::int64_t>(static_cast<std::int64_t>(value), 0, Percentage::Whole));
}

// The union has the rows of the larger side and those only the other one has; of these the sample shows its share. What
// rules hide is not judged.
std::int64_t populationOf(const SampleFacts &facts)
{
    const CheckCounts &counts = facts.counts;
    const double share = (static_cast<double>(facts.bound) + 1) / static_cast<double>(KeyHashEnd);
    const auto reckoned = [share](std::int64_t rows) {
        return static_cast<std::int64_t>(std::llround(static_cast<double>(rows) / share));
    };
    if (facts.bound >= KeyHashEnd - 1) return counts.total();
    const std::int64_t all = facts.larger ? *facts.larger + reckoned(std::min(counts.missing, counts.extra)) - counts.ignored
                                          : reckoned(counts.total());
    return std::max(all, counts.total());
}

} // namespace

ShareBounds scoreBounds(double share, double rows, double quantile)
{
    const double square = quantile * quantile;
    const double middle = share + square / (2 * rows);
    const double width = quantile * std::sqrt(share * (1 - share) / rows + square / (4 * rows * rows));
    const double whole = 1 + square / rows;
    return {std::max(0.0, (middle - width) / whole), std::min(1.0, (middle + width) / whole)};
}

ShareBounds shareBounds(std::int64_t good, std::int64_t sampled, std::int64_t population)
{
    if (sampled <= 0) return {};
    good = std::clamp<std::int64_t>(good, 0, sampled);
    if (sampled >= population) {
        const double share = static_cast<double>(good) / static_cast<double>(sampled);
        return {share, share};
    }
    return {lowerBound(good, sampled, population), 1 - lowerBound(sampled - good, sampled, population)};
}

std::string_view sampleOutcomeWord(SampleOutcome outcome)
{
    switch (outcome) {
    case SampleOutcome::Above:
        return "ABOVE";
    case SampleOutcome::Below:
        return "BELOW";
    case SampleOutcome::Undecided:
        return "UNDECIDED";
    }
    return "UNDECIDED";
}

SampleVerdict sampleVerdict(const SampleFacts &facts, Percentage threshold)
{
    SampleVerdict verdict;
    const std::int64_t sampled = facts.counts.total();
    verdict.population = populationOf(facts);
    if (sampled >= verdict.population) { // all rows: their own percentage, without rounding up
        const Percentage rate = consistency(facts.counts).value_or(Percentage::fromHundredths(Percentage::Whole));
        verdict.lower = verdict.upper = rate;
    } else {
        constexpr double Slip = 1e-9; // of the arithmetic: 0.995 × 10 000 stays 9 950
        const ShareBounds share = shareBounds(facts.counts.matched, sampled, verdict.population);
        verdict.lower = hundredths(std::floor(share.lower * Percentage::Whole + Slip));
        verdict.upper = hundredths(std::ceil(share.upper * Percentage::Whole - Slip));
    }
    if (!facts.complete) return verdict;
    if (verdict.lower >= threshold) verdict.outcome = SampleOutcome::Above;
    else if (verdict.upper < threshold) verdict.outcome = SampleOutcome::Below;
    return verdict;
}

CheckStatus checkStatusOf(SampleOutcome outcome)
{
    switch (outcome) {
    case SampleOutcome::Above:
        return CheckStatus::Success;
    case SampleOutcome::Below:
        return CheckStatus::Failed;
    case SampleOutcome::Undecided:
        return CheckStatus::Partial;
    }
    return CheckStatus::Partial;
}

std::int64_t sampleBound(std::int64_t size, std::int64_t population)
{
    if (size >= population) return KeyHashEnd - 1;
    const double share = static_cast<double>(size) / static_cast<double>(population);
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(share * static_cast<double>(KeyHashEnd)), 0, KeyHashEnd - 1);
}

} // namespace crossfade
