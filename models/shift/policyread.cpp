// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/ids.h"
#include "models/core/weeklyjson.h"
#include "models/metrics/userslots.h"
#include "models/shift/policy.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostGuards = 128; // of the whole policy, however they were named
constexpr std::size_t MostNamed = 32;   // of each of the source's lists
constexpr std::size_t MostSteps = 200;
constexpr std::size_t MostFreezes = 200;
constexpr std::size_t MostExpression = 1'000; // bytes
constexpr std::size_t MostChangeWindows = 50;

std::string itemPointer(const JsonReader &parent, std::string_view list, std::size_t index) {
    return parent.pointerTo(list) + "/" + std::to_string(index);
}

bool isRate(Metric metric) {
    return metric == Metric::SuccessRate || metric == Metric::ErrorRate ||
           metric == Metric::Consistency;
}

std::optional<Metric> readMetric(JsonReader &in) {
    const std::string word = in.text("metric", 100, 1);
    const std::optional<Metric> metric = metricFromWord(word);
    const bool judged = metric && *metric != Metric::ShareNew;
    if (!word.empty() && !judged) in.reject("metric", "is not a known metric");
    return judged ? metric : std::nullopt;
}

Comparison readComparison(JsonReader &in, Metric metric) {
    const auto word = in.optionalWord("comparison", {">=", "<="});
    if (!word) return naturalComparison(metric);
    const Comparison comparison = *word == 0 ? Comparison::AtLeast : Comparison::AtMost;
    const bool bounded = metric == Metric::Latency || metric == Metric::SuccessRate ||
                         metric == Metric::ErrorRate || isOfComparator(metric);
    // A latency that must be high, or a success rate that must be low, is always a slip of the pen.
    if (bounded && comparison != naturalComparison(metric))
        in.reject("comparison", "must be " +
                                    std::string(comparisonWord(naturalComparison(metric))) +
                                    " for this metric");
    return comparison;
}

Range rangeOf(Metric metric) {
    if (metric == Metric::Promql) return {-1e15, 1e15}; // in a unit of its own
    return isRate(metric) ? Range{0, 100} : Range{0, 1e9};
}

void readThresholds(JsonReader &in, Guard &guard) {
    guard.threshold = in.number("threshold", rangeOf(guard.metric));
    guard.criticalThreshold = in.optionalNumber("critical_threshold", rangeOf(guard.metric));
    if (guard.criticalThreshold && !in.has("threshold")) return;
    if (guard.criticalThreshold &&
        holds(guard.comparison, *guard.criticalThreshold, guard.threshold) &&
        *guard.criticalThreshold != guard.threshold)
        in.reject("critical_threshold", "must lie beyond the threshold");
}

// What a relative guard has in its threshold's place; a window beyond its critical threshold, which is
// an absolute one, trips it all the same.
void readTolerance(JsonReader &in, Guard &guard) {
    guard.tolerance = in.optionalNumber("tolerance", {0, guard.metric == Metric::Latency ? 1e3 : 50});
    guard.criticalThreshold = in.optionalNumber("critical_threshold", rangeOf(guard.metric));
    if (!canBeRelative(guard.metric)) in.reject("tolerance", "does not exist for this metric");
    if (in.has("threshold")) in.reject("threshold", "must be null beside a tolerance");
    in.ignore("threshold");
}

Statistic readStatistic(JsonReader &in, Metric metric) {
    const auto word = in.optionalWord("statistic", {"RATE", "MEAN", "P50", "P95", "P99"});
    if (!word) {
        if (metric == Metric::Latency) return Statistic::P95;
        return metric == Metric::Satisfaction ? Statistic::Mean : Statistic::Rate;
    }
    const auto statistic = static_cast<Statistic>(*word);
    const bool fits = metric == Metric::Latency
                          ? statistic != Statistic::Rate
                          : statistic == Statistic::Rate ||
                                (metric == Metric::Satisfaction && statistic == Statistic::Mean);
    if (!fits) in.reject("statistic", "does not exist for this metric");
    return statistic;
}

std::string readExpression(JsonReader &in, std::string_view field) {
    std::string text = in.optionalText(field, MostExpression).value_or("");
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (blank && in.has(field)) in.reject(field, "must not be blank");
    return text;
}

// The fields of an expression: required of PROMQL, a slip of the pen with every other metric.
void readPromql(JsonReader &in, Guard &guard) {
    if (guard.metric != Metric::Promql) {
        for (const char *field : {"source", "expression", "samples_expression"}) {
            if (in.has(field)) in.reject(field, "is for PROMQL only");
            in.ignore(field);
        }
        return;
    }
    guard.source = in.optionalId("source").value_or("");
    guard.expression = readExpression(in, "expression");
    guard.samplesExpression = readExpression(in, "samples_expression");
    for (const char *field : {"source", "expression"}) {
        if (!in.has(field)) in.reject(field, "is required for PROMQL");
    }
}

// Some metrics have no requests behind them that could be counted.
void readMinSamples(JsonReader &in, Guard &guard) {
    const std::uint64_t fewest = guard.metric == Metric::Latency ? 200 : 100;
    const bool counts = guard.countsSamples();
    const auto samples = in.optionalInteger("min_samples", counts ? 1 : 0, 10'000'000);
    if (!counts && samples.value_or(0) != 0) in.reject("min_samples", "needs a samples_expression");
    const std::uint64_t usual = isOfComparator(guard.metric) ? 1 : fewest;
    guard.minSamples = !counts ? 0 : samples ? static_cast<std::uint64_t>(*samples) : usual;
}

// Users are kept for some minutes only.
void readCounted(JsonReader &in, Guard &guard) {
    guard.countsUsers = in.optionalWord("counts", {"REQUESTS", "USERS"}) == std::size_t{1};
    if (!guard.countsUsers) return;
    if (!canCountUsers(guard.metric)) in.reject("counts", "must be REQUESTS for this metric");
    if (guard.windowSeconds > UserSlots::LongestWindow)
        in.reject("window_seconds", "must be at most 600 where users are counted");
}

bool isTaken(const std::vector<Guard> &guards, const std::string &id) {
    return std::ranges::find(guards, id, &Guard::id) != guards.end();
}

// For a guard that was given no id.
std::string freeId(const std::vector<Guard> &guards) {
    std::size_t number = guards.size() + 1;
    while (isTaken(guards, "g" + std::to_string(number)))
        ++number;
    return "g" + std::to_string(number);
}

// The runs of a check may be weeks apart; what requests show is kept for an hour by the second.
void readWindow(JsonReader &in, Guard &guard) {
    constexpr std::int64_t OfRequests = 3'600;
    constexpr std::int64_t OfChecks = 30 * 86'400;
    const bool ofCheck = guard.metric == Metric::Consistency;
    const auto seconds = in.optionalInteger("window_seconds", 1, ofCheck ? OfChecks : OfRequests);
    guard.windowSeconds = seconds.value_or(ofCheck ? 3'600 : 60);
}

// `target`: whose requests are judged by a guard that does not say it.
Guard readGuard(JsonReader &in, const std::vector<Guard> &before, Platform target) {
    Guard guard;
    guard.id = in.optionalId("id").value_or(freeId(before));
    if (isTaken(before, guard.id)) in.reject("id", "stands twice");
    guard.metric = readMetric(in).value_or(Metric::SuccessRate);
    guard.statistic = readStatistic(in, guard.metric);
    const auto platform = in.optionalWord("platform", {"LEGACY", "NEW"});
    guard.platform = !platform ? target : *platform == 0 ? Platform::Legacy : Platform::New;
    guard.comparison = readComparison(in, guard.metric);
    if (in.has("tolerance")) {
        readTolerance(in, guard);
    } else {
        in.ignore("tolerance");
        readThresholds(in, guard);
    }
    readWindow(in, guard);
    readCounted(in, guard);
    readPromql(in, guard);
    readMinSamples(in, guard);
    guard.breaches = static_cast<int>(in.optionalInteger("breaches", 1, 100).value_or(3));
    guard.windows = static_cast<int>(
        in.optionalInteger("windows", 1, 100).value_or(std::max(guard.breaches, 3)));
    if (guard.breaches > guard.windows) in.reject("breaches", "must not be more than windows");
    guard.decides = in.optionalWord("mode", {"DECIDE", "SHOW"}) != std::size_t{1};
    if (const auto word = in.optionalWord("on_breach", {"HOLD", "PROPOSE_ROLLBACK", "ROLLBACK"}))
        guard.onBreach = static_cast<OnBreach>(*word);
    guard.checkName = in.optionalText("check_name", 200).value_or("");
    if (guard.metric == Metric::Consistency && guard.checkName.empty())
        in.reject("check_name", "is required for consistency_percentage");
    in.finish();
    return guard;
}

// `list` of {metric, threshold}: how the source system names guards; a rollback condition rolls
// back.
void readNamedThresholds(JsonReader &in, std::string_view list, std::optional<OnBreach> onBreach, Platform target,
                         std::vector<Guard> &guards) {
    const Json *items = in.optionalArray(list, MostNamed);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], itemPointer(in, list, i), in);
        Guard guard;
        guard.id = freeId(guards);
        guard.metric = readMetric(item).value_or(Metric::SuccessRate);
        if (guard.metric == Metric::Consistency)
            item.reject("metric", "needs a check: write it under guards with check_name");
        if (guard.metric == Metric::Promql)
            item.reject("metric", "needs an expression: write it under guards");
        guard.statistic = readStatistic(item, guard.metric);
        guard.comparison = naturalComparison(guard.metric);
        readThresholds(item, guard);
        guard.minSamples = isOfComparator(guard.metric) ? 1 : guard.metric == Metric::Latency ? 200 : 100;
        guard.platform = target;
        guard.onBreach = onBreach;
        item.finish();
        guards.push_back(std::move(guard));
    }
}

// A metric that is only to be watched.
void readMonitoringMetrics(JsonReader &in, Platform target, std::vector<Guard> &guards) {
    const std::vector<std::string> words = in.optionalTexts("monitoring_metrics", MostNamed, 100);
    for (const std::string &word : words) {
        const std::optional<Metric> metric = metricFromWord(word);
        if (!metric || *metric == Metric::ShareNew || *metric == Metric::Consistency ||
            *metric == Metric::Promql) {
            in.reject("monitoring_metrics", word + " is not a known metric");
            continue;
        }
        const auto same = [&](const Guard &guard) { return guard.metric == *metric; };
        if (std::ranges::any_of(guards, same)) continue; // its threshold decides already
        Guard guard;
        guard.id = freeId(guards);
        guard.metric = *metric;
        guard.platform = target;
        guard.statistic = *metric == Metric::Latency ? Statistic::P95 : Statistic::Rate;
        guard.comparison = naturalComparison(*metric);
        const double highest = isRate(*metric) ? 100 : 1e9; // what holds whatever is measured
        guard.threshold = guard.comparison == Comparison::AtMost ? highest : 0;
        guard.decides = false;
        guards.push_back(std::move(guard));
    }
}

std::vector<Guard> readGuards(JsonReader &in, Platform target) {
    std::vector<Guard> guards;
    const Json *items = in.optionalArray("guards", MostGuards);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], itemPointer(in, "guards", i), in);
        guards.push_back(readGuard(item, guards, target));
    }
    readNamedThresholds(in, "success_thresholds", std::nullopt, target, guards);
    readNamedThresholds(in, "rollback_conditions", OnBreach::Rollback, target, guards);
    readMonitoringMetrics(in, target, guards);
    // What is stored is read back as one list: it must never be longer than a list may be.
    if (guards.size() > MostGuards)
        in.reject("guards", "must not be more than " + std::to_string(MostGuards) +
                                " together with the named thresholds and metrics");
    return guards;
}

std::vector<ShiftStep> readSteps(JsonReader &in, Percentage max) {
    std::vector<ShiftStep> steps;
    const Json *items = in.optionalArray("steps", MostSteps);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], itemPointer(in, "steps", i), in);
        ShiftStep step;
        if (!item.has("percentage")) item.reject("percentage", "is required");
        step.percentage = item.optionalPercentage("percentage").value_or(Percentage());
        step.stabilizationSeconds = item.optionalInteger("stabilization_seconds", 0, 7 * 86'400);
        if (const auto samples = item.optionalInteger("min_samples", 1, 10'000'000))
            step.minSamples = static_cast<std::uint64_t>(*samples);
        step.approval = item.optionalBoolean("approval");
        if (!steps.empty() && step.percentage <= steps.back().percentage)
            item.reject("percentage", "must be more than the step before");
        if (step.percentage > max)
            item.reject("percentage", "must not be above max_shift_percentage");
        item.finish();
        steps.push_back(step);
    }
    return steps;
}

bool isZone(const std::string &name, const ZoneSource &zones) {
    return name.empty() || !zones || zones(name);
}

std::vector<Recurrence> readChangeWindows(JsonReader &in, const ZoneSource &zones) {
    std::vector<Recurrence> windows;
    const Json *items = in.optionalArray("change_windows", MostChangeWindows);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], itemPointer(in, "change_windows", i), in);
        Recurrence window{readWeeklyWindow(item), nullptr};
        const std::string &zone = window.weekly.timeZone;
        if (!isZone(zone, zones))
            item.reject("time_zone", "must be the IANA name of a time zone, as Europe/Berlin");
        else if (zones && !zone.empty())
            window.zone = zones(zone);
        item.finish();
        windows.push_back(std::move(window));
    }
    return windows;
}

std::vector<Freeze> readFreezes(JsonReader &in, const ZoneSource &zones) {
    std::vector<Freeze> freezes;
    const Json *items = in.optionalArray("freezes", MostFreezes);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], itemPointer(in, "freezes", i), in);
        const auto start = item.optionalInstant("start");
        const auto end = item.optionalInstant("end");
        if (!start && !item.has("start")) item.reject("start", "is required");
        if (!end && !item.has("end")) item.reject("end", "is required");
        if (start && end && *end <= *start) item.reject("end", "must be after start");
        freezes.push_back({start.value_or(Instant()), end.value_or(Instant()),
                           item.optionalText("reason", 1'000).value_or(""),
                           item.optionalText("time_zone", 64).value_or("")});
        if (!isZone(freezes.back().timeZone, zones))
            item.reject("time_zone", "must be the IANA name of a time zone, as Europe/Berlin");
        item.finish();
    }
    return freezes;
}

std::optional<ConsistencyGate> readConsistencyGate(JsonReader &in) {
    const Json *object = in.optionalObject("consistency_gate");
    if (!object) return std::nullopt;
    JsonReader item(*object, in.pointerTo("consistency_gate"), in);
    ConsistencyGate gate;
    gate.checkNames = item.optionalTexts("check_names", 20, 200);
    if (gate.checkNames.empty()) item.reject("check_names", "must name at least one check");
    gate.minimumPercentage = item.optionalNumber("minimum_percentage", {0, 100}).value_or(99.5);
    gate.maxAgeSeconds = item.optionalInteger("max_age_seconds", 1, 30 * 86'400).value_or(3'600);
    item.finish();
    return gate;
}

// What stands before an @ would be a secret that every reader sees.
std::string readHealthUrl(JsonReader &in, std::string_view field, bool isNew) {
    std::string url = in.optionalText(field, 2'000).value_or("");
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    const std::size_t host = http ? url.find("//") + 2 : 0;
    const bool user = url.substr(host, url.find_first_of("/?#", host) - host).find('@') != std::string::npos;
    if (!url.empty() && (!http || url.find_first_of(" \t\r\n") != std::string::npos))
        in.reject(field, "must be an http or https URL");
    else if (isNew && user)
        in.reject(field, "must not hold a user or password: everybody who reads the policy sees it");
    return url;
}

void readWay(JsonReader &in, ShiftPolicy &policy, const ZoneSource &zones) {
    policy.max = in.optionalPercentage("max_shift_percentage").value_or(policy.max);
    policy.increment = in.optionalPercentage("shift_increment").value_or(policy.increment);
    if (policy.max == Percentage()) in.reject("max_shift_percentage", "must be above 0");
    if (policy.increment == Percentage()) in.reject("shift_increment", "must be above 0");
    policy.steps = readSteps(in, policy.max);
    policy.stabilizationSeconds = in.optionalInteger("stabilization_seconds", 0, 7 * 86'400)
                                      .value_or(policy.stabilizationSeconds);
    policy.intervalSeconds =
        in.optionalInteger("interval_seconds", 1, 3'600).value_or(policy.intervalSeconds);
    policy.changeWindows = readChangeWindows(in, zones);
    policy.freezes = readFreezes(in, zones);
}

void readApproval(JsonReader &in, ShiftPolicy &policy) {
    if (const auto word = in.optionalWord("approval", {"NONE", "EACH_STEP", "ABOVE"}))
        policy.approval = static_cast<StepApproval>(*word);
    const bool above = policy.approval == StepApproval::Above;
    if (above && !in.has("approval_above"))
        in.reject("approval_above", "is required with approval ABOVE");
    if (!above && in.has("approval_above"))
        in.reject("approval_above", "only goes with approval ABOVE");
    policy.approvalAbove = in.optionalPercentage("approval_above").value_or(Percentage());
    policy.secondPerson = in.optionalBoolean("second_person").value_or(false);
}

void readActs(JsonReader &in, ShiftPolicy &policy, bool isNew) {
    if (const auto word = in.optionalWord("on_breach", {"HOLD", "PROPOSE_ROLLBACK", "ROLLBACK"}))
        policy.onBreach = static_cast<OnBreach>(*word);
    policy.proposalDeadlineSeconds = in.optionalInteger("proposal_deadline_seconds", 1, 86'400)
                                         .value_or(policy.proposalDeadlineSeconds);
    policy.proposalRollsBack =
        in.optionalWord("proposal_default", {"ROLLBACK", "HOLD"}) != std::size_t{1};
    readApproval(in, policy);
    policy.usersWithoutId = in.optionalWord("users_without_id", {"LEGACY", "NEW"}) == std::size_t{1}
                                ? Platform::New
                                : Platform::Legacy;
    if (in.optionalWord("move_at", {"IMMEDIATE", "NEXT_SIGN_IN"}) == std::size_t{1})
        policy.moveAt = MoveAt::NextSignIn;
    policy.newHealthUrl = readHealthUrl(in, "new_health_url", isNew);
    policy.legacyHealthUrl = readHealthUrl(in, "legacy_health_url", isNew);
}

} // namespace

Result<ShiftPolicy> policyFromJson(const Json &body, const std::string &newSalt,
                                   const ZoneSource &zones) {
    JsonReader in(body);
    ShiftPolicy policy;
    policy.name = in.name("policy_name", 100);
    policy.targetSystem = in.text("target_system", 100, 1);
    if (policy.targetSystem != "*" && !policy.targetSystem.empty() &&
        !isValidId(policy.targetSystem))
        in.reject("target_system", "must be * or 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
    const auto platform = in.optionalWord("target_platform", {"NEW", "LEGACY"});
    policy.targetPlatform = platform == std::size_t{1} ? Platform::Legacy : Platform::New;
    readWay(in, policy, zones);
    policy.guards = readGuards(in, policy.targetPlatform);
    readActs(in, policy, static_cast<bool>(zones)); // what is stored was let in once
    policy.consistencyGate = readConsistencyGate(in);
    policy.salt = in.optionalId("salt").value_or(newSalt);
    in.ignore("reason"); // of the change, not of the policy: the service reads it
    if (const auto error = in.finish()) return fail(*error);
    return policy;
}

} // namespace crossfade
