// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/syncreading.h"

#include <algorithm>

namespace crossfade {

namespace {

// The comparator is asked once a second and has two to answer: a shorter window would often miss it.
constexpr std::int64_t ShortestWindow = 10;
constexpr Seconds FreshFor{10};

std::string wordOf(const Json &item, const char *name) {
    const auto found = item.find(name);
    return found != item.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> countOf(const Json &item, const char *name) {
    const auto found = item.find(name);
    if (found == item.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

std::optional<SyncStanding> readStanding(const Json &item) {
    if (!item.is_object()) return std::nullopt;
    const auto source = platformFromWord(wordOf(item, "source_system"));
    const auto target = platformFromWord(wordOf(item, "target_system"));
    const auto backlog = countOf(item, "backlog");
    const auto dead = countOf(item, "dead_letters");
    std::string state = wordOf(item, "state");
    if (!source || !target || !backlog || !dead || state.empty()) return std::nullopt;
    const auto lag = countOf(item, "lag_seconds");
    return SyncStanding{wordOf(item, "data_type"), *source, *target,
                        wordOf(item, "sync_direction") == "BIDIRECTIONAL", std::move(state), *backlog, *dead,
                        lag.has_value(), wordOf(item, "last_error"), lag.value_or(0)};
}

std::string nameOf(const SyncStanding &sync) {
    return "the sync of " + sync.dataType + ", " + std::string(platformWord(sync.source)) + " to " +
           std::string(platformWord(sync.target));
}

} // namespace

std::string unknownSyncs(const SyncFact &fact, Instant now) {
    if (!fact.error.empty()) return fact.error;
    if (!fact.at || now - *fact.at > FreshFor) return "the comparator has not told for a while how the syncs stand";
    return fact.syncs.empty() ? "no sync runs" : std::string();
}

std::string syncProblem(const SyncStanding &sync) {
    if (sync.state != "FOLLOWING" && sync.state != "BACKFILLING") return nameOf(sync) + ", is " + sync.state;
    if (!sync.lastError.empty()) return nameOf(sync) + ", fails: " + sync.lastError;
    if (!sync.wasInStep) return nameOf(sync) + ", has not looked at everything yet";
    return {};
}

std::optional<std::uint64_t> strandedWrites(const SyncFact &fact, Instant now) {
    if (!unknownSyncs(fact, now).empty()) return std::nullopt;
    std::optional<std::uint64_t> writes;
    for (const SyncStanding &sync : fact.syncs) {
        if (!sync.carries(Platform::New)) continue;
        if (!syncProblem(sync).empty()) return std::nullopt;
        writes = writes.value_or(0) + sync.backlog;
    }
    return writes;
}

Fact carriedBack(const SyncFact &fact, Platform changesOf, Seconds mostLag, Instant now) {
    const std::string unknown = unknownSyncs(fact, now);
    std::optional<std::uint64_t> furthest;
    for (const SyncStanding &sync : fact.syncs) {
        if (!sync.carries(changesOf)) continue;
        if (!unknown.empty()) return {false, nameOf(sync) + ": " + unknown};
        if (std::string problem = syncProblem(sync); !problem.empty()) return {false, std::move(problem)};
        if (sync.lagSeconds > static_cast<std::uint64_t>(mostLag.count()))
            return {false, nameOf(sync) + ", is " + std::to_string(sync.lagSeconds) + " s behind, more than " +
                               std::to_string(mostLag.count()) + " s"};
        furthest = std::max(furthest.value_or(0), sync.lagSeconds);
    }
    if (furthest) return {true, "the syncs back are " + std::to_string(*furthest) + " s behind at most"};
    const bool told = fact.error.empty() && fact.at && now - *fact.at <= FreshFor;
    return {true, told ? std::string() : "whether a sync goes back is not known"};
}

SyncFact readSyncFact(const Json &answer, Instant askedAt) {
    SyncFact fact;
    fact.at = askedAt;
    const auto items = answer.is_object() ? answer.find("items") : answer.end();
    if (!answer.is_object() || items == answer.end() || !items->is_array()) {
        fact.error = "the comparator's answer has no items";
        return fact;
    }
    for (const Json &item : *items) {
        auto sync = readStanding(item);
        if (!sync) { // left out it would count as nothing left to do
            fact.error = "the comparator's answer about a sync cannot be read";
            return fact;
        }
        fact.syncs.push_back(std::move(*sync));
    }
    return fact;
}

WindowReading syncReading(const Guard &guard, const SyncFact &fact, Instant now) {
    WindowReading reading;
    reading.to = now;
    reading.from = now - Seconds(std::max(guard.windowSeconds, ShortestWindow));
    reading.newest = fact.at;
    reading.sourceError = fact.error;
    if (fact.syncs.empty() || !reading.sourceError.empty()) return reading;
    double sum = 0;
    for (const SyncStanding &sync : fact.syncs) {
        if (guard.metric == Metric::SyncBacklog && reading.sourceError.empty()) reading.sourceError = syncProblem(sync);
        sum += static_cast<double>(guard.metric == Metric::SyncBacklog ? sync.backlog : sync.deadLetters);
    }
    if (!reading.sourceError.empty()) return reading;
    reading.value = sum;
    reading.samples = fact.at && *fact.at >= reading.from ? 1 : 0;
    return reading;
}

} // namespace crossfade
